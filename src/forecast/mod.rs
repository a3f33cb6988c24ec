//! What Karmada will do with objects and policies: where each object goes, with how many replicas, and why.

mod earlier;
mod reason;
mod rendering;

pub use crate::forecast::earlier::read_bindings;
pub use crate::forecast::reason::Reason;
pub use crate::forecast::reason::short;
pub use crate::forecast::rendering::Cause;
pub use crate::forecast::rendering::Change;
pub use crate::forecast::rendering::ClusterObjects;
pub use crate::forecast::rendering::RenderedObject;

use crate::k8s::gvk::ObjectKey;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::selector::ImplicitPriority;
use crate::karmada::selector::Policies;
use std::fmt;

/// What becomes of each object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// The clusters of the Fleet, in its order.
    pub clusters: Vec<String>,
    /// The objects, in the order given; policies are not among them.
    pub objects: Vec<ObjectPreview>,
    /// The clusters of which the Fleet does not say how much room they have, in its order.
    pub without_capacity: Vec<String>,
    /// The clusters of which the Fleet does not say which APIs they know; they are taken to know all.
    pub without_apis: Vec<String>,
}

/// What becomes of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectPreview {
    /// What names the object.
    pub key: ObjectKey,
    /// Who sends it.
    pub claim: Claim,
    /// Whose dependency it is: each of these brings it to the clusters that it goes to itself. Sorted.
    pub owners: Vec<ObjectKey>,
    /// What there is to share out; absent for objects without replicas.
    pub workload: Option<Workload>,
    /// Which clusters, and how many replicas.
    pub result: PlacementResult,
    /// What becomes of the object on each cluster, in the order of the Fleet.
    pub clusters: Vec<ClusterPreview>,
    /// Facts that need no action but explain: in plain words, without full stop.
    pub notes: Vec<String>,
}

/// Who sends an object to clusters.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// A policy.
    Policy {
        /// The one that claims it.
        chosen: Candidate,
        /// The others that match, in the order in which they would claim it.
        others: Vec<Candidate>,
    },
    /// Karmada itself: it keeps namespaces the same everywhere.
    NamespaceSync,
    /// Nobody: no policy matches.
    Nobody,
    /// Nobody, ever: Karmada keeps this namespace to itself.
    ReservedNamespace,
}

/// A policy that matches an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which of the two kinds.
    pub kind: PropagationPolicyKind,
    /// The namespace; absent for a cluster policy.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// `spec.priority`.
    pub priority: i32,
    /// How precisely it picks the object.
    pub precision: ImplicitPriority,
}

/// What of an object there is to share out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// The replicas of the whole object, as Karmada reads them.
    pub replicas: i32,
    /// A Job's completions, where they are shared out too.
    pub completions: Option<i32>,
    /// How.
    pub strategy: StrategyName,
}

/// How replicas are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrategyName {
    /// All replicas to each cluster.
    Duplicated,
    /// By fixed weights.
    StaticWeight,
    /// By room.
    DynamicWeight,
    /// By room, on as few clusters as have enough.
    Aggregated,
    /// The placement does not say.
    Unknown,
}

/// Which clusters receive an object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlacementResult {
    /// The possible outcomes: one, or two where a tie goes by the object's uid; none where the result is open, or nobody
    /// sends the object.
    pub outcomes: Vec<Outcome>,
    /// The clusters that fit and of which the Fleet does not say how much room they have, where the result depends on
    /// that.
    pub open: Vec<String>,
    /// Why nothing is scheduled; absent on success.
    pub failure: Option<Failure>,
    /// The group of `clusterAffinities` that is used.
    pub group: Option<String>,
    /// The groups that were tried before and failed, in order, with the reason.
    pub failed_groups: Vec<(String, Failure)>,
    /// Replicas that Karmada up to 1.15 draws lots for: so many, one each, among these clusters.
    pub drawn: Option<(i64, Vec<String>)>,
}

