//! Pelago within the tools that call it, in the form of the cases of the command line: `fixtures/kustomize`,
//! `fixtures/kpt`, `fixtures/helm`.

use crate::cli::check_cases;
use crate::support::has_tool;

#[test]
fn kustomize_builds_what_its_fixtures_say() {
    if has_tool("kustomize", &["version"]) {
        check_cases("fixtures/kustomize");
    }
}

#[test]
fn kpt_renders_what_its_fixtures_say() {
    if has_tool("kpt", &["version"]) {
        check_cases("fixtures/kpt");
    }
}

#[test]
fn helm_renders_what_its_fixtures_say() {
    if ["helm3", "helm4"].iter().all(|name| has_tool(name, &["version"])) {
        check_cases("fixtures/helm");
    }
}
