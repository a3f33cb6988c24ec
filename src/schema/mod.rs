//! The one definition of the language's shapes: a type that implements [`Shape`] can be decoded from YAML with every
//! fault reported at its place, and can write its own JSON Schema.

mod choice;
mod decoder;
mod definitions;
mod description;
mod fields;
mod home;
mod kubernetes;
mod named;
mod record;
mod scalar;
mod validator;

pub use choice::Choice;
pub(crate) use choice::choice;
pub use decoder::Decoder;
pub use definitions::Definitions;
pub use definitions::FieldText;
pub use definitions::or_expression;
pub use definitions::or_null;
pub use fields::Fields;
pub use home::Homes;
pub use kubernetes::Kubernetes;
pub use kubernetes::Rest;
pub(crate) use kubernetes::check;
pub use named::Entry;
pub use named::FreeKey;
pub use named::KeyRule;
pub use named::Map;
pub use named::Named;
pub(crate) use record::record;
pub use scalar::Confidential;
pub use scalar::Integer;
pub use scalar::Needed;
pub use scalar::PatternText;
pub use scalar::Text;
pub(crate) use scalar::checked_text;
pub use validator::Mismatch;
pub use validator::Validator;

use crate::diagnostic::Reported;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// Something that a user can write.
pub trait Shape: Sized {
    /// Reads a value; every fault in it is reported, and the proof comes back where the value cannot be used.
    ///
    /// # Errors
    /// The value could not be read, which has been reported.
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported>;

    /// The value that stands for a key left out; nothing where the key is needed.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// Looks for the maps that have a key, in this shape and below it; the path and the depth are those of this shape.
    fn find_homes(_: &mut Homes<'_>, _: &str, _: usize) {}

    /// The JSON Schema (draft 7) of what can be written; named shapes are added to the definitions.
    fn schema(definitions: &mut Definitions) -> Json;
}

/// A map with known keys; made by `record!`.
pub trait Record: Sized {
    /// The keys, in the order to show them.
    const KEYS: &'static [&'static str];

    /// Takes note of the keys, and of those that stand beside them.
    fn know(fields: &mut Fields<'_>);

    /// Reads the known keys out of an open map.
    ///
    /// # Errors
    /// A needed field is missing or could not be read, which has been reported.
    fn read(fields: &mut Fields<'_>, decoder: &mut Decoder<'_>) -> Result<Self, Reported>;

    /// The fields with their schemas, in the order to show them.
    fn field_schemas(definitions: &mut Definitions) -> Vec<(FieldText, Json)>;

    /// The Kubernetes types whose other fields may stand beside them; where two have one field, the first counts.
    fn rests() -> Vec<RestOf>;
}

/// A Kubernetes type whose fields may stand in a map, and those of them that may not.
pub type RestOf = (&'static str, &'static [&'static str]);

/// A value and the place of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyed<T> {
    /// Where the key stands.
    pub key: Span,
    /// The value.
    pub value: T,
}

impl<T: Shape> Shape for Keyed<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        T::decode(node, decoder).map(|value| Self { key: decoder.key(), value })
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        T::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl<T: Shape> Shape for Spanned<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        T::decode(node, decoder).map(|value| Self::new(value, node.span))
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        T::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl<T: Shape> Shape for Option<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if node.value == Value::Null {
            return Ok(None);
        }
        T::decode(node, decoder).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        T::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        or_null(T::schema(definitions))
    }
}

/// A value that null takes away.
#[derive(Debug, Clone, PartialEq)]
pub enum Erasable<T> {
    /// It is left as it is.
    Left,
    /// It is taken away; the place of its key.
    Erased(Span),
    /// It is written.
    Written(T),
}

impl<T: Shape> Shape for Erasable<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if node.value == Value::Null {
            return Ok(Self::Erased(decoder.key()));
        }
        T::decode(node, decoder).map(Self::Written)
    }

    fn absent() -> Option<Self> {
        Some(Self::Left)
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        T::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        or_null(T::schema(definitions))
    }
}

impl<T: Shape> Shape for Box<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        T::decode(node, decoder).map(Self::new)
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        T::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

/// A list; a key left out is an empty one.
impl<T: Shape> Shape for Vec<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Value::Sequence(items) = &node.value else {
            return match &node.value {
                Value::Null => Ok(Self::new()),
                Value::Boolean(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Sequence(_)
                | Value::Mapping(_)
                | Value::Poisoned => Err(decoder.wrong_type(node, "a list")),
            };
        };
        let values: Vec<Result<T, Reported>> =
            items.iter().map(|item| decoder.inside_item(item, |decoder| T::decode(item, decoder))).collect();
        values.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "type": ["array", "null"], "items": T::schema(definitions) })
    }
}

/// A value of any type, kept as written.
impl Shape for Node {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Poisoned => Err(decoder.reported_before()),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_) => Ok(node.clone()),
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({})
    }
}
