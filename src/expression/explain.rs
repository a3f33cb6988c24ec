//! Says what is wrong with an expression, in the user's words and at the smallest place.

use crate::expression::fault::ExpressionFault;
use crate::expression::fault::FaultKind;
use crate::expression::fault::Role;
use crate::expression::fault::Undefined;
use crate::expression::function::FILTERS;
use crate::expression::function::FUNCTIONS;
use crate::expression::function::TESTS;
use crate::expression::path::Applied;
use crate::expression::path::AppliedKind;
use crate::expression::path::Path;
use crate::expression::path::Then;
use crate::expression::path::find_applied;
use crate::expression::path::find_paths;
use crate::expression::scope::Scope;
use crate::expression::segment::LITERAL_HELP;
use crate::expression::segment::Source;
use crate::expression::token::TokenKind;
use crate::expression::value::Refusal;
use minijinja::Error;
use minijinja::ErrorKind;
use minijinja::Value;
use minijinja::value::DynObject;
use std::ops::Range;

/// Names that one fault carries, so that many faults in a document with many names stay cheap.
const KNOWN_LIMIT: usize = 100;

/// Finds what can be seen without evaluating: characters that no expression has, and unknown filters and tests.
pub(super) fn find_fault(text: &str, source: &Source) -> Option<ExpressionFault> {
    if source.tokens.is_empty() {
        let fault = ExpressionFault::new(FaultKind::Syntax, source.whole.clone(), "the expression is empty");
        return Some(fault.with_help(LITERAL_HELP));
    }
    if let Some(token) = source.tokens.iter().find(|token| token.kind == TokenKind::Unknown) {
        let word = text.get(token.range.clone()).unwrap_or_default();
        let message = format!("`{word}` has no meaning in an expression");
        let fault = ExpressionFault::new(FaultKind::Syntax, token.range.clone(), message);
        return Some(fault.with_help(LITERAL_HELP));
    }
    find_applied(text, &source.tokens).iter().find_map(unknown_applied)
}

fn unknown_applied(applied: &Applied<'_>) -> Option<ExpressionFault> {
    let (what, role, table) = match applied.kind {
        AppliedKind::Filter => ("filter", Role::Filter, FILTERS),
        AppliedKind::Test => ("test", Role::Test, TESTS),
    };
    if table.contains(&applied.name) {
        return None;
    }
    Some(undefined(role, what, (applied.name, applied.range.clone()), table))
}

fn undefined(role: Role, what: &str, name: (&str, Range<usize>), known: &[&str]) -> ExpressionFault {
    let (name, range) = name;
    let known = known.iter().map(|known| (*known).to_owned()).collect();
    let kind = FaultKind::Undefined(Box::new(Undefined { name: name.to_owned(), role, known }));
    ExpressionFault::new(kind, range, format!("{what} `{name}` is not defined"))
}

/// Explains why an expression cannot be read.
pub(super) fn explain_syntax(text: &str, source: &Source, error: &Error) -> ExpressionFault {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let range = if detail.starts_with("unexpected end of input") {
        source.content.end..source.whole.end
    } else {
        error_range(text, source, error)
    };
    ExpressionFault::new(FaultKind::Syntax, range, format!("invalid expression: {detail}"))
        .with_help(LITERAL_HELP)
}

/// The evaluator's range, which may lie outside of the source, clamped and moved into the whole text.
fn error_range(text: &str, source: &Source, error: &Error) -> Range<usize> {
    let content = &source.content;
    let Some(range) = error.range() else { return content.clone() };
    let clamp = |at: usize| (content.start + at).min(content.end);
    let found = clamp(range.start)..clamp(range.end);
    if found.is_empty() || text.get(found.clone()).is_none() { content.clone() } else { found }
}

/// Explains why an evaluation failed.
pub(super) fn explain_failure(text: &str, source: &Source, scope: &Scope, error: &Error) -> ExpressionFault {
    let range = error_range(text, source, error);
    if error.kind() == ErrorKind::OutOfFuel {
        let message = "the expression takes too many steps";
        return ExpressionFault::new(FaultKind::Limit, source.content.clone(), message);
    }
    if matches!(error.kind(), ErrorKind::UndefinedError | ErrorKind::UnknownFunction)
        || error.detail().is_some_and(|detail| detail.ends_with("is undefined)"))
    {
        return explain_undefined(text, source, scope, error);
    }
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    ExpressionFault::new(FaultKind::Failed, range, format!("cannot evaluate the expression: {detail}"))
}

