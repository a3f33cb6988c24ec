//! How many replicas a cluster has room for, as Karmada's general estimator reads its status.

use crate::k8s::quantity::Quantity;
use crate::karmada::cluster::Cluster;
use crate::karmada::cluster::ResourceModel;
use crate::karmada::cluster::ResourceSummary;
use crate::karmada::replicas::requirements::ReplicaRequirements;
use crate::karmada::replicas::requirements::ResourceRequest;
use crate::karmada::replicas::requirements::amount_of;
use serde_json::Value;
use std::collections::BTreeMap;

/// Pods that a node of a resource model takes.
const PODS_PER_MODEL_NODE: i64 = 110;

/// Estimates how many replicas of this kind the cluster has room for.
///
/// *Shape*: 0 without a resource summary, and when no pods are left or none are listed. An amount that is no
/// quantity counts as 0. Numbers beyond 32 bits wrap, as in Karmada.
///
/// *Source*: karmada f8fdd02 `pkg/estimator/client/general.go` `maxAvailableReplicas`.
#[expect(clippy::cast_possible_truncation, reason = "Karmada wraps to 32 bits")]
#[must_use]
pub fn estimate(cluster: &Cluster, requirements: Option<&ReplicaRequirements>) -> i32 {
    let Some(summary) = &cluster.status.resource_summary else { return 0 };
    let pods = pods_left(summary);
    if pods <= 0 {
        return 0;
    }
    let Some(requirements) = requirements else { return pods as i32 };
    let request = &requirements.resource_request;
    let replicas = replicas_by_models(&cluster.spec.resource_models, summary, request);
    replicas.unwrap_or_else(|| replicas_by_summary(summary, request)).min(pods) as i32
}

fn pods_left(summary: &ResourceSummary) -> i64 {
    let pods =
        |amounts: &BTreeMap<String, Value>| amounts.get("pods").map_or(0, |pods| quantity(pods).value());
    let taken = pods(&summary.allocated).wrapping_add(pods(&summary.allocating));
    pods(&summary.allocatable).wrapping_sub(taken)
}

/// The replicas that model nodes take; nothing when models cannot be used, and the summary counts.
///
/// *Source*: `getMaximumReplicasBasedOnResourceModels`, `buildModelNodes`. Grades do not share replicas, so the
/// simulation of Karmada comes down to a product for each grade.
fn replicas_by_models(
    models: &[ResourceModel],
    summary: &ResourceSummary,
    request: &ResourceRequest,
) -> Option<i64> {
    if models.is_empty() || summary.allocatable_modelings.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<u64, i64> = BTreeMap::new();
    for modeling in &summary.allocatable_modelings {
        let count = counts.entry(modeling.grade).or_default();
        *count = count.saturating_add(Some(modeling.count).filter(|count| *count >= 0)?);
    }
    let nodes: BTreeMap<u64, &ResourceModel> = models.iter().map(|model| (model.grade, model)).collect();
    let replicas = nodes.iter().map(|(grade, model)| {
        counts.get(grade).map_or(0, |count| count.saturating_mul(replicas_on_node(model, request)))
    });
    Some(replicas.fold(0, i64::saturating_add).min(i64::from(i32::MAX)))
}

fn replicas_on_node(model: &ResourceModel, request: &ResourceRequest) -> i64 {
    let least: BTreeMap<&str, Quantity> =
        model.ranges.iter().map(|range| (range.name.as_str(), quantity(&range.min))).collect();
    let fits = request.iter().filter(|(name, _)| *name != "pods").map(|(name, amount)| {
        least.get(name).map_or(0, |least| amount_of(name, least).max(0) / amount.max(1))
    });
    fits.fold(PODS_PER_MODEL_NODE, i64::min)
}

/// *Source*: `getMaximumReplicasBasedOnClusterSummary`.
fn replicas_by_summary(summary: &ResourceSummary, request: &ResourceRequest) -> i64 {
    let fits = request.iter().map(|(name, amount)| {
        let Some(allocatable) = summary.allocatable.get(name) else { return 0 };
        let mut available = quantity(allocatable);
        for taken in [&summary.allocated, &summary.allocating] {
            if let Some(taken) = taken.get(name) {
                available = available.plus(&negative(&quantity(taken)));
            }
        }
        if available.value() <= 0 { 0 } else { amount_of(name, &available) / amount.max(1) }
    });
    fits.fold(i64::MAX, i64::min)
}

/// Reads a quantity; what is none counts as 0.
fn quantity(value: &Value) -> Quantity {
    Quantity::from_json(value).unwrap_or_else(|_| zero())
}

fn negative(quantity: &Quantity) -> Quantity {
    let text = quantity.to_string();
    let text = text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned);
    Quantity::parse(&text).unwrap_or_else(|_| zero())
}

fn zero() -> Quantity {
    let Ok(zero) = Quantity::parse("0") else {
        unreachable!("`0` is a quantity");
    };
    zero
}
