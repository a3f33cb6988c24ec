//! For a person, in the look of rustc. The only file that names the renderer.
//!
//! The renderer panics on a place outside of its text and reads the whole text for each report, so it gets a window of
//! the text and places that are within it.

use crate::diagnostic::Severity;
use crate::error::Error;
use crate::report::Counts;
use crate::report::finding::Advice;
use crate::report::finding::Finding;
use crate::report::finding::Mark;
use crate::report::finding::Replacement;
use crate::report::texts::Place;
use crate::report::texts::Text;
use crate::report::texts::Texts;
use crate::report::texts::ceil;
use crate::report::texts::floor;
use crate::source::FileId;
use annotate_snippets::Annotation;
use annotate_snippets::AnnotationKind;
use annotate_snippets::Group;
use annotate_snippets::Level;
use annotate_snippets::Origin;
use annotate_snippets::Patch;
use annotate_snippets::Renderer;
use annotate_snippets::Snippet;
use std::ops::Range;

/// Places further apart than this many lines are shown in excerpts of their own.
const WINDOW_LINES: usize = 100;

/// A line longer than this many bytes is shown around its place only.
const LINE_BYTES: usize = 2000;

/// Shows diagnostics with excerpts, and at the end how many there are.
pub(super) fn write(findings: &[Finding<'_>], texts: &Texts<'_>, counts: Counts) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&render(finding, texts));
        out.push_str("\n\n");
    }
    if let Some(summary) = summarize(counts) {
        let level = if counts.errors > 0 { Level::ERROR } else { Level::WARNING };
        out.push_str(&Renderer::styled().render(&[Group::with_title(level.primary_title(summary))]));
        out.push('\n');
    }
    if let Some(explained) = findings.iter().min_by_key(|finding| finding.severity) {
        let hint = ["run `pelago explain ", explained.code, "` for what it means and how to mend it\n"];
        out.extend(hint);
    }
    out
}

/// Shows why a run could not be made.
pub(super) fn write_error(error: &Error) -> String {
    let help = error.help.as_ref().map(|help| Level::HELP.secondary_title(help.as_str()));
    let titles = std::iter::once(Level::ERROR.primary_title(error.message.as_str())).chain(help);
    titles.map(|title| Renderer::styled().render(&[Group::with_title(title)]) + "\n").collect()
}

/// `3 errors, 1 warning`; nothing where there is none.
fn summarize(counts: Counts) -> Option<String> {
    let count = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    let parts: Vec<String> =
        [count(counts.errors, "error"), count(counts.warnings, "warning")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn render(finding: &Finding<'_>, texts: &Texts<'_>) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(finding.message.as_str()).id(finding.code));
    for window in windows(finding, texts) {
        let text = texts.get(window.file);
        if window.is_cut {
            group = group.element(origin(text, window.at));
        }
        group = group.element(window.into_snippet(text));
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let (edits, sentences): (Vec<&Advice>, Vec<&Advice>) =
        finding.helps.iter().partition(|advice| advice.replacement.is_some());
    for advice in sentences {
        group = group.element(Level::HELP.message(advice.message.as_str()));
    }
    let mut groups = vec![group];
    groups.extend(edits.into_iter().filter_map(|advice| edit(advice, texts)));
    Renderer::styled().render(&groups)
}

/// A piece of one text that is shown, and the marks in it.
struct Window<'a> {
    file: FileId,
    /// The byte that the excerpt is about.
    at: usize,
    range: Range<usize>,
    is_cut: bool,
    marks: Vec<(AnnotationKind, &'a Mark)>,
}

/// The windows of a diagnostic: the one of the primary place first.
fn windows<'a>(finding: &'a Finding<'_>, texts: &Texts<'_>) -> Vec<Window<'a>> {
    let mut windows = vec![window(AnnotationKind::Primary, &finding.primary, texts)];
    for mark in &finding.secondary {
        let new = window(AnnotationKind::Context, mark, texts);
        let text = texts.get(new.file);
        let is_near = |old: &&mut Window<'_>| {
            let lines = [old.range.start, old.range.end, new.at].map(|offset| text.line_of(offset));
            let [first, last, line] = lines;
            let is_close = line + WINDOW_LINES >= first && line <= last + WINDOW_LINES;
            old.file == new.file && !old.is_cut && !new.is_cut && is_close
        };
        match windows.iter_mut().find(is_near) {
            Some(old) => {
                old.range = old.range.start.min(new.range.start)..old.range.end.max(new.range.end);
                old.marks.extend(new.marks);
            }
            None => windows.push(new),
        }
    }
    windows
}

fn window<'a>(kind: AnnotationKind, mark: &'a Mark, texts: &Texts<'_>) -> Window<'a> {
    let Place { file, range } = &mark.place;
    let text = texts.get(*file);
    let (shown, is_cut) = around(text, range);
    Window { file: *file, at: range.start, range: shown, is_cut, marks: vec![(kind, mark)] }
}

/// The first line of a place, or what is near the place on a line that is very long.
fn around(text: &Text<'_>, range: &Range<usize>) -> (Range<usize>, bool) {
    let line = text.line_range(text.line_of(range.start));
    if line.len() <= LINE_BYTES {
        return (line, false);
    }
    let shown = text.show(line.clone());
    let at = range.start.saturating_sub(line.start);
    let start = floor(shown, at.saturating_sub(LINE_BYTES / 2));
    let end = ceil(shown, at + LINE_BYTES / 2);
    (line.start + start..line.start + end, true)
}

fn origin<'a>(text: &'a Text<'_>, offset: usize) -> Origin<'a> {
    let position = text.position(offset);
    Origin::path(text.path.as_str()).line(position.line).char_column(position.column)
}

impl<'a> Window<'a> {
    fn into_snippet(self, text: &'a Text<'_>) -> Snippet<'a, Annotation<'a>> {
        let source = text.show(self.range.clone());
        let mut snippet = Snippet::source(source).line_start(text.line_of(self.range.start) + 1);
        if !self.is_cut {
            snippet = snippet.path(text.path.as_str());
        }
        for (kind, mark) in self.marks {
            let line_end = text.line_range(text.line_of(mark.place.range.start)).end;
            let span = within(source, &mark.place.range, self.range.start, line_end);
            let label = (!mark.text.is_empty()).then_some(mark.text.as_str());
            snippet = snippet.annotation(kind.span(span).label(label));
        }
        snippet
    }
}

/// A place within its window, which starts at a byte of the text, and before another.
fn within(source: &str, range: &Range<usize>, window: usize, limit: usize) -> Range<usize> {
    let start = floor(source, range.start.saturating_sub(window));
    let end = ceil(source, range.end.min(limit).saturating_sub(window));
    start..end.max(start)
}

/// The lines of a replacement before and after it.
fn edit<'a>(advice: &'a Advice, texts: &'a Texts<'_>) -> Option<Group<'a>> {
    let Replacement { place, text: replacement, .. } = advice.replacement.as_ref()?;
    let text = texts.get(place.file);
    let (first, _) = around(text, &place.range);
    let last = text.line_range(text.line_of(place.range.end)).end;
    let end = if last - first.start <= LINE_BYTES { last } else { first.end.max(place.range.end) };
    let source = text.show(first.start..end);
    let span = within(source, &place.range, first.start, end);
    let snippet = Snippet::source(source)
        .line_start(text.line_of(first.start) + 1)
        .path(text.path.as_str())
        .patch(Patch::new(span, replacement.as_str()));
    Some(Group::with_title(Level::HELP.secondary_title(advice.message.as_str())).element(snippet))
}
