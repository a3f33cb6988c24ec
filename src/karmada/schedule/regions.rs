//! Spreading over regions: which regions, and which clusters of them.

use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::schedule::candidate::Candidate;
use crate::karmada::schedule::candidate::sort;
use crate::karmada::schedule::groups::Bounds;
use crate::karmada::schedule::groups::Group;
use crate::karmada::schedule::groups::choose_groups;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::schedule::select::Wanted;
use std::collections::BTreeMap;

/// What one replica more, or one cluster more, counts against a score of at most 100.
const WEIGHT_UNIT: i64 = 1000;

/// Selects clusters of the best regions: the best one of each, then the best of all others.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/spreadconstraint/select_clusters_by_region.go`.
pub(crate) fn select<'a>(
    candidates: &[Candidate<'a>],
    wanted: Wanted<'_>,
) -> Result<Vec<Candidate<'a>>, Failure> {
    let none = SpreadConstraint::default();
    let by_region = wanted.constraint(SpreadField::Region).unwrap_or(&none);
    let by_cluster = wanted.constraint(SpreadField::Cluster).unwrap_or(&none);
    let regions = group_by_region(candidates);
    if (regions.len() as i128) < i128::from(by_region.min_groups) {
        return Err(Failure::TooFewRegions { found: regions.len(), wanted: by_region.min_groups });
    }
    let groups = regions.iter().map(|(name, clusters)| Group {
        name: (*name).to_owned(),
        value: i64::try_from(clusters.len()).unwrap_or(i64::MAX),
        weight: weight(clusters, wanted, least_clusters(by_region, by_cluster), by_region.min_groups),
    });
    let bounds =
        Bounds { least: by_region.min_groups, most: by_region.max_groups, target: by_cluster.min_groups };
    let chosen = choose_groups(groups.collect(), bounds)?;
    let mut selected = Vec::new();
    let mut rest = Vec::new();
    for clusters in chosen.iter().filter_map(|group| regions.get(group.name.as_str())) {
        let (first, others) = clusters.split_at(clusters.len().min(1));
        selected.extend_from_slice(first);
        rest.extend_from_slice(others);
    }
    if selected.is_empty() {
        return Err(Failure::TooFewClustersInRegions);
    }
    sort(&mut rest);
    // A `maxGroups` below the number of regions does not take the first cluster of any region away.
    let most = usize::try_from(by_cluster.max_groups).unwrap_or_default();
    let more = most.saturating_sub(selected.len());
    selected.extend(rest.into_iter().take(more));
    Ok(selected)
}

fn group_by_region<'a>(candidates: &[Candidate<'a>]) -> BTreeMap<&'a str, Vec<Candidate<'a>>> {
    let mut regions: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates.iter().filter(|candidate| !candidate.cluster.spec.region.is_empty()) {
        regions.entry(&candidate.cluster.spec.region).or_default().push(*candidate);
    }
    regions
}

fn least_clusters(by_region: &SpreadConstraint, by_cluster: &SpreadConstraint) -> i64 {
    by_region.min_groups.max(by_cluster.min_groups)
}

fn weight(clusters: &[Candidate<'_>], wanted: Wanted<'_>, least: i64, regions: i64) -> i64 {
    if wanted.is_duplicated() {
        weight_duplicated(clusters, i64::from(wanted.replicas))
    } else {
        weight_divided(clusters, i64::from(wanted.replicas), least, regions)
    }
}

/// *Source*: `group_clusters.go` `calcGroupScoreForDuplicate`: clusters with room for everything count.
fn weight_duplicated(clusters: &[Candidate<'_>], replicas: i64) -> i64 {
    let roomy = clusters.iter().filter(|candidate| candidate.room >= replicas);
    let (count, score) = roomy.fold((0, 0), |(count, score), candidate| (count + 1, score + candidate.score));
    if count == 0 { 0 } else { count * WEIGHT_UNIT + score / count }
}

/// *Source*: `group_clusters.go` `calcGroupScore`: a region is good for its share of the replicas, no more.
fn weight_divided(clusters: &[Candidate<'_>], replicas: i64, least: i64, regions: i64) -> i64 {
    let regions = regions.max(1);
    let target = replicas / regions + i64::from(replicas % regions > 0);
    let (mut count, mut room, mut score) = (0, 0_i64, 0);
    for candidate in clusters {
        count += 1;
        room = room.wrapping_add(candidate.room);
        score += candidate.score;
        if count >= least && room >= target {
            break;
        }
    }
    let units = room.min(target).wrapping_mul(WEIGHT_UNIT);
    units.wrapping_add(score / count.max(1))
}
