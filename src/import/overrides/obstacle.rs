//! Why an override policy stays as it is.

use crate::import::policy::Unsayable;
use crate::k8s::pointer::Pointer;
use std::fmt;

/// Why a rule, and so its policy, stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// An App cannot pick the clusters of the rule.
    Clusters(Vec<Unsayable>),
    /// An App has no words for an overrider.
    NoWord {
        /// The overrider, from the rule's `overriders` down.
        place: Pointer,
    },
    /// Karmada cannot apply an overrider to the object.
    Fails {
        /// The overrider, from the rule's `overriders` down.
        place: Pointer,
        /// What is wrong.
        reason: String,
    },
    /// The App would not build with it.
    DoesNotBuild,
    /// The App would do something else, or Karmada cannot apply the rules that meet.
    Differs {
        /// Where, in words.
        place: String,
    },
}

impl Obstacle {
    /// The place at fault, from the rule down.
    pub(super) fn place(&self) -> Pointer {
        match self {
            Self::Clusters(unsayable) => {
                unsayable.first().map(|first| first.place.clone()).unwrap_or_default()
            }
            Self::NoWord { place } | Self::Fails { place, .. } => in_overriders(place),
            Self::DoesNotBuild | Self::Differs { .. } => Pointer::default(),
        }
    }
}

/// The place of an overrider, from its rule down.
pub(super) fn in_overriders(place: &Pointer) -> Pointer {
    let mut pointer = Pointer::default();
    pointer.push_key("overriders");
    for step in place.tokens() {
        pointer.push_key(step);
    }
    pointer
}

impl fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clusters(unsayable) => match unsayable.first() {
                Some(first) => first.reason.fmt(formatter),
                None => formatter.write_str("an App cannot pick its clusters"),
            },
            Self::NoWord { .. } => formatter.write_str("an App has no words for it"),
            Self::Fails { reason, .. } => write!(formatter, "Karmada cannot apply it, as {reason}"),
            Self::DoesNotBuild => formatter.write_str("an App does not take such an override"),
            Self::Differs { place } => {
                write!(formatter, "the overrides of an App would not do the same {place}")
            }
        }
    }
}
