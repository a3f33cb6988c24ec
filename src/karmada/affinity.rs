//! Which clusters an affinity picks.
//!
//! Karmada f8fdd02 `pkg/util/selector.go` `ClusterMatches`.

use crate::k8s::selector::LabelSelector;
use crate::k8s::selector::LabelSelectorRequirement;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::FieldRequirement;

/// Tells whether an affinity picks a cluster; every part that is given must hold.
///
/// A selector that Karmada cannot read picks no cluster at all.
#[must_use]
pub fn cluster_matches(cluster: &Cluster, affinity: &ClusterAffinity) -> bool {
    let name = &cluster.metadata.name;
    if affinity.exclude.contains(name) {
        return false;
    }
    if affinity.label_selector.as_ref().is_some_and(|selector| !labels_match(cluster, selector)) {
        return false;
    }
    let expressions = affinity.field_selector.iter().flat_map(|selector| &selector.match_expressions);
    let (zones, fields): (Vec<_>, Vec<_>) = expressions.partition(|expression| expression.key == "zone");
    zones.iter().all(|expression| zones_match(&cluster.spec.zones, expression))
        && fields_match(cluster, &fields)
        && (affinity.cluster_names.is_empty() || affinity.cluster_names.contains(name))
}

fn labels_match(cluster: &Cluster, selector: &LabelSelector) -> bool {
    let find = |key: &str| cluster.metadata.labels.get(key).map(String::as_str);
    selector.to_selector().is_ok_and(|selector| selector.matches(find))
}

/// Values are compared as plain text; an operator that is none of the four never holds.
fn zones_match(zones: &[String], expression: &FieldRequirement) -> bool {
    match expression.operator.as_str() {
        "In" => zones.iter().any(|zone| expression.values.contains(zone)),
        "NotIn" => !zones.iter().any(|zone| expression.values.contains(zone)),
        "Exists" => !zones.is_empty(),
        "DoesNotExist" => zones.is_empty(),
        _ => false,
    }
}

/// The other fields are read as labels, and the expressions as requirements on labels.
fn fields_match(cluster: &Cluster, expressions: &[&FieldRequirement]) -> bool {
    let (numeric, other): (Vec<&FieldRequirement>, Vec<&FieldRequirement>) =
        expressions.iter().copied().partition(|expression| matches!(&*expression.operator, "Gt" | "Lt"));
    let requirements = other.iter().map(|expression| LabelSelectorRequirement {
        key: expression.key.clone(),
        operator: expression.operator.clone(),
        values: expression.values.clone(),
    });
    let selector = LabelSelector { match_expressions: requirements.collect(), ..LabelSelector::default() };
    let find = |key: &str| find_field(cluster, key);
    selector.to_selector().is_ok_and(|selector| selector.matches(find))
        && numeric.iter().all(|expression| number_matches(cluster, expression))
}

fn find_field<'a>(cluster: &'a Cluster, key: &str) -> Option<&'a str> {
    let value = match key {
        "provider" => &cluster.spec.provider,
        "region" => &cluster.spec.region,
        _ => return None,
    };
    if value.is_empty() { None } else { Some(value) }
}

/// `Gt` and `Lt` compare a field that is a number with the one value.
fn number_matches(cluster: &Cluster, expression: &FieldRequirement) -> bool {
    let [bound] = expression.values.as_slice() else {
        return false;
    };
    let number = find_field(cluster, &expression.key).and_then(|value| value.parse::<i64>().ok());
    match (number, bound.parse::<i64>()) {
        (Some(number), Ok(bound)) if expression.operator == "Gt" => number > bound,
        (Some(number), Ok(bound)) => number < bound,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn assert_match(affinity: &Value, expected: bool) {
        let cluster = json!({
            "metadata": {"name": "eu-1", "labels": {"tier": "gold"}},
            "spec": {"provider": "aws", "region": "eu", "zones": ["a", "b"]},
        });
        let cluster: Cluster = serde_json::from_value(cluster).unwrap();
        let read: ClusterAffinity = serde_json::from_value(affinity.clone()).unwrap();
        assert_eq!(cluster_matches(&cluster, &read), expected, "{affinity}");
    }

    fn field(key: &str, operator: &str, values: &[&str]) -> Value {
        json!({"fieldSelector": {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}})
    }

    #[test]
    fn every_part_must_hold() {
        assert_match(&json!({}), true);
        assert_match(&json!({"clusterNames": ["eu-1"], "exclude": ["eu-1"]}), false);
        assert_match(&json!({"clusterNames": ["eu-2"]}), false);
        assert_match(
            &json!({"clusterNames": ["eu-1"], "labelSelector": {"matchLabels": {"tier": "gold"}}}),
            true,
        );
        assert_match(
            &json!({"clusterNames": ["eu-1"], "labelSelector": {"matchLabels": {"tier": "iron"}}}),
            false,
        );
        assert_match(&json!({"fieldSelector": {}}), true);
    }

    #[test]
    fn any_zone_of_the_cluster_will_do() {
        assert_match(&field("zone", "In", &["b", "c"]), true);
        assert_match(&field("zone", "NotIn", &["b", "c"]), false);
        assert_match(&field("zone", "In", &[]), false);
        assert_match(&field("zone", "NotIn", &[]), true);
        assert_match(&field("zone", "NotIn", &["no label value!"]), true);
    }

    #[test]
    fn a_selector_that_cannot_be_read_picks_nothing() {
        assert_match(&field("region", "NotIn", &["us"]), true);
        assert_match(&field("region", "NotIn", &["no label value!"]), false);
        assert_match(&field("region", "NotIn", &[]), false);
        assert_match(&field("region", "in", &["eu"]), false);
        assert_match(
            &json!({"labelSelector": {"matchExpressions": [{"key": "a", "operator": "Nope"}]}}),
            false,
        );
    }
}
