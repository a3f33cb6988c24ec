//! Which policy carries each object, and which policies do the same.

use crate::import::Collection;
use crate::import::Members;
use crate::import::Misfits;
use crate::import::Original;
use crate::import::policy::is_fixed;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::canonical::canonical;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::selector::ImplicitPriority;
use crate::karmada::selector::find_claim;
use crate::karmada::selector::selectors_priority;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What ends the name of a policy for what surrounds a workload.
const AROUND: &str = "-around";

/// The policies among the objects, as Karmada admits them.
#[derive(Debug, Clone, Copy)]
pub struct Policies<'a> {
    /// Those that send objects to clusters.
    pub propagation: &'a [PropagationPolicy],
    /// Those that change objects on their way.
    pub overrides: &'a [OverridePolicy],
    /// Where the policies come from, if nobody wrote them.
    pub members: Option<&'a Members>,
}

impl Policies<'_> {
    /// What the user wrote for the propagation policy of a number.
    #[must_use]
    pub fn written<'c>(&self, number: usize, collection: &'c Collection) -> Option<&'c Original> {
        let policy = self.propagation.get(number)?;
        collection.policies.iter().find(|original| is_written(policy, original))
    }
}

/// Who carries an object to the clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Nobody yet: there are no policies at all.
    New,
    /// No policy, though there are some.
    Nobody,
    /// The policy of this number; of several that do the same, the first.
    Policy(usize),
}

/// The claims of all objects.
pub(super) struct Claims<'a> {
    policies: Policies<'a>,
    /// The first policy that does the same, by the number of the policy.
    classes: Vec<usize>,
    /// The policies of each namespace with their numbers; without one those of all namespaces.
    by_namespace: BTreeMap<Option<&'a str>, (Vec<usize>, Vec<PropagationPolicy>)>,
    /// The policies that are one with that of a workload.
    joined: BTreeSet<usize>,
}

impl<'a> Claims<'a> {
    pub(super) fn new(policies: Policies<'a>, misfits: &Misfits) -> Self {
        let mut classes: Vec<usize> = Vec::new();
        let mut specs: Vec<(usize, PropagationSpec)> = Vec::new();
        let mut by_namespace: BTreeMap<Option<&str>, (Vec<usize>, Vec<PropagationPolicy>)> = BTreeMap::new();
        for (number, policy) in (0..).zip(policies.propagation) {
            let spec = PropagationSpec { resource_selectors: Vec::new(), ..canonical(&policy.spec) };
            let known = specs.iter().find(|(_, known)| *known == spec).map(|(first, _)| *first);
            classes.push(known.unwrap_or(number));
            if known.is_none() {
                specs.push((number, spec));
            }
            let scope = by_namespace.entry(policy.metadata.namespace.as_deref()).or_default();
            scope.0.push(number);
            scope.1.push(policy.clone());
        }
        let mut claims = Self { policies, classes, by_namespace, joined: BTreeSet::new() };
        claims.join_around(misfits);
        claims
    }

    /// A build parts what has no replicas from the workload where Karmada would choose clusters for each by itself, and what has
    /// no namespace, and calls the policy of the former after that of the latter. The two are one.
    fn join_around(&mut self, misfits: &Misfits) {
        let policies = self.policies.propagation;
        let of_namespaces = (0..).zip(policies).filter_map(|(number, policy)| {
            let namespace = policy.metadata.namespace.as_deref().filter(|_| is_namespaced(policy))?;
            Some(((namespace, policy.metadata.name.as_str()), number))
        });
        let numbers: BTreeMap<(&str, &str), usize> = of_namespaces.collect();
        for (number, policy) in (0..).zip(policies).filter(|(number, _)| !misfits.parted.contains(number)) {
            let main = main_policy(policy).and_then(|main| numbers.get(&main)).copied();
            let class = main.and_then(|main| self.classes.get(main)).copied();
            if let (Some(class), Some(own)) = (class, self.classes.get_mut(number)) {
                *own = class;
                self.joined.insert(number);
            }
        }
    }

    /// Tells whether a policy is taken for one with another one.
    pub(super) fn is_joined(&self, number: usize) -> bool {
        self.joined.contains(&number)
    }

