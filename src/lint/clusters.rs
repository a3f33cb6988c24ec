//! With a Fleet: whether the clusters that policies ask for exist, and are enough.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::fleet::Inventory;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::SpreadField;
use crate::lint::object::Object;
use crate::lint::picks::affinities_of;
use crate::lint::picks::targets_of;
use crate::lint::unmatched::is_unreadable;
use crate::lint::words::count;
use crate::lint::world::World;
use crate::source::Span;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Reports E0401, E0402, E0414, and E0415.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let Some(inventory) = world.inventory else { return };
    let mut fleet = Fleet { inventory, known: Known::new(inventory), diagnostics };
    for policy in world.written_propagations() {
        if let Some(placement) = &policy.spec.placement {
            fleet.check_placement(policy.object, placement);
        }
        let suspended = policy.spec.suspension.iter().flat_map(|it| &it.dispatching_on_clusters);
        let names = suspended.flat_map(|it| &it.cluster_names);
        fleet.check_names((policy.object, "/spec/suspension/dispatchingOnClusters/clusterNames"), names);
    }
    for policy in world.written_overridings() {
        for (pointer, affinity) in targets_of(&policy.spec) {
            fleet.check_affinity(policy.object, &pointer, affinity);
        }
    }
}

/// What clusters of a Fleet can be told by.
struct Known<'a> {
    fields: BTreeMap<&'static str, BTreeSet<&'a str>>,
    labels: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Known<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        let mut known = Self { fields: BTreeMap::new(), labels: BTreeMap::new() };
        for cluster in inventory.clusters() {
            let spec = &cluster.spec;
            let zones = spec.zones.iter().map(|zone| ("zone", zone.as_str()));
            for (field, value) in zones.chain([("region", &*spec.region), ("provider", &*spec.provider)]) {
                known.fields.entry(field).or_default().insert(value);
            }
            for (key, value) in &cluster.metadata.labels {
                known.labels.entry(key).or_default().insert(value);
            }
        }
        known
    }
}

struct Fleet<'a, 'd> {
    inventory: &'a Inventory,
    known: Known<'a>,
    diagnostics: &'d mut Diagnostics,
}

impl Fleet<'_, '_> {
    fn check_placement(&mut self, policy: &Object<'_>, placement: &Placement) {
        for (pointer, affinity) in affinities_of(placement) {
            let picks = self.check_affinity(policy, &pointer, affinity);
            if picks && placement.cluster_affinity.as_ref().is_some_and(|it| std::ptr::eq(it, affinity)) {
                self.check_spread(policy, placement, affinity);
            }
        }
        if placement.cluster_affinity.is_none() && placement.cluster_affinities.is_empty() {
            self.check_spread(policy, placement, &ClusterAffinity::default());
        }
    }

    /// Returns whether the affinity picks any cluster; reports what is misspelt, or else that it picks none. One that cannot
    /// be read was told before.
    fn check_affinity(&mut self, policy: &Object<'_>, pointer: &str, affinity: &ClusterAffinity) -> bool {
        let before = self.diagnostics.len();
        self.check_names((policy, &format!("{pointer}/clusterNames")), &affinity.cluster_names);
        self.check_names((policy, &format!("{pointer}/exclude")), &affinity.exclude);
        if is_unreadable(affinity) {
            return false;
        }
        self.check_fields(policy, pointer, affinity);
        self.check_labels(policy, pointer, affinity);
        let picks = self.inventory.clusters().any(|cluster| cluster_matches(cluster, affinity));
        if !picks && self.diagnostics.len() == before {
            let message = "no cluster of the Fleet is picked here";
            let diagnostic = Diagnostic::new(codes::NO_CLUSTER_LEFT, policy.key(pointer), message)
                .with_note(format!("the clusters are {}", and_list(self.inventory.names())))
                .with_note("all parts must hold at once");
            self.diagnostics.report(diagnostic);
        }
        picks
    }

    fn check_names<'n>(
        &mut self,
        (policy, pointer): (&Object<'_>, &str),
        names: impl IntoIterator<Item = &'n String>,
    ) {
        for (index, name) in names.into_iter().enumerate() {
            if !self.inventory.clusters.contains_key(name) {
                self.unknown_cluster(policy.span(&format!("{pointer}/{index}")), name);
            }
        }
    }

