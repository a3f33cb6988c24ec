//! What the fields of a policy take, for messages.

use crate::karmada::admit::PolicyKind;
use crate::karmada::admit::shape::Shape;
use serde_json::Value;

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDescription {
    /// The type, with its article.
    pub expected: &'static str,
    /// The texts there are, where not every text will do.
    pub choices: &'static [&'static str],
    /// The names of the fields within.
    pub fields: Vec<&'static str>,
}

/// Describes a field of a policy by the name that a [`Fault`](super::Fault) gives it; none for one that does not exist,
/// and for one of the metadata.
#[must_use]
pub fn describe_field(policy: &Value, field: &str) -> Option<FieldDescription> {
    let mut shape = &Shape::Object(PolicyKind::of(policy)?.record());
    for name in field.split('.').filter(|name| !name.is_empty()) {
        let name = name.split('[').next().unwrap_or_default();
        let holder = inside_lists(shape);
        shape = if let Shape::Object(record) = holder {
            &record.field(name)?.shape
        } else if matches!(holder, Shape::TextMap) {
            &Shape::Text
        } else {
            return None;
        };
    }
    // The name of an item ends with its place.
    Some(describe(if field.ends_with(']') { inside_lists(shape) } else { shape }))
}

fn inside_lists(shape: &Shape) -> &Shape {
    if let Shape::List(item) | Shape::FilledList(item) = shape { inside_lists(item) } else { shape }
}

fn describe(shape: &Shape) -> FieldDescription {
    let (expected, choices): (_, &'static [&'static str]) = match shape {
        Shape::Choice(choices) => ("a string", choices),
        Shape::Text | Shape::ShortText => ("a string", &[]),
        Shape::Bool => ("a boolean", &[]),
        Shape::Integer32 | Shape::Integer64 | Shape::Weight => ("an integer", &[]),
        Shape::Json => ("any value", &[]),
        Shape::List(_) | Shape::FilledList(_) => ("a list", &[]),
        Shape::TextMap | Shape::Object(_) => ("a map", &[]),
    };
    let mut fields = Vec::new();
    if let Shape::Object(record) = shape {
        fields.extend(record.fields.iter().map(|field| field.name));
    }
    FieldDescription { expected, choices, fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_described_by_the_names_of_faults() {
        let policy = json!({"apiVersion": "policy.karmada.io/v1alpha1", "kind": "PropagationPolicy"});
        let describe = |field| describe_field(&policy, field);
        let constraint = describe("spec.placement.spreadConstraints[0]").unwrap();
        assert_eq!(constraint.fields, ["maxGroups", "minGroups", "spreadByField", "spreadByLabel"]);
        assert_eq!(describe("spec.placement.spreadConstraints").unwrap().expected, "a list");
        assert_eq!(describe("spec.preemption").unwrap().choices, ["Always", "Never"]);
        assert_eq!(describe("spec.nothing"), None);
    }
}
