//! JSON Schema (draft 7, which editors support best), written from the shapes.

use crate::schema::Kubernetes;
use crate::schema::RestOf;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;

/// What a reader of a schema is told about one field.
#[derive(Clone)]
pub struct FieldText {
    /// The key.
    pub key: &'static str,
    /// What it does.
    pub description: &'static str,
    /// Whether it must be written.
    pub is_needed: bool,
    /// What leaving it out means.
    pub default: Option<Json>,
    /// A value that makes sense.
    pub example: Option<Json>,
}

/// The named shapes of a schema, while it is written.
pub struct Definitions<'a> {
    named: BTreeMap<String, Json>,
    kubernetes: &'a Kubernetes,
}

impl<'a> Definitions<'a> {
    /// Starts with no shape.
    #[must_use]
    pub fn new(kubernetes: &'a Kubernetes) -> Self {
        let expression = json!({
            "type": "string",
            "pattern": "\\{\\{",
            "description": "An expression, evaluated before the value is checked."
        });
        Self { named: BTreeMap::from([("Expression".to_owned(), expression)]), kubernetes }
    }

    /// The field tables that the schema is written for.
    #[must_use]
    pub fn kubernetes(&self) -> &'a Kubernetes {
        self.kubernetes
    }

    /// Refers to a named shape, and writes it at first sight.
    pub fn define(&mut self, name: &str, write: impl FnOnce(&mut Self) -> Json) -> Json {
        if !self.named.contains_key(name) {
            self.named.insert(name.to_owned(), Json::Null);
            let schema = write(self);
            self.named.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    /// The shape of an entry that says its own name, from that of one whose name is the key it stands under.
    pub fn with_name(&mut self, entry: &Json) -> Json {
        let reference = entry.get("$ref").and_then(Json::as_str).and_then(|path| path.rsplit('/').next());
        let found = reference.and_then(|reference| Some((reference, self.named.get(reference)?.clone())));
        let Some((reference, Json::Object(mut schema))) = found else {
            return json!({ "type": "object", "required": ["name"] });
        };
        let name = json!({ "type": "string", "description": "The name." });
        let properties = schema.get_mut("properties").and_then(Json::as_object_mut);
        properties.and_then(|properties| properties.insert("name".to_owned(), name));
        let needed = schema.get("required").and_then(Json::as_array).cloned().unwrap_or_default();
        let needed: Vec<Json> = std::iter::once(json!("name")).chain(needed).collect();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("required".to_owned(), json!(needed));
        self.define(&format!("{reference}InList"), |_| Json::Object(schema))
    }

    /// A map with known keys, beside which the other fields of Kubernetes types may stand.
    pub fn record(&mut self, description: &str, fields: &[(FieldText, Json)], rests: &[RestOf]) -> Json {
        let needed: Vec<&str> =
            fields.iter().filter(|(text, _)| text.is_needed).map(|(text, _)| text.key).collect();
        let mut properties = Map::new();
        for (kubernetes, except) in rests {
            for (name, schema) in self.kubernetes.property_schemas(kubernetes, self) {
                if !except.contains(&name.as_str()) {
                    properties.entry(name).or_insert(schema);
                }
            }
        }
        let mut own = Map::new();
        for (text, schema) in fields {
            own.insert(text.key.to_owned(), described(text, schema));
            properties.remove(text.key);
        }
        own.extend(properties);
        let mut schema = json!({
            "type": if needed.is_empty() { json!(["object", "null"]) } else { json!("object") },
            "description": paragraph(description),
            "properties": own,
            "additionalProperties": false,
        });
        if let (Some(object), false) = (schema.as_object_mut(), needed.is_empty()) {
            object.insert("required".to_owned(), json!(needed));
        }
        schema
    }

    /// The whole schema, with the named shapes below it.
    #[must_use]
    pub fn finish(self, id: &str, title: &str, root: &Json) -> Json {
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$id": id,
            "title": title,
            "allOf": [root],
            "definitions": self.named,
        })
    }
}

/// A description beside a reference is ignored in draft 7: the reference moves into `allOf`.
fn described(text: &FieldText, schema: &Json) -> Json {
    let mut object = match schema.as_object() {
        Some(object) if !object.contains_key("$ref") => object.clone(),
        Some(_) | None => Map::from_iter([("allOf".to_owned(), json!([schema]))]),
    };
    object.insert("description".to_owned(), json!(paragraph(text.description)));
    if let Some(default) = &text.default {
        object.insert("default".to_owned(), default.clone());
    }
    if let Some(example) = &text.example {
        object.insert("examples".to_owned(), json!([example]));
    }
    Json::Object(object)
}

/// Joins the lines of a doc comment.
fn paragraph(description: &str) -> String {
    let lines: Vec<&str> = description.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// A shape that is no string may also be written as an expression.
#[must_use]
pub fn or_expression(schema: &Json) -> Json {
    json!({ "anyOf": [schema, { "$ref": "#/definitions/Expression" }] })
}

/// Null counts as left out, as it does for the API server.
#[must_use]
pub fn or_null(schema: Json) -> Json {
    let mut schema = schema;
    if let Some(kind) = schema.get_mut("type") {
        match kind {
            Json::String(one) => *kind = json!([one, "null"]),
            Json::Array(several) if several.contains(&json!("null")) => {}
            Json::Array(several) => several.push(json!("null")),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => {}
        }
        return schema;
    }
    if let Some(shapes) = schema.get_mut("anyOf").and_then(Json::as_array_mut) {
        shapes.push(json!({ "type": "null" }));
        return schema;
    }
    if schema.as_object().is_some_and(Map::is_empty) {
        return schema;
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}
