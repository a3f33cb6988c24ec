//! The words of an expression, with their places: enough to find its end, its names, and how much it asks of a stack.

use std::ops::Range;

/// One word of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Bytes of the whole text that the expression stands in.
    pub(super) range: Range<usize>,
}

/// Kinds of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Name,
    /// A quoted text, quotes included.
    Text,
    /// A number.
    Number,
    /// An operator, a bracket, or another mark.
    Symbol,
    /// A character that no expression has.
    Unknown,
    /// A quote without its partner.
    OpenText,
}

/// Reads the word that starts at `start`, which is no white space.
pub(super) fn read_token(text: &str, start: usize) -> Option<Token> {
    let rest = text.get(start..)?;
    let first = rest.chars().next()?;
    let (kind, length) = match first {
        '"' | '\'' => match text_length(rest, first) {
            Some(length) => (TokenKind::Text, length),
            None => (TokenKind::OpenText, 1),
        },
        'a'..='z' | 'A'..='Z' | '_' => (TokenKind::Name, name_length(rest)),
        '0'..='9' => (TokenKind::Number, number_length(rest)),
        '(' | ')' | '[' | ']' | '{' | '}' | '+' | '-' | '*' | '/' | '%' | '.' | ',' | ':' | '~' | '|'
        | '=' | '>' | '<' | '!' => (TokenKind::Symbol, symbol_length(rest)),
        _ => (TokenKind::Unknown, first.len_utf8()),
    };
    Some(Token { kind, range: start..start + length })
}

/// The length of a quoted text; `None` where the second quote is missing.
fn text_length(rest: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn name_length(rest: &str) -> usize {
    rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

/// A dot belongs to a number only with a digit behind it: `1.upper` is a number and a name.
fn number_length(rest: &str) -> usize {
    let whole = name_length(rest);
    match rest.as_bytes().get(whole..) {
        Some([b'.', b'0'..=b'9', ..]) => whole + 1 + name_length(rest.get(whole + 1..).unwrap_or_default()),
        _ => whole,
    }
}

fn symbol_length(rest: &str) -> usize {
    match rest.as_bytes().get(..2) {
        Some(b"//" | b"**" | b"==" | b"!=" | b">=" | b"<=") => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(token) = read_token(text, at) {
            words.push(&text[token.range.clone()]);
            at = token.range.end + text[token.range.end..].chars().take_while(|c| *c == ' ').count();
        }
        words
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(
            words(r#"a.b[0]|d("x\"}}") ** 1.5 >= é"#),
            ["a", ".", "b", "[", "0", "]", "|", "d", "(", r#""x\"}}""#, ")", "**", "1.5", ">=", "é"]
        );
    }

    #[test]
    fn a_quote_without_its_partner_is_a_word() {
        assert_eq!(read_token("'abc\\'", 0).map(|token| token.kind), Some(TokenKind::OpenText));
    }
}
