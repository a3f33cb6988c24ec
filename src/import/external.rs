//! What the objects of an App refer to that is not among them.

use crate::import::Collection;
use crate::import::Original;
use crate::import::references::backends;
use crate::import::references::references;
use crate::k8s::gvk::ObjectKey;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Objects that Kubernetes makes in every namespace of every cluster.
const PROVIDED: &[(&str, &str)] = &[
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ServiceAccount", "default"),
];

/// The names of objects that are only referred to, by kind, with the keys that they are known to have.
#[derive(Debug, Default)]
pub(super) struct External {
    by_kind: BTreeMap<&'static str, BTreeMap<String, Vec<String>>>,
}

impl External {
    /// Finds what is not among the members, though they or what becomes of them on clusters refer to it. What is optional, and nowhere among the objects, is left alone.
    pub(super) fn of((members, copies): (&[&Original], &[&Original]), collection: &Collection) -> Self {
        let own: BTreeSet<&ObjectKey> = members.iter().map(|object| &object.key).collect();
        let mut external = Self::default();
        for member in members.iter().chain(copies) {
            for reference in references(member) {
                let target = &reference.target;
                let is_known = collection.find(target).is_some();
                if own.contains(target) || (reference.is_optional && !is_known) {
                    continue;
                }
                external.add(target.gvk.kind(), &target.name, collection.keys_of(target));
            }
            if matches!(member.key.gvk.kind(), "Ingress" | "MultiClusterIngress") {
                let is_own = |name: &str| {
                    members.iter().any(|other| {
                        other.key.gvk.kind() == "Service"
                            && other.key.name == name
                            && other.key.namespace == member.key.namespace
                    })
                };
                for service in backends(&member.root).into_iter().filter(|name| !is_own(name)) {
                    external.add("Service", service, Vec::new());
                }
            }
        }
        external
    }

    fn add(&mut self, kind: &str, name: &str, keys: Vec<String>) {
        const KINDS: &[&str] = &["ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "Service"];
        let Some(kind) = KINDS.iter().find(|known| **known == kind) else { return };
        if !PROVIDED.contains(&(*kind, name)) {
            self.by_kind.entry(kind).or_default().insert(name.to_owned(), keys);
        }
    }

    /// The objects of a kind, sorted by name.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&str, &[String])> {
        self.by_kind.get(kind).into_iter().flatten().map(|(name, keys)| (name.as_str(), keys.as_slice()))
    }
}
