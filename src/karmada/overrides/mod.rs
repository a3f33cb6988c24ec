//! What override policies make of a resource for one cluster.
//!
//! Karmada f8fdd02 `pkg/util/overridemanager/overridemanager.go`.

mod arguments;
mod document;
mod fault;
mod image;
mod labels;
mod number;
mod raw_json;
mod single;
mod step;

use serde_json::Value;

use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::selector::ImplicitPriority;
use crate::karmada::selector::namespace_of;
use crate::karmada::selector::selectors_priority;

pub use crate::karmada::overrides::document::read_first as read_yaml;
pub use crate::karmada::overrides::fault::OverrideFault;
pub use crate::karmada::overrides::number::normalize;
pub use crate::karmada::overrides::single::SingleOverrider;
pub use crate::karmada::overrides::single::split;
pub use crate::karmada::overrides::step::apply_overriders;

/// A resource as one cluster receives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Overridden<'a> {
    /// The resource.
    pub object: Value,
    /// The rules that were applied, in order.
    pub applied: Vec<AppliedRule<'a>>,
}

/// A rule of an override policy that applies to a resource on a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AppliedRule<'a> {
    /// The policy.
    pub policy: &'a OverridePolicy,
    /// The index of the rule in `overrideRules`; none for the deprecated single rule.
    pub rule: Option<usize>,
    /// The changes of the rule.
    pub overriders: &'a Overriders,
}

/// A rule that cannot be applied; the cluster then receives nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct OverrideFailure<'a> {
    /// The rule.
    pub rule: AppliedRule<'a>,
    /// Why it cannot be applied.
    pub fault: OverrideFault,
}

/// Applies all override policies that concern a resource on a cluster.
///
/// `policies` may have any order and be of both kinds. Cluster override policies come first, then those of the
/// resource's namespace; within each, the less precise selectors come first, and names decide between equals.
///
/// # Errors
///
/// Returns the first rule that fails. [`OverrideFault::Panic`] is not this cluster's alone: Karmada then stops
/// before it reaches the other clusters of the resource.
pub fn apply_overrides<'a>(
    object: &Value,
    cluster: &Cluster,
    policies: &'a [OverridePolicy],
) -> Result<Overridden<'a>, Box<OverrideFailure<'a>>> {
    let mut overridden = Overridden { object: normalize(object), applied: Vec::new() };
    for kind in [OverridePolicyKind::ClusterOverridePolicy, OverridePolicyKind::OverridePolicy] {
        for rule in find_rules(&overridden.object, cluster, policies, kind) {
            apply_overriders(&mut overridden.object, rule.overriders)
                .map_err(|fault| Box::new(OverrideFailure { rule, fault }))?;
            overridden.applied.push(rule);
        }
    }
    Ok(overridden)
}

/// Finds the rules of one kind of policy for a cluster, in the order of application.
///
/// All of them are chosen before the first is applied.
fn find_rules<'a>(
    object: &Value,
    cluster: &Cluster,
    policies: &'a [OverridePolicy],
    kind: OverridePolicyKind,
) -> Vec<AppliedRule<'a>> {
    let rules = rules_for(object, policies, kind).into_iter();
    rules
        .filter(|(_, target)| target.is_none_or(|target| cluster_matches(cluster, target)))
        .map(|(rule, _)| rule)
        .collect()
}

/// Finds the rules of one kind of policy that select a resource, in the order of application, each with its clusters; absent
/// means all.
#[must_use]
pub fn rules_for<'a>(
    object: &Value,
    policies: impl IntoIterator<Item = &'a OverridePolicy>,
    kind: OverridePolicyKind,
) -> Vec<(AppliedRule<'a>, Option<&'a ClusterAffinity>)> {
    let of_kind = policies.into_iter().filter(|policy| policy.kind == kind && is_in_scope(object, policy));
    let mut matching: Vec<(ImplicitPriority, &OverridePolicy)> = of_kind
        .map(|policy| (precision(object, policy), policy))
        .filter(|(precision, _)| *precision > ImplicitPriority::Mismatch)
        .collect();
    matching.sort_by_key(|(precision, policy)| (*precision, &policy.metadata.name));
    matching.into_iter().flat_map(|(_, policy)| rules_of(policy)).collect()
}

fn is_in_scope(object: &Value, policy: &OverridePolicy) -> bool {
    match policy.kind {
        OverridePolicyKind::ClusterOverridePolicy => true,
        OverridePolicyKind::OverridePolicy => {
            let namespace = namespace_of(object);
            !namespace.is_empty() && policy.metadata.namespace.as_deref() == Some(namespace)
        }
    }
}

/// A policy without selectors is as precise as one that names the kind only.
fn precision(object: &Value, policy: &OverridePolicy) -> ImplicitPriority {
    let selectors = &policy.spec.resource_selectors;
    if selectors.is_empty() { ImplicitPriority::MatchAll } else { selectors_priority(object, selectors) }
}

/// The rules of a policy with their clusters; the deprecated single rule when there are no others.
fn rules_of(policy: &OverridePolicy) -> Vec<(AppliedRule<'_>, Option<&ClusterAffinity>)> {
    let spec = &policy.spec;
    if spec.override_rules.is_empty() {
        let rule = AppliedRule { policy, rule: None, overriders: &spec.overriders };
        return vec![(rule, spec.target_cluster.as_ref())];
    }
    let rules = spec.override_rules.iter().enumerate();
    rules
        .map(|(index, rule)| {
            let applied = AppliedRule { policy, rule: Some(index), overriders: &rule.overriders };
            (applied, rule.target_cluster.as_ref())
        })
        .collect()
}
