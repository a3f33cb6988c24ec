//! Cuts a text into documents at its `---` lines, the way `kubectl` does before it reads any YAML.
//!
//! Source: k8s.io/apimachinery v0.32 `pkg/util/yaml/decoder.go` `YAMLReader.Read`.

use std::ops::Range;

use crate::yaml::fault::FaultKind;

/// One document's text, without the `---` line before it and without a byte order mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Where it stands in the whole text, in bytes.
    pub(super) range: Range<usize>,
    /// Text on the `---` line before it.
    pub(super) text_after_separator: Option<Range<usize>>,
}

/// Cuts a text at every line that starts with `---`, even within quotes.
pub(super) fn split(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut text_after_separator = None;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_end = line_start + line.len();
        if let Some(rest) = line.strip_prefix("---") {
            chunks.push(chunk(text, start..line_start, text_after_separator));
            text_after_separator = wrong_text(rest, line_start + 3);
            start = line_end;
        }
        line_start = line_end;
    }
    chunks.push(chunk(text, start..text.len(), text_after_separator));
    chunks
}

/// Finds the first character that no document may hold, or that only some readers take for a line break, or a
/// byte order mark at the start of a line.
///
/// Source: sigs.k8s.io/yaml v1.4 `goyaml.v2/readerc.go` `yaml_parser_update_buffer`.
pub(super) fn find_forbidden(text: &str) -> Option<(Range<usize>, FaultKind)> {
    if let Some(at) = text.find("\r\r\n") {
        // `kubectl` takes the three for one line break.
        return Some((at..at + 1, FaultKind::Character('\r')));
    }
    let mut line_start = true;
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| {
        let was_line_start = std::mem::replace(&mut line_start, byte == b'\n' || byte == b'\r');
        is_suspect(byte) || (byte == 0xEF && was_line_start)
    }) {
        let place = text.len() - rest.len() + at;
        let tail = text.get(place..)?;
        let character = tail.chars().next()?;
        let range = place..place + character.len_utf8();
        let is_line_start =
            text.get(..place).is_none_or(|before| before.is_empty() || before.ends_with(['\n', '\r']));
        match character {
            '\u{feff}' if is_line_start => return Some((range, FaultKind::ByteOrderMark)),
            _ if is_unsafe(character) => return Some((range, FaultKind::Character(character))),
            _ => rest = tail.get(character.len_utf8()..)?,
        }
        line_start = false;
    }
    None
}

/// Tells whether a character may not stand in a text: control characters, line breaks of YAML 1.1 that are none
/// in YAML 1.2, and what is no character.
#[must_use]
pub fn is_unsafe(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => false,
    }
}

/// The bytes that a forbidden character can start with.
fn is_suspect(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f | 0xC2 | 0xE2 | 0xEF)
}

fn chunk(text: &str, range: Range<usize>, text_after_separator: Option<Range<usize>>) -> Chunk {
    let has_mark = text.get(range.clone()).is_some_and(|chunk| chunk.starts_with('\u{feff}'));
    let start = if has_mark { range.start + '\u{feff}'.len_utf8() } else { range.start };
    Chunk { range: start..range.end, text_after_separator }
}

/// What follows `---` on its line, if it is neither blank nor a comment.
fn wrong_text(rest: &str, offset: usize) -> Option<Range<usize>> {
    let trimmed = rest.trim();
    let start = offset + (rest.len() - rest.trim_start().len());
    (!trimmed.is_empty() && !trimmed.starts_with('#')).then(|| start..start + trimmed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_cut_and_their_text_is_kept_apart() {
        let text = "a: 1\n---  x \nb: 2\n--- # c\n";
        let found: Vec<_> =
            split(text).into_iter().map(|chunk| (&text[chunk.range], chunk.text_after_separator)).collect();
        assert_eq!(found, [("a: 1\n", None), ("b: 2\n", Some(10..11)), ("", None)]);
    }

    #[test]
    fn a_byte_order_mark_is_content_within_a_line_only() {
        assert_eq!(find_forbidden("a: \u{feff}1"), None);
        assert_eq!(find_forbidden("é: 1\n\u{feff}b: 2"), Some((6..9, FaultKind::ByteOrderMark)));
        assert_eq!(find_forbidden("é: \u{85}"), Some((4..6, FaultKind::Character('\u{85}'))));
    }
}
