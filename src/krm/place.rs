//! Says where in an object a piece of its text stands.

use crate::source::Span;
use crate::yaml::Node;
use crate::yaml::Value;
use std::fmt::Write;

/// The path of the smallest field that covers a place, as in `spec.deployment.containers.web.env[LOG.LEVEL]`; the keys that
/// are covered count, and empty is the whole.
pub(super) fn find_field(root: &Node, place: Span) -> String {
    let mut path = String::new();
    let mut node = root;
    loop {
        let below = match &node.value {
            Value::Mapping(mapping) => mapping
                .iter()
                .find(|entry| entry.key.span.covers(place) || entry.value.span.covers(place))
                .map(|entry| (Step::Key(&entry.key.value), &entry.value)),
            Value::Sequence(items) => items
                .iter()
                .enumerate()
                .find(|(_, item)| item.span.covers(place))
                .map(|(index, item)| (Step::Index(index), item)),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => None,
        };
        let Some((step, value)) = below else { return path };
        step.write(&mut path);
        node = value;
    }
}

/// One step into an object.
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl Step<'_> {
    fn write(&self, path: &mut String) {
        let dot = if path.is_empty() { "" } else { "." };
        let is_plain = |key: &str| {
            !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
        };
        let written = match self {
            Self::Key(key) if is_plain(key) => write!(path, "{dot}{key}"),
            Self::Key(key) => write!(path, "[{key}]"),
            Self::Index(index) => write!(path, "[{index}]"),
        };
        let Ok(()) = written else { unreachable!("a string takes every text") };
    }
}
