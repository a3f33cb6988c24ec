//! The texts that diagnostics point into, with the values of Secrets hidden, and their lines found.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Help;
use crate::report::redact::Masked;
use crate::source::FileId;
use crate::source::Position;
use crate::source::SourceMap;
use crate::source::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// A value further away than this many bytes is not what a sentence about a place speaks of.
const NEAR_BYTES: usize = 500;

/// All texts that some diagnostics point into.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    texts: BTreeMap<FileId, Text<'a>>,
}

/// One text.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// The path to show, with `/`.
    pub(super) path: String,
    /// The text as it was read.
    original: &'a str,
    masked: Masked,
    /// Where each line starts; never empty.
    lines: Vec<usize>,
}

/// A place in one text, within its bounds and on the borders of its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The text.
    pub(super) file: FileId,
    /// The bytes.
    pub(super) range: Range<usize>,
}

impl<'a> Texts<'a> {
    /// Prepares each text that a diagnostic points into, once.
    pub(super) fn of(sources: &'a SourceMap, diagnostics: &[Diagnostic]) -> Self {
        let mut texts = BTreeMap::new();
        for file in diagnostics.iter().flat_map(spans).map(|span| span.file) {
            texts.entry(file).or_insert_with(|| Text::of(sources, file));
        }
        Self { texts }
    }

    /// The text that a place is in.
    pub(super) fn get(&self, file: FileId) -> &Text<'a> {
        let Some(text) = self.texts.get(&file) else {
            unreachable!("the texts of all diagnostics are prepared");
        };
        text
    }

    /// The place of a span.
    pub(super) fn place(&self, span: Span) -> Place {
        let text = self.get(span.file).original;
        let start = floor(text, span.start as usize);
        let end = ceil(text, (span.end as usize).max(start));
        Place { file: span.file, range: start..end }
    }

    /// The texts hidden on the lines of a place, and near to where it starts.
    pub(super) fn find_hidden(&self, place: &Place) -> Vec<&'a str> {
        let text = self.get(place.file);
        let (first, last) = (text.line_of(place.range.start), text.line_of(place.range.end));
        let start = text.line_range(first).start.max(place.range.start.saturating_sub(NEAR_BYTES));
        let end = text.line_range(last).end.min(place.range.start + NEAR_BYTES);
        let window = start..end.max(start);
        text.masked.find_hidden(&window).filter_map(|range| text.original.get(range)).collect()
    }

    /// Tells whether a place shares a byte with a hidden value, or touches one.
    pub(super) fn is_hidden(&self, place: &Place) -> bool {
        self.get(place.file).masked.find_hidden(&place.range).next().is_some()
    }
}

impl<'a> Text<'a> {
    fn of(sources: &'a SourceMap, file: FileId) -> Self {
        let file = sources.file(file);
        let original = file.text.as_str();
        let mut lines = vec![0];
        lines.extend(original.match_indices('\n').map(|(newline, _)| newline + 1));
        let path = file.path.to_string_lossy().replace('\\', "/");
        let masked =
            if path.starts_with("--") { Masked::of_settings(original) } else { Masked::new(original) };
        Self { path, original, masked, lines }
    }

    /// The text with the values of Secrets hidden, at some bytes.
    pub(super) fn show(&self, range: Range<usize>) -> &str {
        self.masked.text().get(range).unwrap_or_default()
    }

    /// The number of the line that a byte is on, from 0.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line, without its line break; `line` from 0.
    pub(super) fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line).copied().unwrap_or(self.original.len());
        let end = self.lines.get(line + 1).map_or(self.original.len(), |next| next - 1);
        let line = self.original.get(start..end).unwrap_or_default();
        start..start + line.trim_end_matches('\r').len()
    }

    /// The line and column of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.line_of(offset);
        let before = self.original.get(self.line_range(line).start..offset).unwrap_or_default();
        Position { line: line + 1, column: before.chars().count() + 1 }
    }
}

/// All places that a diagnostic names.
fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let replaced = diagnostic.helps.iter().filter_map(|help| match help {
        Help::Text(_) => None,
        Help::Replace { span, .. } => Some(*span),
    });
    let secondary = diagnostic.secondary.iter().map(|label| label.span);
    std::iter::once(diagnostic.primary.span).chain(secondary).chain(replaced)
}

/// The last border between characters that is not behind a byte.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The first border between characters that is not before a byte.
pub(super) fn ceil(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}
