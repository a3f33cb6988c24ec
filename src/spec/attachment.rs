//! Where the contents of `ConfigMaps` and Secrets come from, other than the App itself.

use crate::diagnostic::Reported;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::ConfigKey;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// Files that become keys.
#[derive(Debug, Clone, PartialEq)]
pub enum Files {
    /// Paths; each file's name is its key.
    List(Vec<Spanned<String>>),
    /// One path for each key.
    Map(Map<Spanned<String>, ConfigKey>),
}

impl Files {
    /// The keys that are written in a way that was reported already.
    pub(crate) fn lost_keys(&self) -> &[String] {
        match self {
            Self::List(_) => &[],
            Self::Map(paths) => &paths.lost,
        }
    }
}

impl Shape for Files {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Sequence(_) => Vec::decode(node, decoder).map(Self::List),
            Value::Mapping(_) => Map::decode(node, decoder).map(Self::Map),
            Value::Null => Ok(Self::List(Vec::new())),
            Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a list of paths, or a map from key to path"))
            }
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::List(Vec::new()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [
            { "type": ["array", "null"], "items": { "type": "string" }, "description": "Paths from the folder of this file; `*` and `?` stand for any text." },
            Map::<String, ConfigKey>::schema(definitions),
        ] })
    }
}

/// One path, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths(pub Vec<Spanned<String>>);

impl Shape for Paths {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => Ok(Self(vec![Spanned::new(scalar.text.clone(), node.span)])),
            Value::Sequence(_) | Value::Null => Vec::decode(node, decoder).map(Self),
            Value::Boolean(_) | Value::Number(_) | Value::Mapping(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a path or a list of paths"))
            }
        }
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "array", "null"], "items": { "type": "string" } })
    }
}

/// A text, or the variable of the environment that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretText {
    /// The text itself.
    Literal(String),
    /// The name of the variable.
    Variable(String),
}

record! {
    /// A text that a variable of the build's environment holds.
    FromEnvironment {
        /// The name of the variable; an error where it is not set, or empty.
        env "env": String, example "DB_PASSWORD";
    }
}

impl Shape for SecretText {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => FromEnvironment::decode(node, decoder).map(|from| Self::Variable(from.env)),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Text::decode(node, decoder).map(|text| Self::Literal(text.0)),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [Text::schema(definitions), FromEnvironment::schema(definitions)] })
    }
}
