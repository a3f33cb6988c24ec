//! The known name that a misspelt one most likely stands for.

/// Finds the nearest of the known names: at most a third of the letters differ (swapped neighbours count once), or
/// only upper and lower case, `-` and `_`. The first of equally near names wins.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = fold(name);
    let limit = wanted.len().saturating_add(1).div_euclid(3).min(3);
    known
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(&wanted, &fold(candidate), limit), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn fold(name: &str) -> Vec<char> {
    name.chars()
        .filter(|character| !matches!(character, '-' | '_'))
        .take(128)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Damerau's distance between two words; anything over `limit` where the lengths alone say so.
fn distance(left: &[char], right: &[char], limit: usize) -> usize {
    if left.len().abs_diff(right.len()) > limit {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, left_character) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, right_character) in right.iter().enumerate() {
            let at = |costs: &[usize], index: usize| costs.get(index).copied().unwrap_or(usize::MAX - 1);
            let substituted = at(&above, column) + usize::from(left_character != right_character);
            let mut cost = substituted.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = row > 0
                && column > 0
                && left.get(row - 1) == Some(right_character)
                && right.get(column - 1) == Some(left_character);
            if swapped {
                cost = cost.min(at(&before, column - 1) + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_and_another_case_are_near() {
        assert_eq!(nearest("replcias", ["paused", "replicas"]), Some("replicas"));
        assert_eq!(nearest("configmaps", ["configMaps", "secrets"]), Some("configMaps"));
    }

    #[test]
    fn another_word_is_not_near() {
        assert_eq!(nearest("web", ["api", "db"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
