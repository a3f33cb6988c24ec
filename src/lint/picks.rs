//! Which clusters a placement picks, as far as that is known.

use crate::fleet::Inventory;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::Placement;
use std::borrow::Cow;

/// The clusters that a placement picks, those of all its groups: of the Fleet, else those that are named. Nothing without
/// a Fleet, where something else than names decides.
pub(super) fn picked<'a>(
    inventory: Option<&'a Inventory>,
    placement: &Placement,
) -> Option<Vec<Cow<'a, Cluster>>> {
    let terms = placement.cluster_affinities.iter().map(|term| &term.affinity);
    let affinities: Vec<&ClusterAffinity> = placement.cluster_affinity.iter().chain(terms).collect();
    let is_picked = |cluster: &Cluster| {
        affinities.is_empty() || affinities.iter().any(|affinity| cluster_matches(cluster, affinity))
    };
    if let Some(inventory) = inventory {
        return Some(inventory.clusters().filter(|it| is_picked(it)).map(Cow::Borrowed).collect());
    }
    let is_named = |affinity: &&ClusterAffinity| is_by_name(affinity) && !affinity.cluster_names.is_empty();
    if affinities.is_empty() || !affinities.iter().all(is_named) {
        return None;
    }
    let mut names: Vec<&String> = affinities.iter().flat_map(|affinity| &affinity.cluster_names).collect();
    names.sort();
    names.dedup();
    let clusters = names.into_iter().map(|name| {
        let mut cluster = Cluster::default();
        cluster.metadata.name.clone_from(name);
        cluster
    });
    Some(clusters.filter(is_picked).map(Cow::Owned).collect())
}

/// Whether names alone decide what an affinity picks.
pub(super) fn is_by_name(affinity: &ClusterAffinity) -> bool {
    affinity.label_selector.is_none() && affinity.field_selector.is_none()
}
