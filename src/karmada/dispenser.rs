//! How Karmada up to v1.15 divides replicas by weight: rounded down, the rest one each to the heaviest.
//!
//! Among clusters of equal rank that older scheduler draws lots, so the result names what is drawn.

use crate::karmada::division::TargetCluster;
use std::cmp::Reverse;

/// One cluster's claim in a division up to v1.15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The cluster's name.
    pub name: String,
    /// The weight, relative to the others.
    pub weight: i64,
    /// The replicas it had before; more of them go first among equal weights.
    pub previous: i32,
}

/// What a division up to v1.15 gives for certain, and what it draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispensed {
    /// The certain replicas, in the order of rank: weight, then previous replicas, both descending; equal ranks in
    /// the order given. Empty if the weights add up to 0.
    pub targets: Vec<TargetCluster>,
    /// The lots, if the outcome depends on any.
    pub drawn: Option<Drawn>,
}

/// Replicas that go, one each, to clusters drawn from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// How many replicas are drawn; fewer than there are clusters.
    pub replicas: i64,
    /// The clusters that take part, all of equal rank.
    pub clusters: Vec<String>,
}

/// A division whose products leave 64 bits, where the old arithmetic wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

impl std::fmt::Display for Overflow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("weight times replicas does not fit into 64 bits")
    }
}

impl std::error::Error for Overflow {}

/// Divides `replicas` as Karmada up to v1.15 does.
///
/// *Source*: karmada v1.15 `pkg/util/helper/binding.go` `Dispenser.TakeByWeight`, `ClusterWeightInfoList.Less`.
///
/// # Errors
///
/// [`Overflow`] when a product or the sum of the weights leaves 64 bits, or a weight is negative.
pub fn dispense(replicas: i32, mut claims: Vec<Claim>) -> Result<Dispensed, Overflow> {
    claims.sort_by_key(rank);
    let replicas = i64::from(replicas.max(0));
    let mut dispensed = Dispensed { targets: Vec::new(), drawn: None };
    let sum = sum_weights(&claims)?;
    if sum == 0 {
        return Ok(dispensed);
    }
    let share =
        |claim: &Claim| claim.weight.checked_mul(replicas).map(|product| product / sum).ok_or(Overflow);
    let mut rest = replicas;
    for claim in &claims {
        rest -= share(claim)?;
    }
    for group in claims.chunk_by(|left, right| rank(left) == rank(right)) {
        let length = i64::try_from(group.len()).map_err(|_| Overflow)?;
        let extra = i64::from(rest >= length);
        for claim in group {
            let replicas = i32::try_from(share(claim)? + extra).map_err(|_| Overflow)?;
            dispensed.targets.push(TargetCluster { name: claim.name.clone(), replicas });
        }
        if extra == 0 && rest > 0 {
            let clusters = group.iter().map(|claim| claim.name.clone()).collect();
            dispensed.drawn = Some(Drawn { replicas: rest, clusters });
        }
        rest = (rest - length).max(0);
    }
    Ok(dispensed)
}

fn rank(claim: &Claim) -> (Reverse<i64>, Reverse<i32>) {
    (Reverse(claim.weight), Reverse(claim.previous))
}

fn sum_weights(claims: &[Claim]) -> Result<i64, Overflow> {
    claims.iter().try_fold(0_i64, |sum, claim| {
        sum.checked_add(claim.weight).filter(|_| claim.weight >= 0).ok_or(Overflow)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(name: &str, weight: i64, previous: i32) -> Claim {
        Claim { name: name.to_owned(), weight, previous }
    }

    fn replicas(dispensed: &Dispensed) -> Vec<(&str, i32)> {
        dispensed.targets.iter().map(|target| (target.name.as_str(), target.replicas)).collect()
    }

    #[test]
    fn the_rest_goes_to_the_heaviest() {
        let dispensed = dispense(2, vec![claim("a", 1, 0), claim("b", 2, 0)]).unwrap();
        assert_eq!(replicas(&dispensed), [("b", 2), ("a", 0)]);
        assert_eq!(dispensed.drawn, None);
    }

    #[test]
    fn equal_weights_draw_lots() {
        let dispensed = dispense(5, vec![claim("a", 1, 0), claim("b", 1, 0), claim("c", 1, 0)]).unwrap();
        assert_eq!(replicas(&dispensed), [("a", 1), ("b", 1), ("c", 1)]);
        let clusters = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(dispensed.drawn, Some(Drawn { replicas: 2, clusters }));
    }

    #[test]
    fn earlier_replicas_break_equal_weights() {
        let dispensed = dispense(3, vec![claim("a", 1, 1), claim("b", 1, 2)]).unwrap();
        assert_eq!(replicas(&dispensed), [("b", 2), ("a", 1)]);
        assert_eq!(dispensed.drawn, None);
    }

    #[test]
    fn weights_beyond_64_bits_are_refused() {
        assert_eq!(dispense(3, vec![claim("a", i64::MAX, 0)]), Err(Overflow));
    }
}
