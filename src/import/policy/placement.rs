//! Where a policy sends its objects, as the `placement` of an App.

use crate::import::policy::selector::IN_PLACEMENT;
use crate::import::policy::selector::leaves_out;
use crate::import::policy::selector::raise_selector;
use crate::import::policy::unsayable::Findings;
use crate::import::policy::unsayable::Outcome;
use crate::import::policy::unsayable::Reason;
use crate::import::policy::unsayable::below;
use crate::import::policy::unsayable::item;
use crate::k8s::name::check_affinity_name;
use crate::k8s::pointer::Pointer;
use crate::karmada::canonical::canonical_affinity;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::placement::Toleration;
use crate::karmada::policy::placement::WorkloadAffinity;
use crate::karmada::schedule::select::ignores_constraints;
use crate::schema::Choice;
use crate::source::Span;
use crate::spec::Strategy;
use crate::tree;
use crate::tree::Map;
use crate::yaml::Node;

/// What a bound left out becomes when an App is built.
const UNBOUNDED: i64 = i32::MAX as i64;

/// A placement in the words of an App.
pub(super) struct RaisedPlacement {
    /// The map; nothing where nothing need be said.
    pub(super) node: Option<Node>,
    /// How replicas are shared out.
    pub(super) strategy: Strategy,
}

/// Writes a placement as that of an App whose workload has this many replicas, where it has any.
pub(super) fn raise_placement(
    (placement, replicas): (&Placement, Option<i64>),
    place: &Pointer,
    findings: &mut Findings,
) -> RaisedPlacement {
    let at = findings.at;
    let groups = raise_groups(&placement.cluster_affinities, place, findings);
    let everywhere = ClusterAffinity::default();
    let affinity = placement.cluster_affinity.as_ref().unwrap_or(&everywhere);
    let sharing = raise_scheduling(placement, (affinity, replicas), (place, findings));
    let selector = raise_selector((affinity, IN_PLACEMENT), &below(place, "clusterAffinity"), findings);
    check_clusters(affinity, &below(place, "clusterAffinity"), findings);
    // Fixed names its clusters under `replicas`.
    let mut raised = if sharing.strategy == Strategy::Fixed { Map::new(at) } else { selector };
    raised.set_some("groups", groups);
    raised.set_some("tolerations", raise_tolerations(&placement.cluster_tolerations, place, findings));
    if sharing.strategy != Strategy::Duplicated {
        raised.set("strategy", tree::text(at, sharing.strategy.word()));
    }
    raised.set_some("weights", sharing.weights);
    raised.set_some("replicas", sharing.replicas);
    let spread = raise_spread(placement, (sharing.strategy, replicas), (place, findings));
    raised.set_some("spread", spread);
    let affinity = placement.workload_affinity.as_ref();
    raised.set_some("workloadAffinity", affinity.and_then(|affinity| raise_workload_affinity(affinity, at)));
    RaisedPlacement { node: raised.into_some(), strategy: sharing.strategy }
}

/// Groups that are tried in order, with what each overflows into.
fn raise_groups(terms: &[ClusterAffinityTerm], place: &Pointer, findings: &mut Findings) -> Option<Node> {
    let at = findings.at;
    let place = below(place, "clusterAffinities");
    let mut groups = Vec::new();
    for (index, term) in terms.iter().enumerate() {
        let place = item(&place, index);
        let mut group = named_group((&term.affinity_name, &term.affinity), &place, findings);
        let overflow: Vec<Node> = (0..)
            .zip(&term.overflow_affinities)
            .map(|(index, overflow)| {
                let place = item(&below(&place, "overflowAffinities"), index);
                check_some(&overflow.affinity, &place, findings);
                named_group((&overflow.affinity_name, &overflow.affinity), &place, findings).into_node()
            })
            .collect();
        if !overflow.is_empty() {
            check_some(&term.affinity, &place, findings);
        }
        group.set_some("overflow", (!overflow.is_empty()).then(|| tree::list(at, overflow)));
        groups.push(group.into_node());
    }
    (!groups.is_empty()).then(|| tree::list(at, groups))
}

/// What overflows, and what it overflows into, must say its clusters.
fn check_some(affinity: &ClusterAffinity, place: &Pointer, findings: &mut Findings) {
    if canonical_affinity(affinity) == ClusterAffinity::default() {
        findings.cannot_say(place, Reason::OverflowOfAll);
    }
}

