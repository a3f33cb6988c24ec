//! Writes a Fleet for Karmada's clusters.

use crate::import::API_VERSION;
use crate::k8s::quantity::Quantity;
use crate::k8s::version::MinorVersion;
use crate::karmada::cluster::Cluster;
use crate::karmada::cluster::ResourceSummary;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Writes the clusters as a Fleet, in their order; nothing where there are none. `versions` are those of Kubernetes that the
/// clusters say they run, of which the oldest counts.
#[must_use]
pub fn write_fleet(clusters: &[(&Cluster, Span)], versions: &[&str]) -> Option<Node> {
    let (_, at) = clusters.first()?;
    let mut by_name = tree::Map::new(*at);
    for (cluster, at) in clusters {
        by_name.set(&cluster.metadata.name, write_cluster(cluster, *at));
    }
    let oldest = versions.iter().filter_map(|version| minor(version)).min_by_key(|version| version.minor());
    let mut spec = tree::Map::new(*at);
    spec.set_some(
        "kubernetesVersion",
        oldest.map(|version| tree::text(*at, format!("1.{}", version.minor()))),
    );
    spec.set("clusters", by_name.into_node());
    let metadata = tree::Map::new(*at).with("name", tree::text(*at, "fleet"));
    let fleet = tree::Map::new(*at)
        .with("apiVersion", tree::text(*at, API_VERSION))
        .with("kind", tree::text(*at, "Fleet"))
        .with("metadata", metadata.into_node())
        .with("spec", spec.into_node());
    Some(fleet.into_node())
}

/// The version that `v1.33.2` and the like say; nothing for one that Pelago has no fields of.
fn minor(version: &str) -> Option<MinorVersion> {
    let mut numbers = version.trim_start_matches('v').split('.');
    MinorVersion::parse(&format!("{}.{}", numbers.next()?, numbers.next()?)).ok()
}

fn write_cluster(cluster: &Cluster, at: Span) -> Node {
    let text = |value: &str| (!value.is_empty()).then(|| tree::text(at, value));
    let mut map = tree::Map::new(at);
    map.set_some("provider", text(&cluster.spec.provider));
    map.set_some("region", text(&cluster.spec.region));
    if !cluster.spec.zones.is_empty() {
        let zones = cluster.spec.zones.iter().map(|zone| tree::text(at, zone.as_str()));
        map.set("zones", tree::list(at, zones.collect()));
    }
    let mut labels = tree::Map::new(at);
    for (key, value) in &cluster.metadata.labels {
        labels.set(key, tree::text(at, value.as_str()));
    }
    map.set_some("labels", labels.into_some());
    let taints: Vec<Node> = cluster
        .spec
        .taints
        .iter()
        .map(|taint| {
            let mut map = tree::Map::new(at).with("key", tree::text(at, taint.key.as_str()));
            map.set_some("value", text(&taint.value));
            map.with("effect", tree::text(at, taint.effect.as_str())).into_node()
        })
        .collect();
    if !taints.is_empty() {
        map.set("taints", tree::list(at, taints));
    }
    if let Some(summary) = &cluster.status.resource_summary {
        map.set_some("allocatable", quantities(&summary.allocatable, at));
        map.set_some("allocated", quantities(&taken(summary), at));
    }
    map.into_node()
}

fn quantities(quantities: &BTreeMap<String, Json>, at: Span) -> Option<Node> {
    let mut map = tree::Map::new(at);
    for (resource, quantity) in quantities {
        map.set(resource, tree::from_json(at, quantity));
    }
    map.into_some()
}

/// What is taken: by what runs, and by what waits for a node.
fn taken(summary: &ResourceSummary) -> BTreeMap<String, Json> {
    let mut taken = summary.allocated.clone();
    for (resource, waiting) in &summary.allocating {
        let (Ok(waiting), Some(known)) = (Quantity::from_json(waiting), taken.get(resource)) else {
            taken.entry(resource.clone()).or_insert_with(|| waiting.clone());
            continue;
        };
        if let Ok(known) = Quantity::from_json(known) {
            taken.insert(resource.clone(), Json::from(known.plus(&waiting).to_string()));
        }
    }
    taken
}
