//! The rules of Karmada's validating webhooks for placements.
//!
//! *Source*: karmada f8fdd02 `pkg/util/validation/validation.go` `ValidatePlacement`.

use crate::k8s::name::check_label_key;
use crate::karmada::admit::fault::FaultKind;
use crate::karmada::admit::fault::Faults;
use crate::karmada::admit::validate::each;
use crate::karmada::admit::validate::items;
use crate::karmada::admit::validate::text;
use serde_json::Value;

/// Checks a placement.
pub(super) fn validate(placement: &Value, faults: &mut Faults) {
    let affinity = placement.get("clusterAffinity");
    let terms = items(placement, "clusterAffinities");
    faults.check(affinity.is_none() || terms.is_empty(), FaultKind::Invalid);
    if let Some(affinity) = affinity {
        faults.within("clusterAffinity", |faults| validate_fields(affinity, faults));
    }
    let is_by_room = is_divided_by_room(placement);
    each(placement, "clusterAffinities", faults, |term, faults| {
        faults.check(check_label_key(text(term, "affinityName")).is_ok(), FaultKind::Invalid);
        validate_fields(term, faults);
        validate_overflow(term, is_by_room, faults);
    });
    if has_equal(terms, "affinityName") {
        faults.add_at("clusterAffinities", FaultKind::Invalid);
    }
    each(placement, "clusterTolerations", faults, |toleration, faults| {
        if matches!(text(toleration, "operator"), "Lt" | "Gt") {
            faults.add_at("operator", FaultKind::Unsupported);
        }
    });
    validate_spread(placement, faults);
    if let Some(affinity) = placement.get("workloadAffinity") {
        faults.within("workloadAffinity", |faults| validate_workload_affinity(affinity, faults));
    }
}

/// Checks the field selector of an affinity.
pub(super) fn validate_fields(affinity: &Value, faults: &mut Faults) {
    let expressions = affinity.get("fieldSelector").map_or(&[][..], |it| items(it, "matchExpressions"));
    let is_valid = |expression: &Value| {
        matches!(text(expression, "key"), "provider" | "region" | "zone")
            && matches!(text(expression, "operator"), "In" | "NotIn")
    };
    if !expressions.iter().all(is_valid) {
        faults.add_at("fieldSelector", FaultKind::Invalid);
    }
}

/// *Source*: `pkg/util/policy.go`: only a division by room can overflow.
fn is_divided_by_room(placement: &Value) -> bool {
    let Some(scheduling) = placement.get("replicaScheduling") else { return false };
    let preference = scheduling.get("weightPreference");
    let has_dynamic_weight = preference.is_some_and(|it| !text(it, "dynamicWeight").is_empty());
    text(scheduling, "replicaSchedulingType") == "Divided"
        && match text(scheduling, "replicaDivisionPreference") {
            "Aggregated" => true,
            "Weighted" => has_dynamic_weight,
            _ => false,
        }
}

fn validate_overflow(term: &Value, is_by_room: bool, faults: &mut Faults) {
    let overflows = items(term, "overflowAffinities");
    if overflows.is_empty() {
        return;
    }
    let is_given = ["labelSelector", "fieldSelector"].iter().any(|field| term.get(*field).is_some())
        || ["clusterNames", "exclude"].iter().any(|field| !items(term, field).is_empty());
    if !is_by_room || !is_given {
        faults.add_at("overflowAffinities", FaultKind::Invalid);
    }
    let name = |term: &Value| text(term, "affinityName").to_owned();
    let mut names = vec![name(term)];
    faults.within("overflowAffinities", |faults| {
        for (index, overflow) in overflows.iter().enumerate() {
            faults.at(index, |faults| {
                let name = name(overflow);
                if check_label_key(&name).is_err() || names.contains(&name) {
                    faults.add_at("affinityName", FaultKind::Invalid);
                }
                names.push(name);
                validate_fields(overflow, faults);
            });
        }
    });
}

fn validate_spread(placement: &Value, faults: &mut Faults) {
    each(placement, "spreadConstraints", faults, |constraint, faults| {
        let number = |field: &str| constraint.get(field).and_then(Value::as_i64).unwrap_or_default();
        let (least, most) = (number("minGroups"), number("maxGroups"));
        let has_both =
            !text(constraint, "spreadByField").is_empty() && !text(constraint, "spreadByLabel").is_empty();
        let is_valid = !has_both && least >= 0 && most >= 0 && (most == 0 || most >= least);
        faults.check(is_valid, FaultKind::Invalid);
    });
    let constraints = items(placement, "spreadConstraints");
    let fields: Vec<&Value> =
        constraints.iter().filter(|constraint| !text(constraint, "spreadByField").is_empty()).collect();
    let has_cluster = fields.iter().any(|constraint| text(constraint, "spreadByField") == "cluster");
    if has_equal(fields.iter().copied(), "spreadByField") || !(fields.is_empty() || has_cluster) {
        faults.add_at("spreadConstraints", FaultKind::Invalid);
    }
}

fn validate_workload_affinity(affinity: &Value, faults: &mut Faults) {
    let key = |field: &str| affinity.get(field).map(|group| text(group, "groupByLabelKey"));
    for field in ["affinity", "antiAffinity"] {
        if key(field).is_some_and(|key| check_label_key(key).is_err()) {
            faults.within(field, |faults| faults.add_at("groupByLabelKey", FaultKind::Invalid));
        }
    }
    let is_same = key("affinity").is_some() && key("affinity") == key("antiAffinity");
    faults.check(!is_same, FaultKind::Invalid);
}

fn has_equal<'a>(items: impl IntoIterator<Item = &'a Value>, field: &str) -> bool {
    let mut texts: Vec<&str> = items.into_iter().map(|item| text(item, field)).collect();
    let all = texts.len();
    texts.sort_unstable();
    texts.dedup();
    texts.len() < all
}
