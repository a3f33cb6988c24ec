//! The defaults that kube-apiserver gives to replica counts before Karmada sees an object.

use crate::karmada::replicas::WorkloadKind;
use serde_json::Map;
use serde_json::Value;

/// Adds the defaults for the number of replicas: 1 each for `replicas` and `parallelism`; `completions` is 1 too
/// when neither it nor `parallelism` is given.
///
/// *Shape*: objects of other kinds, and those without a `spec`, stay as they are.
///
/// *Source*: kubernetes v1.34 `pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go` `SetDefaults_Job`.
pub fn add_defaults(object: &mut Value) {
    let Some(kind) = WorkloadKind::of(object) else { return };
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    match kind {
        WorkloadKind::Deployment | WorkloadKind::ReplicaSet | WorkloadKind::StatefulSet => {
            default_to_one(spec, "replicas");
        }
        WorkloadKind::Job => {
            if is_absent(spec, "parallelism") {
                default_to_one(spec, "completions");
            }
            default_to_one(spec, "parallelism");
        }
        WorkloadKind::Pod
        | WorkloadKind::CloneSet
        | WorkloadKind::AdvancedStatefulSet
        | WorkloadKind::BroadcastJob
        | WorkloadKind::Workflow => {}
    }
}

fn is_absent(spec: &Map<String, Value>, field: &str) -> bool {
    spec.get(field).is_none_or(Value::is_null)
}

fn default_to_one(spec: &mut Map<String, Value>, field: &str) {
    if is_absent(spec, field) {
        spec.insert(field.to_owned(), Value::from(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(kind: &str, api_version: &str, spec: &Value, expected: &Value) {
        let mut object = json!({"apiVersion": api_version, "kind": kind, "spec": spec});
        add_defaults(&mut object);
        assert_eq!(object.get("spec"), Some(expected));
    }

    #[test]
    fn a_job_completes_once_when_it_says_nothing() {
        check("Job", "batch/v1", &json!({}), &json!({"completions": 1, "parallelism": 1}));
        check("Job", "batch/v1", &json!({"parallelism": 3}), &json!({"parallelism": 3}));
        check("Job", "batch/v1", &json!({"completions": 3}), &json!({"completions": 3, "parallelism": 1}));
    }

    #[test]
    fn a_null_count_is_absent() {
        check("Deployment", "apps/v1", &json!({"replicas": null}), &json!({"replicas": 1}));
    }
}
