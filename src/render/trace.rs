//! What changed an object on its way to a cluster, field by field.

use crate::control_plane::ControlPlane;
use crate::forecast::Cause;
use crate::forecast::Change;
use crate::k8s::pointer::Pointer;
use crate::k8s::pointer::escape;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::overrides::AppliedRule;
use crate::karmada::overrides::SingleOverrider;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::overrides::normalize;
use crate::karmada::overrides::split;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::render::RenderRequest;
use crate::karmada::render::Work;
use crate::karmada::render::divide_completions;
use crate::karmada::render::prepare;
use crate::karmada::render::take_marks;
use crate::render::policy_key;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

const SCHEDULING: &str = "/spec/placement/replicaScheduling";

/// Repeats the steps to one work, and notes what each changes. A later step may change a field again.
pub(super) fn trace(request: &RenderRequest<'_>, work: &Work<'_>, plane: &ControlPlane) -> Vec<Change> {
    let Some(target) = request.targets.iter().find(|target| target.name == work.cluster) else {
        return Vec::new();
    };
    let completions = divide_completions(request).unwrap_or_default();
    let Ok(prepared) = prepare(request, target, &completions) else { return Vec::new() };
    let mut object = normalize(&prepared);
    let mut first = object.clone();
    take_marks(&mut first);
    let mut changes = Vec::new();
    if let Some(cause) = placing(request, &work.cluster, plane) {
        let found = differences(&normalize(request.object), &first);
        changes.extend(found.into_iter().map(|found| found.with_cause(cause.clone())));
    }
    for rule in &work.applied {
        for single in split(rule.overriders) {
            let before = object.clone();
            if apply_overriders(&mut object, &single.overriders).is_err() {
                return changes;
            }
            let found = differences(&before, &object).into_iter();
            changes.extend(found.filter_map(|found| {
                let cause = cause_of(rule, &place_within(&single, &found.pointer), plane)?;
                Some(found.with_cause(cause))
            }));
        }
    }
    changes
}

/// The policy that says how many replicas the cluster gets, with the place of that: its weight, else the scheduling.
fn placing(request: &RenderRequest<'_>, cluster: &str, plane: &ControlPlane) -> Option<Cause> {
    let kind = match request.policy.kind {
        PropagationPolicyKind::PropagationPolicy => "PropagationPolicy",
        PropagationPolicyKind::ClusterPropagationPolicy => "ClusterPropagationPolicy",
    };
    let policy = policy_key(kind, &request.policy.metadata)?;
    let pointer = weight_place(request, cluster).unwrap_or_else(|| SCHEDULING.to_owned());
    let at = plane.written_policies.get(&policy).map(|root| at_pointer(root, &pointer));
    Some(Cause { policy, rule: None, at })
}

/// The static weight that counts for a cluster: the highest that is for it.
fn weight_place(request: &RenderRequest<'_>, name: &str) -> Option<String> {
    let cluster = request.clusters.iter().find(|cluster| cluster.metadata.name == name)?;
    let scheduling = request.policy.spec.placement.as_ref()?.replica_scheduling.as_ref()?;
    let preference = scheduling.weight_preference.as_ref().filter(|it| it.dynamic_weight.is_none())?;
    let weights = preference.static_weight_list.iter().enumerate();
    let own = weights.filter(|(_, weight)| cluster_matches(cluster, &weight.target_cluster));
    // Of equal weights any is right, and the first is what a reader finds.
    let (index, _) = own.rev().max_by_key(|(_, weight)| weight.weight)?;
    Some(format!("{SCHEDULING}/weightPreference/staticWeightList/{index}"))
}

/// The policy and the rule, with its place.
pub(super) fn cause(rule: &AppliedRule<'_>, plane: &ControlPlane) -> Option<Cause> {
    cause_of(rule, "", plane)
}

/// The policy and the rule, with a place below its overriders.
fn cause_of(rule: &AppliedRule<'_>, below: &str, plane: &ControlPlane) -> Option<Cause> {
    let kind = match rule.policy.kind {
        OverridePolicyKind::OverridePolicy => "OverridePolicy",
        OverridePolicyKind::ClusterOverridePolicy => "ClusterOverridePolicy",
    };
    let policy = policy_key(kind, &rule.policy.metadata)?;
    let above = rule.rule.map_or_else(|| "/spec".to_owned(), |rule| format!("/spec/overrideRules/{rule}"));
    let pointer = match (below, rule.rule) {
        ("", Some(_)) => above,
        _ => format!("{above}/overriders/{below}"),
    };
    let at = plane.written_policies.get(&policy).map(|root| at_pointer(root, &pointer));
    Some(Cause { policy, rule: rule.rule, at })
}

/// Where in an overrider the value of a changed field stands, below `overriders`.
fn place_within(single: &SingleOverrider, changed: &str) -> String {
    let place = &single.place;
    if let Some(plaintext) = single.overriders.plaintext.first() {
        let below = changed.strip_prefix(&plaintext.path).filter(|below| below.starts_with('/'));
        return format!("{place}/value{}", below.unwrap_or_default());
    }
    for field in ["labels", "annotations"] {
        let key = changed.strip_prefix("/metadata/").and_then(|rest| rest.strip_prefix(field));
        if let Some(key) = key.filter(|_| place.starts_with(field)) {
            return format!("{place}/value{key}");
        }
    }
    let is_document = !single.overriders.field_overrider.is_empty();
    if is_document { place.clone() } else { format!("{place}/value") }
}

fn at_pointer(root: &Node, pointer: &str) -> Span {
    tree::find_nearest(root, &Pointer::parse(pointer).unwrap_or_default()).span
}

/// A field that differs.
struct Difference {
    pointer: String,
    before: Option<Json>,
    after: Option<Json>,
}

impl Difference {
    fn with_cause(self, cause: Cause) -> Change {
        Change { pointer: self.pointer, before: self.before, after: self.after, cause }
    }
}

fn differences(before: &Json, after: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    compare((Some(before), Some(after)), &mut String::new(), &mut found);
    found
}

fn compare(pair: (Option<&Json>, Option<&Json>), pointer: &mut String, found: &mut Vec<Difference>) {
    let mut step = |name: &str, pair: (Option<&Json>, Option<&Json>)| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(name);
        compare(pair, pointer, found);
        pointer.truncate(length);
    };
    match pair {
        (Some(before), Some(after)) if before == after => {}
        (Some(Json::Object(before)), Some(Json::Object(after))) => {
            let added = after.keys().filter(|key| !before.contains_key(*key));
            for key in before.keys().chain(added) {
                step(&escape(key), (before.get(key), after.get(key)));
            }
        }
        (Some(Json::Array(before)), Some(Json::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                step(&index.to_string(), (before.get(index), after.get(index)));
            }
        }
        (None, None) => {}
        (before, after) => {
            let difference =
                Difference { pointer: pointer.clone(), before: before.cloned(), after: after.cloned() };
            found.push(difference);
        }
    }
}
