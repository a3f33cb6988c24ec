//! Objects that several policies select, and objects that Karmada cannot tell apart.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::render::binding_name;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::world::Claim;
use crate::lint::world::Policy;
use crate::lint::world::World;
use crate::lint::world::is_same_namespace;
use crate::source::FileId;
use crate::source::Span;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Reports `policies-of-equal-rank`, `binding-collision`, and E0417.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    check_ranks(world, diagnostics);
    check_names(world, diagnostics);
    check_twice(world, diagnostics);
}

/// Each pair of policies is told once, with the first object that both select.
fn check_ranks(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    for index in 0..world.objects.len() {
        let [best, second, ..] = world.claims(index) else { continue };
        let policies = (world.propagations.get(best.policy), world.propagations.get(second.policy));
        let (Some(winner), Some(loser)) = policies else { continue };
        let is_same = winner.object.name == loser.object.name && winner.object.kind == loser.object.kind;
        let is_ours = [winner, loser].iter().all(|policy| policy.object.author == Author::Pelago);
        let is_together = is_same_namespace(winner.object.namespace, loser.object.namespace);
        let is_equal = best.rank == second.rank && is_together && !is_same && !is_ours;
        if is_equal && told.insert((best.policy, second.policy)) {
            let parts = (world.object(index), (winner, best), (loser, second));
            diagnostics.report(equal_rank(parts.0, parts.1, parts.2));
        }
    }
}

type Claiming<'p, 'a> = (&'p Policy<'a, PropagationSpec>, &'p Claim);

fn equal_rank(
    object: &Object<'_>,
    (winner, winning): Claiming<'_, '_>,
    (loser, losing): Claiming<'_, '_>,
) -> Diagnostic {
    let place = |policy: &Policy<'_, PropagationSpec>, claim: &Claim| {
        let selector = format!("/spec/resourceSelectors/{}", claim.selector);
        let name = policy.object.place(&format!("{selector}/name"));
        if name.is_exact { name.span() } else { policy.object.span(&format!("{selector}/kind")) }
    };
    let (first, second) = (winner.object.name, loser.object.name);
    let message = format!("{} is selected by `{first}` and `{second}`, which rank equal", object.title());
    Diagnostic::new(codes::POLICIES_OF_EQUAL_RANK, place(loser, losing), message)
        .with_label(format!("`{second}` does not get it"))
        .with_secondary(place(winner, winning), format!("`{first}` comes first by its name"))
        .with_note("explicit priority, then name before labels before kind, then the smaller name decides")
        .with_note("where another policy holds the object already, it keeps it")
        .with_help("select the object in one policy only, or give one of them a higher `priority`")
}

/// Karmada tracks an object by kind and name, whatever the group.
fn check_names(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<(Option<&str>, String), usize> = BTreeMap::new();
    for index in 0..world.objects.len() {
        let object = world.object(index);
        if world.claims(index).is_empty() || object.name.is_empty() {
            continue;
        }
        let key = (object.namespace, binding_name(object.kind, object.name));
        let Some(other) = first.insert(key, index).map(|other| world.object(other)) else { continue };
        let is_same =
            other.group() == object.group() && other.kind == object.kind && other.name == object.name;
        if is_same {
            continue;
        }
        let (api_version, other_version) = (object.api_version, other.api_version);
        let message = format!(
            "`{api_version} {} {}` and `{other_version} {} {}` are one to Karmada",
            object.kind, object.name, other.kind, other.name
        );
        diagnostics.report(
            Diagnostic::new(codes::BINDING_COLLISION, object.at(), message)
                .with_secondary(other.at(), "the other one")
                .with_note(
                    "Karmada keeps track of an object by kind and name, and the one replaces the other",
                )
                .with_help("give one of them another name"),
        );
    }
}

/// Two objects of one file that are one to the API server; in several files they may be meant for several places.
fn check_twice(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<(FileId, &str, &str, Option<&str>, &str), Span> = BTreeMap::new();
    let written = world.objects.iter().filter(|it| it.author == Author::User && !it.name.is_empty());
    for object in written {
        let file = object.root.span.file;
        let key = (file, object.group(), object.kind, object.namespace, object.name);
        let Some(before) = first.get(&key) else {
            first.insert(key, object.at());
            continue;
        };
        let message = format!("{} is described twice in one file", object.title());
        diagnostics.report(
            Diagnostic::new(codes::DUPLICATE_OBJECT, object.at(), message)
                .with_secondary(*before, "first described here")
                .with_note("whichever is applied last takes the place of the other")
                .with_help("give one of them another name, or take it away"),
        );
    }
}

/// Tells whether replicas are divided among clusters.
pub(super) fn is_divided(policy: &Policy<'_, PropagationSpec>) -> bool {
    let scheduling = policy.spec.placement.as_ref().and_then(|it| it.replica_scheduling.as_ref());
    scheduling.is_some_and(|it| it.replica_scheduling_type == Some(ReplicaSchedulingType::Divided))
}
