//! Webster's method (Sainte-Laguë) as Karmada ≥ 1.16 divides replicas, down to its float64 rounding.
//!
//! Karmada awards one seat at a time, which takes minutes for 2^31 replicas. The awards are the largest of all
//! priorities, so here the smallest awarded priority is searched instead; the result is the same.

use std::collections::BTreeMap;

/// How many replicas one cluster receives (`work.karmada.io/v1alpha2` `TargetCluster`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TargetCluster {
    /// The cluster's name.
    #[serde(default)]
    pub name: String,
    /// Replicas in this cluster; 0 for objects that have none.
    #[serde(default)]
    pub replicas: i32,
}

/// In which order of names ties are broken: the one thing about a division that only the object's uid decides.
///
/// *Source*: karmada f8fdd02 `pkg/util/helper/binding.go`, the tie breaker over FNV-1a-32 of the uid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The smaller name wins.
    Ascending,
    /// The larger name wins.
    Descending,
}

impl Direction {
    /// The order of names that an object with this `metadata.uid` has.
    ///
    /// Bit 0 of FNV-1a-32 decides. Its prime is odd and its offset basis too, so that bit is 1 exclusive-or all
    /// lowest bits of the bytes. An empty uid is ascending.
    #[must_use]
    pub fn of_uid(uid: &str) -> Self {
        let odd_bytes = uid.bytes().filter(|byte| byte % 2 == 1).count();
        if !uid.is_empty() && odd_bytes % 2 == 0 { Self::Descending } else { Self::Ascending }
    }
}

/// A division that is not worked out: some weight is negative while more than 2^30 replicas are divided.
///
/// Beyond 2^30 seats Karmada's int32 arithmetic wraps, and a negative weight then rises above positive ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NegativeWeight;

impl std::fmt::Display for NegativeWeight {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("more than 2^30 replicas cannot be divided by a negative weight")
    }
}

impl std::error::Error for NegativeWeight {}

/// Divides `replicas` by weight.
///
/// *Shape*: one [`TargetCluster`] for each distinct name in `votes`, sorted by name, also those that receive 0; of
/// two votes for one name the last counts. Without votes nothing is divided; with `replicas` below 1 all receive 0.
///
/// *Units*: weights are relative; they lose precision from 2^53 on, as in Karmada.
///
/// *Source*: karmada f8fdd02 `pkg/util/helper/webstermethod.go` `AllocateWebsterSeats`.
///
/// # Errors
///
/// [`NegativeWeight`], only when a weight is negative and `replicas` above 2^30.
pub fn divide(
    replicas: i32,
    votes: &[(&str, i64)],
    direction: Direction,
) -> Result<Vec<TargetCluster>, NegativeWeight> {
    let votes: BTreeMap<&str, i64> = votes.iter().copied().collect();
    let mut parties: Vec<Party<'_>> =
        votes.into_iter().map(|(name, votes)| Party { name, votes, seats: 0 }).collect();
    if replicas > 0 {
        if parties.iter().any(|party| party.votes < 0) {
            award_beside_negative(&mut parties, replicas, direction)?;
        } else {
            award(&mut parties.iter_mut().collect::<Vec<_>>(), replicas, direction);
        }
    }
    let target = |party: Party<'_>| TargetCluster { name: party.name.to_owned(), replicas: party.seats };
    Ok(parties.into_iter().map(target).collect())
}

struct Party<'a> {
    name: &'a str,
    votes: i64,
    seats: i32,
}

impl Party<'_> {
    /// The priority for the next seat when the party has `seats`, as an integer in the same order.
    ///
    /// Never rises with `seats` as long as the votes are not negative, also where Go's int32 wraps.
    #[expect(
        clippy::cast_precision_loss,
        reason = "Karmada converts the votes to float64, rounding included"
    )]
    fn priority(&self, seats: i32) -> i64 {
        let divisor = f64::from(seats.wrapping_mul(2).wrapping_add(1));
        // Adding zero makes one zero of the two, which Go's comparison treats alike.
        let bits = (self.votes as f64 / divisor + 0.0).to_bits().cast_signed();
        if bits < 0 { bits ^ i64::MAX } else { bits }
    }

    /// How many of the first `limit` seats have at least this priority.
    fn seats_from(&self, priority: i64, limit: i32) -> i32 {
        first_false(0, i64::from(limit), |seats| self.priority(clamp(seats)) >= priority)
    }
}

