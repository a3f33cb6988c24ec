//! What a resource refers to, as Karmada's interpreter finds it when a policy says `propagateDeps`.
//!
//! Karmada f8fdd02 `pkg/resourceinterpreter/default/native/dependencies.go` and
//! `pkg/resourceinterpreter/default/thirdparty`, whose scripts come before the native rules.

mod collector;
mod node;
mod pod;
mod third_party;

use std::fmt;

use serde_json::Value;

use crate::karmada::dependencies::collector::Collector;
use crate::karmada::dependencies::node::Node;
use crate::karmada::dependencies::pod::collect_pod;
use crate::karmada::typed::TypedKind;
use crate::karmada::typed::WrongType;
use crate::karmada::typed::check_types;

/// What a resource refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependencies {
    /// Who found the references.
    pub source: DependencySource,
    /// The references, sorted; no two alike, but for an Ingress, whose TLS secrets Karmada lists one by one.
    pub references: Vec<Reference>,
}

/// Who finds the references of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencySource {
    /// Karmada's code for Kubernetes' own kinds.
    Native,
    /// A script that comes with Karmada for a well-known custom resource.
    ThirdParty,
    /// Nobody: Karmada finds nothing for this kind.
    None,
}

impl DependencySource {
    /// The word for it: `native`, `thirdparty`, or `none`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::ThirdParty => "thirdparty",
            Self::None => "none",
        }
    }
}

/// One resource, or a group of them, that another refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The `apiVersion`.
    pub api_version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The namespace, which is that of the resource that refers; none for one without.
    pub namespace: Option<String>,
    /// Which resources of the kind.
    pub target: Target,
    /// Every place that refers to it, in the order found; at least one.
    pub places: Vec<Place>,
}

/// Which resources of a kind are referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The one of this name.
    Name(String),
    /// Those with this label.
    Label {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
    },
}

/// A place in a resource that refers to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where the name stands, as a JSON pointer.
    pub pointer: String,
    /// The keys of the config map or secret that this place asks for; empty means all of it.
    pub keys: Vec<String>,
    /// Whether the place says `optional: true`; Karmada does not look at it.
    pub is_optional: bool,
}

/// Why Karmada finds no references at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DependencyError {
    /// A value of the wrong type, anywhere in the resource.
    WrongType(WrongType),
    /// A reference without a name.
    EmptyDependency {
        /// The place that should name something, as a JSON pointer.
        pointer: String,
    },
    /// The script for a custom resource stops.
    ThirdPartyScript {
        /// Why, in words.
        reason: &'static str,
    },
}

impl DependencyError {
    /// The class of the error: `wrong-type`, `empty-dependency`, or `third-party-script`.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::WrongType(_) => "wrong-type",
            Self::EmptyDependency { .. } => "empty-dependency",
            Self::ThirdPartyScript { .. } => "third-party-script",
        }
    }
}

impl fmt::Display for DependencyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType(wrong) => wrong.fmt(formatter),
            Self::EmptyDependency { pointer } => write!(formatter, "`{pointer}` names nothing"),
            Self::ThirdPartyScript { reason } => formatter.write_str(reason),
        }
    }
}

impl std::error::Error for DependencyError {}

/// Finds what a resource refers to.
///
/// Only what Karmada finds: for a Deployment not what its service account needs, for an
/// Ingress not its Services. A kind that Karmada does not know has no references.
///
/// # Errors
///
/// Returns an error where Karmada's interpreter does; it then propagates none of the references.
pub fn find_dependencies(object: &Value) -> Result<Dependencies, DependencyError> {
    let root = Node::root(object);
    let api_version = root.field("apiVersion").and_then(Node::into_text).unwrap_or_default();
    let kind = root.field("kind").and_then(Node::into_text).unwrap_or_default();
    let mut collector = Collector::new(find_namespace(&root));
    if third_party::collect(&mut collector, &root, (api_version, kind))? {
        let references = collector.into_references();
        return Ok(Dependencies { source: DependencySource::ThirdParty, references });
    }
    let Some(typed) = find_native((api_version, kind)) else {
        return Ok(Dependencies { source: DependencySource::None, references: Vec::new() });
    };
    check_types(object, typed).map_err(DependencyError::WrongType)?;
    collect_native(&mut collector, &root, typed)?;
    Ok(Dependencies { source: DependencySource::Native, references: collector.into_references() })
}

fn find_namespace(root: &Node<'_>) -> Option<String> {
    let namespace = root.path(&["metadata", "namespace"]).and_then(Node::into_text)?;
    if namespace.is_empty() { None } else { Some(namespace.to_owned()) }
}

