//! What a propagation policy says: which resources, and how they travel.

use serde::Deserialize;
use serde::Serialize;

use crate::karmada::policy::ResourceSelector;
use crate::karmada::policy::failover::Failover;
use crate::karmada::policy::is_false;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::read_choice;

/// The name of Karmada's own scheduler.
pub const DEFAULT_SCHEDULER: &str = "default-scheduler";

/// The spec of `PropagationPolicy` and `ClusterPropagationPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PropagationSpec {
    /// The resources; at least one selector.
    pub resource_selectors: Vec<ResourceSelector>,
    /// The clusters; absent means every cluster, each with all replicas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// Whether what the resources refer to travels with them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub propagate_deps: bool,
    /// The deprecated name of `propagateDeps`; Karmada ignores it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub association: bool,
    /// The rank among policies that match the same resource: higher wins; Karmada's default is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Whether the policy takes resources that another one holds.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub preemption: Option<Preemption>,
    /// What happens when a member cluster already has the resource.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub conflict_resolution: Option<ConflictResolution>,
    /// When a change of this policy reaches the resources.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub activation_preference: Option<ActivationPreference>,
    /// Override policies that must exist before anything is propagated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependent_overrides: Vec<String>,
    /// The scheduler; Karmada's default is `default-scheduler`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scheduler_name: String,
    /// When and how the application moves to another cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Failover>,
    /// What is held back for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// Whether member clusters keep the resource when its template is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preserve_resources_on_deletion: Option<bool>,
    /// The place in the scheduler's queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_priority: Option<SchedulePriority>,
}

/// Whether a policy takes resources that another one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Preemption {
    /// It takes them when its priority is higher.
    Always,
    /// It leaves them alone.
    Never,
}

/// What happens when a member cluster already has a resource that Karmada did not put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ConflictResolution {
    /// The resource is left as it is, and propagation fails there.
    Abort,
    /// The resource is taken over.
    Overwrite,
}

/// When a change of a policy reaches the resources it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActivationPreference {
    /// At the next change of the resource, not at once.
    Lazy,
}

/// What is held back for now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Suspension {
    /// Holds back every cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatching: Option<bool>,
    /// Holds back some clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatching_on_clusters: Option<SuspendedClusters>,
}

/// The clusters that get no changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuspendedClusters {
    /// Their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cluster_names: Vec<String>,
}

/// The place in the scheduler's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchedulePriority {
    /// Where the class is defined.
    pub priority_class_source: PriorityClassSource,
    /// The name of the class.
    #[serde(default)]
    pub priority_class_name: String,
}

/// Where a priority class is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PriorityClassSource {
    /// A `PriorityClass` of `scheduling.k8s.io/v1`.
    KubePriorityClass,
}
