//! Releases of Karmada, and the first release that knows a policy field.

use std::fmt;
use std::str::FromStr;

/// A minor release of Karmada, 1.0 to [`KarmadaVersion::NEWEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KarmadaVersion {
    minor: u8,
}

impl KarmadaVersion {
    /// The oldest release that is known.
    pub const OLDEST: Self = Self { minor: 0 };
    /// The newest release that is known, and the default.
    pub const NEWEST: Self = Self { minor: 18 };

    /// The number after `1.`.
    #[must_use]
    pub fn minor(self) -> u8 {
        self.minor
    }
}

impl Default for KarmadaVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for KarmadaVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.minor)
    }
}

/// A text that names no release of Karmada from 1.0 to [`KarmadaVersion::NEWEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "expected a Karmada version from {} to {}",
            KarmadaVersion::OLDEST,
            KarmadaVersion::NEWEST
        )
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for KarmadaVersion {
    type Err = UnknownVersion;

    /// Reads `1.15`, `v1.15`, or with a patch number, `1.15.2`, which makes no difference.
    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(parse_number);
        let (Some(Some(1)), Some(Some(minor))) = (numbers.next(), numbers.next()) else {
            return Err(UnknownVersion);
        };
        if matches!(numbers.next(), Some(None)) || numbers.next().is_some() {
            return Err(UnknownVersion);
        }
        let version = Self { minor };
        if version > Self::NEWEST { Err(UnknownVersion) } else { Ok(version) }
    }
}

/// Reads a number without sign and without leading zeros.
fn parse_number(text: &str) -> Option<u8> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

/// A policy field that came after the first release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRelease {
    /// The path of the field from `spec` on; items of lists have no number.
    pub path: &'static str,
    /// The first release that knows the field.
    pub since: KarmadaVersion,
}

/// The policy fields that came after the first release, oldest first.
///
/// A field below one of these came with it or later. Read from the types at each release's tag.
pub const FIELD_RELEASES: &[FieldRelease] = &[
    field("spec.priority", 4),
    field("spec.overrideRules.overriders.labelsOverrider", 4),
    field("spec.overrideRules.overriders.annotationsOverrider", 4),
    field("spec.overriders.labelsOverrider", 4),
    field("spec.overriders.annotationsOverrider", 4),
    field("spec.placement.clusterAffinities", 5),
    field("spec.failover", 6),
    field("spec.failover.application", 6),
    field("spec.preemption", 7),
    field("spec.conflictResolution", 7),
    field("spec.activationPreference", 9),
    field("spec.suspension", 11),
    field("spec.overrideRules.overriders.fieldOverrider", 12),
    field("spec.overriders.fieldOverrider", 12),
    field("spec.preserveResourcesOnDeletion", 12),
    field("spec.schedulePriority", 13),
    field("spec.failover.cluster", 15),
    field("spec.placement.workloadAffinity", 17),
    field("spec.placement.clusterAffinities.overflowAffinities", 18),
];

/// A kind of Karmada that a user asks for, and the first release that does something with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRelease {
    /// The API group.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The first release.
    pub since: KarmadaVersion,
}

/// The kinds beside the policies, oldest first: karmada `docs/CHANGELOG`. 1.7 has the kind `MultiClusterService`, and no controller for
/// it; `pkg/controllers/multiclusterservice` came with 1.8.
pub const KIND_RELEASES: &[KindRelease] = &[
    kind("networking.karmada.io", "MultiClusterIngress", 1),
    kind("autoscaling.karmada.io", "FederatedHPA", 6),
    kind("autoscaling.karmada.io", "CronFederatedHPA", 7),
    kind("networking.karmada.io", "MultiClusterService", 8),
];

const fn kind(group: &'static str, kind: &'static str, minor: u8) -> KindRelease {
    KindRelease { group, kind, since: KarmadaVersion { minor } }
}

