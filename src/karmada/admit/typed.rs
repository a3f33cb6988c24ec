//! What the webhooks do by their Go types: reading a policy, and writing it again.
//!
//! *Source*: go `encoding/json`; fields that are required but missing come back with their zero values.

use crate::karmada::admit::fault::FaultKind;
use crate::karmada::admit::fault::Faults;
use crate::karmada::admit::schema::integer;
use crate::karmada::admit::shape::Presence;
use crate::karmada::admit::shape::Record;
use crate::karmada::admit::shape::Shape;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;

/// Finds the first value that the Go type cannot take. Keys come in order, and the path has no places in lists.
///
/// Returns whether there is none.
pub(super) fn read(value: &Value, shape: &Shape, faults: &mut Faults) -> bool {
    let fits = match (shape, value) {
        (Shape::Json, _) | (_, Value::Null) => true,
        (Shape::Text | Shape::Choice(_) | Shape::ShortText, value) => value.is_string(),
        (Shape::Bool, value) => value.is_boolean(),
        (Shape::Integer32, value) => integer(value).is_some_and(|number| i32::try_from(number).is_ok()),
        (Shape::Integer64 | Shape::Weight, value) => integer(value).is_some(),
        (Shape::List(item) | Shape::FilledList(item), Value::Array(items)) => {
            return items.iter().all(|value| read(value, item, faults));
        }
        (Shape::TextMap, Value::Object(entries)) => {
            entries.values().all(|value| value.is_string() || value.is_null())
        }
        (Shape::Object(record), Value::Object(entries)) => return read_fields(entries, record, faults),
        (
            Shape::List(_) | Shape::FilledList(_) | Shape::TextMap | Shape::Object(_),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_),
        ) => false,
    };
    faults.check(fits, FaultKind::Type);
    fits
}

fn read_fields(entries: &Map<String, Value>, record: &Record, faults: &mut Faults) -> bool {
    let sorted: BTreeMap<&String, &Value> = entries.iter().collect();
    sorted.into_iter().all(|(name, value)| {
        let mut fits = true;
        if let Some(field) = record.field(name) {
            faults.within(name, |faults| fits = read(value, &field.shape, faults));
        }
        fits
    })
}

/// Writes a value again that can be read.
pub(super) fn write(value: &Value, shape: &Shape) -> Value {
    match shape {
        Shape::Json => value.clone(),
        Shape::Text | Shape::Choice(_) | Shape::ShortText => Value::from(value.as_str().unwrap_or_default()),
        Shape::Bool => Value::from(value.as_bool().unwrap_or_default()),
        Shape::Integer32 | Shape::Integer64 | Shape::Weight => {
            Value::from(integer(value).unwrap_or_default())
        }
        Shape::List(item) | Shape::FilledList(item) => match value.as_array() {
            Some(items) => items.iter().map(|value| write(value, item)).collect(),
            None => Value::Null,
        },
        Shape::TextMap => match value.as_object() {
            Some(entries) => {
                entries.iter().map(|(name, value)| (name.clone(), write(value, &Shape::Text))).collect()
            }
            None => Value::Null,
        },
        Shape::Object(record) => Value::Object(write_fields(value, record)),
    }
}

fn write_fields(value: &Value, record: &Record) -> Map<String, Value> {
    let mut written = Map::new();
    for field in record.fields {
        let present = value.get(field.name).filter(|value| !value.is_null());
        let rewritten = write(present.unwrap_or(&Value::Null), &field.shape);
        let is_kept = match field.presence {
            Presence::Required | Presence::Always => true,
            Presence::Pointer => present.is_some(),
            Presence::Optional => !is_zero(&rewritten),
        };
        if is_kept {
            written.insert(field.name.to_owned(), rewritten);
        }
    }
    written
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    }
}
