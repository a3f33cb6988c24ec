//! Splits a string into literal text and `{{ expressions }}`.

use crate::expression::fault::ExpressionFault;
use crate::expression::fault::FaultKind;
use crate::expression::token::Token;
use crate::expression::token::TokenKind;
use crate::expression::token::read_token;
use std::ops::Range;

/// How to write the two braces themselves.
pub(super) const LITERAL_HELP: &str = r#"write `{{ "{{" }}` for a literal `{{`"#;

/// Brackets within each other; the evaluator's reader takes stack for each.
const NESTING_LIMIT: usize = 16;

/// A piece of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// Text that stands for itself; never empty.
    Literal(Range<usize>),
    /// An expression.
    Expression(Source),
}

/// The source of one expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// With the braces.
    pub(super) whole: Range<usize>,
    /// Without the braces and the white space next to them.
    pub(super) content: Range<usize>,
    /// Its words.
    pub(super) tokens: Vec<Token>,
}

/// Splits a string, and goes on behind an expression that cannot be read.
pub(super) fn split(text: &str) -> (Vec<Segment>, Vec<ExpressionFault>) {
    let mut segments = Vec::new();
    let mut faults = Vec::new();
    let mut at = 0;
    let mut trims_start = false;
    while let Some(open) = find(text, at, "{{") {
        let trims_end = text.get(open + 2..).is_some_and(|rest| rest.starts_with('-'));
        push_literal(&mut segments, text, at..open, (trims_start, trims_end));
        match scan(text, open, open + 2 + usize::from(trims_end)) {
            Ok((source, trim)) => {
                at = source.whole.end;
                trims_start = trim == Trim::Remove;
                segments.push(Segment::Expression(source));
            }
            Err(broken) => {
                faults.push(broken.fault);
                at = broken.resume;
                trims_start = false;
            }
        }
    }
    push_literal(&mut segments, text, at..text.len(), (trims_start, false));
    (segments, faults)
}

/// White space behind an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trim {
    Keep,
    Remove,
}

/// An expression that cannot be read, and where to go on.
struct Broken {
    fault: ExpressionFault,
    resume: usize,
}

fn find(text: &str, from: usize, wanted: &str) -> Option<usize> {
    text.get(from..)?.find(wanted).map(|at| from + at)
}

fn push_literal(segments: &mut Vec<Segment>, text: &str, range: Range<usize>, trims: (bool, bool)) {
    let range = match trims {
        (true, true) => trim_range(text, range, str::trim),
        (true, false) => trim_range(text, range, str::trim_start),
        (false, true) => trim_range(text, range, str::trim_end),
        (false, false) => range,
    };
    if !range.is_empty() {
        segments.push(Segment::Literal(range));
    }
}

fn trim_range(text: &str, range: Range<usize>, trim: fn(&str) -> &str) -> Range<usize> {
    let piece = text.get(range.clone()).unwrap_or_default();
    let trimmed = trim(piece);
    let start = range.start + trimmed.as_ptr().addr().saturating_sub(piece.as_ptr().addr());
    start..start + trimmed.len()
}

/// Reads words up to the `}}` that closes the expression whose braces open at `open`.
fn scan(text: &str, open: usize, start: usize) -> Result<(Source, Trim), Broken> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut brackets: Vec<Range<usize>> = Vec::new();
    let mut at = start;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blank = rest.bytes().take_while(u8::is_ascii_whitespace).count();
        at += blank;
        let rest = rest.get(blank..).unwrap_or_default();
        if brackets.is_empty()
            && let Some((trim, length)) = find_end(rest)
        {
            let content = match (tokens.first(), tokens.last()) {
                (Some(first), Some(last)) => first.range.start..last.range.end,
                _ => at..at,
            };
            return Ok((Source { whole: open..at + length, content, tokens }, trim));
        }
        let Some(token) = read_token(text, at) else {
            let place = brackets.pop().unwrap_or(open..open + 2);
            return Err(not_closed(text, place, text.len()));
        };
        at = token.range.end;
        match token.kind {
            TokenKind::Symbol => track_bracket(text, &mut brackets, &token)?,
            // The search for the other quote went to the end of the text: going on would do so again and again.
            TokenKind::OpenText => return Err(not_closed(text, token.range, text.len())),
            TokenKind::Name | TokenKind::Text | TokenKind::Number | TokenKind::Unknown => {}
        }
        tokens.push(token);
    }
}

