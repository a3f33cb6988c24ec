//! Takes the text of a quantity apart (apimachinery 0.33 `pkg/api/resource/quantity.go parseQuantityString`).

use crate::k8s::quantity::QuantityError;

/// The parts of a quantity's text.
pub(super) struct Parts<'a> {
    /// Whether there is a minus sign.
    pub(super) is_negative: bool,
    /// The digits before the dot without leading zeros; `0` if none remain.
    pub(super) integer: &'a str,
    /// The digits after the dot.
    pub(super) fraction: &'a str,
    /// The rest.
    pub(super) suffix: &'a str,
    /// Whether there is any digit at all before the suffix.
    pub(super) has_digit: bool,
}

/// Takes a text apart. Only zeros and a sign are the number zero, even none of both.
pub(super) fn split(text: &str) -> Result<Parts<'_>, QuantityError> {
    let is_negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let significant = unsigned.trim_start_matches('0');
    let (integer, rest) = split_digits(significant);
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => split_digits(rest),
        None => ("", rest),
    };
    check_suffix(suffix)?;
    let has_digit = unsigned.starts_with('0') || !integer.is_empty() || !fraction.is_empty();
    let integer = if integer.is_empty() { "0" } else { integer };
    Ok(Parts { is_negative, integer, fraction, suffix, has_digit })
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Letters of any suffix, a sign, digits: whether the suffix exists is asked later.
fn check_suffix(suffix: &str) -> Result<(), QuantityError> {
    let rest = suffix.trim_start_matches(['e', 'E', 'i', 'n', 'u', 'm', 'k', 'K', 'M', 'G', 'T', 'P']);
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    if rest.bytes().all(|byte| byte.is_ascii_digit()) { Ok(()) } else { Err(QuantityError::Format) }
}
