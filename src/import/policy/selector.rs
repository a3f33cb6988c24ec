//! Which clusters a policy picks, in the words of an App.

use crate::import::policy::unsayable::Findings;
use crate::import::policy::unsayable::Reason;
use crate::import::policy::unsayable::Unsayable;
use crate::import::policy::unsayable::below;
use crate::import::policy::unsayable::item;
use crate::k8s::name::NameError;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::k8s::pointer::Pointer;
use crate::k8s::selector::LabelSelector;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::FieldSelector;
use crate::karmada::policy::placement::Placement;
use crate::source::Span;
use crate::tree;
use crate::tree::Map;
use crate::yaml::Node;

/// The key under which labels of clusters stand in a placement.
pub(super) const IN_PLACEMENT: &str = "labels";

/// The key under which labels of clusters stand in an override.
const IN_OVERRIDE: &str = "clusterLabels";

/// A rule of Kubernetes for a text.
type Rule = fn(&str) -> Result<(), NameError>;

/// The fields of a cluster that a selector may ask for, and the keys of an App for them.
const FIELDS: [(&str, &str); 3] = [("provider", "providers"), ("region", "regions"), ("zone", "zones")];

/// Writes an affinity as the keys of a cluster selector; no key for one that picks every cluster. `labels` is the key
/// for labels of clusters.
pub(super) fn raise_selector(
    (affinity, labels): (&ClusterAffinity, &str),
    place: &Pointer,
    findings: &mut Findings,
) -> Map {
    let at = findings.at;
    let mut selector = Map::new(at);
    let clusters = raise_names(&affinity.cluster_names, &below(place, "clusterNames"), findings);
    selector.set_some("clusters", clusters);
    if let Some(fields) = &affinity.field_selector {
        raise_fields(fields, &mut selector, (&below(place, "fieldSelector"), findings));
    }
    if let Some(written) = &affinity.label_selector {
        let conditions = raise_labels(written, &below(place, "labelSelector"), findings);
        selector.set_some(labels, conditions.into_some());
    }
    selector.set_some("exclude", raise_names(&affinity.exclude, &below(place, "exclude"), findings));
    selector
}

/// Writes the clusters of an override's rule as the keys that pick them; no key for every cluster.
///
/// # Errors
/// All parts that an App cannot say.
pub fn raise_targets(affinity: &ClusterAffinity, place: &Pointer, at: Span) -> Result<Map, Vec<Unsayable>> {
    let mut findings = Findings::new(at);
    let selector = raise_selector((affinity, IN_OVERRIDE), place, &mut findings);
    if findings.unsayable.is_empty() { Ok(selector) } else { Err(findings.unsayable) }
}

/// Names of clusters, where there are any.
pub(super) fn raise_names(names: &[String], place: &Pointer, findings: &mut Findings) -> Option<Node> {
    for (index, name) in names.iter().enumerate() {
        check(check_dns_subdomain, (name, &item(place, index)), findings);
    }
    (!names.is_empty()).then(|| texts(findings.at, names))
}

/// One list for `In` alone, else a map; the order of the conditions makes no difference, as all must hold.
fn raise_fields(fields: &FieldSelector, selector: &mut Map, (place, findings): (&Pointer, &mut Findings)) {
    let mut conditions: [Map; 3] = [(); 3].map(|()| Map::new(findings.at));
    for (index, requirement) in fields.match_expressions.iter().enumerate() {
        let place = item(&below(place, "matchExpressions"), index);
        let field = FIELDS.iter().position(|(field, _)| *field == requirement.key);
        let Some(condition) = field.and_then(|index| conditions.get_mut(index)) else {
            findings.cannot_say(&below(&place, "key"), Reason::InvalidText(requirement.key.clone()));
            continue;
        };
        let operator = match requirement.operator.as_str() {
            "In" => "in",
            "NotIn" => "notIn",
            other => {
                findings.cannot_say(&below(&place, "operator"), Reason::Operator(other.to_owned()));
                continue;
            }
        };
        check_values(&requirement.values, &place, findings);
        if condition.has(operator) {
            findings.cannot_say(&place, Reason::SecondCondition { key: requirement.key.clone() });
        }
        condition.set(operator, texts(findings.at, &requirement.values));
    }
    for ((_, key), condition) in FIELDS.iter().zip(conditions) {
        let within = condition.get("in").filter(|_| !condition.has("notIn")).cloned();
        selector.set_some(key, within.or_else(|| condition.into_some()));
    }
}

