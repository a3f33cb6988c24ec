//! The fields of a map, taken one by one: what nobody takes is kept as it is.

use crate::source::Span;
use crate::tree;
use crate::yaml::Mapping;
use crate::yaml::Node;

/// The fields of a map that are not taken yet.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    mapping: Mapping,
    span: Span,
}

impl Fields {
    /// The fields of a node; none where it is no map.
    pub(super) fn of(node: Option<&Node>, at: Span) -> Self {
        let mapping = node.and_then(Node::as_mapping).cloned().unwrap_or_default();
        Self { mapping, span: node.map_or(at, |node| node.span) }
    }

    /// The place of the map.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// Takes a field.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        self.mapping.remove(key).map(|entry| entry.value)
    }

    /// Looks at a field.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.mapping.get(key)
    }

    /// Takes a text, where the field is one.
    pub(super) fn take_text(&mut self, key: &str) -> Option<String> {
        let text = self.get(key).and_then(Node::as_str)?.to_owned();
        self.take(key);
        Some(text)
    }

    /// Puts another value in the place of a field.
    pub(super) fn set(&mut self, key: &str, value: Node) {
        let key = crate::source::Spanned::new(key.to_owned(), value.span);
        self.mapping.insert(crate::yaml::Entry { key, value });
    }

    /// Tells whether all fields are taken.
    pub(super) fn is_empty(&self) -> bool {
        self.mapping.is_empty()
    }

    /// Puts the fields that were not taken behind those of a map.
    pub(super) fn put_rest(self, map: &mut tree::Map) {
        for entry in self.mapping {
            map.set_written(&entry.key, entry.value);
        }
    }
}

/// Tells whether no two texts are alike.
pub(super) fn are_unique<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    texts.into_iter().all(|text| seen.insert(text))
}

/// The texts at a key of each item; nothing where one has none there.
pub(super) fn texts<'a>(items: &'a [Node], key: &str) -> Option<Vec<&'a str>> {
    items.iter().map(|item| tree::get(item, key).and_then(Node::as_str)).collect()
}
