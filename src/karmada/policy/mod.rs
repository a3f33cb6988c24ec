//! Karmada's four policy kinds, field for field, in the order in which their fields are best read.
//!
//! Texts that Karmada's schema requires may be absent here, and are empty then: its webhook lets them pass.

pub mod failover;
pub mod overriding;
pub mod placement;
pub mod propagation;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::k8s::selector::LabelSelector;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::propagation::PropagationSpec;

/// The `apiVersion` of all policies.
pub const POLICY_API_VERSION: &str = "policy.karmada.io/v1alpha1";

/// Decides to which clusters resources go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PropagationPolicy {
    /// Always [`POLICY_API_VERSION`].
    pub api_version: String,
    /// Which of the two scopes the policy has.
    pub kind: PropagationPolicyKind,
    /// Name, namespace, labels, and annotations.
    pub metadata: Metadata,
    /// What goes where.
    pub spec: PropagationSpec,
}

/// The two kinds of propagation policy; they share one spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PropagationPolicyKind {
    /// Selects resources of its own namespace.
    PropagationPolicy,
    /// Selects resources of any namespace, and cluster-scoped ones.
    ClusterPropagationPolicy,
}

/// Decides what differs between clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverridePolicy {
    /// Always [`POLICY_API_VERSION`].
    pub api_version: String,
    /// Which of the two scopes the policy has.
    pub kind: OverridePolicyKind,
    /// Name, namespace, labels, and annotations.
    pub metadata: Metadata,
    /// What changes where.
    pub spec: OverrideSpec,
}

/// The two kinds of override policy; they share one spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OverridePolicyKind {
    /// Applies to resources of its own namespace, after all cluster override policies.
    OverridePolicy,
    /// Applies to resources of any namespace, and to cluster-scoped ones.
    ClusterOverridePolicy,
}

/// The part of a policy's metadata that Karmada reads; other fields are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The name, unique for the kind in its namespace.
    #[serde(default)]
    pub name: String,
    /// The namespace; absent for cluster-scoped kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Labels, sorted by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations, sorted by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// When the object began to go away; a policy that goes away claims nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<String>,
}

/// Picks resources of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceSelector {
    /// The exact `apiVersion`.
    #[serde(default)]
    pub api_version: String,
    /// The exact kind.
    #[serde(default)]
    pub kind: String,
    /// The namespace; absent means any that the policy's scope allows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The name; absent means any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The labels asked for; ignored when there is a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
}

/// Reads a choice that Go's readers also take for absent when it is the empty string.
fn read_choice<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) if value.as_str() == Some("") => Ok(None),
        Some(value) => serde_json::from_value(value).map(Some).map_err(serde::de::Error::custom),
    }
}

/// Tells whether a flag has its default, so that it need not be written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Tells whether a number has its default, so that it need not be written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}
