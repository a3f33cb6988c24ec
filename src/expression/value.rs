//! Values on their way into an expression and out of it.

use crate::expression::scope::Entries;
use minijinja::Value;
use minijinja::value::ValueKind;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value as Json;
use std::sync::Arc;

/// Lists and maps within each other, as in a document.
const DEPTH_LIMIT: usize = 200;

/// What one value may weigh; etcd takes no object larger than 1.5 MiB.
const WEIGHT_LIMIT: usize = 2 << 20;

/// What a value weighs next to its text.
const VALUE_WEIGHT: usize = 32;

/// Why a value cannot leave an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nothing is defined there.
    Undefined,
    /// An integer beyond 64 bits signed.
    Integer(String),
    /// An infinity, or not a number.
    NotFinite,
    /// Something that YAML has no form for, with its article.
    Kind(&'static str),
    /// The value is too deep or too large.
    TooLarge,
}

/// Takes weight from what is left.
pub(super) struct Weight {
    /// What this value may still weigh.
    value: usize,
    /// What all values may still weigh.
    pub(super) left: usize,
}

impl Weight {
    pub(super) fn new(left: usize) -> Self {
        Self { value: WEIGHT_LIMIT, left }
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.value = self.value.checked_sub(bytes).ok_or(Refusal::TooLarge)?;
        self.left = self.left.checked_sub(bytes).ok_or(Refusal::TooLarge)?;
        Ok(())
    }
}

/// Takes a value in; maps keep their order.
pub(super) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(boolean) => Value::from(*boolean),
        Json::Number(number) => from_number(number),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(from_json).collect(),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), from_json(value)));
            Value::from_dyn_object(Arc::new(Entries(entries.collect())))
        }
    }
}

fn from_number(number: &Number) -> Value {
    match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) => Value::from(integer),
        (None, Some(integer)) => Value::from(integer),
        (None, None) => Value::from(number.as_f64().unwrap_or(0.0)),
    }
}

/// Gives a value out with its type.
pub(super) fn to_json(value: &Value, depth: usize, weight: &mut Weight) -> Result<Json, Refusal> {
    weight.take(VALUE_WEIGHT)?;
    if depth > DEPTH_LIMIT {
        return Err(Refusal::TooLarge);
    }
    match value.kind() {
        ValueKind::Undefined => Err(Refusal::Undefined),
        ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => to_number(value).map(Json::Number),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            weight.take(text.len())?;
            Ok(Json::String(text.to_owned()))
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter().map_err(|_| Refusal::Kind("a value without a form in YAML"))?;
            items.map(|item| to_json(&item, depth + 1, weight)).collect()
        }
        ValueKind::Map => to_object(value, depth, weight),
        ValueKind::Bytes => Err(Refusal::Kind("bytes")),
        ValueKind::Plain | ValueKind::Invalid | _ => Err(Refusal::Kind("a value without a form in YAML")),
    }
}

fn to_object(value: &Value, depth: usize, weight: &mut Weight) -> Result<Json, Refusal> {
    let mut entries = Map::new();
    for key in value.try_iter().map_err(|_| Refusal::Kind("a value without a form in YAML"))? {
        let name = to_text(&key).map_err(|_| Refusal::Kind("a map with a key that is no string"))?;
        weight.take(name.len())?;
        let entry = value.get_item(&key).map_err(|_| Refusal::Undefined)?;
        entries.insert(name, to_json(&entry, depth + 1, weight)?);
    }
    Ok(Json::Object(entries))
}

/// A whole float is an integer, as it is to the readers of YAML.
fn to_number(value: &Value) -> Result<Number, Refusal> {
    if let Some(integer) = value.as_i64() {
        return Ok(Number::from(integer));
    }
    if value.is_integer() {
        return Err(Refusal::Integer(value.to_string()));
    }
    let float = f64::try_from(value.clone()).map_err(|_| Refusal::NotFinite)?;
    Number::from_f64(float).ok_or(Refusal::NotFinite)
}

/// Gives a value out as a piece of a text: a string, a number, or a boolean.
pub(super) fn to_text(value: &Value) -> Result<String, Refusal> {
    match value.kind() {
        ValueKind::Undefined => Err(Refusal::Undefined),
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Bool => Ok(value.is_true().to_string()),
        ValueKind::Number => to_number(value).map(|number| number.to_string()),
        ValueKind::None => Err(Refusal::Kind("null")),
        ValueKind::Seq | ValueKind::Iterable => Err(Refusal::Kind("a list")),
        ValueKind::Map => Err(Refusal::Kind("a map")),
        ValueKind::Bytes => Err(Refusal::Kind("bytes")),
        ValueKind::Plain | ValueKind::Invalid | _ => Err(Refusal::Kind("a value without a form in YAML")),
    }
}