    /// All policies.
    pub(super) fn policies(&self) -> Policies<'a> {
        self.policies
    }

    /// All policies that send objects.
    pub(super) fn all(&self) -> &'a [PropagationPolicy] {
        self.policies.propagation
    }

    /// All policies that change objects.
    pub(super) fn overrides(&self) -> &'a [OverridePolicy] {
        self.policies.overrides
    }

    /// The first policy that does the same as one.
    pub(super) fn class(&self, number: usize) -> usize {
        self.classes.get(number).copied().unwrap_or(number)
    }

    /// The policy of a number.
    pub(super) fn policy(&self, number: usize) -> Option<&'a PropagationPolicy> {
        self.policies.propagation.get(number)
    }

    /// Who carries an object.
    pub(super) fn of(&self, key: &ObjectKey, root: &Json) -> Claim {
        match self.number_of(key, root) {
            _ if self.policies.propagation.is_empty() => Claim::New,
            Some(number) => Claim::Policy(self.class(number)),
            None => Claim::Nobody,
        }
    }

    /// The very policy that carries an object.
    pub(super) fn number_of(&self, key: &ObjectKey, root: &Json) -> Option<usize> {
        if let Some(members) = self.policies.members {
            return members.carrier(key);
        }
        let mut root = root.clone();
        if let (Some(metadata), Some(namespace)) =
            (root.get_mut("metadata").and_then(Json::as_object_mut), &key.namespace)
        {
            metadata.insert("namespace".to_owned(), Json::from(namespace.as_str()));
        }
        let own = key.namespace.as_deref().map(Some);
        let scopes = own.into_iter().chain([None]);
        // Policies of the object's own namespace come before all others.
        scopes.filter_map(|scope| self.by_namespace.get(&scope)).find_map(|(numbers, policies)| {
            let chosen = find_claim(&root, policies)?;
            let place = policies.iter().position(|policy| policy == chosen)?;
            numbers.get(place).copied()
        })
    }

    /// Who carries an object of which only the name is known.
    pub(super) fn of_name(&self, key: &ObjectKey) -> Claim {
        let root = json!({
            "apiVersion": key.gvk.api_version(),
            "kind": key.gvk.kind(),
            "metadata": { "name": key.name },
        });
        self.of(key, &root)
    }
}

fn is_namespaced(policy: &PropagationPolicy) -> bool {
    policy.kind == PropagationPolicyKind::PropagationPolicy
}

/// Namespace and name of the policy that a policy is named after.
fn main_policy(policy: &PropagationPolicy) -> Option<(&str, &str)> {
    let name = policy.metadata.name.as_str();
    if is_namespaced(policy) {
        return Some((policy.metadata.namespace.as_deref()?, name.strip_suffix(AROUND)?));
    }
    name.split_once('.')
}

/// Tells whether a policy is what the user wrote there.
pub(super) fn is_written(policy: &PropagationPolicy, original: &Original) -> bool {
    let kind = match policy.kind {
        PropagationPolicyKind::PropagationPolicy => "PropagationPolicy",
        PropagationPolicyKind::ClusterPropagationPolicy => "ClusterPropagationPolicy",
    };
    let namespace = policy.metadata.namespace.as_ref().filter(|_| kind == "PropagationPolicy");
    original.key.gvk.kind() == kind
        && original.key.name == policy.metadata.name
        && original.key.namespace.as_ref() == namespace
}

/// Tells whether a policy sends every object that it selects to the clusters that a workload of so many replicas goes to.
pub(super) fn is_uniform(spec: &PropagationSpec, replicas: Option<i64>) -> bool {
    let canonical = canonical(spec);
    let Some(placement) = canonical.placement else { return true };
    if is_fixed(&placement, replicas) {
        return true;
    }
    let is_duplicated = placement.replica_scheduling.is_none_or(|scheduling| {
        scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Duplicated)
    });
    is_duplicated && placement.spread_constraints.is_empty() && placement.cluster_affinities.is_empty()
}

/// Tells whether an override policy changes an object.
pub(super) fn overrides(policy: &OverridePolicy, original: &Original) -> bool {
    let is_in_scope = match policy.kind {
        OverridePolicyKind::OverridePolicy => policy.metadata.namespace == original.key.namespace,
        OverridePolicyKind::ClusterOverridePolicy => true,
    };
    let selectors = &policy.spec.resource_selectors;
    let mut aimed = selectors.iter().filter(|selector| selector.kind == original.key.gvk.kind());
    let is_aimed = aimed.any(|selector| selector.name.is_empty() || selector.name == original.key.name);
    is_in_scope
        && (selectors.is_empty()
            || is_aimed
                && selectors_priority(&original.root.to_json(), selectors) > ImplicitPriority::Mismatch)
}
