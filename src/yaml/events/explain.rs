//! Turns an error of the parser into the fault that the user made.

use std::ops::Range;

use granit_parser::ErrorKind;
use granit_parser::ScanError;

use crate::yaml::events::Braces;
use crate::yaml::events::Walk;
use crate::yaml::fault::Fault;
use crate::yaml::fault::FaultKind;
use crate::yaml::indentation::Nesting;
use crate::yaml::indentation::find_tabs_in_plain;

impl Walk<'_, '_> {
    /// Notes what the parser found wrong.
    pub(super) fn note_error(&mut self, error: &ScanError) {
        let place = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        if self.follows_expression(place) {
            return;
        }
        let (kind, range) = self.explain(error.kind(), place);
        self.builder.faults.push(Fault::new(kind, self.span(range)));
    }

    /// Tells whether a place is on the line of an expression without quotes, which is the real fault.
    fn follows_expression(&self, place: usize) -> bool {
        self.builder.faults.last().is_some_and(|fault| {
            let end = (fault.span.end as usize).saturating_sub(self.offset);
            fault.kind == FaultKind::UnquotedExpression
                && self.text.get(end..place).is_some_and(|between| !between.contains('\n'))
        })
    }

    fn explain(&self, kind: &ErrorKind, place: usize) -> (FaultKind, Range<usize>) {
        let before = self.text.get(..place).unwrap_or_default();
        if let Some(Braces { start, .. }) = self.braces {
            let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let length = line.rfind("}}").map_or(line.len(), |at| at + 2);
            return (FaultKind::UnquotedExpression, start..start + length);
        }
        let line_start = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let line = self.text.get(line_start..).unwrap_or_default();
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        if self.nesting() == Nesting::Block
            && let Some(at) = line.get(..blanks).and_then(|blanks| blanks.find('\t'))
        {
            let tabs = line.bytes().skip(at).take_while(|byte| *byte == b'\t').count();
            return (FaultKind::TabIndentation, line_start + at..line_start + at + tabs);
        }
        if *kind == ErrorKind::TabInPlainScalar
            && let Some(tabs) = find_tabs_in_plain(self.text.get(place..).unwrap_or_default(), usize::MAX)
        {
            return (FaultKind::TabIndentation, place + tabs.start..place + tabs.end);
        }
        if *kind == ErrorKind::CommentNotSeparated {
            // Go's reader takes it for a comment.
            let lost = self.text.get(place..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            return (FaultKind::LostText, place..place + lost.trim_end().len());
        }
        let range = match self.text.get(place..).and_then(|rest| rest.chars().next()) {
            Some(character) if !character.is_whitespace() => place..place + character.len_utf8(),
            _ => {
                let end = before.trim_end().len();
                before.trim_end().char_indices().next_back().map_or(end, |(at, _)| at)..end
            }
        };
        (own_kind(kind, self.builder.depth_limit()), range)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's own words serve for rare errors")]
fn own_kind(kind: &ErrorKind, depth: usize) -> FaultKind {
    let detail = match kind {
        ErrorKind::RecursionLimitExceeded => return FaultKind::TooDeep { limit: depth },
        ErrorKind::DirectiveDisallowed => return FaultKind::Directive,
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => return FaultKind::Escape,
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => "a tab stands where only spaces are allowed",
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            "the quoted string has no closing quote"
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "text follows the closing quote"
        }
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => {
            "expected `,` or `]` in the list"
        }
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::ExpectedFlowMappingSeparator => {
            "expected `,` or `}` in the map"
        }
        ErrorKind::MisplacedFlowCollectionEnd => "a closing bracket without an opening one",
        ErrorKind::ExpectedBlockMappingKey => "expected a key at the indentation of the keys before it",
        ErrorKind::ExpectedBlockSequenceEntry => "expected `-` at the indentation of the list",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => "expected `:` behind the key",
        ErrorKind::MappingValueNotAllowed => "`:` is not allowed here; a text that holds `: ` wants quotes",
        ErrorKind::BlockSequenceEntryNotAllowed => {
            "a list entry is not allowed here; start it on its own line"
        }
        ErrorKind::UndeclaredTagHandle => "the tag's handle is not declared",
        ErrorKind::UnclosedFlowCollection { open } => {
            return FaultKind::Syntax(format!("`{open}` is never closed"));
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return FaultKind::Syntax(format!(
                "`{character}` cannot start a value; a text that starts with it wants quotes"
            ));
        }
        other => return FaultKind::Syntax(other.to_string()),
    };
    FaultKind::Syntax(detail.to_owned())
}
