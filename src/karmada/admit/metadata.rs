//! The metadata of a policy: its types, its fields, and the rules for names, labels, and annotations.
//!
//! *Source*: apimachinery `pkg/apis/meta/v1/types.go` `ObjectMeta`, `pkg/api/validation/objectmeta.go`.

use crate::k8s::name::check_annotation_key;
use crate::k8s::name::check_dns_label;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::karmada::admit::fault::FaultKind;
use crate::karmada::admit::fault::Faults;
use serde_json::Map;
use serde_json::Value;

/// The most bytes that all annotations together have.
pub(super) const MOST_ANNOTATION_BYTES: usize = 256 * 1024;
/// The most bytes of a name that is generated, without what is appended.
const MOST_GENERATED_BYTES: usize = 58;

const TEXTS: [&str; 6] = ["name", "generateName", "namespace", "selfLink", "uid", "resourceVersion"];
const MAPS: [&str; 2] = ["labels", "annotations"];
const OTHERS: [&str; 7] = [
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "ownerReferences",
    "finalizers",
    "managedFields",
];

/// A text of the metadata; empty when there is none.
pub(super) fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object.get("metadata").and_then(|it| it.get(field)).and_then(Value::as_str).unwrap_or_default()
}

/// A label; empty when there is none.
pub(super) fn label<'a>(object: &'a Value, key: &str) -> &'a str {
    map(object, "labels").and_then(|labels| labels.get(key)).and_then(Value::as_str).unwrap_or_default()
}

fn map<'a>(object: &'a Value, field: &str) -> Option<&'a Map<String, Value>> {
    object.get("metadata")?.get(field)?.as_object()
}

/// Checks the types, which decide whether the object can be read at all.
pub(super) fn check_types(object: &Value, faults: &mut Faults) {
    let Some(metadata) = object.get("metadata").filter(|metadata| !metadata.is_null()) else { return };
    faults.within("metadata", |faults| {
        faults.check(metadata.is_object(), FaultKind::Type);
        let check = |faults: &mut Faults, field: &str, fits: fn(&Value) -> bool| {
            let is_right = metadata.get(field).is_none_or(|value| value.is_null() || fits(value));
            faults.within(field, |faults| faults.check(is_right, FaultKind::Type));
        };
        for field in TEXTS {
            check(faults, field, Value::is_string);
        }
        for field in MAPS {
            check(faults, field, |value| {
                let is_text = |value: &Value| value.is_string() || value.is_null();
                value.as_object().is_some_and(|entries| entries.values().all(is_text))
            });
        }
    });
}

/// Finds fields that metadata does not have.
pub(super) fn find_unknown(metadata: &Value, faults: &mut Faults) {
    let is_known = |name: &str| TEXTS.contains(&name) || MAPS.contains(&name) || OTHERS.contains(&name);
    faults.within("metadata", |faults| {
        for name in metadata.as_object().into_iter().flat_map(Map::keys).filter(|name| !is_known(name)) {
            faults.add_at(name, FaultKind::UnknownField);
        }
    });
}

/// Checks name, namespace, labels, and annotations.
pub(super) fn check(object: &Value, faults: &mut Faults) {
    faults.within("metadata", |faults| {
        check_name(object, faults);
        let namespace = text(object, "namespace");
        if !namespace.is_empty() && check_dns_label(namespace).is_err() {
            faults.add_at("namespace", FaultKind::Invalid);
        }
        faults.within("labels", |faults| check_labels(map(object, "labels"), faults));
        faults.within("annotations", |faults| check_annotations(map(object, "annotations"), faults));
    });
}

fn check_name(object: &Value, faults: &mut Faults) {
    let (name, prefix) = (text(object, "name"), text(object, "generateName"));
    if name.is_empty() && prefix.is_empty() {
        faults.add_at("name", FaultKind::Required);
        return;
    }
    // A dash at the end of a prefix is no dash at the end of a name.
    let masked = prefix.strip_suffix('-').filter(|rest| !rest.is_empty());
    let masked = masked.map_or_else(|| prefix.to_owned(), |rest| format!("{rest}a"));
    if !prefix.is_empty() && check_dns_subdomain(&masked).is_err() {
        faults.add_at("generateName", FaultKind::Invalid);
    }
    let end = (0..=prefix.len().min(MOST_GENERATED_BYTES)).rev().find(|end| prefix.is_char_boundary(*end));
    let generated = format!("{}xxxxx", prefix.get(..end.unwrap_or_default()).unwrap_or_default());
    if check_dns_subdomain(if name.is_empty() { &generated } else { name }).is_err() {
        faults.add_at("name", FaultKind::Invalid);
    }
}

/// Checks the keys and values of labels.
pub(super) fn check_labels(labels: Option<&Map<String, Value>>, faults: &mut Faults) {
    for (key, value) in labels.into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let is_valid = check_label_key(key).is_ok() && check_label_value(value).is_ok();
        faults.check(is_valid, FaultKind::Invalid);
    }
}

/// Checks the keys of annotations, and their size in all.
pub(super) fn check_annotations(annotations: Option<&Map<String, Value>>, faults: &mut Faults) {
    let mut bytes = 0;
    for (key, value) in annotations.into_iter().flatten() {
        bytes += key.len() + value.as_str().unwrap_or_default().len();
        faults.check(check_annotation_key(key).is_ok(), FaultKind::Invalid);
    }
    faults.check(bytes <= MOST_ANNOTATION_BYTES, FaultKind::TooLong);
}
