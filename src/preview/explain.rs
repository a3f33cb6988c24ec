//! Why a cluster receives what it receives.

use crate::forecast::PlacementResult;
use crate::forecast::Reason;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::ClusterPreferences;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::assign::Strategy;
use crate::karmada::schedule::assign::static_weight;
use crate::karmada::schedule::assign::strategy;
use crate::karmada::schedule::binding::AssignmentMode;
use crate::karmada::schedule::filter::overflow_tier;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::schedule::outcome::Scheduling;

/// What was scheduled, and what the reasons are read from.
pub(super) struct Explanation<'a> {
    request: &'a Request<'a>,
    scheduling: &'a Scheduling,
    open: Vec<String>,
    /// The group that won, or else the one tried first.
    term: Option<&'a ClusterAffinityTerm>,
    /// The weights of all clusters that share.
    total_weight: i64,
    /// The room of all clusters that share.
    total_room: i64,
}

impl<'a> Explanation<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        scheduling: &'a Scheduling,
        result: &PlacementResult,
    ) -> Self {
        let terms = &request.placement.cluster_affinities;
        let failed = scheduling.failed_affinities.first().filter(|_| scheduling.failure.is_some());
        let term = match failed {
            Some(failed) => terms.get(failed.index),
            None => {
                terms.iter().find(|term| Some(&term.affinity_name) == scheduling.observed_affinity.as_ref())
            }
        };
        let mut explanation =
            Self { request, scheduling, open: result.open.clone(), term, total_weight: 0, total_room: 0 };
        for cluster in request.clusters {
            if scheduling.selected.contains(&cluster.metadata.name) {
                let weight = explanation.weight(cluster);
                explanation.total_weight = explanation.total_weight.saturating_add(weight);
                let room = explanation.room(cluster);
                explanation.total_room = explanation.total_room.saturating_add(i64::from(room));
            }
        }
        explanation
    }

    pub(super) fn reason(&self, cluster: &Cluster, is_received: bool) -> Reason {
        let name = &cluster.metadata.name;
        if let Some(refusals) = self.scheduling.refused.get(name) {
            if is_received {
                return Reason::Remains;
            }
            let group = self.term.map(|term| term.affinity_name.clone());
            return Reason::Refused { refusals: refusals.clone(), group };
        }
        if !self.open.is_empty() {
            return Reason::OpenRoom { unknown: self.open.clone() };
        }
        if self.scheduling.failure == Some(Failure::TooManyRegions) {
            return Reason::OpenRegions;
        }
        if self.scheduling.failure.is_some() {
            return if is_received { Reason::Remains } else { Reason::Unscheduled };
        }
        if is_received { self.why_received(cluster) } else { self.why_nothing(cluster) }
    }

    fn why_received(&self, cluster: &Cluster) -> Reason {
        if !self.is_workload() {
            return Reason::Selected;
        }
        match strategy(self.request.placement) {
            Ok(Strategy::Duplicated) | Err(_) => Reason::Selected,
            Ok(Strategy::StaticWeight) => {
                Reason::Weight { weight: self.share_weight(cluster), total: self.share_total() }
            }
            Ok(Strategy::DynamicWeight | Strategy::Aggregated) => {
                let room = self.room(cluster);
                match (self.overflow_group(cluster), self.kept()) {
                    (Some(group), _) => Reason::Overflow { group, room },
                    (None, Some(total)) if total > i64::from(self.request.replicas.replicas) => {
                        Reason::ScaledDown { earlier: self.earlier(cluster), total }
                    }
                    (None, Some(_)) => Reason::Kept,
                    (None, None) => Reason::Room { room },
                }
            }
        }
    }

    fn why_nothing(&self, cluster: &Cluster) -> Reason {
        if !self.scheduling.selected.contains(&cluster.metadata.name) {
            return Reason::Spread { admitted: self.scheduling.selected.len() };
        }
        if self.request.replicas.replicas <= 0 {
            return Reason::ZeroReplicas;
        }
        match strategy(self.request.placement) {
            Ok(Strategy::StaticWeight) if self.total_weight > 0 && self.weight(cluster) <= 0 => {
                Reason::NoWeight
            }
            Ok(Strategy::StaticWeight) => {
                Reason::ZeroShare { weight: self.share_weight(cluster), total: self.share_total() }
            }
            Ok(Strategy::DynamicWeight | Strategy::Aggregated) if self.kept().is_some() => {
                let (weight, total) = (self.earlier(cluster), self.kept().unwrap_or_default());
                if weight > 0 { Reason::ZeroShare { weight, total } } else { Reason::OthersKeep }
            }
            Ok(Strategy::DynamicWeight | Strategy::Aggregated) if self.room(cluster) <= 0 => Reason::NoRoom,
            Ok(Strategy::DynamicWeight) if self.overflow_group(cluster).is_none() => {
                Reason::ZeroShare { weight: i64::from(self.room(cluster)), total: self.total_room }
            }
            Ok(Strategy::Duplicated | Strategy::DynamicWeight | Strategy::Aggregated) | Err(_) => {
                Reason::NotNeeded
            }
        }
    }

    fn is_workload(&self) -> bool {
        self.request.replicas.replicas > 0 || self.request.replicas.requirements.is_some()
    }

    fn preference(&self) -> Option<&'a ClusterPreferences> {
        self.request.placement.replica_scheduling.as_ref()?.weight_preference.as_ref()
    }

    fn weight(&self, cluster: &Cluster) -> i64 {
        static_weight(cluster, self.preference())
    }

    /// The weight that counts: where no rule matches any cluster, all weigh 1.
    fn share_weight(&self, cluster: &Cluster) -> i64 {
        if self.total_weight > 0 { self.weight(cluster) } else { 1 }
    }

    fn share_total(&self) -> i64 {
        let selected = i64::try_from(self.scheduling.selected.len()).unwrap_or(i64::MAX);
        if self.total_weight > 0 { self.total_weight } else { selected }
    }

    fn room(&self, cluster: &Cluster) -> i32 {
        let estimates = self.scheduling.estimates.as_ref();
        estimates.and_then(|estimates| estimates.get(&cluster.metadata.name)).copied().unwrap_or(i32::MAX)
    }

    fn overflow_group(&self, cluster: &Cluster) -> Option<String> {
        let term = self.term.filter(|term| !cluster_matches(cluster, &term.affinity))?;
        let place = overflow_tier(term, cluster)?;
        term.overflow_affinities.get(place).map(|overflow| overflow.affinity_name.clone())
    }

    /// The replicas that the cluster had.
    fn earlier(&self, cluster: &Cluster) -> i64 {
        i64::from(self.request.binding.assigned(&cluster.metadata.name))
    }

    /// The replicas that the selected clusters had, where that is as many as before, or more: room does not matter then. Where
    /// groups overflow, room does matter.
    fn kept(&self) -> Option<i64> {
        let earlier = self.request.binding.clusters.iter();
        let kept = earlier.filter(|target| self.scheduling.selected.contains(&target.name));
        let assigned: i64 = kept.map(|target| i64::from(target.replicas)).sum();
        let is_tiered = self.term.is_some_and(|term| !term.overflow_affinities.is_empty());
        let is_kept = assigned >= i64::from(self.request.replicas.replicas)
            && assigned > 0
            && !is_tiered
            && self.request.binding.mode == AssignmentMode::Steady;
        is_kept.then_some(assigned)
    }
}
