//! Fields that take an integer or a text: a port by number or by name, a count or a percentage.

use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// An integer or a text, as Kubernetes' `IntOrString`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntOrString {
    /// An integer of 32 bits.
    Integer(i32),
    /// A text: a percentage or a name, as the field demands.
    Text(String),
}

/// A share of a whole, in percent: 0 and up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

/// A text that is no percentage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercentError {
    /// The text that was given.
    pub text: String,
}

impl Percent {
    /// Reads `25%`: digits and one percent sign (`apimachinery pkg/util/validation IsValidPercent`).
    ///
    /// # Errors
    ///
    /// [`PercentError`] for any other text, and for a number beyond 32 bits.
    pub fn parse(text: &str) -> Result<Self, PercentError> {
        let error = || PercentError { text: text.to_owned() };
        let digits = text.strip_suffix('%').ok_or_else(error)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        digits.parse().map(Self).map_err(|_| error())
    }

    /// The number before the percent sign.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", self.0)
    }
}

impl fmt::Display for PercentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected a percentage such as `25%`, found `{}`", self.text)
    }
}

impl std::error::Error for PercentError {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn percentages_are_digits_and_one_sign() {
        assert_eq!(Percent::parse("25%").map(Percent::number), Ok(25));
        for text in ["", "%", "25", "2.5%", "-1%", "+1%", "25%%", " 25%", "99999999999%"] {
            assert!(Percent::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn either_form_is_read() {
        let read = |value| serde_json::from_value::<IntOrString>(value).unwrap();
        assert_eq!(read(json!(1)), IntOrString::Integer(1));
        assert_eq!(read(json!("25%")).to_string(), "25%");
    }
}
