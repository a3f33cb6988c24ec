//! Karmada's own `Cluster` objects, alone or in a list, read as a fleet.

use crate::fleet::Inventory;
use crate::karmada::admission::without_null;
use crate::karmada::cluster::Cluster;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

/// What is wrong with a `Cluster` object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterFault {
    /// A field has another type than Karmada gives it.
    Unreadable {
        /// The name of the cluster, else the kind.
        at: Span,
        /// What is wrong, as a message has it.
        reason: String,
    },
    /// The object has no name.
    Nameless {
        /// The kind.
        at: Span,
    },
    /// A cluster of the same name was read before.
    Duplicate {
        /// The name.
        name: Spanned<String>,
        /// Where it was read first.
        first: Span,
    },
}

/// Adds the clusters of a `Cluster` object or of a list of them; gives back what is wrong with those that are left out.
pub fn read_clusters(root: &Node, inventory: &mut Inventory) -> Vec<ClusterFault> {
    let items = tree::get(root, "items").and_then(Node::as_sequence);
    let items = items.unwrap_or(std::slice::from_ref(root)).iter();
    let clusters = items.filter(|item| tree::get(item, "kind").and_then(Node::as_str) == Some("Cluster"));
    clusters.filter_map(|item| read_cluster(item, inventory).err()).collect()
}

fn read_cluster(item: &Node, inventory: &mut Inventory) -> Result<(), ClusterFault> {
    let kind = tree::get(item, "kind").map_or(item.span, |kind| kind.span);
    let name = tree::find(item, &["metadata", "name"]).filter(|name| name.as_str() != Some(""));
    let mut cluster: Cluster = serde_json::from_value(without_null(&item.to_json())).map_err(|error| {
        let at = name.map_or(kind, |name| name.span);
        ClusterFault::Unreadable { at, reason: reason(&error.to_string()) }
    })?;
    let Some(name) = name else { return Err(ClusterFault::Nameless { at: kind }) };
    if cluster.spec.zones.is_empty() && !cluster.spec.zone.is_empty() {
        cluster.spec.zones.push(std::mem::take(&mut cluster.spec.zone));
    }
    let known = cluster.metadata.name.clone();
    if let Some((_, first)) = inventory.clusters.get(&known) {
        return Err(ClusterFault::Duplicate { name: Spanned::new(known, name.span), first: *first });
    }
    inventory.clusters.insert(known, (cluster, name.span));
    Ok(())
}

/// Says `expected a sequence, found string "eu"`, where the reader says it the other way round.
fn reason(error: &str) -> String {
    let words = error.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "));
    words.map_or_else(|| error.to_owned(), |(found, expected)| format!("expected {expected}, found {found}"))
}