fn named_group(
    (name, affinity): (&String, &ClusterAffinity),
    place: &Pointer,
    findings: &mut Findings,
) -> Map {
    if check_affinity_name(name).is_err() {
        findings.cannot_say(&below(place, "affinityName"), Reason::InvalidText(name.clone()));
    }
    check_clusters(affinity, place, findings);
    let selector = raise_selector((affinity, IN_PLACEMENT), place, findings);
    Map::new(findings.at).with("name", tree::text(findings.at, name.as_str())).join(selector)
}

fn raise_workload_affinity(affinity: &WorkloadAffinity, at: Span) -> Option<Node> {
    let mut raised = Map::new(at);
    for (key, term) in [("affinity", &affinity.affinity), ("antiAffinity", &affinity.anti_affinity)] {
        let label = term.as_ref().map(|term| tree::text(at, term.group_by_label_key.as_str()));
        raised.set_some(key, label.map(|label| Map::new(at).with("groupByLabelKey", label).into_node()));
    }
    raised.into_some()
}

fn check_clusters(affinity: &ClusterAffinity, place: &Pointer, findings: &mut Findings) {
    let names = &affinity.cluster_names;
    if !names.is_empty() && names.iter().all(|name| affinity.exclude.contains(name)) {
        findings.cannot_say(place, Reason::NoClusterLeft);
    }
}

/// How replicas are shared out.
struct Sharing {
    strategy: Strategy,
    /// The weights of `StaticWeight`.
    weights: Option<Node>,
    /// The replicas of Fixed.
    replicas: Option<Node>,
}

impl Sharing {
    fn without_weights(strategy: Strategy) -> Self {
        Self { strategy, weights: None, replicas: None }
    }
}

/// Reads the replica scheduling as Karmada does: karmada f8fdd02 `pkg/scheduler/core/assignment.go` `newAssignState`.
fn raise_scheduling(
    placement: &Placement,
    (affinity, replicas): (&ClusterAffinity, Option<i64>),
    (place, findings): (&Pointer, &mut Findings),
) -> Sharing {
    let place = below(place, "replicaScheduling");
    let Some(scheduling) = &placement.replica_scheduling else {
        return Sharing::without_weights(Strategy::Duplicated);
    };
    let preference_place = below(&place, "weightPreference");
    let weights = scheduling.weight_preference.as_ref();
    let (strategy, has_unread_weights) =
        match (scheduling.replica_scheduling_type, scheduling.replica_division_preference) {
            (Some(ReplicaSchedulingType::Duplicated), preference) => {
                if preference.is_some() {
                    findings.remark(&below(&place, "replicaDivisionPreference"), Outcome::LeftOut);
                }
                (Strategy::Duplicated, weights.is_some())
            }
            (_, Some(ReplicaDivisionPreference::Aggregated)) => (Strategy::Aggregated, weights.is_some()),
            (_, Some(ReplicaDivisionPreference::Weighted) | None) => {
                match weights.filter(|weights| weights.dynamic_weight.is_some()) {
                    Some(weights) => (Strategy::DynamicWeight, !weights.static_weight_list.is_empty()),
                    None => (Strategy::StaticWeight, false),
                }
            }
        };
    if has_unread_weights {
        findings.remark(&preference_place, Outcome::LeftOut);
    }
    if strategy != Strategy::StaticWeight {
        return Sharing::without_weights(strategy);
    }
    let list = weights.map_or(&[][..], |weights| weights.static_weight_list.as_slice());
    if let Some(fixed) = fixed_replicas(list, affinity, replicas) {
        let mut map = Map::new(findings.at);
        for (name, replicas) in fixed {
            map.set(&name, tree::integer(findings.at, replicas));
        }
        return Sharing { strategy: Strategy::Fixed, weights: None, replicas: Some(map.into_node()) };
    }
    let weights = raise_weights((list, placement), &below(&preference_place, "staticWeightList"), findings);
    Sharing { strategy, weights: Some(weights), replicas: None }
}

