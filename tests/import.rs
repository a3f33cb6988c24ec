//! The way back: what `fixtures/import` shows, and the law that what was imported builds to the same objects.

use crate::cli::check_cases;
use crate::codes::block;
use crate::support::files;
use crate::support::root;
use pelago::compile::Request;
use pelago::compile::import_objects;
use pelago::diagnostic::CODES;
use pelago::system::Memory;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn imports_are_those_of_the_fixtures() {
    check_cases("fixtures/import");
}

/// The examples of the pages that only an import reports: the wrong one gives its code, the right one nothing.
#[test]
fn examples_of_pages_give_their_codes() {
    for code in CODES.iter().filter(|code| code.id.starts_with("E06")) {
        let wrong = block(code.page, "yaml wrong").unwrap_or_default();
        let right = block(code.page, "yaml right").unwrap_or_default();
        assert_eq!(codes_of(wrong), [code.id], "{}", code.id);
        assert_eq!(codes_of(right), [""; 0], "{}", code.id);
    }
}

#[test]
fn every_code_has_a_case() {
    let reports: String = files(&root().join("fixtures/import"))
        .iter()
        .filter(|path| path.ends_with("stderr"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let own = CODES.iter().map(|code| code.id).filter(|id| id.starts_with("E06"));
    let told: BTreeSet<&str> = own.clone().filter(|id| reports.contains(&format!("[{id}]"))).collect();
    assert_eq!(told, own.collect());
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let mut system = Memory::default();
    system.files.insert("objects.yaml".into(), text.as_bytes().to_vec());
    let request = Request { paths: vec!["objects.yaml".into()], ..Request::default() };
    let importation = import_objects(&request, &system).unwrap();
    importation.diagnostics.iter().map(|it| it.code.id).collect()
}
