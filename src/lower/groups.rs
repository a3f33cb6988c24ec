//! Groups of clusters that are tried in order, and what they overflow into.

use crate::fleet::to_affinity;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::OverflowAffinity;
use crate::karmada::policy::placement::Placement;
use crate::lower::Lowering;
use crate::lower::selection::Selection;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec;
use crate::spec::ClusterGroup;
use crate::spec::ClusterSelector;
use crate::spec::Overflow;
use crate::spec::Strategy;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Clusters from which Karmada chooses at one time: those of a group with what it overflows into, or all of a placement
/// without groups.
pub(super) struct Pick<'a> {
    pub(super) group: Option<Spanned<&'a str>>,
    /// Whether nothing is written that picks clusters.
    pub(super) is_unlimited: bool,
    pub(super) selection: Selection,
}

impl Pick<'_> {
    /// What picks the clusters, as a message has it.
    pub(super) fn picker(&self) -> String {
        self.group.map_or("the placement".to_owned(), |name| format!("the group `{}`", name.value))
    }
}

impl Lowering<'_> {
    /// Turns the groups into Karmada's, and tells what each may pick.
    pub(super) fn lower_groups<'p>(
        &mut self,
        written: &'p spec::Placement,
        strategy: Strategy,
    ) -> (Placement, Vec<Pick<'p>>) {
        let errors = self.diagnostics.error_count();
        for (key, at) in written.selector.picking_keys() {
            self.selector_beside_groups(written, key, at);
        }
        let mut picks: Vec<Pick<'p>> = Vec::new();
        let mut terms = Vec::new();
        for (name, group) in written.groups() {
            self.check_overflow(written, (name, group), strategy);
            let selectors = group.selectors(&written.selector.exclude);
            let selection = self.select_group((name, group), &selectors);
            let covering = picks.iter().find(|earlier| earlier.selection.covers(&selection));
            if let Some(earlier) = covering.filter(|_| selection.limit() != Some(0)) {
                self.unreachable_group(name, earlier);
            }
            picks.push(Pick { group: Some(name), is_unlimited: group.selector.is_empty(), selection });
            terms.push(to_term(name.value, group, &selectors));
        }
        let is_empty = picks.iter().all(|pick| pick.selection.limit() == Some(0));
        if is_empty && self.diagnostics.error_since(errors).is_none() {
            self.no_cluster_left(written);
        }
        (Placement { cluster_affinities: terms, ..Placement::default() }, picks)
    }

    /// What the group and its overflow pick together. A part of which the placement excludes every cluster is not at fault: it
    /// waits for other clusters.
    fn select_group(
        &mut self,
        (name, group): (Spanned<&str>, &ClusterGroup),
        selectors: &[ClusterSelector],
    ) -> Selection {
        // An overflow that says no clusters is reported already.
        let overflow = group.overflow().iter().map(|overflow| {
            let at = overflow.place().unwrap_or(overflow.at);
            (!overflow.selector.is_empty()).then_some((&overflow.selector, at))
        });
        let written = std::iter::once(Some((&group.selector, name.span))).chain(overflow);
        let mut all: Option<Selection> = None;
        for (selector, written) in selectors.iter().zip(written) {
            let Some((own, at)) = written else { continue };
            let errors = self.diagnostics.error_count();
            let selection = self.select(selector);
            if selection.limit() == Some(0) {
                let is_own_fault = self.select(own).limit() == Some(0);
                if is_own_fault && self.diagnostics.error_since(errors).is_none() {
                    self.group_without_cluster(name, at);
                }
            } else if all.as_ref().is_some_and(|before| before.covers(&selection)) {
                self.overflow_adds_nothing(name.value, at);
            }
            all = Some(match all {
                Some(before) => before.join(selection),
                None => selection,
            });
        }
        all.unwrap_or_else(|| Selection::AnyBut(BTreeSet::new()))
    }

    /// Karmada refuses overflow without a choice by room, without clusters, and with one name for two
    /// (karmada f8fdd02 `pkg/util/validation/validation.go` `validateOverflowAffinities`).
    fn check_overflow(
        &mut self,
        written: &spec::Placement,
        (name, group): (Spanned<&str>, &ClusterGroup),
        strategy: Strategy,
    ) {
        let Some(overflow) = group.overflow.as_ref().filter(|overflow| !overflow.value.is_empty()) else {
            return;
        };
        if !matches!(strategy, Strategy::Aggregated | Strategy::DynamicWeight) {
            self.overflow_needs_strategy(written, overflow.key, strategy);
        }
        let mut taken: BTreeMap<&str, Span> = BTreeMap::from([(name.value, name.span)]);
        for entry in &overflow.value {
            if entry.selector.is_empty() {
                self.overflow_without_selector(entry.place().unwrap_or(entry.at));
            }
            if let Some(own) = &entry.name
                && let Some(first) = taken.insert(own.value.as_str(), own.span)
            {
                self.overflow_named_twice(Spanned::new(own.value.as_str(), own.span), first);
            }
        }
    }
}

fn to_term(name: &str, group: &ClusterGroup, selectors: &[ClusterSelector]) -> ClusterAffinityTerm {
    let mut affinities = selectors.iter().map(|selector| to_affinity(selector).unwrap_or_default());
    ClusterAffinityTerm {
        affinity_name: name.to_owned(),
        affinity: affinities.next().unwrap_or_default(),
        overflow_affinities: overflow_names(name, group.overflow())
            .into_iter()
            .zip(affinities)
            .map(|(affinity_name, affinity)| OverflowAffinity { affinity_name, affinity })
            .collect(),
    }
}

/// The names that are written; the others count on from their place, past those that are taken.
fn overflow_names(group: &str, overflow: &[Overflow]) -> Vec<String> {
    let written = overflow.iter().filter_map(|entry| entry.name.as_ref());
    let mut taken: BTreeSet<String> = written.map(|name| name.value.as_str().to_owned()).collect();
    taken.insert(group.to_owned());
    let mut name = |(place, entry): (usize, &Overflow)| {
        if let Some(name) = &entry.name {
            return name.value.as_str().to_owned();
        }
        let mut number = place + 1;
        while !taken.insert(format!("overflow-{number}")) {
            number += 1;
        }
        format!("overflow-{number}")
    };
    overflow.iter().enumerate().map(&mut name).collect()
}
