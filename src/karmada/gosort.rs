//! Go's unstable `sort.Sort`, element for element: Karmada's Aggregated cut-off depends on where equal
//! elements end up (karmada.md, Part 3, C). Follows go1.26 `src/sort/zsortinterface.go`.

use std::ops::Range;

/// Up to this length Go sorts by insertion, which is stable.
const MAX_INSERTION: usize = 12;
/// From this length on the pivot is the median of three medians.
const SHORTEST_NINTHER: usize = 50;
/// Below this length a nearly sorted piece is not repaired by shifting.
const SHORTEST_SHIFTING: usize = 50;
/// Pairs out of order that a nearly sorted piece may have.
const MAX_SHIFTS: usize = 5;
/// Exchanges that a ninther makes on a piece that descends throughout.
const MAX_EXCHANGES: usize = 12;

/// Sorts `items` into exactly the order in which Go's `sort.Sort` leaves them.
///
/// *Shape*: `less` must be a strict weak order. Elements that are equal under it keep their order up to 12
/// elements; above that they move as Go moves them.
pub fn sort_by_less<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    let length = items.len();
    let bad_pivots = usize::BITS - length.leading_zeros();
    Sorter { items, less }.sort(0..length, bad_pivots);
}

/// What the choice of a pivot says about the order of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    Unknown,
    Ascending,
    Descending,
}

/// Where a piece was split.
struct Split {
    middle: usize,
    was_split: bool,
}

struct Sorter<'a, T, F> {
    items: &'a mut [T],
    less: F,
}

