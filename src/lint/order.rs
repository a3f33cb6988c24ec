//! Fields that several policies set: two override policies, or an override policy and Karmada's scheduler.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::k8s::pointer::unescape;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::PlaintextOverrider;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::replicas::WorkloadKind;
use crate::karmada::selector::ImplicitPriority;
use crate::lint::claims::is_divided;
use crate::lint::object::Object;
use crate::lint::overriders::rules_of;
use crate::lint::picks::is_by_name;
use crate::lint::world::Policy;
use crate::lint::world::Reach;
use crate::lint::world::World;
use crate::source::Span;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// How many policies that write one field of one object are compared.
const MOST_WRITERS: usize = 16;

/// Reports `replicas-overridden`.
pub(super) fn check_replicas(
    world: &World<'_>,
    policy: &Policy<'_, OverrideSpec>,
    diagnostics: &mut Diagnostics,
) {
    for index in policy.selected() {
        let object = world.object(index);
        let Some(place) = find_write_of_replicas(&policy.spec, object) else { continue };
        let Some(owner) = world.policy_of(index).filter(|owner| is_divided(owner)) else { continue };
        let message = format!("the override sets replicas of {}, which Karmada divides", object.title());
        diagnostics.report(
            Diagnostic::new(codes::REPLICAS_OVERRIDDEN, policy.object.span(&place), message)
                .with_secondary(
                    owner.object.key("/spec/placement/replicaScheduling"),
                    "Karmada divides them here",
                )
                .with_note("the override comes last and wins, and the replicas no longer add up to the total")
                .with_help("give the clusters weights instead"),
        );
        return;
    }
}

/// Where a policy sets what Karmada divides: replicas, and how many pods of a Job run at once.
fn find_write_of_replicas(spec: &OverrideSpec, object: &Object<'_>) -> Option<String> {
    let field = match WorkloadKind::of(&object.json)? {
        WorkloadKind::Job | WorkloadKind::BroadcastJob | WorkloadKind::Workflow => "parallelism",
        WorkloadKind::Deployment
        | WorkloadKind::ReplicaSet
        | WorkloadKind::StatefulSet
        | WorkloadKind::CloneSet
        | WorkloadKind::AdvancedStatefulSet => "replicas",
        WorkloadKind::Pod => return None,
    };
    let is_write = |it: &PlaintextOverrider| {
        let is_within = it.value.as_ref().is_some_and(|value| value.get(field).is_some());
        it.path.strip_prefix("/spec/") == Some(field) || it.path == "/spec" && is_within
    };
    rules_of(spec).iter().find_map(|(pointer, overriders)| {
        let index = overriders.plaintext.iter().position(is_write)?;
        Some(format!("{pointer}/plaintext/{index}/path"))
    })
}

/// A field that an override policy sets.
#[derive(Clone, Copy)]
struct Write<'w> {
    policy: usize,
    precision: ImplicitPriority,
    rule: usize,
    value: Option<&'w Json>,
}

/// The rules of all policies that the user wrote: the field they set by rule, with its place.
type Fields = Vec<(String, String, Option<Json>)>;

