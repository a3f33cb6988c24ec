//! Which policy claims an object, and which others would.

use crate::control_plane::ControlPlane;
use crate::control_plane::Template;
use crate::forecast::Candidate;
use crate::forecast::Claim;
use crate::karmada::namespace;
use crate::karmada::namespace::SKIP_LABEL;
use crate::karmada::namespace::is_reserved;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::propagation::ActivationPreference;
use crate::karmada::policy::propagation::DEFAULT_SCHEDULER;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::selector::Candidate as Match;
use crate::karmada::selector::Policies;
use serde_json::Value as Json;

/// Who sends an object, and what there is to say about it.
pub(super) struct Claimed<'a> {
    pub(super) claim: Claim,
    /// The policy that decides; absent where none claims the object, or the one that does is not ready.
    pub(super) policy: Option<&'a PropagationPolicy>,
    pub(super) notes: Vec<String>,
}

/// Finds who sends an object.
pub(super) fn claim<'a>(
    template: &Template,
    plane: &'a ControlPlane,
    policies: &Policies<'a>,
) -> Claimed<'a> {
    let only = |claim: Claim| Claimed { claim, policy: None, notes: Vec::new() };
    if template.key.namespace.as_deref().is_some_and(is_reserved) {
        return only(Claim::ReservedNamespace);
    }
    let candidates = policies.candidates(&template.object);
    let Some((chosen, others)) = candidates.split_first() else {
        return only(if is_synced(template) { Claim::NamespaceSync } else { Claim::Nobody });
    };
    let claim = Claim::Policy { chosen: describe(chosen), others: others.iter().map(describe).collect() };
    let missing = missing_overrides(chosen.policy, plane);
    let mut notes = Vec::new();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        notes.push(format!(
            "nothing is propagated until the override policies exist that `dependentOverrides` names: {}",
            names.join(", ")
        ));
    }
    notes.extend(notes_on(&chosen.policy.spec));
    notes.extend(find_holder(&template.object).filter(|holder| *holder != describe(chosen).to_string()).map(
        |holder| format!("the {holder} holds it by its annotations, and keeps it unless `preemption: Always` takes it away"),
    ));
    let policy = missing.is_empty().then_some(chosen.policy);
    Claimed { claim, policy, notes }
}

/// The policy that an exported object says it belongs to.
///
/// *Source*: karmada f8fdd02 `pkg/detector/detector.go` `LookForMatchedPolicy`: an earlier claim wins over every match.
fn find_holder(object: &Json) -> Option<String> {
    let annotations = object.pointer("/metadata/annotations")?;
    let text = |key: &str| annotations.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let namespaced =
        text("propagationpolicy.karmada.io/name").zip(text("propagationpolicy.karmada.io/namespace"));
    let namespaced = namespaced.map(|(name, namespace)| format!("PropagationPolicy {namespace}/{name}"));
    let clusterwide = || text("clusterpropagationpolicy.karmada.io/name");
    namespaced.or_else(|| clusterwide().map(|name| format!("ClusterPropagationPolicy {name}")))
}

/// What a policy says that a preview cannot show.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/scheduler.go` `schedulerNameFilter`, `pkg/detector/detector.go` `ApplyPolicy`.
fn notes_on(spec: &PropagationSpec) -> Vec<String> {
    let mut notes = Vec::new();
    if spec.placement.as_ref().is_some_and(|placement| placement.workload_affinity.is_some()) {
        notes.push("`workloadAffinity` depends on what else runs where, and is not looked at".to_owned());
    }
    let scheduler = &spec.scheduler_name;
    if !scheduler.is_empty() && scheduler != DEFAULT_SCHEDULER {
        notes.push(format!(
            "the scheduler `{scheduler}` decides; shown is what Karmada's own would do, which leaves the object alone"
        ));
    }
    if spec.activation_preference == Some(ActivationPreference::Lazy) {
        notes.push("with `Lazy`, an object that is there already follows when it is changed next".to_owned());
    }
    notes
}

fn describe(found: &Match<'_>) -> Candidate {
    let metadata = &found.policy.metadata;
    Candidate {
        kind: found.policy.kind,
        namespace: match found.policy.kind {
            PropagationPolicyKind::PropagationPolicy => metadata.namespace.clone(),
            PropagationPolicyKind::ClusterPropagationPolicy => None,
        },
        name: metadata.name.clone(),
        priority: found.policy.spec.priority.unwrap_or(0),
        precision: found.precision,
    }
}

/// Whether Karmada itself has the object on every cluster.
pub(super) fn is_synced(template: &Template) -> bool {
    let labels = template.object.pointer("/metadata/labels");
    let skip_label = labels.and_then(|labels| labels.get(SKIP_LABEL)).and_then(Json::as_str);
    let gvk = &template.key.gvk;
    gvk.group().is_empty()
        && gvk.kind() == "Namespace"
        && namespace::is_synced(&template.key.name, skip_label)
}

/// The override policies that a policy waits for, and that are not there.
///
/// *Source*: karmada f8fdd02 `pkg/detector/policy.go`, `pkg/util/helper/policy.go` `IsDependentOverridesPresent`.
fn missing_overrides<'a>(policy: &'a PropagationPolicy, plane: &ControlPlane) -> Vec<&'a str> {
    let wanted = policy.spec.dependent_overrides.iter().map(String::as_str);
    let is_there = |name: &str| {
        plane.overrides.iter().any(|found| {
            let is_in_scope = match policy.kind {
                PropagationPolicyKind::PropagationPolicy => {
                    found.kind == OverridePolicyKind::OverridePolicy
                        && found.metadata.namespace == policy.metadata.namespace
                }
                PropagationPolicyKind::ClusterPropagationPolicy => {
                    found.kind == OverridePolicyKind::ClusterOverridePolicy
                }
            };
            is_in_scope && found.metadata.name == name
        })
    };
    wanted.filter(|name| !is_there(name)).collect()
}
