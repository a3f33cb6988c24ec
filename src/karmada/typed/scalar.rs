//! Values without fields: what each shape accepts.

use serde_json::Value;

use crate::k8s::quantity::Quantity;

/// The shapes that [`check`] knows.
#[cfg(test)]
pub(super) const SHAPES: &[&str] = &["string", "bool", "int", "quantity", "port", "time", "bytes", "any"];

/// Checks a value that is not null.
pub(super) fn check(value: &Value, shape: &str) -> Result<(), &'static str> {
    let (is_right, expected) = match shape {
        "string" => (value.is_string(), "a string"),
        "bool" => (value.is_boolean(), "a boolean"),
        "int" => (is_integer(value), "an integer"),
        "quantity" => (is_quantity(value), "a quantity"),
        "port" => (is_port(value), "an integer or a string"),
        "time" => (value.as_str().is_some_and(is_time), "a time"),
        "bytes" => (value.as_str().is_some_and(is_base64), "base64 text"),
        _ => (true, "anything"),
    };
    if is_right { Ok(()) } else { Err(expected) }
}

fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// `intstr.IntOrString` reads itself: a number must be whole and fit 32 bits.
fn is_port(value: &Value) -> bool {
    let fits = |number: f64| (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
    value.is_string() || (is_integer(value) && value.as_f64().is_some_and(fits))
}

/// `resource.Quantity` reads itself from a string or from the text of a number.
fn is_quantity(value: &Value) -> bool {
    Quantity::from_json(value).is_ok()
}

/// The shape of RFC 3339, which `metav1.Time` reads: date, `T`, time, and `Z` or an offset.
fn is_time(text: &str) -> bool {
    let matches = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text
                .bytes()
                .zip(pattern.bytes())
                .all(|(byte, wanted)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted })
    };
    let Some((whole, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => fraction.trim_start_matches(|letter: char| letter.is_ascii_digit()),
    };
    matches(whole, "0000-00-00T00:00:00")
        && (zone == "Z" || matches(zone, "+00:00") || matches(zone, "-00:00"))
}

/// Standard base64 with padding; line breaks are ignored, as Go does.
fn is_base64(text: &str) -> bool {
    let kept: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let letters = kept.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let letters = letters.count();
    let padding = kept.len() - letters;
    kept.len().is_multiple_of(4) && padding <= 2 && kept.iter().skip(letters).all(|byte| *byte == b'=')
}
