//! Turns existing objects into Apps: the way back from what a build makes.
//!
//! What an App cannot say stays as it is, as one of `manifests`. That the Apps build to the same objects again is for the
//! caller to prove.

mod collect;
mod diagnostics;
pub mod policy;
mod strip;

pub use collect::Collection;
pub use collect::Original;
pub use collect::collect;

use crate::k8s::gvk::ObjectKey;
use crate::source::Span;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// The version of the language that is written.
const API_VERSION: &str = "pelago.dev/v1alpha1";

/// An App that was made of objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The document; each node has the place in the objects that it comes from.
    pub root: Node,
    /// The objects that it must build to.
    pub keys: Vec<ObjectKey>,
}

/// Makes Apps of objects; sorted by namespace and name.
#[must_use]
pub fn import(collection: &Collection) -> Vec<Draft> {
    let mut namespaces: BTreeMap<&str, Vec<&Original>> = BTreeMap::new();
    for original in &collection.objects {
        let namespace = original.key.namespace.as_deref().unwrap_or(default_namespace());
        namespaces.entry(namespace).or_default().push(original);
    }
    namespaces.into_iter().map(|(namespace, originals)| draft(namespace, &originals)).collect()
}

fn draft(namespace: &str, originals: &[&Original]) -> Draft {
    let at = originals.first().map_or_else(|| unreachable!("a group has an object"), |first| first.at);
    let manifests = originals.iter().map(|original| original.root.clone()).collect();
    let spec = tree::Map::new(at).with("manifests", tree::list(at, manifests));
    Draft {
        namespace: namespace.to_owned(),
        name: namespace.to_owned(),
        root: document(at, (namespace, namespace), spec),
        keys: originals.iter().map(|original| original.key.clone()).collect(),
    }
}

fn document(at: Span, (namespace, name): (&str, &str), spec: tree::Map) -> Node {
    let metadata = tree::Map::new(at)
        .with("name", tree::text(at, name))
        .with("namespace", tree::text(at, namespace))
        .into_node();
    tree::Map::new(at)
        .with("apiVersion", tree::text(at, API_VERSION))
        .with("kind", tree::text(at, "App"))
        .with("metadata", metadata)
        .with("spec", spec.into_node())
        .into_node()
}