/// Explains which name is not defined: the first one that the scope does not have, of those that the evaluator
/// names if it names one.
pub(super) fn explain_undefined(
    text: &str,
    source: &Source,
    scope: &Scope,
    error: &Error,
) -> ExpressionFault {
    let paths = find_paths(text, &source.tokens);
    let missing: Vec<Missing<'_>> = paths.iter().filter_map(|path| find_missing(path, scope)).collect();
    let named = error.detail().and_then(|detail| detail.split('`').nth(1));
    let range = error_range(text, source, error);
    let is_named = |missing: &&Missing<'_>| named.is_some_and(|named| missing.is_written(named));
    let is_within = |missing: &&Missing<'_>| {
        range.start <= missing.piece_range().start && missing.piece_range().end <= range.end
    };
    let is_open = |missing: &&Missing<'_>| missing.path.then != Then::Guard;
    let found = missing
        .iter()
        .find(|missing| is_named(missing) && is_open(missing) && is_within(missing))
        .or_else(|| missing.iter().find(|missing| is_named(missing) && is_open(missing)))
        .or_else(|| missing.iter().find(|missing| is_open(missing) && is_within(missing)))
        .or_else(|| missing.iter().find(is_open))
        .or_else(|| missing.first());
    if let Some(missing) = found {
        return missing.to_fault(scope);
    }
    let message = "the expression gives a value that is not defined";
    let name = text.get(range.clone()).unwrap_or_default().to_owned();
    let undefined = Undefined { name, role: Role::Name, known: Vec::new() };
    ExpressionFault::new(FaultKind::Undefined(Box::new(undefined)), range, message)
}

/// A path whose segment at `place` is not defined.
struct Missing<'a> {
    path: &'a Path<'a>,
    place: usize,
    /// The map that has no such entry; none where the name is not in scope.
    parent: Option<Value>,
}

fn find_missing<'a>(path: &'a Path<'a>, scope: &Scope) -> Option<Missing<'a>> {
    let mut pieces = path.segments.iter().enumerate();
    let (_, first) = pieces.next()?;
    let is_function = path.then == Then::Call && path.segments.len() == 1 && FUNCTIONS.contains(&first.name);
    let Some(mut value) = scope.find(first.name) else {
        return (!is_function).then(|| Missing { path, place: 0, parent: None });
    };
    for (place, piece) in pieces {
        let next = value.get_attr(piece.name).unwrap_or_default();
        if next.is_undefined() {
            return Some(Missing { path, place, parent: Some(value) });
        }
        value = next;
    }
    None
}

fn keys(value: &Value) -> Vec<String> {
    let keys = value.as_object().and_then(DynObject::try_iter);
    let names = keys.map(|keys| keys.filter_map(|key| key.as_str().map(str::to_owned)));
    names.map(|names| names.take(KNOWN_LIMIT).collect()).unwrap_or_default()
}

impl Missing<'_> {
    fn piece_range(&self) -> Range<usize> {
        self.path.segments.get(self.place).map_or(0..0, |piece| piece.range.clone())
    }

    /// Compares with the evaluator's own way of writing a path.
    fn is_written(&self, named: &str) -> bool {
        let written = self.path.segments.iter().take(self.place + 1).map(|piece| piece.name);
        let flatten = |text: &str| text.replace("[\"", ".").replace("\"]", "");
        written.collect::<Vec<_>>().join(".") == flatten(named)
    }

    fn to_fault(&self, scope: &Scope) -> ExpressionFault {
        let name = self.path.segments.get(self.place).map_or("", |piece| piece.name);
        let parent: Vec<&str> = self.path.segments.iter().take(self.place).map(|piece| piece.name).collect();
        let known = self.parent.as_ref().map_or_else(|| scope.names(KNOWN_LIMIT), keys);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let name = (name, self.piece_range());
        if !parent.is_empty() {
            let parent = parent.join(".");
            let what = format!("`{parent}` has no `{}`", name.0);
            let fault = undefined(Role::Attribute { parent }, "entry", name, &known);
            return ExpressionFault { message: what, ..fault };
        }
        if self.path.then == Then::Call && self.path.segments.len() == 1 && scope.find(name.0).is_none() {
            return undefined(Role::Function, "function", name, FUNCTIONS);
        }
        undefined(Role::Name, "name", name, &known)
    }
}

/// Explains why a value cannot stand where the expression stands.
pub(super) fn explain_refusal(source: &Source, refusal: &Refusal) -> ExpressionFault {
    let range = source.content.clone();
    let (kind, message) = match refusal {
        Refusal::Undefined => {
            (FaultKind::Value, "the expression gives a value that is not defined".to_owned())
        }
        Refusal::Integer(number) => {
            (FaultKind::Value, format!("the expression gives {number}, which does not fit in 64 bits"))
        }
        Refusal::NotFinite => {
            (FaultKind::Value, "the expression gives a number that is not finite".to_owned())
        }
        Refusal::Kind(kind) => (FaultKind::Value, format!("the expression gives {kind}")),
        Refusal::TooLarge => (FaultKind::Limit, "the expression gives a value that is too large".to_owned()),
    };
    ExpressionFault::new(kind, range, message)
}

/// Explains why a value cannot be a piece of a longer text.
pub(super) fn explain_text(source: &Source, refusal: &Refusal) -> ExpressionFault {
    let Refusal::Kind(kind) = refusal else { return explain_refusal(source, refusal) };
    let message = format!("the expression gives {kind}, which cannot stand within a text");
    let fault = ExpressionFault::new(FaultKind::Value, source.content.clone(), message);
    match *kind {
        "a list" => fault.with_help("join its items: `| join(\",\")`"),
        "null" => fault.with_help("give a value for null: `| default(\"…\")`"),
        _ => fault,
    }
}