fn find_end(rest: &str) -> Option<(Trim, usize)> {
    if rest.starts_with("}}") {
        return Some((Trim::Keep, 2));
    }
    rest.starts_with("-}}").then_some((Trim::Remove, 3))
}

fn track_bracket(text: &str, brackets: &mut Vec<Range<usize>>, token: &Token) -> Result<(), Broken> {
    let word = text.get(token.range.clone()).unwrap_or_default();
    let wanted = match word {
        "(" | "[" | "{" => {
            brackets.push(token.range.clone());
            return if brackets.len() > NESTING_LIMIT { Err(too_deep(text, token)) } else { Ok(()) };
        }
        ")" => "(",
        "]" => "[",
        "}" => "{",
        _ => return Ok(()),
    };
    let resume = find_resume(text, token.range.start);
    match brackets.pop() {
        Some(open) if text.get(open.clone()) == Some(wanted) => Ok(()),
        Some(open) => Err(not_closed(text, open, resume)),
        None => {
            let message = match word {
                "}" => "an expression is closed by `}}`, found `}`".to_owned(),
                _ => format!("`{word}` has no `{wanted}` before it"),
            };
            let fault = ExpressionFault::new(FaultKind::Syntax, token.range.clone(), message);
            Err(Broken { fault: fault.with_help(LITERAL_HELP), resume })
        }
    }
}

fn find_resume(text: &str, from: usize) -> usize {
    find(text, from, "}}").map_or(text.len(), |end| end + 2)
}

fn not_closed(text: &str, open: Range<usize>, resume: usize) -> Broken {
    let word = text.get(open.clone()).unwrap_or_default();
    let message = match word {
        "\"" | "'" => format!("the text after `{word}` is not closed"),
        _ => format!("`{word}` is not closed"),
    };
    let fault = ExpressionFault::new(FaultKind::Syntax, open, message).with_help(LITERAL_HELP);
    Broken { fault, resume }
}

fn too_deep(text: &str, token: &Token) -> Broken {
    let message = format!("brackets within brackets are deeper than {NESTING_LIMIT}");
    let fault = ExpressionFault::new(FaultKind::Limit, token.range.clone(), message);
    Broken { fault, resume: find_resume(text, token.range.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        let (segments, faults) = split(text);
        assert_eq!(faults, []);
        segments
            .into_iter()
            .map(|segment| match segment {
                Segment::Literal(range) => &text[range],
                Segment::Expression(source) => &text[source.content],
            })
            .collect()
    }

    #[track_caller]
    fn fault(text: &str) -> (String, Range<usize>) {
        let (_, faults) = split(text);
        assert_eq!(faults.len(), 1);
        (faults[0].message.clone(), faults[0].range.clone())
    }

    #[test]
    fn braces_within_an_expression_do_not_end_it() {
        assert_eq!(pieces("a {{ {'x': {'y': 1}} }} b"), ["a ", "{'x': {'y': 1}}", " b"]);
        assert_eq!(pieces("{{ {'x': 1}}}"), ["{'x': 1}"]);
        assert_eq!(pieces("{{ '}}' }}{{ \"{{\" }}"), ["'}}'", "\"{{\""]);
    }

    #[test]
    fn blocks_and_comments_are_literal_text() {
        assert_eq!(pieces("{% if %}{# no #}{ {x"), ["{% if %}{# no #}{ {x"]);
    }

    #[test]
    fn minus_trims_white_space() {
        assert_eq!(pieces("a \n{{- b -}}\n c"), ["a", "b", "c"]);
        assert_eq!(pieces("a {{ -1 }} c"), ["a ", "-1", " c"]);
        assert_eq!(pieces(" {{- 1 -}} "), ["1"]);
    }

    #[test]
    fn what_is_not_closed_is_shown() {
        assert_eq!(fault("a {{ b"), ("`{{` is not closed".to_owned(), 2..4));
        assert_eq!(fault("{{ (b }} c"), ("`(` is not closed".to_owned(), 3..4));
        assert_eq!(fault("{{ b) }} c"), ("`)` has no `(` before it".to_owned(), 4..5));
        assert_eq!(fault("{{ 'b }} c"), ("the text after `'` is not closed".to_owned(), 3..4));
        assert_eq!(fault("{{ b } }"), ("an expression is closed by `}}`, found `}`".to_owned(), 5..6));
    }

    #[test]
    fn one_broken_expression_does_not_hide_the_next() {
        let (segments, faults) = split("{{ (a }} {{ b }} {{ c] }}");
        assert_eq!(faults.len(), 2);
        assert_eq!(segments.len(), 3);
    }
}
