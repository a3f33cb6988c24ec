//! What scheduling decided, or why it could not.

use crate::karmada::cluster::Taint;
use crate::karmada::dispenser::Drawn;
use crate::karmada::division::TargetCluster;
use crate::karmada::policy::placement::SpreadField;
use std::collections::BTreeMap;
use std::fmt;

/// What scheduling decided, and what it looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheduling {
    /// The clusters and their replicas, in Karmada's order; on failure those that remain from before.
    pub targets: Vec<TargetCluster>,
    /// Replicas that Karmada up to 1.15 draws lots for: one more each for some of these clusters. Not in `targets`.
    pub drawn: Option<Drawn>,
    /// The clusters among which the replicas were shared out, in the order of preference; empty where none were selected.
    pub selected: Vec<String>,
    /// Why nothing was decided; absent on success.
    pub failure: Option<Failure>,
    /// The group of `clusterAffinities` in use: the one that won, else the one observed before; absent without.
    pub observed_affinity: Option<String>,
    /// The groups that were tried and failed, in order.
    pub failed_affinities: Vec<FailedAffinity>,
    /// Why clusters are refused, by name, for the group that won or else the one tried first.
    pub refused: BTreeMap<String, Vec<Refusal>>,
    /// How many replicas each cluster has room for, by name; absent for objects without replicas.
    pub estimates: Option<BTreeMap<String, i32>>,
}

/// A group of `clusterAffinities` that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAffinity {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Why it failed.
    pub failure: Failure,
}

/// Why nothing was scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is no cluster, or all are going away.
    NoClusters,
    /// Every cluster is refused.
    NoClusterFits,
    /// Fewer clusters fit than the spread constraint wants.
    TooFewClusters {
        /// Clusters that fit.
        found: usize,
        /// `minGroups`.
        wanted: i64,
    },
    /// Fewer regions have a cluster that fits than the spread constraint wants.
    TooFewRegions {
        /// Regions with a cluster that fits.
        found: usize,
        /// `minGroups`.
        wanted: i64,
    },
    /// No set of regions satisfies both the region and the cluster constraint.
    TooFewClustersInRegions,
    /// The clusters that `maxGroups` admits have too little room.
    NotEnoughRoomInSelection {
        /// How many clusters are admitted.
        clusters: usize,
    },
    /// Spread constraints, but neither by cluster nor by region.
    UnsupportedSpread,
    /// The selection is empty: `maxGroups` is left out.
    NoClustersSelected,
    /// All selected clusters together have too little room.
    NotEnoughRoom {
        /// Replicas that find room.
        room: i64,
        /// Replicas to place.
        wanted: i64,
    },
    /// The placement says `Divided` without a preference, which admission would have added.
    UnknownStrategy,
    /// There are more sets of regions than are searched here; Karmada would search them all.
    TooManyRegions,
    /// The division is not worked out: see [`crate::karmada::division::NegativeWeight`].
    NegativeWeight,
    /// The division leaves 64 bits: see [`crate::karmada::dispenser::Overflow`].
    Overflow,
}

/// The reason that Karmada writes into the binding's `Scheduled` condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No cluster passes the filters; earlier targets are taken away.
    NoClusterFit,
    /// There is too little room; earlier targets stay, and scheduling is tried again.
    Unschedulable,
    /// Any other error; earlier targets stay, and scheduling is tried again.
    SchedulerError,
}

impl Failure {
    /// The reason in the binding's condition.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::NoClusters | Self::NoClusterFits => Reason::NoClusterFit,
            Self::NotEnoughRoom { .. } => Reason::Unschedulable,
            Self::TooFewClusters { .. }
            | Self::TooFewRegions { .. }
            | Self::TooFewClustersInRegions
            | Self::NotEnoughRoomInSelection { .. }
            | Self::UnsupportedSpread
            | Self::NoClustersSelected
            | Self::UnknownStrategy
            | Self::TooManyRegions
            | Self::NegativeWeight
            | Self::Overflow => Reason::SchedulerError,
        }
    }

    /// Tells whether more room on clusters could change anything.
    #[must_use]
    pub fn depends_on_room(&self) -> bool {
        match self {
            Self::NotEnoughRoomInSelection { clusters } => *clusters > 0,
            Self::NotEnoughRoom { .. } | Self::TooManyRegions | Self::NegativeWeight | Self::Overflow => true,
            Self::NoClusters
            | Self::NoClusterFits
            | Self::TooFewClusters { .. }
            | Self::TooFewRegions { .. }
            | Self::TooFewClustersInRegions
            | Self::UnsupportedSpread
            | Self::NoClustersSelected
            | Self::UnknownStrategy => false,
        }
    }

    /// The short name of the failure, for output that machines read.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::NoClusters => "no-clusters",
            Self::NoClusterFits => "no-cluster-fits",
            Self::TooFewClusters { .. } => "too-few-clusters",
            Self::TooFewRegions { .. } => "too-few-regions",
            Self::TooFewClustersInRegions => "too-few-clusters-in-regions",
            Self::NotEnoughRoomInSelection { .. } => "not-enough-room-in-selection",
            Self::UnsupportedSpread => "unsupported-spread",
            Self::NoClustersSelected => "no-clusters-selected",
            Self::NotEnoughRoom { .. } => "not-enough-room",
            Self::UnknownStrategy => "unknown-strategy",
            Self::TooManyRegions => "too-many-regions",
            Self::NegativeWeight => "negative-weight",
            Self::Overflow => "overflow",
        }
    }
}

