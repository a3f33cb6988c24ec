//! Policies among the objects of an App that select what the App's own policies name: an object goes with one policy alone.

use crate::bundle::Object;
use crate::ir::Policy;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::ResourceSelector;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::selector::Candidate;
use crate::karmada::selector::Policies;
use crate::karmada::selector::find_claim;
use crate::karmada::selector::is_own_group;
use crate::karmada::selector::selector_priority;
use crate::lower::Lowering;
use crate::lower::diagnostics::place_of;
use crate::lower::policies::selector;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::iter::repeat;

/// What names a policy.
type PolicyKey = (PropagationPolicyKind, Option<String>, String);

/// A policy among the objects, and what it selects of all that the App's own policies name.
pub(super) struct Competition<'a> {
    pub(super) policy: &'a Object,
    /// The selector that selects the first of the objects.
    pub(super) at: Span,
    pub(super) object: &'a Object,
    /// How many objects there are besides the first.
    pub(super) others: usize,
    /// The App's policy that names the first object.
    pub(super) own: &'a str,
    /// The one that takes the first object where all are there.
    pub(super) winner: String,
}

impl Lowering<'_> {
    /// Reports each policy among the objects that selects what the App's own policies name. One that Karmada refuses selects
    /// nothing, and one that is called like one of the App's own is reported when all Apps are seen.
    pub(super) fn check_competing(&mut self, objects: &[Object], own: &[Policy<PropagationPolicy>]) {
        let mut given: BTreeMap<PolicyKey, (&Object, PropagationPolicy)> = BTreeMap::new();
        for object in objects.iter().filter(|object| is_own_group(object.key.gvk.group())) {
            if let Ok(policy) = serde_json::from_value(object.root.to_json()) {
                given.insert(key(&policy), (object, policy));
            }
        }
        for policy in own {
            given.remove(&key(&policy.policy));
        }
        if given.is_empty() {
            return;
        }
        let policies: Vec<PropagationPolicy> = given.values().map(|(_, policy)| policy.clone()).collect();
        let given: BTreeMap<PolicyKey, &Object> =
            given.into_iter().map(|(key, (object, _))| (key, object)).collect();
        for competition in find_competitions(objects, own, (&given, &Policies::new(&policies))).values() {
            self.competing_policy(competition);
        }
    }
}

fn find_competitions<'a>(
    objects: &'a [Object],
    own: &'a [Policy<PropagationPolicy>],
    (given, policies): (&BTreeMap<PolicyKey, &'a Object>, &Policies<'a>),
) -> BTreeMap<PolicyKey, Competition<'a>> {
    let selectors =
        own.iter().flat_map(|own| own.policy.spec.resource_selectors.iter().zip(repeat(&own.policy)));
    let named: BTreeMap<[&str; 4], &PropagationPolicy> =
        selectors.map(|(selector, policy)| (parts(selector), policy)).collect();
    let mut found: BTreeMap<PolicyKey, Competition<'_>> = BTreeMap::new();
    for object in objects {
        let selector = selector(&object.key);
        let Some(own) = named.get(&parts(&selector)) else { continue };
        let json = object.root.to_json();
        let candidates = policies.candidates(&json);
        for candidate in &candidates {
            let key = key(candidate.policy);
            let Some(policy) = given.get(&key) else { continue };
            let first = || Competition {
                policy,
                at: selector_at(policy, candidate, &json),
                object,
                others: 0,
                own: &own.metadata.name,
                winner: find_winner(own, selector.clone(), (&json, &candidates)),
            };
            found.entry(key).and_modify(|known| known.others += 1).or_insert_with(first);
        }
    }
    found
}

/// The name of the policy that takes an object of all that are there. Of the App's own, the selector that names the object is enough.
fn find_winner(
    own: &PropagationPolicy,
    selector: ResourceSelector,
    (object, others): (&Json, &[Candidate<'_>]),
) -> String {
    let spec = PropagationSpec { resource_selectors: vec![selector], ..own.spec.clone() };
    let own = PropagationPolicy { spec, ..own.clone() };
    let all: Vec<PropagationPolicy> = others.iter().map(|other| other.policy.clone()).chain([own]).collect();
    find_claim(object, &all).map(|winner| winner.metadata.name.clone()).unwrap_or_default()
}

fn parts(selector: &ResourceSelector) -> [&str; 4] {
    [&selector.api_version, &selector.kind, &selector.namespace, &selector.name]
}

fn key(policy: &PropagationPolicy) -> PolicyKey {
    (policy.kind, policy.metadata.namespace.clone(), policy.metadata.name.clone())
}

/// The place of the selector that selects an object.
fn selector_at(policy: &Object, candidate: &Candidate<'_>, object: &Json) -> Span {
    let selectors = &candidate.policy.spec.resource_selectors;
    let place =
        selectors.iter().position(|selector| selector_priority(object, selector) == candidate.precision);
    let written = tree::find(&policy.root, &["spec", "resourceSelectors"]).and_then(Node::as_sequence);
    let selector = written.zip(place).and_then(|(selectors, place)| selectors.get(place));
    let name =
        selector.and_then(|selector| tree::get(selector, "name").or_else(|| tree::get(selector, "kind")));
    name.map_or_else(|| place_of(policy), |name| name.span)
}
