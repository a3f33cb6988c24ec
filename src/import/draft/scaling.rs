//! Autoscalers and disruption budgets.

use crate::import::draft::fields::Fields;
use crate::import::draft::labels::Inherited;
use crate::import::draft::pod::map_of;
use crate::source::Spanned;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// Writes an autoscaler of a cluster, or Karmada's own over all clusters.
pub(super) fn write_autoscaling(root: &Node, inherited: &Inherited) -> Node {
    let mut spec = Fields::of(tree::get(root, "spec"), root.span);
    let mut autoscaling = tree::Map::new(root.span);
    if tree::get(root, "kind").and_then(Node::as_str) == Some("FederatedHPA") {
        autoscaling.set("scope", tree::text(root.span, "federated"));
    }
    spec.take("scaleTargetRef");
    for key in ["minReplicas", "maxReplicas"] {
        autoscaling.set_some(key, spec.take(key));
    }
    let metrics = spec.take("metrics");
    autoscaling.set_some("metrics", metrics.map(|metrics| short_metrics(&metrics).unwrap_or(metrics)));
    spec.put_rest(&mut autoscaling);
    inherited.put_own(root, &mut autoscaling);
    autoscaling.into_node()
}

/// `{cpu: 80}`, where all that is measured are resources of the pods, each once.
fn short_metrics(list: &Node) -> Option<Node> {
    let mut map = tree::Map::new(list.span);
    for metric in list.as_sequence()? {
        let resource = tree::get(metric, "resource")?;
        let name = tree::get(resource, "name")?;
        let target = tree::get(resource, "target")?;
        let value = match tree::get(target, "type").and_then(Node::as_str)? {
            "Utilization" => tree::get(target, "averageUtilization")?.clone(),
            "AverageValue" => tree::Map::new(target.span)
                .with("averageValue", tree::get(target, "averageValue")?.clone())
                .into_node(),
            _ => return None,
        };
        if map.has(name.as_str()?) || metric.as_mapping()?.len() != 2 || target.as_mapping()?.len() != 2 {
            return None;
        }
        map.set_written(&Spanned::new(name.as_str()?.to_owned(), name.span), value);
    }
    Some(map.into_node())
}

/// Writes a disruption budget.
pub(super) fn write_budget(
    root: &Node,
    (workload, kind): (&Node, WorkloadKind),
    inherited: &Inherited,
) -> Node {
    let mut spec = Fields::of(tree::get(root, "spec"), root.span);
    let mut budget = tree::Map::new(root.span);
    if spec.get("selector").map(Node::to_json) == pod_selector(workload, kind) {
        spec.take("selector");
    }
    spec.put_rest(&mut budget);
    inherited.put_own(root, &mut budget);
    budget.into_node()
}

/// The selector of a budget that says none: the workload's own; of a Job, which has none of its own, the labels of its pods.
fn pod_selector(workload: &Node, kind: WorkloadKind) -> Option<Json> {
    if let Some(selector) = tree::find(workload, &["spec", "selector"]) {
        return Some(selector.to_json());
    }
    let labels = tree::find(workload, &[kind.pod_template(), &["metadata", "labels"]].concat())?;
    Some(serde_json::json!({ "matchLabels": labels.to_json() }))
}

/// Adds the schedule that changes the bounds of an autoscaler, or the replicas where there is none.
pub(super) fn with_schedule(
    autoscaling: Option<Node>,
    schedule: Option<&Node>,
    inherited: &Inherited,
) -> Option<Node> {
    let Some(root) = schedule else { return autoscaling };
    let mut map = tree::Map::new(root.span);
    match &autoscaling {
        Some(autoscaling) => Fields::of(Some(autoscaling), root.span).put_rest(&mut map),
        None => inherited.put_own(root, &mut map),
    }
    map.set_some("schedule", write_schedule(root));
    Some(map.into_node())
}

/// The rules of a schedule by name, where each has one of its own.
pub(super) fn write_schedule(root: &Node) -> Option<Node> {
    let rules = tree::find(root, &["spec", "rules"])?;
    let mut map = tree::Map::new(rules.span);
    for rule in rules.as_sequence()? {
        let mut fields = Fields::of(Some(rule), rule.span);
        let name = fields.take_text("name")?;
        if map.has(&name) {
            return None;
        }
        map.set_written(&Spanned::new(name, rule.span), map_of(fields)?);
    }
    Some(map.into_node())
}
