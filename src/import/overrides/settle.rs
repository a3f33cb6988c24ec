//! Finds the shortest form of each object's overrides that is proved to do what the policies do.

use crate::import::overrides::Entry;
use crate::import::overrides::Manner;
use crate::import::overrides::Obstacle;
use crate::import::overrides::Overridden;
use crate::import::overrides::Rule;
use crate::import::overrides::as_template;
use crate::import::overrides::find_difference;
use crate::import::overrides::join_entries;
use crate::import::overrides::raise_overrides;
use crate::k8s::pointer::Pointer;
use crate::karmada::cluster::Cluster;
use crate::karmada::overrides::rules_for;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::source::Span;
use crate::yaml::Node;
use serde_json::Value as Json;

/// Builds the App with some `overrides`; gives its override policies, or nothing where it does not build.
pub type Build<'a> = dyn Fn(&[Node]) -> Option<Vec<OverridePolicy>> + 'a;

/// What an App is proved with.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// Builds the App.
    pub build: &'a Build<'a>,
    /// The clusters there are, where they are known.
    pub clusters: Option<&'a [Cluster]>,
}

/// The overrides of an App.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The entries.
    pub overrides: Vec<Node>,
    /// The overriders that change nothing and are left out: the object, the rule, and the overrider from the rule's `overriders` down.
    pub without_effect: Vec<(usize, usize, Pointer)>,
    /// The objects whose policies stay as they are: the object, the rule, and why.
    pub kept: Vec<(usize, usize, Obstacle)>,
}

/// Writes the rules of an App's objects as its `overrides`: with the keys that they mean, else as patches. What an App cannot
/// say is left out and told; so is all, where the objects' overrides do not go together.
#[must_use]
pub fn settle(objects: &[Overridden<'_>], proof: Proof<'_>) -> Settled {
    let sugar: Option<Vec<Vec<Entry>>> =
        objects.iter().map(|object| raise_overrides(*object, Manner::Sugar).ok()).collect();
    if let Some(entries) = sugar
        && proof.prove(objects, &entries).is_ok()
    {
        return settled(entries, Vec::new());
    }
    let mut chosen = Vec::new();
    let mut kept = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        match proof.choose(*object) {
            Ok(entries) => chosen.push(entries),
            Err((rule, obstacle)) => {
                chosen.push(Vec::new());
                kept.push((index, rule, obstacle));
            }
        }
    }
    let is_kept = |index: usize| kept.iter().any(|(known, _, _)| *known == index);
    let (proved, entries): (Vec<Overridden<'_>>, Vec<Vec<Entry>>) = (0..)
        .zip(objects.iter().zip(&chosen))
        .filter(|(index, _)| !is_kept(*index))
        .map(|(_, (object, entries))| (*object, entries.clone()))
        .unzip();
    match proof.prove(&proved, &entries) {
        Ok(()) => settled(chosen, kept),
        Err(obstacle) => {
            let all = (0..objects.len()).map(|index| (index, 0, obstacle.clone())).collect();
            settled(Vec::new(), all)
        }
    }
}

fn settled(entries: Vec<Vec<Entry>>, kept: Vec<(usize, usize, Obstacle)>) -> Settled {
    let mut without_effect = Vec::new();
    for (object, entries) in entries.iter().enumerate() {
        for (rule, entry) in entries.iter().enumerate() {
            let idle = entry.raised.without_effect.iter();
            without_effect.extend(idle.map(|place| (object, rule, place.clone())));
        }
    }
    Settled { overrides: join_entries(entries), without_effect, kept }
}

impl Proof<'_> {
    /// The first manner in which an object's rules alone do what they do.
    fn choose(&self, object: Overridden<'_>) -> Result<Vec<Entry>, (usize, Obstacle)> {
        let mut last = None;
        for manner in [Manner::Sugar, Manner::Patches] {
            let outcome = raise_overrides(object, manner).and_then(|entries| {
                let entries = vec![entries];
                self.prove(&[object], &entries).map_err(|obstacle| (0, obstacle))?;
                Ok(entries.into_iter().flatten().collect())
            });
            match outcome {
                Ok(entries) => return Ok(entries),
                Err(obstacle) => last = Some(obstacle),
            }
        }
        Err(last.unwrap_or((0, Obstacle::DoesNotBuild)))
    }

    /// Builds the entries, and compares what comes of them with what the rules do.
    fn prove(&self, objects: &[Overridden<'_>], entries: &[Vec<Entry>]) -> Result<(), Obstacle> {
        let overrides = join_entries(entries.to_vec());
        if overrides.is_empty() && objects.iter().all(|object| object.rules.is_empty()) {
            return Ok(());
        }
        let policies = (self.build)(&overrides).ok_or(Obstacle::DoesNotBuild)?;
        for object in objects {
            let at = object.rules.first().map(|rule| rule.at);
            let built = at.map_or_else(Vec::new, |at| rules_of(object.object, &policies, at));
            let template = as_template(object.object);
            let (before, after) = ((&template, object.rules), (&template, built.as_slice()));
            if let Some(place) = find_difference(before, after, self.clusters) {
                return Err(Obstacle::Differs { place });
            }
        }
        Ok(())
    }
}

/// The rules of policies that select an object, in the order in which Karmada applies them.
#[must_use]
pub fn rules_of<'a>(object: &Json, policies: &'a [OverridePolicy], at: Span) -> Vec<Rule<'a>> {
    let kinds = [OverridePolicyKind::ClusterOverridePolicy, OverridePolicyKind::OverridePolicy];
    let rules = kinds.into_iter().flat_map(|kind| rules_for(object, policies, kind));
    rules.map(|(rule, target)| Rule { target, overriders: rule.overriders, at }).collect()
}