impl Reason {
    /// The word in the condition.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoClusterFit => "NoClusterFit",
            Self::Unschedulable => "Unschedulable",
            Self::SchedulerError => "SchedulerError",
        }
    }
}

/// Why a cluster is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The cluster is going away.
    Deleting,
    /// The cluster does not list the object's API.
    ApiMissing,
    /// No toleration tolerates this taint.
    Tainted(Taint),
    /// The affinity does not pick the cluster: these parts of it do not hold; never empty.
    NotSelected(Vec<AffinityPart>),
    /// The cluster lacks a field by which the placement spreads.
    SpreadFieldMissing(SpreadField),
    /// The object is being moved off the cluster.
    Evicted,
}

/// A part of a cluster affinity that a cluster does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AffinityPart {
    /// `clusterNames` does not list the cluster.
    ClusterNames,
    /// `exclude` lists the cluster.
    Exclude,
    /// `labelSelector` does not match the cluster's labels, or cannot be read.
    LabelSelector,
    /// An expression of `fieldSelector` does not hold, or cannot be read.
    FieldSelector {
        /// Its place in `matchExpressions`, from 0.
        index: usize,
    },
}

impl Refusal {
    /// The scheduler plugin that refuses; `Deleting` is none, but happens before them.
    #[must_use]
    pub fn plugin(&self) -> &'static str {
        match self {
            Self::Deleting => "Deleting",
            Self::ApiMissing => "APIEnablement",
            Self::Tainted(_) => "TaintToleration",
            Self::NotSelected(_) => "ClusterAffinity",
            Self::SpreadFieldMissing(_) => "SpreadConstraint",
            Self::Evicted => "ClusterEviction",
        }
    }
}

impl fmt::Display for Refusal {
    /// Says what is with the cluster; its name comes before.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deleting => formatter.write_str("is being deleted"),
            Self::ApiMissing => formatter.write_str("does not list the API of the object"),
            Self::Tainted(Taint { key, value, effect }) if value.is_empty() => {
                write!(formatter, "has the taint `{key}:{effect}`, which is not tolerated")
            }
            Self::Tainted(Taint { key, value, effect }) => {
                write!(formatter, "has the taint `{key}={value}:{effect}`, which is not tolerated")
            }
            Self::NotSelected(parts) => {
                formatter.write_str("is not picked by ")?;
                for (index, part) in parts.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(formatter, "{separator}{part}")?;
                }
                Ok(())
            }
            Self::SpreadFieldMissing(SpreadField::Cluster) => formatter.write_str("has no name"),
            Self::SpreadFieldMissing(SpreadField::Region) => formatter.write_str("has no region"),
            Self::SpreadFieldMissing(SpreadField::Zone) => formatter.write_str("has no zones"),
            Self::SpreadFieldMissing(SpreadField::Provider) => formatter.write_str("has no provider"),
            Self::Evicted => formatter.write_str("is being left"),
        }
    }
}

impl fmt::Display for AffinityPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClusterNames => formatter.write_str("`clusterNames`"),
            Self::Exclude => formatter.write_str("`exclude`"),
            Self::LabelSelector => formatter.write_str("`labelSelector`"),
            Self::FieldSelector { index } => {
                write!(formatter, "`fieldSelector.matchExpressions[{index}]`")
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoClusters => formatter.write_str("there is no cluster"),
            Self::NoClusterFits => formatter.write_str("no cluster fits"),
            Self::TooFewClusters { found, wanted } => {
                write!(formatter, "{}, at least {wanted} are wanted", counted(*found, "cluster", ["fits", "fit"]))
            }
            Self::TooFewRegions { found, wanted } => {
                write!(formatter, "{}, at least {wanted} are wanted", counted(*found, "region", ["fits", "fit"]))
            }
            Self::TooFewClustersInRegions => {
                formatter.write_str("no set of regions satisfies the region and the cluster constraint")
            }
            Self::NotEnoughRoomInSelection { clusters: 0 } | Self::NoClustersSelected => {
                formatter.write_str("no cluster is selected, as the spread by cluster has no `maxGroups`")
            }
            Self::NotEnoughRoomInSelection { clusters } => {
                write!(formatter, "{} too little room", counted(*clusters, "selected cluster", ["has", "have"]))
            }
            Self::UnsupportedSpread => formatter.write_str("Karmada spreads by cluster and region only"),
            Self::NotEnoughRoom { room, wanted } => {
                write!(formatter, "there is room for {room} of {wanted} replicas")
            }
            Self::UnknownStrategy => formatter.write_str("the division preference is missing"),
            Self::TooManyRegions => formatter.write_str(
                "the regions can be combined in more ways than Pelago tries; Karmada tries them all, and may take minutes; \
                 fewer regions, or a smaller `maxGroups`, help both",
            ),
            Self::NegativeWeight => formatter.write_str("a weight is negative"),
            Self::Overflow => formatter.write_str("weights times replicas leave 64 bits"),
        }
    }
}

impl std::error::Error for Failure {}

fn counted(number: usize, noun: &str, [one, many]: [&str; 2]) -> String {
    if number == 1 { format!("1 {noun} {one}") } else { format!("{number} {noun}s {many}") }
}
