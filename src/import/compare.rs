//! Whether two objects are the same to Kubernetes.

use crate::import::defaults::drop_defaults;
use crate::import::strip::mapping;
use crate::import::strip::remove;
use crate::import::strip::strip;
use crate::k8s::gvk::ObjectKey;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// An object without what the server sets and what has its default, in the namespace that it lives in: two that are
/// alike in this form are the same to Kubernetes. The order of keys makes no difference.
#[must_use]
pub fn normal(key: &ObjectKey, root: &Node) -> Json {
    let mut root = root.clone();
    strip(&mut root);
    if let (Some(namespace), Some(metadata)) =
        (&key.namespace, mapping(&mut root).and_then(|object| object.get_mut("metadata")))
        && let Some(metadata) = mapping(metadata)
        && let Some(name) = metadata.get("name").map(|name| name.span)
    {
        let entry = Spanned::new("namespace".to_owned(), name);
        metadata.insert(Entry { key: entry, value: tree::text(name, namespace.as_str()) });
    }
    if is_secret(key) {
        encode_texts(&mut root);
    }
    drop_defaults(&mut root);
    root.to_json()
}

pub(super) fn is_secret(key: &ObjectKey) -> bool {
    key.gvk.api_version() == "v1" && key.gvk.kind() == "Secret"
}

/// The API server writes the texts of a Secret as `data`.
pub(super) fn encode_texts(root: &mut Node) {
    let Some(texts) = tree::get(root, "stringData").and_then(Node::as_mapping).cloned() else { return };
    remove(root, &[], "stringData");
    let Some(object) = mapping(root) else { return };
    if object.get("data").and_then(Node::as_mapping).is_none()
        && let Some(first) = texts.iter().next()
    {
        let value = tree::Map::new(first.key.span).into_node();
        object.insert(Entry { key: Spanned::new("data".to_owned(), first.key.span), value });
    }
    let Some(data) = object.get_mut("data").and_then(mapping) else { return };
    for Entry { key, value } in texts {
        let text = STANDARD.encode(value.as_str().unwrap_or_default());
        data.insert(Entry { key, value: tree::text(value.span, text) });
    }
}
