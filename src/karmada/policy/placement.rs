//! Which clusters, and how many replicas on each.

use serde::Deserialize;
use serde::Serialize;

use crate::k8s::selector::LabelSelector;
use crate::karmada::policy::is_zero;
use crate::karmada::policy::read_choice;

/// Which clusters, and how many replicas on each; the empty placement is every cluster with all replicas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placement {
    /// The clusters; not together with `clusterAffinities`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_affinity: Option<ClusterAffinity>,
    /// Groups of clusters, tried in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cluster_affinities: Vec<ClusterAffinityTerm>,
    /// The taints of clusters that do no harm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cluster_tolerations: Vec<Toleration>,
    /// How widely to spread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread_constraints: Vec<SpreadConstraint>,
    /// How replicas are shared out; absent means all of them on each cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica_scheduling: Option<ReplicaScheduling>,
    /// Which workloads share clusters, and which do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload_affinity: Option<WorkloadAffinity>,
}

/// Picks clusters: all parts that are given must hold; the empty one picks every cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterAffinity {
    /// The names; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cluster_names: Vec<String>,
    /// Names that are left out, whatever else says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// The labels asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
    /// The provider, region, or zone asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_selector: Option<FieldSelector>,
}

/// Picks clusters by provider, region, or zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldSelector {
    /// The conditions; all must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<FieldRequirement>,
}

/// One condition on a field of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldRequirement {
    /// The field: `provider`, `region`, or `zone`, unless nothing checked it.
    #[serde(default)]
    pub key: String,
    /// The operator: `In` or `NotIn`, unless nothing checked it.
    #[serde(default)]
    pub operator: String,
    /// The values; Karmada checks none of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// One of the groups that are tried in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterAffinityTerm {
    /// The name of the group, unique in the placement.
    pub affinity_name: String,
    /// The clusters of the group.
    #[serde(flatten)]
    pub affinity: ClusterAffinity,
    /// More clusters, group by group, for replicas that the first ones cannot hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overflow_affinities: Vec<OverflowAffinity>,
}

/// A group of clusters for replicas that find no room before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverflowAffinity {
    /// The name of the group, unique in its term.
    pub affinity_name: String,
    /// The clusters of the group.
    #[serde(flatten)]
    pub affinity: ClusterAffinity,
}

/// A taint that does no harm; Kubernetes' own type, of which Karmada checks little.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Toleration {
    /// The key of the taint; absent means any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// `Exists`, or `Equal`, which absent means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operator: String,
    /// The value that `Equal` asks for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The effect of the taint; absent means any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub effect: String,
    /// How long `NoExecute` is borne, in seconds; absent means for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toleration_seconds: Option<i64>,
}

/// How widely to spread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpreadConstraint {
    /// The field of a cluster that makes the groups.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub spread_by_field: Option<SpreadField>,
    /// The label that makes the groups; no scheduler of Karmada reads it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spread_by_label: String,
    /// The fewest groups; Karmada's default is 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_groups: i64,
    /// The most groups; absent means none, not any number.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_groups: i64,
}

/// A field of clusters that makes groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SpreadField {
    /// Each cluster is a group.
    Cluster,
    /// Clusters of one region.
    Region,
    /// Clusters of one zone.
    Zone,
    /// Clusters of one provider.
    Provider,
}

/// How replicas are shared out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicaScheduling {
    /// Whether each cluster gets all replicas or a part; Karmada's default is `Divided`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub replica_scheduling_type: Option<ReplicaSchedulingType>,
    /// How the parts are cut; Karmada's default for `Divided` is `Weighted`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub replica_division_preference: Option<ReplicaDivisionPreference>,
    /// The weights of `Weighted`; absent means equal ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_preference: Option<ClusterPreferences>,
}

/// Whether each cluster gets all replicas or a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReplicaSchedulingType {
    /// Each cluster gets all of them.
    Duplicated,
    /// Each cluster gets a part.
    Divided,
}

/// How the parts are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReplicaDivisionPreference {
    /// On as few clusters as have the room.
    Aggregated,
    /// By weight.
    Weighted,
}

/// The weights of clusters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterPreferences {
    /// Fixed weights; ignored when there is a `dynamicWeight`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub static_weight_list: Vec<StaticClusterWeight>,
    /// What the weights follow.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub dynamic_weight: Option<DynamicWeight>,
}

/// The weight of the clusters of an affinity; a cluster takes the highest that applies to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StaticClusterWeight {
    /// The clusters.
    #[serde(default)]
    pub target_cluster: ClusterAffinity,
    /// The weight of each, relative to the others; at least 1.
    pub weight: i64,
}

/// What weights follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DynamicWeight {
    /// The number of replicas that a cluster has room for.
    AvailableReplicas,
}

/// Which workloads share clusters, and which do not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadAffinity {
    /// Workloads of one group go to the same clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affinity: Option<WorkloadAffinityTerm>,
    /// Workloads of one group go to different clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anti_affinity: Option<WorkloadAffinityTerm>,
}

/// A group of workloads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadAffinityTerm {
    /// The label whose value makes the groups.
    #[serde(default)]
    pub group_by_label_key: String,
}
