//! Names, labels and annotations of any object.

use crate::diagnostic::Code;
use crate::diagnostic::codes;
use crate::k8s::name::NameError;
use crate::k8s::name::check_annotation_key;
use crate::k8s::name::check_dns_label;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;

/// apimachinery `pkg/api/validation/objectmeta.go` `TotalAnnotationSizeLimitB`.
const MOST_ANNOTATIONS: usize = 256 * 1024;

/// The groups whose names may have anything that a path may have.
const FREE_NAMES: &[&str] =
    &["rbac.authorization.k8s.io", "apiregistration.k8s.io", "certificates.k8s.io", "authorization.k8s.io"];

/// Checks the name of an object: apimachinery `pkg/api/validation/generic.go`.
pub(super) fn check_name(root: &Cursor<'_>, (api_version, kind): (&str, &str), found: &mut Vec<Breach>) {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let Some(metadata) = root.get("metadata") else { return };
    let Some(name) = metadata.get("name").filter(|_| !FREE_NAMES.contains(&group)) else { return };
    let Some(text) = name.value.as_str().filter(|text| !text.is_empty()) else { return };
    let outcome = match (api_version, kind) {
        ("v1", "Namespace" | "Service") => check_dns_label(text),
        _ => check_dns_subdomain(text),
    };
    if let Err(error) = outcome {
        found.push(invalid(Breach::value, (&name, text, "name"), &error, codes::INVALID_NAME));
    }
}

/// Checks the metadata of an object, or of a template.
pub(super) fn check(holder: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(metadata) = holder.get("metadata") else { return };
    if let Some(labels) = metadata.get("labels") {
        check_labels(&labels, found);
    }
    if let Some(annotations) = metadata.get("annotations") {
        check_annotations(&annotations, found);
    }
}

/// Checks a map of labels, or of what labels must be.
pub(super) fn check_labels(labels: &Cursor<'_>, found: &mut Vec<Breach>) {
    for (key, value) in labels.entries() {
        if let Err(error) = check_label_key(key) {
            found.push(invalid(Breach::key, (&value, key, "label key"), &error, codes::INVALID_LABEL));
        }
        let text = value.value.as_str().unwrap_or_default();
        if let Err(error) = check_label_value(text) {
            found.push(invalid(Breach::value, (&value, text, "label value"), &error, codes::INVALID_LABEL));
        }
    }
}

fn check_annotations(annotations: &Cursor<'_>, found: &mut Vec<Breach>) {
    let mut size = 0;
    for (key, value) in annotations.entries() {
        if let Err(error) = check_annotation_key(key) {
            found.push(invalid(Breach::key, (&value, key, "annotation key"), &error, codes::INVALID_LABEL));
        }
        size += key.len() + value.value.as_str().map_or(0, str::len);
    }
    if size > MOST_ANNOTATIONS {
        let message = format!("the annotations have {size} bytes, and Kubernetes takes 262144 of an object");
        found.push(Breach::key(annotations, message));
    }
}

/// A text that a rule for names refuses.
pub(super) fn invalid(
    place: fn(&Cursor<'_>, String) -> Breach,
    (at, text, noun): (&Cursor<'_>, &str, &str),
    error: &NameError,
    code: Code,
) -> Breach {
    let breach = place(at, format!("invalid {noun} `{text}`: {error}")).code(code);
    match &error.suggestion {
        Some(near) => breach.help(format!("write `{near}`")),
        None => breach,
    }
}
