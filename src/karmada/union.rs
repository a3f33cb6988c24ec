//! One affinity for all clusters that any of several affinities picks, where one can say it.

use crate::k8s::selector::LabelSelector;
use crate::k8s::selector::LabelSelectorRequirement;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::FieldRequirement;
use crate::karmada::policy::placement::FieldSelector;
use std::collections::BTreeMap;

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Name,
    Label(String),
    Field(String),
}

/// How it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// All must hold; values keep their order.
type Conditions = BTreeMap<(Subject, Operator), Vec<String>>;

/// Finds the affinity that picks exactly the clusters that one of these picks. Nothing where no single affinity can say
/// so, which may depend on the order; the empty affinity picks every cluster.
///
/// *Source*: karmada f8fdd02 `pkg/util/selector.go` `ClusterMatches`, by which an affinity is a conjunction.
#[must_use]
pub fn unite<'a>(affinities: impl IntoIterator<Item = &'a ClusterAffinity>) -> Option<ClusterAffinity> {
    let mut all: Vec<Conditions> = Vec::new();
    for affinity in affinities {
        all.extend(to_conditions(affinity)?);
    }
    // Those that ask for less come first: they may take in the others.
    all.sort_by_key(BTreeMap::len);
    let united = all.into_iter().map(Some).reduce(|left, right| join(left?, right?));
    united.flatten().map(to_affinity)
}

/// Nothing where a part stands twice or is of no known kind; an empty list where no cluster can meet the conditions.
fn to_conditions(affinity: &ClusterAffinity) -> Option<Vec<Conditions>> {
    let mut conditions = Conditions::new();
    let mut add = |subject: Subject, operator: Operator, values: Vec<String>| {
        conditions.insert((subject, operator), values).is_none()
    };
    let is_picked = |name: &&String| !affinity.exclude.contains(name);
    let names: Vec<String> = affinity.cluster_names.iter().filter(is_picked).cloned().collect();
    if names.is_empty() && !affinity.cluster_names.is_empty() {
        return Some(Vec::new());
    }
    let mut is_simple = true;
    if !names.is_empty() {
        is_simple &= add(Subject::Name, Operator::In, names);
    } else if !affinity.exclude.is_empty() {
        is_simple &= add(Subject::Name, Operator::NotIn, affinity.exclude.clone());
    }
    if let Some(labels) = &affinity.label_selector {
        for (key, value) in &labels.match_labels {
            is_simple &= add(Subject::Label(key.clone()), Operator::In, vec![value.clone()]);
        }
        for requirement in &labels.match_expressions {
            let operator = Operator::parse(&requirement.operator)?;
            is_simple &= add(Subject::Label(requirement.key.clone()), operator, requirement.values.clone());
        }
    }
    for requirement in affinity.field_selector.iter().flat_map(|fields| &fields.match_expressions) {
        let operator = Operator::parse(&requirement.operator)?;
        is_simple &= add(Subject::Field(requirement.key.clone()), operator, requirement.values.clone());
    }
    is_simple.then(|| vec![conditions])
}

/// The conditions that hold where either do: the wider ones, or those in whose only difference both fit.
fn join(left: Conditions, right: Conditions) -> Option<Conditions> {
    if is_wider(&left, &right) {
        return Some(left);
    }
    if is_wider(&right, &left) {
        return Some(right);
    }
    if !left.keys().eq(right.keys()) {
        return None;
    }
    let mut differing = left.iter().filter(|(key, values)| right.get(*key) != Some(*values));
    let (Some(((subject, operator), values)), None) = (differing.next(), differing.next()) else {
        return None;
    };
    let (key, values) = ((subject.clone(), *operator), values.clone());
    let others = right.get(&key)?;
    let mut joined = left;
    match key.1 {
        Operator::In => {
            let new: Vec<String> = others.iter().filter(|value| !values.contains(value)).cloned().collect();
            joined.insert(key, [values, new].concat());
        }
        Operator::NotIn if !has_one_value(&key.0) => return None,
        Operator::NotIn => {
            let both: Vec<String> = values.into_iter().filter(|value| others.contains(value)).collect();
            if both.is_empty() {
                joined.remove(&key);
            } else {
                joined.insert(key, both);
            }
        }
        Operator::Exists | Operator::DoesNotExist => return None,
    }
    Some(joined)
}

/// Tells whether whatever meets `narrow` meets `wide` too, as far as the conditions show it one by one.
fn is_wider(wide: &Conditions, narrow: &Conditions) -> bool {
    wide.iter().all(|((subject, operator), values)| {
        let find = |operator: Operator| narrow.get(&(subject.clone(), operator));
        match operator {
            Operator::In => find(Operator::In).is_some_and(|others| is_within(others, values)),
            Operator::NotIn => {
                let is_apart = |others: &Vec<String>| others.iter().all(|value| !values.contains(value));
                find(Operator::NotIn).is_some_and(|others| is_within(values, others))
                    || has_one_value(subject) && find(Operator::In).is_some_and(is_apart)
            }
            Operator::Exists => find(Operator::Exists).or_else(|| find(Operator::In)).is_some(),
            Operator::DoesNotExist => find(Operator::DoesNotExist).is_some(),
        }
    })
}

fn is_within(few: &[String], many: &[String]) -> bool {
    few.iter().all(|value| many.contains(value))
}

/// A cluster of several zones may have one that is asked for and one that is refused.
fn has_one_value(subject: &Subject) -> bool {
    *subject != Subject::Field("zone".to_owned())
}

