//! Applies each override policy to the objects that it selects, by Karmada's own rules, and tells what fails, changes
//! nothing, or breaks the object.

use crate::diagnostic::Diagnostics;
use crate::k8s::fields::find_kind;
use crate::k8s::validate::validate;
use crate::k8s::version::MinorVersion;
use crate::karmada::overrides::OverrideFault;
use crate::karmada::overrides::SingleOverrider;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::overrides::split;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::Overriders;
use crate::lint::changes;
use crate::lint::defaults::complete;
use crate::lint::earlier::Earlier;
use crate::lint::object::Object;
use crate::lint::order;
use crate::lint::overriders::rules_of;
use crate::lint::world::Policy;
use crate::lint::world::World;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// How many objects are tried with all policies together; each policy has its share.
const MOST_TRIALS: usize = 4000;

/// How many objects one policy is tried with: more are alike, or the policy selects everything.
const SHARE: RangeInclusive<usize> = 4..=64;

/// Reports the lints of overrides that need an object to show.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let share = MOST_TRIALS / world.overridings.len().max(1);
    let share = share.clamp(*SHARE.start(), *SHARE.end());
    let earlier = Earlier::new(world);
    for policy in world.written_overridings() {
        let selected: Vec<usize> = policy.selected();
        let is_by_selector = !policy.spec.resource_selectors.is_empty();
        let tried = selected.iter().take(share);
        let objects: Vec<&Object<'_>> = tried.clone().map(|index| world.object(*index)).collect();
        if objects.is_empty() {
            continue;
        }
        for (rule, (pointer, overriders)) in rules_of(&policy.spec).into_iter().enumerate() {
            let base = |index: &usize| {
                let mut json = complete(&world.object(*index).json);
                earlier.apply(*index, (policy, rule), &mut json);
                (world.object(*index), json)
            };
            let mut trial = Trial {
                policy,
                steps: steps_of(&pointer, overriders),
                version: world.version,
                faults: BTreeSet::new(),
            };
            trial.run(tried.clone().map(base), diagnostics);
            if is_by_selector {
                trial.report_idle(&objects, diagnostics);
            }
        }
        order::check_replicas(world, policy, diagnostics);
    }
    order::check_order(world, diagnostics);
}

/// One overrider.
pub(super) struct Step {
    /// Its place in the policy.
    pub(super) pointer: String,
    /// It alone.
    pub(super) overriders: Overriders,
    /// How many objects it was applied to, and how many of them it changed or had no need to.
    tried: usize,
    worked: usize,
}

/// One rule, and what came of it.
pub(super) struct Trial<'p, 'a> {
    /// The policy of the rule.
    pub(super) policy: &'p Policy<'a, OverrideSpec>,
    /// The overriders in the order in which Karmada applies them.
    pub(super) steps: Vec<Step>,
    version: MinorVersion,
    /// What was told already, by the place of the step.
    faults: BTreeSet<(String, &'static str)>,
}

fn steps_of(pointer: &str, overriders: &Overriders) -> Vec<Step> {
    let step = |single: SingleOverrider| Step {
        pointer: format!("{pointer}/{}", single.place),
        overriders: single.overriders,
        tried: 0,
        worked: 0,
    };
    split(overriders).into_iter().map(step).collect()
}

impl Trial<'_, '_> {
    fn run<'o>(
        &mut self,
        objects: impl Iterator<Item = (&'o Object<'o>, Json)>,
        diagnostics: &mut Diagnostics,
    ) {
        for (object, base) in objects {
            let mut changed = base;
            let mut states = Vec::new();
            let mut has_failed = false;
            for index in 0..self.steps.len() {
                let Some(step) = self.steps.get_mut(index) else { break };
                let before = changed.clone();
                step.tried += 1;
                if let Err(fault) = apply_overriders(&mut changed, &step.overriders) {
                    step.worked += 1;
                    has_failed = true;
                    self.report_fault(index, (object, &fault), diagnostics);
                    break;
                }
                step.worked += usize::from(changes::has_worked(&before, &changed, &step.overriders));
                self.compare(index, (object, &before, &changed), diagnostics);
                states.push(before);
            }
            if !has_failed {
                states.push(changed);
                self.check_types(object, &states, diagnostics);
            }
        }
    }

