//! Variables of the environment: what a resource gives comes from a Secret, alone or within a text.

use crate::diagnostic::Diagnostics;
use crate::raise::names::Names;
use crate::raise::scope::Output;
use crate::raise::scope::Piece;
use crate::raise::scope::Scope;
use crate::raise::workload::Container;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A variable and what it is made of.
struct Variable<'a> {
    name: Spanned<&'a str>,
    at: Span,
    pieces: Vec<Piece>,
}

/// Writes the variables of a container as Kubernetes has them.
///
/// Kubernetes fills `$(NAME)` in from variables that stand before, so what a text needs is written before it: a variable that
/// has it anyway, or one made for it.
pub(super) fn write_variables(
    container: &Container,
    scope: &mut Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let variables: Vec<Variable<'_>> = container
        .variables
        .iter()
        .map(|(name, text)| Variable { name, at: text.span, pieces: scope.fill(text, diagnostics) })
        .collect();
    let mut writing = Writing { names: Names::taken(container.variables.keys()), ..Writing::default() };
    for variable in &variables {
        if let [Piece::Output(output)] = variable.pieces.as_slice() {
            writing.bearers.entry(key_of(output)).or_insert(variable);
        }
    }
    for variable in &variables {
        writing.write(variable);
    }
    let first = variables.first()?;
    Some(tree::list(first.name.span, writing.written))
}

type Key = (String, String);

fn key_of(output: &Output) -> Key {
    (output.secret.clone(), output.key.clone())
}

#[derive(Default)]
struct Writing<'a> {
    /// The names that are taken.
    names: Names,
    /// The first variable that is an output and nothing else.
    bearers: BTreeMap<Key, &'a Variable<'a>>,
    /// The variables that were made for others.
    made: BTreeMap<Key, String>,
    done: BTreeSet<&'a str>,
    written: Vec<Node>,
}

impl<'a> Writing<'a> {
    fn write(&mut self, variable: &'a Variable<'a>) {
        if !self.done.insert(variable.name.value) {
            return;
        }
        let value = match variable.pieces.as_slice() {
            [Piece::Output(output)] => return self.push_output(&variable.name, output),
            pieces => self.text(pieces),
        };
        let name = tree::text(variable.name.span, variable.name.value);
        let entry = tree::Map::new(variable.name.span).with("name", name);
        self.written.push(entry.with("value", tree::text(variable.at, value)).into_node());
    }

    fn push_output(&mut self, name: &Spanned<&str>, output: &Output) {
        let reference = tree::Map::new(output.at)
            .with("name", tree::text(output.at, output.secret.as_str()))
            .with("key", tree::text(output.at, output.key.as_str()));
        let source = tree::Map::new(output.at).with("secretKeyRef", reference.into_node());
        let entry = tree::Map::new(name.span).with("name", tree::text(name.span, name.value));
        self.written.push(entry.with("valueFrom", source.into_node()).into_node());
    }

    /// The text that Kubernetes makes the same of.
    fn text(&mut self, pieces: &[Piece]) -> String {
        let mut text = String::new();
        for (place, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(piece) => escape(piece, place + 1 < pieces.len(), &mut text),
                Piece::Output(output) => {
                    let name = self.bearer(output);
                    text.push_str("$(");
                    text.push_str(&name);
                    text.push(')');
                }
            }
        }
        text
    }

    /// The name of a variable that stands before, and is what a resource gives.
    fn bearer(&mut self, output: &Output) -> String {
        let key = key_of(output);
        if let Some(bearer) = self.bearers.get(&key).copied() {
            self.write(bearer);
            return bearer.name.value.to_owned();
        }
        if let Some(name) = self.made.get(&key) {
            return name.clone();
        }
        let words = format!("{}_{}", output.resource, output.key);
        let name = self.names.take(&variable_name(&words), '_');
        self.push_output(&Spanned::new(&name, output.at), output);
        self.made.insert(key, name.clone());
        name
    }
}

/// A name of a variable for words that are none.
fn variable_name(words: &str) -> String {
    let usable = |character: char| {
        if character.is_ascii_alphanumeric() { character.to_ascii_uppercase() } else { '_' }
    };
    let name: String = words.chars().map(usable).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// Writes each `$` so that Kubernetes does not take it for the beginning of `$(NAME)`: kubernetes v1.33
/// `third_party/forked/golang/expansion/expand.go` `Expand`.
fn escape(text: &str, is_before_reference: bool, escaped: &mut String) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_read = match characters.peek() {
            Some(next) => matches!(next, '$' | '('),
            None => is_before_reference,
        };
        escaped.push(character);
        if character == '$' && is_read {
            escaped.push('$');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, is_before_reference: bool, expected: &str) {
        let mut escaped = String::new();
        escape(text, is_before_reference, &mut escaped);
        assert_eq!(escaped, expected);
    }

    #[test]
    fn only_dollars_that_kubernetes_reads_are_doubled() {
        check("5$ $HOME ${HOME}", false, "5$ $HOME ${HOME}");
        check("$(HOME)", false, "$$(HOME)");
        check("$$(HOME) $$", false, "$$$$(HOME) $$$");
        check("a$", false, "a$");
        check("a$", true, "a$$");
    }
}
