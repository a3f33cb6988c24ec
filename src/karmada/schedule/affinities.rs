//! One attempt to schedule, or several: groups of `clusterAffinities` are tried in order.

use crate::karmada::cluster::Cluster;
use crate::karmada::division::TargetCluster;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::schedule::EmptyWorkloads;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::assign::Assigned;
use crate::karmada::schedule::assign::assign;
use crate::karmada::schedule::binding::AssignmentMode;
use crate::karmada::schedule::candidate::Candidate;
use crate::karmada::schedule::candidate::candidates;
use crate::karmada::schedule::estimate::estimate;
use crate::karmada::schedule::filter::refusals;
use crate::karmada::schedule::outcome::FailedAffinity;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::schedule::outcome::Reason;
use crate::karmada::schedule::outcome::Refusal;
use crate::karmada::schedule::outcome::Scheduling;
use crate::karmada::schedule::overflow::assign_tiers;
use crate::karmada::schedule::overflow::overflowing;
use crate::karmada::schedule::select::Wanted;
use crate::karmada::schedule::select::select;
use std::collections::BTreeMap;

/// How many replicas clusters have room for, by name.
pub(crate) type Estimates = BTreeMap<String, i32>;

type Refused = BTreeMap<String, Vec<Refusal>>;

struct Attempt {
    result: Result<Assigned, Failure>,
    selected: Vec<String>,
    refused: Refused,
}

/// Tries the only affinity, or one group after the other.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/scheduler.go` `scheduleResourceBindingWithClusterAffinity`,
/// `scheduleResourceBindingWithClusterAffinities`.
pub(crate) fn schedule(request: &Request<'_>, estimates: Option<&Estimates>) -> Scheduling {
    let observed = Some(&request.binding.observed_affinity).filter(|name| !name.is_empty());
    let mut scheduling = Scheduling {
        targets: Vec::new(),
        drawn: None,
        selected: Vec::new(),
        failure: None,
        observed_affinity: observed.cloned(),
        failed_affinities: Vec::new(),
        refused: Refused::new(),
        estimates: estimates.cloned(),
    };
    let terms = &request.placement.cluster_affinities;
    if terms.is_empty() {
        scheduling.observed_affinity = None;
        let attempt = attempt((request, estimates), None);
        scheduling.refused = attempt.refused;
        scheduling.selected = attempt.selected;
        match attempt.result {
            Ok(assigned) => succeed(&mut scheduling, assigned),
            Err(failure) => fail(&mut scheduling, request, failure),
        }
        return scheduling;
    }
    let first = first_term(request);
    for (index, term) in terms.iter().enumerate().skip(first) {
        let attempt = attempt((request, estimates), Some(term));
        match attempt.result {
            Ok(assigned) => {
                succeed(&mut scheduling, assigned);
                scheduling.refused = attempt.refused;
                scheduling.selected = attempt.selected;
                scheduling.observed_affinity = Some(term.affinity_name.clone());
                return scheduling;
            }
            Err(failure) => {
                // Karmada goes on searching where Pelago gives up, so the next group need not be its next.
                let is_open = failure == Failure::TooManyRegions;
                if index == first || is_open {
                    scheduling.refused = attempt.refused;
                    scheduling.selected = attempt.selected;
                }
                if is_open {
                    fail(&mut scheduling, request, failure);
                    return scheduling;
                }
                scheduling.failed_affinities.push(FailedAffinity { index, failure });
            }
        }
    }
    if let Some(failed) = scheduling.failed_affinities.first() {
        let failure = failed.failure.clone();
        fail(&mut scheduling, request, failure);
    }
    scheduling
}

/// Where the search begins: at the group used last, unless a reschedule was asked for.
fn first_term(request: &Request<'_>) -> usize {
    if request.binding.mode == AssignmentMode::Fresh {
        return 0;
    }
    let observed = &request.binding.observed_affinity;
    let place = request.placement.cluster_affinities.iter().position(|term| term.affinity_name == *observed);
    place.unwrap_or_default()
}

fn succeed(scheduling: &mut Scheduling, assigned: Assigned) {
    scheduling.targets = assigned.targets;
    scheduling.drawn = assigned.drawn;
}

/// Only when no cluster passes the filters are the earlier targets taken away.
fn fail(scheduling: &mut Scheduling, request: &Request<'_>, failure: Failure) {
    scheduling.targets = match failure.reason() {
        Reason::NoClusterFit => Vec::new(),
        Reason::Unschedulable | Reason::SchedulerError => request.binding.clusters.clone(),
    };
    scheduling.failure = Some(failure);
}

fn attempt(
    (request, estimates): (&Request<'_>, Option<&Estimates>),
    term: Option<&ClusterAffinityTerm>,
) -> Attempt {
    let mut refused = Refused::new();
    let mut fitting = Vec::new();
    for cluster in request.clusters {
        let refusals = refusals(request, term, cluster);
        if refusals.is_empty() {
            fitting.push(cluster);
        } else {
            refused.insert(cluster.metadata.name.clone(), refusals);
        }
    }
    let mut selected = Vec::new();
    let result = if fitting.is_empty() {
        let is_deleting = |refusals: &Vec<Refusal>| refusals.contains(&Refusal::Deleting);
        Err(if refused.values().all(is_deleting) { Failure::NoClusters } else { Failure::NoClusterFits })
    } else {
        place((request, term), (&fitting, estimates), &mut selected)
    };
    Attempt { result, selected, refused }
}

/// *Source*: karmada f8fdd02 `pkg/scheduler/core/common.go` `SelectClusters`, `AssignReplicas`.
fn place(
    (request, term): (&Request<'_>, Option<&ClusterAffinityTerm>),
    (fitting, estimates): (&[&Cluster], Option<&Estimates>),
    names: &mut Vec<String>,
) -> Result<Assigned, Failure> {
    let overflowing = overflowing(request.placement, term).filter(|_| request.is_workload());
    let replicas = request.replicas.replicas;
    let wanted = Wanted { placement: request.placement, replicas };
    let selected = select(candidates((request, estimates), overflowing, fitting), wanted)?;
    names.extend(selected.iter().map(|candidate| candidate.name().to_owned()));
    if selected.is_empty() {
        return Err(Failure::NoClustersSelected);
    }
    if !request.is_workload() {
        return Ok(Assigned { targets: selected.iter().map(empty).collect(), drawn: None });
    }
    let mut assigned = match overflowing {
        Some(_) => assign_tiers(request, &selected)?,
        None => assign(request, &selected, replicas)?,
    };
    assigned.targets.retain(|target| target.replicas > 0);
    match request.empty_workloads {
        EmptyWorkloads::Omitted => {}
        EmptyWorkloads::Propagated => add_empty(&mut assigned.targets, &selected),
    }
    Ok(assigned)
}

fn empty(candidate: &Candidate<'_>) -> TargetCluster {
    TargetCluster { name: candidate.name().to_owned(), replicas: 0 }
}

fn add_empty(targets: &mut Vec<TargetCluster>, selected: &[Candidate<'_>]) {
    for candidate in selected {
        if !targets.iter().any(|target| target.name == candidate.name()) {
            targets.push(empty(candidate));
        }
    }
}

/// How many replicas each cluster has room for; nothing where there are none.
pub(crate) fn estimate_all(request: &Request<'_>) -> Option<Estimates> {
    let requirements = request.replicas.requirements.as_ref();
    let estimate = |cluster: &Cluster| (cluster.metadata.name.clone(), estimate(cluster, requirements));
    (request.replicas.replicas != 0).then(|| request.clusters.iter().map(estimate).collect())
}
