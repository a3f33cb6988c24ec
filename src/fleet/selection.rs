//! Cluster selectors: what Karmada makes of them, and which clusters of the Fleet they pick.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::diagnostic::listed;
use crate::diagnostic::there_are;
use crate::fleet::Inventory;
use crate::fleet::NamedPlacement;
use crate::k8s::selector::LabelSelector;
use crate::k8s::selector::LabelSelectorRequirement;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::FieldRequirement;
use crate::karmada::policy::placement::FieldSelector;
use crate::source::Spanned;
use crate::spec::ClusterName;
use crate::spec::ClusterSelector;
use crate::spec::LabelCondition;
use crate::spec::Membership;
use crate::spec::Placement;
use crate::spec::Strategy;
use std::collections::BTreeSet;

/// Writes a selector as Karmada takes it; nothing for one that picks every cluster.
#[must_use]
pub fn to_affinity(selector: &ClusterSelector) -> Option<ClusterAffinity> {
    if selector.is_empty() {
        return None;
    }
    let names = |list: &[Spanned<ClusterName>]| -> Vec<String> {
        list.iter().map(|name| name.value.as_str().to_owned()).collect()
    };
    Some(ClusterAffinity {
        cluster_names: names(&selector.clusters),
        exclude: names(&selector.exclude),
        label_selector: to_label_selector(selector),
        field_selector: to_field_selector(selector),
    })
}

fn to_label_selector(selector: &ClusterSelector) -> Option<LabelSelector> {
    if selector.labels.is_empty() {
        return None;
    }
    let mut labels = LabelSelector::default();
    for (key, condition) in selector.labels.iter() {
        let (operator, values) = match condition {
            LabelCondition::Equal(value) => {
                labels.match_labels.insert(key.value.to_owned(), value.value.clone());
                continue;
            }
            LabelCondition::In(values) => ("In", texts(values)),
            LabelCondition::NotIn(values) => ("NotIn", texts(values)),
            LabelCondition::Exists => ("Exists", Vec::new()),
            LabelCondition::DoesNotExist => ("DoesNotExist", Vec::new()),
        };
        let requirement =
            LabelSelectorRequirement { key: key.value.to_owned(), operator: operator.to_owned(), values };
        labels.match_expressions.push(requirement);
    }
    Some(labels)
}

fn to_field_selector(selector: &ClusterSelector) -> Option<FieldSelector> {
    let fields =
        [("provider", &selector.providers), ("region", &selector.regions), ("zone", &selector.zones)];
    let mut match_expressions = Vec::new();
    for (key, membership) in fields {
        let Some(Membership { within, not_within }) = membership else { continue };
        for (operator, values) in [("In", within), ("NotIn", not_within)] {
            if let Some(values) = values {
                match_expressions.push(FieldRequirement {
                    key: key.to_owned(),
                    operator: operator.to_owned(),
                    values: texts(values),
                });
            }
        }
    }
    (!match_expressions.is_empty()).then_some(FieldSelector { match_expressions })
}

fn texts(values: &[Spanned<String>]) -> Vec<String> {
    values.iter().map(|value| value.value.clone()).collect()
}

/// The values that a cluster has for a field.
type ValuesOf = fn(&Cluster) -> Vec<&str>;

impl Inventory {
    /// The names of the clusters that a selector picks.
    #[must_use]
    pub fn pick(&self, selector: &ClusterSelector) -> BTreeSet<String> {
        let affinity = to_affinity(selector).unwrap_or_default();
        let picked = self.clusters().filter(|cluster| cluster_matches(cluster, &affinity));
        picked.map(|cluster| cluster.metadata.name.clone()).collect()
    }

    /// The names of the clusters that a placement picks; with Fixed, those that get any replicas.
    #[must_use]
    pub fn pick_placed(&self, placement: &Placement) -> BTreeSet<String> {
        let mut picked: BTreeSet<String> =
            placement.selectors().iter().flat_map(|selector| self.pick(selector)).collect();
        if placement.strategy.is_some_and(|strategy| strategy.value == Strategy::Fixed) {
            let replicas =
                |name: &String| placement.replicas.get(name).is_some_and(|replicas| replicas.value.get() > 0);
            picked.retain(replicas);
        }
        picked
    }

