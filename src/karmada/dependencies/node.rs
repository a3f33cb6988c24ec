//! A value of a resource together with its place.

use serde_json::Value;

use crate::k8s::pointer::escape;

/// A value and its place; what is absent or of another type than asked for has no fields and no items.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: Option<&'a Value>,
    pointer: String,
}

impl<'a> Node<'a> {
    /// The whole resource.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value: Some(value), pointer: String::new() }
    }

    /// The value, which is absent when it is null.
    pub(super) fn value(&self) -> Option<&'a Value> {
        self.value.filter(|value| !value.is_null())
    }

    /// The place of a field, whether it is there or not.
    pub(super) fn child(&self, name: &str) -> Self {
        let step = escape(name);
        Self {
            value: self.value.and_then(|value| value.get(name)),
            pointer: format!("{}/{step}", self.pointer),
        }
    }

    /// A field that is there and not null.
    pub(super) fn field(&self, name: &str) -> Option<Self> {
        let child = self.child(name);
        child.value()?;
        Some(child)
    }

    /// A field of a field of a field, if all of them are there.
    pub(super) fn path(&self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(self.clone(), |node, name| node.field(name))
    }

    /// The items of a list.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let items = self.value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let pointer = self.pointer.clone();
        items
            .iter()
            .enumerate()
            .map(move |(index, value)| Self { value: Some(value), pointer: format!("{pointer}/{index}") })
    }

    /// The text, if the value is one.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.and_then(Value::as_str)
    }

    /// The text, if the value is one.
    pub(super) fn into_text(self) -> Option<&'a str> {
        self.text()
    }

    /// The place, as a JSON pointer.
    pub(super) fn into_pointer(self) -> String {
        self.pointer
    }
}
