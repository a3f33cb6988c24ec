//! Numbers as they come out of Go's JSON writer and reader.

use serde_json::Number;
use serde_json::Value;

/// Rewrites all numbers as Karmada's reading and writing does: whole floats that fit become integers, integers that
/// do not fit 64 bits with a sign become floats.
#[must_use]
pub fn normalize(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(normalize_number(number)),
        Value::Array(items) => items.iter().map(normalize).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), normalize(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

/// Go writes a float with the fewest digits that read back as the same float, and then reads those digits.
fn normalize_number(number: &Number) -> Number {
    if number.is_i64() {
        return number.clone();
    }
    let Some(float) = number.as_f64() else {
        return number.clone();
    };
    match format!("{float}").parse::<i64>() {
        Ok(integer) => Number::from(integer),
        Err(_) => Number::from_f64(float).unwrap_or_else(|| number.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_floats_are_integers_and_large_integers_are_floats() {
        assert_eq!(
            normalize(&json!([1.0, -0.0, 1.5, 1e18])),
            json!([1, 0, 1.5, 1_000_000_000_000_000_000_i64])
        );
        assert_eq!(normalize(&json!(18_446_744_073_709_551_615_u64)), json!(1.844_674_407_370_955_2e19));
        assert_eq!(normalize(&json!(1e300)), json!(1e300));
    }
}
