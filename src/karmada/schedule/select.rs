//! Which of the clusters that fit are used: spread constraints.

use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::ReplicaDivisionPreference;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::schedule::candidate::Candidate;
use crate::karmada::schedule::outcome::Failure;
use crate::karmada::schedule::regions;

/// What the selection depends on besides the candidates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The placement.
    pub(crate) placement: &'a Placement,
    /// The replicas to place.
    pub(crate) replicas: i32,
}

impl Wanted<'_> {
    /// Tells whether every cluster receives all replicas.
    pub(crate) fn is_duplicated(&self) -> bool {
        let scheduling = self.placement.replica_scheduling.as_ref();
        scheduling.is_none_or(|it| it.replica_scheduling_type == Some(ReplicaSchedulingType::Duplicated))
    }

    /// The last constraint by this field; the empty constraint if there is none.
    pub(crate) fn constraint(&self, field: SpreadField) -> Option<&SpreadConstraint> {
        self.placement.spread_constraints.iter().rev().find(|it| it.spread_by_field == Some(field))
    }
}

/// Selects clusters.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/spreadconstraint/select_clusters.go` `SelectBestClusters`.
pub(crate) fn select<'a>(
    candidates: Vec<Candidate<'a>>,
    wanted: Wanted<'_>,
) -> Result<Vec<Candidate<'a>>, Failure> {
    if wanted.placement.spread_constraints.is_empty() || ignores_constraints(wanted.placement) {
        return Ok(candidates);
    }
    if wanted.constraint(SpreadField::Region).is_some() {
        return regions::select(&candidates, wanted);
    }
    match wanted.constraint(SpreadField::Cluster) {
        Some(constraint) => select_by_cluster(candidates, constraint, wanted),
        None => Err(Failure::UnsupportedSpread),
    }
}

/// Fixed weights make every candidate count, unless the preference is there and empty.
pub(crate) fn ignores_constraints(placement: &Placement) -> bool {
    placement.replica_scheduling.as_ref().is_some_and(|scheduling| {
        let has_fixed_weights = scheduling.weight_preference.as_ref().is_none_or(|preference| {
            !preference.static_weight_list.is_empty() && preference.dynamic_weight.is_none()
        });
        scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Divided)
            && scheduling.replica_division_preference == Some(ReplicaDivisionPreference::Weighted)
            && has_fixed_weights
    })
}

/// *Source*: `select_clusters_by_cluster.go`; -1 replicas is Karmada's mark for "room does not matter".
fn select_by_cluster<'a>(
    mut candidates: Vec<Candidate<'a>>,
    constraint: &SpreadConstraint,
    wanted: Wanted<'_>,
) -> Result<Vec<Candidate<'a>>, Failure> {
    let found = candidates.len();
    if (found as i128) < i128::from(constraint.min_groups) {
        return Err(Failure::TooFewClusters { found, wanted: constraint.min_groups });
    }
    let needed = usize::try_from(constraint.max_groups).unwrap_or_default().min(found);
    let mut rest = candidates.split_off(needed);
    if wanted.is_duplicated() || wanted.replicas == -1 {
        return Ok(candidates);
    }
    swap_for_room(&mut candidates, &mut rest, i64::from(wanted.replicas));
    if candidates.is_empty() || room(&candidates) < i64::from(wanted.replicas) {
        return Err(Failure::NotEnoughRoomInSelection { clusters: needed });
    }
    Ok(candidates)
}

/// From the last on, exchanges selected clusters for roomier ones until there is room for all replicas.
fn swap_for_room<'a>(selected: &mut [Candidate<'a>], rest: &mut [Candidate<'a>], replicas: i64) {
    let mut total = room(selected);
    for place in selected.iter_mut().rev() {
        if total >= replicas {
            return;
        }
        // Of equally roomy clusters the first one is taken.
        let roomiest = rest.iter_mut().rev().max_by_key(|candidate| candidate.room);
        if let Some(roomiest) = roomiest.filter(|candidate| candidate.room > place.room) {
            total = total.wrapping_add(roomiest.room - place.room);
            std::mem::swap(place, roomiest);
        }
    }
}

fn room(candidates: &[Candidate<'_>]) -> i64 {
    candidates.iter().map(|candidate| candidate.room).sum()
}