/// With a party whose votes are negative: it is served only where no other is.
fn award_beside_negative(
    parties: &mut [Party<'_>],
    replicas: i32,
    direction: Direction,
) -> Result<(), NegativeWeight> {
    if replicas > 1 << 30 {
        return Err(NegativeWeight);
    }
    let mut served: Vec<&mut Party<'_>> = parties.iter_mut().filter(|party| party.votes >= 0).collect();
    if !served.is_empty() {
        award(&mut served, replicas, direction);
        return Ok(());
    }
    // Every seat raises a negative priority, so whoever wins the first seat wins all.
    let order = |party: &&mut Party<'_>| party.priority(0);
    let winner = match direction {
        Direction::Ascending => parties.iter_mut().rev().max_by_key(order),
        Direction::Descending => parties.iter_mut().max_by_key(order),
    };
    if let Some(winner) = winner {
        winner.seats = replicas;
    }
    Ok(())
}

/// Awards the seats to parties sorted by name: higher priority first, then fewer seats, then by name.
fn award(parties: &mut [&mut Party<'_>], replicas: i32, direction: Direction) {
    let wanted = i64::from(replicas);
    let total = |priority: i64| -> i64 {
        parties.iter().map(|party| i64::from(party.seats_from(priority, replicas))).sum()
    };
    let lowest = parties.iter().map(|party| party.priority(replicas - 1)).min().unwrap_or_default();
    let highest = parties.iter().map(|party| party.priority(0)).max().unwrap_or_default();
    // The last priority of which enough seats are at least as high.
    let last = first_false_wide(lowest, highest + 1, |priority| total(priority) >= wanted) - 1;
    let tied: Vec<(i32, i32)> = parties
        .iter()
        .map(|party| (party.seats_from(last + 1, replicas), party.seats_from(last, replicas)))
        .collect();
    let below = |level: i64| -> i64 {
        tied.iter().map(|(from, to)| level.clamp(i64::from(*from), i64::from(*to))).sum()
    };
    // All tied seats below this level are awarded, and some of those at it.
    let level = first_false(0, i64::from(replicas) + 1, |level| below(level) <= wanted) - 1;
    let left = wanted - below(i64::from(level));
    for (party, (from, to)) in parties.iter_mut().zip(&tied) {
        party.seats = level.clamp(*from, *to);
    }
    let at_level = parties.iter_mut().zip(&tied).filter(|(_, (from, to))| *from <= level && level < *to);
    let mut at_level: Vec<_> = at_level.map(|(party, _)| party).collect();
    if direction == Direction::Descending {
        at_level.reverse();
    }
    for party in at_level.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        party.seats += 1;
    }
}

/// The first number in `from..to` for which `holds` is false, else `to`; `holds` must not become true again.
fn first_false(from: i64, to: i64, holds: impl Fn(i64) -> bool) -> i32 {
    clamp(first_false_wide(from, to, holds))
}

fn first_false_wide(mut from: i64, mut to: i64, holds: impl Fn(i64) -> bool) -> i64 {
    while from < to {
        let middle = from + ((to.wrapping_sub(from)).cast_unsigned() / 2).cast_signed();
        if holds(middle) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

fn clamp(seats: i64) -> i32 {
    i32::try_from(seats).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(replicas: i32, votes: &[(&str, i64)], direction: Direction) -> Vec<i32> {
        divide(replicas, votes, direction).unwrap().into_iter().map(|target| target.replicas).collect()
    }

    /// One seat at a time, as Karmada does it.
    fn one_by_one(replicas: i32, votes: &[(&str, i64)], direction: Direction) -> Vec<i32> {
        let mut parties: Vec<Party<'_>> =
            votes.iter().map(|(name, votes)| Party { name, votes: *votes, seats: 0 }).collect();
        for _ in 0..replicas {
            let order = |left: &&mut Party<'_>, right: &&mut Party<'_>| {
                let names = left.name.cmp(right.name);
                let names = if direction == Direction::Ascending { names } else { names.reverse() };
                right
                    .priority(right.seats)
                    .cmp(&left.priority(left.seats))
                    .then(left.seats.cmp(&right.seats))
                    .then(names)
            };
            parties.iter_mut().min_by(order).unwrap().seats += 1;
        }
        parties.into_iter().map(|party| party.seats).collect()
    }

    #[test]
    fn equal_weights_are_broken_by_name() {
        let votes = [("a", 1), ("b", 1), ("c", 1)];
        assert_eq!(seats(4, &votes, Direction::Ascending), [2, 1, 1]);
        assert_eq!(seats(4, &votes, Direction::Descending), [1, 1, 2]);
    }

    #[test]
    fn fewer_seats_win_a_tie() {
        assert_eq!(seats(2, &[("a", 3), ("b", 1)], Direction::Ascending), [1, 1]);
    }

    #[test]
    fn search_and_one_seat_at_a_time_agree() {
        let mut state: u64 = 1;
        let mut next = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((state >> 33) % bound).unwrap()
        };
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        for round in 0..3_000 {
            let count = usize::try_from(next(7)).unwrap() + 1;
            let huge = if round % 5 == 0 { 1_i64 << 54 } else { 0 };
            let votes: Vec<(&str, i64)> =
                names.iter().take(count).map(|name| (*name, huge + next(9) * next(4))).collect();
            let replicas = i32::try_from(next(60)).unwrap();
            for direction in [Direction::Ascending, Direction::Descending] {
                let expected = one_by_one(replicas, &votes, direction);
                assert_eq!(seats(replicas, &votes, direction), expected, "{replicas} {votes:?}");
            }
        }
    }

    #[test]
    fn two_to_the_31_replicas_take_no_time() {
        let shares = seats(i32::MAX, &[("a", 2), ("b", 1), ("c", 0)], Direction::Ascending);
        assert_eq!(shares.iter().map(|share| i64::from(*share)).sum::<i64>(), i64::from(i32::MAX));
    }

    #[test]
    fn negative_weights_are_served_last() {
        assert_eq!(seats(5, &[("a", -1), ("b", 0)], Direction::Ascending), [0, 5]);
        assert_eq!(seats(5, &[("a", -2), ("b", -1), ("c", -1)], Direction::Ascending), [0, 5, 0]);
        assert_eq!(seats(5, &[("a", -2), ("b", -1), ("c", -1)], Direction::Descending), [0, 0, 5]);
        assert_eq!(divide(i32::MAX, &[("a", -1)], Direction::Ascending), Err(NegativeWeight));
    }

    #[test]
    fn uid_decides_the_direction() {
        assert_eq!(Direction::of_uid(""), Direction::Ascending);
        assert_eq!(Direction::of_uid("a"), Direction::Ascending);
        assert_eq!(Direction::of_uid("b"), Direction::Descending);
    }
}
