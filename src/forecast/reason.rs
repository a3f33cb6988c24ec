//! Why a cluster receives what it receives, or nothing.

use crate::k8s::gvk::ObjectKey;
use crate::karmada::schedule::outcome::Refusal;
use std::fmt;

/// How many clusters are named where many have the same to say.
const NAMED: usize = 3;

/// Why a cluster receives what it receives, or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// It is selected, and receives all there is.
    Selected,
    /// It receives its part by weight.
    Weight {
        /// Its weight.
        weight: i64,
        /// The weights of all clusters that share.
        total: i64,
    },
    /// It receives its part by room.
    Room {
        /// Further replicas that it has room for.
        room: i32,
    },
    /// It keeps what it had: the number of replicas is as before.
    Kept,
    /// There are fewer replicas than before, and it keeps its part of those that it had.
    ScaledDown {
        /// The replicas that it had.
        earlier: i64,
        /// The replicas that all clusters had that are still selected.
        total: i64,
    },
    /// It takes what the groups before have no room for.
    Overflow {
        /// The overflow group.
        group: String,
        /// Further replicas that it has room for.
        room: i32,
    },
    /// It follows these owners there.
    Follows(Vec<ObjectKey>),
    /// Karmada has every namespace on every cluster.
    NamespaceSync,
    /// Nothing was scheduled, so what was there before remains.
    Remains,

    /// Filters refuse the cluster.
    Refused {
        /// Why; never empty.
        refusals: Vec<Refusal>,
        /// The group of `clusterAffinities` for which they do; absent without groups.
        group: Option<String>,
    },
    /// The spread constraints admit others that come first.
    Spread {
        /// How many clusters they admit.
        admitted: usize,
    },
    /// No static weight matches it, while one matches others.
    NoWeight,
    /// Its share of the replicas rounds to none.
    ZeroShare {
        /// Its weight, or its room.
        weight: i64,
        /// Those of all clusters that share.
        total: i64,
    },
    /// It has no room for a single replica.
    NoRoom,
    /// Clusters that come first have room for all replicas.
    NotNeeded,
    /// There are no replicas more than before, and they stay where they are.
    OthersKeep,
    /// There are no replicas, and Karmada then leaves clusters out.
    ZeroReplicas,
    /// It fits, but nothing could be scheduled.
    Unscheduled,
    /// Only its owner is propagated there, and the owner does not go there.
    OwnersElsewhere,
    /// Nobody sends the object.
    Unclaimed,

    /// The Fleet does not say how much room there is, here or where else the replicas could go.
    OpenRoom {
        /// The clusters of which it does not say it.
        unknown: Vec<String>,
    },
    /// Karmada combines regions in more ways than Pelago tries.
    OpenRegions,
    /// It follows an owner of which it is open whether it goes there.
    OpenOwner(ObjectKey),
}

impl Reason {
    /// The short name, for output that machines read.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::Weight { .. } => "weight",
            Self::Room { .. } => "room",
            Self::Kept => "kept",
            Self::ScaledDown { .. } => "scaled-down",
            Self::Overflow { .. } => "overflow",
            Self::Follows(_) => "follows-owner",
            Self::NamespaceSync => "namespace-sync",
            Self::Remains => "remains",
            Self::Refused { refusals, .. } => refusals.first().map_or("refused", refusal_class),
            Self::Spread { .. } => "spread",
            Self::NoWeight => "no-weight",
            Self::ZeroShare { .. } => "zero-share",
            Self::NoRoom => "no-room",
            Self::NotNeeded => "not-needed",
            Self::OthersKeep => "others-keep",
            Self::ZeroReplicas => "zero-replicas",
            Self::Unscheduled => "unscheduled",
            Self::OwnersElsewhere => "owners-elsewhere",
            Self::Unclaimed => "unclaimed",
            Self::OpenRoom { .. } => "open-room",
            Self::OpenRegions => "open-regions",
            Self::OpenOwner(_) => "open-owner",
        }
    }

    /// Tells whether it is left open what the cluster receives.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::OpenRoom { .. } | Self::OpenRegions | Self::OpenOwner(_))
    }
}