fn to_affinity(conditions: Conditions) -> ClusterAffinity {
    let mut affinity = ClusterAffinity::default();
    let mut labels = LabelSelector::default();
    let mut fields = FieldSelector::default();
    for ((subject, operator), values) in conditions {
        match (subject, operator, values.as_slice()) {
            (Subject::Name, Operator::In, _) => affinity.cluster_names = values,
            (Subject::Name, _, _) => affinity.exclude = values,
            (Subject::Label(key), Operator::In, [only]) => {
                labels.match_labels.insert(key, only.clone());
            }
            (Subject::Label(key), _, _) => {
                let operator = operator.name().to_owned();
                labels.match_expressions.push(LabelSelectorRequirement { key, operator, values });
            }
            (Subject::Field(key), _, _) => {
                let operator = operator.name().to_owned();
                fields.match_expressions.push(FieldRequirement { key, operator, values });
            }
        }
    }
    affinity.label_selector = Some(labels).filter(|labels| *labels != LabelSelector::default());
    affinity.field_selector = Some(fields).filter(|fields| *fields != FieldSelector::default());
    affinity
}

impl Operator {
    fn parse(word: &str) -> Option<Self> {
        let all = [Self::In, Self::NotIn, Self::Exists, Self::DoesNotExist];
        all.into_iter().find(|operator| operator.name() == word)
    }

    fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::karmada::affinity::cluster_matches;
    use crate::karmada::cluster::Cluster;
    use serde_json::Value;
    use serde_json::json;

    fn affinity(json: Value) -> ClusterAffinity {
        serde_json::from_value(json).unwrap()
    }

    fn fields(expressions: &Value) -> ClusterAffinity {
        affinity(json!({ "fieldSelector": { "matchExpressions": expressions } }))
    }

    fn affinities() -> Vec<ClusterAffinity> {
        let expression = |key: &str, operator: &str, values: &[&str]| json!({"key": key, "operator": operator, "values": values});
        let label =
            |expression: Value| affinity(json!({"labelSelector": {"matchExpressions": [expression]}}));
        vec![
            affinity(json!({})),
            affinity(json!({"clusterNames": ["a"]})),
            affinity(json!({"clusterNames": ["a", "b"], "exclude": ["b", "c"]})),
            affinity(json!({"clusterNames": ["c"], "exclude": ["c"]})),
            affinity(json!({"exclude": ["a"]})),
            affinity(json!({"exclude": ["a", "b"]})),
            affinity(json!({"labelSelector": {"matchLabels": {"tier": "gold"}}})),
            affinity(json!({"labelSelector": {"matchLabels": {"tier": "silver"}}})),
            label(expression("tier", "NotIn", &["gold"])),
            label(json!({"key": "tier", "operator": "Exists"})),
            label(json!({"key": "tier", "operator": "DoesNotExist"})),
            fields(&json!([expression("region", "In", &["eu"])])),
            fields(&json!([expression("region", "In", &["us"])])),
            fields(&json!([expression("region", "NotIn", &["us"])])),
            fields(&json!([expression("zone", "In", &["x"])])),
            fields(&json!([expression("zone", "NotIn", &["x"])])),
            fields(&json!([expression("zone", "NotIn", &["y"])])),
            fields(&json!([expression("region", "In", &["eu"]), expression("zone", "NotIn", &["y"])])),
            affinity(json!({
                "exclude": ["a"],
                "fieldSelector": {"matchExpressions": [expression("region", "In", &["eu"])]},
            })),
        ]
    }

    fn clusters() -> Vec<Cluster> {
        let mut clusters = Vec::new();
        for name in ["a", "b", "c"] {
            for region in ["", "eu", "us"] {
                for zones in [&[][..], &["x"], &["y"], &["x", "y"]] {
                    for tier in [None, Some("gold"), Some("silver")] {
                        let labels = tier.map_or(json!({}), |tier| json!({"tier": tier}));
                        let cluster = json!({
                            "metadata": {"name": name, "labels": labels},
                            "spec": {"region": region, "zones": zones},
                        });
                        clusters.push(serde_json::from_value(cluster).unwrap());
                    }
                }
            }
        }
        clusters
    }

    #[test]
    fn the_union_picks_what_any_of_three_picks() {
        let (affinities, clusters) = (affinities(), clusters());
        let mut united = 0;
        for first in &affinities {
            for second in &affinities {
                for third in &affinities {
                    let Some(union) = unite([first, second, third]) else { continue };
                    united += 1;
                    for cluster in &clusters {
                        let any = [first, second, third].iter().any(|one| cluster_matches(cluster, one));
                        assert_eq!(cluster_matches(cluster, &union), any, "{first:?} {second:?} {third:?}");
                    }
                }
            }
        }
        assert!(united > 1300, "{united}");
    }

    #[test]
    fn values_of_one_field_are_joined_in_their_order() {
        let regions =
            |values: &[&str]| fields(&json!([{"key": "region", "operator": "In", "values": values}]));
        assert_eq!(unite([&regions(&["us"]), &regions(&["eu", "us"])]), Some(regions(&["eu", "us"])));
        assert_eq!(unite([&regions(&["us"]), &regions(&["eu"])]), Some(regions(&["us", "eu"])));
        assert_eq!(unite([&regions(&["us"]), &affinity(json!({"clusterNames": ["a"]}))]), None);
        assert_eq!(unite([&regions(&["us"]), &affinity(json!({}))]), Some(affinity(json!({}))));
    }
}
