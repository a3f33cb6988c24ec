//! What became of override policies.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::import::Collection;
use crate::import::Group;
use crate::import::Original;
use crate::import::diagnostics::describe;
use crate::import::diagnostics::place_in;
use crate::import::diagnostics::selector_place;
use crate::import::overrides::obstacle::Obstacle;
use crate::import::overrides::obstacle::in_overriders;
use crate::import::overrides::plan::Cause;
use crate::import::overrides::plan::Plan;
use crate::k8s::hash::split_hash;
use crate::k8s::pointer::Pointer;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::source::Span;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What was found while override policies were turned into overrides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome<'a> {
    /// Why policies stay as they are, with the rule that is at fault.
    pub kept: Vec<(Cause<'a>, Obstacle)>,
    /// The overriders that Karmada does nothing for, from the `overriders` of their rule down.
    pub idle: Vec<(Cause<'a>, Pointer)>,
}

/// Says what became of each policy. Reports the lints `policy-kept`, `policy-changed`, `policy-replaced`, and `selector-lost`.
pub fn tell(
    plan: &Plan<'_>,
    outcome: &Outcome<'_>,
    (collection, groups): (&Collection, &[Group]),
    diagnostics: &mut Diagnostics,
) {
    let homes: BTreeMap<usize, usize> = (0..)
        .zip(groups)
        .flat_map(|(place, group)| group.members.iter().map(move |member| (*member, place)))
        .collect();
    for (number, policy, place) in plan.policies() {
        let Some(original) = collection.policies.get(place) else { continue };
        let homes: BTreeSet<usize> =
            plan.objects_of(number).filter_map(|object| homes.get(&object).copied()).collect();
        let apps: Vec<&Group> = homes.iter().filter_map(|home| groups.get(*home)).collect();
        if plan.is_of_members() {
            tell_difference(number, (plan, outcome), original, diagnostics);
        } else if !plan.changes_anything(number) {
            diagnostics.report(changes_nothing(original));
        } else if plan.is_kept(number) {
            tell_kept(number, outcome, original, diagnostics);
        } else {
            tell_said(policy, original, &apps, diagnostics);
            let idle = outcome.idle.iter().filter(|(cause, _)| cause.policy == number);
            let mut told = BTreeSet::new();
            for (cause, place) in idle.filter(|(cause, place)| told.insert((cause.rule, place.clone()))) {
                diagnostics.report(does_nothing(original, &in_rule(cause, &in_overriders(place))));
            }
        }
    }
}

/// A policy that nobody wrote is told where an App cannot stand for it.
fn tell_difference(
    number: usize,
    (plan, outcome): (&Plan<'_>, &Outcome<'_>),
    original: &Original,
    diagnostics: &mut Diagnostics,
) {
    for (cause, obstacle) in outcome.kept.iter().filter(|(cause, _)| cause.policy == number) {
        if let Some(object) = plan.objects_of(number).next().and_then(|object| plan.object(object)) {
            diagnostics.report(difference_kept((object, original), cause.applied.at, obstacle));
        }
    }
}

fn tell_kept(number: usize, outcome: &Outcome<'_>, original: &Original, diagnostics: &mut Diagnostics) {
    let mut own = outcome.kept.iter().filter(|(cause, _)| cause.policy == number).peekable();
    if own.peek().is_none() {
        diagnostics.report(kept_with_others(original));
    }
    for (cause, obstacle) in own {
        let place = in_rule(cause, &obstacle.place());
        diagnostics.report(kept(original, &place, obstacle));
    }
}

fn tell_said(policy: &OverridePolicy, original: &Original, apps: &[&Group], diagnostics: &mut Diagnostics) {
    let is_same = |app: &&Group| {
        policy.kind == OverridePolicyKind::OverridePolicy
            && app.name == policy.metadata.name
            && Some(&app.namespace) == policy.metadata.namespace.as_ref()
    };
    if !apps.iter().any(is_same) && !is_named_by_a_build(policy, apps) {
        diagnostics.report(replaced(original, apps));
    }
    let selectors = &policy.spec.resource_selectors;
    for (index, _) in (0..).zip(selectors).filter(|(_, selector)| selector.name.is_empty()) {
        diagnostics.report(open_selector(original, index));
    }
    if selectors.is_empty() {
        diagnostics.report(without_selector(original));
    }
}

/// A build calls the policy of what is no workload after the App, the kind and the name.
fn is_named_by_a_build(policy: &OverridePolicy, apps: &[&Group]) -> bool {
    let [selector] = policy.spec.resource_selectors.as_slice() else { return false };
    let kind = selector.kind.to_lowercase();
    let without_hash = split_hash(&selector.name).map(|(name, _)| name);
    let mut names = without_hash.into_iter().chain([selector.name.as_str()]);
    names.any(|name| apps.iter().any(|app| policy.metadata.name == format!("{}-{kind}-{name}", app.name)))
}

fn kept(policy: &Original, place: &Pointer, obstacle: &Obstacle) -> Diagnostic {
    let message = format!("the {} stays as it is: {obstacle}", describe(policy));
    Diagnostic::new(codes::POLICY_KEPT, place_in(policy, place), message)
        .with_note("an App has it among its manifests")
}

fn difference_kept((object, policy): (&Original, &Original), at: Span, obstacle: &Obstacle) -> Diagnostic {
    let message =
        format!("what differs of the {} becomes an {}: {obstacle}", describe(object), describe(policy));
    Diagnostic::new(codes::DIFFERENCE_KEPT, at, message)
        .with_secondary(object.at, "most clusters have this")
        .with_note("an App has it among its manifests")
}

fn kept_with_others(policy: &Original) -> Diagnostic {
    let message =
        format!("the {} stays as it is: another one that changes the same objects does", describe(policy));
    Diagnostic::new(codes::POLICY_KEPT, policy.at, message)
        .with_note("an App has it among its manifests")
        .with_note("Karmada applies all of them, and the last one wins")
}

fn changes_nothing(policy: &Original) -> Diagnostic {
    let message = format!("the {} changes none of the objects", describe(policy));
    Diagnostic::new(codes::SELECTOR_LOST, policy.at, message)
        .with_note("an App has it as it is among its manifests")
        .with_help("import the objects with it")
}

fn does_nothing(policy: &Original, place: &Pointer) -> Diagnostic {
    let message = "Karmada changes nothing here, and the App leaves it out";
    Diagnostic::new(codes::POLICY_CHANGED, place_in(policy, place), message)
}

fn replaced(policy: &Original, apps: &[&Group]) -> Diagnostic {
    let names = and_list(apps.iter().map(|app| app.name.as_str()));
    let what = if apps.len() == 1 { "overrides of the App" } else { "overrides of the Apps" };
    let message = format!("the {} becomes {what} {names}", describe(policy));
    Diagnostic::new(codes::POLICY_REPLACED, policy.at, message)
        .with_note("Karmada applies both as long as both are there")
        .with_help(format!("delete `{}` from the control plane once the Apps are there", policy.key.name))
}

fn open_selector(policy: &Original, index: usize) -> Diagnostic {
    let message = format!("the {} selects objects without naming them", describe(policy));
    Diagnostic::new(codes::POLICY_REPLACED, selector_place(policy, index), message)
        .with_note("the overrides of an App are for its own objects: those that come later are not changed")
}

fn without_selector(policy: &Original) -> Diagnostic {
    let message = format!("the {} changes whatever there is", describe(policy));
    Diagnostic::new(codes::POLICY_REPLACED, policy.at, message)
        .with_note("the overrides of an App are for its own objects: those that come later are not changed")
}

/// The place of something in a rule, from the root of its policy down.
fn in_rule(cause: &Cause<'_>, place: &Pointer) -> Pointer {
    let mut pointer = Pointer::default();
    pointer.push_key("spec");
    if let Some(index) = cause.rule {
        pointer.push_key("overrideRules");
        pointer.push_index(index);
    }
    for step in place.tokens() {
        pointer.push_key(step);
    }
    pointer
}
