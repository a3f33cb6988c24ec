//! Faults in where the App runs.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::diagnostic::listed;
use crate::fleet::Inventory;
use crate::karmada::cluster::Taint;
use crate::karmada::namespace::RESERVED;
use crate::lower::Lowering;
use crate::lower::diagnostics::count;
use crate::lower::groups::Pick;
use crate::lower::placement::Placed;
use crate::lower::selection::Selection;
use crate::lower::spread::minimum;
use crate::schema::Choice;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ClusterToleration;
use crate::spec::Placement;
use crate::spec::SpreadBounds;
use crate::spec::Strategy;

impl Lowering<'_> {
    pub(in crate::lower) fn cluster_tainted(&mut self, cluster: Spanned<&str>, taint: &Taint) {
        let value = if taint.value.is_empty() { String::new() } else { format!("={}", taint.value) };
        let message = format!(
            "cluster `{}` has the taint `{}{value}:{}`, which is not tolerated",
            cluster.value, taint.key, taint.effect
        );
        let toleration = if taint.value.is_empty() {
            format!("{{key: {}, operator: Exists}}", taint.key)
        } else {
            format!("{{key: {}, value: {}}}", taint.key, taint.value)
        };
        self.diagnostics.report(
            Diagnostic::new(codes::CLUSTER_TAINTED, cluster.span, message)
                .with_note("Karmada sends nothing there, without a word")
                .with_help(format!(
                    "add `tolerations: [{toleration}]` to the placement, or leave the cluster out"
                )),
        );
    }

    pub(in crate::lower) fn scheduler_near_miss(&mut self, (name, at): (&str, Span), scheduler: &str) {
        let message = format!("Karmada's scheduler is not called `{name}`");
        self.diagnostics.report(
            Diagnostic::new(codes::SCHEDULER_NEAR_MISS, at, message)
                .with_note("no scheduler takes the objects of the policy, so nothing is propagated")
                .with_replacement("write its name, or leave `schedulerName` out", at, scheduler.to_owned()),
        );
    }

    pub(in crate::lower) fn toleration_without_key(&mut self, toleration: &ClusterToleration) {
        let value = toleration
            .value
            .as_ref()
            .map_or("no value".to_owned(), |value| format!("the value `{}`", value.value));
        let message = "the toleration names no key, so values alone are compared";
        self.diagnostics.report(
            Diagnostic::new(codes::TOLERATION_WITHOUT_KEY, toleration.at, message)
                .with_note(format!(
                    "it tolerates all taints that have {value}, whatever their key, and no others"
                ))
                .with_help("add `key:`, or `operator: Exists` for taints of every key"),
        );
    }

    pub(in crate::lower) fn toleration_part_ignored(&mut self, at: Span, (message, note): (&str, &str)) {
        self.diagnostics.report(Diagnostic::new(codes::TOLERATION_PART_IGNORED, at, message).with_note(note));
    }

    pub(in crate::lower) fn unknown_cluster(&mut self, name: Spanned<&str>, inventory: &Inventory) {
        self.diagnostics.report(inventory.unknown_cluster(name));
    }

    pub(in crate::lower) fn placement_needs_fleet(&mut self, name: &Spanned<String>) {
        let message = format!("the placement `{}` needs a Fleet", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::NEEDS_FLEET, name.span, message)
                .with_note("placements with a name are written in a Fleet")
                .with_help("name the file of the Fleet with `--fleet`, or write the placement out"),
        );
    }

    pub(in crate::lower) fn no_cluster_left(&mut self, written: &Placement) {
        let exclude = written.selector.exclude.first().map(|name| name.span);
        let at = exclude.unwrap_or(written.at);
        let message = if exclude.is_some() {
            "the placement excludes every cluster that it picks"
        } else {
            "the placement picks no cluster"
        };
        let mut diagnostic = Diagnostic::new(codes::NO_CLUSTER_LEFT, at, message);
        if let Some(inventory) = self.world.inventory {
            diagnostic =
                diagnostic.with_note(listed(("the only cluster is", "the clusters are"), inventory.names()));
        }
        self.diagnostics.report(diagnostic.with_note("all parts of a placement must hold at once"));
    }

    pub(in crate::lower) fn fixed_cluster_left_out(&mut self, name: Spanned<&str>) {
        let message =
            format!("cluster `{}` gets replicas, and the rest of the placement leaves it out", name.value);
        self.diagnostics.report(Diagnostic::new(codes::REPLICAS_DO_NOT_FIT, name.span, message));
    }

    pub(in crate::lower) fn cluster_without_replicas(&mut self, name: Spanned<&str>) {
        let message = format!("cluster `{}` gets no replicas", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::REPLICAS_DO_NOT_FIT, name.span, message)
                .with_note("with Fixed, `replicas` says which clusters get how many")
                .with_help(format!("add `{}: …` to `replicas`, or leave `clusters` out", name.value)),
        );
    }

    pub(in crate::lower) fn fixed_total_differs(&mut self, written: Spanned<i64>, total: i64, at: Span) {
        let message = format!("the workload has {} replicas, and the clusters get {total}", written.value);
        self.diagnostics.report(
            Diagnostic::new(codes::REPLICAS_DO_NOT_FIT, written.span, message)
                .with_secondary(at, format!("the replicas written here are {total} in all"))
                .with_note(
                    "Karmada divides the workload's replicas; only their exact sum comes out as written",
                )
                .with_replacement("write the sum", written.span, total.to_string()),
        );
    }

    pub(in crate::lower) fn fixed_total_too_large(&mut self, at: Span, total: i64) {
        let message = format!("{total} replicas do not divide as written");
        self.diagnostics.report(Diagnostic::new(codes::REPLICAS_DO_NOT_FIT, at, message));
    }

    pub(in crate::lower) fn weight_outside_of_placement(&mut self, name: Spanned<&str>) {
        let message = format!("cluster `{}` has a weight, and the placement leaves it out", name.value);
        self.diagnostics.report(Diagnostic::new(codes::STRATEGY_CONFLICT, name.span, message));
    }

    pub(in crate::lower) fn clusters_without_weight(&mut self, written: &Placement, left: &[&str]) {
        let (verb, pronoun) = if left.len() == 1 { ("has", "it gets") } else { ("have", "they get") };
        let message =
            format!("{} {verb} no weight, so {pronoun} no replicas", and_list(left.iter().copied()));
        let at = written.weights.at.unwrap_or(written.at);
        self.diagnostics.report(
            Diagnostic::new(codes::CLUSTER_WITHOUT_WEIGHT, at, message)
                .with_note("Karmada leaves out a cluster that no weight matches")
                .with_help("add a weight for each cluster, or take the cluster out of the placement"),
        );
    }

    pub(in crate::lower) fn nothing_has_weight(&mut self, written: &Placement, pick: &Pick<'_>) {
        let message = format!("no cluster that {} picks has a weight, so all get the same", pick.picker());
        let at = written.weights.at.unwrap_or(written.at);
        self.diagnostics.report(
            Diagnostic::new(codes::CLUSTER_WITHOUT_WEIGHT, at, message)
                .with_note(
                    "where no weight matches any of the clusters, Karmada gives each of them the weight 1",
                )
                .with_help("add a weight for each cluster, be it 1"),
        );
    }

    pub(in crate::lower) fn strategy_needs(&mut self, written: &Placement, key: &str) {
        let Some(strategy) = written.strategy else { return };
        let message = format!("missing key `{key}`");
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, strategy.span, message)
                .with_label(format!("{} needs `{key}`", strategy.value.word()))
                .with_help(format!("add `{key}:` beside it")),
        );
    }

    pub(in crate::lower) fn strategy_does_not_use(
        &mut self,
        written: &Placement,
        key: &str,
        (at, needed): (Span, &str),
    ) {
        let strategy = written.strategy.map_or(Strategy::Duplicated, |strategy| strategy.value).word();
        let message = format!("`{key}` has no effect with the strategy {strategy}");
        let diagnostic = Diagnostic::new(codes::STRATEGY_CONFLICT, at, message);
        self.diagnostics.report(match written.strategy {
            Some(strategy) => diagnostic.with_secondary(strategy.span, "the strategy").with_replacement(
                format!("take the strategy that uses `{key}`"),
                strategy.span,
                needed,
            ),
            None => diagnostic.with_help(format!("add `strategy: {needed}` beside it")),
        });
    }

    pub(in crate::lower) fn spread_is_ignored(&mut self, at: Span, strategy: Strategy) {
        let message = format!("`spread` has no effect with the strategy {}", strategy.word());
        self.diagnostics.report(
            Diagnostic::new(codes::STRATEGY_CONFLICT, at, message)
                .with_note("Karmada ignores spread constraints when replicas are divided by static weights")
                .with_help("take Aggregated, DynamicWeight or Duplicated, or leave `spread` out"),
        );
    }

    pub(in crate::lower) fn check_bounds(&mut self, bounds: &SpreadBounds) {
        let least = minimum(bounds);
        if let Some(max) = bounds.max.filter(|max| max.value.get() < least) {
            let message = format!("`max` is {}, and `min` is {least}", max.value.get());
            let mut diagnostic =
                Diagnostic::new(codes::INVALID_SPREAD, max.span, message).with_label("smaller than `min`");
            if let Some(min) = bounds.min {
                diagnostic = diagnostic.with_secondary(min.span, "`min`");
            }
            self.diagnostics.report(diagnostic);
        }
    }

    pub(in crate::lower) fn check_spread_fits(
        &mut self,
        bounds: &SpreadBounds,
        (limit, noun): (usize, &str),
        pick: &Pick<'_>,
    ) {
        let least = minimum(bounds);
        if i64::try_from(limit).is_ok_and(|limit| limit < least) && limit > 0 {
            let at = bounds.min.map_or(bounds.at, |min| min.span);
            let picked = count(limit, noun);
            let message =
                format!("at least {least} {noun}s are asked for, and {} picks {picked}", pick.picker());
            let diagnostic = Diagnostic::new(codes::INVALID_SPREAD, at, message);
            self.diagnostics.report(match pick.group {
                Some(group) => diagnostic
                    .with_secondary(group.span, "the group")
                    .with_note("Karmada would never use the group"),
                None => diagnostic.with_note("Karmada would schedule nothing at all"),
            });
        }
    }

    pub(in crate::lower) fn too_few_replicas_for_spread(
        &mut self,
        bounds: &SpreadBounds,
        replicas: Spanned<i64>,
    ) {
        let least = minimum(bounds);
        let number = usize::try_from(replicas.value).unwrap_or_default();
        let message = format!("{} cannot be divided over {least} clusters", count(number, "replica"));
        let at = bounds.min.map_or(bounds.at, |min| min.span);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_SPREAD, at, message)
                .with_secondary(replicas.span, "the replicas in all"),
        );
    }

    pub(in crate::lower) fn adopt_and_abort(&mut self, adopt: Span, resolution: Span) {
        let message = "`adopt: true` and `conflictResolution: Abort` exclude each other";
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, resolution, message)
                .with_secondary(adopt, "this takes over objects that the clusters have already"),
        );
    }

    pub(in crate::lower) fn external_and_own_policy(&mut self, external: Span, other: Span) {
        let message = "`external: true` leaves the objects to policies that the App does not write";
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, external, message)
                .with_secondary(other, "this would shape one of the App's own")
                .with_help("take one of the two away"),
        );
    }

    pub(in crate::lower) fn outside_of_placement(&mut self, name: Spanned<&str>, placed: &Placed) {
        let message = format!("cluster `{}` is left out by the placement", name.value);
        let mut diagnostic = Diagnostic::new(codes::OVERRIDE_OUTSIDE_OF_PLACEMENT, name.span, message)
            .with_secondary(placed.at, "the placement");
        if let Selection::Known(names) | Selection::AtMost(names) = &placed.selection {
            let names = names.iter().map(String::as_str);
            diagnostic = diagnostic.with_nearest(name.value, names.clone());
            diagnostic = diagnostic.with_note(format!("it picks {}", and_list(names)));
        }
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn failover_needs_strategy(&mut self, at: Span, strategy: Strategy) {
        let message = format!("failover does nothing with the strategy {}", strategy.word());
        self.diagnostics.report(
            Diagnostic::new(codes::FAILOVER_NEEDS, at, message)
                .with_note(
                    "only a workload placed with Aggregated or DynamicWeight can move to another cluster",
                )
                .with_help(
                    "set `placement.strategy` to Aggregated or DynamicWeight, or leave `failover` out",
                ),
        );
    }

    pub(in crate::lower) fn failover_needs_dependencies(&mut self, at: Span) {
        let message = "application failover needs `dependencies: Auto`";
        self.diagnostics.report(Diagnostic::new(codes::FAILOVER_NEEDS, at, message).with_note(
            "Karmada refuses failover of an application whose ConfigMaps and Secrets would not follow it",
        ));
    }

    pub(in crate::lower) fn purge_mode_of_cluster(&mut self, at: Span) {
        let message = "expected `Directly` or `Gracefully`, found `Never`";
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_CHOICE, at, message)
                .with_note("`Never` is for the failover of an application, not of a cluster"),
        );
    }

    pub(in crate::lower) fn grace_period_without_gracefully(&mut self, at: Span) {
        let message = "`gracePeriodSeconds` goes with `purgeMode: Gracefully` alone";
        self.diagnostics.report(Diagnostic::new(codes::CONFLICTING_KEYS, at, message));
    }

    pub(in crate::lower) fn unpropagated_namespace(&mut self) {
        let at = self.app.metadata.namespace.as_ref().map_or(self.at(), |namespace| namespace.span);
        let message = format!("Karmada never propagates the namespace `{}`", self.namespace());
        self.diagnostics
            .report(Diagnostic::new(codes::UNPROPAGATED_NAMESPACE, at, message).with_note(RESERVED));
    }
}
