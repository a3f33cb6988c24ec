//! The real readers: what kubectl and kustomize make of the output.

use crate::golden::build;
use crate::support::folders;
use crate::support::has_tool;
use crate::support::root;
use pelago::yaml::write;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Whether kubectl is there; where `CI` is set, it must be.
pub(crate) fn has_kubectl() -> bool {
    has_tool("kubectl", &["version", "--client"])
}

/// Runs kubectl and gives what it prints.
#[track_caller]
fn kubectl(arguments: &[&str]) -> String {
    let output = Command::new("kubectl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Objects by kind, namespace and name.
fn by_key(objects: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    let key = |object: &Value| {
        format!("{} {} {}", object["kind"], object["metadata"]["namespace"], object["metadata"]["name"])
    };
    objects.into_iter().map(|object| (key(&object), object)).collect()
}

/// All documents of a YAML text, by a reader that is not ours.
fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize;
    serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect()
}

fn write_files(folder: &Path, files: &BTreeMap<std::path::PathBuf, String>) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn kustomize_reads_every_example_as_it_was_written() {
    if !has_kubectl() {
        return;
    }
    let placements = folders(&root().join("fixtures/golden/placement"));
    for example in folders(&root().join("examples")).into_iter().chain(placements) {
        let folder = tempfile::tempdir().unwrap();
        let files = build(&example);
        write_files(folder.path(), &files);
        let read = by_key(documents(&kubectl(&["kustomize", folder.path().to_str().unwrap()])));
        let is_object = |path: &Path| {
            path.extension() == Some("yaml".as_ref())
                && path.file_name() != Some("kustomization.yaml".as_ref())
        };
        let written = files.iter().filter(|(path, _)| is_object(path)).flat_map(|(_, text)| documents(text));
        assert_eq!(read, by_key(written), "{}", example.display());
    }
}

/// Texts that some reader takes for something else than a text.
fn nasty_strings() -> Vec<String> {
    let words = "y n yes no on off true false null ~ Yes NO On TRUE Null = << 0777 0o17 0x1F 0b11 1_000 12:30:45 1e3 1.5 .5 -0 +1 \
                 .inf -.INF .nan 2026-01-01 2001-12-14t21:59:43.10-05:00 1e400 08 0_X2 - ? : , [a] {a} #a a#b &a *a !a |a >a %a @a `a \
                 --- ... -a ?a :a a: a:b 'a \"a";
    let mut strings: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let spaced = [
        "",
        " ",
        " a",
        "a ",
        "a: b",
        "a #b",
        "a\nb",
        "a\nb\n",
        "a\n\nb\n\n",
        "\na",
        "  a\nb",
        "a \nb",
        "- a\n- b\n",
        "é",
        "😀",
        "中文",
    ];
    strings.extend(spaced.map(str::to_owned));
    let vectors = fs::read_to_string(root().join("fixtures/conformance/strings.jsonl")).unwrap();
    let vectors = vectors
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["s"].as_str().unwrap().to_owned());
    strings.extend(vectors);
    strings.sort();
    strings.dedup();
    strings
}

/// Whether kustomize can carry a text at all: it fails on control characters, and on two that Unicode reserves.
fn is_carried_by_kustomize(text: &str) -> bool {
    text.chars().all(|character| {
        (!character.is_control() || character == '\n') && !matches!(character, '\u{fffe}' | '\u{ffff}')
    })
}

fn config_map(strings: &[String]) -> Value {
    let data: serde_json::Map<String, Value> =
        strings.iter().enumerate().map(|(index, text)| (format!("k{index}"), json!(text))).collect();
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "nasty" }, "data": data })
}

#[test]
fn nasty_strings_come_back_from_both_readers() {
    if !has_kubectl() {
        return;
    }
    let mut strings = nasty_strings();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nasty.yaml");
    fs::write(&file, write(&config_map(&strings))).unwrap();
    let labelled = kubectl(&["label", "--local", "-f", file.to_str().unwrap(), "zz=1", "-o", "json"]);
    let labelled: Value = serde_json::from_str(&labelled).unwrap();
    assert_eq!(labelled["data"], config_map(&strings)["data"]);

    strings.retain(|text| is_carried_by_kustomize(text));
    fs::write(&file, write(&config_map(&strings))).unwrap();
    fs::write(folder.path().join("kustomization.yaml"), "resources:\n- nasty.yaml\n").unwrap();
    let built = documents(&kubectl(&["kustomize", folder.path().to_str().unwrap()]));
    assert_eq!(built[0]["data"], config_map(&strings)["data"]);
}
