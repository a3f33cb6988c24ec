//! Changes of labels and annotations.
//!
//! Karmada f8fdd02 `pkg/util/overridemanager/labelannotationoverrider.go`.

use serde_json::Map;
use serde_json::Value;

use crate::k8s::patch::Operation;
use crate::k8s::pointer::escape;
use crate::karmada::overrides::fault::OverrideFault;
use crate::karmada::overrides::step::operation;
use crate::karmada::overrides::step::patch_object;
use crate::karmada::policy::overriding::LabelAnnotationOverrider;
use crate::karmada::policy::overriding::OverriderOperator;

/// Changes the entries of `metadata.labels` or `metadata.annotations`, whichever `field` names.
///
/// `add` makes the map when it is absent, and a new one when an entry is no text. The other operators skip keys
/// that are not there.
pub(super) fn override_entries(
    object: &mut Value,
    field: &str,
    overrider: &LabelAnnotationOverrider,
) -> Result<(), OverrideFault> {
    if overrider.operator == OverriderOperator::Add
        && !overrider.value.is_empty()
        && !make_entries(object, field)
    {
        return Ok(());
    }
    let entries = find_entries(object, field);
    let concerned = overrider.value.iter().filter(|(key, _)| {
        overrider.operator == OverriderOperator::Add
            || entries.is_some_and(|entries| entries.contains_key(*key))
    });
    let operations: Vec<Operation> = concerned
        .map(|(key, value)| {
            let path = format!("/metadata/{field}/{}", escape(key));
            operation(overrider.operator, path, Value::String(value.clone()))
        })
        .collect();
    if operations.is_empty() { Ok(()) } else { patch_object(object, &operations) }
}

/// Finds the entries; a map with an entry that is no text counts as absent.
fn find_entries<'a>(object: &'a Value, field: &str) -> Option<&'a Map<String, Value>> {
    let entries = object.get("metadata")?.get(field)?.as_object()?;
    entries.values().all(Value::is_string).then_some(entries)
}

/// Sees to it that there are entries, and tells whether there are.
fn make_entries(object: &mut Value, field: &str) -> bool {
    if find_entries(object, field).is_some() {
        return true;
    }
    let Some(fields) = object.as_object_mut() else {
        return false;
    };
    let metadata = fields.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    let Some(metadata) = metadata.as_object_mut() else {
        return false;
    };
    metadata.insert(field.to_owned(), Value::Object(Map::new()));
    true
}
