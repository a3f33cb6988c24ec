//! Finds the source of a piece of a decoded string, through quotes, escapes, and indentation.

use std::ops::Range;

use crate::source::Span;
use crate::yaml::node::Scalar;
use crate::yaml::node::Style;

/// Maps a range of bytes of a scalar's decoded text back to where it was written.
///
/// Best effort: always within `node_span` and on character boundaries; the whole node where the text cannot be
/// matched. `source_text` is the whole text that the span is in.
#[must_use]
pub fn locate(source_text: &str, node_span: Span, scalar: &Scalar, range: Range<usize>) -> Span {
    let (start, end) = (node_span.start as usize, node_span.end as usize);
    let Some(source) = source_text.get(start..end) else { return node_span };
    let places = match scalar.style {
        Style::Plain => follow_line(source, &scalar.text, 0, plain_unit),
        Style::SingleQuoted => follow_line(source, &scalar.text, 1, single_unit),
        Style::DoubleQuoted => follow_line(source, &scalar.text, 1, double_unit),
        Style::Literal | Style::Folded => follow_block(source, &scalar.text),
    };
    let Some(places) = places else { return node_span };
    let mut found: Option<Range<usize>> = None;
    for place in places {
        let is_within = if range.is_empty() {
            place.decoded == range.start
        } else {
            range.start < place.decoded_end && place.decoded < range.end
        };
        if is_within {
            let first = found.map_or(place.source.start, |found| found.start);
            found = Some(first..if range.is_empty() { first } else { place.source.end });
        }
    }
    let found = found.unwrap_or(source.len()..source.len());
    let place = |byte: usize| u32::try_from(start + byte).unwrap_or(u32::MAX);
    Span { file: node_span.file, start: place(found.start), end: place(found.end) }
}

/// A decoded character and the source that it came from.
struct Place {
    decoded: usize,
    decoded_end: usize,
    source: Range<usize>,
}

/// Reads one unit of source: its length, and the number of bytes that it stands for.
type Unit = fn(&str) -> (usize, usize);

/// Follows a scalar whose line breaks are folded; `quote` bytes stand before it.
fn follow_line(source: &str, decoded: &str, quote: usize, unit: Unit) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    let (mut at, mut done) = (quote, 0);
    while done < decoded.len() {
        let rest = source.get(at..)?;
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let fold = rest.get(..blanks)?;
        let (length, bytes) = if fold.contains(['\n', '\r']) {
            // One line break is a space, each further one is itself.
            let breaks = fold.matches('\n').count().max(fold.matches('\r').count());
            (blanks, breaks.saturating_sub(1).max(1))
        } else {
            unit(rest)
        };
        if length == 0 {
            return None;
        }
        push_place(&mut places, decoded, done..done + bytes, at..at + length)?;
        at += length;
        done += bytes;
    }
    (at <= source.len()).then_some(places)
}

fn plain_unit(rest: &str) -> (usize, usize) {
    let length = rest.chars().next().map_or(0, char::len_utf8);
    (length, length)
}

fn single_unit(rest: &str) -> (usize, usize) {
    if rest.starts_with("''") { (2, 1) } else { plain_unit(rest) }
}

fn double_unit(rest: &str) -> (usize, usize) {
    let Some(escape) = rest.strip_prefix('\\') else { return plain_unit(rest) };
    let digits = match escape.bytes().next() {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'_' | b'N') => return (2, 2),
        Some(b'L' | b'P') => return (2, 3),
        Some(b'\n' | b'\r') => {
            let blanks = escape.len() - escape.trim_start().len();
            return (1 + blanks, 0);
        }
        Some(_) => return (2, 1),
        None => return (0, 0),
    };
    let code = escape.get(1..=digits).and_then(|code| u32::from_str_radix(code, 16).ok());
    let bytes = code.and_then(char::from_u32).map_or(0, char::len_utf8);
    (2 + digits, bytes)
}

