//! Which clusters a placement picks, as far as that is known.

use crate::fleet::Inventory;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::propagation::PropagationSpec;
use std::borrow::Cow;
use std::collections::BTreeSet;

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

/// All affinities of a placement, each with its place: of the placement itself, of groups and what they overflow into, and of weights.
pub(super) fn affinities_of(placement: &Placement) -> Vec<(String, &ClusterAffinity)> {
    const PLACEMENT: &str = "/spec/placement";
    let single = placement.cluster_affinity.iter();
    let mut found: Vec<_> =
        single.map(|affinity| (format!("{PLACEMENT}/clusterAffinity"), affinity)).collect();
    for (index, term) in placement.cluster_affinities.iter().enumerate() {
        let pointer = format!("{PLACEMENT}/clusterAffinities/{index}");
        let overflows = term.overflow_affinities.iter().enumerate();
        let overflows = overflows
            .map(|(index, term)| (format!("{pointer}/overflowAffinities/{index}"), &term.affinity))
            .collect::<Vec<_>>();
        found.push((pointer, &term.affinity));
        found.extend(overflows);
    }
    let preference = placement.replica_scheduling.as_ref().and_then(|it| it.weight_preference.as_ref());
    let weights = preference.map_or(&[][..], |preference| &preference.static_weight_list);
    let list = format!("{PLACEMENT}/replicaScheduling/weightPreference/staticWeightList");
    let weights = weights.iter().enumerate();
    found.extend(
        weights.map(|(index, weight)| (format!("{list}/{index}/targetCluster"), &weight.target_cluster)),
    );
    found
}

/// The clusters of the rules of an override policy, each with its place; a rule for all clusters has none.
pub(super) fn targets_of(spec: &OverrideSpec) -> Vec<(String, &ClusterAffinity)> {
    let rules = spec.override_rules.iter().enumerate().filter_map(|(index, rule)| {
        Some((format!("/spec/overrideRules/{index}/targetCluster"), rule.target_cluster.as_ref()?))
    });
    let single = spec.target_cluster.iter().map(|target| ("/spec/targetCluster".to_owned(), target));
    rules.chain(single).collect()
}

/// The clusters of one policy that another leaves out, where both are known.
pub(super) fn missing_clusters(
    inventory: Option<&Inventory>,
    policy: &PropagationSpec,
    other: &PropagationSpec,
) -> Option<Vec<String>> {
    let names = |spec: &PropagationSpec| -> Option<BTreeSet<String>> {
        let placement = spec.placement.clone().unwrap_or_default();
        let clusters = picked(inventory, &placement)?;
        Some(clusters.iter().map(|cluster| cluster.metadata.name.clone()).collect())
    };
    let missing: Vec<String> = names(policy)?.difference(&names(other)?).cloned().collect();
    (!missing.is_empty()).then_some(missing)
}

/// Whether names alone decide what an affinity picks.
pub(super) fn is_by_name(affinity: &ClusterAffinity) -> bool {
    affinity.label_selector.is_none() && affinity.field_selector.is_none()
}
