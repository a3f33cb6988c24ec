//! Changes of a JSON or YAML document that is the text of one field.
//!
//! Karmada f8fdd02 `pkg/util/overridemanager/overridemanager.go` `applyFieldOverriders`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Map;
use serde_json::Value;

use crate::k8s::patch;
use crate::k8s::patch::Operation;
use crate::k8s::patch::PatchFault;
use crate::k8s::pointer::unescape;
use crate::karmada::go_yaml;
use crate::karmada::overrides::fault::OverrideFault;
use crate::karmada::overrides::number::normalize;
use crate::karmada::overrides::raw_json;
use crate::karmada::overrides::step::operation;
use crate::karmada::policy::overriding::DocumentPatch;
use crate::karmada::policy::overriding::FieldOverrider;
use crate::source::SourceMap;
use crate::yaml;
use crate::yaml::FaultKind;
use crate::yaml::Limits;

/// Changes the document in a field; without changes, which only unchecked policies have, the field becomes empty.
pub(super) fn override_field(object: &mut Value, overrider: &FieldOverrider) -> Result<(), OverrideFault> {
    let path = &overrider.field_path;
    let field = find_field(object, path)?;
    let Some(text) = field.as_str() else {
        return Err(OverrideFault::FieldIsNotAString { path: path.clone() });
    };
    let changed = if !overrider.yaml.is_empty() {
        patch_yaml(text, overrider)?
    } else if !overrider.json.is_empty() {
        patch_json(text, overrider)?
    } else {
        String::new()
    };
    *field = Value::String(changed);
    Ok(())
}

fn find_field<'a>(object: &'a mut Value, path: &str) -> Result<&'a mut Value, OverrideFault> {
    let missing = || OverrideFault::FieldMissing { path: path.to_owned() };
    let Some(tokens) = path.strip_prefix('/') else {
        return if path.is_empty() { Ok(object) } else { Err(missing()) };
    };
    tokens.split('/').try_fold(object, |value, token| step_into(value, &unescape(token))).ok_or_else(missing)
}

