//! Objects that nobody writes: controllers and servers make them again.

use crate::import::references::items;
use crate::import::references::text;
use crate::k8s::gvk::ObjectKey;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeSet;

/// Why an object is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Another object owns it.
    Owned,
    /// Kubernetes makes it in every namespace, or for other objects.
    Made,
    /// Karmada makes it of policies.
    MadeByKarmada,
    /// Helm keeps its releases in it.
    MadeByHelm,
    /// Karmada never carries what lives in its namespace.
    Reserved,
}

impl Reason {
    /// What it is that was left out.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Owned => "what belongs to other objects",
            Self::Made => "what Kubernetes makes",
            Self::MadeByKarmada => "what Karmada makes",
            Self::MadeByHelm => "what Helm makes",
            Self::Reserved => "what lives where Karmada carries nothing from",
        }
    }
}

/// The claims of storage that a `StatefulSet` makes of its templates, one for each pod; they belong to it without saying so.
#[derive(Debug, Default)]
pub(super) struct MadeClaims(BTreeSet<(String, String)>);

impl MadeClaims {
    /// Those of each `StatefulSet` among the objects.
    pub(super) fn of(objects: &[Node]) -> Self {
        let mut names = BTreeSet::new();
        for object in objects.iter().filter(|object| text(object, &["kind"]) == Some("StatefulSet")) {
            let Some(name) = text(object, &["metadata", "name"]) else { continue };
            let namespace = text(object, &["metadata", "namespace"]).unwrap_or(default_namespace());
            for template in items(object, &["spec", "volumeClaimTemplates"]) {
                let claim = text(template, &["metadata", "name"]).unwrap_or_default();
                names.insert((namespace.to_owned(), format!("{claim}-{name}")));
            }
        }
        Self(names)
    }

    fn has(&self, key: &ObjectKey) -> bool {
        let Some((front, ordinal)) = key.name.rsplit_once('-') else { return false };
        let is_ordinal = !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit());
        let namespace = key.namespace.clone().unwrap_or_default();
        is_ordinal && self.0.contains(&(namespace, front.to_owned()))
    }
}

/// Why an object is left out; nothing for one that is imported.
pub(super) fn reason_to_leave_out(key: &ObjectKey, root: &Node, claims: &MadeClaims) -> Option<Reason> {
    if tree::is_controlled(root) {
        return Some(Reason::Owned);
    }
    if key.gvk.kind() == "PersistentVolumeClaim" && claims.has(key) {
        return Some(Reason::Owned);
    }
    let namespace = key.namespace.as_deref().unwrap_or_default();
    if is_reserved(namespace) || (key.gvk.kind() == "Namespace" && is_reserved(&key.name)) {
        return Some(Reason::Reserved);
    }
    match (key.gvk.group(), key.gvk.kind()) {
        ("work.karmada.io", _) => Some(Reason::MadeByKarmada),
        ("", "Event" | "Node" | "ComponentStatus")
        | ("events.k8s.io", "Event")
        | ("coordination.k8s.io", "Lease") => Some(Reason::Made),
        ("", "Endpoints") => is_of_controller(root).then_some(Reason::Made),
        ("discovery.k8s.io", "EndpointSlice") => {
            let by = text(root, &["metadata", "labels", "endpointslice.kubernetes.io/managed-by"]);
            by.is_some_and(|by| by.ends_with(".k8s.io")).then_some(Reason::Made)
        }
        ("", "ServiceAccount") if key.name == "default" => is_plain_account(root).then_some(Reason::Made),
        ("", "ConfigMap") => matches!(key.name.as_str(), "kube-root-ca.crt" | "openshift-service-ca.crt")
            .then_some(Reason::Made),
        ("", "Secret") => match text(root, &["type"]) {
            Some("helm.sh/release.v1") => Some(Reason::MadeByHelm),
            Some("kubernetes.io/service-account-token") => Some(Reason::Made),
            _ => None,
        },
        _ => None,
    }
}

/// karmada f8fdd02 `pkg/util/names/names.go` `IsReservedNamespace`; and the default of the flag
/// `--skipped-propagating-namespaces`.
fn is_reserved(namespace: &str) -> bool {
    matches!(namespace, "karmada-system" | "karmada-cluster")
        || namespace.starts_with("karmada-es-")
        || namespace.starts_with("kube-")
}

/// The controller of Services notes when it wrote the addresses of their pods.
fn is_of_controller(root: &Node) -> bool {
    let annotation = "endpoints.kubernetes.io/last-change-trigger-time";
    tree::find(root, &["metadata", "annotations", annotation]).is_some()
        || tree::find(root, &["metadata", "labels", "endpoints.kubernetes.io/managed-by"]).is_some()
}

/// The account of a namespace says nothing but which Secrets hold its tokens.
fn is_plain_account(root: &Node) -> bool {
    let fields = root.as_mapping().into_iter().flatten();
    let metadata = tree::get(root, "metadata").and_then(Node::as_mapping);
    let is_labelled = metadata
        .is_some_and(|metadata| metadata.get("labels").is_some() || metadata.get("annotations").is_some());
    !is_labelled
        && fields
            .into_iter()
            .all(|entry| matches!(entry.key.value.as_str(), "apiVersion" | "kind" | "metadata" | "secrets"))
}
