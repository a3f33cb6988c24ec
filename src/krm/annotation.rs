//! Annotations of objects that are written.

use crate::k8s::tool_annotation::is_transient;
use serde_json::Map;
use serde_json::Value;

/// Names the App that an object was made from, as in `shop/storefront`.
pub(super) const OWNER: &str = "pelago.dev/app";

/// The annotations of an object, made where there are none; nothing for what is no object.
pub(super) fn annotations_mut(object: &mut Value) -> Option<&mut Map<String, Value>> {
    let metadata = object.get_mut("metadata")?.as_object_mut()?;
    let annotations = metadata.entry("annotations").or_insert(Value::Null);
    if annotations.is_null() {
        *annotations = Value::Object(Map::new());
    }
    annotations.as_object_mut()
}

/// Takes the tools' notes out of an object.
pub(super) fn without_transient(mut object: Value) -> Value {
    let Some(annotations) = annotations_mut(&mut object) else { return object };
    annotations.retain(|name, _| !is_transient(name));
    let is_empty = annotations.is_empty();
    let metadata = object.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata.filter(|_| is_empty) {
        metadata.shift_remove("annotations");
    }
    object
}
