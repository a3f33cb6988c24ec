//! Replaces the values of Secrets on both sides of a comparison by their lengths, and marks those that differ.

use crate::source::SourceMap;
use crate::yaml::Limits;
use crate::yaml::read;
use crate::yaml::write_stream;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::path::PathBuf;

/// The keys of a Secret that hold its values.
const CONTENT: &[&str] = &["data", "stringData"];

/// The annotation in which `kubectl apply` keeps a copy of the whole object.
const COPY: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The keys of an override that hold what it writes to an object.
const WRITTEN: &[&str] = &["value", "plaintext", "fieldOverrider"];

/// Takes the values out of two texts. Texts that hold no Secret come back as they are.
pub(super) fn redact<'a>(old: &'a str, new: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    if !speaks_of_secret(old) && !speaks_of_secret(new) {
        return (Cow::Borrowed(old), Cow::Borrowed(new));
    }
    let (Some(mut olds), Some(mut news)) = (parse(old), parse(new)) else {
        return (summary(old, None), summary(new, Some(old)));
    };
    for (index, object) in news.iter_mut().enumerate() {
        redact_object(object, olds.get(index));
    }
    for object in &mut olds {
        redact_object(object, None);
    }
    (Cow::Owned(write_stream(&olds)), Cow::Owned(write_stream(&news)))
}

/// A cheap look that finds each Secret, and more: with an escape, anything may be spelt out.
fn speaks_of_secret(text: &str) -> bool {
    text.contains("Secret") || text.contains("\\x") || text.contains("\\u") || text.contains("\\U")
}

/// Reads all documents; nothing where a reader of Kubernetes could see more than is read.
fn parse(text: &str) -> Option<Vec<Value>> {
    let file = SourceMap::default().add(PathBuf::new(), String::new());
    let stream = read(text, file, Limits::default());
    stream
        .faults
        .is_empty()
        .then(|| stream.documents.iter().map(|document| document.root.to_json()).collect())
}

/// What stands for a text that cannot be read.
fn summary<'a>(text: &str, other: Option<&str>) -> Cow<'a, str> {
    if text.is_empty() {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!(
        "(redacted, {} bytes that cannot be read as YAML{})\n",
        text.len(),
        mark(other.is_some())
    ))
}

fn redact_object(object: &mut Value, other: Option<&Value>) {
    if let Some(Value::Array(items)) = object.get_mut("items") {
        for (index, item) in items.iter_mut().enumerate() {
            redact_object(item, other.and_then(|other| other.get("items")?.get(index)));
        }
    }
    if is_secret(object) {
        for key in CONTENT {
            if let Some(content) = object.get_mut(*key) {
                redact_value(content, other.and_then(|other| other.get(*key)));
            }
        }
        if let Some(copy) =
            object.pointer_mut("/metadata/annotations").and_then(|copies| copies.get_mut(COPY))
        {
            let other = other.and_then(|other| other.pointer("/metadata/annotations")?.get(COPY));
            redact_value(copy, other);
        }
    }
    if selects_secret(object) {
        redact_written(object, other);
    }
}

fn is_secret(object: &Value) -> bool {
    object.get("kind").and_then(Value::as_str) == Some("Secret")
}

/// Tells whether an override policy may change a Secret.
fn selects_secret(object: &Value) -> bool {
    let selectors = object.pointer("/spec/resourceSelectors").and_then(Value::as_array);
    selectors.is_some_and(|selectors| selectors.iter().any(is_secret))
}

/// Takes out what an override policy writes.
fn redact_written(value: &mut Value, other: Option<&Value>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let other = other.and_then(|other| other.get(key));
                if WRITTEN.contains(&key.as_str()) && !value.is_array() {
                    redact_value(value, other);
                } else {
                    redact_written(value, other);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                redact_written(item, other.and_then(|other| other.get(index)));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes out a value, or each value of a map. `other` is the older value, where there is one.
fn redact_value(value: &mut Value, other: Option<&Value>) {
    if let Value::Object(map) = value {
        return redact_entries(map, other);
    }
    let length = match &*value {
        Value::String(text) => text.len(),
        value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            value.to_string().len()
        }
    };
    let is_changed = other.is_some_and(|other| other != value);
    *value = Value::String(format!("(redacted, {length} bytes{})", mark(is_changed)));
}

fn redact_entries(map: &mut Map<String, Value>, other: Option<&Value>) {
    for (key, value) in map {
        redact_value(value, other.and_then(|other| other.get(key)));
    }
}

fn mark(is_changed: bool) -> &'static str {
    if is_changed { ", changed" } else { "" }
}
