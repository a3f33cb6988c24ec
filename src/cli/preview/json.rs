//! A preview as one JSON document: `schemas/preview.v1.json`. Fields are only ever added.

use crate::forecast::Candidate;
use crate::forecast::Claim;
use crate::forecast::ClusterPreview;
use crate::forecast::Count;
use crate::forecast::ObjectPreview;
use crate::forecast::Outcome;
use crate::forecast::Preview;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::schedule::outcome::Failure;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Writes a preview.
pub(super) fn write(preview: &Preview) -> String {
    let objects: Vec<Value> = preview.objects.iter().map(write_object).collect();
    let document = json!({
        "version": 1,
        "clusters": preview.clusters,
        "unknown": {"capacity": preview.without_capacity, "apis": preview.without_apis},
        "objects": objects,
    });
    format!("{document:#}\n")
}

fn write_object(object: &ObjectPreview) -> Value {
    let result = &object.result;
    let mut written = write_key(&object.key);
    let rest = json!({
        "claim": write_claim(&object.claim),
        "owners": object.owners.iter().map(write_key).collect::<Vec<_>>(),
        "strategy": object.workload.map(|workload| workload.strategy.name()),
        "replicas": object.workload.map(|workload| workload.replicas),
        "completions": object.workload.and_then(|workload| workload.completions),
        "group": result.group,
        "failedGroups": result.failed_groups.iter().map(|(name, failure)| {
            let mut written = write_failure(failure);
            written.insert("name".to_owned(), json!(name));
            Value::Object(written)
        }).collect::<Vec<_>>(),
        "failure": result.failure.as_ref().map(write_failure),
        "open": result.open,
        "outcomes": result.outcomes.iter().map(write_outcome).collect::<Vec<_>>(),
        "drawn": result.drawn.as_ref().map(|(replicas, clusters)| json!({"replicas": replicas, "clusters": clusters})),
        "clusters": object.clusters.iter().map(write_cluster).collect::<Vec<_>>(),
        "notes": object.notes,
    });
    if let Value::Object(fields) = rest {
        written.extend(fields);
    }
    Value::Object(written)
}

fn write_key(key: &ObjectKey) -> Map<String, Value> {
    let fields = [
        ("apiVersion", json!(key.gvk.api_version())),
        ("kind", json!(key.gvk.kind())),
        ("namespace", json!(key.namespace)),
        ("name", json!(key.name)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

fn write_claim(claim: &Claim) -> Value {
    match claim {
        Claim::Policy { chosen, others } => json!({
            "by": "policy",
            "policy": write_candidate(chosen),
            "others": others.iter().map(write_candidate).collect::<Vec<_>>(),
        }),
        Claim::NamespaceSync => json!({"by": "namespace-sync"}),
        Claim::Nobody => json!({"by": "nobody"}),
        Claim::ReservedNamespace => json!({"by": "reserved-namespace"}),
    }
}

fn write_candidate(candidate: &Candidate) -> Value {
    json!({
        "kind": candidate.kind_name(),
        "namespace": candidate.namespace,
        "name": candidate.name,
        "priority": candidate.priority,
        "match": candidate.precision_name(),
    })
}

fn write_failure(failure: &Failure) -> Map<String, Value> {
    let fields = [
        ("class", json!(failure.class())),
        ("reason", json!(failure.reason().as_str())),
        ("text", json!(failure.to_string())),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

fn write_outcome(outcome: &Outcome) -> Value {
    let ties = match outcome.direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    };
    let completions = |target: &TargetCluster| json!({"name": target.name, "completions": target.replicas});
    json!({
        "ties": ties,
        "targets": outcome.targets,
        "completions": outcome.completions.iter().map(completions).collect::<Vec<_>>(),
    })
}

/// `replicas` and `completions` list the numbers of all outcomes that differ.
fn write_cluster(row: &ClusterPreview) -> Value {
    let received = row.received.as_ref();
    json!({
        "name": row.cluster,
        "received": if row.reason.is_open() { Value::Null } else { json!(received.is_some()) },
        "replicas": received.and_then(|received| received.replicas).map(write_count),
        "completions": received.and_then(|received| received.completions).map(write_count),
        "percent": received.and_then(|received| received.percent),
        "suspended": received.is_some_and(|received| received.is_suspended),
        "reason": {"class": row.reason.class(), "text": row.reason.to_string()},
    })
}

fn write_count(count: Count) -> Value {
    if count.ascending == count.descending {
        json!([count.ascending])
    } else {
        json!([count.ascending, count.descending])
    }
}
