//! Faults in groups of clusters, and in workload affinity.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::diagnostic::listed;
use crate::lower::Lowering;
use crate::lower::groups::Pick;
use crate::lower::placement::in_app;
use crate::schema::Choice;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Placement;
use crate::spec::Strategy;

impl Lowering<'_> {
    pub(in crate::lower) fn selector_beside_groups(&mut self, written: &Placement, key: &str, at: Span) {
        let Some(groups) = &written.groups else { return };
        let is_of_fleet = |at: Span| in_app(written, at) != at;
        let help = match (is_of_fleet(at), is_of_fleet(groups.key)) {
            (true, false) => format!("write `{key}: null` beside `groups` to take away what `from` brings"),
            (false, true) => "write `groups: null` beside it to take away what `from` brings".to_owned(),
            (true, true) | (false, false) => {
                format!("write `{key}` into each group that it is for; only `exclude` holds for all of them")
            }
        };
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, at, format!("`{key}` and `groups` exclude each other"))
                .with_secondary(groups.key, "the groups")
                .with_note("Karmada takes one choice of clusters, or groups of them to try in order")
                .with_help(help),
        );
    }

    pub(in crate::lower) fn groups_with_fixed(&mut self, written: &Placement) {
        let (Some(groups), Some(strategy)) = (&written.groups, written.strategy) else { return };
        let message = "`groups` cannot go with the strategy Fixed";
        self.diagnostics.report(
            Diagnostic::new(codes::STRATEGY_CONFLICT, groups.key, message)
                .with_secondary(strategy.span, "the strategy")
                .with_note(
                    "Fixed says which clusters get how many replicas, so there is nothing to try in order",
                )
                .with_help("take StaticWeight, with `weights` for the clusters of each group"),
        );
    }

    pub(in crate::lower) fn overflow_needs_strategy(
        &mut self,
        written: &Placement,
        at: Span,
        strategy: Strategy,
    ) {
        let message = format!("`overflow` cannot go with the strategy {}", strategy.word());
        let mut diagnostic = Diagnostic::new(codes::STRATEGY_CONFLICT, at, message).with_note(
            "only with Aggregated and DynamicWeight does Karmada look at the room that clusters have",
        );
        diagnostic = match written.strategy {
            Some(strategy) => diagnostic.with_secondary(strategy.span, "the strategy").with_replacement(
                "take a strategy that looks at room",
                strategy.span,
                Strategy::Aggregated.word(),
            ),
            None => diagnostic.with_help("add `strategy: Aggregated` to the placement"),
        };
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn overflow_without_selector(&mut self, at: Span) {
        self.diagnostics.report(
            Diagnostic::new(codes::EMPTY_OVERFLOW, at, "the overflow does not say which clusters it is for")
                .with_note("Karmada refuses an overflow without a choice of clusters")
                .with_help("add `clusters`, `regions`, `labels` or another key that picks clusters"),
        );
    }

    pub(in crate::lower) fn overflow_named_twice(&mut self, name: Spanned<&str>, first: Span) {
        let message = format!("the name `{}` is used twice", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::DUPLICATE_NAME, name.span, message)
                .with_secondary(first, "first used here")
                .with_note("a group and what it overflows into need different names"),
        );
    }

    pub(in crate::lower) fn group_without_cluster(&mut self, name: Spanned<&str>, at: Span) {
        let what = if at == name.span { "the group" } else { "an overflow of the group" };
        let message = format!("{what} `{}` picks no cluster", name.value);
        let mut diagnostic = Diagnostic::new(codes::NO_CLUSTER_LEFT, at, message);
        if let Some(inventory) = self.world.inventory {
            diagnostic =
                diagnostic.with_note(listed(("the only cluster is", "the clusters are"), inventory.names()));
        }
        self.diagnostics.report(diagnostic.with_note("all parts of a group must hold at once"));
    }

    pub(in crate::lower) fn unreachable_group(&mut self, name: Spanned<&str>, earlier: &Pick<'_>) {
        let message = format!("the group `{}` is never reached", name.value);
        let first = earlier.group.unwrap_or(name);
        let label = if earlier.is_unlimited {
            format!("`{}` does not say which clusters it is for, so it has every one", first.value)
        } else {
            format!("`{}` has all of its clusters, and is tried before", first.value)
        };
        let help = if earlier.is_unlimited {
            format!("say in `{}` which clusters it is for, or write it last", first.value)
        } else {
            format!(
                "let `{}` pick fewer clusters, or write the wider group behind the narrower one",
                first.value
            )
        };
        self.diagnostics.report(
            Diagnostic::new(codes::UNREACHABLE_GROUP, name.span, message)
                .with_secondary(first.span, label)
                .with_help(help),
        );
    }

    pub(in crate::lower) fn overflow_adds_nothing(&mut self, group: &str, at: Span) {
        let message = "the overflow adds no cluster";
        self.diagnostics.report(
            Diagnostic::new(codes::UNREACHABLE_GROUP, at, message)
                .with_note(format!(
                    "the group `{group}`, with the overflow before this one, has all of its clusters"
                ))
                .with_help("name clusters here that the group does not pick"),
        );
    }

    pub(in crate::lower) fn groups_need_fleet(&mut self, at: Span) {
        let message = "the clusters of all groups together can be told by a Fleet only";
        self.diagnostics.report(
            Diagnostic::new(codes::NEEDS_FLEET, at, message)
                .with_note("what has no replicas, such as a Service, goes to every cluster of every group, since Karmada \
                    chooses a group for each object by itself")
                .with_help("name the file of the Fleet with `--fleet`, or pick the clusters of all groups by the same key"),
        );
    }

    pub(in crate::lower) fn affinity_without_label(&mut self, key: Spanned<&str>, known: &[&str]) {
        let message = format!("the workload has no label `{}`", key.value);
        self.diagnostics.report(
            Diagnostic::new(codes::AFFINITY_WITHOUT_LABEL, key.span, message)
                .with_nearest(key.value, known.iter().copied())
                .with_note("workloads belong together that have the same value for this label")
                .with_help(format!("add `labels: {{{}: …}}` to `metadata`, or to the workload", key.value)),
        );
    }

    pub(in crate::lower) fn affinity_by_own_name(&mut self, key: Spanned<&str>) {
        let message = "the label `app` is this App's own name, so no other workload belongs to it";
        self.diagnostics.report(
            Diagnostic::new(codes::AFFINITY_WITHOUT_LABEL, key.span, message)
                .with_help("take a label that the workloads share, and add it to each of their Apps"),
        );
    }

    pub(in crate::lower) fn affinity_both_ways(&mut self, key: Spanned<&str>, first: Span) {
        let message = format!("`{}` both draws together and keeps apart", key.value);
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, key.span, message)
                .with_secondary(first, "the other one")
                .with_note("Karmada refuses one label for both"),
        );
    }
}