impl<T, F: Fn(&T, &T) -> bool> Sorter<'_, T, F> {
    fn less(&self, left: usize, right: usize) -> bool {
        match (self.items.get(left), self.items.get(right)) {
            (Some(left), Some(right)) => (self.less)(left, right),
            (None, _) | (_, None) => false,
        }
    }

    fn sort(&mut self, mut piece: Range<usize>, mut bad_pivots: u32) {
        let mut balanced = true;
        let mut was_split = true;
        loop {
            if piece.len() <= MAX_INSERTION {
                self.insert(piece);
                return;
            }
            if bad_pivots == 0 {
                self.heap(piece);
                return;
            }
            if !balanced {
                self.scatter(&piece);
                bad_pivots -= 1;
            }
            let (pivot, ascending) = self.pivot_in_ascent(&piece);
            if balanced && was_split && ascending && self.repair(&piece) {
                return;
            }
            if piece.start > 0 && !self.less(piece.start - 1, pivot) {
                piece.start = self.split_equal(&piece, pivot);
                continue;
            }
            let split = self.split(&piece, pivot);
            was_split = split.was_split;
            let (left, right) = (piece.start..split.middle, split.middle + 1..piece.end);
            let (left_length, right_length) = (left.len(), piece.end - split.middle);
            let least = piece.len() / 8;
            if left_length < right_length {
                balanced = left_length >= least;
                self.sort(left, bad_pivots);
                piece = right;
            } else {
                balanced = right_length >= least;
                self.sort(right, bad_pivots);
                piece = left;
            }
        }
    }

    fn insert(&mut self, piece: Range<usize>) {
        for next in piece.start + 1..piece.end {
            let mut place = next;
            while place > piece.start && self.less(place, place - 1) {
                self.items.swap(place, place - 1);
                place -= 1;
            }
        }
    }

    fn heap(&mut self, piece: Range<usize>) {
        let length = piece.len();
        for root in (0..=(length - 1) / 2).rev() {
            self.sift(piece.start, root, length);
        }
        for last in (0..length).rev() {
            self.items.swap(piece.start, piece.start + last);
            self.sift(piece.start, 0, last);
        }
    }

    fn sift(&mut self, first: usize, mut root: usize, length: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= length {
                return;
            }
            if child + 1 < length && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.items.swap(first + root, first + child);
            root = child;
        }
    }

    /// Moves three elements of the middle elsewhere, by a xorshift generator whose seed is the length.
    fn scatter(&mut self, piece: &Range<usize>) {
        let length = piece.len();
        let mask = (1_u64 << (usize::BITS - length.leading_zeros())) - 1;
        let mut random = length as u64;
        let middle = piece.start + (length / 4) * 2;
        for place in middle - 1..=middle + 1 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut other = usize::try_from(random & mask).unwrap_or_default();
            if other >= length {
                other -= length;
            }
            self.items.swap(place, piece.start + other);
        }
    }

    /// Chooses a pivot, and turns a descending piece round; says whether the piece looks ascending then.
    fn pivot_in_ascent(&mut self, piece: &Range<usize>) -> (usize, bool) {
        let (pivot, hint) = self.choose_pivot(piece);
        match hint {
            Hint::Unknown => (pivot, false),
            Hint::Ascending => (pivot, true),
            Hint::Descending => {
                if let Some(items) = self.items.get_mut(piece.clone()) {
                    items.reverse();
                }
                (piece.end - 1 - (pivot - piece.start), true)
            }
        }
    }

    fn choose_pivot(&self, piece: &Range<usize>) -> (usize, Hint) {
        let quarter = piece.len() / 4;
        let mut exchanges = 0;
        let mut places = [1, 2, 3].map(|times| piece.start + quarter * times);
        if piece.len() >= SHORTEST_NINTHER {
            places = places.map(|place| self.median([place - 1, place, place + 1], &mut exchanges));
        }
        let pivot = self.median(places, &mut exchanges);
        let hint = match exchanges {
            0 => Hint::Ascending,
            MAX_EXCHANGES => Hint::Descending,
            _ => Hint::Unknown,
        };
        (pivot, hint)
    }

    fn median(&self, [mut low, mut middle, mut high]: [usize; 3], exchanges: &mut usize) -> usize {
        self.order(&mut low, &mut middle, exchanges);
        self.order(&mut middle, &mut high, exchanges);
        self.order(&mut low, &mut middle, exchanges);
        middle
    }

    fn order(&self, low: &mut usize, high: &mut usize, exchanges: &mut usize) {
        if self.less(*high, *low) {
            *exchanges += 1;
            std::mem::swap(low, high);
        }
    }

    /// Repairs a nearly sorted piece; says whether it is sorted now.
    fn repair(&mut self, piece: &Range<usize>) -> bool {
        let mut place = piece.start + 1;
        for _ in 0..MAX_SHIFTS {
            while place < piece.end && !self.less(place, place - 1) {
                place += 1;
            }
            if place == piece.end {
                return true;
            }
            if piece.len() < SHORTEST_SHIFTING {
                return false;
            }
            self.items.swap(place, place - 1);
            if place - piece.start >= 2 {
                self.shift_left(place - 1);
            }
            if piece.end - place >= 2 {
                self.shift_right(place + 1, piece.end);
            }
        }
        false
    }

    /// Goes on to the first element of the whole slice, not of the piece, as Go does.
    fn shift_left(&mut self, from: usize) {
        for place in (1..=from).rev() {
            if !self.less(place, place - 1) {
                return;
            }
            self.items.swap(place, place - 1);
        }
    }

    fn shift_right(&mut self, from: usize, end: usize) {
        for place in from..end {
            if !self.less(place, place - 1) {
                return;
            }
            self.items.swap(place, place - 1);
        }
    }

    /// Puts what equals the pivot first; nothing in the piece is smaller. Returns where the rest begins.
    fn split_equal(&mut self, piece: &Range<usize>, pivot: usize) -> usize {
        self.items.swap(piece.start, pivot);
        let (mut left, mut right) = (piece.start + 1, piece.end - 1);
        loop {
            while left <= right && !self.less(piece.start, left) {
                left += 1;
            }
            while left <= right && self.less(piece.start, right) {
                right -= 1;
            }
            if left > right {
                return left;
            }
            self.items.swap(left, right);
            left += 1;
            right -= 1;
        }
    }

    /// Puts what is smaller than the pivot before it, and the rest behind it.
    fn split(&mut self, piece: &Range<usize>, pivot: usize) -> Split {
        self.items.swap(piece.start, pivot);
        let (mut left, mut right) = (piece.start + 1, piece.end - 1);
        let mut was_split = true;
        loop {
            while left <= right && self.less(left, piece.start) {
                left += 1;
            }
            while left <= right && !self.less(right, piece.start) {
                right -= 1;
            }
            if left > right {
                self.items.swap(right, piece.start);
                return Split { middle: right, was_split };
            }
            was_split = false;
            self.items.swap(left, right);
            left += 1;
            right -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_equal_elements_keep_their_order() {
        let mut items: Vec<(u8, u8)> = (0..12).map(|place| (place % 2, place)).collect();
        let mut stable = items.clone();
        stable.sort_by_key(|(key, _)| *key);
        sort_by_less(&mut items, |left, right| left.0 < right.0);
        assert_eq!(items, stable);
    }

    #[test]
    fn long_lists_are_sorted() {
        let mut items: Vec<u32> =
            (0..5_000_u32).map(|place| place.wrapping_mul(2_654_435_761) % 97).collect();
        let mut expected = items.clone();
        expected.sort_unstable();
        sort_by_less(&mut items, |left, right| left < right);
        assert_eq!(items, expected);
    }
}
