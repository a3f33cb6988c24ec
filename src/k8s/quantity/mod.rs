//! Quantities of CPU, memory and other resources: `resource.Quantity` of apimachinery 0.33
//! (`pkg/api/resource/quantity.go`), exact and without floats.

use crate::k8s::quantity::decimal::Decimal;
use crate::k8s::quantity::decimal::strip_factor;
use crate::k8s::quantity::parts::Parts;
use crate::k8s::quantity::suffix::Format;
use crate::k8s::quantity::suffix::binary_suffix;
use crate::k8s::quantity::suffix::decimal_suffix;
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;

mod decimal;
mod parts;
mod suffix;

/// The greatest amount that a quantity with a binary suffix has; more is cut to this.
const GREATEST_BINARY: i128 = i64::MAX as i128;

/// An amount of a resource, such as `500m` or `1Gi`. Two quantities are equal if their amounts are, however written.
#[derive(Debug, Clone)]
pub struct Quantity {
    amount: Decimal,
    width: Width,
    format: Format,
    /// The text that was read, if Kubernetes prints it unchanged.
    text: Option<String>,
}

/// How Kubernetes holds the amount, which decides what an overflow gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    /// An integer of 64 bits and a scale.
    Narrow,
    /// A number of any size.
    Wide,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityError {
    /// The text has other characters than a number and a suffix.
    Format,
    /// There is no digit where one is needed.
    Number,
    /// The suffix is unknown.
    Suffix,
    /// The JSON value is neither a string nor a number.
    Type,
}

impl Quantity {
    /// Reads a quantity as `ParseQuantity`: a sign, digits with a dot, and a suffix (`n u m k M G T P E`,
    /// `Ki Mi Gi Ti Pi Ei`, `e3`, `E3`). Digits may be missing: `.` and `m` are zero. What is finer than a billionth is
    /// rounded up, and an amount with a binary suffix is at most 2⁶³−1.
    ///
    /// # Errors
    ///
    /// See [`QuantityError`].
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let parts = parts::split(text)?;
        let (exponent, format) = suffix::interpret(parts.suffix).ok_or(QuantityError::Suffix)?;
        match parse_narrow(text, &parts, exponent, format) {
            Some(quantity) => Ok(quantity),
            None => parse_wide(&parts, exponent, format),
        }
    }

    /// Reads a quantity from a JSON string or number; white space around a string is ignored, null is zero.
    ///
    /// # Errors
    ///
    /// See [`QuantityError`].
    pub fn from_json(value: &Value) -> Result<Self, QuantityError> {
        match value {
            Value::Null => Self::parse("0"),
            Value::Number(number) => Self::parse(&number.to_string()),
            Value::String(text) => Self::parse(text.trim()),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(QuantityError::Type),
        }
    }

    /// The amount in whole units, rounded up; for memory, bytes. What does not fit into 64 bits is what Kubernetes'
    /// `Value` makes of it: zero, or the low bits (but for amounts far below zero, which no resource has).
    #[must_use]
    pub fn value(&self) -> i64 {
        self.scaled_value(0)
    }

    /// The amount in thousandths, rounded up; for CPU, millicores. Overflow is as in [`Quantity::value`].
    #[must_use]
    pub fn milli_value(&self) -> i64 {
        self.scaled_value(-3)
    }

    /// Tells whether the amount is below, at or above zero.
    #[must_use]
    pub fn sign(&self) -> Ordering {
        self.amount.mantissa.cmp(&0)
    }

    /// The sum; its suffix is of the family of `self`, or of `other` if `self` is zero.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let format = if self.amount.mantissa == 0 { other.format } else { self.format };
        let amount = self.amount.plus(other.amount);
        let is_narrow = self.width == Width::Narrow
            && other.width == Width::Narrow
            && i64::try_from(amount.mantissa).is_ok();
        let width = if is_narrow { Width::Narrow } else { Width::Wide };
        Self { amount, width, format, text: None }
    }

    fn scaled_value(&self, scale: i32) -> i64 {
        match self.width {
            Width::Narrow => self.amount.rounded_away(scale),
            Width::Wide => self.amount.low_bits(scale),
        }
    }
}