fn refusal_class(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Deleting => "deleting",
        Refusal::ApiMissing => "api-missing",
        Refusal::Tainted(_) => "tainted",
        Refusal::NotSelected(_) => "not-selected",
        Refusal::SpreadFieldMissing(_) => "spread-field-missing",
        Refusal::Evicted => "evicted",
    }
}

impl fmt::Display for Reason {
    /// What is with the cluster, without its name and without full stop.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selected => formatter.write_str("is selected"),
            Self::Weight { weight, total } => write!(formatter, "has weight {weight} of {total}"),
            Self::Room { room } => write!(formatter, "has room for {}", replicas(*room)),
            Self::Kept => formatter.write_str("keeps what it had"),
            Self::ScaledDown { earlier, total } => write!(formatter, "had {earlier} of {total} replicas"),
            Self::Overflow { group, room } => {
                write!(
                    formatter,
                    "takes the overflow, as part of `{group}`; has room for {}",
                    replicas(*room)
                )
            }
            Self::Follows(owners) => write!(formatter, "follows {}", list(owners.iter().map(short))),
            Self::NamespaceSync => formatter.write_str("has every namespace"),
            Self::Remains => formatter.write_str("keeps what was there, as nothing new is scheduled"),
            Self::Refused { refusals, group } => {
                let refusals_text: Vec<String> = refusals.iter().map(Refusal::to_string).collect();
                formatter.write_str(&refusals_text.join("; "))?;
                let is_of_group = refusals.iter().any(|refusal| matches!(refusal, Refusal::NotSelected(_)));
                match group {
                    Some(group) if is_of_group => write!(formatter, " (group `{group}`)"),
                    Some(_) | None => Ok(()),
                }
            }
            Self::Spread { admitted: 1 } => {
                formatter.write_str("fits, but the spread admits 1 cluster, and another comes first")
            }
            Self::Spread { admitted } => {
                write!(formatter, "fits, but the spread admits {admitted} clusters, and others come first")
            }
            Self::NoWeight => formatter.write_str("has no weight: no rule of `staticWeightList` matches it"),
            Self::ZeroShare { weight, total } => {
                write!(formatter, "has a share of {weight} in {total}, which rounds to no replica")
            }
            Self::NoRoom => formatter.write_str("has room for no replica"),
            Self::NotNeeded => formatter.write_str("is not needed: clusters that come first have the room"),
            Self::OthersKeep => formatter.write_str("is not needed: replicas stay where they are"),
            Self::ZeroReplicas => formatter.write_str("receives nothing, as there are no replicas"),
            Self::Unscheduled => formatter.write_str("fits, but nothing is scheduled"),
            Self::OwnersElsewhere => formatter.write_str("has none of the objects that bring it"),
            Self::Unclaimed => formatter.write_str("receives nothing, as nobody sends the object"),
            Self::OpenRoom { unknown } => {
                let verb = if unknown.len() == 1 { "has" } else { "have" };
                let rest = unknown.len().checked_sub(NAMED).filter(|rest| *rest > 1);
                let shown = if rest.is_some() { NAMED } else { unknown.len() };
                let quoted = unknown.iter().take(shown).map(|name| format!("`{name}`"));
                let names = list(quoted.chain(rest.map(|rest| format!("{rest} others"))));
                write!(formatter, "is open: the Fleet does not say how much room {names} {verb}")
            }
            Self::OpenRegions => formatter.write_str("is open: the regions can be combined in too many ways"),
            Self::OpenOwner(owner) => write!(formatter, "is open, as for {}", short(owner)),
        }
    }
}

/// Kind, namespace and name: `Deployment shop/web`.
#[must_use]
pub fn short(key: &ObjectKey) -> String {
    match &key.namespace {
        Some(namespace) => format!("{} {namespace}/{}", key.gvk.kind(), key.name),
        None => format!("{} {}", key.gvk.kind(), key.name),
    }
}

fn replicas(number: i32) -> String {
    match number {
        1 => "1 replica".to_owned(),
        i32::MAX => "any number of replicas".to_owned(),
        number => format!("{number} replicas"),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    }
}
