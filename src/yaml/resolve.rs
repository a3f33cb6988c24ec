//! What a scalar stands for: the rules of `kubectl`.
//!
//! Source: sigs.k8s.io/yaml v1.4 `goyaml.v2/resolve.go` `resolve`, `goyaml.v2/decode.go` `scalar`, and
//! `yaml.go` `convertToJSONableObject`.

use crate::yaml::timestamp::is_timestamp;

/// The meaning of a scalar before it becomes a value or a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Resolved {
    Null,
    Boolean(bool),
    Integer(i64),
    /// Above the range of `i64` only.
    Unsigned(u64),
    Float(f64),
    /// The text itself.
    Text,
}

/// A tag that changes the reading of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    Boolean,
    Integer,
    Float,
    Timestamp,
    Binary,
    Merge,
    /// `!!str`, and every tag without a meaning of its own.
    Text,
}

impl Tag {
    /// Finds the meaning of a full tag, as in `tag:yaml.org,2002:int`.
    pub(super) fn find(handle: &str, suffix: &str) -> Self {
        let full = format!("{handle}{suffix}");
        if full == "!" {
            // It makes a string of everything but `<<`.
            return Self::Merge;
        }
        match full.strip_prefix("tag:yaml.org,2002:") {
            Some("null") => Self::Null,
            Some("bool") => Self::Boolean,
            Some("int") => Self::Integer,
            Some("float") => Self::Float,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ => Self::Text,
        }
    }

    /// The short form for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Boolean => "!!bool",
            Self::Integer => "!!int",
            Self::Float => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Binary => "!!binary",
            Self::Merge => "!!merge",
            Self::Text => "!!str",
        }
    }
}

/// Reads a plain scalar without a tag.
pub(super) fn resolve_plain(text: &str) -> Resolved {
    let Some(first) = text.bytes().next() else { return Resolved::Null };
    match first {
        b'.' | b'+' | b'-' | b'0'..=b'9' => {
            special_float(text).or_else(|| number(text)).unwrap_or(Resolved::Text)
        }
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        _ => Resolved::Text,
    }
}

/// Reads a scalar, quoted or not, as its tag says; `None` if the text does not fit the tag.
///
/// The text of [`Tag::Binary`] is left to [`decode_base64`].
pub(super) fn resolve_tagged(tag: Tag, text: &str) -> Option<Resolved> {
    let plain = resolve_plain(text);
    match (tag, plain) {
        (Tag::Text | Tag::Merge | Tag::Binary, _) => Some(Resolved::Text),
        (Tag::Timestamp, _) => is_timestamp(text).then_some(Resolved::Text),
        (Tag::Null, Resolved::Null)
        | (Tag::Boolean, Resolved::Boolean(_))
        | (Tag::Integer, Resolved::Integer(_) | Resolved::Unsigned(_))
        | (Tag::Float, Resolved::Float(_)) => Some(plain),
        #[expect(
            clippy::cast_precision_loss,
            reason = "the float nearest to the integer is what is asked for"
        )]
        (Tag::Float, Resolved::Integer(integer)) => Some(Resolved::Float(integer as f64)),
        (Tag::Null | Tag::Boolean | Tag::Integer | Tag::Float, _) => None,
    }
}

/// Makes a JSON number of a float as Go does: written as JSON and read back, so that a whole number within 64
/// bits becomes an integer. `None` for infinities and NaN.
pub(super) fn float_number(float: f64) -> Option<serde_json::Number> {
    if float.fract() == 0.0
        && float.abs() < 1e21
        && let Ok(integer) = format!("{float}").parse::<i64>()
    {
        return Some(serde_json::Number::from(integer));
    }
    serde_json::Number::from_f64(float)
}

/// Writes a float as a key: with the digits that a 32 bit float needs, like Go's `FormatFloat(f, 'g', -1, 32)`.
pub(super) fn float_key(float: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "kubectl rounds float keys to 32 bits")]
    let short = float as f32;
    if short.is_nan() {
        return ".nan".to_owned();
    }
    if short.is_infinite() {
        return if short > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{short:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{short}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// Decodes standard base64 with padding, line breaks allowed; bytes that are no UTF-8 become U+FFFD each, as in
/// Go's JSON.
pub(super) fn decode_base64(text: &str) -> Option<String> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let padding = digits.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | u32::from(base64_digit(*byte).or((*byte == b'=').then_some(0))?);
        }
        bytes.extend(bits.to_be_bytes().into_iter().skip(1));
    }
    if digits.iter().rev().skip(padding).any(|byte| *byte == b'=') {
        return None;
    }
    bytes.truncate(bytes.len() - padding);
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(decoded)
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn word(text: &str) -> Resolved {
    match text {
        "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            Resolved::Boolean(true)
        }
        "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Resolved::Boolean(false)
        }
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        _ => Resolved::Text,
    }
}

fn special_float(text: &str) -> Option<Resolved> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Resolved::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Resolved::Float(f64::NEG_INFINITY)),
        ".nan" | ".NaN" | ".NAN" => Some(Resolved::Float(f64::NAN)),
        _ => None,
    }
}

/// Reads a number as Go does: underscores first taken out, except in a float that starts with a dot.
fn number(text: &str) -> Option<Resolved> {
    if text.starts_with('.') {
        return float(text);
    }
    let plain: std::borrow::Cow<'_, str> =
        if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    integer(&plain).or_else(|| float(&plain)).or_else(|| signed_binary(&plain))
}

/// Go's `strconv.ParseInt(text, 0, 64)`, then `strconv.ParseUint(text, 0, 64)`.
fn integer(text: &str) -> Option<Resolved> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' | b'-' => text.split_at(1),
        _ => ("", text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // Rust takes a sign where Go, behind the prefix, takes none.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if sign == "-" {
        return 0_i64.checked_sub_unsigned(magnitude).map(Resolved::Integer);
    }
    match i64::try_from(magnitude) {
        Ok(integer) => Some(Resolved::Integer(integer)),
        Err(_) if sign.is_empty() => Some(Resolved::Unsigned(magnitude)),
        Err(_) => None,
    }
}

/// A decimal float that 64 bits can hold; `1e400` is none.
fn float(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    if exponent.is_some_and(|exponent| exponent.is_empty() || !are_digits(exponent)) {
        return None;
    }
    text.parse::<f64>().ok().filter(|float| float.is_finite()).map(Resolved::Float)
}

/// `0b-1` and the like, which Go takes because it hands what follows the prefix to a parser that knows signs.
fn signed_binary(text: &str) -> Option<Resolved> {
    let digits = text.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Resolved::Integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float_keys_are_rounded_to_32_bits() {
        assert_eq!(float_key(1000.0), "1000");
        assert_eq!(float_key(1e-8), "1e-08");
        assert_eq!(float_key(16_777_217.5), "1.6777218e+07");
    }

    #[test]
    fn base64_wants_its_padding() {
        assert_eq!(decode_base64("aGVsbG8=").as_deref(), Some("hello"));
        assert_eq!(decode_base64("aGVsbG8"), None);
        assert_eq!(decode_base64("a==="), None);
        assert_eq!(decode_base64("gIGC").as_deref(), Some("\u{fffd}\u{fffd}\u{fffd}"));
    }

    #[test]
    fn whole_floats_become_integers_as_json_writes_them() {
        assert_eq!(float_number(4_611_686_018_427_387_904.0), Some(4_611_686_018_427_388_000_i64.into()));
        assert_eq!(float_number(-0.0), Some(0.into()));
        assert_eq!(float_number(f64::NAN), None);
    }
}
