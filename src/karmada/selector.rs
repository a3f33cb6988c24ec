//! Which resources a policy selects, how precisely, and which policy claims a resource.
//!
//! Karmada f8fdd02 `pkg/util/selector.go` `ResourceSelectorPriority`, `pkg/detector/policy.go`, and
//! `pkg/detector/compare.go`.

use std::cmp::Reverse;

use serde_json::Value;

use crate::k8s::selector::LabelSelector;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::ResourceSelector;

/// How precisely a selector picks a resource, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImplicitPriority {
    /// It does not.
    Mismatch,
    /// By kind alone.
    MatchAll,
    /// By labels, be they any.
    MatchLabelSelector,
    /// By name.
    MatchName,
}

/// Tells how precisely a selector picks a resource.
///
/// A name makes Karmada ignore the labels; a label selector that it cannot read picks nothing.
#[must_use]
pub fn selector_priority(object: &Value, selector: &ResourceSelector) -> ImplicitPriority {
    if text(object, "/apiVersion") != selector.api_version
        || text(object, "/kind") != selector.kind
        || (!selector.namespace.is_empty() && namespace_of(object) != selector.namespace)
    {
        return ImplicitPriority::Mismatch;
    }
    if !selector.name.is_empty() {
        let is_named = text(object, "/metadata/name") == selector.name;
        return if is_named { ImplicitPriority::MatchName } else { ImplicitPriority::Mismatch };
    }
    match &selector.label_selector {
        None => ImplicitPriority::MatchAll,
        Some(labels) if labels_match(object, labels) => ImplicitPriority::MatchLabelSelector,
        Some(_) => ImplicitPriority::Mismatch,
    }
}

/// Tells how precisely the best of several selectors picks a resource; none picks nothing.
#[must_use]
pub fn selectors_priority(object: &Value, selectors: &[ResourceSelector]) -> ImplicitPriority {
    let priorities = selectors.iter().map(|selector| selector_priority(object, selector));
    priorities.max().unwrap_or(ImplicitPriority::Mismatch)
}

/// Finds the policy that claims a resource that no policy holds yet.
///
/// Policies of the resource's own namespace come before all cluster policies; then the higher explicit priority,
/// the more precise selector, and the smaller name win. Policies that are going away claim nothing.
#[must_use]
pub fn find_claim<'a>(object: &Value, policies: &'a [PropagationPolicy]) -> Option<&'a PropagationPolicy> {
    find_candidates(object, policies).first().map(|candidate| candidate.policy)
}

/// A policy that matches a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// The policy.
    pub policy: &'a PropagationPolicy,
    /// How precisely it picks the resource.
    pub precision: ImplicitPriority,
}

/// Finds all policies that would claim a resource, the one that does first; see [`find_claim`].
#[must_use]
pub fn find_candidates<'a>(object: &Value, policies: &'a [PropagationPolicy]) -> Vec<Candidate<'a>> {
    let namespace = namespace_of(object);
    let is_in_scope = |policy: &&PropagationPolicy| match policy.kind {
        PropagationPolicyKind::PropagationPolicy => {
            !namespace.is_empty() && policy.metadata.namespace.as_deref() == Some(namespace)
        }
        PropagationPolicyKind::ClusterPropagationPolicy => true,
    };
    let present =
        policies.iter().filter(is_in_scope).filter(|policy| policy.metadata.deletion_timestamp.is_none());
    let mut candidates: Vec<Candidate<'a>> = present
        .map(|policy| Candidate {
            policy,
            precision: selectors_priority(object, &policy.spec.resource_selectors),
        })
        .filter(|candidate| candidate.precision > ImplicitPriority::Mismatch)
        .collect();
    candidates.sort_by_key(|Candidate { policy, precision }| {
        (policy.kind, Reverse((policy.spec.priority.unwrap_or(0), *precision)), &policy.metadata.name)
    });
    candidates
}

/// The namespace of a resource; empty for one without.
#[must_use]
pub fn namespace_of(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A resource with a label that is no text counts as one without labels.
fn labels_match(object: &Value, selector: &LabelSelector) -> bool {
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object);
    let labels = labels.filter(|labels| labels.values().all(Value::is_string));
    let find = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    selector.to_selector().is_ok_and(|selector| selector.matches(find))
}
