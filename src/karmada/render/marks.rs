//! The labels and annotations that Karmada puts on what it propagates, and the fields that it takes away.

use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::propagation::ConflictResolution;
use crate::karmada::render::RenderRequest;
use crate::karmada::render::work_name::binding_name;
use crate::karmada::render::work_name::work_name;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;

/// Stands for identifiers that Karmada draws at random.
pub const ID_PLACEHOLDER: &str = "<id>";

const MANAGED_ANNOTATIONS: &str = "resourcetemplate.karmada.io/managed-annotations";
const MANAGED_LABELS: &str = "resourcetemplate.karmada.io/managed-labels";

/// The one mark that names the cluster.
const WORK_NAMESPACE: &str = "work.karmada.io/namespace";

/// The keys of the labels that Karmada adds.
const LABELS: [&str; 5] = [
    "karmada.io/managed",
    "propagationpolicy.karmada.io/permanent-id",
    "clusterpropagationpolicy.karmada.io/permanent-id",
    "resourcebinding.karmada.io/permanent-id",
    "clusterresourcebinding.karmada.io/permanent-id",
];

/// The keys of the annotations that Karmada adds.
const ANNOTATIONS: [&str; 12] = [
    "propagationpolicy.karmada.io/name",
    "propagationpolicy.karmada.io/namespace",
    "clusterpropagationpolicy.karmada.io/name",
    "resourcebinding.karmada.io/name",
    "resourcebinding.karmada.io/namespace",
    "clusterresourcebinding.karmada.io/name",
    MANAGED_ANNOTATIONS,
    MANAGED_LABELS,
    "resourcetemplate.karmada.io/uid",
    "work.karmada.io/conflict-resolution",
    "work.karmada.io/name",
    WORK_NAMESPACE,
];

/// Fields of the metadata that belong to Karmada's copy of an object only.
const OWN_FIELDS: [&str; 10] = [
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The labels and annotations that Karmada added, sorted by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The annotations.
    pub annotations: BTreeMap<String, String>,
}

impl Marks {
    /// Adds what is the cluster's own.
    pub(super) fn add_cluster(&mut self, cluster: &str) {
        self.annotations.insert(WORK_NAMESPACE.to_owned(), format!("karmada-es-{cluster}"));
    }
}

/// Takes Karmada's labels and annotations off an object; a mapping that is then empty goes too.
pub fn take_marks(object: &mut Value) -> Marks {
    Marks { labels: take(object, "labels", &LABELS), annotations: take(object, "annotations", &ANNOTATIONS) }
}

fn take(object: &mut Value, field: &str, keys: &[&str]) -> BTreeMap<String, String> {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else {
        return BTreeMap::new();
    };
    let mut taken = BTreeMap::new();
    if let Some(entries) = metadata.get_mut(field).and_then(Value::as_object_mut) {
        for key in keys {
            if let Some(Value::String(text)) = entries.shift_remove(*key) {
                taken.insert((*key).to_owned(), text);
            }
        }
        if entries.is_empty() {
            metadata.shift_remove(field);
        }
    }
    taken
}

/// Marks the template as claimed by a policy, which happens before overrides.
///
/// *Source*: karmada f8fdd02 `pkg/detector/detector.go`, `pkg/detector/claim.go`.
pub(super) fn claim(template: &mut Value, policy: &PropagationPolicy) {
    match policy.kind {
        PropagationPolicyKind::PropagationPolicy => {
            let namespace = policy.metadata.namespace.as_deref().unwrap_or("default");
            mark(template, "labels", "propagationpolicy.karmada.io/permanent-id", ID_PLACEHOLDER);
            mark(template, "annotations", "propagationpolicy.karmada.io/namespace", namespace);
            mark(template, "annotations", "propagationpolicy.karmada.io/name", &policy.metadata.name);
        }
        PropagationPolicyKind::ClusterPropagationPolicy => {
            mark(template, "labels", "clusterpropagationpolicy.karmada.io/permanent-id", ID_PLACEHOLDER);
            mark(template, "annotations", "clusterpropagationpolicy.karmada.io/name", &policy.metadata.name);
        }
    }
}

/// Adds what comes after overrides, and takes away what other clusters must not receive.
///
/// *Source*: karmada f8fdd02 `pkg/controllers/binding/common.go`, `pkg/controllers/ctrlutil/work.go`,
/// `pkg/util/annotation.go` `RecordManagedAnnotations`, `pkg/resourceinterpreter/default/native/prune`.
pub(super) fn finish(object: &mut Value, request: &RenderRequest<'_>) {
    // An override may have changed the name; the binding keeps the one of the template, the work does not.
    let work = work_name(
        &text(object, "/kind"),
        &text(object, "/metadata/name"),
        &text(object, "/metadata/namespace"),
    );
    let namespace = text(request.object, "/metadata/namespace");
    let binding = binding_name(&text(request.object, "/kind"), &text(request.object, "/metadata/name"));
    if namespace.is_empty() {
        mark(object, "labels", "clusterresourcebinding.karmada.io/permanent-id", ID_PLACEHOLDER);
        mark(object, "annotations", "clusterresourcebinding.karmada.io/name", &binding);
    } else {
        mark(object, "labels", "resourcebinding.karmada.io/permanent-id", ID_PLACEHOLDER);
        mark(object, "annotations", "resourcebinding.karmada.io/namespace", &namespace);
        mark(object, "annotations", "resourcebinding.karmada.io/name", &binding);
    }
    let resolution = match request.policy.spec.conflict_resolution {
        Some(ConflictResolution::Overwrite) => "overwrite",
        Some(ConflictResolution::Abort) | None => "abort",
    };
    mark(object, "labels", "karmada.io/managed", "true");
    mark(object, "annotations", "work.karmada.io/conflict-resolution", resolution);
    mark(object, "annotations", "work.karmada.io/name", &work);
    mark(object, "annotations", WORK_NAMESPACE, "");
    mark(object, "annotations", "resourcetemplate.karmada.io/uid", ID_PLACEHOLDER);
    mark(object, "annotations", MANAGED_ANNOTATIONS, "");
    let labels = keys(object, "/metadata/labels");
    mark(object, "annotations", MANAGED_LABELS, &labels);
    let annotations = keys(object, "/metadata/annotations");
    mark(object, "annotations", MANAGED_ANNOTATIONS, &annotations);
    prune(object);
}

fn text(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn prune(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    fields.shift_remove("status");
    if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|field, _| !OWN_FIELDS.contains(&field.as_str()));
    }
}

/// Sets a label or an annotation.
fn mark(object: &mut Value, field: &str, key: &str, text: &str) {
    let metadata = object.as_object_mut().map(|object| object.entry("metadata").or_insert_with(empty));
    let metadata = metadata.and_then(Value::as_object_mut);
    let Some(entries) = metadata.map(|metadata| metadata.entry(field).or_insert_with(empty)) else { return };
    if !entries.is_object() {
        *entries = empty();
    }
    if let Some(entries) = entries.as_object_mut() {
        entries.insert(key.to_owned(), Value::from(text));
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}

/// The keys of a mapping, sorted, with commas.
fn keys(object: &Value, pointer: &str) -> String {
    let entries = object.pointer(pointer).and_then(Value::as_object);
    let mut keys: Vec<&str> = entries.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    keys.sort_unstable();
    keys.join(",")
}
