//! What Karmada will do: `fixtures/preview` and `fixtures/render`, in the form of the cases of the command line.

use crate::cli::check_cases;
use crate::support::folders;
use crate::support::root;
use pelago::compile::Request;
use pelago::compile::assemble;
use pelago::diagnostic::CODES;
use pelago::diagnostic::Diagnostics;
use pelago::k8s::version::MinorVersion;
use pelago::preview::Options;
use pelago::preview::preview;
use pelago::render::Provenance;
use pelago::render::Wanted;
use pelago::render::render;
use pelago::schema::Validator;
use pelago::system::Memory;
use std::fs;
use std::process::Command;
use std::process::Stdio;

#[test]
fn previews_are_those_of_the_fixtures() {
    check_cases("fixtures/preview");
}

#[test]
fn renders_are_those_of_the_fixtures() {
    check_cases("fixtures/render");
}

/// Every preview of the fixtures, as JSON, has the published form.
#[test]
fn json_has_the_published_form() {
    let schema = fs::read_to_string(root().join("schemas/preview.v1.json")).unwrap();
    let validator = Validator::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    let mut checked = 0;
    for case in folders(&root().join("fixtures/preview")) {
        let command = fs::read_to_string(case.join("command")).unwrap();
        let arguments = command.split_whitespace().chain(["--format", "json"]);
        let output = Command::new(env!("CARGO_BIN_EXE_pelago"))
            .args(arguments.skip(1))
            .current_dir(&case)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        if let Ok(document) = serde_json::from_slice(&output.stdout) {
            assert_eq!(validator.check(&document), [], "{}", case.display());
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

/// The examples of the pages that only previews and renders report: the wrong one gives its code, the right one nothing.
#[test]
fn examples_of_pages_give_their_codes() {
    for code in CODES.iter().filter(|code| code.id.starts_with("E05")) {
        assert_eq!(codes_of(example(code.page, "wrong")), [code.id], "{}", code.id);
        assert_eq!(codes_of(example(code.page, "right")), [""; 0], "{}", code.id);
    }
}

#[track_caller]
fn example<'a>(page: &'a str, verdict: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("```yaml {verdict}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let mut system = Memory::default();
    system.files.insert("web.yaml".into(), text.as_bytes().to_vec());
    let paths = vec!["web.yaml".into()];
    let request = Request { paths, ..Request::default() };
    let assembly = assemble(&request, &system).unwrap();
    let mut codes: Vec<&str> = assembly.diagnostics.iter().map(|it| it.code.id).collect();
    let inventory = assembly.inventory.unwrap();
    let seen = preview(&assembly.plane, &inventory, &Options::default());
    let wanted = Wanted {
        clusters: &seen.clusters,
        provenance: Provenance::Omitted,
        kubernetes: MinorVersion::default(),
    };
    let mut diagnostics = Diagnostics::default();
    let _ = render((&assembly.plane, &inventory), &seen, wanted, &mut diagnostics);
    codes.extend(diagnostics.iter().map(|it| it.code.id));
    codes.dedup();
    codes
}
