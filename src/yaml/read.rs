//! Reads a stream of YAML documents, one after another, and says what `kubectl` would lose.

use std::ops::Range;

use crate::source::FileId;
use crate::source::Span;
use crate::yaml::build::Builder;
use crate::yaml::build::Stopped;
use crate::yaml::document_stream::Chunk;
use crate::yaml::document_stream::find_forbidden;
use crate::yaml::document_stream::split;
use crate::yaml::events::Walk;
use crate::yaml::fault::Fault;
use crate::yaml::fault::FaultKind;
use crate::yaml::node::Document;
use crate::yaml::node::Value;

/// How much a text may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Lists and maps within each other.
    pub depth: usize,
    /// What all aliases of the text together may stand for: its text in bytes, and 32 for each value.
    pub alias_weight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 200, alias_weight: 4 << 20 }
    }
}

/// What a text holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stream {
    /// The documents that could be read, in order; those that hold nothing or null are left out.
    pub documents: Vec<Document>,
    /// All that is wrong, in the order of the documents. A document with a fault of its syntax is not among
    /// the documents; one with other faults is, with poisoned values in their places.
    pub faults: Vec<Fault>,
}

/// Reads all documents of a text, and goes on with the next one where one is broken.
///
/// Reads what `kubectl` reads, or reports why not.
#[must_use]
pub fn read(text: &str, file: FileId, limits: Limits) -> Stream {
    // `kubectl` ends the last line where the text does not, which counts for a block that keeps its blank lines.
    let ended;
    let text = if text.ends_with(' ') {
        ended = format!("{text}\n");
        &ended
    } else {
        text
    };
    let mut reader = Reader {
        text,
        file,
        limits,
        budget: limits.alias_weight,
        json: text.trim_start().starts_with('{'),
        index: 0,
        stream: Stream::default(),
    };
    let limit = limits.bytes.min(u32::MAX as usize);
    if text.len() > limit {
        reader.fault(FaultKind::TooLarge { limit }, 0..0);
        return reader.stream;
    }
    for chunk in split(text) {
        reader.read_chunk(chunk);
    }
    reader.stream
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    limits: Limits,
    budget: usize,
    /// All documents so far are JSON, so that the next one may follow without `---`.
    json: bool,
    index: usize,
    stream: Stream,
}

impl Reader<'_> {
    fn read_chunk(&mut self, chunk: Chunk) {
        if let Some(range) = chunk.text_after_separator {
            self.fault(FaultKind::TextAfterSeparator, range);
        }
        let mut range = chunk.range;
        let text = self.text.get(range.clone()).unwrap_or_default();
        if let Some((place, kind)) = find_forbidden(text) {
            self.fault(kind, range.start + place.start..range.start + place.end);
            self.index += 1;
            return;
        }
        while let Some(rest) = self.read_document(range.clone()) {
            range.start = rest;
        }
    }

    /// Reads the document at the start of `range`; returns where another one follows without a `---`.
    fn read_document(&mut self, range: Range<usize>) -> Option<usize> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        if let Some((place, kind)) = find_misplaced_start(text) {
            self.fault(kind, range.start + place.start..range.start + place.end);
            self.index += 1;
            return None;
        }
        let mut walk = Walk::new(text, range.start, self.file, Builder::new(self.limits, &mut self.budget));
        let outcome = walk.run();
        let (content_end, read_end) = (walk.content_end, walk.read_end);
        let (root, mut faults) = walk.builder.finish();
        let is_json = self.json && is_json(text.get(..content_end).unwrap_or_default());
        self.json = is_json;
        if is_json {
            faults.retain(|fault| fault.kind != FaultKind::Escape);
        }
        self.stream.faults.append(&mut faults);
        let index = self.index;
        match (outcome, root) {
            (Ok(()), Some(root)) => {
                self.index += 1;
                if !matches!(root.value, Value::Null) {
                    let span = root.span;
                    self.stream.documents.push(Document { root, index, span });
                }
            }
            (Ok(()), None) => return None,
            (Err(Stopped), _) => {
                self.index += 1;
                return None;
            }
        }
        let lost = find_lost(text, read_end)?;
        let start = range.start + lost.start;
        match text.as_bytes().get(lost.start) {
            Some(b'{') if is_json => return Some(start),
            Some(b':') => {
                let detail = "a key must stand on one line and have at most 1024 characters".to_owned();
                self.stream.documents.pop_if(|document| document.index == index);
                self.fault(FaultKind::Syntax(detail), start..start + 1);
            }
            _ => self.fault(FaultKind::LostText, start..range.start + lost.end),
        }
        None
    }

    fn fault(&mut self, kind: FaultKind, range: Range<usize>) {
        self.stream.faults.push(Fault::new(kind, span(self.file, range)));
    }
}

pub(super) fn span(file: FileId, range: Range<usize>) -> Span {
    let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: place(range.start), end: place(range.end) }
}

fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('{') && serde_json::from_str::<serde_json::Value>(text).is_ok()
}

/// Finds a directive, or a `...`, before any content. `kubectl` has taken the `---` away by then, so that its
/// parser refuses both.
fn find_misplaced_start(text: &str) -> Option<(Range<usize>, FaultKind)> {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let code = line.trim();
        if line.starts_with('%') {
            return Some((start..start + line.trim_end().len(), FaultKind::Directive));
        }
        if line.starts_with("...")
            && code.get(3..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        {
            let detail = "`...` ends a document that has not begun".to_owned();
            return Some((start..start + 3, FaultKind::Syntax(detail)));
        }
        if !code.is_empty() && !code.starts_with('#') {
            return None;
        }
        start += line.len();
    }
    None
}

