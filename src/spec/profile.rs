//! Profiles: changes of the spec that are chosen by name.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Record;
use crate::schema::Shape;
use crate::spec::Spec;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

/// What is merged over the spec: maps merge, lists and scalars replace, null removes.
///
/// Only its form is read here; what it holds is checked together with the spec that it is merged over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile;

impl Shape for Profile {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(mapping) => match mapping.entry("profiles") {
                Some(entry) => {
                    let message = "a profile cannot hold profiles";
                    Err(decoder.report(Diagnostic::new(codes::UNKNOWN_KEY, entry.key.span, message)))
                }
                None => Ok(Self),
            },
            Value::Null => Ok(Self),
            Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Err(decoder.wrong_type(node, "a map")),
        }
    }

    /// The keys of the spec; what stands below them may be left out or null anywhere.
    fn schema(definitions: &mut Definitions) -> Json {
        definitions.define("Profile", |definitions| {
            let fields = Spec::field_schemas(definitions).into_iter().map(|(text, _)| text);
            let fields = fields.filter(|text| text.key != "profiles");
            let properties: Map<String, Json> = fields
                .map(|text| {
                    let description = text.description.trim();
                    (text.key.to_owned(), json!({ "description": description }))
                })
                .collect();
            json!({
                "type": ["object", "null"],
                "description": "Merged over spec: maps merge, lists and scalars replace, null removes.",
                "properties": properties,
                "additionalProperties": false,
            })
        })
    }
}
