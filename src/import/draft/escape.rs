//! Texts with braces, which an App would take for expressions.

use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;

/// Writes `{{` in every text so that it stands for itself.
pub(super) fn escape(node: &mut Node) {
    match &mut node.value {
        Value::String(scalar) if scalar.text.contains("{{") => {
            scalar.text = scalar.text.replace("{{", r#"{{ "{{" }}"#);
        }
        Value::Sequence(items) => items.iter_mut().for_each(escape),
        Value::Mapping(mapping) => {
            let entries: Mapping = std::mem::take(mapping);
            for mut entry in entries {
                escape(&mut entry.value);
                mapping.insert(entry);
            }
        }
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {}
    }
}
