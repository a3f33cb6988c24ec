//! Namespaces that Karmada treats in its own way.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::karmada::namespace::RESERVED;
use crate::karmada::namespace::SKIP_LABEL;
use crate::karmada::namespace::is_reserved;
use crate::karmada::namespace::is_synced;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::Placement;
use crate::lint::object::Author;
use crate::lint::world::World;
use crate::source::Span;

/// Reports E0422 and `namespace-everywhere`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    check_policies(world, diagnostics);
    for index in 0..world.objects.len() {
        let object = world.object(index);
        if (object.api_version, object.kind) == ("v1", "Namespace") {
            check_everywhere(world, index, diagnostics);
        }
    }
}

/// Of a policy, and of each selector that asks for one namespace, or for an object of it by name.
fn check_policies(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for policy in world.written_propagations() {
        if let Some(namespace) = policy.object.namespace.filter(|it| is_reserved(it)) {
            diagnostics.report(unpropagated(policy.object.span("/metadata/namespace"), namespace));
            continue;
        }
        for (index, selector) in policy.spec.resource_selectors.iter().enumerate() {
            let namespace = selector.namespace.as_str();
            if is_reserved(namespace) {
                let at = policy.object.span(&format!("/spec/resourceSelectors/{index}/namespace"));
                diagnostics.report(unpropagated(at, namespace));
                continue;
            }
            let selected = policy.selections.iter().filter(|it| it.selector == Some(index));
            let objects = selected.map(|selection| world.object(selection.object));
            let object = objects
                .filter(|_| !selector.name.is_empty())
                .find(|object| object.namespace.is_some_and(is_reserved));
            if let Some(object) = object {
                let at = policy.object.span(&format!("/spec/resourceSelectors/{index}/name"));
                let namespace = object.namespace.unwrap_or_default();
                diagnostics.report(unpropagated(at, namespace).with_secondary(object.at(), "this object"));
            }
        }
    }
}

fn unpropagated(at: Span, namespace: &str) -> Diagnostic {
    let message = format!("Karmada never propagates the namespace `{namespace}`");
    Diagnostic::new(codes::UNPROPAGATED_NAMESPACE, at, message).with_note(RESERVED)
}

/// A policy picks clusters for a namespace, and Karmada creates it on the others all the same.
fn check_everywhere(world: &World<'_>, index: usize, diagnostics: &mut Diagnostics) {
    let namespace = world.object(index);
    let Some(policy) = world.policy_of(index).filter(|it| it.object.author == Author::User) else { return };
    let picks = policy.spec.placement.as_ref().is_some_and(picks_clusters);
    if !picks || !is_synced(namespace.name, namespace.label(SKIP_LABEL)) {
        return;
    }
    let message = format!("the namespace `{}` goes to all clusters", namespace.name);
    diagnostics.report(
        Diagnostic::new(codes::NAMESPACE_EVERYWHERE, namespace.at(), message)
            .with_secondary(policy.object.key("/spec/placement"), "this picks some clusters")
            .with_note("Karmada creates every namespace on every cluster, whether a policy selects it or not")
            .with_help(format!("add the label `{SKIP_LABEL}: \"true\"` to the namespace")),
    );
}

fn picks_clusters(placement: &Placement) -> bool {
    let is_narrow = |affinity: &ClusterAffinity| *affinity != ClusterAffinity::default();
    placement.cluster_affinity.as_ref().is_some_and(is_narrow)
        || placement.cluster_affinities.iter().any(|term| is_narrow(&term.affinity))
        || !placement.spread_constraints.is_empty()
}
