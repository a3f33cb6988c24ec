//! All objects of all Apps as one text.

use crate::bundle::App;
use crate::bundle::Role;
use crate::yaml::write_stream;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The form of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML documents with `---` between them.
    Yaml,
    /// A `List` of Kubernetes, in JSON.
    Json,
}

/// The line break and indentation of an object of a list.
const ITEM: &str = "\n    ";

/// What stands before the first object of a list.
const LIST_START: &str = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [\n    ";

/// What stands behind the last object of a list.
const LIST_END: &str = "\n  ]\n}\n";

/// A list of nothing.
const EMPTY_LIST: &str = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": []\n}\n";

/// The part of one App in the whole text. Objects stand in the order of the bundle; empty without any.
#[must_use]
pub fn write_app(app: &App, format: Format) -> String {
    let objects: Vec<Value> = app.objects.iter().map(|object| object.root.to_json()).collect();
    match format {
        Format::Yaml => write_stream(&objects),
        Format::Json => {
            // A line break within a text is escaped, so each one here is between values.
            let items: Vec<String> =
                objects.iter().map(|object| format!("{object:#}").replace('\n', ITEM)).collect();
            items.join(&format!(",{ITEM}"))
        }
    }
}

/// What stands behind a stream of objects so that it holds the others of an App too: policies, and all else that it makes.
/// Readers of Kubernetes that see JSON first take nothing but JSON after it, so a stream of JSON gets JSON.
#[must_use]
pub fn write_behind(stream: &str, app: &App) -> String {
    let own = app.objects.iter().filter(|object| object.role != Role::Streamed);
    let objects: Vec<Value> = own.map(|object| object.root.to_json()).collect();
    if objects.is_empty() {
        return String::new();
    }
    let end = if stream.is_empty() || stream.ends_with('\n') { "" } else { "\n" };
    if is_json(stream) {
        let texts = objects.iter().map(|object| format!("{object:#}\n"));
        return std::iter::once(end.to_owned()).chain(texts).collect();
    }
    let separator = if stream.is_empty() { "" } else { "---\n" };
    format!("{end}{separator}{}", write_stream(&objects))
}

fn is_json(stream: &str) -> bool {
    let values = || serde_json::Deserializer::from_str(stream).into_iter::<IgnoredAny>();
    stream.trim_start().starts_with('{') && values().all(|value| value.is_ok())
}

/// Puts the parts of all Apps together, in their order: one after another, these pieces are the whole text.
#[must_use]
pub fn join(parts: &[String], format: Format) -> Vec<&str> {
    let (start, between, end) = match format {
        Format::Yaml => ("", "---\n", ""),
        Format::Json => (LIST_START, ",\n    ", LIST_END),
    };
    let mut pieces = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        pieces.push(if pieces.is_empty() { start } else { between });
        pieces.push(part);
    }
    match format {
        Format::Json if pieces.is_empty() => vec![EMPTY_LIST],
        Format::Yaml | Format::Json => {
            pieces.push(end);
            pieces
        }
    }
}
