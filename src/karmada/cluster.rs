//! The parts of Karmada's `Cluster` object that decide where things go; everything else is ignored.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// A member cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cluster {
    /// Name and labels.
    pub metadata: ClusterMetadata,
    /// Where the cluster is, and what keeps workloads off.
    pub spec: ClusterSpec,
    /// What the cluster has.
    pub status: ClusterStatus,
}

/// The name and the labels of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterMetadata {
    /// The name.
    pub name: String,
    /// The labels, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// When the cluster began to go away; nothing is scheduled to it from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<String>,
}

/// Where a cluster is, and what keeps workloads off.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterSpec {
    /// The provider.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// The region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// The deprecated single zone; Karmada copies it to `zones` when that is empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// The zones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// What keeps workloads off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    /// The sizes of nodes that `status.resourceSummary.allocatableModelings` counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_models: Vec<ResourceModel>,
}

/// What keeps workloads off a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule`, or `NoExecute`.
    pub effect: String,
}

/// One size of nodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceModel {
    /// The number that names the size.
    pub grade: u64,
    /// How much a node of this size has of each resource.
    pub ranges: Vec<ResourceModelRange>,
}

/// How much a node of one size has of one resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceModelRange {
    /// The resource: `cpu`, `memory`, …
    pub name: String,
    /// The least, as a quantity: a string or a number.
    pub min: Value,
    /// The most, exclusive, as a quantity: a string or a number.
    pub max: Value,
}

/// What a cluster has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterStatus {
    /// The kinds that the cluster knows, by group and version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_enablements: Vec<ApiEnablement>,
    /// What is there and what is taken; absent means nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_summary: Option<ResourceSummary>,
}

impl ClusterStatus {
    /// Tells whether a kind is among those that the cluster says it knows.
    #[must_use]
    pub fn lists(&self, api_version: &str, kind: &str) -> bool {
        let enablements = self.api_enablements.iter().filter(|it| it.group_version == api_version);
        enablements.flat_map(|enablement| &enablement.resources).any(|resource| resource.kind == kind)
    }
}

/// The kinds of one group and version that a cluster knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiEnablement {
    /// The group and version, as in `apiVersion`.
    pub group_version: String,
    /// The kinds.
    pub resources: Vec<ApiResource>,
}

/// A kind that a cluster knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiResource {
    /// The plural name.
    pub name: String,
    /// The kind.
    pub kind: String,
}

/// What a cluster has and what is taken, by resource; quantities are strings or numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceSummary {
    /// What workloads can use in all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub allocatable: BTreeMap<String, Value>,
    /// What workloads that wait for a node ask for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub allocating: BTreeMap<String, Value>,
    /// What workloads on nodes take.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub allocated: BTreeMap<String, Value>,
    /// How many nodes of each size have room.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allocatable_modelings: Vec<AllocatableModeling>,
}

/// How many nodes of one size have room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AllocatableModeling {
    /// The number that names the size.
    pub grade: u64,
    /// How many nodes.
    pub count: i64,
}
