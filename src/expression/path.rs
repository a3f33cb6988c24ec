//! The names in an expression: `app.name` is one path of two segments.

use crate::expression::token::Token;
use crate::expression::token::TokenKind;
use std::ops::Range;

/// Words that are no names.
const KEYWORDS: &[&str] =
    &["and", "else", "False", "false", "if", "in", "is", "None", "none", "not", "or", "True", "true"];

/// Filters and tests that take what is not defined.
const GUARDS: &[&str] = &["d", "default", "required", "defined", "undefined"];

/// A name, and the entries of maps that are taken from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path<'a> {
    /// The first is a name in scope; never empty.
    pub(super) segments: Vec<Piece<'a>>,
    /// What stands behind the path.
    pub(super) then: Then,
}

/// One segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) name: &'a str,
    /// The name without dots, brackets, and quotes.
    pub(super) range: Range<usize>,
}

/// What stands behind a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing that changes its meaning.
    Nothing,
    /// Arguments: the path, or its last segment that is left out then, is a function.
    Call,
    /// An entry whose name is known at run time only.
    Entry,
    /// A filter or test that takes what is not defined.
    Guard,
}

/// A filter or test with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied<'a> {
    pub(super) name: &'a str,
    pub(super) range: Range<usize>,
    pub(super) kind: AppliedKind,
}

/// What is applied to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppliedKind {
    /// Behind `|`.
    Filter,
    /// Behind `is` or `is not`.
    Test,
}

/// The words of one expression, and a place among them.
struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

/// Finds all paths in the order written.
pub(super) fn find_paths<'a>(text: &'a str, tokens: &'a [Token]) -> Vec<Path<'a>> {
    let words = Words { text, tokens };
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if words.is_root(at) {
            let (path, next) = words.read_path(at);
            paths.push(path);
            at = next;
        } else {
            at += 1;
        }
    }
    paths
}

/// Finds all filters and tests in the order written.
pub(super) fn find_applied<'a>(text: &'a str, tokens: &'a [Token]) -> Vec<Applied<'a>> {
    let words = Words { text, tokens };
    let kinds = |at: usize| match words.word_before(at, 1) {
        "|" => Some(AppliedKind::Filter),
        "is" if words.word(at) != "not" => Some(AppliedKind::Test),
        "not" if words.word_before(at, 2) == "is" => Some(AppliedKind::Test),
        _ => None,
    };
    (0..tokens.len())
        .filter(|at| words.kind(*at) == Some(TokenKind::Name))
        .filter_map(|at| {
            let kind = kinds(at)?;
            let range = tokens.get(at)?.range.clone();
            Some(Applied { name: words.word(at), range, kind })
        })
        .collect()
}

/// Counts the words that make the evaluator go one level deeper.
pub(super) fn count_operators(text: &str, tokens: &[Token]) -> usize {
    let words = Words { text, tokens };
    (0..tokens.len()).filter(|at| words.is_operator(*at)).count()
}

