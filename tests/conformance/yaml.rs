//! YAML as `kubectl` reads it (`yaml.jsonl`), and strings that must survive writing and reading (`strings.jsonl`).
//!
//! An input that `kubectl` refuses must be refused. One that it reads must be read alike, or refused for one of
//! the reasons in [`refusal`].

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::conformance::vectors;
use pelago::source::SourceMap;
use pelago::yaml::FaultKind;
use pelago::yaml::Limits;
use pelago::yaml::Stream;
use pelago::yaml::read;
use pelago::yaml::write;
use serde_json::Value;
use serde_json::json;

#[test]
fn yaml_is_read_as_kubectl_reads_it() {
    let mut refusals = BTreeMap::new();
    report("yaml.jsonl", |vector| check_reading(vector, &mut refusals));
    for (reason, names) in refusals {
        println!("    refused though kubectl reads it, {reason}: {} ({})", names.len(), names.join(", "));
    }
    report("strings.jsonl", check_string);
}

fn report(file: &str, mut check: impl FnMut(&Value) -> Result<(), String>) {
    let vectors = vectors::read(file);
    let name = |vector: &Value| field(vector, "/name").as_str().unwrap_or_default().to_owned();
    let fault = |vector: &Value| Some(format!("{}: {}", name(vector), check(vector).err()?));
    let faults: Vec<String> = vectors.iter().filter_map(fault).collect();
    vectors::report(file, vectors.len(), &faults);
}

fn check_reading(vector: &Value, refusals: &mut BTreeMap<String, Vec<String>>) -> Result<(), String> {
    let text = field(vector, "/in/text").as_str().unwrap_or_default();
    let stream = read_text(text);
    let documents: Vec<Value> = stream.documents.iter().map(|document| document.root.to_json()).collect();
    match (*field(vector, "/out/ok") == true, stream.faults.first()) {
        (false, None) => Err(format!(
            "{text:?} is read as {documents:?}, kubectl refuses it: {}",
            field(vector, "/out/text")
        )),
        (false, Some(_)) => Ok(()),
        (true, Some(fault)) => {
            let reason = refusal(&fault.kind).ok_or_else(|| format!("{text:?} is refused: {fault:?}"))?;
            let name = field(vector, "/name").as_str().unwrap_or_default().to_owned();
            refusals.entry(reason.to_owned()).or_default().push(name);
            Ok(())
        }
        (true, None) if *field(vector, "/out/docs") == Value::Array(documents.clone()) => Ok(()),
        (true, None) => {
            Err(format!("{text:?} is read as {documents:?}, not as {}", field(vector, "/out/docs")))
        }
    }
}

/// Why a text that `kubectl` reads may be refused.
fn refusal(kind: &FaultKind) -> Option<&'static str> {
    match kind {
        FaultKind::DuplicateKey { .. } => Some("duplicate key: kubectl takes the last"),
        FaultKind::MergeOverride { .. } => Some("a merge changes a key written before it"),
        FaultKind::LostText => Some("text that kubectl drops"),
        FaultKind::Character(_) => Some("a line break in YAML 1.1, none in YAML 1.2"),
        FaultKind::Syntax(_)
        | FaultKind::TabIndentation
        | FaultKind::UnquotedExpression
        | FaultKind::ByteOrderMark
        | FaultKind::TextAfterSeparator
        | FaultKind::Directive
        | FaultKind::MergeValue
        | FaultKind::UnknownAnchor { .. }
        | FaultKind::RecursiveAlias { .. }
        | FaultKind::AnchorName
        | FaultKind::Escape
        | FaultKind::Tag { .. }
        | FaultKind::NotRepresentable(_)
        | FaultKind::TooDeep { .. }
        | FaultKind::TooManyAliases
        | FaultKind::TooLarge { .. } => None,
    }
}

fn check_string(vector: &Value) -> Result<(), String> {
    let text = field(vector, "/s").as_str().unwrap_or_default();
    for value in [
        json!({ "k": text }),
        json!({ text: "v" }),
        json!([text]),
        json!({ "a": [[text, { text: [text] }]] }),
        json!(text),
    ] {
        let written = write(&value);
        let stream = read_text(&written);
        if !stream.faults.is_empty() {
            return Err(format!("{written:?} is refused: {:?}", stream.faults));
        }
        let back: Vec<Value> = stream.documents.iter().map(|document| document.root.to_json()).collect();
        if back != [value] {
            return Err(format!("{written:?} is read as {back:?}"));
        }
    }
    if *field(vector, "/plain") == false && write(&json!({ "k": text })) == format!("k: {text}\n") {
        return Err("written without quotes".to_owned());
    }
    Ok(())
}

/// The part of a vector at a JSON pointer; null if there is none.
fn field<'a>(vector: &'a Value, pointer: &str) -> &'a Value {
    vector.pointer(pointer).unwrap_or(&Value::Null)
}

fn read_text(text: &str) -> Stream {
    let mut sources = SourceMap::default();
    let file = sources.add(PathBuf::from("a.yaml"), String::new());
    read(text, file, Limits::default())
}
