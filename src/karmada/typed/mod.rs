//! The types that Karmada reads workloads into before it looks at them.
//!
//! A value of the wrong type anywhere makes that reading fail; unknown fields and null do not.

mod scalar;
mod table;

use std::fmt;

use serde_json::Value;

use crate::k8s::pointer::escape;
use crate::karmada::typed::table::TYPES;

/// A kind that Karmada reads into a Go struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypedKind {
    /// `apps/v1`.
    Deployment,
    /// `apps/v1`.
    ReplicaSet,
    /// `apps/v1`.
    StatefulSet,
    /// `apps/v1`.
    DaemonSet,
    /// `batch/v1`.
    Job,
    /// `batch/v1`.
    CronJob,
    /// `v1`.
    Pod,
    /// The template of a pod within another kind.
    PodTemplateSpec,
    /// `networking.k8s.io/v1`.
    Ingress,
    /// `multicluster.x-k8s.io/v1alpha1`.
    ServiceImport,
}

impl TypedKind {
    fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::ReplicaSet => "ReplicaSet",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::Pod => "Pod",
            Self::PodTemplateSpec => "PodTemplateSpec",
            Self::Ingress => "Ingress",
            Self::ServiceImport => "ServiceImport",
        }
    }
}

/// A value whose type is not the one of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongType {
    /// The value, as a JSON pointer.
    pub pointer: String,
    /// The type of the field, in words.
    pub expected: &'static str,
}

impl fmt::Display for WrongType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {} at `{}`", self.expected, self.pointer)
    }
}

impl std::error::Error for WrongType {}

/// Checks that a value can be read into the type of a kind.
///
/// The rules are those of Kubernetes' converter from generic to typed objects (apimachinery
/// `pkg/runtime/converter.go` `fromUnstructured`): whole floats are integers, integers that do not fit wrap,
/// nothing else changes its type.
///
/// # Errors
///
/// Returns the first value that does not fit, in the order of the type's fields.
pub fn check_types(value: &Value, kind: TypedKind) -> Result<(), WrongType> {
    let mut pointer = String::new();
    match check_value(value, kind.name(), &mut pointer) {
        Ok(()) => Ok(()),
        Err(expected) => Err(WrongType { pointer, expected }),
    }
}

/// Checks one value; `pointer` is where it is, and stays at the fault when there is one.
///
/// The depth is bounded by the types, none of which contains itself.
fn check_value(value: &Value, shape: &str, pointer: &mut String) -> Result<(), &'static str> {
    if value.is_null() {
        return Ok(());
    }
    if let Some(item) = shape.strip_prefix('[').and_then(|shape| shape.strip_suffix(']')) {
        return check_list(value, item, pointer);
    }
    if let Some(item) = shape.strip_prefix('{').and_then(|shape| shape.strip_suffix('}')) {
        return check_map(value, item, pointer);
    }
    match TYPES.iter().find(|(name, _)| *name == shape) {
        Some((_, fields)) => check_struct(value, fields, pointer),
        None => scalar::check(value, shape),
    }
}

fn check_list(value: &Value, item: &str, pointer: &mut String) -> Result<(), &'static str> {
    let items = value.as_array().ok_or("a list")?;
    for (index, value) in items.iter().enumerate() {
        check_within(value, item, pointer, &index.to_string())?;
    }
    Ok(())
}

fn check_map(value: &Value, item: &str, pointer: &mut String) -> Result<(), &'static str> {
    let entries = value.as_object().ok_or("a map")?;
    for (key, value) in entries {
        check_within(value, item, pointer, key)?;
    }
    Ok(())
}

fn check_struct(value: &Value, fields: &str, pointer: &mut String) -> Result<(), &'static str> {
    let entries = value.as_object().ok_or("an object")?;
    for field in fields.split_ascii_whitespace() {
        let Some((name, shape)) = field.split_once(':') else {
            unreachable!("each field of the table has a name and a shape");
        };
        if let Some(value) = entries.get(name) {
            check_within(value, shape, pointer, name)?;
        }
    }
    Ok(())
}

fn check_within(value: &Value, shape: &str, pointer: &mut String, step: &str) -> Result<(), &'static str> {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&escape(step));
    check_value(value, shape, pointer)?;
    pointer.truncate(length);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Every shape that the table names is a scalar or a type of the table.
    #[test]
    fn the_table_is_closed() {
        for (name, fields) in TYPES {
            for field in fields.split_ascii_whitespace() {
                let (_, shape) = field.split_once(':').expect("a name and a shape");
                let inner = shape.trim_matches(['[', ']', '{', '}']);
                let is_known =
                    scalar::SHAPES.contains(&inner) || TYPES.iter().any(|(name, _)| *name == inner);
                assert!(is_known, "{name} {field}");
            }
        }
    }

    #[test]
    fn the_first_wrong_value_is_named() {
        let object = json!({"spec": {"template": {"spec": {"containers": [{"name": "a"}, {"name": 5}]}}}});
        let fault = check_types(&object, TypedKind::Deployment).expect_err("a number is no name");
        assert_eq!(fault.to_string(), "expected a string at `/spec/template/spec/containers/1/name`");
    }

    #[test]
    fn null_unknown_fields_and_whole_floats_pass() {
        let object = json!({"spec": {"replicas": 3.0, "unknown": [1], "template": null, "selector": {}}});
        assert_eq!(check_types(&object, TypedKind::Deployment), Ok(()));
    }

    #[test]
    fn quantities_and_ports_take_numbers_and_strings() {
        let container = json!({
            "resources": {"limits": {"cpu": 2, "memory": "1Gi"}},
            "livenessProbe": {"httpGet": {"port": "http"}, "periodSeconds": 3},
        });
        let object = json!({"spec": {"containers": [container]}});
        assert_eq!(check_types(&object, TypedKind::Pod), Ok(()));
        let object = json!({"spec": {"containers": [{"resources": {"limits": {"cpu": "two"}}}]}});
        let fault = check_types(&object, TypedKind::Pod).expect_err("`two` is no quantity");
        assert_eq!(fault.expected, "a quantity");
    }
}
