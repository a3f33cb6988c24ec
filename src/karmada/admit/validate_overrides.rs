//! The rules of Karmada's validating webhooks for override policies.
//!
//! *Source*: karmada f8fdd02 `pkg/util/validation/validation.go` `ValidateOverrideSpec`; plaintext overriders are not
//! looked at, and nothing in the deprecated `overriders` is.

use crate::karmada::admit::fault::FaultKind;
use crate::karmada::admit::fault::Faults;
use crate::karmada::admit::metadata::check_annotations;
use crate::karmada::admit::metadata::check_labels;
use crate::karmada::admit::validate::each;
use crate::karmada::admit::validate::items;
use crate::karmada::admit::validate::text;
use crate::karmada::admit::validate_placement::validate_fields;
use serde_json::Value;

/// The overriders whose presence beside rules is refused; `fieldOverrider` is forgotten.
const OVERRIDERS: [&str; 6] = [
    "plaintext",
    "imageOverrider",
    "commandOverrider",
    "argsOverrider",
    "labelsOverrider",
    "annotationsOverrider",
];

/// Checks the spec of an override policy.
pub(super) fn validate(spec: &Value, faults: &mut Faults) {
    let target = spec.get("targetCluster");
    if let Some(target) = target {
        faults.within("targetCluster", |faults| validate_fields(target, faults));
    }
    if spec.get("overrideRules").is_some_and(Value::is_array) {
        if target.is_some() {
            faults.add_at("targetCluster", FaultKind::Invalid);
        }
        let is_used =
            |overriders: &Value| OVERRIDERS.iter().any(|field| !items(overriders, field).is_empty());
        if spec.get("overriders").is_some_and(is_used) {
            faults.add_at("overriders", FaultKind::Invalid);
        }
    }
    each(spec, "overrideRules", faults, |rule, faults| {
        if let Some(target) = rule.get("targetCluster") {
            faults.within("targetCluster", |faults| validate_fields(target, faults));
        }
        if let Some(overriders) = rule.get("overriders") {
            faults.within("overriders", |faults| validate_overriders(overriders, faults));
        }
    });
}

fn validate_overriders(overriders: &Value, faults: &mut Faults) {
    let entries = |overrider: &Value| overrider.get("value").and_then(Value::as_object).cloned();
    each(overriders, "labelsOverrider", faults, |overrider, faults| {
        faults.within("value", |faults| check_labels(entries(overrider).as_ref(), faults));
    });
    each(overriders, "annotationsOverrider", faults, |overrider, faults| {
        faults.within("value", |faults| check_annotations(entries(overrider).as_ref(), faults));
    });
    each(overriders, "imageOverrider", faults, |overrider, faults| {
        if let Some(predicate) = overrider.get("predicate") {
            faults.within("predicate", |faults| check_pointer(predicate, "path", faults));
        }
    });
    each(overriders, "fieldOverrider", faults, validate_field_overrider);
}

fn validate_field_overrider(overrider: &Value, faults: &mut Faults) {
    match (items(overrider, "json").is_empty(), items(overrider, "yaml").is_empty()) {
        (true, true) => faults.add(FaultKind::Required),
        (false, false) => faults.add(FaultKind::Invalid),
        (true, false) | (false, true) => {}
    }
    check_pointer(overrider, "fieldPath", faults);
    for format in ["json", "yaml"] {
        each(overrider, format, faults, |operation, faults| {
            check_pointer(operation, "subPath", faults);
            let has_value = operation.get("value").is_some_and(|value| !value.is_null());
            let is_right = match text(operation, "operator") {
                "add" | "replace" => has_value,
                "remove" => !has_value,
                _ => true,
            };
            if !is_right {
                faults.add_at("value", FaultKind::Invalid);
            }
        });
    }
}

/// A JSON pointer is empty or starts with a slash.
fn check_pointer(parent: &Value, field: &str, faults: &mut Faults) {
    let pointer = text(parent, field);
    if !pointer.is_empty() && !pointer.starts_with('/') {
        faults.add_at(field, FaultKind::Invalid);
    }
}