/// Without a list, each cluster has the same weight.
fn raise_weights(
    (weights, placement): (&[StaticClusterWeight], &Placement),
    place: &Pointer,
    findings: &mut Findings,
) -> Node {
    let at = findings.at;
    if weights.is_empty() {
        let equal = Map::new(at).with("weight", tree::integer(at, 1)).into_node();
        return tree::list(at, vec![equal]);
    }
    let mut raised = Vec::new();
    for (index, weight) in weights.iter().enumerate() {
        let place = below(&item(place, index), "targetCluster");
        for name in weight.target_cluster.cluster_names.iter().filter(|name| leaves_out(placement, name)) {
            findings.cannot_say(&place, Reason::OutsidePlacement(name.clone()));
        }
        let selector = raise_selector((&weight.target_cluster, IN_PLACEMENT), &place, findings);
        raised.push(selector.with("weight", tree::integer(at, weight.weight)).into_node());
    }
    tree::list(at, raised)
}

/// Tells whether static weights give each cluster that a placement picks some of this many replicas.
pub(in crate::import) fn is_fixed(placement: &Placement, replicas: Option<i64>) -> bool {
    let is_plain = placement.cluster_affinities.is_empty() && placement.spread_constraints.is_empty();
    let weights = placement.replica_scheduling.as_ref().and_then(|it| it.weight_preference.as_ref());
    let weights = weights.filter(|weights| is_plain && weights.dynamic_weight.is_none());
    weights.zip(placement.cluster_affinity.as_ref()).is_some_and(|(weights, affinity)| {
        fixed_replicas(&weights.static_weight_list, affinity, replicas).is_some()
    })
}

/// The replicas of each cluster, where the weights are them: each weight is for one cluster, the placement names the same
/// clusters, and the sum is the number of replicas that there are.
fn fixed_replicas(
    weights: &[StaticClusterWeight],
    affinity: &ClusterAffinity,
    replicas: Option<i64>,
) -> Option<Vec<(String, i64)>> {
    let replicas_of = |weight: &StaticClusterWeight| {
        let target = &weight.target_cluster;
        let [name] = target.cluster_names.as_slice() else { return None };
        let alone = ClusterAffinity { cluster_names: vec![name.clone()], ..ClusterAffinity::default() };
        (*target == alone).then(|| (name.clone(), weight.weight))
    };
    let fixed: Vec<(String, i64)> = weights.iter().map(replicas_of).collect::<Option<_>>()?;
    let names = fixed.iter().map(|(name, _)| name.clone()).collect();
    let total = fixed.iter().try_fold(0_i64, |total, (_, weight)| total.checked_add(*weight))?;
    let is_repeated = fixed
        .iter()
        .enumerate()
        .any(|(index, (name, _))| fixed.iter().skip(index + 1).any(|(other, _)| other == name));
    let is_exact = *affinity == ClusterAffinity { cluster_names: names, ..ClusterAffinity::default() };
    (is_exact && !is_repeated && replicas == Some(total) && total > 0).then_some(fixed)
}

/// `Equal` is what an operator left out stands for.
fn raise_tolerations(tolerations: &[Toleration], place: &Pointer, findings: &mut Findings) -> Option<Node> {
    let at = findings.at;
    let place = below(place, "clusterTolerations");
    let text = |text: &String| (!text.is_empty()).then(|| tree::text(at, text.as_str()));
    let mut list = Vec::new();
    for (index, toleration) in tolerations.iter().enumerate() {
        let place = item(&place, index);
        if !matches!(toleration.operator.as_str(), "" | "Equal" | "Exists") {
            findings.cannot_say(&below(&place, "operator"), Reason::Operator(toleration.operator.clone()));
        }
        if !matches!(toleration.effect.as_str(), "" | "NoSchedule" | "NoExecute" | "PreferNoSchedule") {
            findings.cannot_say(&below(&place, "effect"), Reason::InvalidText(toleration.effect.clone()));
        }
        let seconds = toleration.toleration_seconds;
        if let Some(seconds) = seconds.filter(|seconds| *seconds < 0) {
            findings
                .cannot_say(&below(&place, "tolerationSeconds"), Reason::InvalidText(seconds.to_string()));
        }
        let mut raised = Map::new(at);
        raised.set_some("key", text(&toleration.key));
        let operator = text(&toleration.operator).filter(|_| toleration.operator != "Equal");
        raised.set_some("operator", operator);
        raised.set_some("value", text(&toleration.value));
        raised.set_some("effect", text(&toleration.effect));
        raised.set_some("tolerationSeconds", seconds.map(|seconds| tree::integer(at, seconds)));
        list.push(raised.into_node());
    }
    (!list.is_empty()).then(|| tree::list(at, list))
}