    /// Tells a kind of fault once for each step, whatever the number of objects.
    fn is_new(&mut self, index: usize, id: &'static str) -> bool {
        let Some(step) = self.steps.get(index) else { return false };
        self.faults.insert((step.pointer.clone(), id))
    }

    fn report_fault(
        &mut self,
        index: usize,
        (object, fault): (&Object<'_>, &OverrideFault),
        diagnostics: &mut Diagnostics,
    ) {
        let Some(step) = self.steps.get(index) else { return };
        // A path without a slash was told before.
        let is_told = step.overriders.plaintext.iter().any(|plaintext| !plaintext.path.starts_with('/'));
        let diagnostic = changes::fault(self.policy.object, step, (object, fault));
        if !is_told && self.is_new(index, "fault") {
            diagnostics.report(diagnostic);
        }
    }

    fn compare(
        &mut self,
        index: usize,
        (object, before, after): (&Object<'_>, &Json, &Json),
        diagnostics: &mut Diagnostics,
    ) {
        let Some(step) = self.steps.get(index) else { return };
        let found = changes::compare(self.policy, step, object, (before, after));
        for diagnostic in found {
            if self.is_new(index, diagnostic.code.id) {
                diagnostics.report(diagnostic);
            }
        }
    }

    /// Checks the fields of what comes out, where those of the object itself were right. `states` are the object before the
    /// first step, and after each.
    fn check_types(&mut self, object: &Object<'_>, states: &[Json], diagnostics: &mut Diagnostics) {
        let version = self.version;
        let Some((base, changed)) = states.first().zip(states.last()).filter(|(base, last)| base != last)
        else {
            return;
        };
        let Some(type_name) = find_kind(object.api_version, object.kind, version) else { return };
        let before: BTreeMap<String, _> = validate(base, type_name, version)
            .into_iter()
            .map(|fault| (fault.path.to_string(), fault.kind))
            .collect();
        for fault in validate(changed, type_name, version) {
            let path = fault.path.to_string();
            // A change of what names the object was told before.
            if before.get(&path) == Some(&fault.kind) || changes::IDENTITY.contains(&path.as_str()) {
                continue;
            }
            let Some(index) = self.find_cause(&path, states) else { continue };
            let Some(step) = self.steps.get(index) else { continue };
            let diagnostic = changes::broken(self.policy.object, step, (object, &path, &fault.kind));
            if self.is_new(index, "broken") {
                diagnostics.report(diagnostic);
            }
        }
    }

    /// The last step that writes at or around a field, or changes it under another name, such as the index `-1`. What a path
    /// without a slash does was told before.
    fn find_cause(&self, path: &str, states: &[Json]) -> Option<usize> {
        let is_near = |step: &Step| {
            step.overriders.plaintext.iter().any(|it| it.path.starts_with(path) || path.starts_with(&it.path))
        };
        let has_changed = |index: usize| {
            let is_meant = |step: &Step| step.overriders.plaintext.iter().any(|it| it.path.starts_with('/'));
            let value = |index: usize| states.get(index).and_then(|state| state.pointer(path));
            self.steps.get(index).is_some_and(is_meant) && value(index) != value(index + 1)
        };
        let near = self.steps.iter().rposition(is_near);
        near.or_else(|| (0..self.steps.len()).rev().find(|index| has_changed(*index)))
    }

    /// Tells the steps that did nothing for any object.
    fn report_idle(&self, objects: &[&Object<'_>], diagnostics: &mut Diagnostics) {
        for step in self.steps.iter().filter(|step| step.tried > 0 && step.worked == 0) {
            if let Some(diagnostic) = changes::idle(self.policy.object, step, objects) {
                diagnostics.report(diagnostic);
            }
        }
    }
}
