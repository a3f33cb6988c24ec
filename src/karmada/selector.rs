//! Which resources a policy selects, how precisely, and which policy claims a resource.
//!
//! Karmada f8fdd02 `pkg/util/selector.go` `ResourceSelectorPriority`, `pkg/detector/policy.go`, and
//! `pkg/detector/compare.go`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::k8s::selector::LabelSelector;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::ResourceSelector;

/// Tells whether Karmada acts on the objects of a group itself, so that it sends none of them to a cluster.
#[must_use]
pub fn is_own_group(group: &str) -> bool {
    group.ends_with(".karmada.io")
}

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

/// Which of many policies may select a resource, found without looking at all of them.
#[derive(Debug, Clone, Default)]
pub struct SelectorIndex<'a> {
    by_name: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    by_kind: BTreeMap<&'a str, Vec<usize>>,
    without_selector: Vec<usize>,
}

impl<'a> SelectorIndex<'a> {
    /// Takes the selectors of each policy.
    #[must_use]
    pub fn new(policies: impl IntoIterator<Item = &'a [ResourceSelector]>) -> Self {
        let mut index = Self::default();
        for (number, selectors) in policies.into_iter().enumerate() {
            for selector in selectors {
                let (kind, name) = (selector.kind.as_str(), selector.name.as_str());
                if name.is_empty() {
                    index.by_kind.entry(kind).or_default().push(number);
                } else {
                    index.by_name.entry((kind, name)).or_default().push(number);
                }
            }
            if selectors.is_empty() {
                index.without_selector.push(number);
            }
        }
        index
    }

    /// The places of the policies that may select a resource of a kind and a name, each once, in their order; those without
    /// selectors are not among them.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Vec<usize> {
        let named = self.by_name.get(&(kind, name)).into_iter().flatten();
        let mut found: Vec<usize> =
            named.chain(self.by_kind.get(kind).into_iter().flatten()).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The places of the policies without selectors, in their order.
    #[must_use]
    pub fn without_selector(&self) -> &[usize] {
        &self.without_selector
    }
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

/// Many propagation policies, of which those that match a resource are found without looking at all of them.
#[derive(Debug, Clone)]
pub struct Policies<'a> {
    all: &'a [PropagationPolicy],
    index: SelectorIndex<'a>,
    by_name: BTreeMap<(PropagationPolicyKind, Option<&'a str>, &'a str), &'a PropagationPolicy>,
}

impl<'a> Policies<'a> {
    /// Reads the selectors of all policies.
    #[must_use]
    pub fn new(policies: &'a [PropagationPolicy]) -> Self {
        let selectors = policies.iter().map(|policy| policy.spec.resource_selectors.as_slice());
        let key = |policy: &'a PropagationPolicy| {
            let namespace = policy.metadata.namespace.as_deref();
            let namespace = namespace.filter(|_| policy.kind == PropagationPolicyKind::PropagationPolicy);
            (policy.kind, namespace, policy.metadata.name.as_str())
        };
        let by_name = policies.iter().rev().map(|policy| (key(policy), policy)).collect();
        Self { all: policies, index: SelectorIndex::new(selectors), by_name }
    }

    /// Finds a policy; a cluster policy has no namespace.
    #[must_use]
    pub fn find(
        &self,
        kind: PropagationPolicyKind,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<&'a PropagationPolicy> {
        self.by_name.get(&(kind, namespace, name)).copied()
    }

    /// Finds all policies that would claim a resource, the one that does first; see [`find_claim`].
    #[must_use]
    pub fn candidates(&self, object: &Value) -> Vec<Candidate<'a>> {
        let found = self.index.find(text(object, "/kind"), text(object, "/metadata/name"));
        rank(object, found.into_iter().filter_map(|place| self.all.get(place)))
    }
}

/// Finds all policies that would claim a resource, the one that does first; see [`find_claim`].
#[must_use]
pub fn find_candidates<'a>(object: &Value, policies: &'a [PropagationPolicy]) -> Vec<Candidate<'a>> {
    rank(object, policies.iter())
}

fn rank<'a>(object: &Value, policies: impl Iterator<Item = &'a PropagationPolicy>) -> Vec<Candidate<'a>> {
    let namespace = namespace_of(object);
    let is_in_scope = |policy: &&PropagationPolicy| match policy.kind {
        PropagationPolicyKind::PropagationPolicy => {
            !namespace.is_empty() && policy.metadata.namespace.as_deref() == Some(namespace)
        }
        PropagationPolicyKind::ClusterPropagationPolicy => true,
    };
    let present = policies.filter(is_in_scope).filter(|policy| policy.metadata.deletion_timestamp.is_none());
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
