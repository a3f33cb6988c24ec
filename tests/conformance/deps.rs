//! `deps.jsonl`: what resources refer to.

use crate::conformance::vectors;
use pelago::karmada::dependencies::Reference;
use pelago::karmada::dependencies::Target;
use pelago::karmada::dependencies::find_dependencies;
use serde_json::Value;
use serde_json::json;

#[test]
fn references_are_those_that_karmada_finds() {
    vectors::check_all("deps.jsonl", check);
}

fn check(vector: &Value) -> Option<String> {
    let answer = match find_dependencies(&vector["in"]["object"]) {
        Ok(found) => json!({
            "ok": true,
            "deps": found.references.iter().map(describe).collect::<Vec<_>>(),
            "source": found.source.name(),
        }),
        Err(error) => json!({"ok": false, "kind": "error", "class": error.class()}),
    };
    let mut expected = vector["out"].clone();
    expected.as_object_mut().unwrap().shift_remove("text");
    (answer != expected).then(|| format!("{}: {answer}", vector["name"]))
}

fn describe(reference: &Reference) -> Value {
    let mut described = json!({"apiVersion": reference.api_version, "kind": reference.kind});
    if let Some(namespace) = &reference.namespace {
        described["namespace"] = json!(namespace);
    }
    match &reference.target {
        Target::Name(name) => described["name"] = json!(name),
        Target::Label { key, value } => described["labelSelector"] = json!({"matchLabels": {*key: value}}),
    }
    described
}