    /// Reports the names, places and labels in the placements of the Fleet that no cluster of it has (E0401, E0402).
    pub fn check_placements(&self, diagnostics: &mut Diagnostics) {
        for (_, NamedPlacement { placement, .. }) in self.placements.iter() {
            let weights = placement.weights.iter().map(|weight| &weight.selector);
            for selector in placement.selectors().iter().chain(weights) {
                self.check_selector(selector, diagnostics);
            }
        }
    }

    /// Says that a cluster is not in the Fleet (E0401).
    #[must_use]
    pub fn unknown_cluster(&self, name: Spanned<&str>) -> Diagnostic {
        let message = format!("cluster `{}` is not in the Fleet", name.value);
        let diagnostic = Diagnostic::new(codes::UNKNOWN_CLUSTER, name.span, message)
            .with_nearest(name.value, self.names());
        if diagnostic.helps.is_empty() {
            return diagnostic.with_note(listed(("the only cluster is", "the clusters are"), self.names()));
        }
        diagnostic
    }

    /// Reports every name, place and label that no cluster of the Fleet has.
    pub fn check_selector(&self, selector: &ClusterSelector, diagnostics: &mut Diagnostics) {
        for name in selector.clusters.iter().chain(&selector.exclude) {
            if !self.clusters.contains_key(name.value.as_str()) {
                diagnostics.report(self.unknown_cluster(Spanned::new(name.value.as_str(), name.span)));
            }
        }
        let fields: [(&str, &Option<Membership>, ValuesOf); 3] = [
            ("provider", &selector.providers, |cluster| vec![cluster.spec.provider.as_str()]),
            ("region", &selector.regions, |cluster| vec![cluster.spec.region.as_str()]),
            ("zone", &selector.zones, |cluster| cluster.spec.zones.iter().map(String::as_str).collect()),
        ];
        for (field, membership, values_of) in fields {
            let known: BTreeSet<&str> =
                self.clusters().flat_map(values_of).filter(|value| !value.is_empty()).collect();
            for value in membership.iter().filter_map(|membership| membership.within.as_ref()).flatten() {
                if !known.contains(value.value.as_str()) {
                    diagnostics.report(unknown_place(&format!("{field} "), value, &known));
                }
            }
        }
        for (key, condition) in selector.labels.iter() {
            self.check_label(key, condition, diagnostics);
        }
    }

    fn check_label(&self, key: Spanned<&str>, condition: &LabelCondition, diagnostics: &mut Diagnostics) {
        let known: BTreeSet<&str> = self
            .clusters()
            .filter_map(|cluster| cluster.metadata.labels.get(key.value))
            .map(String::as_str)
            .collect();
        let wanted: Vec<&Spanned<String>> = match condition {
            LabelCondition::Equal(value) => vec![value],
            LabelCondition::In(values) => values.iter().collect(),
            LabelCondition::Exists => Vec::new(),
            LabelCondition::NotIn(_) | LabelCondition::DoesNotExist => return,
        };
        if known.is_empty() {
            let keys: BTreeSet<&str> = self
                .clusters()
                .flat_map(|cluster| cluster.metadata.labels.keys())
                .map(String::as_str)
                .collect();
            let key = Spanned::new(key.value.to_owned(), key.span);
            diagnostics.report(unknown_place("label ", &key, &keys));
            return;
        }
        for value in wanted {
            if !known.contains(value.value.as_str()) {
                diagnostics.report(unknown_place(
                    &format!("label `{}` with the value ", key.value),
                    value,
                    &known,
                ));
            }
        }
    }
}

fn unknown_place(field: &str, value: &Spanned<String>, known: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("no cluster of the Fleet has the {field}`{}`", value.value);
    let diagnostic = Diagnostic::new(codes::UNKNOWN_PLACE, value.span, message)
        .with_nearest(&value.value, known.iter().copied());
    if diagnostic.helps.is_empty() && !known.is_empty() {
        return diagnostic.with_note(there_are(known.iter().copied()));
    }
    diagnostic
}
