//! One form for all propagation specs that Karmada treats alike: to tell whether two of them mean the same.

use crate::k8s::selector::LabelSelector;
use crate::karmada::policy::failover::ApplicationFailover;
use crate::karmada::policy::failover::ApplicationPurgeMode;
use crate::karmada::policy::failover::ClusterFailover;
use crate::karmada::policy::failover::ClusterPurgeMode;
use crate::karmada::policy::failover::Failover;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::ClusterPreferences;
use crate::karmada::policy::placement::OverflowAffinity;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::placement::Toleration;
use crate::karmada::policy::placement::WorkloadAffinity;
use crate::karmada::policy::propagation::ConflictResolution;
use crate::karmada::policy::propagation::DEFAULT_SCHEDULER;
use crate::karmada::policy::propagation::Preemption;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::policy::propagation::Suspension;
use crate::karmada::schedule::select::ignores_constraints;

/// Takes a spec as admitted; writes out what Karmada takes for written, leaves out what it does not read, and sorts what has no order. Selectors of
/// resources stay as they are.
///
/// *Source*: the defaults of karmada f8fdd02 `policy.karmada.io_propagationpolicies.yaml` and `pkg/util/helper/policy.go`; what is
/// read, `pkg/scheduler/core/assignment.go`.
#[must_use]
pub fn canonical(spec: &PropagationSpec) -> PropagationSpec {
    let scheduler = if spec.scheduler_name.is_empty() { DEFAULT_SCHEDULER } else { &spec.scheduler_name };
    PropagationSpec {
        placement: Some(canonical_placement(spec.placement.as_ref())),
        association: false,
        priority: Some(spec.priority.unwrap_or(0)),
        preemption: Some(spec.preemption.unwrap_or(Preemption::Never)),
        conflict_resolution: Some(spec.conflict_resolution.unwrap_or(ConflictResolution::Abort)),
        scheduler_name: scheduler.to_owned(),
        failover: spec.failover.as_ref().and_then(canonical_failover),
        suspension: spec.suspension.as_ref().and_then(canonical_suspension),
        ..spec.clone()
    }
}

fn canonical_placement(placement: Option<&Placement>) -> Placement {
    let placement = placement.cloned().unwrap_or_default();
    let scheduling = canonical_scheduling(placement.replica_scheduling.as_ref());
    let mut spread: Vec<SpreadConstraint> =
        placement.spread_constraints.iter().map(canonical_constraint).collect();
    spread.sort_by(|left, right| {
        (left.spread_by_field, &left.spread_by_label).cmp(&(right.spread_by_field, &right.spread_by_label))
    });
    let is_by_cluster =
        |constraint: &SpreadConstraint| constraint.spread_by_field == Some(SpreadField::Cluster);
    // Other fields still leave out clusters that do not have them.
    if ignores_constraints(&placement) && spread.iter().all(is_by_cluster) {
        spread.clear();
    }
    Placement {
        cluster_affinity: placement
            .cluster_affinity
            .as_ref()
            .map(canonical_affinity)
            .filter(is_some_affinity),
        cluster_tolerations: placement.cluster_tolerations.iter().map(canonical_toleration).collect(),
        cluster_affinities: placement.cluster_affinities.iter().map(canonical_term).collect(),
        spread_constraints: spread,
        replica_scheduling: Some(scheduling),
        workload_affinity: placement
            .workload_affinity
            .clone()
            .filter(|affinity| *affinity != WorkloadAffinity::default()),
    }
}

fn canonical_term(term: &ClusterAffinityTerm) -> ClusterAffinityTerm {
    let overflow = term.overflow_affinities.iter().map(|other| OverflowAffinity {
        affinity_name: other.affinity_name.clone(),
        affinity: canonical_affinity(&other.affinity),
    });
    ClusterAffinityTerm {
        affinity_name: term.affinity_name.clone(),
        affinity: canonical_affinity(&term.affinity),
        overflow_affinities: overflow.collect(),
    }
}

fn is_some_affinity(affinity: &ClusterAffinity) -> bool {
    *affinity != ClusterAffinity::default()
}

