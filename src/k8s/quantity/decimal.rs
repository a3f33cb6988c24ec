//! Decimal numbers: a mantissa and a power of ten.

use std::cmp::Ordering;

/// `mantissa` · 10^`scale`. Beyond 38 digits the last ones are rounded away from zero, and an amount that needs more is
/// cut: no resource comes near.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal {
    /// The digits.
    pub(super) mantissa: i128,
    /// The power of ten.
    pub(super) scale: i32,
}

impl Decimal {
    /// Reads digits before and after a dot.
    pub(super) fn read(integer: &str, fraction: &str) -> Self {
        let mut number = Self { mantissa: 0, scale: 0 };
        let mut is_inexact = false;
        let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
        let digits = integer.bytes().chain(fraction.bytes()).map(|digit| i128::from(digit - b'0'));
        for digit in digits {
            let longer = number.mantissa.checked_mul(10).and_then(|mantissa| mantissa.checked_add(digit));
            if let Some(mantissa) = longer.filter(|_| number.scale == 0) {
                number.mantissa = mantissa;
            } else {
                number.scale = number.scale.saturating_add(1);
                is_inexact |= digit != 0;
            }
        }
        number.mantissa = number.mantissa.saturating_add(i128::from(is_inexact));
        number.scale = number.scale.saturating_sub(places);
        number
    }

    /// Multiplies; `None` if the product is too large.
    pub(super) fn times(self, factor: i128) -> Option<Self> {
        // Places that are zero anyway must not count as size.
        let (mantissa, times) = if self.mantissa == 0 { (0, 0) } else { strip_factor(self.mantissa, 10) };
        let number =
            Self { mantissa: mantissa.checked_mul(factor)?, scale: self.scale.saturating_add(times) };
        Some(number)
    }

    /// Rounds places beyond the ninth up, for a number that is not negative.
    pub(super) fn rounded_to_billionths(self) -> Self {
        if self.scale >= -9 {
            return self;
        }
        Self { mantissa: divide_away(self.mantissa, self.scale.abs_diff(-9)), scale: -9 }
    }

    /// The number in units of 10^`scale`, rounded away from zero. What does not fit into 64 bits becomes zero, or its low
    /// bits for the distances that apimachinery 0.33 multiplies by in one step
    /// (`pkg/api/resource/math.go positiveScaleInt64`).
    pub(super) fn rounded_away(self, scale: i32) -> i64 {
        let distance = self.scale.abs_diff(scale);
        if self.scale < scale {
            return i64::try_from(divide_away(self.mantissa, distance)).unwrap_or(0);
        }
        if matches!(distance, 1 | 2 | 3 | 6 | 9) {
            return self.low_bits(scale);
        }
        let product = checked_power(distance).and_then(|power| self.mantissa.checked_mul(power));
        product.and_then(|product| i64::try_from(product).ok()).unwrap_or(0)
    }

    /// The low 64 bits of the number in units of 10^`scale`, one more if there is a rest
    /// (apimachinery 0.33 `pkg/api/resource/scale_int.go scaledValue`).
    pub(super) fn low_bits(self, scale: i32) -> i64 {
        let distance = self.scale.abs_diff(scale);
        let number = if self.scale >= scale {
            (0..distance.min(128)).fold(self.mantissa, |number, _| number.wrapping_mul(10))
        } else {
            let power = checked_power(distance).unwrap_or(i128::MAX);
            self.mantissa / power + i128::from(self.mantissa % power != 0)
        };
        let low = number & i128::from(u64::MAX);
        u64::try_from(low).unwrap_or(0).cast_signed()
    }

    /// The number itself if it has no fraction.
    pub(super) fn to_integer(self) -> Option<i128> {
        let power = checked_power(self.scale.unsigned_abs());
        if self.scale >= 0 {
            return self.mantissa.checked_mul(power?);
        }
        let power = power?;
        (self.mantissa % power == 0).then_some(self.mantissa / power)
    }

    /// Compares exactly.
    pub(super) fn compare(self, other: Self) -> Ordering {
        if self.scale < other.scale {
            return other.compare(self).reverse();
        }
        let power = checked_power(self.scale.abs_diff(other.scale));
        match power.and_then(|power| self.mantissa.checked_mul(power)) {
            Some(mantissa) => mantissa.cmp(&other.mantissa),
            // What does not fit is larger in size than anything that does.
            None => self.mantissa.cmp(&0).then(0.cmp(&other.mantissa)),
        }
    }

    /// Adds; places that do not fit are rounded away from zero.
    pub(super) fn plus(self, other: Self) -> Self {
        if self.mantissa == 0 || other.mantissa == 0 {
            return if self.mantissa == 0 { other } else { self };
        }
        let (mut large, mut small) = if self.scale < other.scale { (other, self) } else { (self, other) };
        while large.scale > small.scale {
            match large.mantissa.checked_mul(10) {
                Some(mantissa) => large = Self { mantissa, scale: large.scale - 1 },
                None => {
                    small = Self {
                        mantissa: divide_away(small.mantissa, large.scale.abs_diff(small.scale)),
                        scale: large.scale,
                    };
                }
            }
        }
        match large.mantissa.checked_add(small.mantissa) {
            Some(mantissa) => Self { mantissa, scale: large.scale },
            None => Self {
                mantissa: divide_away(large.mantissa, 1) + divide_away(small.mantissa, 1),
                scale: large.scale.saturating_add(1),
            },
        }
    }
}

/// Divides by `factor` as often as it goes, and says how often; `number` must not be zero.
pub(super) fn strip_factor(number: i128, factor: i128) -> (i128, i32) {
    let (mut number, mut times) = (number, 0);
    while number != 0 && number % factor == 0 {
        number /= factor;
        times += 1;
    }
    (number, times)
}

fn divide_away(number: i128, places: u32) -> i128 {
    match checked_power(places) {
        Some(power) => number / power + if number % power == 0 { 0 } else { number.signum() },
        None => number.signum(),
    }
}

fn checked_power(places: u32) -> Option<i128> {
    10_i128.checked_pow(places)
}
