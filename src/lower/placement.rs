//! Where the App runs, and how its replicas are shared out.

use crate::fleet::unknown_placement;
use crate::k8s::name::check_label_key;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::ClusterPreferences;
use crate::karmada::policy::placement::DynamicWeight;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::placement::Toleration;
use crate::karmada::schedule::filter::find_taint;
use crate::lower::Lowering;
use crate::lower::groups::Pick;
use crate::lower::selection::Selection;
use crate::lower::selection::to_affinity;
use crate::schema::Choice;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec;
use crate::spec::PlacementChoice;
use crate::spec::Strategy;
use crate::spec::TaintEffect;
use crate::spec::TolerationOperator;
use std::collections::BTreeSet;

/// Why Karmada does not look at a part of a toleration: the fault, and the reason.
const TOLERATES_EVERY_VALUE: (&str, &str) = (
    "`operator: Exists` tolerates every value",
    "Karmada does not look at this one; `operator: Equal` compares it",
);
const TOLERATES_NO_TAINT: (&str, &str) = (
    "no taint has this key",
    "Kubernetes takes keys of letters, digits, `-`, `_`, and `.` only, with a prefix before a `/`",
);
const TOLERATES_WITHOUT_END: (&str, &str) = (
    "`tolerationSeconds` counts with `effect: NoExecute` alone",
    "only a taint of that effect moves away what runs",
);

/// A placement as Karmada takes it, and what is known of the clusters it picks.
pub(super) struct Placed {
    pub(super) placement: Placement,
    pub(super) selection: Selection,
    /// Nothing where the placement could not be found.
    pub(super) strategy: Option<Strategy>,
    pub(super) at: Span,
}

impl Placed {
    /// The clusters that it picks, where they are known.
    pub(super) fn known_clusters(&self) -> Option<BTreeSet<String>> {
        match &self.selection {
            Selection::Known(names) if self.strategy.is_some() => Some(names.clone()),
            Selection::Known(_) | Selection::AtMost(_) | Selection::AnyBut(_) => None,
        }
    }
}

