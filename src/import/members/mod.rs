//! What several clusters have, as one: each object once, policies that send it where it was found, and policies that make of it
//! what each cluster has.
//!
//! They are the policies that Karmada would need; how they become `placement` and `overrides` of Apps is no matter of this module.

mod copies;
mod diagnostics;
mod difference;
mod division;
mod follow;
mod idle;
mod policies;

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::import::Collection;
use crate::import::Options;
use crate::import::collect::collect_in;
use crate::import::collect::find_scopes;
use crate::import::compare::encode_texts;
use crate::import::compare::is_secret;
use crate::import::members::copies::Copies;
use crate::import::members::copies::Copy;
use crate::import::members::division::Scaled;
use crate::import::members::division::Shares;
use crate::import::members::division::divide;
use crate::import::members::division::find_scaled;
use crate::import::members::follow::find_strict;
use crate::import::members::idle::is_idle;
use crate::import::members::idle::with_replica;
use crate::import::members::policies::override_policy;
use crate::import::members::policies::propagation_policy;
use crate::import::members::policies::written_policy;
use crate::import::owners::Owners;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::namespace::is_synced;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::PropagationPolicy;
use crate::tree;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Names of clusters.
type Clusters = BTreeSet<String>;

/// How the objects of several clusters came to be where they were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    /// The clusters.
    pub clusters: BTreeSet<String>,
    /// How many objects they have together.
    pub found: usize,
    /// Policies that send objects where they were found; `Members::carrier` tells which one sends an object.
    pub propagation: Vec<PropagationPolicy>,
    /// Policies that make of an object what each cluster has; the collection has them too.
    pub overrides: Vec<OverridePolicy>,
    carriers: BTreeMap<ObjectKey, usize>,
}

impl Members {
    /// The number of the policy that sends an object.
    pub(super) fn carrier(&self, key: &ObjectKey) -> Option<usize> {
        self.carriers.get(key).copied()
    }
}

/// Finds the objects in the documents of each cluster, and joins those of one name. Reports E0601 to E0603, E0605 to E0607,
/// and the lint `namespace-everywhere`.
pub fn collect_members(
    documents: &BTreeMap<String, Vec<Document>>,
    options: Options,
    diagnostics: &mut Diagnostics,
) -> (Collection, Members) {
    let scopes = find_scopes(documents.values().flatten());
    let mut copies = Copies::default();
    for (cluster, documents) in documents {
        for document in documents.iter().filter(|document| document.kind == DocumentKind::Score) {
            diagnostics.report(diagnostics::workload_of_score(&document.root));
        }
        let own = collect_in(documents, &scopes, options, diagnostics);
        copies.add(cluster, own, diagnostics);
    }
    copies.check_versions(diagnostics);
    let scaled = find_scaled(copies.objects.iter().flatten());
    let clusters = documents.keys().cloned().collect();
    let mut joining = Joining {
        collection: Collection::default(),
        members: Members { clusters, found: copies.found, ..Members::default() },
        places: BTreeMap::new(),
        names: BTreeSet::new(),
        shares: BTreeMap::new(),
        scaled,
        diagnostics,
    };
    for (key, copies) in copies.secrets {
        joining.join_secret(key, copies);
    }
    for copies in copies.objects {
        joining.join(copies);
    }
    joining.send();
    joining.collection.left_out = copies.left_out;
    (joining.collection, joining.members)
}

/// Takes the form that most clusters have; of several, that of the first cluster. One that Karmada would send nowhere will not do.
fn take_base(copies: &mut Vec<Copy>) -> Option<Copy> {
    let weight = |copy: &Copy| if is_idle(&copy.original) { 0 } else { copy.clusters.len() };
    let most = copies.iter().map(weight).max()?;
    if most == 0
        && let Some(original) = copies.first().and_then(|first| with_replica(&first.original))
    {
        return Some(Copy { original, clusters: Clusters::new() });
    }
    let first = copies.iter().position(|copy| weight(copy) == most)?;
    Some(copies.remove(first))
}

struct Joining<'a> {
    collection: Collection,
    members: Members,
    /// The clusters that have each object.
    places: BTreeMap<ObjectKey, Clusters>,
    /// Namespace and name of each policy that changes objects.
    names: BTreeSet<(Option<String>, String)>,
    /// How the replicas of objects are shared out, by the numbers of the objects.
    shares: BTreeMap<usize, Shares>,
    scaled: Scaled,
    diagnostics: &'a mut Diagnostics,
}

