//! Cluster selectors: what Karmada makes of them, and which clusters they pick.

use crate::fleet::Inventory;
use crate::k8s::selector::LabelSelector;
use crate::k8s::selector::LabelSelectorRequirement;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::FieldRequirement;
use crate::karmada::policy::placement::FieldSelector;
use crate::lower::Lowering;
use crate::source::Spanned;
use crate::spec::ClusterSelector;
use crate::spec::LabelCondition;
use crate::spec::Membership;
use std::collections::BTreeSet;

/// Which clusters are picked, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// Exactly these.
    Known(BTreeSet<String>),
    /// None but these: without a Fleet, names are all that is known.
    AtMost(BTreeSet<String>),
    /// Any but these.
    AnyBut(BTreeSet<String>),
}

impl Selection {
    /// Tells whether a cluster is certainly left out.
    pub(super) fn leaves_out(&self, cluster: &str) -> bool {
        match self {
            Self::Known(names) | Self::AtMost(names) => !names.contains(cluster),
            Self::AnyBut(names) => names.contains(cluster),
        }
    }

    /// How many clusters there are at most; nothing where that is open.
    pub(super) fn limit(&self) -> Option<usize> {
        match self {
            Self::Known(names) | Self::AtMost(names) => Some(names.len()),
            Self::AnyBut(_) => None,
        }
    }
}

/// Writes a selector as Karmada takes it; nothing for one that picks every cluster.
pub(super) fn to_affinity(selector: &ClusterSelector) -> Option<ClusterAffinity> {
    if selector.is_empty() {
        return None;
    }
    let names = |list: &[Spanned<crate::spec::ClusterName>]| -> Vec<String> {
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

impl Lowering<'_> {
    /// Checks a selector against the Fleet, and tells which clusters it picks.
    pub(super) fn select(&mut self, selector: &ClusterSelector) -> Selection {
        let written = |list: &[Spanned<crate::spec::ClusterName>]| -> BTreeSet<String> {
            list.iter().map(|name| name.value.as_str().to_owned()).collect()
        };
        let Some(inventory) = self.world.inventory else {
            let excluded = written(&selector.exclude);
            if selector.clusters.is_empty() {
                return Selection::AnyBut(excluded);
            }
            let picked: BTreeSet<String> =
                written(&selector.clusters).difference(&excluded).cloned().collect();
            let is_all = selector.providers.is_none()
                && selector.regions.is_none()
                && selector.zones.is_none()
                && selector.labels.is_empty();
            return if is_all { Selection::Known(picked) } else { Selection::AtMost(picked) };
        };
        self.check_selector(selector, inventory);
        let affinity = to_affinity(selector).unwrap_or_default();
        let picked = inventory.clusters().filter(|cluster| cluster_matches(cluster, &affinity));
        Selection::Known(picked.map(|cluster| cluster.metadata.name.clone()).collect())
    }

    /// Reports every name, place and label that no cluster of the Fleet has.
    fn check_selector(&mut self, selector: &ClusterSelector, inventory: &Inventory) {
        for name in selector.clusters.iter().chain(&selector.exclude) {
            if !inventory.clusters.contains_key(name.value.as_str()) {
                self.unknown_cluster(Spanned::new(name.value.as_str(), name.span), inventory);
            }
        }
        let fields: [(&str, &Option<Membership>, ValuesOf); 3] = [
            ("provider", &selector.providers, |cluster| vec![cluster.spec.provider.as_str()]),
            ("region", &selector.regions, |cluster| vec![cluster.spec.region.as_str()]),
            ("zone", &selector.zones, |cluster| cluster.spec.zones.iter().map(String::as_str).collect()),
        ];
        for (field, membership, values_of) in fields {
            let known: BTreeSet<&str> =
                inventory.clusters().flat_map(values_of).filter(|value| !value.is_empty()).collect();
            for value in membership.iter().filter_map(|membership| membership.within.as_ref()).flatten() {
                if !known.contains(value.value.as_str()) {
                    self.unknown_place(field, value, &known);
                }
            }
        }
        for (key, condition) in selector.labels.iter() {
            self.check_label(key, condition, inventory);
        }
    }

    fn check_label(&mut self, key: Spanned<&str>, condition: &LabelCondition, inventory: &Inventory) {
        let known: BTreeSet<&str> = inventory
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
            let keys: BTreeSet<&str> = inventory
                .clusters()
                .flat_map(|cluster| cluster.metadata.labels.keys())
                .map(String::as_str)
                .collect();
            let key = Spanned::new(key.value.to_owned(), key.span);
            self.unknown_place("label", &key, &keys);
            return;
        }
        for value in wanted {
            if !known.contains(value.value.as_str()) {
                self.unknown_place(&format!("value of the label `{}`", key.value), value, &known);
            }
        }
    }
}
