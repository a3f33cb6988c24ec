//! The KRM function, case by case: `fixtures/krm/<case>` holds a list as `input.yaml`, its `functionConfig` as `config.yaml` where it
//! has one, what comes out as `expected.yaml`, what is told as `errors.txt`, and files that Apps name.

use crate::codes::block;
use crate::support::assert_file;
use crate::support::files;
use crate::support::folders;
use crate::support::root;
use pelago::diagnostic::CODES;
use pelago::krm::Options;
use pelago::krm::apply;
use pelago::source::SourceMap;
use pelago::system::Memory;
use pelago::yaml::Limits;
use pelago::yaml::read;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

/// The input of a case: the list with its `functionConfig` behind the items.
fn input(case: &Path) -> String {
    let list = fs::read_to_string(case.join("input.yaml")).unwrap();
    let Ok(config) = fs::read_to_string(case.join("config.yaml")) else { return list };
    let lines = config.lines().map(|line| format!("  {line}\n"));
    std::iter::once(format!("{list}functionConfig:\n")).chain(lines).collect()
}

/// Runs `pelago fn` in the folder of a case, and gives its two streams.
#[track_caller]
fn run(case: &Path, input: &str) -> (String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pelago"))
        .arg("fn")
        .current_dir(case)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let [printed, told] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let is_error = told.lines().any(|line| line.starts_with("error"));
    assert_eq!(output.status.code(), Some(i32::from(is_error)), "{}\n{told}", case.display());
    (printed, told)
}

#[test]
fn lists_become_what_their_fixtures_say() {
    let cases = folders(&root().join("fixtures/krm"));
    assert!(cases.len() > 10);
    for case in cases {
        let (printed, told) = run(&case, &input(&case));
        assert_file(&case.join("expected.yaml"), &printed);
        assert_file(&case.join("errors.txt"), &told);
    }
}

/// What comes out goes in again, and nothing changes.
#[test]
fn a_second_run_changes_nothing() {
    let is_fine = |case: &PathBuf| fs::read_to_string(case.join("errors.txt")).unwrap().is_empty();
    let cases: Vec<PathBuf> = folders(&root().join("fixtures/krm")).into_iter().filter(is_fine).collect();
    assert!(cases.len() > 10);
    for case in cases {
        let expected = fs::read_to_string(case.join("expected.yaml")).unwrap();
        let (printed, _) = run(&case, &expected);
        assert_eq!(printed, expected, "{}", case.display());
    }
}

/// A document as an item, its dash behind some blanks.
fn as_item(document: &str, blanks: &str) -> String {
    let starts = std::iter::once("- ").chain(std::iter::repeat("  "));
    let lines = document.lines().zip(starts).map(|(line, start)| {
        if line.is_empty() { "\n".to_owned() } else { format!("{blanks}{start}{line}\n") }
    });
    lines.collect()
}

/// All files of the repository that are one document, in one list: what is not ours passes byte for byte.
#[test]
fn items_of_others_keep_their_text() {
    let mut documents = Vec::new();
    for folder in ["fixtures", "examples", "integrations"] {
        for path in
            files(&root().join(folder)).iter().filter(|path| path.extension() == Some("yaml".as_ref()))
        {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            let mut sources = SourceMap::default();
            let file = sources.add(path.clone(), text.clone());
            let stream = read(&text, file, Limits::default());
            let is_one = stream.faults.is_empty() && stream.documents.len() == 1 && !text.contains("---");
            let is_plain = !text.contains("pelago.dev/") && !text.contains(['\t', '\r', '\u{feff}']);
            if is_one && is_plain {
                documents.push(text);
            }
        }
    }
    assert!(documents.len() > 300, "{}", documents.len());
    let list = |blanks| {
        let items = documents.iter().map(|document| as_item(document, blanks)).collect::<String>();
        format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}")
    };
    for blanks in ["", "  ", "     "] {
        let answer = apply(list(blanks), Options::default(), &Memory::default()).unwrap();
        assert_eq!(answer.diagnostics, []);
        assert!(answer.text == list(""), "with {} blanks", blanks.len());
    }
}

/// The examples of the pages: the wrong one gives its code, the right one nothing.
#[test]
fn examples_of_pages_give_their_codes() {
    let codes = |text: &str| {
        let answer = apply(text.to_owned(), Options::default(), &Memory::default()).unwrap();
        answer.diagnostics.iter().map(|told| told.code.id).collect::<Vec<_>>()
    };
    for code in CODES.iter().filter(|code| code.id.starts_with("E072")) {
        assert_eq!(codes(block(code.page, "yaml wrong").unwrap()), [code.id], "{}", code.id);
        assert_eq!(codes(block(code.page, "yaml right").unwrap()), [""; 0], "{}", code.id);
    }
}