/// Finds the type of a kind that Karmada has native code for.
fn find_native(kind: (&str, &str)) -> Option<TypedKind> {
    match kind {
        ("apps/v1", "Deployment") => Some(TypedKind::Deployment),
        ("apps/v1", "ReplicaSet") => Some(TypedKind::ReplicaSet),
        ("apps/v1", "StatefulSet") => Some(TypedKind::StatefulSet),
        ("apps/v1", "DaemonSet") => Some(TypedKind::DaemonSet),
        ("batch/v1", "Job") => Some(TypedKind::Job),
        ("batch/v1", "CronJob") => Some(TypedKind::CronJob),
        ("v1", "Pod") => Some(TypedKind::Pod),
        ("networking.k8s.io/v1", "Ingress") => Some(TypedKind::Ingress),
        ("multicluster.x-k8s.io/v1alpha1", "ServiceImport") => Some(TypedKind::ServiceImport),
        _ => None,
    }
}

fn collect_native(
    collector: &mut Collector,
    root: &Node<'_>,
    kind: TypedKind,
) -> Result<(), DependencyError> {
    let pod_path: &[&str] = match kind {
        TypedKind::Pod | TypedKind::PodTemplateSpec => &["spec"],
        TypedKind::CronJob => &["spec", "jobTemplate", "spec", "template", "spec"],
        TypedKind::Deployment
        | TypedKind::ReplicaSet
        | TypedKind::StatefulSet
        | TypedKind::DaemonSet
        | TypedKind::Job => &["spec", "template", "spec"],
        TypedKind::Ingress => return collect_ingress(collector, root),
        TypedKind::ServiceImport => {
            collect_service_import(collector, root);
            return Ok(());
        }
    };
    if let Some(spec) = root.path(pod_path) {
        collect_pod(collector, &spec);
    }
    if kind == TypedKind::StatefulSet {
        drop_own_claims(collector, root);
    }
    Ok(())
}

/// A stateful set makes the claims of its templates itself; Karmada compares names only.
fn drop_own_claims(collector: &mut Collector, root: &Node<'_>) {
    for template in root.path(&["spec", "volumeClaimTemplates"]).iter().flat_map(Node::items) {
        if let Some(name) = template.path(&["metadata", "name"]).and_then(Node::into_text) {
            collector.drop_claim(name);
        }
    }
}

fn collect_ingress(collector: &mut Collector, root: &Node<'_>) -> Result<(), DependencyError> {
    for tls in root.path(&["spec", "tls"]).iter().flat_map(Node::items) {
        let secret_name = tls.child("secretName");
        match secret_name.text() {
            None | Some("") => {
                return Err(DependencyError::EmptyDependency { pointer: secret_name.into_pointer() });
            }
            Some(_) => collector.add_again("Secret", &secret_name),
        }
    }
    Ok(())
}

fn collect_service_import(collector: &mut Collector, root: &Node<'_>) {
    let name = root.child("metadata").child("name");
    let service = format!("derived-{}", name.text().unwrap_or_default());
    let place = Place { pointer: name.into_pointer(), keys: Vec::new(), is_optional: false };
    let label = Target::Label { key: "kubernetes.io/service-name", value: service.clone() };
    collector.add_target(("v1", "Service"), Target::Name(service), place.clone());
    collector.add_target(("discovery.k8s.io/v1", "EndpointSlice"), label, place);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_is_listed_with_its_keys() {
        let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop"}, "spec": {
            "containers": [{"env": [
                {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a", "optional": true}}},
            ]}],
            "volumes": [{"name": "v", "configMap": {"name": "settings", "items": [{"key": "b"}, {"key": "c"}]}}],
        }});
        let found = find_dependencies(&object).expect("the types are right");
        let places = [
            Place {
                pointer: "/spec/containers/0/env/0/valueFrom/configMapKeyRef/name".to_owned(),
                keys: vec!["a".to_owned()],
                is_optional: true,
            },
            Place {
                pointer: "/spec/volumes/0/configMap/name".to_owned(),
                keys: vec!["b".to_owned(), "c".to_owned()],
                is_optional: false,
            },
        ];
        let expected = Reference {
            api_version: "v1",
            kind: "ConfigMap",
            namespace: Some("shop".to_owned()),
            target: Target::Name("settings".to_owned()),
            places: places.to_vec(),
        };
        assert_eq!(found, Dependencies { source: DependencySource::Native, references: vec![expected] });
    }

    #[test]
    fn what_is_no_object_has_no_references() {
        for object in [json!(null), json!([]), json!("v1"), json!({"apiVersion": 1, "kind": {}})] {
            let found = find_dependencies(&object).expect("nothing reads it");
            assert_eq!(found.source, DependencySource::None);
        }
    }
}
