//! What becomes of every object on one cluster, and what the Fleet says about that cluster.

use crate::cli::preview::lines::align;
use crate::fleet::Inventory;
use crate::forecast::ObjectPreview;
use crate::forecast::Preview;
use crate::forecast::short;
use crate::karmada::cluster::Cluster;

/// Writes the facts about the cluster, and a row for each object.
pub(super) fn write(preview: &Preview, inventory: &Inventory, name: &str) -> String {
    let facts = inventory.clusters.get(name).map(|(cluster, _)| describe(cluster)).unwrap_or_default();
    let head = ["OBJECT", "REPLICAS", "WHY"].map(str::to_owned).to_vec();
    let rows = preview.objects.iter().filter_map(|object| row(object, name));
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    format!("{name}\n{facts}\n{}", align(&rows, 0))
}

fn describe(cluster: &Cluster) -> String {
    let spec = &cluster.spec;
    let taints: Vec<String> = spec
        .taints
        .iter()
        .map(|taint| {
            let value = if taint.value.is_empty() { String::new() } else { format!("={}", taint.value) };
            format!("{}{value}:{}", taint.key, taint.effect)
        })
        .collect();
    let labels: Vec<String> =
        cluster.metadata.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let summary = cluster.status.resource_summary.as_ref();
    let room: Vec<String> = summary
        .into_iter()
        .flat_map(|summary| &summary.allocatable)
        .map(|(resource, amount)| {
            let taken = summary.and_then(|summary| summary.allocated.get(resource));
            let text =
                |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let taken = taken.map(|taken| format!(" ({} taken)", text(taken))).unwrap_or_default();
            format!("{resource} {}{taken}", text(amount))
        })
        .collect();
    let facts = [
        ("provider", spec.provider.clone()),
        ("region", spec.region.clone()),
        ("zones", spec.zones.join(", ")),
        ("labels", labels.join(", ")),
        ("taints", taints.join(", ")),
        ("room", room.join(", ")),
    ];
    let written = facts.iter().filter(|(_, text)| !text.is_empty());
    written.flat_map(|(name, text)| ["  ", name, ": ", text, "\n"]).collect()
}

fn row(object: &ObjectPreview, name: &str) -> Option<Vec<String>> {
    let row = object.find_cluster(name)?;
    let number = match &row.received {
        Some(received) => received.replicas.map_or_else(|| "yes".to_owned(), |count| count.to_string()),
        None if row.reason.is_open() => "?".to_owned(),
        None => "-".to_owned(),
    };
    let is_suspended = row.received.as_ref().is_some_and(|received| received.is_suspended);
    let held = if is_suspended { "; held back for now, as its policy suspends it" } else { "" };
    let failure = object.result.failure.as_ref().map(|failure| format!(": {failure}")).unwrap_or_default();
    Some(vec![short(&object.key), number, format!("{}{held}{failure}", row.reason)])
}
