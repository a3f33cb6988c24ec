//! The tree that a document is read into; every node knows where it was written.

use crate::source::Span;
use crate::yaml::mapping::Mapping;

/// One document of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What the document holds; never null.
    pub root: Node,
    /// Place in the stream, from 0; documents that hold nothing are not counted, broken ones are.
    pub index: usize,
    /// From the first to the last character of the content.
    pub span: Span,
}

/// A value and where it was written.
///
/// The span of a block scalar starts at its `|` or `>`; that of a missing value is empty and stands behind its
/// key; that of a value that came through an alias is the place of the anchored text.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// A value as `kubectl` reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing.
    Null,
    /// A boolean, in any of the spellings of YAML 1.1.
    Boolean(bool),
    /// A number; an integer beyond 64 bits signed is a float.
    Number(serde_json::Number),
    /// Text.
    String(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// A map.
    Mapping(Mapping),
    /// A value with a fault that has been reported; whoever finds it keeps silent.
    Poisoned,
}

/// A text and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The decoded text.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

impl Node {
    /// Drops all spans; a poisoned value becomes null.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null | Value::Poisoned => serde_json::Value::Null,
            Value::Boolean(boolean) => serde_json::Value::Bool(*boolean),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(scalar) => serde_json::Value::String(scalar.text.clone()),
            Value::Sequence(items) => serde_json::Value::Array(items.iter().map(Self::to_json).collect()),
            Value::Mapping(mapping) => serde_json::Value::Object(
                mapping.iter().map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect(),
            ),
        }
    }

    /// Tells whether the value, or one in it, has a fault that has been reported.
    #[must_use]
    pub fn has_fault(&self) -> bool {
        match &self.value {
            Value::Poisoned => true,
            Value::Sequence(items) => items.iter().any(Self::has_fault),
            Value::Mapping(mapping) => mapping.iter().any(|entry| entry.value.has_fault()),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) => false,
        }
    }

    /// Names the kind of the value with its article, for messages: `a string`, `an integer`, `null`.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a number",
            Value::Number(_) => "an integer",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a map",
            Value::Poisoned => "an invalid value",
        }
    }

    /// The text, if the value is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(scalar) => Some(&scalar.text),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => None,
        }
    }

    /// The map, if the value is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => None,
        }
    }

    /// The items, if the value is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Mapping(_)
            | Value::Poisoned => None,
        }
    }
}
