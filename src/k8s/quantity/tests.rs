//! What quantities are read, printed and compared; the table was made with apimachinery 0.33.

use super::*;
use serde_json::json;

#[track_caller]
fn parse(text: &str) -> Quantity {
    Quantity::parse(text).expect(text)
}

/// Text, printed form, value, value in thousandths.
const READ: &[(&str, &str, i64, i64)] = &[
    ("1", "1", 1, 1000),
    ("100m", "100m", 1, 100),
    ("0.1", "100m", 1, 100),
    ("1.5", "1500m", 2, 1500),
    ("1.500", "1.500", 2, 1500),
    ("1000m", "1", 1, 1000),
    ("1Gi", "1Gi", 1_073_741_824, 1_073_741_824_000),
    ("1024Mi", "1Gi", 1_073_741_824, 1_073_741_824_000),
    ("1.5Gi", "1536Mi", 1_610_612_736, 1_610_612_736_000),
    ("0.5Ki", "512", 512, 512_000),
    ("0.0001Ki", "102400u", 1, 103),
    ("1e3", "1e3", 1000, 1_000_000),
    ("12e6", "12e6", 12_000_000, 12_000_000_000),
    ("1e4", "10e3", 10_000, 10_000_000),
    ("-1.5", "-1500m", -2, -1500),
    ("+1", "+1", 1, 1000),
    ("0.0000000001", "1n", 1, 1),
    (".", "0", 0, 0),
    ("m", "0", 0, 0),
    ("00", "0", 0, 0),
    ("1.", "1.", 1, 1000),
    ("100Ei", "9223372036854775807", i64::MAX, -1000),
];

#[test]
fn texts_are_read_and_printed_as_kubernetes_does() {
    for (text, printed, value, milli_value) in READ {
        let quantity = parse(text);
        let found = (quantity.to_string(), quantity.value(), quantity.milli_value());
        assert_eq!(found, ((*printed).to_owned(), *value, *milli_value), "{text}");
    }
}

#[test]
fn texts_that_are_no_quantities_are_refused() {
    for text in ["", " 1", "1 ", "1,5", "1 Gi", "1..5", "1gb", "1B", "é", "1e3x", "0x1"] {
        assert_eq!(Quantity::parse(text).err(), Some(QuantityError::Format), "{text}");
    }
    for text in ["--1", "1K", "1mi", "1e", "1e99999999999999999999", "1Ki3"] {
        assert_eq!(Quantity::parse(text).err(), Some(QuantityError::Suffix), "{text}");
    }
    assert_eq!(Quantity::parse(".e-10").err(), Some(QuantityError::Number));
}

#[test]
fn amounts_are_compared_however_written() {
    assert_eq!(parse("1024Mi"), parse("1Gi"));
    assert_eq!(parse("0.5"), parse("500m"));
    assert!(parse("999m") < parse("1"));
    assert!(parse("1e2000000000") > parse("1Ei"));
    assert!(parse("-1e2000000000") < parse("1n"));
}

#[test]
fn sums_keep_the_family_of_the_first() {
    let sum = |left, right| parse(left).plus(&parse(right)).to_string();
    assert_eq!(sum("1Gi", "1Gi"), "2Gi");
    assert_eq!(sum("500m", "1"), "1500m");
    assert_eq!(sum("0", "1Gi"), "1Gi");
    assert_eq!(sum("1Gi", "1"), "1073741825");
    assert_eq!(sum("9223372036854775807", "1"), "9223372036854775808");
}

#[test]
fn json_strings_and_numbers_are_read() {
    assert_eq!(Quantity::from_json(&json!(" 1Gi\n")), Ok(parse("1Gi")));
    assert_eq!(Quantity::from_json(&json!(0.5)), Ok(parse("500m")));
    assert_eq!(Quantity::from_json(&json!(null)), Ok(parse("0")));
    assert_eq!(Quantity::from_json(&json!([])).err(), Some(QuantityError::Type));
}

#[test]
fn hostile_texts_neither_panic_nor_hang() {
    let long = "9".repeat(100_000);
    let huge_exponents =
        ["1e2147483647", "1e-2147483648", "1e-9223372036854775808", "123456789012345678901e2147483647"];
    for text in
        [format!("{long}E"), format!("0.{long}Ei"), format!("{long}Ki"), format!(".{long}e-2147483648")]
            .iter()
            .map(String::as_str)
            .chain(huge_exponents)
    {
        let quantity = parse(text);
        let _ = (quantity.to_string(), quantity.value(), quantity.milli_value());
        let _ = quantity.plus(&parse("1n")).plus(&parse("-1Ei")).cmp(&quantity);
    }
}