/// Leaves out what picks every cluster anyway, and sorts conditions: all must hold, so their order says nothing.
#[must_use]
pub fn canonical_affinity(affinity: &ClusterAffinity) -> ClusterAffinity {
    let mut affinity = affinity.clone();
    affinity.label_selector = affinity.label_selector.filter(|labels| *labels != LabelSelector::default());
    affinity.field_selector = affinity.field_selector.filter(|fields| !fields.match_expressions.is_empty());
    if let Some(labels) = &mut affinity.label_selector {
        labels.match_expressions.sort_by(|left, right| left.key.cmp(&right.key));
    }
    if let Some(fields) = &mut affinity.field_selector {
        fields
            .match_expressions
            .sort_by(|left, right| (&left.key, &left.operator).cmp(&(&right.key, &right.operator)));
    }
    affinity
}

fn canonical_toleration(toleration: &Toleration) -> Toleration {
    let operator = if toleration.operator.is_empty() { "Equal" } else { &toleration.operator };
    Toleration { operator: operator.to_owned(), ..toleration.clone() }
}

fn canonical_constraint(constraint: &SpreadConstraint) -> SpreadConstraint {
    let mut constraint = constraint.clone();
    if constraint.spread_by_label.is_empty() {
        constraint.spread_by_field = constraint.spread_by_field.or(Some(SpreadField::Cluster));
    }
    constraint.min_groups = constraint.min_groups.max(1);
    constraint
}

/// Without weights, each cluster has the same.
fn canonical_scheduling(scheduling: Option<&ReplicaScheduling>) -> ReplicaScheduling {
    let kind = scheduling.map_or(Some(ReplicaSchedulingType::Duplicated), |it| it.replica_scheduling_type);
    if kind == Some(ReplicaSchedulingType::Duplicated) {
        return ReplicaScheduling { replica_scheduling_type: kind, ..ReplicaScheduling::default() };
    }
    let preference = scheduling.and_then(|it| it.replica_division_preference);
    let preference = preference.unwrap_or(ReplicaDivisionPreference::Weighted);
    let weights = scheduling.and_then(|it| it.weight_preference.as_ref());
    let weights = match (preference, weights.and_then(|weights| weights.dynamic_weight)) {
        (ReplicaDivisionPreference::Aggregated, _) => None,
        (ReplicaDivisionPreference::Weighted, dynamic_weight @ Some(_)) => {
            Some(ClusterPreferences { static_weight_list: Vec::new(), dynamic_weight })
        }
        (ReplicaDivisionPreference::Weighted, None) => Some(canonical_weights(weights)),
    };
    ReplicaScheduling {
        replica_scheduling_type: Some(ReplicaSchedulingType::Divided),
        replica_division_preference: Some(preference),
        weight_preference: weights,
    }
}

fn canonical_weights(weights: Option<&ClusterPreferences>) -> ClusterPreferences {
    let list = weights.map_or(&[][..], |weights| weights.static_weight_list.as_slice());
    let canonical_weight = |weight: &StaticClusterWeight| StaticClusterWeight {
        target_cluster: canonical_affinity(&weight.target_cluster),
        weight: weight.weight,
    };
    let mut static_weight_list: Vec<StaticClusterWeight> = list.iter().map(canonical_weight).collect();
    if static_weight_list.is_empty() {
        static_weight_list
            .push(StaticClusterWeight { target_cluster: ClusterAffinity::default(), weight: 1 });
    }
    ClusterPreferences { static_weight_list, dynamic_weight: None }
}

fn canonical_failover(failover: &Failover) -> Option<Failover> {
    let application = failover.application.as_ref().map(canonical_application);
    let cluster = failover.cluster.as_ref().map(|cluster| ClusterFailover {
        purge_mode: Some(cluster.purge_mode.unwrap_or(ClusterPurgeMode::Gracefully)),
        ..cluster.clone()
    });
    let canonical = Failover { application, cluster };
    (canonical != Failover::default()).then_some(canonical)
}

