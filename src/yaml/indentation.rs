//! Looks at the text between two scalars: tabs that YAML 1.1 forbids, and where a node's own signs begin.
//!
//! The parser follows YAML 1.2, which allows more tabs. Source of the stricter rule: sigs.k8s.io/yaml v1.4
//! `goyaml.v2/scannerc.go` `yaml_parser_scan_to_next_token`, `yaml_parser_scan_block_scalar_breaks`, and
//! `yaml_parser_scan_plain_scalar`.

use std::ops::Range;

/// Whether the text stands within `[…]` or `{…}`, where tabs are blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nesting {
    Block,
    Flow,
}

/// What stands in a text that holds no scalar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Gap {
    /// The first run of tabs that stands where only spaces may.
    pub(super) tabs: Option<Range<usize>>,
    /// The first `-` of a list.
    pub(super) dash: Option<usize>,
    /// The first `|` or `>`.
    pub(super) block_sign: Option<usize>,
}

/// Examines `text` from `gap.start` to `gap.end`; all places are in `text`.
pub(super) fn examine(text: &str, gap: Range<usize>, nesting: Nesting) -> Gap {
    let bytes = text.as_bytes().get(..gap.end).unwrap_or_default();
    let byte = |place: usize| bytes.get(place).copied();
    let mut found = Gap::default();
    let mut place = gap.start;
    // A key may begin here, so that blanks would be indentation.
    let mut may_start_key = gap.start == 0 || matches!(byte(gap.start - 1), Some(b'\n' | b'\r'));
    while let Some(current) = byte(place) {
        match current {
            b'\n' | b'\r' => may_start_key = true,
            b'\t' if may_start_key && nesting == Nesting::Block => {
                let end = end_of(bytes, place, |byte| byte == b'\t');
                found.tabs.get_or_insert(place..end);
            }
            b'#' => {
                place = end_of(bytes, place, |byte| byte != b'\n' && byte != b'\r');
                continue;
            }
            b'-' | b'?' => {
                if current == b'-' && found.dash.is_none() {
                    found.dash = Some(place);
                }
                may_start_key = true;
            }
            b'&' | b'!' | b'*' => {
                may_start_key = false;
                place = end_of(bytes, place, |byte| !byte.is_ascii_whitespace());
                continue;
            }
            b'|' | b'>' => {
                found.block_sign.get_or_insert(place);
                may_start_key = false;
            }
            // Behind an explicit key, the `:` at the start of a line leaves room for another key.
            b' ' | b'\t' | b':' => {}
            _ => may_start_key = false,
        }
        place += 1;
    }
    found
}

/// Finds tabs in the indentation of a block scalar: `content` starts behind the `|` or `>`.
pub(super) fn find_tabs_in_block(content: &str, parent_indent: usize) -> Option<Range<usize>> {
    let mut lines = content.split_inclusive('\n');
    let header = lines.next()?;
    let explicit = header.trim_start().bytes().take(2).find(u8::is_ascii_digit);
    let mut indent = explicit.map(|digit| parent_indent + usize::from(digit - b'0'));
    let mut start = header.len();
    for line in lines {
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
        let next = line.as_bytes().get(spaces).copied();
        if next == Some(b'\t') && indent.is_none_or(|indent| spaces < indent) {
            let tabs = line.bytes().skip(spaces).take_while(|byte| *byte == b'\t').count();
            return Some(start + spaces..start + spaces + tabs);
        }
        if indent.is_none() && !matches!(next, None | Some(b'\n' | b'\r')) {
            indent = Some(spaces);
        }
        start += line.len();
    }
    None
}

/// Finds tabs in the indentation of the further lines of a plain scalar, in the columns up to `parent_indent`.
pub(super) fn find_tabs_in_plain(content: &str, parent_indent: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (number, line) in content.split_inclusive(['\n', '\r']).enumerate() {
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
        let tabs = line.bytes().skip(spaces).take_while(|byte| *byte == b'\t').count();
        if number > 0 && tabs > 0 && spaces <= parent_indent {
            return Some(start + spaces..start + spaces + tabs);
        }
        start += line.len();
    }
    None
}

fn end_of(bytes: &[u8], start: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_found_where_a_key_could_start() {
        let tabs = |text: &str| examine(text, 0..text.len(), Nesting::Block).tabs;
        assert_eq!(tabs("  \t\t"), Some(2..4));
        assert_eq!(tabs("-\t"), Some(1..2));
        assert_eq!(tabs("# \t\n  "), None);
        assert_eq!(examine("x:\t", 1..3, Nesting::Block).tabs, None);
    }

    #[test]
    fn tabs_in_a_block_matter_up_to_its_indentation() {
        assert_eq!(find_tabs_in_block("|\n  a\n  \tb\n", 0), None);
        assert_eq!(find_tabs_in_block("|\n \ta\n", 0), Some(3..4));
        assert_eq!(find_tabs_in_block("|2\n  \ta\n", 0), None);
    }
}
