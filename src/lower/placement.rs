//! Where the App runs, and how its replicas are shared out.

use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::ClusterPreferences;
use crate::karmada::policy::placement::DynamicWeight;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::placement::Toleration;
use crate::lower::Lowering;
use crate::lower::selection::Selection;
use crate::lower::selection::to_affinity;
use crate::schema::Choice;
use crate::schema::Integer;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec;
use crate::spec::PlacementChoice;
use crate::spec::SpreadBounds;
use crate::spec::Strategy;
use std::collections::BTreeSet;

/// No bound: Karmada takes a bound left out as none at all (traps.md V1), so the largest number is written.
const UNBOUNDED: i64 = i32::MAX as i64;

/// A placement as Karmada takes it, and what is known of the clusters it picks.
pub(super) struct Placed {
    pub(super) placement: Placement,
    pub(super) selection: Selection,
    /// Nothing where the placement could not be found.
    pub(super) strategy: Option<Strategy>,
    pub(super) at: Span,
}

impl Lowering<'_> {
    /// The placement that counts: the one written out, or the one of the Fleet that is named.
    pub(super) fn written_placement(&self) -> Option<&spec::Placement> {
        match self.app.spec.placement.as_ref()? {
            PlacementChoice::Written(placement) => Some(placement),
            PlacementChoice::Named(name) => self.world.inventory?.placements.get(&name.value),
        }
    }

    /// Turns the placement into Karmada's.
    pub(super) fn lower_placement(&mut self) -> Placed {
        let app = self.app;
        let world = self.world;
        let written = match &app.spec.placement {
            None => None,
            Some(PlacementChoice::Written(placement)) => Some(placement.as_ref()),
            Some(PlacementChoice::Named(name)) => {
                let found = world.inventory.and_then(|inventory| inventory.placements.get(&name.value));
                if found.is_none() {
                    self.unknown_placement(name);
                    return Placed { strategy: None, ..nothing_known(name.span) };
                }
                found
            }
        };
        let mut placed = match written {
            None if app.spec.has_lost("placement") => Placed { strategy: None, ..nothing_known(self.at()) },
            None => self.everywhere(),
            Some(placement) => self.lower_written(placement),
        };
        self.add_default_tolerations(&mut placed.placement.cluster_tolerations);
        placed
    }

    fn everywhere(&mut self) -> Placed {
        let mut placed = nothing_known(self.at());
        if let Some(inventory) = self.world.inventory {
            placed.selection = Selection::Known(inventory.names().map(str::to_owned).collect());
        }
        placed
    }

    fn lower_written(&mut self, written: &spec::Placement) -> Placed {
        let strategy = written.strategy.map_or(Strategy::Duplicated, |strategy| strategy.value);
        self.check_keys_of_strategy(written, strategy);
        self.check_division(written, strategy);
        let (affinity, selection) = self.affinity(written, strategy);
        let spread = self.spread_constraints(written, strategy, &selection);
        let placement = Placement {
            cluster_affinity: affinity,
            cluster_affinities: Vec::new(),
            cluster_tolerations: written.tolerations.iter().map(toleration).collect(),
            spread_constraints: spread,
            replica_scheduling: Some(self.replica_scheduling(written, strategy, &selection)),
            workload_affinity: None,
        };
        Placed { placement, selection, strategy: Some(strategy), at: written.at }
    }

    /// Fixed names its clusters itself: those that get any replicas.
    fn affinity(
        &mut self,
        written: &spec::Placement,
        strategy: Strategy,
    ) -> (Option<ClusterAffinity>, Selection) {
        let errors = self.diagnostics.error_count();
        let selection = self.select(&written.selector);
        if selection.limit() == Some(0) && self.diagnostics.error_since(errors).is_none() {
            self.no_cluster_left(written);
        }
        if strategy != Strategy::Fixed {
            return (to_affinity(&written.selector), selection);
        }
        self.check_fixed(written, &selection);
        let fixed = written.replicas.iter().filter(|(_, replicas)| replicas.value.get() > 0);
        let names: Vec<String> = fixed.map(|(name, _)| name.value.to_owned()).collect();
        let affinity = ClusterAffinity { cluster_names: names.clone(), ..ClusterAffinity::default() };
        (Some(affinity), Selection::Known(names.into_iter().collect()))
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
        for name in &written.selector.clusters {
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
        selection: &Selection,
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
                let weights = self.static_weights(written, selection);
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
    fn static_weights(
        &mut self,
        written: &spec::Placement,
        selection: &Selection,
    ) -> Vec<StaticClusterWeight> {
        let mut weighed: BTreeSet<String> = BTreeSet::new();
        let mut is_open = false;
        let mut weights = Vec::new();
        for weight in &written.weights {
            match self.select(&weight.selector) {
                Selection::Known(names) => {
                    for name in weight.selector.clusters.iter().filter(|name| {
                        selection.leaves_out(name.value.as_str()) && names.contains(name.value.as_str())
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
        if let (Selection::Known(names), false) = (selection, is_open || written.weights.is_empty()) {
            let left: Vec<&str> = names.difference(&weighed).map(String::as_str).collect();
            if !left.is_empty() {
                self.clusters_without_weight(written, &left);
            }
        }
        weights
    }

    /// Reports the keys that the strategy does not use, and the missing ones that it needs.
    fn check_keys_of_strategy(&mut self, written: &spec::Placement, strategy: Strategy) {
        let weights = written.weights.first().map(|weight| weight.at);
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

    fn spread_constraints(
        &mut self,
        written: &spec::Placement,
        strategy: Strategy,
        selection: &Selection,
    ) -> Vec<SpreadConstraint> {
        let Some(spread) = &written.spread else { return Vec::new() };
        let region = spread.region.as_ref();
        let cluster = spread.cluster.as_ref();
        for bounds in [cluster, region].into_iter().flatten() {
            self.check_bounds(bounds);
        }
        if let (Some(bounds), Some(limit)) = (cluster, selection.limit()) {
            self.check_spread_fits(bounds, limit, "cluster");
        }
        if let (Some(bounds), Some(inventory), Selection::Known(names)) =
            (region, self.world.inventory, selection)
        {
            let picked = inventory.clusters().filter(|cluster| names.contains(&cluster.metadata.name));
            let regions: BTreeSet<&str> = picked
                .map(|cluster| cluster.spec.region.as_str())
                .filter(|region| !region.is_empty())
                .collect();
            self.check_spread_fits(bounds, regions.len(), "region");
        }
        self.check_replicas_for_spread(cluster, strategy);
        let region_min = region.map_or(1, minimum);
        let mut constraints = vec![SpreadConstraint {
            spread_by_field: Some(SpreadField::Cluster),
            min_groups: cluster.map_or(region_min, minimum),
            max_groups: cluster.map_or(UNBOUNDED, maximum),
            ..SpreadConstraint::default()
        }];
        if let Some(bounds) = region {
            constraints.push(SpreadConstraint {
                spread_by_field: Some(SpreadField::Region),
                min_groups: minimum(bounds),
                max_groups: maximum(bounds),
                ..SpreadConstraint::default()
            });
        }
        constraints
    }

    /// A dividing strategy with fewer replicas than clusters leaves some of them without any.
    fn check_replicas_for_spread(&mut self, cluster: Option<&SpreadBounds>, strategy: Strategy) {
        if let (Some(bounds), Some(replicas)) = (cluster, self.fewest_replicas()) {
            let number = replicas.value.get();
            if strategy != Strategy::Duplicated && number > 0 && number < minimum(bounds) {
                self.too_few_replicas_for_spread(bounds, Spanned::new(number, replicas.span));
            }
        }
    }
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

fn duplicated() -> ReplicaScheduling {
    ReplicaScheduling {
        replica_scheduling_type: Some(ReplicaSchedulingType::Duplicated),
        replica_division_preference: None,
        weight_preference: None,
    }
}

pub(super) fn minimum(bounds: &SpreadBounds) -> i64 {
    bounds.min.map_or(1, |min| min.value.get())
}

fn maximum(bounds: &SpreadBounds) -> i64 {
    bounds.max.map_or(UNBOUNDED, |max| max.value.get())
}

fn toleration(written: &spec::ClusterToleration) -> Toleration {
    let text =
        |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone()).unwrap_or_default();
    Toleration {
        key: text(&written.key),
        operator: written.operator.map_or("Equal", |operator| operator.value.word()).to_owned(),
        value: text(&written.value),
        effect: written.effect.map_or("", Choice::word).to_owned(),
        toleration_seconds: written.toleration_seconds.map(Integer::get),
    }
}
