//! The order of keys: letters after all else, numbers within keys by their value.
//!
//! goyaml v2 `sorter.go` `keyList.Less`.

use std::cmp::Ordering;

/// Compares two keys.
pub(super) fn compare_keys(left: &str, right: &str) -> Ordering {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let common = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
    let (Some(first), Some(second)) = (left.get(common), right.get(common)) else {
        return left.len().cmp(&right.len());
    };
    match (first.is_alphabetic(), second.is_alphabetic()) {
        (true, true) => return first.cmp(second),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero behind other digits is part of their number, not a leading one.
    let before = left.get(..common).unwrap_or_default().iter().rev().take_while(|letter| letter.is_numeric());
    let has_zero = *first == '0' || *second == '0';
    let start = i64::from(has_zero && before.clone().any(|letter| *letter != '0'));
    let (left_number, left_digits) = read_number(start, left.get(common..).unwrap_or_default());
    let (right_number, right_digits) = read_number(start, right.get(common..).unwrap_or_default());
    left_number.cmp(&right_number).then(left_digits.cmp(&right_digits)).then(first.cmp(second))
}

/// Reads leading digits behind those of `start`; overflow wraps as in Go.
fn read_number(start: i64, letters: &[char]) -> (i64, usize) {
    let digits = letters.iter().take_while(|letter| letter.is_numeric());
    digits.fold((start, 0), |(number, count), digit| {
        let value = i64::from(u32::from(*digit)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(value), count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_natural_order() {
        let mut keys = ["b", "a10", "a9", "a", "1", "10", "2", "_", "a-b", "ab", "A", "a09", "é"];
        keys.sort_by(|left, right| compare_keys(left, right));
        assert_eq!(keys, ["_", "1", "2", "10", "A", "a", "a-b", "a9", "a09", "a10", "ab", "b", "é"]);
    }
}