/// One possible outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How ties go in it.
    pub direction: Direction,
    /// The clusters that the policy sends the object to, in Karmada's order; those it only follows an owner to are not
    /// among them.
    pub targets: Vec<TargetCluster>,
    /// A Job's completions by cluster, in the order of the targets; empty where they are not shared out.
    pub completions: Vec<TargetCluster>,
}

/// What becomes of an object on one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPreview {
    /// The cluster.
    pub cluster: String,
    /// What it receives; absent where it receives nothing, or that is open.
    pub received: Option<Received>,
    /// Why.
    pub reason: Reason,
}

/// What a cluster receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Replicas on this cluster; absent for objects without.
    pub replicas: Option<Count>,
    /// A Job's completions on this cluster, where they are shared out.
    pub completions: Option<Count>,
    /// The share of all replicas in percent, rounded; absent where nothing is shared out, and where it depends on a tie.
    pub percent: Option<u8>,
    /// Whether the policy holds the object back from this cluster for now.
    pub is_suspended: bool,
}

/// A number that may depend on how a tie goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// When smaller names win.
    pub ascending: i32,
    /// When larger names win; the same where no tie matters.
    pub descending: i32,
}

impl Received {
    /// The object as it is, without replicas to share out.
    pub const WHOLE: Self = Self { replicas: None, completions: None, percent: None, is_suspended: false };
}

impl Preview {
    /// Finds what becomes of an object.
    #[must_use]
    pub fn find(&self, key: &ObjectKey) -> Option<&ObjectPreview> {
        self.objects.iter().find(|object| object.key == *key)
    }
}

impl ObjectPreview {
    /// Tells whether ties make two outcomes possible.
    #[must_use]
    pub fn depends_on_uid(&self) -> bool {
        self.result.outcomes.len() > 1
    }

    /// The clusters that receive replicas, in the order of the Fleet, each with their number.
    pub fn replicas(&self) -> impl Iterator<Item = (&str, Count)> {
        self.clusters.iter().filter_map(|row| Some((row.cluster.as_str(), row.received.as_ref()?.replicas?)))
    }

    /// Finds what becomes of the object on a cluster.
    #[must_use]
    pub fn find_cluster(&self, name: &str) -> Option<&ClusterPreview> {
        self.clusters.iter().find(|cluster| cluster.cluster == name)
    }
}

impl StrategyName {
    /// The word of an App's placement; for an unknown one what Karmada lacks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicated => "Duplicated",
            Self::StaticWeight => "StaticWeight",
            Self::DynamicWeight => "DynamicWeight",
            Self::Aggregated => "Aggregated",
            Self::Unknown => "no division preference",
        }
    }
}

impl Candidate {
    /// Finds the policy itself.
    #[must_use]
    pub fn find_policy<'a>(&self, policies: &Policies<'a>) -> Option<&'a PropagationPolicy> {
        policies.find(self.kind, self.namespace.as_deref(), &self.name)
    }

    /// The kind as an object has it.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            PropagationPolicyKind::PropagationPolicy => "PropagationPolicy",
            PropagationPolicyKind::ClusterPropagationPolicy => "ClusterPropagationPolicy",
        }
    }

    /// The words for how precisely it picks the object.
    #[must_use]
    pub fn precision_name(&self) -> &'static str {
        match self.precision {
            ImplicitPriority::Mismatch => "not at all",
            ImplicitPriority::MatchAll => "by kind",
            ImplicitPriority::MatchLabelSelector => "by labels",
            ImplicitPriority::MatchName => "by name",
        }
    }
}

impl fmt::Display for Candidate {
    /// Kind, namespace and name, as objects are named in messages.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.kind_name())?;
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        formatter.write_str(&self.name)
    }
}

impl Count {
    /// A number that no tie changes.
    #[must_use]
    pub fn certain(number: i32) -> Self {
        Self { ascending: number, descending: number }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.ascending)?;
        if self.descending == self.ascending { Ok(()) } else { write!(formatter, " or {}", self.descending) }
    }
}
