//! Static weights: which clusters get a share, and what comes out for the workloads at hand.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::division::divide;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::lint::object::Object;
use crate::lint::placement::is_weighted;
use crate::lint::words::count;
use crate::lint::world::Policy;
use crate::lint::world::World;
use std::borrow::Cow;

const PREFERENCE: &str = "/spec/placement/replicaScheduling/weightPreference";
const WEIGHTS: &str = "/spec/placement/replicaScheduling/weightPreference/staticWeightList";

/// Reports `weights-ignored`, `cluster-without-weight`, `weight-without-cluster`, `cluster-without-replicas`, and
/// `division-tie`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for policy in world.written_propagations() {
        let Some(placement) = &policy.spec.placement else { continue };
        let Some(scheduling) = &placement.replica_scheduling else { continue };
        let Some(preference) = &scheduling.weight_preference else { continue };
        if !is_weighted(scheduling) || preference.dynamic_weight.is_some() {
            check_ignored(policy, scheduling, diagnostics);
            continue;
        }
        let weights = &preference.static_weight_list;
        let Some(clusters) = candidates(world, placement, weights) else { continue };
        check_targets(policy, (&clusters, weights), diagnostics);
        let votes: Vec<(&str, i64)> = clusters.iter().filter_map(|cluster| vote(cluster, weights)).collect();
        if !votes.is_empty() && placement.cluster_affinities.is_empty() {
            check_division((world, policy), &votes, diagnostics);
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

/// The clusters that the placement picks: those of the Fleet, else those that are named, where names alone decide.
fn candidates<'a>(
    world: &World<'a>,
    placement: &Placement,
    weights: &[StaticClusterWeight],
) -> Option<Vec<Cow<'a, Cluster>>> {
    let terms = placement.cluster_affinities.iter().map(|term| &term.affinity);
    let affinities: Vec<&ClusterAffinity> = placement.cluster_affinity.iter().chain(terms).collect();
    if let Some(inventory) = world.inventory {
        let is_picked = |cluster: &Cluster| {
            affinities.is_empty() || affinities.iter().any(|affinity| cluster_matches(cluster, affinity))
        };
        return Some(inventory.clusters().filter(|it| is_picked(it)).map(Cow::Borrowed).collect());
    }
    let targets = weights.iter().map(|weight| &weight.target_cluster);
    let is_by_name =
        |affinity: &ClusterAffinity| affinity.label_selector.is_none() && affinity.field_selector.is_none();
    let is_named = affinities.iter().all(|affinity| !affinity.cluster_names.is_empty());
    if affinities.is_empty() || !is_named || !affinities.iter().copied().chain(targets).all(is_by_name) {
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
    let is_picked = |cluster: &Cluster| affinities.iter().any(|affinity| cluster_matches(cluster, affinity));
    Some(clusters.filter(is_picked).map(Cow::Owned).collect())
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

fn check_division(
    (world, policy): (&World<'_>, &Policy<'_, PropagationSpec>),
    votes: &[(&str, i64)],
    diagnostics: &mut Diagnostics,
) {
    for index in policy.selected() {
        let object = world.object(index);
        let is_taken = world.policy_of(index).is_some_and(|taker| std::ptr::eq(taker.object, policy.object));
        let Some(replicas) = replicas_of(object).filter(|_| is_taken) else { continue };
        let ways = [Direction::Ascending, Direction::Descending].map(|way| divide(replicas, votes, way));
        let [Ok(up), Ok(down)] = ways else { continue };
        let written = object.span("/spec/replicas");
        let without: Vec<&str> = up
            .iter()
            .zip(&down)
            .filter(|(up, down)| up.replicas == 0 || down.replicas == 0)
            .map(|(target, _)| target.name.as_str())
            .collect();
        if let (false, true) = (without.is_empty(), replicas > 0) {
            let may = if up == down { "get" } else { "may get" };
            let (message, shown) = (
                format!("{} {may} no replica of {}", and_list(without.iter().copied()), object.title()),
                count(usize::try_from(replicas).unwrap_or_default(), "replica"),
            );
            diagnostics.report(
                Diagnostic::new(codes::CLUSTER_WITHOUT_REPLICAS, policy.object.key(WEIGHTS), message)
                    .with_secondary(written, format!("{shown} in all"))
                    .with_note(format!("by these weights the clusters get {}", describe(&up)))
                    .with_help("write more replicas, or weights that are nearer to each other"),
            );
        } else if up != down {
            let message = format!("the division of {} is decided by a hash", object.title());
            diagnostics.report(
                Diagnostic::new(codes::DIVISION_TIE, policy.object.key(WEIGHTS), message)
                    .with_secondary(written, "the replicas do not divide evenly")
                    .with_note(format!("it is either {}, or {}", describe(&up), describe(&down)))
                    .with_help("write a number of replicas that divides evenly by these weights"),
            );
        }
    }
}

fn describe(targets: &[TargetCluster]) -> String {
    let shown: Vec<String> =
        targets.iter().take(8).map(|target| format!("`{}`: {}", target.name, target.replicas)).collect();
    let more = if targets.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The replicas of a kind that Karmada divides, as written.
fn replicas_of(object: &Object<'_>) -> Option<i32> {
    let is_divided =
        matches!((object.api_version, object.kind), ("apps/v1", "Deployment" | "StatefulSet" | "ReplicaSet"));
    let replicas = object.json.get("spec").filter(|_| is_divided)?.get("replicas")?.as_i64()?;
    i32::try_from(replicas).ok()
}
