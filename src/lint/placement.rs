//! Placements that Karmada takes, and that place nothing or otherwise than they read.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::policy::propagation::DEFAULT_SCHEDULER;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::lint::words::count;
use crate::lint::world::Policy;
use crate::lint::world::World;

const SPREAD: &str = "/spec/placement/spreadConstraints";
const SCHEDULING: &str = "/spec/placement/replicaScheduling";

/// Reports the lints of spreads, of tolerations, of the scheduler's name, and those of replica scheduling but for weights.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for policy in world.written_propagations() {
        check_scheduler(policy, diagnostics);
        let Some(placement) = &policy.spec.placement else { continue };
        check_tolerations(policy, placement, diagnostics);
        check_spread(policy, placement, diagnostics);
        check_groups(policy, placement, diagnostics);
        if let Some(scheduling) = &placement.replica_scheduling {
            check_scheduling(policy, scheduling, diagnostics);
        }
    }
}

/// Tells whether replicas are divided by weights that are fixed.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/spreadconstraint/util.go` `shouldIgnoreSpreadConstraint`; a
/// preference that is there and empty divides by equal weights and keeps the constraints.
fn has_fixed_weights(scheduling: &ReplicaScheduling) -> bool {
    let is_fixed = scheduling.weight_preference.as_ref().is_none_or(|preference| {
        !preference.static_weight_list.is_empty() && preference.dynamic_weight.is_none()
    });
    is_weighted(scheduling) && is_fixed
}

/// Tells whether replicas are divided by weight.
pub(super) fn is_weighted(scheduling: &ReplicaScheduling) -> bool {
    scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Divided)
        && scheduling.replica_division_preference == Some(ReplicaDivisionPreference::Weighted)
}

fn check_spread(policy: &Policy<'_, PropagationSpec>, placement: &Placement, diagnostics: &mut Diagnostics) {
    let constraints = &placement.spread_constraints;
    if constraints.is_empty() {
        return;
    }
    if placement.replica_scheduling.as_ref().is_some_and(has_fixed_weights) {
        diagnostics.report(
            Diagnostic::new(
                codes::SPREAD_IGNORED,
                policy.object.key(SPREAD),
                "the spread constraints have no effect beside fixed weights",
            )
            .with_secondary(policy.object.key(SCHEDULING), "replicas are divided by fixed weights")
            .with_note("Karmada uses every cluster that the placement picks, however many there are")
            .with_help(
                "divide by `Aggregated` or by `dynamicWeight: AvailableReplicas`, or leave the constraints out",
            ),
        );
        return;
    }
    check_bounds(policy, constraints, diagnostics);
    let has_field = |field: SpreadField| constraints.iter().any(|it| it.spread_by_field == Some(field));
    let chooses = has_field(SpreadField::Cluster) || has_field(SpreadField::Region);
    for (index, constraint) in constraints.iter().enumerate() {
        let pointer = format!("{SPREAD}/{index}");
        if !constraint.spread_by_label.is_empty() {
            let is_only = !chooses;
            diagnostics.report(by_label(policy, &pointer, is_only));
        }
        check_field(policy, (&pointer, constraint), has_field(SpreadField::Region), diagnostics);
    }
}

fn check_scheduler(policy: &Policy<'_, PropagationSpec>, diagnostics: &mut Diagnostics) {
    let name = policy.spec.scheduler_name.as_str();
    let is_meant = name == "default" || nearest(name, [DEFAULT_SCHEDULER]).is_some();
    if name == DEFAULT_SCHEDULER || !is_meant {
        return;
    }
    let at = policy.object.span("/spec/schedulerName");
    diagnostics.report(
        Diagnostic::new(
            codes::SCHEDULER_NEAR_MISS,
            at,
            format!("Karmada's scheduler is not called `{name}`"),
        )
        .with_note("no scheduler takes the objects of the policy, so nothing is propagated")
        .with_replacement("write its name, or leave `schedulerName` out", at, DEFAULT_SCHEDULER),
    );
}