/// Only spread over clusters and regions can be said. Fixed weights switch it off, but for regions, whose clusters without one
/// are still left out (karmada f8fdd02 `pkg/scheduler/framework/plugins/spreadconstraint/spread_constraint.go`).
fn raise_spread(
    placement: &Placement,
    (strategy, replicas): (Strategy, Option<i64>),
    (place, findings): (&Pointer, &mut Findings),
) -> Option<Node> {
    let at = findings.at;
    let place = below(place, "spreadConstraints");
    let mut spread = Map::new(at);
    let is_weighed = matches!(strategy, Strategy::StaticWeight | Strategy::Fixed);
    let is_off = ignores_constraints(placement);
    for (index, constraint) in placement.spread_constraints.iter().enumerate() {
        let place = item(&place, index);
        let field = match constraint.spread_by_field {
            Some(SpreadField::Cluster) => "cluster",
            Some(SpreadField::Region) => "region",
            Some(SpreadField::Zone) => {
                findings.cannot_say(&below(&place, "spreadByField"), Reason::SpreadBy("zone"));
                continue;
            }
            Some(SpreadField::Provider) => {
                findings.cannot_say(&below(&place, "spreadByField"), Reason::SpreadBy("provider"));
                continue;
            }
            None if constraint.spread_by_label.is_empty() => "cluster",
            None => {
                findings.cannot_say(&below(&place, "spreadByLabel"), Reason::SpreadBy("label"));
                continue;
            }
        };
        if is_off && field == "cluster" {
            findings.remark(&place, Outcome::LeftOut);
        } else if is_weighed {
            findings.cannot_say(&place, Reason::SpreadBesideWeights);
        } else {
            spread.set(field, raise_bounds(constraint, &place, findings));
        }
    }
    let counts = constraint_of(placement, SpreadField::Cluster).filter(|_| !is_weighed);
    if let Some(cluster) = counts {
        check_spread(placement, (cluster, strategy, replicas), (&place, findings));
    }
    spread.into_some()
}

fn constraint_of(placement: &Placement, field: SpreadField) -> Option<&SpreadConstraint> {
    placement.spread_constraints.iter().find(|constraint| constraint.spread_by_field == Some(field))
}

/// Without an upper bound Karmada selects no cluster (traps.md V1), which nobody means.
fn raise_bounds(constraint: &SpreadConstraint, place: &Pointer, findings: &mut Findings) -> Node {
    let at = findings.at;
    let mut bounds = Map::new(at);
    if constraint.min_groups > 1 {
        bounds.set("min", tree::integer(at, constraint.min_groups));
    }
    if constraint.max_groups == 0 {
        findings.remark(place, Outcome::Unbounded);
    } else if constraint.max_groups < UNBOUNDED {
        bounds.set("max", tree::integer(at, constraint.max_groups));
    }
    bounds.into_node()
}

/// More clusters than there are names, in the placement or in one of its groups, or than replicas to share out.
fn check_spread(
    placement: &Placement,
    (cluster, strategy, replicas): (&SpreadConstraint, Strategy, Option<i64>),
    (place, findings): (&Pointer, &mut Findings),
) {
    let own = placement.cluster_affinity.iter().map(|affinity| affinity.cluster_names.len());
    let groups = placement.cluster_affinities.iter().map(|term| {
        let overflow = term.overflow_affinities.iter().map(|other| other.affinity.cluster_names.len());
        let counts: Vec<usize> = std::iter::once(term.affinity.cluster_names.len()).chain(overflow).collect();
        if counts.contains(&0) { 0 } else { counts.iter().sum() }
    });
    let has_too_few_names = own
        .chain(groups)
        .any(|count| count > 0 && i64::try_from(count).is_ok_and(|count| count < cluster.min_groups));
    let has_too_few_replicas = strategy != Strategy::Duplicated
        && replicas.is_some_and(|replicas| replicas > 0 && replicas < cluster.min_groups);
    if has_too_few_names || has_too_few_replicas {
        findings.cannot_say(place, Reason::SpreadDoesNotFit);
    }
}
