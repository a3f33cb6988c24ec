//! The policies of Karmada that would send objects where they were found, and make of each what a cluster has.

use crate::import::Original;
use crate::import::members::Clusters;
use crate::import::members::copies::Copy;
use crate::import::members::difference::Step;
use crate::import::members::difference::differences;
use crate::import::members::division::Shares;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::name::check_dns_subdomain;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::ResourceSelector;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::RuleWithCluster;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::ClusterPreferences;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaScheduling;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::StaticClusterWeight;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::source::Span;
use crate::tree;
use serde_json::Value as Json;
use serde_json::json;

/// What an App without a workload is called.
const SHARED: &str = "shared";

/// What an App without a workload is called that has what some of all clusters have.
pub(super) fn name_of_shared((clusters, all): (&Clusters, &Clusters)) -> String {
    if clusters == all {
        return SHARED.to_owned();
    }
    let names: Vec<&str> = clusters.iter().map(String::as_str).collect();
    format!("{SHARED}-{}", names.join("-"))
}

/// A policy that sends objects to some clusters: each gets its share of the replicas, or all of them. Its name is for an App without
/// a workload.
pub(super) fn propagation_policy(
    name: String,
    (clusters, shares): (&Clusters, Option<&Shares>),
    propagate_deps: bool,
) -> PropagationPolicy {
    let duplicated = ReplicaScheduling {
        replica_scheduling_type: Some(ReplicaSchedulingType::Duplicated),
        ..ReplicaScheduling::default()
    };
    let placement = Placement {
        cluster_affinity: Some(affinity(clusters)),
        replica_scheduling: Some(shares.map_or(duplicated, divided)),
        ..Placement::default()
    };
    PropagationPolicy {
        api_version: POLICY_API_VERSION.to_owned(),
        kind: PropagationPolicyKind::PropagationPolicy,
        metadata: Metadata { name, ..Metadata::default() },
        spec: PropagationSpec { placement: Some(placement), propagate_deps, ..PropagationSpec::default() },
    }
}

fn divided(shares: &Shares) -> ReplicaScheduling {
    let weights = shares.iter().map(|(cluster, replicas)| StaticClusterWeight {
        target_cluster: affinity(&Clusters::from([cluster.clone()])),
        weight: *replicas,
    });
    ReplicaScheduling {
        replica_scheduling_type: Some(ReplicaSchedulingType::Divided),
        replica_division_preference: Some(ReplicaDivisionPreference::Weighted),
        weight_preference: Some(ClusterPreferences {
            static_weight_list: weights.collect(),
            ..ClusterPreferences::default()
        }),
    }
}

fn affinity(clusters: &Clusters) -> ClusterAffinity {
    ClusterAffinity { cluster_names: clusters.iter().cloned().collect(), ..ClusterAffinity::default() }
}

/// A name for the policy that changes an object, which says which one.
pub(super) fn name_for(key: &ObjectKey) -> String {
    let name = format!("{}-{}", key.gvk.kind().to_lowercase(), key.name);
    if check_dns_subdomain(&name).is_ok() { name } else { "differences".to_owned() }
}

/// The policy that makes copies of an object, with the place of each rule. A change that several copies share is one rule for
/// all their clusters.
pub(super) fn override_policy(
    name: String,
    (base, copies): (&Original, &[Copy]),
) -> (OverridePolicy, Vec<Span>) {
    let template = claimed(base);
    let mut changes: Vec<(Vec<Step>, Clusters, Span)> = Vec::new();
    for copy in copies {
        for steps in differences(&template, &claimed(&copy.original)) {
            match changes.iter_mut().find(|(known, _, _)| *known == steps) {
                Some((_, clusters, _)) => clusters.extend(copy.clusters.iter().cloned()),
                None => changes.push((steps, copy.clusters.clone(), copy.original.at)),
            }
        }
    }
    let mut rules: Vec<(Clusters, Vec<Step>, Span)> = Vec::new();
    for (steps, clusters, at) in changes {
        match rules.iter_mut().find(|(known, _, _)| *known == clusters) {
            Some((_, known, _)) => known.extend(steps),
            None => rules.push((clusters, steps, at)),
        }
    }
    let places = rules.iter().map(|(_, _, at)| *at).collect();
    let override_rules = rules.into_iter().map(|(clusters, plaintext, _)| RuleWithCluster {
        target_cluster: Some(affinity(&clusters)),
        overriders: Overriders { plaintext, ..Overriders::default() },
    });
    let key = &base.key;
    let selector = ResourceSelector {
        api_version: key.gvk.api_version(),
        kind: key.gvk.kind().to_owned(),
        namespace: key.namespace.clone().unwrap_or_default(),
        name: key.name.clone(),
        label_selector: None,
    };
    let kind = match key.namespace {
        Some(_) => OverridePolicyKind::OverridePolicy,
        None => OverridePolicyKind::ClusterOverridePolicy,
    };
    let policy = OverridePolicy {
        api_version: POLICY_API_VERSION.to_owned(),
        kind,
        metadata: Metadata { name, namespace: key.namespace.clone(), ..Metadata::default() },
        spec: OverrideSpec {
            resource_selectors: vec![selector],
            override_rules: override_rules.collect(),
            ..OverrideSpec::default()
        },
    };
    (policy, places)
}

/// The object as it is when overrides are applied. Karmada writes a label and an annotation into whatever a policy claims, so that
/// the maps for them are there; it brings a Namespace without one.
fn claimed(original: &Original) -> Json {
    let mut template = original.template();
    let metadata = template.get_mut("metadata").and_then(Json::as_object_mut);
    if let Some(metadata) = metadata.filter(|_| original.key.gvk.kind() != "Namespace") {
        for texts in ["labels", "annotations"] {
            metadata.entry(texts).or_insert_with(|| json!({}));
        }
    }
    template
}

/// A policy as somebody would have written it; each rule has the place of a copy that it makes.
pub(super) fn written_policy(
    policy: &OverridePolicy,
    (base, places): (&Original, &[Span]),
) -> Option<Original> {
    let json = serde_json::to_value(policy).ok()?;
    let kind = json.get("kind")?.as_str()?;
    let gvk = GroupVersionKind::parse(POLICY_API_VERSION, kind).ok()?;
    let key = ObjectKey { gvk, namespace: base.key.namespace.clone(), name: policy.metadata.name.clone() };
    let mut root = tree::from_json(base.at, &json);
    let rules = json.pointer("/spec/overrideRules")?.as_array()?;
    let rules = rules.iter().zip(places).map(|(rule, at)| tree::from_json(*at, rule)).collect();
    *crate::import::strip::find_mut(&mut root, &["spec", "overrideRules"])? = tree::list(base.at, rules);
    Some(Original { key, root, at: base.at })
}
