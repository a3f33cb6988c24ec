//! Static weights: which clusters get a share.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::lint::autoscaling::find_federated;
use crate::lint::division::check_division;
use crate::lint::picks::is_by_name;
use crate::lint::picks::picked;
use crate::lint::placement::is_weighted;
use crate::lint::world::Policy;
use crate::lint::world::World;
use std::borrow::Cow;

const PREFERENCE: &str = "/spec/placement/replicaScheduling/weightPreference";
pub(super) const WEIGHTS: &str = "/spec/placement/replicaScheduling/weightPreference/staticWeightList";

/// Reports `weights-ignored`, `cluster-without-weight`, `weight-without-cluster`, and what the division shows.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let scaled = find_federated(world);
    for policy in world.written_propagations() {
        let Some(placement) = &policy.spec.placement else { continue };
        let Some(scheduling) = &placement.replica_scheduling else { continue };
        let Some(preference) = &scheduling.weight_preference else { continue };
        if !is_weighted(scheduling) || preference.dynamic_weight.is_some() {
            check_ignored(policy, scheduling, diagnostics);
            continue;
        }
        let weights = &preference.static_weight_list;
        let Some(clusters) = picked(world.inventory, placement).filter(|_| is_told(world, weights)) else {
            continue;
        };
        check_targets(policy, (&clusters, weights), diagnostics);
        let votes: Vec<(&str, i64)> = clusters.iter().filter_map(|cluster| vote(cluster, weights)).collect();
        if !votes.is_empty() && placement.cluster_affinities.is_empty() {
            check_division((world, policy), (&votes, &scaled), diagnostics);
        }
    }
}

fn check_ignored(
    policy: &Policy<'_, PropagationSpec>,
    scheduling: &ReplicaScheduling,
    diagnostics: &mut Diagnostics,
) {
    let preference = scheduling.weight_preference.as_ref();
    let is_dynamic = preference.is_some_and(|preference| preference.dynamic_weight.is_some());
    let has_list = preference.is_some_and(|preference| !preference.static_weight_list.is_empty());
    let (at, reason) = if scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Duplicated) {
        (PREFERENCE, "with `Duplicated` each cluster gets all replicas")
    } else if !is_weighted(scheduling) {
        (PREFERENCE, "with `Aggregated` the room of the clusters decides")
    } else if is_dynamic && has_list {
        (WEIGHTS, "with `dynamicWeight` the room of the clusters decides")
    } else {
        return;
    };
    diagnostics.report(
        Diagnostic::new(codes::WEIGHTS_IGNORED, policy.object.key(at), "the weights have no effect")
            .with_note(reason)
            .with_help("leave them out, or divide by `Weighted` with a `staticWeightList` alone"),
    );
}

/// Whether it is known which clusters the weights are for.
fn is_told(world: &World<'_>, weights: &[StaticClusterWeight]) -> bool {
    world.inventory.is_some() || weights.iter().all(|weight| is_by_name(&weight.target_cluster))
}

/// The weight of a cluster: the highest that applies to it.
fn vote<'c>(cluster: &'c Cluster, weights: &[StaticClusterWeight]) -> Option<(&'c str, i64)> {
    let applying = weights.iter().filter(|weight| cluster_matches(cluster, &weight.target_cluster));
    let weight = applying.map(|weight| weight.weight).max()?;
    Some((cluster.metadata.name.as_str(), weight))
}

fn check_targets(
    policy: &Policy<'_, PropagationSpec>,
    (clusters, weights): (&[Cow<'_, Cluster>], &[StaticClusterWeight]),
    diagnostics: &mut Diagnostics,
) {
    let object = policy.object;
    for (index, weight) in weights.iter().enumerate() {
        let is_used = clusters.iter().any(|cluster| cluster_matches(cluster, &weight.target_cluster));
        if !is_used && !clusters.is_empty() {
            let name = format!("{WEIGHTS}/{index}/targetCluster/clusterNames/0");
            let at = if object.place(&name).is_exact { name } else { format!("{WEIGHTS}/{index}") };
            diagnostics.report(
                Diagnostic::new(
                    codes::WEIGHT_WITHOUT_CLUSTER,
                    object.span(&at),
                    "the weight is for clusters that the placement leaves out",
                )
                .with_note(format!(
                    "the placement picks {}",
                    and_list(clusters.iter().map(|it| it.metadata.name.as_str()))
                ))
                .with_help("add the clusters to the placement, or leave the weight out"),
            );
        }
    }
    let left: Vec<&str> = clusters
        .iter()
        .filter(|cluster| vote(cluster, weights).is_none())
        .map(|cluster| cluster.metadata.name.as_str())
        .collect();
    if left.is_empty() || weights.is_empty() {
        return;
    }
    let (verb, pronoun) = if left.len() == 1 { ("has", "it gets") } else { ("have", "they get") };
    let (message, note) = if left.len() == clusters.len() {
        let message = "no selected cluster has a weight, so all weigh the same".to_owned();
        (message, "Karmada divides by equal weights where no weight matches")
    } else {
        let names = and_list(left.iter().copied());
        let message = format!("{names} {verb} no weight, so {pronoun} no replicas");
        (message, "Karmada leaves out a cluster that no weight matches")
    };
    diagnostics.report(
        Diagnostic::new(codes::CLUSTER_WITHOUT_WEIGHT, object.key(WEIGHTS), message)
            .with_note(note)
            .with_help("add a weight for each cluster, or take the cluster out of the placement"),
    );
}
