//! Replicas that differ from cluster to cluster, as fixed shares of all that there are.

use crate::import::members::copies::Copy;
use crate::import::members::copies::add_copy;
use crate::import::references::text;
use crate::import::strip::find_mut;
use crate::import::strip::mapping;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The replicas on each cluster.
pub(super) type Shares = BTreeMap<String, i64>;

/// Objects whose replicas something else sets, by namespace, kind and name.
pub(super) type Scaled = BTreeSet<(Option<String>, String, String)>;

/// Finds what is scaled.
pub(super) fn find_scaled<'a>(copies: impl Iterator<Item = &'a Copy>) -> Scaled {
    let target = |copy: &'a Copy| {
        let root = &copy.original.root;
        let name = text(root, &["spec", "scaleTargetRef", "name"])?;
        // KEDA means a Deployment where it says no kind.
        let kind = text(root, &["spec", "scaleTargetRef", "kind"]).unwrap_or("Deployment");
        Some((copy.original.key.namespace.clone(), kind.to_owned(), name.to_owned()))
    };
    copies.filter_map(target).collect()
}

/// Gives all forms of a Deployment the sum of the replicas that clusters have, where these differ and each has some: Karmada gives
/// each its share back. Replicas of a `StatefulSet` have numbers, and those of what is scaled come and go.
pub(super) fn divide(copies: &mut Vec<Copy>, scaled: &Scaled) -> Option<Shares> {
    let key = &copies.first()?.original.key;
    let is_deployment = key.gvk.api_version() == "apps/v1" && key.gvk.kind() == "Deployment";
    let own = (key.namespace.clone(), key.gvk.kind().to_owned(), key.name.clone());
    if !is_deployment || scaled.contains(&own) {
        return None;
    }
    let mut shares = Shares::new();
    for copy in &*copies {
        let replicas = replicas(&copy.original.root).filter(|replicas| *replicas > 0)?;
        shares.extend(copy.clusters.iter().map(|cluster| (cluster.clone(), replicas)));
    }
    let total =
        shares.values().try_fold(0_i32, |total, share| total.checked_add(i32::try_from(*share).ok()?))?;
    let first = shares.values().next();
    if shares.values().all(|share| Some(share) == first) {
        return None;
    }
    let mut alike = Vec::new();
    for mut copy in std::mem::take(copies) {
        let at = copy.original.at;
        if let Some(spec) = find_mut(&mut copy.original.root, &["spec"]).and_then(mapping) {
            let key = Spanned::new("replicas".to_owned(), at);
            spec.insert(Entry { key, value: tree::integer(at, i64::from(total)) });
        }
        add_copy(&mut alike, &copy.clusters, copy.original);
    }
    *copies = alike;
    Some(shares)
}

/// The replicas of a Deployment; where nothing is written, one.
fn replicas(root: &Node) -> Option<i64> {
    match tree::find(root, &["spec", "replicas"]).map(Node::to_json) {
        None => Some(1),
        Some(Json::Number(number)) => number.as_i64(),
        Some(_) => None,
    }
}
