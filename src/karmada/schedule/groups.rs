//! Which set of groups of clusters is best: Karmada's depth-first search over all of them.

use crate::karmada::schedule::outcome::Failure;
use std::cmp::Reverse;

/// Steps after which the search is given up; Karmada's own has no such end.
const MOST_STEPS: u32 = 2_000_000;

/// Clusters that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The name.
    pub(crate) name: String,
    /// How many clusters.
    pub(crate) value: i64,
    /// How good; higher is better.
    pub(crate) weight: i64,
}

/// How many groups and clusters are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The fewest groups.
    pub(crate) least: i64,
    /// The most groups; 0 admits none.
    pub(crate) most: i64,
    /// The fewest clusters in all groups together.
    pub(crate) target: i64,
}

/// Chooses the best set of groups, best group first.
///
/// *Source*: karmada f8fdd02 `pkg/scheduler/core/spreadconstraint/select_groups.go`.
///
/// # Errors
///
/// [`Failure::TooFewClustersInRegions`] when no set is within bounds, [`Failure::TooManyRegions`] when the search is
/// given up.
pub(crate) fn choose_groups(mut groups: Vec<Group>, bounds: Bounds) -> Result<Vec<Group>, Failure> {
    groups.sort_by(|left, right| {
        let key = |group: &Group| (group.value, Reverse(group.weight));
        key(left).cmp(&key(right)).then_with(|| left.name.cmp(&right.name))
    });
    let mut search = Search { bounds, path: Vec::new(), best: None, steps: 0 };
    search.extend(&groups, 0, groups.iter().map(|group| group.value).sum())?;
    let mut best = search.best.ok_or(Failure::TooFewClustersInRegions)?.groups;
    let shortest =
        (1..best.len()).find(|length| best.get(..*length).is_some_and(|start| bounds.record(start)));
    best.truncate(shortest.unwrap_or(best.len()));
    Ok(best.into_iter().cloned().collect())
}

impl Bounds {
    fn admits(&self, length: usize, value: i64) -> bool {
        let length = length as i128;
        value >= self.target && (i128::from(self.least)..=i128::from(self.most)).contains(&length)
    }

    /// Tells whether the search records exactly this set: it is within bounds, and was not before its last group in
    /// the order of the search was added.
    fn record(&self, set: &[&Group]) -> bool {
        let value: i64 = set.iter().map(|group| group.value).sum();
        let key = |group: &&&Group| (group.value, Reverse(group.weight), group.name.clone());
        let last = set.iter().max_by_key(key).map_or(0, |group| group.value);
        self.admits(set.len(), value) && !self.admits(set.len() - 1, value - last)
    }
}

struct Best<'a> {
    weight: i64,
    value: i64,
    /// By weight, descending, then by name.
    groups: Vec<&'a Group>,
}

struct Search<'a> {
    bounds: Bounds,
    path: Vec<&'a Group>,
    best: Option<Best<'a>>,
    steps: u32,
}

impl<'a> Search<'a> {
    /// `value` is that of the path, `left` that of all groups in `rest`.
    fn extend(&mut self, rest: &'a [Group], value: i64, left: i64) -> Result<(), Failure> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(Failure::TooManyRegions);
        }
        if self.bounds.admits(self.path.len(), value) {
            self.record(value);
            return Ok(());
        }
        let (mut rest, mut left) = (rest, left);
        while let Some((group, others)) = rest.split_first() {
            // Karmada searches on where nothing can be found.
            let can_succeed = value + left >= self.bounds.target
                && (self.path.len() + rest.len()) as i128 >= i128::from(self.bounds.least);
            if self.path.len() as i128 >= i128::from(self.bounds.most) || !can_succeed {
                return Ok(());
            }
            left -= group.value;
            self.path.push(group);
            self.extend(others, value + group.value, left)?;
            self.path.pop();
            rest = others;
        }
        Ok(())
    }

    /// Keeps the heaviest path, then the one with most clusters, then the first found.
    fn record(&mut self, value: i64) {
        let weight = self.path.iter().fold(0_i64, |sum, group| sum.wrapping_add(group.weight));
        if self.best.as_ref().is_none_or(|best| (weight, value) > (best.weight, best.value)) {
            let mut groups = self.path.clone();
            groups.sort_by(|left, right| {
                right.weight.cmp(&left.weight).then_with(|| left.name.cmp(&right.name))
            });
            self.best = Some(Best { weight, value, groups });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, value: i64, weight: i64) -> Group {
        Group { name: name.to_owned(), value, weight }
    }

    #[track_caller]
    fn check(groups: &[(&str, i64, i64)], bounds: [i64; 3], expected: Result<&[&str], Failure>) {
        let groups = groups.iter().map(|(name, value, weight)| group(name, *value, *weight)).collect();
        let [least, most, target] = bounds;
        let chosen = choose_groups(groups, Bounds { least, most, target });
        let names = |groups: Vec<Group>| groups.into_iter().map(|group| group.name).collect::<Vec<_>>();
        let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(chosen.map(names), expected);
    }

    #[test]
    fn the_heaviest_set_wins() {
        check(&[("a", 1, 10), ("b", 1, 30), ("c", 1, 20)], [2, 2, 1], Ok(&["b", "c"]));
    }

    #[test]
    fn a_set_that_is_the_start_of_the_best_replaces_it() {
        // The search finds `a`, `b`, and `c` first, as they have the fewest clusters; `b` and `c` suffice.
        check(&[("a", 1, 10), ("b", 1, 30), ("c", 2, 20)], [1, 3, 3], Ok(&["b", "c"]));
    }

    #[test]
    fn no_most_groups_admit_none() {
        check(&[("a", 1, 10)], [1, 0, 1], Err(Failure::TooFewClustersInRegions));
    }

    #[test]
    fn an_endless_search_is_given_up() {
        let names: Vec<String> = (0..60).map(|number| format!("r{number}")).collect();
        let groups: Vec<(&str, i64, i64)> = names.iter().map(|name| (name.as_str(), 1, 1)).collect();
        check(&groups, [1, 60, 30], Err(Failure::TooManyRegions));
        check(&groups, [1, 60, 61], Err(Failure::TooFewClustersInRegions));
    }
}