/// Go's reader of indices takes a sign and leading zeros.
fn step_into<'a>(value: &'a mut Value, token: &str) -> Option<&'a mut Value> {
    match value {
        Value::Object(fields) => fields.get_mut(token),
        Value::Array(items) => items.get_mut(usize::try_from(token.parse::<i64>().ok()?).ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// An empty text stays as it is.
fn patch_json(text: &str, overrider: &FieldOverrider) -> Result<String, OverrideFault> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let path = &overrider.field_path;
    let document = raw_json::read(text).map_err(|_| OverrideFault::FieldIsNotJson { path: path.clone() })?;
    // A list is known by the very first character of the text.
    if document.is_array() && !text.starts_with('[') {
        return Err(OverrideFault::FieldIsNotAnObject { path: path.clone() });
    }
    let patched = patch_document(document, &build_operations(&overrider.json, raw_json::from_value), path)?;
    Ok(raw_json::write(&patched))
}

/// Only the first document of the text is kept.
fn patch_yaml(text: &str, overrider: &FieldOverrider) -> Result<String, OverrideFault> {
    let path = &overrider.field_path;
    let document = read_first(text).ok_or_else(|| OverrideFault::FieldIsNotYaml { path: path.clone() })?;
    let patched = patch_document(document, &build_operations(&overrider.yaml, Value::clone), path)?;
    Ok(go_yaml::write(&normalize(&patched)))
}

/// Reads the first document of a text as Karmada does; null when there is none, nothing when it is no YAML.
#[must_use]
pub fn read_first(text: &str) -> Option<Value> {
    let file = SourceMap::default().add(PathBuf::new(), String::new());
    let text = exchange(text, |(separator, stand_in)| (separator, stand_in));
    let stream = yaml::read(&text, file, Limits::default());
    let first = stream.documents.first().filter(|document| document.index == 0);
    let end = first.map_or(u32::MAX, |document| document.span.end);
    if stream.faults.iter().any(|fault| fault.span.start <= end && stops_reading(&fault.kind)) {
        return None;
    }
    Some(first.map_or(Value::Null, |document| normalize(&restored(document.root.to_json()))))
}

/// Line separators that our reader refuses and Go's reader takes, with characters that stand in for them: NEL, LS, PS.
const SEPARATORS: [(char, char); 3] =
    [('\u{85}', '\u{f0085}'), ('\u{2028}', '\u{f2028}'), ('\u{2029}', '\u{f2029}')];

fn exchange(text: &str, direction: fn((char, char)) -> (char, char)) -> String {
    let pairs = SEPARATORS.map(direction);
    let other =
        |character| pairs.iter().find(|(from, _)| *from == character).map_or(character, |(_, to)| *to);
    text.chars().map(other).collect()
}

fn restored(value: Value) -> Value {
    let text = |text: &str| exchange(text, |(separator, stand_in)| (stand_in, separator));
    match value {
        Value::String(string) => Value::String(text(&string)),
        Value::Array(items) => Value::Array(items.into_iter().map(restored).collect()),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (text(&key), restored(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// Tells whether Go's reader stops at a fault; what it only loses in silence is lost here too.
fn stops_reading(fault: &FaultKind) -> bool {
    !matches!(
        fault,
        FaultKind::DuplicateKey { .. }
            | FaultKind::MergeOverride { .. }
            | FaultKind::LostText
            | FaultKind::TextAfterSeparator
    )
}

/// Values have gone through the API server: keys are sorted, numbers rewritten.
fn build_operations(patches: &[DocumentPatch], convert: fn(&Value) -> Value) -> Vec<Operation> {
    let build = |patch: &DocumentPatch| {
        let value = sort_keys(&normalize(patch.value.as_ref().unwrap_or(&Value::Null)));
        operation(patch.operator, patch.sub_path.clone(), convert(&value))
    };
    patches.iter().map(build).collect()
}

fn sort_keys(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            sorted.into_iter().map(|(name, value)| (name.clone(), sort_keys(value))).collect()
        }
        Value::Array(items) => items.iter().map(sort_keys).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Patches an object or a list. A null document is read as an object without room: nothing can be added to it,
/// and nothing is in it.
fn patch_document(document: Value, operations: &[Operation], path: &str) -> Result<Value, OverrideFault> {
    let single = || OverrideFault::FieldIsNotAnObject { path: path.to_owned() };
    let document = match (document, operations.first()) {
        (Value::Null, Some(Operation::Add { path, .. })) if path.matches('/').count() == 1 => {
            return Err(single());
        }
        (Value::Null, Some(Operation::Replace { path, .. })) if path == "/" => return Err(single()),
        (Value::Null, _) => Value::Object(Map::new()),
        (document, _) => document,
    };
    if !document.is_object() && !document.is_array() {
        return Err(single());
    }
    patch::apply(&document, operations)
        .map_err(|error| if error.fault == PatchFault::Root { single() } else { OverrideFault::Patch(error) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn patched(text: &str, overrider: Value) -> Result<Value, OverrideFault> {
        let mut object = json!({"data": {"a/b": text}});
        let mut overrider: FieldOverrider = serde_json::from_value(overrider).unwrap();
        overrider.field_path = "/data/a~1b".to_owned();
        override_field(&mut object, &overrider)?;
        Ok(object["data"]["a/b"].clone())
    }

    #[test]
    fn json_keeps_its_order_and_spelling() {
        let overrider = json!({"json": [{"subPath": "/c", "operator": "add", "value": {"z": 1, "y": "<"}}]});
        let expected = json!("{\"b\":1.0,\"a\":\"\\u003e\",\"c\":{\"y\":\"\\u003c\",\"z\":1}}");
        assert_eq!(patched("{\"b\": 1.0, \"a\": \">\"}", overrider), Ok(expected));
    }

    #[test]
    fn yaml_is_sorted_and_only_its_first_document_stays() {
        let overrider = json!({"yaml": [{"subPath": "/c", "operator": "add", "value": "on"}]});
        let expected = json!("a:\n- 1000\nb: true\nc: \"on\"\n");
        assert_eq!(patched("b: yes # kept?\na: [1e3]\n---\nz: 1\n", overrider), Ok(expected));
    }

    #[test]
    fn a_document_may_become_null() {
        let overrider = json!({"json": [{"subPath": "", "operator": "replace", "value": null}]});
        assert_eq!(patched("[1]", overrider), Ok(json!("null")));
    }

    #[test]
    fn nothing_can_be_added_to_null() {
        let overrider = json!({"json": [{"subPath": "/a", "operator": "add", "value": 1}]});
        let fault = patched("null", overrider).expect_err("null has no room");
        assert_eq!(fault.class(), Some("field-is-not-an-object"));
    }
}
