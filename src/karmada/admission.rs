//! What becomes of a policy when it is created: Karmada's webhook reads it into its types and writes it again.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a policy as Karmada's webhook does: a field that is null is absent.
///
/// # Errors
///
/// Returns an error for unknown fields, values of the wrong type, and choices that do not exist.
pub fn read_policy<T: DeserializeOwned>(policy: &Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(without_null(policy))
}

/// Leaves out every field that is null, as the API server does; a `value` of an overrider may hold null within.
pub(crate) fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| {
                let value = if name == "value" { value.clone() } else { without_null(value) };
                (name.clone(), value)
            })
            .collect()
        }
        Value::Array(items) => items.iter().map(without_null).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
