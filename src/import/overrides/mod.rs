//! Override policies in the words of an App: each rule that changes an object becomes an entry of `overrides`.
//!
//! Whether the entries do the same on every cluster is for the caller to prove, with [`find_difference`], on what they build to.

mod body;
mod diagnostics;
mod home;
mod image;
mod join;
mod meaning;
mod obstacle;
mod plan;
mod rule;
mod settle;
mod spot;
mod variable;
mod worlds;

pub use body::Body;
pub use diagnostics::Outcome;
pub use diagnostics::tell;
pub use home::Home;
pub use join::join_entries;
pub use obstacle::Obstacle;
pub use plan::Cause;
pub use plan::Plan;
pub use rule::RaisedRule;
pub use settle::Build;
pub use settle::Proof;
pub use settle::Settled;
pub use settle::rules_of;
pub use settle::settle;
pub use worlds::Rule;
pub use worlds::find_difference;

use crate::import::overrides::rule::Raising;
use crate::import::policy::raise_targets;
use crate::k8s::pointer::Pointer;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::policy::overriding::Overriders;
use crate::source::Span;
use crate::tree::Map;
use serde_json::Value as Json;
use serde_json::json;

/// How an object's rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// With the keys that they mean.
    Sugar,
    /// Patches as patches.
    Patches,
}

/// An object that override policies change.
#[derive(Debug, Clone, Copy)]
pub struct Overridden<'a> {
    /// Where the App holds it.
    pub home: &'a Home,
    /// What the App makes of it.
    pub object: &'a Json,
    /// The rules that select it, in the order in which Karmada applies them.
    pub rules: &'a [Rule<'a>],
}

/// The changes of one rule to one object.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The keys that pick the clusters.
    pub target: Map,
    /// The changes, and the overriders that change nothing.
    pub raised: RaisedRule,
    /// The place of the rule.
    pub at: Span,
}

/// Writes the rules of an object as entries, one for each.
///
/// # Errors
/// The first rule that an App cannot say, by its index, and why.
pub fn raise_overrides(overridden: Overridden<'_>, manner: Manner) -> Result<Vec<Entry>, (usize, Obstacle)> {
    let template = as_template(overridden.object);
    let mut entries = Vec::new();
    for (index, rule) in overridden.rules.iter().enumerate() {
        let before = overridden.rules.iter().take(index).filter(|before| may_meet(before, rule));
        let mut together = template.clone();
        for rule in before {
            apply_where_it_can(rule.overriders, &mut together);
        }
        let objects = (&template, &mut together);
        let raised = Raising::raise((overridden.home, manner), objects, rule.overriders)
            .map_err(|obstacle| (index, obstacle))?;
        let affinity = rule.target.cloned().unwrap_or_default();
        let target = raise_targets(&affinity, &target_place(), rule.at)
            .map_err(|unsayable| (index, Obstacle::Clusters(unsayable)))?;
        entries.push(Entry { target, raised, at: rule.at });
    }
    Ok(entries)
}

/// Tells whether both rules may be for one cluster, as far as names tell.
fn may_meet(left: &Rule<'_>, right: &Rule<'_>) -> bool {
    fn names<'a>(rule: &Rule<'a>) -> Option<&'a [String]> {
        rule.target.map(|target| target.cluster_names.as_slice()).filter(|names| !names.is_empty())
    }
    match (names(left), names(right)) {
        (Some(left), Some(right)) => left.iter().any(|name| right.contains(name)),
        (None, _) | (_, None) => true,
    }
}

/// What fails together with rules for other clusters is no fault of this one, and changes nothing.
fn apply_where_it_can(overriders: &Overriders, object: &mut Json) {
    let before = object.clone();
    if apply_overriders(object, overriders).is_err() {
        *object = before;
    }
}

/// The label and the annotation that Karmada writes into an object once a policy has claimed it: karmada f8fdd02
/// `pkg/detector/claim.go`.
const MARKS: [(&str, &str); 2] = [
    ("labels", "propagationpolicy.karmada.io/permanent-id"),
    ("annotations", "propagationpolicy.karmada.io/name"),
];

/// The object as it is when overrides are applied: a policy has claimed it, so that the maps for labels and annotations are there.
fn as_template(object: &Json) -> Json {
    let mut template = object.clone();
    let Some(metadata) = template.get_mut("metadata").and_then(Json::as_object_mut) else { return template };
    for (section, key) in MARKS {
        let texts = metadata.entry(section).or_insert_with(|| json!({}));
        if let Some(texts) = texts.as_object_mut() {
            texts.insert(key.to_owned(), Json::from(""));
        }
    }
    template
}

/// The place of a rule's clusters, from the rule down.
fn target_place() -> Pointer {
    let mut place = Pointer::default();
    place.push_key("targetCluster");
    place
}
