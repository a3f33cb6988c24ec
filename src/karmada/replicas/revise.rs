//! Sets the number of replicas of an object to what one cluster receives.

use crate::karmada::replicas::WorkloadKind;
use crate::karmada::typed::WrongType;
use serde_json::Value;

/// Sets `spec.replicas`, or a Job's `spec.parallelism`, if the object has that field.
///
/// *Shape*: an object without the field, a Pod, and kinds without replicas stay as they are. Custom resources for
/// which Karmada brings a script always receive the field.
///
/// *Source*: karmada f8fdd02 `pkg/resourceinterpreter/default/native/revisereplica.go`,
/// `pkg/util/helper/unstructured.go` `ApplyReplica`, `pkg/resourceinterpreter/default/thirdparty`.
///
/// # Errors
///
/// [`WrongType`] when the field is there and no integer of 64 bits, null included.
pub fn revise(object: &mut Value, replicas: i64) -> Result<(), WrongType> {
    match WorkloadKind::of(object) {
        None | Some(WorkloadKind::Pod) => Ok(()),
        Some(WorkloadKind::Deployment | WorkloadKind::ReplicaSet | WorkloadKind::StatefulSet) => {
            replace_spec_integer(object, "replicas", replicas)
        }
        Some(WorkloadKind::Job) => replace_spec_integer(object, "parallelism", replicas),
        Some(WorkloadKind::CloneSet | WorkloadKind::AdvancedStatefulSet) => {
            set_spec_integer(object, "replicas", replicas)
        }
        Some(WorkloadKind::BroadcastJob | WorkloadKind::Workflow) => {
            set_spec_integer(object, "parallelism", replicas)
        }
    }
}

fn replace_spec_integer(object: &mut Value, field: &str, number: i64) -> Result<(), WrongType> {
    match spec_integer(object, field)? {
        Some(_) => set_spec_integer(object, field, number),
        None => Ok(()),
    }
}

/// Reads a field of the spec as an integer of 64 bits; absent when the field or the spec is.
///
/// *Source*: apimachinery `pkg/apis/meta/v1/unstructured/helpers.go` `NestedInt64`.
///
/// # Errors
///
/// [`WrongType`] when the field is there and no such integer, null included.
pub fn spec_integer(object: &Value, field: &str) -> Result<Option<i64>, WrongType> {
    let spec = match object.get("spec") {
        None | Some(Value::Null) => return Ok(None),
        Some(spec) => spec.as_object().ok_or_else(no_spec)?,
    };
    let wrong = || WrongType { pointer: format!("/spec/{field}"), expected: "an integer" };
    spec.get(field).map(|value| value.as_i64().ok_or_else(wrong)).transpose()
}

/// Sets a field of the spec.
///
/// # Errors
///
/// [`WrongType`] when there is no spec, or it is no mapping.
pub fn set_spec_integer(object: &mut Value, field: &str, number: i64) -> Result<(), WrongType> {
    let spec = object.get_mut("spec").and_then(Value::as_object_mut).ok_or_else(no_spec)?;
    spec.insert(field.to_owned(), Value::from(number));
    Ok(())
}

fn no_spec() -> WrongType {
    WrongType { pointer: "/spec".to_owned(), expected: "an object" }
}
