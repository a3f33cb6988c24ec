//! When and how an application moves to another cluster.

use serde::Deserialize;
use serde::Serialize;

use crate::karmada::policy::read_choice;

/// What starts a move.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failover {
    /// The application is unhealthy; needs `propagateDeps`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationFailover>,
    /// The cluster is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterFailover>,
}

/// The move of an application that is unhealthy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicationFailover {
    /// How long it must be unhealthy.
    #[serde(default)]
    pub decision_conditions: DecisionConditions,
    /// What happens to the old copy; Karmada's default is `Gracefully`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub purge_mode: Option<ApplicationPurgeMode>,
    /// How long the old copy may wait for the new one, in seconds; only with `Gracefully`, 600 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_period_seconds: Option<i32>,
    /// What of its state moves along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_preservation: Option<StatePreservation>,
}

/// How long an application must be unhealthy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecisionConditions {
    /// The time in seconds; Karmada's default is 300.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toleration_seconds: Option<i32>,
}

/// What happens to the old copy of an application that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ApplicationPurgeMode {
    /// It is deleted before the new one is made.
    Directly,
    /// It stays until the new one is healthy or the grace period is over.
    Gracefully,
    /// It stays.
    Never,
    /// `Directly`, before Karmada 1.15.
    Immediately,
    /// `Gracefully`, before Karmada 1.15.
    Graciously,
}

/// The move away from a cluster that is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterFailover {
    /// What happens to the old copy; Karmada's default is `Gracefully`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_choice")]
    pub purge_mode: Option<ClusterPurgeMode>,
    /// What of its state moves along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_preservation: Option<StatePreservation>,
}

/// What happens to the old copy of an application whose cluster is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ClusterPurgeMode {
    /// It is deleted before the new one is made.
    Directly,
    /// It stays until the new one is healthy.
    Gracefully,
}

/// State that moves along with an application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatePreservation {
    /// One rule for each piece of state.
    pub rules: Vec<StatePreservationRule>,
}

/// One piece of state that moves along.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatePreservationRule {
    /// The label of the new copy that carries the state.
    #[serde(default)]
    pub alias_label_name: String,
    /// Where the state is in the status of the old copy, as a `JSONPath`.
    #[serde(default)]
    pub json_path: String,
}
