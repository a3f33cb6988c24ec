//! Strings, numbers and booleans, and texts with a form.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Shape;
use crate::schema::or_expression;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

impl Shape for String {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        decoder.text(node)
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string" })
    }
}

impl Shape for bool {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Boolean(value) => Ok(*value),
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => Err(decoder.wrong_type(node, "a boolean")),
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        or_expression(&json!({ "type": "boolean" }))
    }
}

/// A text that may also be written as a number or a boolean, kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl Shape for Text {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => Ok(Self(scalar.text.clone())),
            Value::Boolean(value) => Ok(Self(value.to_string())),
            Value::Number(number) => {
                let written = decoder.source_text(node.span);
                let is_as_written =
                    written.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
                Ok(Self(if is_as_written { written.to_owned() } else { number.to_string() }))
            }
            Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a string"))
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// A value that no message may repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confidential<T>(pub T);

impl<T: Shape> Shape for Confidential<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        decoder.confidentially(|decoder| T::decode(node, decoder)).map(Self)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

/// A value that is needed; nothing where it could not be read, which was reported, so that what stands beside it can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed<T>(pub Option<T>);

impl<T: Shape> Shape for Needed<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        Ok(Self(T::decode(node, decoder).ok()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

/// An integer between two bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Integer<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Integer<MIN, MAX> {
    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    /// Makes one, where the number lies within the bounds.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }
}

impl<const MIN: i64, const MAX: i64> Shape for Integer<MIN, MAX> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let number = match &node.value {
            Value::Number(number) => whole(number),
            Value::Null
            | Value::Boolean(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => None,
        };
        let Some(number) = number else {
            return Err(match &node.value {
                Value::Number(number) if number.is_u64() => decoder.report(too_large(node, number, MAX)),
                Value::Null
                | Value::Boolean(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Sequence(_)
                | Value::Mapping(_)
                | Value::Poisoned => decoder.wrong_type(node, "an integer"),
            });
        };
        Self::new(number).ok_or_else(|| {
            let has_no_end = MAX == i64::from(i32::MAX) || MAX == i64::MAX;
            if has_no_end && number > MAX {
                return decoder.report(too_large(node, &number.into(), MAX));
            }
            let message = if has_no_end {
                format!("expected a number of at least {MIN}, found {number}")
            } else {
                format!("expected a number from {MIN} to {MAX}, found {number}")
            };
            decoder.report(Diagnostic::new(codes::OUT_OF_RANGE, node.span, message))
        })
    }

    fn schema(_: &mut Definitions) -> Json {
        or_expression(&json!({ "type": "integer", "minimum": MIN, "maximum": MAX }))
    }
}

fn too_large(node: &Node, number: &serde_json::Number, most: i64) -> Diagnostic {
    let message = format!("the number {number} is too large: at most {most}");
    Diagnostic::new(codes::OUT_OF_RANGE, node.span, message)
}

/// `3.0` is the integer 3 to every JSON reader; an expression may give one.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let text = number.to_string();
        text.strip_suffix(".0").and_then(|whole| whole.parse().ok())
    })
}

/// A text that has a form: how it is checked, and how a schema describes it.
pub trait PatternText: Sized {
    /// Reads the text; the error says what is wrong, as a message has it, and a text that would do where one is near.
    ///
    /// # Errors
    /// The text does not have the form.
    fn parse(text: &str) -> Result<Self, (String, Option<String>)>;

    /// The code of the fault.
    const CODE: crate::diagnostic::Code;

    /// What the schema says of the form.
    fn pattern_schema() -> Json;

    /// Reads a node.
    ///
    /// # Errors
    /// Reports E0202 for another type and the shape's own code for another form.
    fn decode_pattern(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let text = decoder.text(node)?;
        Self::parse(&text).map_err(|(message, suggestion)| {
            let mut diagnostic = Diagnostic::new(Self::CODE, node.span, message);
            if let Some(suggestion) = suggestion {
                let written = decoder.requoted(node.span, &suggestion);
                diagnostic = diagnostic.with_replacement(format!("write `{suggestion}`"), node.span, written);
            }
            decoder.report(diagnostic)
        })
    }
}

/// Makes a [`PatternText`] a [`Shape`].
macro_rules! checked_text {
    ($name:ty) => {
        impl $crate::schema::Shape for $name {
            fn decode(
                node: &$crate::yaml::Node,
                decoder: &mut $crate::schema::Decoder<'_>,
            ) -> Result<Self, $crate::diagnostic::Reported> {
                <Self as $crate::schema::PatternText>::decode_pattern(node, decoder)
            }

            fn schema(_: &mut $crate::schema::Definitions) -> serde_json::Value {
                <Self as $crate::schema::PatternText>::pattern_schema()
            }
        }
    };
}

pub(crate) use checked_text;