    fn unknown_cluster(&mut self, at: Span, name: &str) {
        let message = format!("cluster `{name}` is not in the Fleet");
        let mut diagnostic =
            Diagnostic::new(codes::UNKNOWN_CLUSTER, at, message).with_nearest(name, self.inventory.names());
        if diagnostic.helps.is_empty() {
            diagnostic =
                diagnostic.with_note(format!("the clusters are {}", and_list(self.inventory.names())));
        }
        self.diagnostics.report(diagnostic);
    }

    fn check_fields(&mut self, policy: &Object<'_>, pointer: &str, affinity: &ClusterAffinity) {
        let expressions = affinity.field_selector.iter().flat_map(|it| &it.match_expressions);
        for (index, expression) in expressions.enumerate().filter(|(_, it)| it.operator == "In") {
            let known = self.known.fields.get(expression.key.as_str()).cloned().unwrap_or_default();
            for (value, text) in expression.values.iter().enumerate() {
                let at = format!("{pointer}/fieldSelector/matchExpressions/{index}/values/{value}");
                self.check_place((policy.span(&at), &expression.key, text), &known);
            }
        }
    }

    fn check_labels(&mut self, policy: &Object<'_>, pointer: &str, affinity: &ClusterAffinity) {
        let Some(selector) = &affinity.label_selector else { return };
        for (key, value) in &selector.match_labels {
            let place = policy.place(&format!("{pointer}/labelSelector/matchLabels"));
            let entry = place.node.as_mapping().and_then(|labels| labels.entry(key));
            let at = entry.map_or_else(|| place.span(), |entry| entry.value.span);
            let known = self.known.labels.get(key.as_str()).cloned().unwrap_or_default();
            self.check_place((at, &format!("label {key}"), value), &known);
        }
        let expressions = selector.match_expressions.iter().enumerate();
        for (index, expression) in expressions.filter(|(_, expression)| expression.operator == "In") {
            let known = self.known.labels.get(expression.key.as_str()).cloned().unwrap_or_default();
            for (value, text) in expression.values.iter().enumerate() {
                let at = format!("{pointer}/labelSelector/matchExpressions/{index}/values/{value}");
                self.check_place((policy.span(&at), &format!("label {}", expression.key), text), &known);
            }
        }
    }

    fn check_place(&mut self, (at, field, value): (Span, &str, &str), known: &BTreeSet<&str>) {
        if known.contains(value) {
            return;
        }
        let message = format!("no cluster of the Fleet has the {field} `{value}`");
        let mut diagnostic =
            Diagnostic::new(codes::UNKNOWN_PLACE, at, message).with_nearest(value, known.iter().copied());
        if diagnostic.helps.is_empty() && !known.is_empty() {
            diagnostic = diagnostic.with_note(format!("there are {}", and_list(known.iter().copied())));
        }
        self.diagnostics.report(diagnostic);
    }

    fn check_spread(&mut self, policy: &Object<'_>, placement: &Placement, affinity: &ClusterAffinity) {
        let picked = self.inventory.clusters().filter(|cluster| cluster_matches(cluster, affinity));
        let picked: Vec<_> = picked.collect();
        for (index, constraint) in placement.spread_constraints.iter().enumerate() {
            let (limit, noun) = match constraint.spread_by_field {
                Some(SpreadField::Cluster) => (picked.len(), "cluster"),
                Some(SpreadField::Region) => {
                    let regions = picked.iter().map(|it| it.spec.region.as_str());
                    let regions: BTreeSet<&str> = regions.filter(|region| !region.is_empty()).collect();
                    (regions.len(), "region")
                }
                Some(SpreadField::Zone | SpreadField::Provider) | None => continue,
            };
            let least = constraint.min_groups;
            if i64::try_from(limit).is_ok_and(|limit| limit < least) {
                let at = policy.span(&format!("/spec/placement/spreadConstraints/{index}/minGroups"));
                let message = format!(
                    "at least {least} {noun}s are asked for, and the placement picks {}",
                    count(limit, noun)
                );
                let diagnostic = Diagnostic::new(codes::INVALID_SPREAD, at, message)
                    .with_note("Karmada would schedule nothing at all");
                self.diagnostics.report(diagnostic);
            }
        }
    }
}
