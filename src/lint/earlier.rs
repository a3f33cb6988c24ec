//! What an object is like when a rule of an override policy comes to it: rules before it have changed it.

use crate::karmada::affinity::cluster_matches;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::selector::ImplicitPriority;
use crate::lint::overriders::rules_of;
use crate::lint::picks::is_by_name;
use crate::lint::world::Policy;
use crate::lint::world::Reach;
use crate::lint::world::World;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How many policies that change one object are looked at.
const MOST_POLICIES: usize = 16;

/// The override policies by object, in the order in which Karmada applies them.
pub(super) struct Earlier<'w, 'a> {
    world: &'w World<'a>,
    by_object: BTreeMap<usize, Vec<&'w Policy<'a, OverrideSpec>>>,
}

impl<'w, 'a> Earlier<'w, 'a> {
    pub(super) fn new(world: &'w World<'a>) -> Self {
        let mut found: BTreeMap<usize, Vec<(ImplicitPriority, &Policy<'_, OverrideSpec>)>> = BTreeMap::new();
        for policy in &world.overridings {
            let mut best: BTreeMap<usize, ImplicitPriority> = BTreeMap::new();
            for selection in &policy.selections {
                let precision = best.entry(selection.object).or_insert(selection.precision);
                *precision = selection.precision.max(*precision);
            }
            for (object, precision) in best {
                found.entry(object).or_default().push((precision, policy));
            }
        }
        let sort = |mut policies: Vec<(ImplicitPriority, &'w Policy<'a, OverrideSpec>)>| {
            policies.sort_by_key(|(precision, policy)| {
                (policy.reach() == Reach::Namespace, *precision, policy.object.name)
            });
            policies.into_iter().map(|(_, policy)| policy).collect()
        };
        let by_object = found.into_iter().map(|(object, policies)| (object, sort(policies))).collect();
        Self { world, by_object }
    }

    /// Applies what comes before a rule on all of its clusters. What fails there is told where it stands.
    pub(super) fn apply(
        &self,
        object: usize,
        (policy, rule): (&Policy<'_, OverrideSpec>, usize),
        json: &mut Json,
    ) {
        let target = targets_of(&policy.spec).get(rule).copied().flatten();
        for other in self.by_object.get(&object).into_iter().flatten().take(MOST_POLICIES) {
            let is_own = std::ptr::eq(other.object, policy.object);
            for (index, (_, overriders)) in rules_of(&other.spec).into_iter().enumerate() {
                if is_own && index == rule {
                    return;
                }
                let earlier = targets_of(&other.spec).get(index).copied().flatten();
                let mut changed = json.clone();
                if covers(self.world, earlier, target) && apply_overriders(&mut changed, overriders).is_ok() {
                    *json = changed;
                }
            }
        }
    }
}

/// The clusters of each rule; absent means all.
fn targets_of(spec: &OverrideSpec) -> Vec<Option<&ClusterAffinity>> {
    if spec.override_rules.is_empty() {
        return vec![spec.target_cluster.as_ref()];
    }
    spec.override_rules.iter().map(|rule| rule.target_cluster.as_ref()).collect()
}

/// Tells whether the first certainly picks all clusters that the second picks.
fn covers(world: &World<'_>, first: Option<&ClusterAffinity>, second: Option<&ClusterAffinity>) -> bool {
    let Some(first) = first else { return true };
    if let Some(inventory) = world.inventory {
        let is_picked = |cluster| second.is_none_or(|second| cluster_matches(cluster, second));
        return inventory
            .clusters()
            .filter(|it| is_picked(it))
            .all(|cluster| cluster_matches(cluster, first));
    }
    let Some(second) = second else { return false };
    let is_covered = |name: &String| {
        (first.cluster_names.is_empty() || first.cluster_names.contains(name))
            && !first.exclude.contains(name)
    };
    let is_named = is_by_name(first) && !second.cluster_names.is_empty();
    first == second || is_named && second.cluster_names.iter().all(is_covered)
}
