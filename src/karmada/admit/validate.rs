//! The rules of Karmada's validating webhooks that concern a policy as a whole.
//!
//! *Source*: karmada f8fdd02 `pkg/util/validation/validation.go`, `pkg/webhook/propagationpolicy/validating.go`,
//! `pkg/webhook/clusterpropagationpolicy/validating.go`.

use crate::k8s::name::check_label_key;
use crate::karmada::admit::PolicyKind;
use crate::karmada::admit::fault::FaultKind;
use crate::karmada::admit::fault::Faults;
use crate::karmada::admit::metadata;
use crate::karmada::admit::validate_overrides;
use crate::karmada::admit::validate_placement;
use serde_json::Value;

/// Checks a policy whose types are right.
pub(super) fn validate(kind: PolicyKind, namespace: &str, policy: &Value, faults: &mut Faults) {
    let spec = policy.get("spec").unwrap_or(&Value::Null);
    faults.within("spec", |faults| {
        if kind.is_namespaced() {
            each(spec, "resourceSelectors", faults, |selector, faults| {
                if text(selector, "namespace") != namespace {
                    faults.add_at("namespace", FaultKind::Invalid);
                }
            });
        }
        match kind {
            PolicyKind::Propagation | PolicyKind::ClusterPropagation => validate_propagation(spec, faults),
            PolicyKind::Override | PolicyKind::ClusterOverride => {
                validate_overrides::validate(spec, faults);
            }
        }
    });
}

/// Checks what an update must not change.
pub(super) fn validate_update(kind: PolicyKind, old: &Value, new: &Value, faults: &mut Faults) {
    let id = match kind {
        PolicyKind::Propagation => "propagationpolicy.karmada.io/permanent-id",
        PolicyKind::ClusterPropagation => "clusterpropagationpolicy.karmada.io/permanent-id",
        PolicyKind::Override | PolicyKind::ClusterOverride => return,
    };
    let scheduler = |policy: &Value| -> String {
        let name = policy.get("spec").map_or("", |spec| text(spec, "schedulerName"));
        if name.is_empty() { "default-scheduler".to_owned() } else { name.to_owned() }
    };
    if scheduler(old) != scheduler(new) {
        faults.within("spec", |faults| faults.add_at("schedulerName", FaultKind::Immutable));
        return;
    }
    let is_kept =
        !metadata::label(new, id).is_empty() && metadata::label(new, id) == metadata::label(old, id);
    if !is_kept {
        faults.within("metadata", |faults| faults.add_at("labels", FaultKind::Immutable));
    }
}

fn validate_propagation(spec: &Value, faults: &mut Faults) {
    faults.within("placement", |faults| {
        validate_placement::validate(spec.get("placement").unwrap_or(&Value::Null), faults);
    });
    if text(spec, "preemption") == "Always" {
        each(spec, "resourceSelectors", faults, |selector, faults| {
            if text(selector, "name").is_empty() {
                faults.add_at("name", FaultKind::Invalid);
            }
        });
    }
    if let Some(suspension) = spec.get("suspension") {
        let clusters =
            suspension.get("dispatchingOnClusters").map_or(&[][..], |it| items(it, "clusterNames"));
        if suspension.get("dispatching") == Some(&Value::Bool(true)) && !clusters.is_empty() {
            // Karmada names the field twice.
            faults.within("suspension", |faults| faults.add_at("suspension", FaultKind::Invalid));
        }
    }
    let Some(failover) = spec.get("failover") else { return };
    if failover.get("application").is_some() && spec.get("propagateDeps") != Some(&Value::Bool(true)) {
        faults.add_at("propagateDeps", FaultKind::Invalid);
    }
    faults.within("failover", |faults| {
        if let Some(application) = failover.get("application") {
            faults.within("application", |faults| validate_application_failover(application, faults));
        }
        if let Some(cluster) = failover.get("cluster") {
            faults.within("cluster", |faults| validate_state(cluster, faults));
        }
    });
}

fn validate_application_failover(failover: &Value, faults: &mut Faults) {
    let toleration = failover.get("decisionConditions").and_then(|it| it.get("tolerationSeconds"));
    if toleration.and_then(Value::as_i64).is_some_and(|seconds| seconds < 0) {
        faults.within("decisionConditions", |faults| faults.add_at("tolerationSeconds", FaultKind::Invalid));
    }
    let grace_period = failover.get("gracePeriodSeconds").and_then(Value::as_i64);
    let is_right = if text(failover, "purgeMode") == "Gracefully" {
        grace_period.is_some_and(|seconds| seconds > 0)
    } else {
        grace_period.is_none()
    };
    if !is_right {
        faults.add_at("gracePeriodSeconds", FaultKind::Invalid);
    }
    validate_state(failover, faults);
}

fn validate_state(failover: &Value, faults: &mut Faults) {
    let Some(state) = failover.get("statePreservation") else { return };
    faults.within("statePreservation", |faults| {
        each(state, "rules", faults, |rule, faults| {
            if check_label_key(text(rule, "aliasLabelName")).is_err() {
                faults.add_at("aliasLabelName", FaultKind::Invalid);
            }
        });
    });
}

/// Looks at each item of a list.
pub(super) fn each(parent: &Value, field: &str, faults: &mut Faults, look: impl Fn(&Value, &mut Faults)) {
    faults.within(field, |faults| {
        for (index, item) in items(parent, field).iter().enumerate() {
            faults.at(index, |faults| look(item, faults));
        }
    });
}

/// The items of a list; none when there is no list.
pub(super) fn items<'a>(parent: &'a Value, field: &str) -> &'a [Value] {
    parent.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A text; empty when there is none.
pub(super) fn text<'a>(parent: &'a Value, field: &str) -> &'a str {
    parent.get(field).and_then(Value::as_str).unwrap_or_default()
}
