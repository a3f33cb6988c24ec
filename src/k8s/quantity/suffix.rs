//! The suffixes of quantities (apimachinery 0.33 `pkg/api/resource/suffix.go`).

/// The family of a suffix; a quantity is printed in its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `n u m k M G T P E`, or none.
    DecimalSi,
    /// `e` and a number.
    DecimalExponent,
    /// `Ki Mi Gi Ti Pi Ei`.
    BinarySi,
}

/// Decimal suffixes and their powers of ten.
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

/// Binary suffixes and their powers of two.
const BINARY: [(&str, i32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

/// Finds the power of ten or, for [`Format::BinarySi`], of two. An exponent keeps its low 32 bits, as in Kubernetes.
pub(super) fn interpret(suffix: &str) -> Option<(i32, Format)> {
    let find =
        |table: &[(&str, i32)]| table.iter().find(|(name, _)| *name == suffix).map(|(_, power)| *power);
    if let Some(power) = find(&DECIMAL) {
        return Some((power, Format::DecimalSi));
    }
    if let Some(power) = find(&BINARY) {
        return Some((power, Format::BinarySi));
    }
    let exponent: i64 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    let [a, b, c, d, ..] = exponent.to_le_bytes();
    Some((i32::from_le_bytes([a, b, c, d]), Format::DecimalExponent))
}

/// The suffix for a power of ten; empty where there is none, as Kubernetes prints it.
pub(super) fn decimal_suffix(exponent: i64) -> &'static str {
    DECIMAL.iter().find(|(_, power)| i64::from(*power) == exponent).map_or("", |(name, _)| name)
}

/// The suffix for a power of 1024; empty where there is none.
pub(super) fn binary_suffix(times: i32) -> &'static str {
    BINARY.iter().find(|(_, power)| *power == times * 10).map_or("", |(name, _)| name)
}
