//! Karmada's own `Cluster` objects, alone or in a list, read as a fleet.

use crate::fleet::Inventory;
use crate::karmada::cluster::Cluster;
use crate::tree;
use crate::yaml::Node;

/// Adds the clusters of a `Cluster` object or of a list of them; gives back the first that cannot be read, with the reason, and the second
/// of two with one name.
///
/// # Errors
/// The object that is at fault, and what is wrong with it, as a message has it.
pub fn read_clusters<'a>(root: &'a Node, inventory: &mut Inventory) -> Result<(), (&'a Node, String)> {
    let items = tree::get(root, "items").and_then(Node::as_sequence);
    for item in items.unwrap_or(std::slice::from_ref(root)) {
        if tree::get(item, "kind").and_then(Node::as_str) != Some("Cluster") {
            continue;
        }
        let cluster: Cluster =
            serde_json::from_value(item.to_json()).map_err(|error| (item, error.to_string()))?;
        let Some(name) =
            tree::find(item, &["metadata", "name"]).filter(|_| !cluster.metadata.name.is_empty())
        else {
            return Err((item, "the cluster has no name".to_owned()));
        };
        let mut cluster = cluster;
        if cluster.spec.zones.is_empty() && !cluster.spec.zone.is_empty() {
            cluster.spec.zones.push(std::mem::take(&mut cluster.spec.zone));
        }
        if inventory.clusters.contains_key(&cluster.metadata.name) {
            return Err((name, format!("the cluster `{}` is described twice", cluster.metadata.name)));
        }
        inventory.clusters.insert(cluster.metadata.name.clone(), (cluster, name.span));
    }
    Ok(())
}
