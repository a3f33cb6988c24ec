//! Environment variables in the words of an App.

use crate::import::overrides::meaning::Changes;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

/// Tells which variables are set and taken away; nothing where the list comes out in another order, or has entries that
/// are no variables.
pub(super) fn changed_variables(before: Option<&Json>, after: Option<&Json>) -> Option<Changes> {
    let empty = Vec::new();
    let old = before.map_or(Some(&empty), Json::as_array)?;
    let new = after?.as_array()?;
    let mut made = old.clone();
    let mut changes: Changes = Vec::new();
    for entry in old {
        let name = name_of(entry)?;
        if !new.iter().any(|kept| name_of(kept) == Some(name)) {
            made.retain(|known| name_of(known) != Some(name));
            changes.push((vec![name.to_owned()], Json::Null));
        }
    }
    for entry in new {
        let name = name_of(entry)?;
        let known = made.iter_mut().find(|known| name_of(known) == Some(name));
        match known {
            Some(known) if known == entry => continue,
            Some(known) => known.clone_from(entry),
            None => made.push(entry.clone()),
        }
        changes.push((vec![name.to_owned()], raise_variable(entry)?));
    }
    let is_there = before.is_some() || !made.is_empty();
    (is_there && made == *new).then_some(changes)
}

/// The value of a variable, or where it comes from.
fn raise_variable(entry: &Json) -> Option<Json> {
    let fields = entry.as_object()?;
    match (fields.get("value"), fields.get("valueFrom"), fields.len()) {
        (Some(value @ Json::String(_)), None, 2) => Some(value.clone()),
        (None, Some(Json::Object(source)), 2) => Some(raise_source(source)),
        _ => None,
    }
}

fn raise_source(source: &Map<String, Json>) -> Json {
    let whole = || json!({ "valueFrom": source });
    let mut entries = source.iter();
    let (Some((kind, Json::Object(fields))), None) = (entries.next(), entries.next()) else { return whole() };
    let path = fields.get("fieldPath").filter(|_| fields.len() == 1);
    match (kind.as_str(), path) {
        ("secretKeyRef", _) => short_key("secret", fields).unwrap_or_else(whole),
        ("configMapKeyRef", _) => short_key("configMap", fields).unwrap_or_else(whole),
        ("fieldRef", Some(path)) => json!({ "field": path }),
        _ => whole(),
    }
}

fn short_key(word: &str, fields: &Map<String, Json>) -> Option<Json> {
    let has_only = fields.keys().all(|key| matches!(key.as_str(), "name" | "key" | "optional"));
    let (name, key) = (fields.get("name")?, fields.get("key")?);
    let mut short = Map::new();
    short.insert(word.to_owned(), name.clone());
    short.insert("key".to_owned(), key.clone());
    if let Some(optional) = fields.get("optional") {
        short.insert("optional".to_owned(), optional.clone());
    }
    has_only.then_some(Json::Object(short))
}

fn name_of(entry: &Json) -> Option<&str> {
    entry.get("name").and_then(Json::as_str)
}