/// *Source*: kubernetes `staging/src/k8s.io/api/core/v1/toleration.go` `ToleratesTaint`; Karmada's webhook checks no key.
fn check_tolerations(
    policy: &Policy<'_, PropagationSpec>,
    placement: &Placement,
    diagnostics: &mut Diagnostics,
) {
    for (index, toleration) in placement.cluster_tolerations.iter().enumerate() {
        if !toleration.key.is_empty() || !matches!(toleration.operator.as_str(), "" | "Equal") {
            continue;
        }
        let at = policy.object.span(&format!("/spec/placement/clusterTolerations/{index}"));
        let value = &toleration.value;
        let tolerated =
            if value.is_empty() { "have no value".to_owned() } else { format!("have the value `{value}`") };
        diagnostics.report(
            Diagnostic::new(
                codes::TOLERATION_WITHOUT_KEY,
                at,
                "the toleration names no key, so values alone are compared",
            )
            .with_note(format!("it tolerates all taints that {tolerated}, whatever their key, and no others"))
            .with_help("add `key:`, or `operator: Exists` for taints of every key"),
        );
    }
}

/// *Source*: karmada f8fdd02 `pkg/scheduler/core/spreadconstraint/select_clusters_by_region.go`.
fn check_bounds(
    policy: &Policy<'_, PropagationSpec>,
    constraints: &[SpreadConstraint],
    diagnostics: &mut Diagnostics,
) {
    let find = |field: SpreadField| constraints.iter().position(|it| it.spread_by_field == Some(field));
    let (Some(cluster), Some(region)) = (find(SpreadField::Cluster), find(SpreadField::Region)) else {
        return;
    };
    let most = constraints.get(cluster).map_or(0, |it| it.max_groups);
    let least = constraints.get(region).map_or(0, |it| it.min_groups);
    if most == 0 || most >= least {
        return;
    }
    let place = |index: usize, field: &str| policy.object.span(&format!("{SPREAD}/{index}/{field}"));
    let clusters = count(usize::try_from(most).unwrap_or_default(), "cluster");
    let message = format!("the spread asks for {clusters} at most, and for {least} regions at least");
    diagnostics.report(
        Diagnostic::new(codes::SPREAD_BOUNDS_CROSS, place(cluster, "maxGroups"), message)
            .with_secondary(place(region, "minGroups"), "each region needs a cluster")
            .with_note("Karmada takes a cluster of each region all the same")
            .with_help(format!("write `maxGroups: {least}` or more for clusters")),
    );
}

fn by_label(policy: &Policy<'_, PropagationSpec>, pointer: &str, is_only: bool) -> Diagnostic {
    let at = policy.object.span(&format!("{pointer}/spreadByLabel"));
    let note = if is_only {
        "Karmada's scheduler refuses the placement, and nothing is propagated"
    } else {
        "Karmada's scheduler passes over this constraint"
    };
    Diagnostic::new(codes::SPREAD_BY_LABEL, at, "Karmada cannot spread by label")
        .with_note(note)
        .with_help("spread by `region` and `cluster`, and pick clusters by label in `clusterAffinity`")
}

fn check_field(
    policy: &Policy<'_, PropagationSpec>,
    (pointer, constraint): (&str, &SpreadConstraint),
    has_region: bool,
    diagnostics: &mut Diagnostics,
) {
    let Some(field) = constraint.spread_by_field else { return };
    match field {
        SpreadField::Zone | SpreadField::Provider => {
            let at = policy.object.span(&format!("{pointer}/spreadByField"));
            let word = if field == SpreadField::Zone { "zone" } else { "provider" };
            diagnostics.report(
                Diagnostic::new(
                    codes::SPREAD_FIELD_IGNORED,
                    at,
                    format!("the spread by `{word}` does not choose clusters"),
                )
                .with_note(format!(
                    "Karmada leaves out clusters without a {word}, and then chooses as if the constraint were not \
                     there: all of them may be in one {word}"
                ))
                .with_help("spread by `region`, or write one placement for each group of clusters"),
            );
        }
        SpreadField::Cluster | SpreadField::Region if constraint.max_groups > 0 => {}
        SpreadField::Region => {
            let outcome = "it selects nothing";
            diagnostics.report(without_maximum(policy, pointer, ("region", outcome)));
        }
        SpreadField::Cluster => {
            let outcome = if has_region {
                "it adds no cluster to the first of each region"
            } else {
                "it selects nothing"
            };
            diagnostics.report(without_maximum(policy, pointer, ("cluster", outcome)));
        }
    }
}

