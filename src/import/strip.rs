//! Takes away what a server or a tool wrote into an object, and nobody would write by hand.

use crate::k8s::gvk::GroupVersionKind;
use crate::tree;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;

/// What the API server sets in the metadata of each object: karmada f8fdd02
/// `pkg/resourceinterpreter/default/native/prune/prune.go` takes away the same.
const METADATA: &[&str] = &[
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
    "ownerReferences",
    "finalizers",
];

/// Annotations of the tools that apply objects and of the controllers that look after them.
const ANNOTATIONS: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "batch.kubernetes.io/job-tracking",
    "autoscaling.alpha.kubernetes.io/conditions",
    "autoscaling.alpha.kubernetes.io/current-metrics",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
    "policy.karmada.io/applied-overrides",
    "policy.karmada.io/applied-cluster-overrides",
    "resourcetemplate.karmada.io/managed-annotations",
    "resourcetemplate.karmada.io/managed-labels",
    "resourcetemplate.karmada.io/uid",
    "resourcetemplate.karmada.io/generation",
];

/// Labels that the API server or Karmada set: karmada f8fdd02 `pkg/apis/*/well_known_constants.go`.
const LABELS: &[&str] = &[
    "kubernetes.io/metadata.name",
    "karmada.io/managed",
    // Written for every workload that an autoscaler of its cluster scales.
    "resourcetemplate.karmada.io/retain-replicas",
];

/// The names of Karmada's policies and bindings, whose labels and annotations mark what they claimed.
const KARMADA: &[&str] = &[
    "propagationpolicy.karmada.io/",
    "clusterpropagationpolicy.karmada.io/",
    "resourcebinding.karmada.io/",
    "clusterresourcebinding.karmada.io/",
    "work.karmada.io/",
];

