//! What a result needs to know about the room on clusters, and what the Fleet does not say of that.

use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::replicas::requirements::ReplicaRequirements;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::assign::Strategy;
use crate::karmada::schedule::assign::strategy;
use crate::karmada::schedule::binding::AssignmentMode;
use crate::karmada::schedule::filter::refusals;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::schedule::outcome::Scheduling;
use crate::karmada::schedule::select::ignores_constraints;

/// The resources that every cluster has: where one is not listed, nobody knows how much there is.
const COMMON_RESOURCES: &[&str] = &["cpu", "memory"];

/// Tells whether it is known how much room a cluster has for such replicas.
pub(super) fn is_known(cluster: &Cluster, requirements: Option<&ReplicaRequirements>) -> bool {
    let Some(summary) = &cluster.status.resource_summary else { return false };
    if !summary.allocatable_modelings.is_empty() {
        return true;
    }
    let is_listed = |name: &str| summary.allocatable.contains_key(name);
    let mut asked = requirements.into_iter().flat_map(|it| it.resource_request.iter());
    is_listed("pods") && asked.all(|(name, _)| is_listed(name) || !COMMON_RESOURCES.contains(&name))
}

/// The clusters whose room decides the result, and is not known; none where the result is certain.
///
/// `scheduling` is the result with no room on unknown clusters. Groups before the first one with an unknown cluster are
/// tried as they are, so a result that comes from one of them is certain.
pub(super) fn find_unknown<'a>(request: &Request<'a>, scheduling: &Scheduling) -> Vec<&'a Cluster> {
    if request.replicas.replicas == 0 {
        return Vec::new();
    }
    for (term, failure) in tried(request, scheduling) {
        if failure.is_some_and(|failure| !failure.depends_on_room()) {
            continue;
        }
        let fitting: Vec<&Cluster> =
            request.clusters.iter().filter(|cluster| refusals(request, term, cluster).is_empty()).collect();
        let unknown: Vec<&Cluster> = fitting
            .iter()
            .copied()
            .filter(|cluster| !is_known(cluster, request.replicas.requirements.as_ref()))
            .collect();
        if !unknown.is_empty() && depends_on_room(request, &fitting) {
            return unknown;
        }
    }
    Vec::new()
}

/// An attempt: the group, none where there are no groups, and why it fails.
type Attempt<'a> = (Option<&'a ClusterAffinityTerm>, Option<&'a Failure>);

/// What is tried, in order.
fn tried<'a>(request: &Request<'a>, scheduling: &'a Scheduling) -> Vec<Attempt<'a>> {
    let terms = &request.placement.cluster_affinities;
    if terms.is_empty() {
        return vec![(None, scheduling.failure.as_ref())];
    }
    let failed = scheduling.failed_affinities.iter();
    let failed = failed.filter_map(|failed| Some((Some(terms.get(failed.index)?), Some(&failed.failure))));
    let winner = scheduling.observed_affinity.as_ref().filter(|_| scheduling.failure.is_none());
    let winner = winner.and_then(|name| terms.iter().find(|term| term.affinity_name == *name));
    failed.chain(winner.map(|winner| (Some(winner), None))).collect()
}

fn depends_on_room(request: &Request<'_>, fitting: &[&Cluster]) -> bool {
    let placement = request.placement;
    let is_spread = !placement.spread_constraints.is_empty()
        && !ignores_constraints(placement)
        && !admits_all(request, fitting.len());
    match strategy(placement) {
        Ok(Strategy::Duplicated | Strategy::StaticWeight) => is_spread,
        Ok(Strategy::DynamicWeight | Strategy::Aggregated) => {
            is_spread || !is_kept_or_shrunk(request, fitting)
        }
        Err(_) => false,
    }
}

/// Tells whether all clusters that fit are admitted, so that their order does not matter.
fn admits_all(request: &Request<'_>, fitting: usize) -> bool {
    let constraints = &request.placement.spread_constraints;
    let is_duplicated = matches!(strategy(request.placement), Ok(Strategy::Duplicated));
    is_duplicated
        && constraints.iter().all(|constraint| {
            constraint.spread_by_field != Some(SpreadField::Region)
                && (constraint.spread_by_field != Some(SpreadField::Cluster)
                    || i128::from(constraint.max_groups) >= fitting as i128)
        })
}

/// Tells whether earlier replicas alone decide: there are enough of them.
fn is_kept_or_shrunk(request: &Request<'_>, fitting: &[&Cluster]) -> bool {
    let earlier = request.binding.clusters.iter();
    let fits = |name: &str| fitting.iter().any(|cluster| cluster.metadata.name == name);
    let assigned: i64 =
        earlier.filter(|target| fits(&target.name)).map(|target| i64::from(target.replicas)).sum();
    let is_tiered =
        request.placement.cluster_affinities.iter().any(|term| !term.overflow_affinities.is_empty());
    request.binding.mode == AssignmentMode::Steady
        && !is_tiered
        && assigned >= i64::from(request.replicas.replicas)
}
