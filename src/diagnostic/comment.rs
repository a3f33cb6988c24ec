//! Comments that allow lints at one place: `# pelago: allow LINT, LINT: reason` at the end of the line that a lint points
//! at, or on a line of its own above it.

use crate::diagnostic::CODES;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::diagnostic::levels::is_lint;
use crate::source::FileId;
use crate::source::SourceFile;
use crate::source::SourceMap;
use crate::source::Span;
use std::collections::BTreeMap;

const MARK: &str = "# pelago: allow";

/// A lint that a comment allows.
struct Allowance<'a> {
    /// The lint, as written.
    id: &'a str,
    at: Span,
    /// Whether there was anything to allow.
    is_used: bool,
}

/// All allowances, by the line that they are for, from 1.
#[derive(Default)]
pub struct Allowances<'a> {
    by_line: BTreeMap<(FileId, usize), Vec<Allowance<'a>>>,
}

impl<'a> Allowances<'a> {
    /// Reads the comments of all YAML texts. A line is taken for a comment by its `#`, whatever stands around it, so text
    /// in a block scalar counts too.
    #[must_use]
    pub fn read(sources: &'a SourceMap) -> Self {
        let mut allowances = Self::default();
        let is_yaml = |file: &SourceFile| {
            file.path.as_os_str() == "-"
                || file.path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
        };
        for (id, file) in sources.files().filter(|(_, file)| is_yaml(file) && file.text.contains(MARK)) {
            allowances.read_file(id, &file.text);
        }
        allowances
    }

    fn read_file(&mut self, file: FileId, text: &'a str) {
        let mut waiting = Vec::new();
        let mut start = 0;
        for (line, number) in text.split_inclusive('\n').zip(1..) {
            let trimmed = line.trim();
            let found = read_line(file, (line, start));
            start += line.len();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                waiting.extend(found);
                continue;
            }
            waiting.extend(found);
            if !waiting.is_empty() {
                self.by_line.insert((file, number), std::mem::take(&mut waiting));
            }
        }
        if !waiting.is_empty() {
            self.by_line.insert((file, usize::MAX), waiting);
        }
    }

    /// Takes out the lints that are allowed where they point at.
    #[must_use]
    pub fn apply(&mut self, found: Vec<Diagnostic>, sources: &SourceMap) -> Vec<Diagnostic> {
        if self.by_line.is_empty() {
            return found;
        }
        found.into_iter().filter(|diagnostic| !self.allows(diagnostic, sources)).collect()
    }

    fn allows(&mut self, diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
        let at = diagnostic.primary.span;
        let Some(allowances) = self.by_line.get_mut(&(at.file, sources.position(at).line)) else {
            return false;
        };
        let mut is_allowed = false;
        for allowance in allowances.iter_mut() {
            if allowance.id == diagnostic.code.id && is_lint(diagnostic.code) {
                allowance.is_used = true;
                is_allowed = true;
            }
        }
        is_allowed
    }

    /// Reports `unused-allow` for each name that is no lint, and for each lint that had nothing to allow.
    pub fn report_unused(&self, diagnostics: &mut Diagnostics) {
        for allowance in self.by_line.values().flatten().filter(|allowance| !allowance.is_used) {
            diagnostics.report(unused(allowance));
        }
    }
}

/// The allowances of a line, which starts at a byte of its text.
fn read_line(file: FileId, (line, start): (&str, usize)) -> Vec<Allowance<'_>> {
    let before = |at: usize| line.get(..at).unwrap_or_default();
    let is_comment = |at: &usize| before(*at).is_empty() || before(*at).ends_with([' ', '\t']);
    let mut marks = line.match_indices(MARK).map(|(at, _)| at).filter(is_comment);
    let Some(list) = marks.next().and_then(|at| line.get(at + MARK.len()..)) else { return Vec::new() };
    let names = list.split([':', '#']).next().unwrap_or_default();
    let words = names.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    let place = |word: &str| {
        let from = start + (word.as_ptr().addr() - line.as_ptr().addr());
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file, start: byte(from), end: byte(from + word.len()) }
    };
    words.map(|word| Allowance { id: word, at: place(word), is_used: false }).collect()
}

fn unused(allowance: &Allowance<'_>) -> Diagnostic {
    let id = allowance.id;
    let new = |message: String| Diagnostic::new(codes::UNUSED_ALLOW, allowance.at, message);
    match CODES.iter().find(|code| code.id == id) {
        None => {
            let lints = CODES.iter().filter(|code| is_lint(**code)).map(|code| code.id);
            new(format!("there is no lint `{id}`")).with_nearest(id, lints)
        }
        Some(code) if !is_lint(*code) => new(format!("`{id}` is an error, which cannot be allowed")),
        Some(_) => new(format!("`{id}` is not told here, so there is nothing to allow"))
            .with_note("a comment is for its own line, or on a line of its own for the next one")
            .with_help("leave the comment out, or move it to the line that the lint points at"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[track_caller]
    fn assert_allowed(text: &str, expected: &[(usize, &str)]) {
        let mut sources = SourceMap::default();
        sources.add(PathBuf::from("a.yaml"), text.to_owned());
        let allowances = Allowances::read(&sources);
        let all = allowances.by_line.iter();
        let found: Vec<(usize, &str)> =
            all.flat_map(|((_, line), all)| all.iter().map(|it| (*line, it.id))).collect();
        assert_eq!(found, expected);
        for allowance in allowances.by_line.values().flatten() {
            assert_eq!(sources.text(allowance.at), allowance.id);
        }
    }

    #[test]
    fn a_comment_is_for_its_line_or_the_next() {
        assert_allowed("a: 1 # pelago: allow digest-lost\nb: 2\n", &[(1, "digest-lost")]);
        assert_allowed("# pelago: allow digest-lost\n\n# why\nb: 2\n", &[(4, "digest-lost")]);
        assert_allowed(
            "  # pelago: allow a\r\n  # pelago: allow b\r\n  c: 3 # pelago: allow d\r\n",
            &[(3, "a"), (3, "b"), (3, "d")],
        );
    }

    #[test]
    fn several_lints_and_a_reason() {
        assert_allowed("a: 1 # pelago: allow x-y, z: it is, so\n", &[(1, "x-y"), (1, "z")]);
        assert_allowed("a: 1 # pelago: allow x z # ~ x\n", &[(1, "x"), (1, "z")]);
    }

    #[test]
    fn what_is_no_comment_allows_nothing() {
        assert_allowed("a: b# pelago: allow x\n", &[]);
        assert_allowed("a: 1 # pelago allow x\n", &[]);
    }
}