/// The labels by which a Job finds its pods unless told otherwise: kubernetes v1.33 `pkg/registry/batch/job/strategy.go`
/// `generateSelector`.
const JOB_LABELS: &[&str] =
    &["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

/// Takes what the server set away.
pub(super) fn strip(root: &mut Node) {
    let kind = tree::get(root, "kind").and_then(Node::as_str).unwrap_or_default().to_owned();
    let bound = is_bound(root);
    strip_nulls(root);
    let Some(object) = mapping(root) else { return };
    object.remove("status");
    if let Some(metadata) = object.get_mut("metadata") {
        strip_metadata(metadata);
    }
    match kind.as_str() {
        "Service" => strip_service(root),
        "Pod" => strip_pod(root),
        "PersistentVolume" => {
            remove(root, &["spec", "claimRef"], "uid");
            remove(root, &["spec", "claimRef"], "resourceVersion");
        }
        "PersistentVolumeClaim" if bound => remove(root, &["spec"], "volumeName"),
        "Job" => strip_job(root),
        "StatefulSet" => strip_claim_templates(root),
        "Namespace" => {
            remove(root, &["spec"], "finalizers");
            remove_empty(root, &[], "spec");
        }
        "ServiceAccount" => strip_tokens(root),
        _ => {}
    }
    for path in
        [&["spec", "template"][..], &["spec", "jobTemplate", "spec", "template"], &["spec", "jobTemplate"]]
    {
        remove(root, &[path, &["metadata"]].concat(), "creationTimestamp");
    }
}

/// To what is typed, null is the same as nothing, but for texts by key, and for the defaults that a definition gives to fields.
/// Servers and tools write it for times and lists that there are not.
fn strip_nulls(root: &mut Node) {
    let text = |key: &str| tree::get(root, key).and_then(Node::as_str).unwrap_or_default();
    let gvk = GroupVersionKind::parse(text("apiVersion"), text("kind"));
    let is_typed = gvk.is_ok_and(|gvk| {
        let is_free = matches!(gvk.kind(), "CustomResourceDefinition" | "ControllerRevision");
        gvk.find_scope().is_some() && !is_free && !gvk.group().ends_with(".karmada.io")
    });
    if is_typed {
        remove_nulls(root);
    } else if let Some(metadata) = find_mut(root, &["metadata"]) {
        remove_nulls(metadata);
    }
}

fn remove_nulls(node: &mut Node) {
    const TEXTS: &[&str] = &[
        "annotations",
        "binaryData",
        "data",
        "labels",
        "limits",
        "matchLabels",
        "nodeSelector",
        "requests",
        "selector",
        "stringData",
    ];
    match &mut node.value {
        Value::Mapping(mapping) => {
            let entries: Mapping = std::mem::take(mapping);
            for mut entry in entries.into_iter().filter(|entry| entry.value.value != Value::Null) {
                if !TEXTS.contains(&entry.key.value.as_str()) {
                    remove_nulls(&mut entry.value);
                }
                mapping.insert(entry);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(remove_nulls),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {}
    }
}

/// What a pod that runs somewhere has got on its way there: a node, the token of its account, and the time that it stays on a node
/// which is gone.
fn strip_pod(root: &mut Node) {
    if tree::find(root, &["spec", "nodeName"]).is_none() {
        return;
    }
    for field in ["nodeName", "priority", "preemptionPolicy"] {
        remove(root, &["spec"], field);
    }
    let is_token = |name: &Node| {
        let name = tree::get(name, "name").and_then(Node::as_str);
        name.is_some_and(|name| name.starts_with("kube-api-access-"))
    };
    retain(root, &["spec", "volumes"], |volume| !is_token(volume));
    retain(root, &["spec", "tolerations"], |toleration| !is_usual_toleration(toleration));
    for field in ["containers", "initContainers"] {
        let containers = find_mut(root, &["spec", field]);
        let Some(Value::Sequence(containers)) = containers.map(|node| &mut node.value) else { continue };
        for container in containers {
            retain(container, &["volumeMounts"], |mount| !is_token(mount));
        }
    }
}

/// What the admission plugin `DefaultTolerationSeconds` adds.
fn is_usual_toleration(toleration: &Node) -> bool {
    let usual = |key: &str| serde_json::json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300});
    let toleration = toleration.to_json();
    ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
        .iter()
        .any(|key| toleration == usual(key))
}

/// Keeps some items of the list at a path; a list that is left empty goes.
fn retain(root: &mut Node, path: &[&str], is_kept: impl Fn(&Node) -> bool) {
    let Some((last, above)) = path.split_last() else { return };
    let Some(Value::Sequence(items)) = find_mut(root, path).map(|node| &mut node.value) else { return };
    items.retain(is_kept);
    if items.is_empty() {
        remove(root, above, last);
    }
}

fn strip_metadata(metadata: &mut Node) {
    let Some(fields) = mapping(metadata) else { return };
    for key in METADATA {
        fields.remove(key);
    }
    for (field, known) in [("annotations", ANNOTATIONS), ("labels", LABELS)] {
        let Some(found) = fields.get_mut(field).and_then(mapping) else { continue };
        let is_set = |key: &str| known.contains(&key) || KARMADA.iter().any(|prefix| key.starts_with(prefix));
        let set: Vec<String> =
            found.iter().map(|entry| entry.key.value.clone()).filter(|key| is_set(key)).collect();
        for key in set {
            found.remove(&key);
        }
        if found.is_empty() {
            fields.remove(field);
        }
    }
}

/// Addresses that the server chose; `None` is a choice of the user. Which address families there are follows from the
/// addresses.
fn strip_service(root: &mut Node) {
    let address =
        tree::find(root, &["spec", "clusterIP"]).and_then(Node::as_str).unwrap_or_default().to_owned();
    let is_given = tree::find(root, &["spec", "clusterIPs"]).is_some();
    remove(root, &["spec"], "clusterIPs");
    if address != "None" && !address.is_empty() {
        remove(root, &["spec"], "clusterIP");
        remove(root, &["spec"], "healthCheckNodePort");
    } else if !is_given {
        return;
    }
    let policy = tree::find(root, &["spec", "ipFamilyPolicy"]).and_then(Node::as_str);
    if matches!(policy, None | Some("SingleStack")) {
        remove(root, &["spec"], "ipFamilies");
    }
}

/// Tells whether a controller bound a claim to its volume.
fn is_bound(root: &Node) -> bool {
    tree::find(root, &["metadata", "annotations", "pv.kubernetes.io/bind-completed"]).is_some()
}

/// The selector of a Job and its labels come from the server, unless the user says that they do not.
fn strip_job(root: &mut Node) {
    let is_manual = tree::find(root, &["spec", "manualSelector"])
        .is_some_and(|manual| manual.value == Value::Boolean(true));
    let selected = tree::find(root, &["spec", "selector", "matchLabels"]).and_then(Node::as_mapping);
    let is_generated =
        selected.is_some_and(|labels| labels.iter().any(|entry| entry.key.value.ends_with("controller-uid")));
    if is_manual || !is_generated {
        return;
    }
    remove(root, &["spec"], "selector");
    for path in [&["metadata"][..], &["spec", "template", "metadata"]] {
        for label in JOB_LABELS {
            remove(root, &[path, &["labels"]].concat(), label);
        }
        remove_empty(root, path, "labels");
    }
}

fn strip_claim_templates(root: &mut Node) {
    let templates = find_mut(root, &["spec", "volumeClaimTemplates"]);
    let Some(Value::Sequence(templates)) = templates.map(|node| &mut node.value) else { return };
    for template in templates {
        remove(template, &[], "status");
        if let Some(metadata) = mapping(template).and_then(|fields| fields.get_mut("metadata")) {
            strip_metadata(metadata);
        }
    }
}

/// Older servers made a Secret with a token for each account.
fn strip_tokens(root: &mut Node) {
    let name = tree::find(root, &["metadata", "name"]).and_then(Node::as_str).unwrap_or_default().to_owned();
    let is_made = |secret: &Node| {
        let secret = tree::get(secret, "name").and_then(Node::as_str).unwrap_or_default();
        secret.starts_with(&format!("{name}-token-")) || secret.starts_with(&format!("{name}-dockercfg-"))
    };
    for field in ["secrets", "imagePullSecrets"] {
        retain(root, &[field], |secret| !is_made(secret));
    }
}

/// The map, if the node is one.
pub(super) fn mapping(node: &mut Node) -> Option<&mut Mapping> {
    match &mut node.value {
        Value::Mapping(mapping) => Some(mapping),
        Value::Null
        | Value::Boolean(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Poisoned => None,
    }
}

/// The value at a path of keys, to change it.
pub(super) fn find_mut<'a>(node: &'a mut Node, path: &[&str]) -> Option<&'a mut Node> {
    path.iter().try_fold(node, |node, key| mapping(node)?.get_mut(key))
}

/// Takes a key of the map at a path away.
pub(super) fn remove(node: &mut Node, path: &[&str], key: &str) {
    if let Some(fields) = find_mut(node, path).and_then(mapping) {
        fields.remove(key);
    }
}

/// Takes a key away whose map is empty.
pub(super) fn remove_empty(node: &mut Node, path: &[&str], key: &str) {
    let Some(fields) = find_mut(node, path).and_then(mapping) else { return };
    if fields.get(key).and_then(Node::as_mapping).is_some_and(Mapping::is_empty) {
        fields.remove(key);
    }
}
