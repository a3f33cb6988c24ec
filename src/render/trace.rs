//! What changed an object on its way to a cluster, field by field.

use crate::control_plane::ControlPlane;
use crate::forecast::Cause;
use crate::forecast::Change;
use crate::k8s::pointer::Pointer;
use crate::k8s::pointer::escape;
use crate::karmada::overrides::AppliedRule;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::overrides::normalize;
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

/// Repeats the steps to one work, and notes what each changes. A later step may change a field again.
pub(super) fn trace(request: &RenderRequest<'_>, work: &Work<'_>, plane: &ControlPlane) -> Vec<Change> {
    let Some(target) = request.targets.iter().find(|target| target.name == work.cluster) else {
        return Vec::new();
    };
    let completions = divide_completions(request).unwrap_or_default();
    let Ok(prepared) = prepare(request, target, &completions) else { return Vec::new() };
    let mut object = normalize(&prepared);
    let mut changes = Vec::new();
    let mut first = object.clone();
    take_marks(&mut first);
    if let Some(cause) = placing(request, plane) {
        compare(Some(&normalize(request.object)), Some(&first), &mut (String::new(), &cause, &mut changes));
    }
    for rule in &work.applied {
        let before = object.clone();
        if apply_overriders(&mut object, rule.overriders).is_err() {
            break;
        }
        if let Some(cause) = cause(rule, plane) {
            compare(Some(&before), Some(&object), &mut (String::new(), &cause, &mut changes));
        }
    }
    changes
}

fn placing(request: &RenderRequest<'_>, plane: &ControlPlane) -> Option<Cause> {
    let kind = match request.policy.kind {
        PropagationPolicyKind::PropagationPolicy => "PropagationPolicy",
        PropagationPolicyKind::ClusterPropagationPolicy => "ClusterPropagationPolicy",
    };
    let policy = policy_key(kind, &request.policy.metadata)?;
    let at = plane.written_policies.get(&policy).map(|root| at_pointer(root, "/spec/placement"));
    Some(Cause { policy, rule: None, at })
}

/// The policy and the rule, with its place.
pub(super) fn cause(rule: &AppliedRule<'_>, plane: &ControlPlane) -> Option<Cause> {
    let kind = match rule.policy.kind {
        OverridePolicyKind::OverridePolicy => "OverridePolicy",
        OverridePolicyKind::ClusterOverridePolicy => "ClusterOverridePolicy",
    };
    let policy = policy_key(kind, &rule.policy.metadata)?;
    let pointer =
        rule.rule.map_or_else(|| "/spec/overriders".to_owned(), |rule| format!("/spec/overrideRules/{rule}"));
    let at = plane.written_policies.get(&policy).map(|root| at_pointer(root, &pointer));
    Some(Cause { policy, rule: rule.rule, at })
}

fn at_pointer(root: &Node, pointer: &str) -> Span {
    tree::find_nearest(root, &Pointer::parse(pointer).unwrap_or_default()).span
}

/// Where the comparison is, for whom, and what it found.
type Walk<'a> = (String, &'a Cause, &'a mut Vec<Change>);

fn compare(before: Option<&Json>, after: Option<&Json>, walk: &mut Walk<'_>) {
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Json::Object(before)), Some(Json::Object(after))) => {
            let added = after.keys().filter(|key| !before.contains_key(*key));
            for key in before.keys().chain(added) {
                step(&escape(key), (before.get(key), after.get(key)), walk);
            }
        }
        (Some(Json::Array(before)), Some(Json::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                step(&index.to_string(), (before.get(index), after.get(index)), walk);
            }
        }
        (None, None) => {}
        (before, after) => {
            let (pointer, cause, changes) = walk;
            changes.push(Change {
                pointer: pointer.clone(),
                before: before.cloned(),
                after: after.cloned(),
                cause: (*cause).clone(),
            });
        }
    }
}

fn step(name: &str, (before, after): (Option<&Json>, Option<&Json>), walk: &mut Walk<'_>) {
    let length = walk.0.len();
    walk.0.push('/');
    walk.0.push_str(name);
    compare(before, after, walk);
    walk.0.truncate(length);
}