fn canonical_application(application: &ApplicationFailover) -> ApplicationFailover {
    let mut application = application.clone();
    let tolerated = &mut application.decision_conditions.toleration_seconds;
    tolerated.get_or_insert(300);
    let purge_mode = match application.purge_mode {
        Some(ApplicationPurgeMode::Directly | ApplicationPurgeMode::Immediately) => {
            ApplicationPurgeMode::Directly
        }
        Some(ApplicationPurgeMode::Never) => ApplicationPurgeMode::Never,
        Some(ApplicationPurgeMode::Gracefully | ApplicationPurgeMode::Graciously) | None => {
            application.grace_period_seconds.get_or_insert(600);
            ApplicationPurgeMode::Gracefully
        }
    };
    application.purge_mode = Some(purge_mode);
    application
}

/// What holds nothing back need not be said.
fn canonical_suspension(suspension: &Suspension) -> Option<Suspension> {
    let canonical = Suspension {
        dispatching: suspension.dispatching.filter(|dispatching| *dispatching),
        dispatching_on_clusters: suspension
            .dispatching_on_clusters
            .clone()
            .filter(|clusters| !clusters.cluster_names.is_empty()),
    };
    (canonical != Suspension::default()).then_some(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::json;

    #[track_caller]
    fn assert_alike(one: &Value, other: &Value, expected: bool) {
        let read = |spec: &Value| {
            let mut spec = spec.clone();
            spec["resourceSelectors"] = json!([]);
            canonical(&serde_json::from_value(spec).unwrap())
        };
        assert_eq!(read(one) == read(other), expected, "{one} {other}");
    }

    #[test]
    fn a_default_may_be_written_or_not() {
        let written = json!({
            "placement": {"clusterAffinity": {}, "replicaScheduling": {"replicaSchedulingType": "Duplicated"}},
            "priority": 0, "preemption": "Never", "conflictResolution": "Abort",
            "schedulerName": "default-scheduler", "suspension": {"dispatching": false},
        });
        assert_alike(&json!({}), &written, true);
        assert_alike(&json!({}), &json!({"priority": 1}), false);
        let failover = |application: Value| json!({"failover": {"application": application}});
        let written = json!({"decisionConditions": {"tolerationSeconds": 300}, "purgeMode": "Gracefully", "gracePeriodSeconds": 600});
        assert_alike(&failover(json!({})), &failover(written), true);
        assert_alike(&failover(json!({})), &json!({}), false);
    }

    #[test]
    fn what_karmada_does_not_read_makes_no_difference() {
        let scheduling = |scheduling: Value| json!({"placement": {"replicaScheduling": scheduling}});
        let weights = json!({"staticWeightList": [{"targetCluster": {"clusterNames": ["a"]}, "weight": 2}]});
        let plain = scheduling(json!({"replicaSchedulingType": "Duplicated"}));
        let weighed = json!({"replicaSchedulingType": "Duplicated", "weightPreference": weights});
        assert_alike(&plain, &scheduling(weighed), true);
        let divided = json!({
            "replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted", "weightPreference": weights,
        });
        assert_alike(&plain, &scheduling(divided.clone()), false);
        let mut spread = scheduling(divided.clone());
        spread["placement"]["spreadConstraints"] = json!([{"spreadByField": "cluster", "maxGroups": 2}]);
        assert_alike(&scheduling(divided), &spread, true);
        spread["placement"]["replicaScheduling"] = json!({"replicaSchedulingType": "Duplicated"});
        assert_alike(&plain, &spread, false);
    }

    #[test]
    fn the_order_of_conditions_makes_no_difference() {
        let fields = |first: &str, second: &str| {
            let field = |key: &str| json!({"key": key, "operator": "In", "values": ["a"]});
            let affinity = json!({"fieldSelector": {"matchExpressions": [field(first), field(second)]}});
            json!({"placement": {"clusterAffinity": affinity}})
        };
        assert_alike(&fields("zone", "region"), &fields("region", "zone"), true);
        assert_alike(&fields("zone", "region"), &fields("zone", "provider"), false);
    }
}