/// Finds the first line of text behind a document's content that ends at `end`.
fn find_lost(text: &str, end: usize) -> Option<Range<usize>> {
    let mut start = end;
    let mut may_end = true;
    let is_line_start =
        text.get(..end).is_none_or(|before| before.is_empty() || before.ends_with(['\n', '\r']));
    for (number, line) in text.get(end..)?.split_inclusive(['\n', '\r']).enumerate() {
        let code = line.trim();
        let is_comment =
            code.starts_with('#') && (number > 0 || is_line_start || line.starts_with([' ', '\t']));
        let is_end = may_end
            && (number > 0 || is_line_start)
            && line.starts_with("...")
            && code.get(3..).is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with('#'));
        if is_end {
            may_end = false;
        } else if !code.is_empty() && !is_comment {
            let start = start + (line.len() - line.trim_start().len());
            return Some(start..start + code.len());
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::source::SourceMap;
    use crate::yaml::node::Node;

    /// Reads a text and gives each fault with the text that it points at.
    fn faults(text: &str) -> Vec<(FaultKind, String)> {
        let mut sources = SourceMap::default();
        let file = sources.add(PathBuf::from("a.yaml"), text.to_owned());
        let stream = read(text, file, Limits::default());
        stream.faults.into_iter().map(|fault| (fault.kind, sources.text(fault.span).to_owned())).collect()
    }

    #[track_caller]
    fn check(text: &str, kind: FaultKind, pointed_at: &str) {
        assert_eq!(faults(text), [(kind, pointed_at.to_owned())], "{text:?}");
    }

    /// Where each node of the first document starts and ends, outermost first.
    fn places(text: &str) -> Vec<(u32, u32)> {
        fn visit(node: &Node, places: &mut Vec<(u32, u32)>) {
            places.push((node.span.start, node.span.end));
            for item in node.as_sequence().unwrap_or_default() {
                visit(item, places);
            }
            for entry in node.as_mapping().into_iter().flatten() {
                visit(&entry.value, places);
            }
        }
        let mut sources = SourceMap::default();
        let file = sources.add(PathBuf::from("a.yaml"), text.to_owned());
        let mut places = Vec::new();
        visit(&read(text, file, Limits::default()).documents[0].root, &mut places);
        places
    }

    #[test]
    fn a_fault_points_at_the_smallest_wrong_text() {
        check("a:\n\t- 1\n", FaultKind::TabIndentation, "\t");
        check("a: 1\n\t\tb: 2\n", FaultKind::TabIndentation, "\t\t");
        check("a: {{ x | default(\"y\") }}-z\n", FaultKind::UnquotedExpression, "{{ x | default(\"y\") }}");
        check(" a: 1\nb: 2\nc: 3\n", FaultKind::LostText, "b: 2");
        check("a: 1\n...\nb: 2\n", FaultKind::LostText, "b: 2");
        check("--- x # y\na: 1\n", FaultKind::TextAfterSeparator, "x # y");
        check("# c\n%YAML 1.1\n---\na: 1\n", FaultKind::Directive, "%YAML 1.1");
        check("a: 1\nb: 2\na: 3\n", FaultKind::DuplicateKey { key: "a".to_owned() }, "a");
        check("a: [*x]\n", FaultKind::UnknownAnchor { name: "x".to_owned() }, "*x");
        check("a: &x [*x]\n", FaultKind::RecursiveAlias { name: "x".to_owned() }, "*x");
        check("a: &x.y 1\n", FaultKind::AnchorName, "&x.y");
        check("a: \"b\\/c\"\n", FaultKind::Escape, "\\/");
        check("a: !!int x\n", FaultKind::Tag { tag: "!!int" }, "x");
        check("a: -.inf\n", FaultKind::NotRepresentable(crate::yaml::Unrepresentable::Number), "-.inf");
        check("a: \u{7}\n", FaultKind::Character('\u{7}'), "\u{7}");
        check("<<: 1\n", FaultKind::MergeValue, "1");
    }

    #[test]
    fn a_broken_document_hides_no_other() {
        let text = "a: [\n---\nb: 1\n---\nc: @\n---\nd: 2\n";
        let mut sources = SourceMap::default();
        let stream = read(text, sources.add(PathBuf::from("a.yaml"), text.to_owned()), Limits::default());
        assert_eq!(stream.documents.iter().map(|document| document.index).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(stream.faults.len(), 2);
    }

    #[test]
    fn nodes_know_their_places() {
        assert_eq!(places("a: 'x'\nb:\nc: # d\n"), [(0, 11), (3, 6), (9, 9), (12, 12)]);
        assert_eq!(places("- \n-\n- x # c\n\n"), [(0, 8), (1, 1), (4, 4), (7, 8)]);
        assert_eq!(places("a:\n- - b\n"), [(0, 8), (3, 8), (5, 8), (7, 8)]);
        assert_eq!(places("a: |-\n  x\n  y\n\nb: {c: 1}\n"), [(0, 24), (3, 13), (18, 24), (22, 23)]);
    }

    #[test]
    fn aliases_are_bounded_in_weight_and_depth() {
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e]\n";
        assert_eq!(faults(bomb).first().map(|(kind, _)| kind), Some(&FaultKind::TooManyAliases));
        let rungs: Vec<_> = (1..500).map(|rung| format!("k{rung}: &k{rung} [*k{}]", rung - 1)).collect();
        let ladder = format!("k0: &k0 []\n{}\n", rungs.join("\n"));
        assert_eq!(faults(&ladder).first().map(|(kind, _)| kind), Some(&FaultKind::TooDeep { limit: 200 }));
        assert_eq!(faults(&"[".repeat(100_000)).len(), 1);
    }
}
