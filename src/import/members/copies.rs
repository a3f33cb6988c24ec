//! The forms that each object has on the clusters.

use crate::diagnostic::Diagnostics;
use crate::import::Collection;
use crate::import::Original;
use crate::import::group::stays_on_control_plane;
use crate::import::leave_out::Reason;
use crate::import::members::Clusters;
use crate::import::members::diagnostics;
use crate::import::strip::remove;
use crate::import::strip::remove_empty;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::namespace::SKIP_LABEL;
use crate::tree;
use std::collections::BTreeMap;

/// An object as some clusters have it.
pub(super) struct Copy {
    pub(super) original: Original,
    pub(super) clusters: Clusters,
}

/// What all clusters have.
#[derive(Default)]
pub(super) struct Copies {
    /// The different forms of each object, in the order in which they are first found.
    pub(super) objects: Vec<Vec<Copy>>,
    /// The same of Secrets whose values are not copied.
    pub(super) secrets: BTreeMap<ObjectKey, Vec<Copy>>,
    pub(super) left_out: BTreeMap<(String, Reason), usize>,
    pub(super) found: usize,
    /// Where in `objects` the forms of an object stand.
    places: BTreeMap<ObjectKey, usize>,
}

impl Copies {
    /// Takes what one cluster has.
    pub(super) fn add(&mut self, cluster: &str, own: Collection, diagnostics: &mut Diagnostics) {
        self.found += own.objects.len();
        let of_karmada = own.objects.iter().filter(|object| is_of_karmada(object)).chain(&own.policies);
        let kinds = own.clusters.iter().filter_map(|root| tree::get(root, "kind"));
        let places = of_karmada.map(|object| (object.key.gvk.kind(), object.at));
        let kinds = kinds.filter_map(|kind| Some((kind.as_str()?, kind.span)));
        for (kind, at) in places.chain(kinds) {
            diagnostics.report(diagnostics::of_control_plane((kind, at), cluster));
        }
        for (kind, count) in own.left_out {
            *self.left_out.entry(kind).or_default() += count;
        }
        for mut object in own.objects {
            if object.key.gvk.kind() == "Namespace" {
                // It is for the control plane, and came from there.
                remove(&mut object.root, &["metadata", "labels"], SKIP_LABEL);
                remove_empty(&mut object.root, &["metadata"], "labels");
            }
            let next = self.objects.len();
            let place = *self.places.entry(object.key.clone()).or_insert(next);
            if place == next {
                self.objects.push(Vec::new());
            }
            if let Some(copies) = self.objects.get_mut(place) {
                add_copy(copies, &Clusters::from([cluster.to_owned()]), object);
            }
        }
        for (key, secret) in own.secrets {
            let copies = self.secrets.entry(key).or_default();
            add_copy(copies, &Clusters::from([cluster.to_owned()]), secret);
        }
    }

    /// Reports kinds that come in several versions: to Karmada, these are two objects with one binding.
    pub(super) fn check_versions(&self, diagnostics: &mut Diagnostics) {
        let mut known: BTreeMap<(&str, &str, Option<&str>, &str), &Copy> = BTreeMap::new();
        for copy in self.objects.iter().filter_map(|copies| copies.first()) {
            let key = &copy.original.key;
            let name = (key.gvk.group(), key.gvk.kind(), key.namespace.as_deref(), key.name.as_str());
            if let Some(first) = known.get(&name) {
                diagnostics.report(diagnostics::versions_differ(copy, first));
            } else {
                known.insert(name, copy);
            }
        }
    }
}

/// Tells whether an object does something on the control plane alone.
fn is_of_karmada(object: &Original) -> bool {
    stays_on_control_plane(&object.key) && object.key.gvk.kind() != "Namespace"
}

/// Adds what some clusters have to those that have the same.
pub(super) fn add_copy(copies: &mut Vec<Copy>, clusters: &Clusters, original: Original) {
    let template = original.template();
    match copies.iter_mut().find(|known| known.original.template() == template) {
        Some(known) => known.clusters.extend(clusters.iter().cloned()),
        None => copies.push(Copy { original, clusters: clusters.clone() }),
    }
}