/// The first release that names the clusters of a `MultiClusterService` as `providerClusters` and `consumerClusters`; in 1.8 they were
/// `serviceProvisionClusters` and `serviceConsumptionClusters`.
pub const SERVICE_CLUSTERS_SINCE: KarmadaVersion = KarmadaVersion { minor: 9 };

const fn field(path: &'static str, minor: u8) -> FieldRelease {
    FieldRelease { path, since: KarmadaVersion { minor } }
}

/// The release that renamed the purge modes to `Directly` and `Gracefully`; before, they were `Immediately`
/// and `Graciously`.
pub const PURGE_MODES_RENAMED: KarmadaVersion = KarmadaVersion { minor: 15 };

/// The release from which replicas are divided by Webster's method; before, remainders went to the heaviest.
pub const WEBSTER_DIVISION: KarmadaVersion = KarmadaVersion { minor: 16 };

/// The first release whose webhook adds tolerations of 300 seconds to placements.
pub const DEFAULT_TOLERATIONS_SINCE: KarmadaVersion = KarmadaVersion { minor: 3 };

/// The first release that heeds the label by which a Namespace is not copied to every cluster.
pub const NAMESPACE_SKIP_SINCE: KarmadaVersion = KarmadaVersion { minor: 4 };

/// The first release that heeds the label against deletion.
pub const DELETION_PROTECTION_SINCE: KarmadaVersion = KarmadaVersion { minor: 8 };

/// The first release whose webhook adds no tolerations of 300 seconds to placements; it did from 1.3 on.
pub const DEFAULT_TOLERATIONS_DROPPED: KarmadaVersion = KarmadaVersion { minor: 15 };

/// The first release that needs a policy field; [`KarmadaVersion::OLDEST`] for a field that was always there.
///
/// `path` is written as in [`FIELD_RELEASES`]. A field below one that is listed needs the same release at least.
#[must_use]
pub fn first_release(path: &str) -> KarmadaVersion {
    let covers =
        |listed: &str| path.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let releases = FIELD_RELEASES.iter().filter(|field| covers(field.path)).map(|field| field.since);
    releases.max().unwrap_or(KarmadaVersion::OLDEST)
}

/// The first release that does something with a kind; [`KarmadaVersion::OLDEST`] for one that was always there, or is not Karmada's.
#[must_use]
pub fn first_release_of_kind(group: &str, kind: &str) -> KarmadaVersion {
    let release = KIND_RELEASES.iter().find(|release| release.group == group && release.kind == kind);
    release.map_or(KarmadaVersion::OLDEST, |release| release.since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_with_and_without_v_and_patch() {
        for text in ["1.15", "v1.15", "1.15.0", "v1.15.2"] {
            assert_eq!(text.parse(), Ok(KarmadaVersion { minor: 15 }), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_versions() {
        for text in
            ["", "1", "v", "2.0", "1.19", "1.015", "1.+5", "1.15.", "1.15.2.1", "1.15-rc.1", "vv1.2", "1.300"]
        {
            assert_eq!(text.parse::<KarmadaVersion>(), Err(UnknownVersion), "{text}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert!("1.9".parse::<KarmadaVersion>().unwrap() < "1.10".parse().unwrap());
        assert_eq!(KarmadaVersion::default().to_string(), "1.18");
    }

    #[test]
    fn a_field_needs_the_release_of_the_latest_field_above_it() {
        assert_eq!(first_release("spec.placement").to_string(), "1.0");
        assert_eq!(first_release("spec.failover.application.purgeMode").to_string(), "1.6");
        assert_eq!(first_release("spec.failover.cluster").to_string(), "1.15");
        assert_eq!(first_release("spec.priorityless"), KarmadaVersion::OLDEST);
    }
    #[test]
    fn a_kind_of_another_group_needs_no_release_of_karmada() {
        assert_eq!(first_release_of_kind("autoscaling.karmada.io", "CronFederatedHPA").to_string(), "1.7");
        assert_eq!(first_release_of_kind("example.com", "CronFederatedHPA"), KarmadaVersion::OLDEST);
    }
}
