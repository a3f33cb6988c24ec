//! Objects that others refer to: they go where those go, when their policy says `propagateDeps`.

use crate::control_plane::Template;
use crate::forecast::Claim;
use crate::forecast::ClusterPreview;
use crate::forecast::ObjectPreview;
use crate::forecast::Reason;
use crate::forecast::Received;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::dependencies::Reference;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::find_dependencies;
use crate::preview::World;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Lets objects follow their owners, clusters that their own policy chooses included.
///
/// *Source*: karmada f8fdd02 `pkg/dependenciesdistributor/dependencies_distributor.go`,
/// `pkg/controllers/binding/common.go` `mergeTargetClusters`. What a dependency refers to does not follow in turn.
pub(super) fn follow_owners(world: &World<'_>, objects: &mut [ObjectPreview]) {
    let places: BTreeMap<&ObjectKey, usize> =
        world.plane.templates.iter().enumerate().map(|(place, template)| (&template.key, place)).collect();
    let mut owners_by_place: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (owner, template) in world.plane.templates.iter().enumerate() {
        let Some(object) = objects.get_mut(owner) else { continue };
        if !brings_dependencies(world, object) {
            continue;
        }
        match find_dependencies(&template.object) {
            Ok(found) => {
                for reference in &found.references {
                    for place in find_places(reference, &places, &world.plane.templates) {
                        owners_by_place.entry(place).or_default().insert(owner);
                    }
                }
            }
            Err(error) => object.notes.push(format!("Karmada sends none of the dependencies: {error}")),
        }
    }
    for (place, owners) in owners_by_place {
        let rows = follow(place, &owners, objects);
        let mut keys: Vec<ObjectKey> =
            owners.iter().filter_map(|owner| objects.get(*owner)).map(|owner| owner.key.clone()).collect();
        keys.sort();
        if let Some(object) = objects.get_mut(place) {
            object.clusters = rows;
            object.owners = keys;
        }
    }
}

/// Only objects in a namespace bring what they refer to.
fn brings_dependencies(world: &World<'_>, object: &ObjectPreview) -> bool {
    let Claim::Policy { chosen, .. } = &object.claim else { return false };
    let policy = chosen.find_policy(&world.policies);
    object.key.namespace.is_some() && policy.is_some_and(|policy| policy.spec.propagate_deps)
}

fn find_places(
    reference: &Reference,
    places: &BTreeMap<&ObjectKey, usize>,
    templates: &[Template],
) -> Vec<usize> {
    let Ok(gvk) = GroupVersionKind::parse(reference.api_version, reference.kind) else { return Vec::new() };
    match &reference.target {
        Target::Name(name) => {
            let key = ObjectKey { gvk, namespace: reference.namespace.clone(), name: name.clone() };
            places.get(&key).copied().into_iter().collect()
        }
        Target::Label { key, value } => {
            let has_label = |template: &&Template| {
                let labels = template.object.pointer("/metadata/labels");
                labels.and_then(|labels| labels.get(*key)).and_then(Json::as_str) == Some(value)
            };
            let of_kind = templates
                .iter()
                .filter(|template| template.key.gvk == gvk && template.key.namespace == reference.namespace);
            of_kind.filter(has_label).filter_map(|template| places.get(&template.key).copied()).collect()
        }
    }
}

/// The rows of an object that follows others; its own policy's clusters keep their rows.
fn follow(place: usize, owners: &BTreeSet<usize>, objects: &[ObjectPreview]) -> Vec<ClusterPreview> {
    let Some(object) = objects.get(place) else { return Vec::new() };
    let owners: Vec<&ObjectPreview> = owners.iter().filter_map(|owner| objects.get(*owner)).collect();
    let row = |own: &ClusterPreview| {
        let found = |owner: &&&ObjectPreview| {
            owner.find_cluster(&own.cluster).map(|row| (owner.key.clone(), row.clone()))
        };
        let rows: Vec<(ObjectKey, ClusterPreview)> =
            owners.iter().filter_map(|owner| found(&owner)).collect();
        let mut bringing: Vec<ObjectKey> =
            rows.iter().filter(|(_, row)| row.received.is_some()).map(|(key, _)| key.clone()).collect();
        bringing.sort();
        if own.received.is_some() {
            return own.clone();
        }
        let open = rows.iter().find(|(_, row)| row.reason.is_open());
        let (received, reason) = match (bringing.is_empty(), open) {
            (false, _) => (Some(Received::WHOLE), Reason::Follows(bringing)),
            (true, Some((key, _))) => (None, Reason::OpenOwner(key.clone())),
            (true, None) if matches!(object.claim, Claim::Policy { .. }) => (None, own.reason.clone()),
            (true, None) => (None, Reason::OwnersElsewhere),
        };
        ClusterPreview { cluster: own.cluster.clone(), received, reason }
    };
    object.clusters.iter().map(row).collect()
}
