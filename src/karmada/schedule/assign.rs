//! How many replicas each selected cluster receives.

use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::dispenser::Claim;
use crate::karmada::dispenser::Drawn;
use crate::karmada::dispenser::dispense;
use crate::karmada::division::TargetCluster;
use crate::karmada::division::divide;
use crate::karmada::gosort::sort_by_less;
use crate::karmada::policy::placement::ClusterPreferences;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::schedule::DivisionMethod;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::binding::AssignmentMode;
use crate::karmada::schedule::candidate::Candidate;
use crate::karmada::schedule::outcome::Failure;
use std::cmp::Reverse;

/// How replicas are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// All replicas to each cluster.
    Duplicated,
    /// By fixed weights.
    StaticWeight,
    /// By room.
    DynamicWeight,
    /// By room, on as few clusters as have enough.
    Aggregated,
}

/// The strategy that a placement asks for.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/assignment.go` `newAssignState`.
pub(crate) fn strategy(placement: &Placement) -> Result<Strategy, Failure> {
    let Some(scheduling) = &placement.replica_scheduling else { return Ok(Strategy::Duplicated) };
    match (scheduling.replica_scheduling_type, scheduling.replica_division_preference) {
        (Some(ReplicaSchedulingType::Duplicated), _) => Ok(Strategy::Duplicated),
        (Some(ReplicaSchedulingType::Divided), Some(ReplicaDivisionPreference::Aggregated)) => {
            Ok(Strategy::Aggregated)
        }
        (Some(ReplicaSchedulingType::Divided), Some(ReplicaDivisionPreference::Weighted)) => {
            let preference = scheduling.weight_preference.as_ref();
            let is_dynamic = preference.is_some_and(|preference| preference.dynamic_weight.is_some());
            Ok(if is_dynamic { Strategy::DynamicWeight } else { Strategy::StaticWeight })
        }
        (Some(ReplicaSchedulingType::Divided) | None, _) => Err(Failure::UnknownStrategy),
    }
}

/// How many replicas each cluster receives.
#[derive(Debug, Default)]
pub(crate) struct Assigned {
    /// The replicas; also clusters that receive none.
    pub(crate) targets: Vec<TargetCluster>,
    /// Replicas that are drawn besides.
    pub(crate) drawn: Option<Drawn>,
}

impl Assigned {
    fn certain(targets: Vec<TargetCluster>) -> Self {
        Self { targets, drawn: None }
    }
}

/// Shares `replicas` out among the selected clusters; those that receive none are in the result too.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/assignment.go`.
pub(crate) fn assign(
    request: &Request<'_>,
    selected: &[Candidate<'_>],
    replicas: i32,
) -> Result<Assigned, Failure> {
    match strategy(request.placement)? {
        Strategy::Duplicated => {
            let all = selected.iter().map(|candidate| target(candidate.name(), replicas));
            Ok(Assigned::certain(all.collect()))
        }
        Strategy::StaticWeight => {
            let scheduling = request.placement.replica_scheduling.as_ref();
            let votes = static_weights(selected, scheduling.and_then(|it| it.weight_preference.as_ref()));
            share(request, replicas, &votes, &request.binding.clusters)
        }
        Strategy::DynamicWeight => Dynamic { request, selected, replicas, cut: Cut::None }.assign(),
        Strategy::Aggregated => Dynamic { request, selected, replicas, cut: Cut::Shortest }.assign(),
    }
}

/// Divides by weight; earlier replicas matter only where the old method breaks ties.
fn share(
    request: &Request<'_>,
    replicas: i32,
    votes: &[(&str, i64)],
    earlier: &[TargetCluster],
) -> Result<Assigned, Failure> {
    match request.method {
        DivisionMethod::Webster => {
            let divided = divide(replicas, votes, request.direction);
            divided.map(Assigned::certain).map_err(|_| Failure::NegativeWeight)
        }
        DivisionMethod::RoundedDown => {
            let claim = |(name, weight): &(&str, i64)| {
                let target = earlier.iter().find(|target| target.name == *name);
                let previous = target.map_or(0, |target| target.replicas);
                Claim { name: (*name).to_owned(), weight: *weight, previous }
            };
            let dispensed = dispense(replicas, votes.iter().map(claim).collect());
            let assigned = dispensed.map(|it| Assigned { targets: it.targets, drawn: it.drawn });
            assigned.map_err(|_| Failure::Overflow)
        }
    }
}

fn target(name: &str, replicas: i32) -> TargetCluster {
    TargetCluster { name: name.to_owned(), replicas }
}

/// The highest weight that applies to each cluster; without any, all weigh the same.
///
/// *Source*: `division_algorithm.go` `getStaticWeightInfoList`, `util.go` `getDefaultWeightPreference`.
fn static_weights<'a>(
    selected: &[Candidate<'a>],
    preference: Option<&ClusterPreferences>,
) -> Vec<(&'a str, i64)> {
    let weight = |candidate: &Candidate<'a>| (candidate.name(), static_weight(candidate.cluster, preference));
    let weights: Vec<(&str, i64)> = selected.iter().map(weight).filter(|(_, weight)| *weight > 0).collect();
    if weights.is_empty() {
        selected.iter().map(|candidate| (candidate.name(), 1)).collect()
    } else {
        weights
    }
}

/// The highest weight of the rules that apply to a cluster; 0 where none does.
pub(crate) fn static_weight(cluster: &Cluster, preference: Option<&ClusterPreferences>) -> i64 {
    let rules = preference.map_or(&[][..], |preference| &preference.static_weight_list);
    let applying = rules.iter().filter(|rule| cluster_matches(cluster, &rule.target_cluster));
    applying.map(|rule| rule.weight).max().unwrap_or_default()
}

/// Whether the clusters that share are cut down to as few as have the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    None,
    Shortest,
}

