//! What Karmada's mutating webhooks change in a policy.
//!
//! *Source*: karmada f8fdd02 `pkg/webhook/propagationpolicy/mutating.go`,
//! `pkg/webhook/clusterpropagationpolicy/mutating.go`, `pkg/webhook/overridepolicy/mutating.go`,
//! `pkg/util/helper/policy.go`.

use crate::karmada::admit::PolicyKind;
use serde_json::Map;
use serde_json::Value;

/// The seconds that the old copy of an application waits for the new one.
const GRACE_PERIOD_SECONDS: i64 = 600;

/// Changes a policy that was read and written again; labels and finalizers are not looked at.
pub(super) fn mutate(kind: PolicyKind, namespace: &str, policy: &mut Value) {
    let Some(spec) = policy.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if kind.is_namespaced() {
        for selector in items(spec, "resourceSelectors") {
            selector.entry("namespace").or_insert_with(|| Value::from(namespace));
        }
    }
    match kind {
        PolicyKind::Propagation | PolicyKind::ClusterPropagation => mutate_propagation(spec),
        PolicyKind::Override | PolicyKind::ClusterOverride => {}
    }
}

fn mutate_propagation(spec: &mut Map<String, Value>) {
    let is = |selector: &Map<String, Value>, field: &str, text: &str| {
        selector.get(field).and_then(Value::as_str) == Some(text)
    };
    let imports = items(spec, "resourceSelectors").any(|selector| {
        is(selector, "kind", "ServiceImport") && is(selector, "apiVersion", "multicluster.x-k8s.io/v1alpha1")
    });
    if imports {
        spec.insert("propagateDeps".to_owned(), Value::from(true));
    }
    if let Some(placement) = spec.get_mut("placement").and_then(Value::as_object_mut) {
        for constraint in items(placement, "spreadConstraints") {
            if !constraint.contains_key("spreadByLabel") {
                constraint.entry("spreadByField").or_insert_with(|| Value::from("cluster"));
            }
            constraint.entry("minGroups").or_insert_with(|| Value::from(1));
        }
        let scheduling = placement.get_mut("replicaScheduling").and_then(Value::as_object_mut);
        if let Some(scheduling) = scheduling.filter(|it| is(it, "replicaSchedulingType", "Divided")) {
            scheduling.entry("replicaDivisionPreference").or_insert_with(|| Value::from("Weighted"));
        }
    }
    let failover = spec.get_mut("failover").and_then(|failover| failover.get_mut("application"));
    let failover = failover.and_then(Value::as_object_mut);
    if let Some(failover) = failover.filter(|failover| is(failover, "purgeMode", "Gracefully")) {
        failover.entry("gracePeriodSeconds").or_insert_with(|| Value::from(GRACE_PERIOD_SECONDS));
    }
}

fn items<'a>(
    parent: &'a mut Map<String, Value>,
    field: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let list = parent.get_mut(field).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}
