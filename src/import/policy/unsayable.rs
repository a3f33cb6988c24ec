//! What a policy says and an App cannot, and what it says and Karmada does not do, each with its place.

use crate::k8s::pointer::Pointer;
use crate::source::Span;
use std::fmt;

/// A part of a policy that an App cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsayable {
    /// The part, from the root of the policy down.
    pub place: Pointer,
    /// Why an App cannot say it.
    pub reason: Reason,
}

/// A part of a policy that Karmada takes and does not do as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The part, from the root of the policy down.
    pub place: Pointer,
    /// What became of it.
    pub outcome: Outcome,
}

/// What becomes of a part of a policy that Karmada does not do as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Karmada does not read it, and the App leaves it out: nothing changes.
    LeftOut,
    /// A spread constraint without an upper bound, with which Karmada selects no cluster: the App has no bound, as it is meant.
    Unbounded,
}

/// What is found while a policy is turned into a part of an App.
pub(super) struct Findings {
    /// The place of everything that is made.
    pub(super) at: Span,
    /// What an App cannot say.
    pub(super) unsayable: Vec<Unsayable>,
    /// What Karmada does not do.
    pub(super) remarks: Vec<Remark>,
}

impl Findings {
    /// Nothing found yet.
    pub(super) fn new(at: Span) -> Self {
        Self { at, unsayable: Vec::new(), remarks: Vec::new() }
    }

    /// Notes what an App cannot say.
    pub(super) fn cannot_say(&mut self, place: &Pointer, reason: Reason) {
        self.unsayable.push(Unsayable { place: place.clone(), reason });
    }

    /// Notes what Karmada does not do as it is written.
    pub(super) fn remark(&mut self, place: &Pointer, outcome: Outcome) {
        self.remarks.push(Remark { place: place.clone(), outcome });
    }
}

/// Why an App cannot say a part of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The language has no word for the field.
    NoWord,
    /// Two conditions on one field or label, of which an App takes one.
    SecondCondition {
        /// The field or label.
        key: String,
    },
    /// An operator that Karmada does not read.
    Operator(String),
    /// A name, key or value that is none of Kubernetes'.
    InvalidText(String),
    /// A condition without values, which no cluster meets.
    NoValues,
    /// Spread by something that Karmada's scheduler does not spread by.
    SpreadBy(&'static str),
    /// A spread constraint beside fixed weights that Karmada does not ignore altogether.
    SpreadBesideWeights,
    /// A spread over more clusters than are named, or with more of them than replicas.
    SpreadDoesNotFit,
    /// A cluster that the placement leaves out.
    OutsidePlacement(String),
    /// A group with overflow, or what it overflows into, that has every cluster.
    OverflowOfAll,
    /// No cluster is left.
    NoClusterLeft,
    /// Failover of a workload that has all its replicas on each cluster, or fixed weights.
    FailoverWithoutRoom,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWord => formatter.write_str("an App has no key for it"),
            Self::SecondCondition { key } => {
                write!(formatter, "an App takes one condition on `{key}`, and this is a second one")
            }
            Self::Operator(operator) => write!(formatter, "Karmada does not read the operator `{operator}`"),
            Self::InvalidText(text) => write!(formatter, "`{text}` is no text that Kubernetes takes here"),
            Self::NoValues => formatter.write_str("no cluster meets a condition without values"),
            Self::SpreadBy(field) => write!(formatter, "Karmada's scheduler does not spread by {field}"),
            Self::SpreadBesideWeights => formatter.write_str("an App does not spread beside fixed weights"),
            Self::SpreadDoesNotFit => formatter.write_str("there are never as many clusters with replicas"),
            Self::OutsidePlacement(cluster) => {
                write!(formatter, "the placement leaves the cluster `{cluster}` out")
            }
            Self::OverflowOfAll => {
                formatter.write_str("where replicas overflow, a group must say its clusters")
            }
            Self::NoClusterLeft => formatter.write_str("it picks no cluster at all"),
            Self::FailoverWithoutRoom => formatter
                .write_str("Karmada moves nothing where each cluster has all replicas or a fixed share"),
        }
    }
}

/// The place one step below another.
pub(super) fn below(place: &Pointer, key: &str) -> Pointer {
    let mut place = place.clone();
    place.push_key(key);
    place
}

/// The place of an item of a list.
pub(super) fn item(list: &Pointer, index: usize) -> Pointer {
    let mut place = list.clone();
    place.push_index(index);
    place
}
