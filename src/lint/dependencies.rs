//! What propagated objects need, and how it travels.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::karmada::dependencies::Place;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::find_dependencies;
use crate::karmada::policy::propagation::ConflictResolution;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::picks::missing_clusters;
use crate::lint::world::Policy;
use crate::lint::world::World;
use crate::lint::world::is_same_namespace;
use std::collections::BTreeMap;

/// Reports `dependency-left-behind` and `shared-dependency`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let mut travel: BTreeMap<usize, Vec<(usize, Settings)>> = BTreeMap::new();
    let mut others: Vec<(usize, usize, Place)> = Vec::new();
    for index in 0..world.objects.len() {
        let object = world.object(index);
        let Some(policy) = world.policy_of(index) else { continue };
        let settings = Settings::of(&policy.spec);
        for (target, place) in find_targets(world, object) {
            if policy.spec.propagate_deps {
                travel.entry(target).or_default().push((index, settings));
            } else if world.claims(target).is_empty() && policy.object.author == Author::User {
                let parts = (object, world.object(target), policy);
                if !world.has_refused {
                    diagnostics.report(left_behind(parts, &place));
                }
            } else if policy.object.author == Author::User {
                others.push((index, target, place));
            }
        }
    }
    // What travels with another object may reach more clusters than its own policy says.
    for (index, target, place) in others.iter().filter(|(_, target, _)| !travel.contains_key(target)) {
        if let Some(diagnostic) = elsewhere(world, (*index, *target), place) {
            diagnostics.report(diagnostic);
        }
    }
    for (target, owners) in &travel {
        check_shared(world, *target, owners, diagnostics);
    }
}

/// What of a policy applies to the dependencies of its objects too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Settings {
    resolution: Option<ConflictResolution>,
    is_preserved: bool,
}

impl Settings {
    fn of(spec: &PropagationSpec) -> Self {
        Self {
            resolution: spec.conflict_resolution,
            is_preserved: spec.preserve_resources_on_deletion.unwrap_or_default(),
        }
    }
}

/// The given objects that an object refers to, each with the first place that does.
fn find_targets(world: &World<'_>, object: &Object<'_>) -> BTreeMap<usize, Place> {
    let mut targets = BTreeMap::new();
    // With an error Karmada finds no references, and the field tables have told what is wrong.
    let Ok(found) = find_dependencies(&object.json) else { return targets };
    for reference in found.references {
        let Target::Name(name) = &reference.target else { continue };
        for index in world.named(reference.kind, name) {
            let target = world.object(*index);
            let is_meant = target.api_version == reference.api_version
                && is_same_namespace(target.namespace, object.namespace);
            if let Some(place) = reference.places.first().filter(|_| is_meant) {
                targets.entry(*index).or_insert_with(|| place.clone());
            }
        }
    }
    targets
}

fn left_behind(
    (object, target, policy): (&Object<'_>, &Object<'_>, &Policy<'_, PropagationSpec>),
    place: &Place,
) -> Diagnostic {
    let message = format!("{} needs {}, which no policy propagates", object.title(), target.title());
    Diagnostic::new(codes::DEPENDENCY_LEFT_BEHIND, object.span(&place.pointer), message)
        .with_secondary(target.at(), "this stays on the control plane")
        .with_secondary(policy.object.at(), "the policy does not say `propagateDeps: true`")
        .with_note("the pods would not start on the clusters")
        .with_help("add `propagateDeps: true` to the policy, or select the object in it")
}

/// A dependency that a policy of its own sends to fewer clusters.
fn elsewhere(world: &World<'_>, (index, target): (usize, usize), place: &Place) -> Option<Diagnostic> {
    let (policy, other) = (world.policy_of(index)?, world.policy_of(target)?);
    let missing = missing_clusters(world.inventory, &policy.spec, &other.spec)?;
    let names = and_list(missing.iter().map(String::as_str));
    let (object, target) = (world.object(index), world.object(target));
    let message = format!("{} needs {}, which does not go to {names}", object.title(), target.title());
    Some(
        Diagnostic::new(codes::DEPENDENCY_LEFT_BEHIND, object.span(&place.pointer), message)
            .with_secondary(other.object.key("/spec/placement"), "the clusters of what is needed")
            .with_secondary(policy.object.key("/spec/placement"), "the clusters of what needs it")
            .with_note("the pods would not start there")
            .with_help(
                "add `propagateDeps: true` to the policy of what needs it, or send both to the same clusters",
            ),
    )
}

fn check_shared(
    world: &World<'_>,
    target: usize,
    owners: &[(usize, Settings)],
    diagnostics: &mut Diagnostics,
) {
    let Some(((first, settings), others)) = owners.split_first() else { return };
    let Some((second, _)) = others.iter().find(|(_, other)| other != settings) else { return };
    let (first, second) = (*first, *second);
    let (Some(policy), Some(other)) = (world.policy_of(first), world.policy_of(second)) else { return };
    let field = if policy.spec.conflict_resolution == other.spec.conflict_resolution {
        "preserveResourcesOnDeletion"
    } else {
        "conflictResolution"
    };
    let place = |policy: &Policy<'_, PropagationSpec>| {
        let written = policy.object.place(&format!("/spec/{field}"));
        if written.is_exact { written.span() } else { policy.object.at() }
    };
    let title = world.object(target).title();
    let message = format!("{title} is a dependency of two workloads whose policies differ in `{field}`");
    diagnostics.report(
        Diagnostic::new(codes::SHARED_DEPENDENCY, place(other), message)
            .with_label(format!("for {}", world.object(second).title()))
            .with_secondary(place(policy), format!("for {}", world.object(first).title()))
            .with_note("a dependency travels once, and so for one of them not as its policy says")
            .with_help("let both policies say the same, or select the dependency in a policy of its own"),
    );
}