fn raise_labels(labels: &LabelSelector, place: &Pointer, findings: &mut Findings) -> Map {
    let mut conditions = Map::new(findings.at);
    for (key, value) in &labels.match_labels {
        let place = below(&below(place, "matchLabels"), key);
        check(check_label_key, (key, &place), findings);
        check(check_label_value, (value, &place), findings);
        conditions.set(key, tree::text(findings.at, value.as_str()));
    }
    for (index, requirement) in labels.match_expressions.iter().enumerate() {
        let place = item(&below(place, "matchExpressions"), index);
        let key = &requirement.key;
        check(check_label_key, (key, &below(&place, "key")), findings);
        let condition = match requirement.operator.as_str() {
            "In" => ("in", texts(findings.at, &requirement.values)),
            "NotIn" => ("notIn", texts(findings.at, &requirement.values)),
            "Exists" => ("exists", tree::boolean(findings.at, true)),
            "DoesNotExist" => ("exists", tree::boolean(findings.at, false)),
            other => {
                findings.cannot_say(&below(&place, "operator"), Reason::Operator(other.to_owned()));
                continue;
            }
        };
        if condition.0 == "exists" {
            for value in &requirement.values {
                findings.cannot_say(&below(&place, "values"), Reason::InvalidText(value.clone()));
            }
        } else {
            check_values(&requirement.values, &place, findings);
        }
        if conditions.has(key) {
            findings.cannot_say(&place, Reason::SecondCondition { key: key.clone() });
        }
        conditions.set(key, Map::new(findings.at).with(condition.0, condition.1).into_node());
    }
    conditions
}

/// With no value, or one that is no label value, Karmada picks no cluster (karmada f8fdd02 `pkg/util/selector.go` `ClusterMatches`).
fn check_values(values: &[String], place: &Pointer, findings: &mut Findings) {
    if values.is_empty() {
        findings.cannot_say(place, Reason::NoValues);
    }
    for (index, value) in values.iter().enumerate() {
        let place = item(&below(place, "values"), index);
        check(check_label_value, (value, &place), findings);
    }
}

fn check(rule: Rule, (text, place): (&str, &Pointer), findings: &mut Findings) {
    if rule(text).is_err() {
        findings.cannot_say(place, Reason::InvalidText(text.to_owned()));
    }
}

/// A list of texts.
fn texts(at: Span, texts: &[String]) -> Node {
    tree::list(at, texts.iter().map(|text| tree::text(at, text.as_str())).collect())
}

/// Tells whether names alone leave a cluster out of a placement, with all its groups.
pub(super) fn leaves_out(placement: &Placement, cluster: &String) -> bool {
    let mut affinities = affinities(placement).peekable();
    affinities.peek().is_some()
        && affinities.all(|affinity| {
            affinity.exclude.contains(cluster)
                || !affinity.cluster_names.is_empty() && !affinity.cluster_names.contains(cluster)
        })
}

/// All that picks clusters.
fn affinities(placement: &Placement) -> impl Iterator<Item = &ClusterAffinity> {
    let groups = placement.cluster_affinities.iter().flat_map(|term| {
        std::iter::once(&term.affinity).chain(term.overflow_affinities.iter().map(|other| &other.affinity))
    });
    placement.cluster_affinity.iter().chain(groups)
}
