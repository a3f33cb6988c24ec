//! Which clusters can receive an object at all, and why the others cannot.

use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::cluster::Taint;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::FieldSelector;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::policy::placement::Toleration;
use crate::karmada::schedule::Api;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::outcome::AffinityPart;
use crate::karmada::schedule::outcome::Refusal;

/// Says why a cluster is refused; empty when it is not.
///
/// `term` is the group of `clusterAffinities` that is tried. A cluster that is going away is not looked at further.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/generic_scheduler.go` `findClustersThatFit`,
/// `pkg/scheduler/framework/plugins`.
pub(crate) fn refusals(
    request: &Request<'_>,
    term: Option<&ClusterAffinityTerm>,
    cluster: &Cluster,
) -> Vec<Refusal> {
    if cluster.metadata.deletion_timestamp.is_some() {
        return vec![Refusal::Deleting];
    }
    let name = &cluster.metadata.name;
    let mut refusals = Vec::new();
    // What is there already is not driven off by a new taint or a list of APIs that is not complete.
    if !request.binding.targets(name) {
        refusals.extend((!knows(cluster, request.api)).then_some(Refusal::ApiMissing));
        let taints =
            cluster.spec.taints.iter().filter(|taint| {
                keeps_off(taint) && !is_tolerated(taint, &request.placement.cluster_tolerations)
            });
        refusals.extend(taints.cloned().map(Refusal::Tainted));
    }
    refusals.extend(
        unselected(request, term, cluster).map(|affinity| Refusal::NotSelected(failing(affinity, cluster))),
    );
    for constraint in &request.placement.spread_constraints {
        let missing = constraint.spread_by_field.filter(|field| !has_field(cluster, *field));
        refusals.extend(missing.map(Refusal::SpreadFieldMissing));
    }
    refusals.extend(request.binding.evicted.contains(name).then_some(Refusal::Evicted));
    refusals
}

/// *Source*: `apienablement/api_enablement.go`; a list that may be incomplete refuses too.
fn knows(cluster: &Cluster, api: Api<'_>) -> bool {
    match api {
        Api::Assumed => true,
        Api::Listed { api_version, kind } => cluster.status.lists(api_version, kind),
        Api::ListedOrUnknown { api_version, kind } => {
            cluster.status.api_enablements.is_empty() || cluster.status.lists(api_version, kind)
        }
    }
}

/// The first taint that keeps off what has these tolerations.
#[must_use]
pub fn find_taint<'a>(cluster: &'a Cluster, tolerations: &[Toleration]) -> Option<&'a Taint> {
    cluster.spec.taints.iter().find(|taint| keeps_off(taint) && !is_tolerated(taint, tolerations))
}

/// *Source*: `tainttoleration/taint_toleration.go`; `PreferNoSchedule` is ignored.
fn keeps_off(taint: &Taint) -> bool {
    matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute")
}

/// *Source*: kubernetes `staging/src/k8s.io/api/core/v1/toleration.go` `ToleratesTaint`.
fn is_tolerated(taint: &Taint, tolerations: &[Toleration]) -> bool {
    tolerations.iter().any(|toleration| {
        let effect = toleration.effect.is_empty() || toleration.effect == taint.effect;
        let key = toleration.key.is_empty() || toleration.key == taint.key;
        let value = match toleration.operator.as_str() {
            "" | "Equal" => toleration.value == taint.value,
            "Exists" => true,
            _ => false,
        };
        effect && key && value
    })
}

/// The affinity that does not pick the cluster, if there is one.
///
/// *Source*: `clusteraffinity/cluster_affinity.go`.
fn unselected<'a>(
    request: &Request<'a>,
    term: Option<&'a ClusterAffinityTerm>,
    cluster: &Cluster,
) -> Option<&'a ClusterAffinity> {
    let single = request.placement.cluster_affinity.as_ref();
    let affinity = single.or(term.map(|term| &term.affinity))?;
    let overflows = || {
        let term = term.filter(|_| single.is_none() && request.is_workload());
        term.is_some_and(|term| overflow_tier(term, cluster).is_some())
    };
    (!cluster_matches(cluster, affinity) && !overflows()).then_some(affinity)
}

/// The parts of an affinity that do not hold, each tried by itself.
fn failing(affinity: &ClusterAffinity, cluster: &Cluster) -> Vec<AffinityPart> {
    let mut parts = Vec::new();
    let mut check = |only: ClusterAffinity, part: AffinityPart| {
        parts.extend((!cluster_matches(cluster, &only)).then_some(part));
    };
    let empty = ClusterAffinity::default;
    check(
        ClusterAffinity { cluster_names: affinity.cluster_names.clone(), ..empty() },
        AffinityPart::ClusterNames,
    );
    check(ClusterAffinity { exclude: affinity.exclude.clone(), ..empty() }, AffinityPart::Exclude);
    check(
        ClusterAffinity { label_selector: affinity.label_selector.clone(), ..empty() },
        AffinityPart::LabelSelector,
    );
    let expressions = affinity.field_selector.iter().flat_map(|selector| &selector.match_expressions);
    for (index, expression) in expressions.enumerate() {
        let selector = FieldSelector { match_expressions: vec![expression.clone()] };
        let only = ClusterAffinity { field_selector: Some(selector), ..empty() };
        check(only, AffinityPart::FieldSelector { index });
    }
    parts
}

/// The place of the first overflow group that picks the cluster, from 0.
pub(crate) fn overflow_tier(term: &ClusterAffinityTerm, cluster: &Cluster) -> Option<usize> {
    term.overflow_affinities.iter().position(|overflow| cluster_matches(cluster, &overflow.affinity))
}

/// *Source*: `spreadconstraint/spread_constraint.go`.
fn has_field(cluster: &Cluster, field: SpreadField) -> bool {
    match field {
        SpreadField::Cluster => true,
        SpreadField::Region => !cluster.spec.region.is_empty(),
        SpreadField::Zone => !cluster.spec.zones.is_empty(),
        SpreadField::Provider => !cluster.spec.provider.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_part_that_does_not_hold_is_named() {
        let cluster = json!({"metadata": {"name": "eu-1"}, "spec": {"region": "eu"}});
        let cluster: Cluster = serde_json::from_value(cluster).unwrap();
        let affinity = json!({
            "clusterNames": ["us-1"],
            "exclude": ["eu-1"],
            "labelSelector": {"matchLabels": {"tier": "gold"}},
            "fieldSelector": {"matchExpressions": [
                {"key": "region", "operator": "In", "values": ["eu"]},
                {"key": "provider", "operator": "In", "values": ["aws"]},
            ]},
        });
        let affinity: ClusterAffinity = serde_json::from_value(affinity).unwrap();
        let expected = [
            AffinityPart::ClusterNames,
            AffinityPart::Exclude,
            AffinityPart::LabelSelector,
            AffinityPart::FieldSelector { index: 1 },
        ];
        assert_eq!(failing(&affinity, &cluster), expected);
    }

    #[test]
    fn a_toleration_without_key_and_operator_compares_values() {
        let taint = |value: &str| Taint {
            key: "a".to_owned(),
            value: value.to_owned(),
            effect: "NoSchedule".to_owned(),
        };
        let tolerations = [Toleration { value: "x".to_owned(), ..Toleration::default() }];
        assert!(is_tolerated(&taint("x"), &tolerations));
        assert!(!is_tolerated(&taint("y"), &tolerations));
        let tolerations = [Toleration { operator: "Bogus".to_owned(), ..Toleration::default() }];
        assert!(!is_tolerated(&taint(""), &tolerations));
    }
}
