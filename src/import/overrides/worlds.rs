//! Whether two lists of rules do the same to an object on every cluster that there may be.

use crate::karmada::affinity::cluster_matches;
use crate::karmada::canonical::canonical_affinity;
use crate::karmada::cluster::Cluster;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::render::take_marks;
use crate::source::Span;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// From this many conditions on that only a Fleet could answer, not all combinations are tried, but each alone, each two, and all.
const MANY: usize = 10;

/// A rule that selects an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule<'a> {
    /// The clusters; absent means all.
    pub target: Option<&'a ClusterAffinity>,
    /// The changes.
    pub overriders: &'a Overriders,
    /// The place of the rule.
    pub at: Span,
}

/// An object with the rules that change it.
pub(super) type Changed<'a> = (&'a Json, &'a [Rule<'a>]);

/// A cluster, as far as names and conditions tell.
struct World<'a> {
    /// The name; nothing for a cluster that no rule names.
    name: Option<&'a str>,
    /// The conditions that hold.
    holding: Vec<&'a ClusterAffinity>,
}

/// Finds a cluster on which the rules do different things, or Karmada cannot apply those of `before`. With `clusters`, these are
/// all there are; else any cluster may have any labels and be anywhere.
#[must_use]
pub fn find_difference(
    before: Changed<'_>,
    after: Changed<'_>,
    clusters: Option<&[Cluster]>,
) -> Option<String> {
    if let Some(clusters) = clusters {
        let differing = clusters.iter().find(|cluster| {
            let picks = |affinity: &ClusterAffinity| cluster_matches(cluster, affinity);
            !is_alike(before, after, &picks)
        });
        return differing.map(|cluster| format!("on the cluster `{}`", cluster.metadata.name));
    }
    let targets: Vec<&ClusterAffinity> =
        before.1.iter().chain(after.1).filter_map(|rule| rule.target).collect();
    let worlds = worlds(&targets);
    let differing = worlds.iter().find(|world| {
        let picks = |affinity: &ClusterAffinity| world.picks(affinity);
        !is_alike(before, after, &picks)
    });
    differing.map(World::description)
}

fn is_alike(before: Changed<'_>, after: Changed<'_>, picks: &dyn Fn(&ClusterAffinity) -> bool) -> bool {
    match (outcome(before, picks), outcome(after, picks)) {
        (Some(before), Some(after)) => before == after,
        (_, _) => false,
    }
}

/// What a cluster receives, without what Karmada marks it with; nothing where a rule cannot be applied.
fn outcome((object, rules): Changed<'_>, picks: &dyn Fn(&ClusterAffinity) -> bool) -> Option<Json> {
    let mut object = object.clone();
    for rule in rules.iter().filter(|rule| rule.target.is_none_or(picks)) {
        apply_overriders(&mut object, rule.overriders).ok()?;
    }
    take_marks(&mut object);
    Some(object)
}

/// All kinds of cluster that the rules tell apart: each that is named and any other, with each combination of conditions.
fn worlds<'a>(targets: &[&'a ClusterAffinity]) -> Vec<World<'a>> {
    let named: BTreeSet<&str> = targets
        .iter()
        .flat_map(|target| target.cluster_names.iter().chain(&target.exclude))
        .map(String::as_str)
        .collect();
    let mut worlds = Vec::new();
    for name in named.into_iter().map(Some).chain([None]) {
        let mut conditions: Vec<&ClusterAffinity> = Vec::new();
        for target in targets.iter().filter(|target| is_open(target) && may_pick(target, name)) {
            if !conditions.iter().any(|known| same_conditions(known, target)) {
                conditions.push(target);
            }
        }
        for chosen in combinations(conditions.len()) {
            let holding = conditions.iter().zip(chosen).filter(|(_, holds)| *holds);
            worlds.push(World { name, holding: holding.map(|(condition, _)| *condition).collect() });
        }
    }
    worlds
}

/// Which of some conditions hold: all combinations of a few, else none, each alone, each two, and all.
fn combinations(count: usize) -> Vec<Vec<bool>> {
    if count <= MANY {
        let chosen = |number: u32| (0..count).map(|bit| number >> bit & 1 == 1).collect();
        return (0..1_u32 << count).map(chosen).collect();
    }
    let pair = |first: usize, second: usize| {
        (0..count).map(|index| index == first || index == second).collect::<Vec<bool>>()
    };
    let pairs = (0..count).flat_map(|first| (first..count).map(move |second| (first, second)));
    let ends = [vec![false; count], vec![true; count]];
    ends.into_iter().chain(pairs.map(|(first, second)| pair(first, second))).collect()
}

/// Tells whether more than names decides.
fn is_open(affinity: &ClusterAffinity) -> bool {
    affinity.label_selector.is_some() || affinity.field_selector.is_some()
}

fn same_conditions(left: &ClusterAffinity, right: &ClusterAffinity) -> bool {
    let (left, right) = (canonical_affinity(left), canonical_affinity(right));
    left.label_selector == right.label_selector && left.field_selector == right.field_selector
}

/// Tells whether the names of an affinity let a cluster pass.
fn may_pick(affinity: &ClusterAffinity, name: Option<&str>) -> bool {
    let has = |names: &[String]| name.is_some_and(|name| names.iter().any(|known| known == name));
    !has(&affinity.exclude) && (affinity.cluster_names.is_empty() || has(&affinity.cluster_names))
}

impl World<'_> {
    fn picks(&self, affinity: &ClusterAffinity) -> bool {
        may_pick(affinity, self.name)
            && (!is_open(affinity) || self.holding.iter().any(|known| same_conditions(known, affinity)))
    }

    fn description(&self) -> String {
        match self.name {
            Some(name) => format!("on the cluster `{name}`"),
            None => "on a cluster that no rule names".to_owned(),
        }
    }
}