/// Reports `overrides-of-one-field`, each pair of policies once.
pub(super) fn check_order(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let policies: Vec<&Policy<'_, OverrideSpec>> = world.written_overridings().collect();
    let rules: Vec<Vec<Fields>> = policies
        .iter()
        .map(|policy| {
            let rules = rules_of(&policy.spec);
            rules.iter().map(|(pointer, overriders)| fields_of(pointer, overriders)).collect()
        })
        .collect();
    let mut by_object: BTreeMap<usize, Vec<(usize, ImplicitPriority)>> = BTreeMap::new();
    for (number, policy) in policies.iter().enumerate() {
        for selection in &policy.selections {
            let writers = by_object.entry(selection.object).or_default();
            match writers.last_mut().filter(|(writer, _)| *writer == number) {
                Some((_, precision)) => *precision = selection.precision.max(*precision),
                None => writers.push((number, selection.precision)),
            }
        }
    }
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (object, writers) in by_object.iter().filter(|(_, writers)| writers.len() > 1) {
        let mut by_field: BTreeMap<&str, Vec<(Write<'_>, &str)>> = BTreeMap::new();
        for (number, precision) in writers.iter().take(MOST_WRITERS) {
            for (rule, fields) in rules.get(*number).into_iter().flatten().enumerate() {
                for (field, place, value) in fields {
                    let value = value.as_ref();
                    let write = Write { policy: *number, precision: *precision, rule, value };
                    by_field.entry(field).or_default().push((write, place));
                }
            }
        }
        for (field, writes) in by_field {
            let pair = find_pair(world, &policies, &writes);
            if let Some((first, last)) =
                pair.filter(|(first, last)| told.insert((first.0.policy, last.0.policy)))
            {
                let places = (at(&policies, first), at(&policies, last));
                diagnostics.report(explain((world.object(*object), field), places));
            }
        }
    }
}

/// The fields that overriders set, each with its place in the policy; values that are appended are none.
fn fields_of(pointer: &str, overriders: &Overriders) -> Fields {
    let mut fields = Vec::new();
    for (index, plaintext) in overriders.plaintext.iter().enumerate() {
        let last = plaintext.path.rsplit('/').next().unwrap_or_default();
        let is_item = last == "-" || last.parse::<usize>().is_ok();
        let is_inserted = is_item && plaintext.operator == OverriderOperator::Add;
        if !is_inserted && plaintext.operator != OverriderOperator::Remove {
            let place = format!("{pointer}/plaintext/{index}/path");
            fields.push((name_of(&plaintext.path), place, plaintext.value.clone()));
        }
    }
    for (index, image) in overriders.image_overrider.iter().enumerate() {
        if image.operator == OverriderOperator::Replace {
            let place = image.predicate.as_ref().map_or("all images", |predicate| predicate.path.as_str());
            let field = format!("the {:?} of {place}", image.component);
            let value = Some(Json::from(image.value.as_str()));
            fields.push((field, format!("{pointer}/imageOverrider/{index}/component"), value));
        }
    }
    for (field, list) in
        [("labels", &overriders.labels_overrider), ("annotations", &overriders.annotations_overrider)]
    {
        for (index, overrider) in list.iter().enumerate() {
            if overrider.operator != OverriderOperator::Remove {
                let place = format!("{pointer}/{field}Overrider/{index}/operator");
                let entries = overrider.value.iter();
                fields.extend(entries.map(|(key, value)| {
                    (format!("`{key}` of the {field}"), place.clone(), Some(Json::from(value.as_str())))
                }));
            }
        }
    }
    fields
}

/// A path as a message names it; labels and annotations as those have it that set them by key.
fn name_of(path: &str) -> String {
    let entry = ["labels", "annotations"].into_iter().find_map(|field| {
        let key = path.strip_prefix("/metadata/")?.strip_prefix(field)?.strip_prefix('/')?;
        (!key.contains('/')).then(|| format!("`{}` of the {field}", unescape(key)))
    });
    entry.unwrap_or_else(|| format!("`{path}`"))
}

type Placed<'w> = (Write<'w>, &'w str);

/// The last two policies that write the field on one cluster, in the order of application.
fn find_pair<'w>(
    world: &World<'_>,
    policies: &[&Policy<'_, OverrideSpec>],
    writes: &[Placed<'w>],
) -> Option<(Placed<'w>, Placed<'w>)> {
    let mut ordered: Vec<Placed<'w>> = writes.to_vec();
    // Karmada applies cluster policies first, and in each scope the least precise first.
    ordered.sort_by_key(|(write, _)| {
        let policy = policies.get(write.policy);
        let name = policy.map(|policy| policy.object.name);
        (policy.map(|policy| policy.reach() == Reach::Namespace), write.precision, name, write.rule)
    });
    for (index, last) in ordered.iter().enumerate().rev() {
        for first in ordered.iter().take(index).rev() {
            let is_equal = first.0.value.is_some() && first.0.value == last.0.value;
            let targets = [first, last].map(|(write, _)| target(policies, *write));
            if first.0.policy != last.0.policy && !is_equal && meet(world, targets) {
                return Some((*first, *last));
            }
        }
    }
    None
}

fn target<'p>(policies: &[&'p Policy<'_, OverrideSpec>], write: Write<'_>) -> Option<&'p ClusterAffinity> {
    let spec = &policies.get(write.policy)?.spec;
    if spec.override_rules.is_empty() {
        return spec.target_cluster.as_ref();
    }
    spec.override_rules.get(write.rule)?.target_cluster.as_ref()
}

/// Tells whether two rules certainly meet on a cluster.
fn meet(world: &World<'_>, targets: [Option<&ClusterAffinity>; 2]) -> bool {
    let [Some(first), Some(second)] = targets else { return true };
    if let Some(inventory) = world.inventory {
        return inventory.clusters().any(|it| cluster_matches(it, first) && cluster_matches(it, second));
    }
    let is_shared = |name: &String| {
        second.cluster_names.contains(name) && !first.exclude.contains(name) && !second.exclude.contains(name)
    };
    first == second || is_by_name(first) && is_by_name(second) && first.cluster_names.iter().any(is_shared)
}

fn at<'p>(policies: &[&'p Policy<'_, OverrideSpec>], (write, place): Placed<'_>) -> (&'p str, Span) {
    let Some(policy) = policies.get(write.policy) else {
        unreachable!("writes are made from the list of policies");
    };
    (policy.object.name, policy.object.span(place))
}

fn explain(
    (object, field): (&Object<'_>, &str),
    ((first, at), (last, other)): ((&str, Span), (&str, Span)),
) -> Diagnostic {
    let message = format!("`{first}` and `{last}` both set {field} of {}", object.title());
    Diagnostic::new(codes::OVERRIDES_OF_ONE_FIELD, at, message)
        .with_label("this is written over")
        .with_secondary(other, format!("`{last}` is applied later, and wins"))
        .with_note("cluster policies come first, then kind before labels before name, then the smaller name")
        .with_help("set the field in one policy, or let the rules pick other clusters")
}
