//! The texts that were read, and places in them.

use std::path::Path;
use std::path::PathBuf;

/// Names one text of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A piece of one text: bytes from 0, `end` excluded, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last; equal to `start` for a place between two characters.
    pub end: u32,
}

impl Span {
    /// Joins two places of one text into the piece that covers both.
    #[must_use]
    pub fn to(self, end: Self) -> Self {
        Self { file: self.file, start: self.start.min(end.start), end: self.end.max(end.end) }
    }

    /// Tells whether `other` lies within this piece.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A value and the place where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A line and a column, both from 1; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as the user named or would name it, with `/`; `-` for standard input.
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
}

/// All texts of a run, in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text and names it.
    pub fn add(&mut self, path: PathBuf, text: String) -> FileId {
        self.files.push(SourceFile { path, text });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// Finds a text; every [`FileId`] comes from [`SourceMap::add`], so there is one.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        let Some(file) = self.files.get(id.0 as usize) else {
            unreachable!("a file id is made by `add` only");
        };
        file
    }

    /// The path of the text that a place is in.
    #[must_use]
    pub fn path(&self, span: Span) -> &Path {
        &self.file(span.file).path
    }

    /// The text at a place.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The line that a place starts in.
    #[must_use]
    pub fn line(&self, span: Span) -> &str {
        let (before, behind) =
            self.file(span.file).text.split_at_checked(span.start as usize).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = before.len() + behind.find('\n').unwrap_or(behind.len());
        self.file(span.file).text.get(start..end).unwrap_or_default()
    }

    /// All texts with their names, in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().zip(0..).map(|(file, id)| (FileId(id), file))
    }

    /// Line and column where a place starts.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let text = &self.file(span.file).text;
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).map_or(0, |line| line.chars().count()) + 1;
        Position { line: before.bytes().filter(|byte| *byte == b'\n').count() + 1, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let mut sources = SourceMap::default();
        let file = sources.add(PathBuf::from("a.yaml"), "é: 1\nbü: x\n".to_owned());
        let position = sources.position(Span { file, start: 11, end: 12 });
        assert_eq!(position, Position { line: 2, column: 5 });
    }
}