/// The way for amounts that surely fit into 64 bits; `None` sends to the other.
fn parse_narrow(text: &str, parts: &Parts<'_>, exponent: i32, format: Format) -> Option<Quantity> {
    let digits = i32::try_from(parts.integer.len() + parts.fraction.len()).ok()?;
    let (scale, factor, precision) = match format {
        Format::DecimalSi | Format::DecimalExponent => (exponent, 1, 18 - digits),
        Format::BinarySi if parts.fraction.is_empty() => {
            let factor = 1_i64.checked_shl(u32::try_from(exponent).ok()?)?;
            (0, factor, 14 - digits - exponent * 3 / 10)
        }
        Format::BinarySi => return None,
    };
    let scale = scale.checked_sub(i32::try_from(parts.fraction.len()).ok()?)?;
    if precision < 0 || scale < -9 {
        return None;
    }
    let shifted = format!("{}{}", parts.integer, parts.fraction);
    let number: i64 = shifted.parse().ok()?;
    let product = number.checked_mul(factor)?;
    let is_canonical = match format {
        Format::BinarySi => number % 8 != 0,
        Format::DecimalSi | Format::DecimalExponent => {
            scale % 3 == 0 && !shifted.ends_with("000") && !shifted.starts_with('0')
        }
    };
    let mantissa = i128::from(if parts.is_negative { -product } else { product });
    let text = (is_canonical || text == "0").then(|| text.to_owned());
    Some(Quantity { amount: Decimal { mantissa, scale }, width: Width::Narrow, format, text })
}

fn parse_wide(parts: &Parts<'_>, exponent: i32, format: Format) -> Result<Quantity, QuantityError> {
    if !parts.has_digit {
        return Err(QuantityError::Number);
    }
    let read = Decimal::read(parts.integer, parts.fraction);
    let (mut amount, mut format) = (read, format);
    match format {
        Format::DecimalSi | Format::DecimalExponent => {
            amount.scale = amount.scale.saturating_add(exponent);
            amount = amount.rounded_to_billionths();
        }
        Format::BinarySi => {
            let factor = 1_i128.checked_shl(exponent.unsigned_abs()).unwrap_or(i128::MAX);
            let greatest = Decimal { mantissa: GREATEST_BINARY, scale: 0 };
            amount = match read.times(factor) {
                Some(product) => product.rounded_to_billionths(),
                None => greatest,
            };
            if amount.compare(greatest) == Ordering::Greater {
                amount = greatest;
            }
            if amount.mantissa > 0 && amount.compare(Decimal { mantissa: 1, scale: 0 }) == Ordering::Less {
                format = Format::DecimalSi;
            }
        }
    }
    if parts.is_negative {
        amount.mantissa = -amount.mantissa;
    }
    Ok(Quantity { amount, width: Width::Wide, format, text: None })
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.amount.compare(other.amount)
    }
}

impl fmt::Display for Quantity {
    /// Writes the quantity as Kubernetes prints it (`Quantity.String`).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return formatter.write_str(text);
        }
        if self.amount.mantissa == 0 {
            return formatter.write_str("0");
        }
        if self.format == Format::BinarySi
            && let Some(whole) = self.amount.to_integer()
            && whole.unsigned_abs() >= 1024
        {
            let (number, times) = strip_factor(whole, 1024);
            return write!(formatter, "{number}{}", binary_suffix(times));
        }
        let (number, times) = strip_factor(self.amount.mantissa, 10);
        let exponent = i64::from(self.amount.scale) + i64::from(times);
        let zeros = exponent.rem_euclid(3);
        write!(formatter, "{number}{}", "0".repeat(usize::try_from(zeros).unwrap_or(0)))?;
        match self.format {
            Format::DecimalExponent if exponent == zeros => Ok(()),
            Format::DecimalExponent => write!(formatter, "e{}", exponent - zeros),
            Format::DecimalSi | Format::BinarySi => formatter.write_str(decimal_suffix(exponent - zeros)),
        }
    }
}

impl fmt::Display for QuantityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Format => "expected a number with a suffix, such as `500m`, `1.5`, or `2Gi`",
            Self::Number => "the number has no digits",
            Self::Suffix => {
                "the suffix must be one of n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or an exponent such as e3"
            }
            Self::Type => "expected a string or a number",
        })
    }
}

impl std::error::Error for QuantityError {}

#[cfg(test)]
mod tests;