/// A division by room.
struct Dynamic<'a> {
    request: &'a Request<'a>,
    selected: &'a [Candidate<'a>],
    replicas: i32,
    cut: Cut,
}

impl Dynamic<'_> {
    /// *Source*: `assignment.go` `assignByDynamicStrategy`.
    fn assign(&self) -> Result<Assigned, Failure> {
        let scheduled = self.scheduled();
        let assigned = scheduled.iter().fold(0_i32, |sum, target| sum.wrapping_add(target.replicas));
        if self.request.binding.mode == AssignmentMode::Fresh {
            let earlier = |name: &str| {
                scheduled.iter().find(|target| target.name == name).map_or(0, |target| target.replicas)
            };
            let weights = self.selected.iter().map(|candidate| {
                target(candidate.name(), candidate.free.wrapping_add(earlier(candidate.name())))
            });
            return self.divide(weights.collect(), self.replicas, &[]);
        }
        if assigned > self.replicas {
            return self.divide(scheduled, self.replicas, &[]);
        }
        if assigned < self.replicas {
            let weights = self.selected.iter().map(|candidate| target(candidate.name(), candidate.free));
            let more = self.replicas.wrapping_sub(assigned);
            return self.divide(weights.collect(), more, &scheduled);
        }
        Ok(Assigned::certain(scheduled))
    }

    /// What was chosen before and is still selected.
    fn scheduled(&self) -> Vec<TargetCluster> {
        let is_selected = |name: &str| self.selected.iter().any(|candidate| candidate.name() == name);
        self.request.binding.clusters.iter().filter(|target| is_selected(&target.name)).cloned().collect()
    }

    /// *Source*: `division_algorithm.go` `dynamicDivideReplicas`.
    fn divide(
        &self,
        mut weights: Vec<TargetCluster>,
        replicas: i32,
        earlier: &[TargetCluster],
    ) -> Result<Assigned, Failure> {
        sort_by_less(&mut weights, |left, right| left.replicas > right.replicas);
        let room = weights.iter().fold(0_i32, |sum, weight| sum.wrapping_add(weight.replicas));
        if room < replicas {
            return Err(Failure::NotEnoughRoom { room: i64::from(room), wanted: i64::from(replicas) });
        }
        if self.cut == Cut::Shortest {
            cut_off(&mut weights, replicas, earlier);
        }
        let votes: Vec<(&str, i64)> =
            weights.iter().map(|weight| (weight.name.as_str(), i64::from(weight.replicas))).collect();
        let shared = share(self.request, replicas, &votes, earlier)?;
        Ok(Assigned { targets: merge(shared.targets, earlier), drawn: shared.drawn })
    }
}

/// Keeps the first clusters that have room for the replicas, those used before going first.
fn cut_off(weights: &mut Vec<TargetCluster>, replicas: i32, earlier: &[TargetCluster]) {
    let was_used = |name: &str| earlier.iter().any(|target| target.replicas > 0 && target.name == name);
    weights.sort_by_key(|weight| Reverse(was_used(&weight.name)));
    let mut room = 0_i32;
    let enough = weights.iter().position(|weight| {
        room = room.wrapping_add(weight.replicas);
        room >= replicas
    });
    weights.truncate(enough.map_or(weights.len(), |last| last + 1));
}

/// Adds what was there before; what is only there comes last.
fn merge(mut divided: Vec<TargetCluster>, earlier: &[TargetCluster]) -> Vec<TargetCluster> {
    for target in earlier {
        match divided.iter_mut().find(|divided| divided.name == target.name) {
            Some(divided) => divided.replicas = divided.replicas.wrapping_add(target.replicas),
            None => divided.push(target.clone()),
        }
    }
    divided
}
