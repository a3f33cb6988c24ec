//! Custom resources: whether their definition goes where they go, and whether clusters know the kind.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::fleet::Inventory;
use crate::karmada::cluster::ClusterStatus;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::picks::missing_clusters;
use crate::lint::picks::picked;
use crate::lint::world::Claim;
use crate::lint::world::Policy;
use crate::lint::world::World;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Reports `crd-left-behind` and `cluster-without-api`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let definitions = definitions(world);
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut asked: BTreeSet<(usize, &str, &str)> = BTreeSet::new();
    for index in 0..world.objects.len() {
        let object = world.object(index);
        let (Some(claim), Some(policy)) = (world.claims(index).first(), world.policy_of(index)) else {
            continue;
        };
        if policy.object.author != Author::User {
            continue;
        }
        let definition = definitions.get(&(object.group(), object.kind)).copied();
        if let Some(definition) = definition.filter(|definition| told.insert((claim.policy, *definition))) {
            let left = left_behind(world, (object, policy), definition).filter(|_| !world.has_refused);
            if let Some(diagnostic) = left {
                diagnostics.report(diagnostic);
            }
        }
        let is_new = asked.insert((claim.policy, object.api_version, object.kind));
        if let Some(inventory) = world.inventory.filter(|_| is_new) {
            let missing = without_api(inventory, (policy, claim), object, definition.is_some());
            if let Some(diagnostic) = missing {
                diagnostics.report(diagnostic);
            }
        }
    }
}

/// The definitions among the objects, by the group and the kind that they define.
fn definitions<'a>(world: &World<'a>) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut definitions = BTreeMap::new();
    for index in 0..world.objects.len() {
        let object = world.object(index);
        if object.kind == "CustomResourceDefinition" {
            let text = |pointer: &str| object.json.pointer(pointer).and_then(Json::as_str);
            if let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) {
                definitions.insert((group, kind), index);
            }
        }
    }
    definitions
}

/// A definition that no policy propagates, or one to fewer clusters than the resource.
fn left_behind(
    world: &World<'_>,
    (object, policy): (&Object<'_>, &Policy<'_, PropagationSpec>),
    definition: usize,
) -> Option<Diagnostic> {
    let crd = world.object(definition);
    let Some(other) = world.policy_of(definition) else {
        let message = format!("{} goes to clusters without its definition", object.title());
        return Some(
            Diagnostic::new(codes::CRD_LEFT_BEHIND, object.at(), message)
                .with_secondary(crd.at(), "no policy propagates it")
                .with_note("a cluster that does not know the kind cannot take the object")
                .with_help("select the CustomResourceDefinition in a ClusterPropagationPolicy"),
        );
    };
    let missing = missing_clusters(world.inventory, &policy.spec, &other.spec)?;
    let names = and_list(missing.iter().map(String::as_str));
    let message = format!("{} goes to {names}, and its definition does not", object.title());
    Some(
        Diagnostic::new(codes::CRD_LEFT_BEHIND, policy.object.key("/spec/placement"), message)
            .with_secondary(other.object.key("/spec/placement"), "the clusters of its definition")
            .with_note("a cluster that does not know the kind cannot take the object")
            .with_help("send the definition to all clusters of the object"),
    )
}

/// Clusters whose status lists kinds, and not this one.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/framework/plugins/apienablement/api_enablement.go`.
fn without_api(
    inventory: &Inventory,
    (policy, claim): (&Policy<'_, PropagationSpec>, &Claim),
    object: &Object<'_>,
    is_defined: bool,
) -> Option<Diagnostic> {
    let placement = policy.spec.placement.clone().unwrap_or_default();
    let clusters = picked(Some(inventory), &placement)?;
    let (api_version, kind) = (object.api_version, object.kind);
    let lacks =
        |status: &ClusterStatus| !status.api_enablements.is_empty() && !status.lists(api_version, kind);
    let lacking: Vec<&str> =
        clusters.iter().filter(|it| lacks(&it.status)).map(|it| it.metadata.name.as_str()).collect();
    if lacking.is_empty() {
        return None;
    }
    let knows = if lacking.len() == 1 { "does not know" } else { "do not know" };
    let names = and_list(lacking.iter().copied());
    let gets = if lacking.len() == clusters.len() {
        "so nothing is propagated"
    } else if lacking.len() == 1 {
        "so it gets none"
    } else {
        "so they get none"
    };
    let message = format!("{names} {knows} `{api_version} {kind}`, {gets}");
    let at = policy.object.span(&format!("/spec/resourceSelectors/{}/kind", claim.selector));
    let diagnostic = Diagnostic::new(codes::CLUSTER_WITHOUT_API, at, message)
        .with_secondary(object.at(), "this object")
        .with_note("Karmada leaves out a cluster whose list of APIs lacks the kind");
    Some(if is_defined {
        diagnostic.with_help("apply the definition first, and the object once the clusters list its kind")
    } else {
        diagnostic.with_help("install the kind on these clusters, or leave them out of the placement")
    })
}
