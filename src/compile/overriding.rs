//! Says override policies in the words of the Apps whose objects they change, and proves that the Apps do the same.

use crate::bundle::App;
use crate::bundle::Role;
use crate::compile::import::Proof;
use crate::compile::import::Prover;
use crate::diagnostic::Diagnostics;
use crate::import::Draft;
use crate::import::Group;
use crate::import::overrides::Cause;
use crate::import::overrides::Home;
use crate::import::overrides::Obstacle;
use crate::import::overrides::Outcome;
use crate::import::overrides::Overridden;
use crate::import::overrides::Plan;
use crate::import::overrides::Proof as OverridesProof;
use crate::import::overrides::Rule;
use crate::import::overrides::settle;
use crate::import::overrides::tell;
use crate::k8s::pointer::Pointer;
use crate::karmada::policy::OverridePolicy;
use crate::parallel::in_parallel;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What becomes of the policies that change the objects of one App.
#[derive(Default)]
struct Finding<'a> {
    overrides: Vec<Node>,
    kept: Vec<(Cause<'a>, Obstacle)>,
    idle: Vec<(Cause<'a>, Pointer)>,
}

/// An object of an App that policies change.
struct Changed<'a> {
    home: Home,
    object: Json,
    causes: Vec<Cause<'a>>,
    rules: Vec<Rule<'a>>,
}

impl Prover<'_> {
    /// Turns override policies into overrides of the Apps. Those that an App does not do alike on every cluster stay as they are.
    pub(super) fn say_overrides(
        &self,
        groups: &[Group],
        mut proofs: Vec<Proof>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Proof> {
        let mut plan = Plan::new(self.collection, self.policies);
        let mut outcome = Outcome::default();
        loop {
            let said = plan.said();
            let jobs: Vec<(&Group, &Proof)> = groups.iter().zip(&proofs).collect();
            let findings = in_parallel(jobs, |job| self.find(job, (&plan, &said)));
            let faults: Vec<(Cause<'_>, Obstacle)> =
                findings.iter().flat_map(|finding| finding.kept.iter().cloned()).collect();
            if plan.keep(faults.iter().map(|(cause, _)| cause.policy)) {
                outcome.kept.extend(faults);
                continue;
            }
            outcome.idle = findings.iter().flat_map(|finding| finding.idle.iter().cloned()).collect();
            let again = in_parallel(groups.iter().zip(&findings).collect(), |(group, finding)| {
                group.keeps(&said).then(|| self.prove(&group.with_overrides(&said, &finding.overrides)))
            });
            for (proof, again) in proofs.iter_mut().zip(again) {
                if let Some(again) = again {
                    *proof = again;
                }
            }
            tell(&plan, &outcome, (self.collection, groups), diagnostics);
            return proofs;
        }
    }

    /// Says the policies of one App.
    fn find<'p>(
        &self,
        (group, proof): (&Group, &Proof),
        (plan, said): (&Plan<'p>, &BTreeSet<usize>),
    ) -> Finding<'p> {
        let causes = group.members.iter().map(|member| (*member, plan.causes(*member)));
        let causes: Vec<(usize, Vec<Cause<'p>>)> = causes.filter(|(_, causes)| !causes.is_empty()).collect();
        if causes.is_empty() {
            return Finding::default();
        }
        let Some(app) = &proof.app else {
            let first = causes.iter().filter_map(|(_, causes)| causes.first());
            let kept = first.map(|cause| (*cause, Obstacle::DoesNotBuild)).collect();
            return Finding { kept, ..Finding::default() };
        };
        let changed: Vec<Changed<'p>> =
            causes.into_iter().filter_map(|changed| self.changed(changed, (app, &proof.draft))).collect();
        let overridden: Vec<Overridden<'_>> = changed
            .iter()
            .map(|changed| Overridden { home: &changed.home, object: &changed.object, rules: &changed.rules })
            .collect();
        let build = |overrides: &[Node]| {
            let draft = self.draft(&group.with_overrides(said, overrides), &proof.forms);
            self.compile(&draft, group, &mut Diagnostics::default()).map(|app| override_policies(&app))
        };
        let settled = settle(&overridden, OverridesProof { build: &build, clusters: None });
        let cause = |object: usize, rule: usize| {
            changed.get(object).and_then(|found| found.causes.get(rule)).copied()
        };
        let kept = settled.kept.into_iter();
        let idle = settled.without_effect.into_iter();
        Finding {
            overrides: settled.overrides,
            kept: kept.filter_map(|(object, rule, why)| Some((cause(object, rule)?, why))).collect(),
            idle: idle.filter_map(|(object, rule, place)| Some((cause(object, rule)?, place))).collect(),
        }
    }

    /// An object as the App makes it.
    fn changed<'p>(
        &self,
        (member, causes): (usize, Vec<Cause<'p>>),
        (app, draft): (&App, &Draft),
    ) -> Option<Changed<'p>> {
        let original = self.collection.objects.get(member)?;
        let built = app.objects.iter().find(|object| object.key == original.key)?;
        let rules = causes.iter().map(|cause| cause.applied).collect();
        let name = draft.written.get(&built.key).unwrap_or(&built.key.name);
        Some(Changed { home: Home::of(built, name), object: built.root.to_json(), causes, rules })
    }
}

/// The override policies that an App makes itself.
fn override_policies(app: &App) -> Vec<OverridePolicy> {
    let made = app.objects.iter().filter(|object| object.role == Role::OverridePolicy);
    made.filter_map(|object| serde_json::from_value(object.root.to_json()).ok()).collect()
}
