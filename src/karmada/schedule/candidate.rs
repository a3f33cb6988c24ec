//! The clusters that fit, in the order in which they are preferred.

use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::affinities::Estimates;
use crate::karmada::schedule::filter::overflow_tier;
use std::cmp::Reverse;

/// A cluster that fits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    /// The cluster.
    pub(crate) cluster: &'a Cluster,
    /// 0 for the group itself, then its overflow groups from 1 on.
    pub(crate) tier: usize,
    /// 100 where the object is already, else 0.
    pub(crate) score: i64,
    /// Further replicas that find room (`AllocatableReplicas`).
    pub(crate) free: i32,
    /// `free` and the replicas already there (`AvailableReplicas`).
    pub(crate) room: i64,
}

impl<'a> Candidate<'a> {
    /// The cluster's name.
    pub(crate) fn name(&self) -> &'a str {
        &self.cluster.metadata.name
    }
}

/// Puts clusters into the order of preference.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/spreadconstraint/group_clusters.go` `generateClustersInfo`,
/// `plugins/clusterlocality`.
pub(crate) fn candidates<'a>(
    (request, estimates): (&Request<'a>, Option<&Estimates>),
    overflowing: Option<&ClusterAffinityTerm>,
    clusters: &[&'a Cluster],
) -> Vec<Candidate<'a>> {
    let earlier =
        request.binding.clusters.iter().fold(0_i32, |sum, target| sum.wrapping_add(target.replicas));
    let candidate = |cluster: &&'a Cluster| {
        let name = &cluster.metadata.name;
        let free = free(request, estimates, cluster);
        Candidate {
            cluster,
            tier: overflowing.map_or(0, |term| tier(term, cluster)),
            score: if earlier > 0 && request.binding.targets(name) { 100 } else { 0 },
            free,
            room: i64::from(free) + i64::from(request.binding.assigned(name)),
        }
    };
    let mut candidates: Vec<Candidate<'a>> = clusters.iter().map(candidate).collect();
    sort(&mut candidates);
    candidates
}

/// Sorts by tier, score, room, and name, which leaves no ties.
pub(crate) fn sort(candidates: &mut [Candidate<'_>]) {
    candidates.sort_by_key(|candidate| {
        (candidate.tier, Reverse(candidate.score), Reverse(candidate.room), candidate.name())
    });
}

fn tier(term: &ClusterAffinityTerm, cluster: &Cluster) -> usize {
    if cluster_matches(cluster, &term.affinity) {
        return 0;
    }
    overflow_tier(term, cluster).map_or(0, |place| place + 1)
}

/// *Source*: karmada f8fdd02 `pkg/scheduler/core/util.go` `calAvailableReplicas`: no limit without replicas, and
/// an estimate without limit counts as all replicas.
fn free(request: &Request<'_>, estimates: Option<&Estimates>, cluster: &Cluster) -> i32 {
    let Some(estimates) = estimates else { return i32::MAX };
    match estimates.get(&cluster.metadata.name).copied().unwrap_or_default() {
        i32::MAX => request.replicas.replicas,
        free => free,
    }
}
