//! `admit.jsonl`: which policies the API server takes, what it makes of them, and why it refuses the others.

use crate::conformance::vectors;
use pelago::karmada::admit::AdmissionRequest;
use pelago::karmada::admit::Fault;
use pelago::karmada::admit::Verdict;
use pelago::karmada::admit::admit;
use pelago::source::SourceMap;
use pelago::yaml;
use pelago::yaml::FaultKind;
use pelago::yaml::Limits;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;

#[test]
fn policies_are_admitted_and_refused_as_karmada_does() {
    vectors::check_all("admit.jsonl", check);
}

fn check(vector: &Value) -> Option<String> {
    let input = &vector["in"];
    let object = match input["yaml"].as_str() {
        Some(text) => read_yaml(text),
        None => Ok(input["object"].clone()),
    };
    let answer = match object {
        Ok(object) => answer(&object, input),
        Err(class) => {
            json!({"ok": true, "allowed": false, "stage": "yaml", "fields": [], "classes": [class]})
        }
    };
    let mut expected = vector["out"].clone();
    expected.as_object_mut().unwrap().remove("text");
    (answer != expected).then(|| format!("{}: {answer}\n    expected {expected}", vector["name"]))
}

/// Reads the one document of a text; the error is the class of the first fault.
fn read_yaml(text: &str) -> Result<Value, &'static str> {
    let mut sources = SourceMap::default();
    let file = sources.add(PathBuf::from("policy.yaml"), text.to_owned());
    let stream = yaml::read(text, file, Limits::default());
    match stream.faults.first().map(|fault| &fault.kind) {
        None => Ok(stream.documents[0].root.to_json()),
        Some(FaultKind::DuplicateKey { .. }) => Err("duplicate-key"),
        Some(_) => Err("syntax"),
    }
}

fn answer(object: &Value, input: &Value) -> Value {
    let request =
        AdmissionRequest { object, namespace: input["namespace"].as_str(), old: input.get("oldObject") };
    match admit(&request) {
        Verdict::Admitted(spec) => json!({"ok": true, "allowed": true, "spec": spec}),
        Verdict::Refused { stage, faults, later } => {
            let mut classes: Vec<&str> = faults.iter().map(|fault| fault.kind.as_str()).collect();
            classes.sort_unstable();
            classes.dedup();
            let mut answer = json!({
                "ok": true,
                "allowed": false,
                "stage": stage.as_str(),
                "fields": fields(&faults),
                "classes": classes,
            });
            if !later.is_empty() {
                answer["laterFields"] = json!(fields(&later));
            }
            answer
        }
    }
}

fn fields(faults: &[Fault]) -> Vec<&str> {
    let mut fields: Vec<&str> =
        faults.iter().map(|fault| fault.field.as_str()).filter(|field| !field.is_empty()).collect();
    fields.dedup();
    fields
}