fn without_maximum(
    policy: &Policy<'_, PropagationSpec>,
    pointer: &str,
    (word, outcome): (&str, &str),
) -> Diagnostic {
    let written = policy.object.place(&format!("{pointer}/maxGroups"));
    let at = if written.is_exact { written.span() } else { policy.object.span(pointer) };
    let diagnostic = Diagnostic::new(
        codes::SPREAD_WITHOUT_MAX_GROUPS,
        at,
        format!("the spread by `{word}` has no `maxGroups`, so {outcome}"),
    )
    .with_note("Karmada takes a maximum that is left out for 0, not for any number");
    if written.is_exact {
        return diagnostic.with_help("write the most groups to use, such as the number of clusters");
    }
    diagnostic.with_help("add `maxGroups:` with the most groups to use, such as the number of clusters")
}

fn check_scheduling(
    policy: &Policy<'_, PropagationSpec>,
    scheduling: &ReplicaScheduling,
    diagnostics: &mut Diagnostics,
) {
    let object = policy.object;
    let has = |field: &str| object.place(&format!("{SCHEDULING}/{field}")).is_exact;
    if !has("replicaSchedulingType") {
        diagnostics.report(
            Diagnostic::new(
                codes::SCHEDULING_TYPE_MISSING,
                object.key(SCHEDULING),
                "the replica scheduling does not say its type",
            )
            .with_note(
                "the type is then `Divided`; without `replicaScheduling` each cluster gets all replicas",
            )
            .with_help("add `replicaSchedulingType: Divided` or `replicaSchedulingType: Duplicated`"),
        );
    }
    let is_divided = scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Divided);
    if !is_divided && has("replicaDivisionPreference") && !has("weightPreference") {
        let at = object.span(&format!("{SCHEDULING}/replicaDivisionPreference"));
        diagnostics.report(
            Diagnostic::new(codes::WEIGHTS_IGNORED, at, "the division preference has no effect")
                .with_note("with `Duplicated` each cluster gets all replicas")
                .with_help("leave it out, or write `replicaSchedulingType: Divided`"),
        );
    }
    if is_divided && !has("replicaDivisionPreference") && !has("weightPreference") {
        diagnostics.report(
            Diagnostic::new(
                codes::DIVISION_PREFERENCE_MISSING,
                object.key(SCHEDULING),
                "the replicas are divided, and nothing says how",
            )
            .with_note("Karmada then divides by equal weights, whatever room the clusters have")
            .with_help(
                "add `replicaDivisionPreference: Aggregated`, or `Weighted` with a `weightPreference`",
            ),
        );
    }
}

/// Groups are tried in order, and the first that works takes all; a group without room does not overflow into the next.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/scheduler.go` `scheduleResourceBindingWithClusterAffinities`.
fn check_groups(policy: &Policy<'_, PropagationSpec>, placement: &Placement, diagnostics: &mut Diagnostics) {
    let terms = &placement.cluster_affinities;
    let is_by_room = placement.replica_scheduling.as_ref().is_some_and(|scheduling| {
        scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Divided)
            && !has_fixed_weights(scheduling)
    });
    if terms.len() < 2 || !is_by_room || terms.iter().any(|term| !term.overflow_affinities.is_empty()) {
        return;
    }
    diagnostics.report(
        Diagnostic::new(
            codes::GROUPS_TRIED_IN_ORDER,
            policy.object.key("/spec/placement/clusterAffinities"),
            "the first group with room for all replicas gets all of them",
        )
        .with_note("a group that is too small does not overflow into the next: it gets none")
        .with_note("Karmada does not go back to an earlier group by itself")
        .with_help("to overflow, write `overflowAffinities` in the first group (from Karmada 1.18 on)"),
    );
}
