//! What every generated object has in common: its key, labels and annotations.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::tool_annotation::is_for_tools;
use crate::lower::Lowering;
use crate::lower::hook::Hook;
use crate::schema::Text;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The label by which an App's pods are selected and its objects are found.
pub(super) const APP_LABEL: &str = "app";

/// kubernetes `docs/reference/labels-annotations-taints`: the annotation that tells people what an object is for.
pub(super) const DESCRIPTION: &str = "kubernetes.io/description";

/// karmada f8fdd02 `pkg/webhook/resourcedeletionprotection`: the label that makes the control plane refuse deletion.
const PROTECTION_LABEL: &str = "resourcetemplate.karmada.io/deletion-protected";

/// karmada f8fdd02 `pkg/util/constants.go` `RetainReplicasLabel`: the label that makes Karmada leave a Deployment's replicas to
/// the autoscaler of each cluster.
const RETAIN_LABEL: &str = "resourcetemplate.karmada.io/retain-replicas";

/// Sets labels, and takes those away that are null.
pub(super) fn change_labels(labels: &mut tree::Map, changes: &spec::LabelChanges) {
    for (key, value) in changes.iter() {
        match value {
            Some(value) => labels.set(key.value, tree::text(key.span, value.0.as_str())),
            None => labels.remove(key.value),
        }
    }
}

/// What one generated object is called and carries.
pub(super) struct Identity<'a> {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) name: &'a str,
    pub(super) at: Span,
    pub(super) labels: &'a spec::LabelChanges,
    pub(super) annotations: &'a spec::Annotations,
}

impl Identity<'_> {
    fn is_workload(&self) -> bool {
        WorkloadKind::ALL.iter().any(|kind| kind.name() == self.kind)
    }
}

/// The annotations of an App that its objects get too; those for the tools that read its file stay there.
pub(super) fn travelling(annotations: &spec::Annotations) -> impl Iterator<Item = (Spanned<&str>, &Text)> {
    annotations.iter().filter(|(key, _)| !is_for_tools(key.value))
}

impl Lowering<'_> {
    /// Starts an object: apiVersion, kind and metadata. The object's own labels and annotations win over the App's.
    pub(super) fn start_object(&self, identity: &Identity<'_>) -> tree::Map {
        let at = identity.at;
        let mut metadata = tree::Map::new(at)
            .with("name", tree::text(at, identity.name))
            .with("namespace", tree::text(at, self.namespace()));
        metadata.set_some("labels", self.labels(identity));
        metadata.set_some("annotations", self.annotations(identity));
        tree::Map::new(at)
            .with("apiVersion", tree::text(at, identity.api_version))
            .with("kind", tree::text(at, identity.kind))
            .with("metadata", metadata.into_node())
    }

    fn labels(&self, identity: &Identity<'_>) -> Option<Node> {
        let mut labels = tree::Map::new(identity.at);
        labels.set(APP_LABEL, tree::text(self.at(), self.name()));
        change_labels(&mut labels, &self.app.metadata.labels);
        change_labels(&mut labels, identity.labels);
        if let Some(protection) = self.deletion_protection().filter(|_| identity.is_workload()) {
            labels.set(PROTECTION_LABEL, tree::text(protection, "Always"));
        }
        if let Some(autoscaling) = self.cluster_autoscaling().filter(|_| identity.is_workload()) {
            labels.set(RETAIN_LABEL, tree::text(autoscaling, "true"));
        }
        labels.into_some()
    }

    /// The place that asks the control plane to refuse the deletion of the workload, where one does.
    fn deletion_protection(&self) -> Option<Span> {
        let protection = self.app.spec.propagation.as_ref()?.deletion_protection?.value;
        protection.value.then_some(protection.span)
    }

    fn annotations(&self, identity: &Identity<'_>) -> Option<Node> {
        let mut annotations = tree::Map::new(identity.at);
        if let Some(description) = &self.app.metadata.description {
            annotations.set(DESCRIPTION, tree::text(description.span, description.value.0.as_str()));
        }
        let own = identity.annotations.iter();
        for (key, value) in travelling(&self.app.metadata.annotations).chain(own) {
            annotations.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        annotations.into_some()
    }

    /// Names an object of the App's namespace.
    pub(super) fn key(&self, api_version: &str, kind: &str, name: &str) -> ObjectKey {
        let Ok(gvk) = GroupVersionKind::parse(api_version, kind) else {
            unreachable!("generated objects have an apiVersion and a kind");
        };
        ObjectKey { gvk, namespace: Some(self.namespace().to_owned()), name: name.to_owned() }
    }

    /// Finishes an object.
    pub(super) fn finish_object(&self, identity: &Identity<'_>, role: Role, map: tree::Map) -> Object {
        let key = self.key(identity.api_version, identity.kind, identity.name);
        Object { key, role, root: map.into_node() }
    }

    /// Reports the objects that another one of the App has the key of. A chart may have an object as a hook, and once more: Helm
    /// creates one after the other. Overrides are proved for one of them, so they have to be the same but for their metadata.
    pub(super) fn check_identities(&mut self, objects: &[Object]) {
        let mut known: BTreeMap<&ObjectKey, &Object> = BTreeMap::new();
        for object in objects {
            let Some(first) = known.insert(&object.key, object) else { continue };
            let is_hook = Hook::of(first).is_some() || Hook::of(object).is_some();
            if !(is_hook && without_metadata(first) == without_metadata(object)) {
                self.duplicate_object(object, first);
            }
        }
    }
}

fn without_metadata(object: &Object) -> Option<Json> {
    let mut json = object.root.to_json();
    json.as_object_mut()?.remove("metadata");
    Some(json)
}
