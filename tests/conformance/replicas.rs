//! `replicas.jsonl`: how many replicas an object has, what each asks for, and the object with another number.

use crate::conformance::vectors;
use pelago::karmada::replicas::defaults::add_defaults;
use pelago::karmada::replicas::interpret;
use pelago::karmada::replicas::revise::revise;
use pelago::karmada::typed::WrongType;
use serde_json::Value;
use serde_json::json;

#[test]
fn replicas_are_read_and_revised_as_karmada_does() {
    vectors::check_all("replicas.jsonl", check);
}

fn check(vector: &Value) -> Option<String> {
    let mut expected = vector["out"].clone();
    let fields = expected.as_object_mut().unwrap();
    fields.remove("source");
    fields.remove("text");
    let mut object = vector["in"]["object"].clone();
    if vector["in"]["nativeDefaults"] == true {
        add_defaults(&mut object);
    }
    let answer = match vector["op"].as_str() {
        Some("replica") => interpret(&object).map(|replicas| {
            json!({"ok": true, "replicas": replicas.replicas, "requirements": replicas.requirements})
        }),
        Some("revise") => revise(&mut object, vector["in"]["replicas"].as_i64().unwrap())
            .map(|()| json!({"ok": true, "object": object})),
        operation => panic!("no operation {operation:?}"),
    };
    let answer = answer.unwrap_or_else(|error| json!({"ok": false, "kind": "error", "class": class(&error)}));
    (answer != expected).then(|| format!("{}: {answer}", vector["name"]))
}

fn class(error: &WrongType) -> &'static str {
    if error.expected == "a quantity" { "quantity" } else { "wrong-type" }
}
