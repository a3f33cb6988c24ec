//! Cluster selectors: what Karmada makes of them, and which clusters they pick.

pub(super) use crate::fleet::to_affinity;
use crate::lower::Lowering;
use crate::source::Spanned;
use crate::spec::ClusterSelector;
use std::collections::BTreeSet;

/// Which clusters are picked, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// Exactly these.
    Known(BTreeSet<String>),
    /// None but these: without a Fleet, names are all that is known.
    AtMost(BTreeSet<String>),
    /// Any but these.
    AnyBut(BTreeSet<String>),
}

impl Selection {
    /// Tells whether a cluster is certainly left out.
    pub(super) fn leaves_out(&self, cluster: &str) -> bool {
        match self {
            Self::Known(names) | Self::AtMost(names) => !names.contains(cluster),
            Self::AnyBut(names) => names.contains(cluster),
        }
    }

    /// What either picks.
    pub(super) fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(left), Self::Known(right)) => Self::Known(&left | &right),
            (Self::Known(left) | Self::AtMost(left), Self::Known(right) | Self::AtMost(right)) => {
                Self::AtMost(&left | &right)
            }
            (Self::AnyBut(left), Self::AnyBut(right)) => Self::AnyBut(&left & &right),
            (Self::AnyBut(but), Self::Known(names)) | (Self::Known(names), Self::AnyBut(but)) => {
                Self::AnyBut(&but - &names)
            }
            (Self::AnyBut(but), Self::AtMost(_)) | (Self::AtMost(_), Self::AnyBut(but)) => Self::AnyBut(but),
        }
    }

    /// Tells whether a cluster may be picked by both.
    pub(super) fn may_meet(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(names) | Self::AtMost(names), others)
            | (others @ Self::AnyBut(_), Self::Known(names) | Self::AtMost(names)) => {
                names.iter().any(|name| !others.leaves_out(name))
            }
            (Self::AnyBut(_), Self::AnyBut(_)) => true,
        }
    }

    /// Tells whether this certainly picks all that the other may pick.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(own), Self::Known(others) | Self::AtMost(others)) => own.is_superset(others),
            (Self::AnyBut(but), others) => but.iter().all(|name| others.leaves_out(name)),
            (Self::Known(_) | Self::AtMost(_), _) => false,
        }
    }

    /// How many clusters there are at most; nothing where that is open.
    pub(super) fn limit(&self) -> Option<usize> {
        match self {
            Self::Known(names) | Self::AtMost(names) => Some(names.len()),
            Self::AnyBut(_) => None,
        }
    }
}

impl Lowering<'_> {
    /// Checks a selector against the Fleet, and tells which clusters it picks.
    pub(super) fn select(&mut self, selector: &ClusterSelector) -> Selection {
        let written = |list: &[Spanned<crate::spec::ClusterName>]| -> BTreeSet<String> {
            list.iter().map(|name| name.value.as_str().to_owned()).collect()
        };
        let Some(inventory) = self.world.inventory else {
            let excluded = written(&selector.exclude);
            if selector.clusters.is_empty() {
                return Selection::AnyBut(excluded);
            }
            let picked: BTreeSet<String> =
                written(&selector.clusters).difference(&excluded).cloned().collect();
            let is_all = selector.providers.is_none()
                && selector.regions.is_none()
                && selector.zones.is_none()
                && selector.labels.is_empty();
            return if is_all { Selection::Known(picked) } else { Selection::AtMost(picked) };
        };
        inventory.check_selector(selector, self.diagnostics);
        Selection::Known(inventory.pick(selector))
    }
}
