//! Reads where objects are already: from an earlier preview, or from Karmada's bindings.

use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::schedule::binding::AssignmentMode;
use crate::karmada::schedule::binding::Binding;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Reads the output of `pelago preview --format json`, or one or a list of `ResourceBinding` and
/// `ClusterResourceBinding`.
///
/// *Shape*: the bindings by the object that is bound. Of two outcomes of a preview, the one whose ties go in this
/// direction counts. An object whose result was open is left out.
///
/// # Errors
/// What is wrong with the document, as a message has it.
pub fn read_bindings(document: &Json, direction: Direction) -> Result<BTreeMap<ObjectKey, Binding>, String> {
    let list = |field: &str| document.get(field).and_then(Json::as_array);
    if let Some(objects) = list("objects") {
        let bindings = objects.iter().filter_map(|object| read_preview(object, direction).transpose());
        return bindings.collect();
    }
    let items = list("items").map_or(std::slice::from_ref(document), Vec::as_slice);
    items.iter().map(read_binding).collect()
}

fn read_preview(object: &Json, direction: Direction) -> Result<Option<(ObjectKey, Binding)>, String> {
    let key = read_key(object)?;
    let outcomes = object.get("outcomes").and_then(Json::as_array).ok_or("an object has no `outcomes`")?;
    let word = match direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    };
    let is_chosen = |outcome: &&Json| outcome.get("ties").and_then(Json::as_str) == Some(word);
    let Some(outcome) = outcomes.iter().find(is_chosen).or(outcomes.first()) else { return Ok(None) };
    let binding = Binding {
        clusters: read_targets(outcome.get("targets"))?,
        observed_affinity: text(object, "/group").to_owned(),
        ..Binding::default()
    };
    Ok(Some((key, binding)))
}

fn read_binding(item: &Json) -> Result<(ObjectKey, Binding), String> {
    let kind = text(item, "/kind");
    if !matches!(kind, "ResourceBinding" | "ClusterResourceBinding") {
        let found = if kind.is_empty() { "no kind".to_owned() } else { format!("the kind `{kind}`") };
        return Err(format!("expected a preview in JSON or resource bindings, found {found}"));
    }
    let key = read_key(item.pointer("/spec/resource").unwrap_or(&Json::Null))?;
    let tasks = item.pointer("/spec/gracefulEvictionTasks").and_then(Json::as_array);
    let evicted = tasks.into_iter().flatten().map(|task| text(task, "/fromCluster").to_owned());
    let time = |pointer: &str| item.pointer(pointer).and_then(Json::as_str);
    let binding = Binding {
        clusters: read_targets(item.pointer("/spec/clusters"))?,
        evicted: evicted.collect(),
        mode: AssignmentMode::of_times(
            time("/spec/rescheduleTriggeredAt"),
            time("/status/lastScheduledTime"),
        ),
        observed_affinity: text(item, "/status/schedulerObservingAffinityName").to_owned(),
    };
    Ok((key, binding))
}

fn read_targets(targets: Option<&Json>) -> Result<Vec<TargetCluster>, String> {
    let targets = targets.filter(|targets| !targets.is_null());
    let read = targets.map(|targets| serde_json::from_value(targets.clone())).transpose();
    read.map(Option::unwrap_or_default).map_err(|error| format!("the clusters cannot be read: {error}"))
}

fn read_key(object: &Json) -> Result<ObjectKey, String> {
    let gvk = GroupVersionKind::parse(text(object, "/apiVersion"), text(object, "/kind"));
    let gvk = gvk.map_err(|error| format!("an object cannot be told apart: {error}"))?;
    let namespace = Some(text(object, "/namespace")).filter(|text| !text.is_empty()).map(str::to_owned);
    let name = text(object, "/name");
    if name.is_empty() {
        return Err(format!("an object of the kind `{}` has no name", gvk.kind()));
    }
    Ok(ObjectKey { gvk, namespace, name: name.to_owned() })
}

fn text<'a>(value: &'a Json, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_binding_tells_clusters_group_and_mode() {
        let document = json!({"kind": "List", "items": [{
            "kind": "ResourceBinding",
            "spec": {
                "resource": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web"},
                "clusters": [{"name": "eu-1", "replicas": 2}],
                "gracefulEvictionTasks": [{"fromCluster": "us-1"}],
                "rescheduleTriggeredAt": "2024-06-01T10:00:01Z",
            },
            "status": {
                "schedulerObservingAffinityName": "backup", "lastScheduledTime": "2024-06-01T10:00:00Z",
            },
        }]});
        let bindings = read_bindings(&document, Direction::Ascending).unwrap();
        let (key, binding) = bindings.first_key_value().unwrap();
        assert_eq!(key.to_string(), "apps/v1 Deployment shop/web");
        assert_eq!(binding.assigned("eu-1"), 2);
        assert_eq!(binding.evicted, ["us-1"]);
        assert_eq!((binding.mode, binding.observed_affinity.as_str()), (AssignmentMode::Fresh, "backup"));
    }

    #[test]
    fn other_documents_are_refused_with_a_reason() {
        let fault = read_bindings(&json!({"kind": "Pod"}), Direction::Ascending).unwrap_err();
        assert_eq!(fault, "expected a preview in JSON or resource bindings, found the kind `Pod`");
        let fault = read_bindings(&json!({"objects": [{}]}), Direction::Ascending).unwrap_err();
        assert_eq!(fault, "an object cannot be told apart: expected an apiVersion such as `apps/v1` or `v1`");
    }
}