impl Joining<'_> {
    /// Joins the forms of an object.
    fn join(&mut self, mut copies: Vec<Copy>) {
        if let Some(shares) = divide(&mut copies, &self.scaled) {
            self.shares.insert(self.collection.objects.len(), shares);
        }
        let Some(mut base) = take_base(&mut copies) else { return };
        let key = base.original.key.clone();
        let clusters: Clusters =
            copies.iter().chain([&base]).flat_map(|copy| copy.clusters.clone()).collect();
        if key.gvk.kind() == "Namespace" && clusters != self.members.clusters && is_synced(&key.name, None) {
            let others: Vec<&str> = self.members.clusters.difference(&clusters).map(String::as_str).collect();
            self.diagnostics.report(diagnostics::namespace_of_some(&base.original, &others));
        }
        if !copies.is_empty() {
            if is_secret(&key) {
                copies.iter_mut().chain([&mut base]).for_each(|copy| encode_texts(&mut copy.original.root));
            }
            let name = self.take_name(&key);
            let (policy, places) = override_policy(name, (&base.original, &copies));
            if let Some(written) = written_policy(&policy, (&base.original, &places)) {
                self.collection.policies.push(written);
                self.members.overrides.push(policy);
            }
            let elsewhere = copies.into_iter().map(|copy| copy.original).collect();
            self.collection.elsewhere.insert(self.collection.objects.len(), elsewhere);
        }
        self.places.insert(key, clusters);
        self.collection.push(base.original);
    }

    /// A Secret whose values are not copied; with the keys that it has anywhere.
    fn join_secret(&mut self, key: ObjectKey, copies: Vec<Copy>) {
        let clusters: Vec<Clusters> = copies.iter().map(|copy| copy.clusters.clone()).collect();
        let mut copies = copies.into_iter();
        let Some(mut first) = copies.next().map(|copy| copy.original) else { return };
        if clusters.len() > 1 {
            self.diagnostics.report(diagnostics::secrets_differ(&first, &clusters));
        }
        for other in copies {
            tree::merge(&mut first.root, &other.original.root);
        }
        self.places.insert(key.clone(), clusters.into_iter().flatten().collect());
        self.collection.secrets.insert(key, first);
    }

    /// A name that no other policy of the namespace has.
    fn take_name(&mut self, key: &ObjectKey) -> String {
        let base = policies::name_for(key);
        let mut name = base.clone();
        let mut number = 2;
        while !self.names.insert((key.namespace.clone(), name.clone())) {
            name = format!("{base}-{number}");
            number += 1;
        }
        name
    }

    /// Finds a policy for each object. What Karmada should not send along goes by itself.
    fn send(&mut self) {
        let owners = Owners::find(&self.collection.objects);
        let strict = find_strict(&self.collection, &self.places, &owners);
        let mut numbers: BTreeMap<(&Clusters, bool, Option<&Shares>), usize> = BTreeMap::new();
        for (number, object) in (0..).zip(&self.collection.objects) {
            let Some(clusters) =
                self.places.get(&object.key).filter(|_| object.key.gvk.kind() != "Namespace")
            else {
                continue;
            };
            let follows = !strict.contains(&number);
            // What is for one workload alone goes with it, where it goes to the same clusters.
            let of =
                owners.owners_of(number).into_iter().next().filter(|_| owners.owners_of(number).len() == 1);
            let goes_along = |workload: &usize| {
                let workload_key = self.collection.objects.get(*workload).map(|workload| &workload.key);
                strict.contains(workload) != follows
                    && workload_key.and_then(|key| self.places.get(key)) == Some(clusters)
            };
            let shares = of.filter(goes_along).and_then(|workload| self.shares.get(&workload));
            let propagation = &mut self.members.propagation;
            let carrier = *numbers.entry((clusters, follows, shares)).or_insert_with(|| {
                let name = policies::name_of_shared((clusters, &self.members.clusters));
                propagation.push(propagation_policy(name, (clusters, shares), follows));
                propagation.len() - 1
            });
            self.members.carriers.insert(object.key.clone(), carrier);
        }
        for key in self.collection.secrets.keys() {
            let carrier = self.places.get(key).and_then(|clusters| numbers.get(&(clusters, false, None)));
            if let Some(carrier) = carrier {
                self.members.carriers.insert(key.clone(), *carrier);
            }
        }
    }
}