/// Follows a block scalar line by line: what stands behind the indentation is in the text as it is.
fn follow_block(source: &str, decoded: &str) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    let mut done = 0;
    let header = source.find('\n')? + 1;
    let mut at = header;
    let lines = source.get(header..)?;
    let indent = block_indent(source.get(..header)?, lines, decoded);
    for line in lines.split_inclusive('\n') {
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count().min(indent);
        let content = line.get(spaces..)?.trim_end_matches(['\n', '\r']);
        // What folding made of the line breaks before this line.
        while !content.is_empty() && !decoded.get(done..)?.starts_with(content) {
            decoded.get(done..)?.starts_with([' ', '\n']).then_some(())?;
            push_place(&mut places, decoded, done..done + 1, at - 1..at)?;
            done += 1;
        }
        for (offset, character) in content.char_indices() {
            let start = at + spaces + offset;
            let length = character.len_utf8();
            push_place(&mut places, decoded, done..done + length, start..start + length)?;
            done += length;
        }
        at += line.len();
    }
    Some(places)
}

/// The indentation of a block: that of its first line with content, less the blanks that its text starts with.
fn block_indent(header: &str, lines: &str, decoded: &str) -> usize {
    let spaces_of = |text: &str| {
        let line = text.lines().find(|line| !line.trim_matches(' ').is_empty()).unwrap_or_default();
        line.len() - line.trim_start_matches(' ').len()
    };
    let is_explicit = header.trim_start().bytes().take(3).any(|byte| byte.is_ascii_digit());
    let spaces = spaces_of(lines);
    if is_explicit { spaces.saturating_sub(spaces_of(decoded)) } else { spaces }
}

fn push_place(
    places: &mut Vec<Place>,
    text: &str,
    decoded: Range<usize>,
    source: Range<usize>,
) -> Option<()> {
    text.get(decoded.clone())?;
    if !decoded.is_empty() {
        places.push(Place { decoded: decoded.start, decoded_end: decoded.end, source });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::source::SourceMap;
    use crate::yaml::node::Value;
    use crate::yaml::read::Limits;
    use crate::yaml::read::read;

    /// Finds `wanted` in the decoded value of `a` and returns the source that it is mapped to.
    #[track_caller]
    fn located(text: &str, wanted: &str) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add(PathBuf::from("a.yaml"), text.to_owned());
        let stream = read(text, file, Limits::default());
        let node = stream.documents[0].root.as_mapping().and_then(|mapping| mapping.get("a")).unwrap();
        let Value::String(scalar) = &node.value else { panic!("a string") };
        let start = scalar.text.find(wanted).unwrap();
        let span = locate(text, node.span, scalar, start..start + wanted.len());
        assert!(node.span.covers(span));
        sources.text(span).to_owned()
    }

    #[test]
    fn a_piece_is_found_in_every_style() {
        assert_eq!(located("a: x {{ y }}\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: 'it''s {{ y }}'\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: \"\\t\\u00e9 {{ y }}\"\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: \"x \\\n   {{ y }}\"\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: |\n  x\n\n    b {{ y }}\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: >-\n  x\n  b {{ y }}\n\n  z\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: |2\n    x\n  b {{ y }}\n", "{{ y }}"), "{{ y }}");
        assert_eq!(located("a: x\n  z {{ y }}\n\n\n  {{ q }}\n", "{{ q }}"), "{{ q }}");
        assert_eq!(located("a: 'it''s'\n", "'"), "''");
    }

    #[test]
    fn a_range_outside_stays_within_the_node() {
        let text = "a: é\n";
        let mut sources = SourceMap::default();
        let file = sources.add(PathBuf::from("a.yaml"), text.to_owned());
        let scalar = Scalar { text: "é".to_owned(), style: Style::Plain };
        let node = Span { file, start: 3, end: 5 };
        assert!(node.covers(locate(text, node, &scalar, 7..9)));
        assert!(node.covers(locate(text, node, &scalar, 1..1)));
    }
}
