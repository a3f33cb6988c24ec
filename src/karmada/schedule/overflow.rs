//! Groups that overflow into others: tier by tier, each taking what it has room for.

use crate::karmada::policy::placement::ClusterAffinityTerm;
use crate::karmada::policy::placement::Placement;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::assign::Assigned;
use crate::karmada::schedule::assign::Strategy;
use crate::karmada::schedule::assign::assign;
use crate::karmada::schedule::assign::strategy;
use crate::karmada::schedule::candidate::Candidate;
use crate::karmada::schedule::outcome::Failure;

/// The group if it overflows: it has overflow groups, and room decides the division.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/common.go`.
pub(crate) fn overflowing<'a>(
    placement: &Placement,
    term: Option<&'a ClusterAffinityTerm>,
) -> Option<&'a ClusterAffinityTerm> {
    let by_room = matches!(strategy(placement), Ok(Strategy::DynamicWeight | Strategy::Aggregated));
    term.filter(|term| by_room && !term.overflow_affinities.is_empty())
}

/// Fills tier after tier; the result is in that order.
pub(crate) fn assign_tiers(request: &Request<'_>, selected: &[Candidate<'_>]) -> Result<Assigned, Failure> {
    let replicas = i64::from(request.replicas.replicas);
    let mut tiers: Vec<usize> = selected.iter().map(|candidate| candidate.tier).collect();
    tiers.sort_unstable();
    tiers.dedup();
    let mut left = replicas;
    let mut all = Assigned::default();
    for tier in tiers {
        let members: Vec<Candidate<'_>> =
            selected.iter().filter(|candidate| candidate.tier == tier).copied().collect();
        let room: i64 = members.iter().map(|candidate| candidate.room).sum();
        let part = i32::try_from(left.min(room)).unwrap_or_default();
        if part > 0 {
            let assigned = assign(request, &members, part)?;
            all.targets.extend(assigned.targets);
            all.drawn = all.drawn.or(assigned.drawn);
            left -= i64::from(part);
        }
    }
    if left > 0 {
        return Err(Failure::NotEnoughRoom { room: replicas - left, wanted: replicas });
    }
    Ok(all)
}
