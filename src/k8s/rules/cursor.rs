//! A place in an object that knows its way from the root.

use crate::k8s::pointer::Pointer;
use serde_json::Value;

/// A value, and how it is reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) value: &'a Value,
    above: Option<(&'a Cursor<'a>, Step<'a>)>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Cursor<'a> {
    /// The root of an object.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, above: None }
    }

    /// The value of a key; null counts as absent.
    pub(super) fn get<'b>(&'b self, key: &'b str) -> Option<Cursor<'b>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Cursor { value, above: Some((self, Step::Key(key))) })
    }

    /// The items of a list; none where this is no list.
    pub(super) fn items(&self) -> impl Iterator<Item = Cursor<'_>> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .map(move |(index, value)| Cursor { value, above: Some((self, Step::Index(index))) })
    }

    /// The entries of a map but those that are null; none where this is no map.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Cursor<'_>)> {
        let entries = self.value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        entries.map(move |(key, value)| {
            (key.as_str(), Cursor { value, above: Some((self, Step::Key(key.as_str()))) })
        })
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// Whether a key is true.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Whether it is a list without items.
    pub(super) fn is_empty_list(&self) -> bool {
        self.value.as_array().is_some_and(Vec::is_empty)
    }

    /// The number of items or entries.
    pub(super) fn len(&self) -> usize {
        self.value.as_array().map_or_else(|| self.value.as_object().map_or(0, serde_json::Map::len), Vec::len)
    }

    /// The key that leads here; empty for the root and for items.
    pub(super) fn key(&self) -> &'a str {
        match self.above {
            Some((_, Step::Key(key))) => key,
            Some((_, Step::Index(_))) | None => "",
        }
    }

    /// The way from the root.
    pub(super) fn pointer(&self) -> Pointer {
        let Some((above, step)) = self.above else { return Pointer::default() };
        let mut pointer = above.pointer();
        match step {
            Step::Key(key) => pointer.push_key(key),
            Step::Index(index) => pointer.push_index(index),
        }
        pointer
    }
}
