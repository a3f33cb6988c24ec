//! What YAML 1.2 allows and the YAML 1.1 of `kubectl` refuses or reads otherwise.

use std::ops::Range;

use crate::yaml::build::Stopped;
use crate::yaml::events::Walk;
use crate::yaml::fault::FaultKind;
use crate::yaml::node::Style;

impl Walk<'_, '_> {
    /// Checks that a tag has no character that only YAML 1.2 allows in one, and that a blank follows.
    ///
    /// Source: sigs.k8s.io/yaml v1.4 `goyaml.v2/scannerc.go` `yaml_parser_scan_tag_uri`.
    pub(super) fn check_tag(&mut self, range: Range<usize>) -> Result<(), Stopped> {
        let tag = self.text.get(range.clone()).unwrap_or_default();
        let is_allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$.!~*'()%,[]<>".contains(&byte);
        let after = self.text.get(range.end..).and_then(|rest| rest.bytes().next());
        if !tag.bytes().all(is_allowed) {
            return self.stop(FaultKind::Syntax("a tag cannot hold this character".to_owned()), range);
        }
        if after.is_some_and(|byte| !byte.is_ascii_whitespace()) {
            return self.stop(FaultKind::Syntax("a tag wants a space behind it".to_owned()), range);
        }
        Ok(())
    }

    /// Checks that an anchor's name has letters, digits, `_`, and `-` only, and ends where Go's reader ends it.
    ///
    /// Source: sigs.k8s.io/yaml v1.4 `goyaml.v2/scannerc.go` `yaml_parser_scan_anchor`.
    pub(super) fn check_anchor(&mut self, name: &str, range: Range<usize>) -> Result<(), Stopped> {
        let after = self.text.get(range.end..).and_then(|rest| rest.bytes().next());
        let is_ended = after.is_none_or(|byte| byte.is_ascii_whitespace() || b"?:,]}%@`".contains(&byte));
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if is_ended && name.bytes().all(is_letter) {
            return Ok(());
        }
        self.stop(FaultKind::AnchorName, range)
    }

    /// Checks a scalar within `[…]` or `{…}` for what YAML 1.2 reads otherwise than YAML 1.1.
    ///
    /// Source: sigs.k8s.io/yaml v1.4 `goyaml.v2/scannerc.go` `yaml_parser_scan_plain_scalar` and
    /// `yaml_simple_key_is_valid`.
    pub(super) fn check_flow_scalar(&mut self, range: Range<usize>, style: Style) -> Result<(), Stopped> {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let after = self.text.get(range.end..).unwrap_or_default();
        let is_key = after.trim_start_matches([' ', '\t']).starts_with(':');
        if is_key && source.contains(['\n', '\r']) {
            let detail = "a key must stand on one line".to_owned();
            return self.stop(FaultKind::Syntax(detail), range);
        }
        if style != Style::Plain {
            return Ok(());
        }
        if let Some(at) = source.find('?').or_else(|| source.starts_with(':').then_some(0)) {
            let detail =
                "a text with `?`, or with `:` at its start, wants quotes within `[…]` or `{…}`".to_owned();
            return self.stop(FaultKind::Syntax(detail), range.start + at..range.start + at + 1);
        }
        let is_tight =
            after.strip_prefix(':').is_some_and(|rest| rest.starts_with([',', '[', ']', '{', '}']));
        if is_tight {
            let detail = "`:` wants a space behind it".to_owned();
            return self.stop(FaultKind::Syntax(detail), range.end..range.end + 1);
        }
        Ok(())
    }
}

/// Finds an escape that YAML 1.2 knows and Go's reader does not: `\/`, and halves of a surrogate pair.
pub(super) fn find_unknown_escape(source: &str) -> Option<Range<usize>> {
    let mut start = 0;
    while let Some(at) = source.get(start..).and_then(|rest| rest.find('\\')) {
        let place = start + at;
        let escape = source.as_bytes().get(place + 1..).unwrap_or_default();
        match escape {
            [b'/', ..] => return Some(place..place + 2),
            [b'u', b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..] => {
                return Some(place..place + 6);
            }
            _ => start = place + 2,
        }
    }
    None
}