impl<'a> Words<'a> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).and_then(|token| self.text.get(token.range.clone())).unwrap_or_default()
    }

    fn word_before(&self, at: usize, distance: usize) -> &'a str {
        at.checked_sub(distance).map_or("", |before| self.word(before))
    }

    fn is_operator(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Symbol) => match self.word(at) {
                "(" | "[" | "{" => self.ends_value(at.wrapping_sub(1)),
                "," | ":" | "=" | ")" | "]" | "}" => false,
                _ => true,
            },
            Some(TokenKind::Name) => {
                matches!(self.word(at), "and" | "or" | "not" | "if" | "else" | "is" | "in")
            }
            Some(TokenKind::Text | TokenKind::Number | TokenKind::Unknown | TokenKind::OpenText) | None => {
                false
            }
        }
    }

    /// Tells whether brackets behind this word take from a value rather than make one.
    fn ends_value(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Symbol) => matches!(self.word(at), ")" | "]" | "}"),
            Some(TokenKind::Name | TokenKind::Text | TokenKind::Number) => true,
            Some(TokenKind::Unknown | TokenKind::OpenText) | None => false,
        }
    }

    fn is_root(&self, at: usize) -> bool {
        let before = self.word_before(at, 1);
        let is_test = before == "is" || before == "not" && self.word_before(at, 2) == "is";
        self.kind(at) == Some(TokenKind::Name)
            && !KEYWORDS.contains(&self.word(at))
            && !matches!(before, "." | "|")
            && !is_test
            && self.word(at + 1) != "="
    }

    fn read_path(&self, start: usize) -> (Path<'a>, usize) {
        let mut segments: Vec<Piece<'a>> = self.piece(start).into_iter().collect();
        let mut at = start + 1;
        while let Some((piece, next)) = self.read_segment(at) {
            segments.push(piece);
            at = next;
        }
        let then = self.then(at);
        if then == Then::Call && segments.len() > 1 {
            segments.pop();
        }
        (Path { segments, then }, at)
    }

    fn piece(&self, at: usize) -> Option<Piece<'a>> {
        let range = self.tokens.get(at)?.range.clone();
        Some(Piece { name: self.text.get(range.clone())?, range })
    }

    /// Reads `.name` or `["name"]`.
    fn read_segment(&self, at: usize) -> Option<(Piece<'a>, usize)> {
        match (self.word(at), self.kind(at + 1)?) {
            (".", TokenKind::Name) => Some((self.piece(at + 1)?, at + 2)),
            ("[", TokenKind::Text) if self.word(at + 2) == "]" => {
                let quoted = self.piece(at + 1)?;
                let name = quoted.name.get(1..quoted.name.len() - 1)?;
                let range = quoted.range.start + 1..quoted.range.end - 1;
                (!name.contains('\\')).then_some((Piece { name, range }, at + 3))
            }
            _ => None,
        }
    }

    fn then(&self, at: usize) -> Then {
        let is_guard = |at| GUARDS.contains(&self.word(at));
        match self.word(at) {
            "(" => Then::Call,
            "." | "[" => Then::Entry,
            "|" if is_guard(at + 1) => Then::Guard,
            "is" if is_guard(at + 1) || self.word(at + 1) == "not" && is_guard(at + 2) => Then::Guard,
            _ => Then::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::segment::Segment;
    use crate::expression::segment::split;

    #[track_caller]
    fn with_tokens<T>(text: &str, read: impl Fn(&[Token]) -> T) -> T {
        match split(text).0.first() {
            Some(Segment::Expression(source)) => read(&source.tokens),
            Some(Segment::Literal(_)) | None => panic!("no expression"),
        }
    }

    #[track_caller]
    fn paths(text: &str) -> Vec<(String, Then)> {
        let join = |path: &Path<'_>| {
            let names: Vec<&str> = path.segments.iter().map(|piece| piece.name).collect();
            (names.join("/"), path.then)
        };
        with_tokens(text, |tokens| find_paths(text, tokens).iter().map(join).collect())
    }

    #[test]
    fn paths_end_where_their_names_are_no_longer_known() {
        let found = paths("{{ a.b[\"c\"].d(x, y=z) if not q is defined else v[0] | join(sep) }}");
        let expected = [
            ("a/b/c", Then::Call),
            ("x", Then::Nothing),
            ("z", Then::Nothing),
            ("q", Then::Guard),
            ("v", Then::Entry),
            ("sep", Then::Nothing),
        ];
        assert_eq!(found, expected.map(|(path, then)| (path.to_owned(), then)));
    }

    #[test]
    fn filters_and_tests_are_found() {
        let text = "{{ a | upper | join(', ') is not odd and b is even }}";
        let names = with_tokens(text, |tokens| {
            find_applied(text, tokens).iter().map(|applied| applied.name.to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(names, ["upper", "join", "odd", "even"]);
    }

    #[test]
    fn only_what_goes_deeper_is_counted() {
        let count = |text: &str| with_tokens(text, |tokens| count_operators(text, tokens));
        assert_eq!(count("{{ [{'a': 1}, {'b': 2}] }}"), 0);
        assert_eq!(count("{{ a.b[0] | f(x) + not y }}"), 6);
    }
}