impl Lowering<'_> {
    /// The placement that counts; nothing where none is written, or the one that it starts from is not known.
    pub(super) fn written_placement(&self) -> Option<&spec::Placement> {
        let PlacementChoice(placement) = self.app.spec.placement.as_ref()?;
        let is_known = |from: &Spanned<String>| {
            self.world.inventory.is_some_and(|inventory| inventory.placements.get(&from.value).is_some())
        };
        placement.from.as_ref().is_none_or(is_known).then_some(placement)
    }

    /// Turns the placement into Karmada's.
    pub(super) fn lower_placement(&mut self) -> Placed {
        let app = self.app;
        let mut placed = match &app.spec.placement {
            None if app.spec.has_lost("placement") => Placed { strategy: None, ..nothing_known(self.at()) },
            None => self.everywhere(),
            Some(PlacementChoice(placement)) => match &placement.from {
                Some(from) if self.written_placement().is_none() => {
                    self.check_start(from);
                    return Placed { strategy: None, ..nothing_known(from.span) };
                }
                Some(_) | None => self.lower_written(placement),
            },
        };
        self.add_default_tolerations(&mut placed.placement.cluster_tolerations);
        placed
    }

    /// Reports a placement to start from that there is not, unless the Fleet has it and it could not be read.
    fn check_start(&mut self, from: &Spanned<String>) {
        match self.world.inventory {
            None => self.placement_needs_fleet(from),
            Some(inventory) if inventory.placements.has_lost(&from.value) => {}
            Some(inventory) => {
                let name = Spanned::new(from.value.as_str(), from.span);
                self.diagnostics.report(unknown_placement(name, inventory.placements.keys()));
            }
        }
    }

    fn everywhere(&mut self) -> Placed {
        let mut placed = nothing_known(self.at());
        if self.external_policies().is_some() {
            placed.strategy = None;
        } else if let Some(inventory) = self.world.inventory {
            placed.selection = Selection::Known(inventory.names().map(str::to_owned).collect());
        }
        placed
    }

    fn lower_written(&mut self, written: &spec::Placement) -> Placed {
        let at = written.from.as_ref().map_or(written.at, |from| from.span);
        if written.groups.as_ref().is_some_and(|groups| !groups.value.0.lost.is_empty()) {
            return Placed { strategy: None, ..nothing_known(at) };
        }
        let strategy = written.strategy.map_or(Strategy::Duplicated, |strategy| strategy.value);
        self.check_keys_of_strategy(written, strategy);
        self.check_tolerations(written);
        self.check_division(written, strategy);
        self.check_releases_of_placement(written);
        let is_grouped = written.groups().next().is_some();
        if is_grouped && strategy == Strategy::Fixed {
            self.groups_with_fixed(written);
        }
        let (placement, picks) = if is_grouped && strategy != Strategy::Fixed {
            self.lower_groups(written, strategy)
        } else {
            self.lower_selector(written, strategy)
        };
        let tolerations: Vec<Toleration> = written.tolerations.iter().map(toleration).collect();
        self.check_taints(written, &tolerations);
        let placement = Placement {
            cluster_tolerations: tolerations,
            spread_constraints: self.spread_constraints(written, strategy, &picks),
            replica_scheduling: Some(self.replica_scheduling(written, strategy, &picks)),
            workload_affinity: self.workload_affinity(written),
            ..placement
        };
        let selection = join_all(picks);
        Placed { placement, selection, strategy: Some(strategy), at }
    }

    /// Fixed names its clusters itself: those that get any replicas.
    fn lower_selector<'p>(
        &mut self,
        written: &'p spec::Placement,
        strategy: Strategy,
    ) -> (Placement, Vec<Pick<'p>>) {
        let errors = self.diagnostics.error_count();
        let mut selection = self.select(&written.selector);
        if selection.limit() == Some(0) && self.diagnostics.error_since(errors).is_none() {
            self.no_cluster_left(written);
        }
        let mut affinity = to_affinity(&written.selector);
        if strategy == Strategy::Fixed {
            self.check_fixed(written, &selection);
            let fixed = written.replicas.iter().filter(|(_, replicas)| replicas.value.get() > 0);
            let names: Vec<String> = fixed.map(|(name, _)| name.value.to_owned()).collect();
            affinity = Some(ClusterAffinity { cluster_names: names.clone(), ..ClusterAffinity::default() });
            selection = Selection::Known(names.into_iter().collect());
        }
        let pick = Pick { group: None, is_unlimited: affinity.is_none(), selection };
        (Placement { cluster_affinity: affinity, ..Placement::default() }, vec![pick])
    }

    /// karmada f8fdd02 `pkg/webhook/propagationpolicy` looks at no toleration but for its operator.
    fn check_tolerations(&mut self, written: &spec::Placement) {
        for toleration in &written.tolerations {
            let operator = toleration.operator.map_or(TolerationOperator::Equal, |operator| operator.value);
            match (operator, &toleration.key, &toleration.value) {
                (TolerationOperator::Equal, None, _) => self.toleration_without_key(toleration),
                (TolerationOperator::Exists, _, Some(value)) => {
                    self.toleration_part_ignored(value.span, TOLERATES_EVERY_VALUE);
                }
                (TolerationOperator::Equal, Some(_), _) | (TolerationOperator::Exists, _, None) => {}
            }
            if let Some(key) = toleration.key.as_ref().filter(|key| check_label_key(&key.value).is_err()) {
                self.toleration_part_ignored(key.span, TOLERATES_NO_TAINT);
            }
            let moves = matches!(toleration.effect, None | Some(TaintEffect::NoExecute));
            if let Some(seconds) = toleration.toleration_seconds.filter(|_| !moves) {
                self.toleration_part_ignored(seconds.span, TOLERATES_WITHOUT_END);
            }
        }
    }

    /// A cluster that is named is meant, so that a taint of it is worth a word; of those that are picked otherwise a preview tells.
    fn check_taints(&mut self, written: &spec::Placement, tolerations: &[Toleration]) {
        let Some(inventory) = self.world.inventory else { return };
        let selectors = written.selectors();
        let named = selectors.iter().flat_map(|selector| selector.clusters.iter());
        let named = named.map(|name| Spanned::new(name.value.as_str(), name.span));
        let fixed = written.replicas.iter().filter(|(_, replicas)| replicas.value.get() > 0);
        for name in named.chain(fixed.map(|(name, _)| name)) {
            let cluster = inventory.clusters.get(name.value);
            if let Some(taint) = cluster.and_then(|(cluster, _)| find_taint(cluster, tolerations)) {
                self.cluster_tainted(Spanned::new(name.value, in_app(written, name.span)), taint);
            }
        }
    }

    /// Proves with Karmada's own division that every cluster gets what is written.
    fn check_fixed(&mut self, written: &spec::Placement, selection: &Selection) {
        for (name, replicas) in written.replicas.iter() {
            let is_known =
                self.world.inventory.is_none_or(|inventory| inventory.clusters.contains_key(name.value));
            if let (false, Some(inventory)) = (is_known, self.world.inventory) {
                self.unknown_cluster(name, inventory);
            } else if selection.leaves_out(name.value) && replicas.value.get() > 0 {
                self.fixed_cluster_left_out(name);
            }
        }
        for name in written.selector.clusters.iter() {
            if written.replicas.get(name.value.as_str()).is_none() {
                self.cluster_without_replicas(Spanned::new(name.value.as_str(), name.span));
            }
        }
        let total: i64 = written.replicas.iter().map(|(_, replicas)| replicas.value.get()).sum();
        self.check_fixed_total(written, total);
        let votes: Vec<(&str, i64)> = written
            .replicas
            .iter()
            .filter(|(_, replicas)| replicas.value.get() > 0)
            .map(|(name, replicas)| (name.value, replicas.value.get()))
            .collect();
        let Ok(seats) = i32::try_from(total) else {
            self.fixed_total_too_large(written.at, total);
            return;
        };
        if !self.divides_exactly(seats, &votes) {
            self.fixed_total_too_large(written.at, total);
        }
    }

    fn replica_scheduling(
        &mut self,
        written: &spec::Placement,
        strategy: Strategy,
        picks: &[Pick<'_>],
    ) -> ReplicaScheduling {
        let divided = |preference, weights| ReplicaScheduling {
            replica_scheduling_type: Some(ReplicaSchedulingType::Divided),
            replica_division_preference: Some(preference),
            weight_preference: weights,
        };
        let fixed_weights =
            |list| Some(ClusterPreferences { static_weight_list: list, dynamic_weight: None });
        match strategy {
            Strategy::Duplicated => duplicated(),
            Strategy::Aggregated => divided(ReplicaDivisionPreference::Aggregated, None),
            Strategy::DynamicWeight => {
                let weights = ClusterPreferences {
                    static_weight_list: Vec::new(),
                    dynamic_weight: Some(DynamicWeight::AvailableReplicas),
                };
                divided(ReplicaDivisionPreference::Weighted, Some(weights))
            }
            Strategy::StaticWeight => {
                let weights = self.static_weights(written, picks);
                divided(ReplicaDivisionPreference::Weighted, fixed_weights(weights))
            }
            Strategy::Fixed => {
                let fixed = written.replicas.iter().filter(|(_, replicas)| replicas.value.get() > 0);
                let weights = fixed.map(|(name, replicas)| StaticClusterWeight {
                    target_cluster: ClusterAffinity {
                        cluster_names: vec![name.value.to_owned()],
                        ..ClusterAffinity::default()
                    },
                    weight: replicas.value.get(),
                });
                divided(ReplicaDivisionPreference::Weighted, fixed_weights(weights.collect()))
            }
        }
    }

    /// Warns of every selected cluster that no weight matches: Karmada gives it nothing (traps.md V6).
    fn static_weights(&mut self, written: &spec::Placement, picks: &[Pick<'_>]) -> Vec<StaticClusterWeight> {
        let mut weighed: BTreeSet<String> = BTreeSet::new();
        let mut is_open = false;
        let mut weights = Vec::new();
        for weight in written.weights.iter() {
            match self.select(&weight.selector) {
                Selection::Known(names) => {
                    for name in weight.selector.clusters.iter().filter(|name| {
                        picks.iter().all(|pick| pick.selection.leaves_out(name.value.as_str()))
                            && names.contains(name.value.as_str())
                    }) {
                        self.weight_outside_of_placement(Spanned::new(name.value.as_str(), name.span));
                    }
                    weighed.extend(names);
                }
                Selection::AtMost(_) | Selection::AnyBut(_) => is_open = true,
            }
            weights.push(StaticClusterWeight {
                target_cluster: to_affinity(&weight.selector).unwrap_or_default(),
                weight: weight.weight.value.get(),
            });
        }
        if !is_open && !written.weights.is_empty() {
            for pick in picks {
                self.check_weighed(written, pick, &weighed);
            }
        }
        weights
    }

    /// Karmada gives nothing to a cluster without weight; where none has any, all get the same (karmada f8fdd02
    /// `pkg/scheduler/core/division_algorithm.go` `getStaticWeightInfoList`).
    fn check_weighed(&mut self, written: &spec::Placement, pick: &Pick<'_>, weighed: &BTreeSet<String>) {
        let Selection::Known(names) = &pick.selection else { return };
        let left: Vec<&str> = names.difference(weighed).map(String::as_str).collect();
        if !names.is_empty() && left.len() == names.len() {
            self.nothing_has_weight(written, pick);
        } else if !left.is_empty() {
            self.clusters_without_weight(written, &left);
        }
    }

    /// Reports the keys that the strategy does not use, and the missing ones that it needs.
    fn check_keys_of_strategy(&mut self, written: &spec::Placement, strategy: Strategy) {
        let weights = written.weights.at.filter(|_| !written.weights.is_empty());
        let replicas = written.replicas.iter().next().map(|(name, _)| name.span);
        match (strategy, weights) {
            (Strategy::StaticWeight, None) => self.strategy_needs(written, "weights"),
            (Strategy::StaticWeight, Some(_)) | (_, None) => {}
            (_, Some(at)) => self.strategy_does_not_use(written, "weights", (at, "StaticWeight")),
        }
        match (strategy, replicas) {
            (Strategy::Fixed, None) => self.strategy_needs(written, "replicas"),
            (Strategy::Fixed, Some(_)) | (_, None) => {}
            (_, Some(at)) => self.strategy_does_not_use(written, "replicas", (at, "Fixed")),
        }
        if let (Strategy::StaticWeight | Strategy::Fixed, Some(spread)) = (strategy, &written.spread) {
            self.spread_is_ignored(spread.at, strategy);
        }
    }
}

/// A place in the placement, where the App writes it itself; else the name of the Fleet's placement that has it.
pub(super) fn in_app(written: &spec::Placement, at: Span) -> Span {
    match &written.from {
        Some(from) if from.span.file != at.file => from.span,
        Some(_) | None => at,
    }
}

/// What any of them picks.
fn join_all(picks: Vec<Pick<'_>>) -> Selection {
    let selections = picks.into_iter().map(|pick| pick.selection);
    selections.reduce(Selection::join).unwrap_or_else(|| Selection::AnyBut(BTreeSet::new()))
}

/// Every cluster, all replicas on each: what an App without a placement gets.
fn nothing_known(at: Span) -> Placed {
    let placement = Placement { replica_scheduling: Some(duplicated()), ..Placement::default() };
    Placed {
        placement,
        selection: Selection::AnyBut(BTreeSet::new()),
        strategy: Some(Strategy::Duplicated),
        at,
    }
}

pub(super) fn duplicated() -> ReplicaScheduling {
    ReplicaScheduling {
        replica_scheduling_type: Some(ReplicaSchedulingType::Duplicated),
        replica_division_preference: None,
        weight_preference: None,
    }
}

fn toleration(written: &spec::ClusterToleration) -> Toleration {
    let text =
        |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone()).unwrap_or_default();
    Toleration {
        key: text(&written.key),
        operator: written.operator.map_or("Equal", |operator| operator.value.word()).to_owned(),
        value: text(&written.value),
        effect: written.effect.map_or("", Choice::word).to_owned(),
        toleration_seconds: written.toleration_seconds.map(|seconds| seconds.value.get()),
    }
}
