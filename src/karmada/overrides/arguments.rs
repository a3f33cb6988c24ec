//! Changes of the commands and arguments of containers.
//!
//! Karmada f8fdd02 `pkg/util/overridemanager/commandargsoverride.go`.

use serde_json::Value;

use crate::k8s::patch::Operation;
use crate::karmada::overrides::fault::OverrideFault;
use crate::karmada::policy::overriding::CommandArgsOverrider;
use crate::karmada::policy::overriding::ListOperator;
use crate::karmada::typed::WrongType;

/// Builds the patch of the containers that the overrider names; `field` is `command` or `args`.
///
/// The kind alone decides where containers are, whatever the API group; other kinds have none.
pub(super) fn build_operations(
    object: &Value,
    field: &str,
    overrider: &CommandArgsOverrider,
) -> Result<Vec<Operation>, OverrideFault> {
    let path: &[&str] = match object.get("kind").and_then(Value::as_str) {
        Some("Pod") => &["spec", "containers"],
        Some("ReplicaSet" | "Deployment" | "DaemonSet" | "StatefulSet" | "Job") => {
            &["spec", "template", "spec", "containers"]
        }
        _ => return Ok(Vec::new()),
    };
    let mut operations = Vec::new();
    for (index, container) in find_list(object, path)?.iter().enumerate() {
        let Some(fields) = container.as_object() else {
            return panic(format!("the container with index {index} is no object"));
        };
        if fields.get("name").and_then(Value::as_str) != Some(&overrider.container_name) {
            continue;
        }
        let current = match fields.get(field) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(items)) => items.as_slice(),
            Some(_) => return panic(format!("`{field}` of the container with index {index} is no list")),
        };
        let path = format!("/{}/{index}/{field}", path.join("/"));
        operations.push(Operation::Add { path, value: change(current, overrider) });
    }
    Ok(operations)
}

fn panic<T>(reason: String) -> Result<T, OverrideFault> {
    Err(OverrideFault::Panic { reason })
}

/// Finds a list; one that is absent is empty, but null is no list (apimachinery `unstructured.NestedSlice`).
fn find_list<'a>(object: &'a Value, path: &[&str]) -> Result<&'a [Value], OverrideFault> {
    let mut value = object;
    let mut pointer = String::new();
    for name in path {
        value = match value {
            Value::Null => return Ok(&[]),
            Value::Object(fields) => match fields.get(*name) {
                None => return Ok(&[]),
                Some(value) => value,
            },
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(OverrideFault::WrongType(WrongType { pointer, expected: "an object" }));
            }
        };
        pointer = format!("{pointer}/{name}");
    }
    let wrong = || OverrideFault::WrongType(WrongType { pointer, expected: "a list" });
    value.as_array().map(Vec::as_slice).ok_or_else(wrong)
}

fn change(current: &[Value], overrider: &CommandArgsOverrider) -> Value {
    let current = current.iter().map(format_item);
    let changed: Vec<String> = match overrider.operator {
        ListOperator::Add => current.chain(overrider.value.iter().cloned()).collect(),
        ListOperator::Remove => current.filter(|item| !overrider.value.contains(item)).collect(),
    };
    changed.into()
}

/// Writes an item as Go's `fmt.Sprintf("%s", item)` does, which complains about all but text.
fn format_item(item: &Value) -> String {
    match item {
        Value::String(text) => text.clone(),
        Value::Null => "%!s(<nil>)".to_owned(),
        Value::Bool(flag) => format!("%!s(bool={flag})"),
        Value::Number(number) if number.is_i64() => format!("%!s(int64={number})"),
        Value::Number(number) => {
            format!("%!s(float64={})", format_float(number.as_f64().unwrap_or_default()))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(format_item).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let mut entries: Vec<(&String, &Value)> = fields.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let format_entry = |(key, value): (&String, &Value)| format!("{key}:{}", format_item(value));
            let entries: Vec<String> = entries.into_iter().map(format_entry).collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// Go's `%g`-like form within a complaint: an exponent of two digits from 1e21 on and below 1e-4.
fn format_float(float: f64) -> String {
    let size = float.abs();
    if size != 0.0 && !(1e-4..1e21).contains(&size) {
        let text = format!("{float:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    format!("{float}")
}
