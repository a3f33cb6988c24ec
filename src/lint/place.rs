//! Where in the user's text a field stands.

use crate::source::Span;
use crate::yaml::Entry;
use crate::yaml::Node;
use crate::yaml::Value;

/// The nearest thing to a field that is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The value.
    pub(super) node: &'a Node,
    /// The key of the value; none for an item of a list, and for the root.
    pub(super) key: Option<Span>,
    /// Whether it is the field itself.
    pub(super) is_exact: bool,
}

impl Place<'_> {
    /// The smallest text that stands for the field: a single value, else its key, else the first key of an item.
    pub(super) fn span(&self) -> Span {
        let is_single = match &self.node.value {
            Value::Null | Value::Poisoned => self.node.span.start < self.node.span.end,
            Value::Boolean(_) | Value::Number(_) | Value::String(_) => true,
            Value::Sequence(_) | Value::Mapping(_) => false,
        };
        if self.is_exact && is_single {
            return self.node.span;
        }
        self.key.unwrap_or_else(|| first_key(self.node))
    }
}

/// The first key of a map, which stands for the whole.
pub(super) fn first_key(node: &Node) -> Span {
    let first = node.as_mapping().and_then(|mapping| mapping.iter().next());
    first.map_or(node.span, |entry| entry.key.span)
}

/// Finds what stands at a JSON pointer whose keys need no escape, or nearest above it.
pub(super) fn find<'a>(root: &'a Node, pointer: &str) -> Place<'a> {
    let mut place = Place { node: root, key: None, is_exact: true };
    for token in pointer.split('/').skip(1) {
        let below = match &place.node.value {
            Value::Mapping(mapping) => mapping.entry(token).map(|entry| (&entry.value, Some(entry.key.span))),
            Value::Sequence(items) => {
                token.parse::<usize>().ok().and_then(|index| items.get(index)).map(|item| (item, None))
            }
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => None,
        };
        let Some((node, key)) = below else {
            return Place { is_exact: false, ..place };
        };
        place = Place { node, key, is_exact: true };
    }
    place
}

/// Finds a field that is named as in `spec.list[0].name`, or what is nearest above it. Keys may have dots; where the
/// index of a list is left out, the list is the nearest.
pub(super) fn find_field<'a>(root: &'a Node, field: &str) -> Place<'a> {
    let mut place = Place { node: root, key: None, is_exact: true };
    let mut rest = field;
    while !rest.is_empty() {
        let step = match &place.node.value {
            Value::Mapping(mapping) => {
                let entries = mapping.iter().filter_map(|entry| Some((entry, after_key(rest, entry)?)));
                let longest = entries.max_by_key(|(entry, _)| entry.key.value.len());
                longest.map(|(entry, rest)| (&entry.value, Some(entry.key.span), rest))
            }
            Value::Sequence(items) => {
                take_index(rest).and_then(|(index, rest)| items.get(index).map(|item| (item, None, rest)))
            }
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => None,
        };
        let Some((node, key, after)) = step else {
            return Place { is_exact: false, ..place };
        };
        place = Place { node, key, is_exact: true };
        rest = after;
    }
    place
}

/// What follows a key at the start of a field; none where the field starts with another key.
fn after_key<'f>(field: &'f str, entry: &Entry) -> Option<&'f str> {
    let rest = field.strip_prefix(entry.key.value.as_str())?;
    match rest.strip_prefix('.') {
        Some(rest) => Some(rest),
        None if rest.is_empty() || rest.starts_with('[') => Some(rest),
        None => None,
    }
}

fn take_index(field: &str) -> Option<(usize, &str)> {
    let (index, rest) = field.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}
