//! Where Karmada's scheduler puts an object, and with how many replicas, worked out offline.
//!
//! Everything is reproduced down to ties and Go's unstable sorting. Two things are inputs, not rules: the
//! [`Direction`] that the object's uid gives to ties, and the binding that an earlier scheduling left.

pub mod binding;
pub mod estimate;
pub mod filter;
pub mod outcome;

mod affinities;
pub(crate) mod assign;
mod candidate;
mod groups;
mod overflow;
mod regions;
pub(crate) mod select;

use crate::karmada::cluster::Cluster;
use crate::karmada::division::Direction;
use crate::karmada::policy::placement::Placement;
use crate::karmada::replicas::Replicas;
use crate::karmada::schedule::binding::Binding;
use crate::karmada::schedule::outcome::Scheduling;
use crate::karmada::version::KarmadaVersion;
use crate::karmada::version::WEBSTER_DIVISION;

/// What is scheduled, and among which clusters.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The object's `apiVersion` and kind, which clusters must know.
    pub api: Api<'a>,
    /// The object's replicas.
    pub replicas: &'a Replicas,
    /// The placement of the policy that claims the object, with the defaults that admission adds.
    pub placement: &'a Placement,
    /// All clusters of the fleet; their order makes no difference, and no two have one name.
    pub clusters: &'a [Cluster],
    /// What earlier scheduling left; [`Binding::default`] for a first scheduling.
    pub binding: &'a Binding,
    /// How replicas are divided; the other rules are those of Karmada 1.18 in any case.
    pub method: DivisionMethod,
    /// How ties go in a division by Webster's method.
    pub direction: Direction,
    /// What becomes of clusters that receive no replica.
    pub empty_workloads: EmptyWorkloads,
}

/// Which API clusters must know to receive the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api<'a> {
    /// Nothing is asked of clusters.
    Assumed,
    /// The cluster's status must list it.
    Listed {
        /// The `apiVersion`.
        api_version: &'a str,
        /// The kind.
        kind: &'a str,
    },
    /// The same, but a cluster whose status lists nothing at all is taken to know it.
    ListedOrUnknown {
        /// The `apiVersion`.
        api_version: &'a str,
        /// The kind.
        kind: &'a str,
    },
}

/// How replicas are divided by weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DivisionMethod {
    /// Webster's method: [`crate::karmada::division::divide`].
    #[default]
    Webster,
    /// Rounded down, the rest to the heaviest: [`crate::karmada::dispenser::dispense`].
    RoundedDown,
}

impl DivisionMethod {
    /// The method of a release.
    #[must_use]
    pub fn of(version: KarmadaVersion) -> Self {
        if version >= WEBSTER_DIVISION { Self::Webster } else { Self::RoundedDown }
    }
}

/// What becomes of selected clusters that receive no replica of a workload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EmptyWorkloads {
    /// They receive nothing; the default.
    #[default]
    Omitted,
    /// They receive the object with 0 replicas: the scheduler's `--enable-empty-workload-propagation`.
    Propagated,
}

/// Schedules an object.
///
/// *Shape*: what was decided, or why nothing could be; see [`Scheduling`].
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/scheduler.go` `scheduleResourceBinding`,
/// `pkg/scheduler/core/generic_scheduler.go` `Schedule`.
#[must_use]
pub fn schedule(request: &Request<'_>) -> Scheduling {
    affinities::schedule(request, affinities::estimate_all(request).as_ref())
}

/// Schedules an object for each way ties can go, which is quicker than one after the other.
#[must_use]
pub fn schedule_each(request: &Request<'_>, directions: &[Direction]) -> Vec<(Direction, Scheduling)> {
    let estimates = affinities::estimate_all(request);
    let attempt = |direction: &Direction| {
        let request = Request { direction: *direction, ..*request };
        (*direction, affinities::schedule(&request, estimates.as_ref()))
    };
    directions.iter().map(attempt).collect()
}

impl Request<'_> {
    /// Tells whether the object has replicas to speak of; others go to every selected cluster.
    fn is_workload(&self) -> bool {
        self.replicas.replicas > 0 || self.replicas.requirements.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::json;

    fn run(placement: &Value, names: &[&str], method: DivisionMethod, binding: &Binding) -> Scheduling {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 3}});
        let cluster = |name: &&str| {
            let status = json!({"resourceSummary": {"allocatable": {"pods": 10}}});
            let spec = json!({"region": "eu"});
            serde_json::from_value(json!({"metadata": {"name": name}, "spec": spec, "status": status}))
                .unwrap()
        };
        schedule(&Request {
            api: Api::Assumed,
            replicas: &crate::karmada::replicas::interpret(&object).unwrap(),
            placement: &serde_json::from_value(placement.clone()).unwrap(),
            clusters: &names.iter().map(cluster).collect::<Vec<_>>(),
            binding,
            method,
            direction: Direction::Ascending,
            empty_workloads: EmptyWorkloads::Omitted,
        })
    }

    fn targets(scheduling: &Scheduling) -> Vec<(&str, i32)> {
        scheduling.targets.iter().map(|target| (target.name.as_str(), target.replicas)).collect()
    }

    #[test]
    fn releases_before_webster_draw_what_is_left() {
        let equal = json!({"replicaScheduling": {
            "replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted",
        }});
        let now = run(&equal, &["a", "b"], DivisionMethod::Webster, &Binding::default());
        assert_eq!(targets(&now), [("a", 2), ("b", 1)]);
        assert_eq!(now.drawn, None);
        let before = run(&equal, &["a", "b"], DivisionMethod::RoundedDown, &Binding::default());
        assert_eq!(targets(&before), [("a", 1), ("b", 1)]);
        assert_eq!(before.drawn.map(|drawn| drawn.replicas), Some(1));
    }

    #[test]
    fn a_maximum_left_out_selects_nothing() {
        let spread = json!({"spreadConstraints": [{"spreadByField": "cluster", "minGroups": 1}]});
        let scheduling = run(&spread, &["a", "b"], DivisionMethod::Webster, &Binding::default());
        assert_eq!(scheduling.failure.map(|failure| failure.class()), Some("no-clusters-selected"));
    }

    #[test]
    fn earlier_targets_go_only_when_no_cluster_fits() {
        let earlier = crate::karmada::division::TargetCluster { name: "a".to_owned(), replicas: 3 };
        let binding = Binding { clusters: vec![earlier], ..Binding::default() };
        let nowhere = json!({"clusterAffinity": {"clusterNames": ["z"]}});
        let scheduling = run(&nowhere, &["a"], DivisionMethod::Webster, &binding);
        assert_eq!(targets(&scheduling), []);
        let label = json!({"spreadConstraints": [{"spreadByLabel": "team", "minGroups": 1}]});
        let scheduling = run(&label, &["a"], DivisionMethod::Webster, &binding);
        assert_eq!(targets(&scheduling), [("a", 3)]);
    }
}
