//! Whatever is checked, nothing breaks: the policies and objects of the conformance vectors, as plain files.

use crate::conformance::vectors;
use pelago::compile::Compilation;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::system::Memory;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn check(text: String) -> Compilation<()> {
    let path = PathBuf::from("objects.yaml");
    let request = Request { paths: vec![path.clone()], rigour: Rigour::Check, ..Request::default() };
    let system = Memory { files: BTreeMap::from([(path, text.into_bytes())]), ..Memory::default() };
    compile(&request, &system, |_| ()).unwrap()
}

/// Everything in a vector that looks like an object, clusters too.
fn objects<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) if fields.contains_key("kind") => found.push(value),
        Value::Object(fields) => fields.values().for_each(|value| objects(value, found)),
        Value::Array(items) => items.iter().for_each(|value| objects(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn any_policies_and_objects_can_be_checked() {
    let mut told = 0;
    for file in ["admit.jsonl", "claims.jsonl", "overrides.jsonl", "deps.jsonl", "schedule.jsonl"] {
        for vector in vectors::read(file).iter().step_by(4) {
            let mut found = Vec::new();
            objects(&vector["in"], &mut found);
            let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
            told += check(texts.join("\n---\n")).diagnostics.len();
        }
    }
    assert!(told > 500, "only {told} findings");
}

#[test]
fn a_policy_is_refused_exactly_when_karmada_refuses_it() {
    let mut differences = Vec::new();
    for vector in vectors::read("admit.jsonl") {
        let input = &vector["in"];
        let is_plain = input.get("oldObject").is_none() && input.get("namespace").is_none();
        let Some(object) = input.get("object").filter(|_| is_plain) else { continue };
        let compilation = check(object.to_string());
        let is_refused = compilation.diagnostics.iter().any(|it| it.code.id == "E0501");
        let is_broken = compilation.diagnostics.iter().any(|it| it.code.id.starts_with("E01"));
        if is_refused == (vector["out"]["allowed"] == Value::Bool(true)) && !is_broken {
            differences.push(format!("{}: {:?}", vector["name"], compilation.diagnostics));
        }
    }
    assert!(differences.is_empty(), "{} differ\n{}", differences.len(), differences.join("\n"));
}
