//! Every trap has a lint, and a case that shows it: the tables of `docs/traps.md`.

use crate::support::files;
use crate::support::root;
use pelago::diagnostic::CODES;
use pelago::diagnostic::QUIET;
use std::collections::BTreeSet;
use std::fs;

/// The traps of policies, V1 to V26.
const POLICY_TRAPS: std::ops::RangeInclusive<usize> = 1..=26;

struct Row {
    traps: String,
    lint: String,
    is_quiet: bool,
    case: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/traps.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| ") && line.contains("fixtures/"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [traps, _, lint, case] = cells[..] else { panic!("{line}") };
        let name = lint.split('`').nth(1).unwrap().to_owned();
        Row {
            traps: traps.to_owned(),
            lint: name,
            is_quiet: lint.ends_with("(quiet)"),
            case: case.to_owned(),
        }
    };
    lines.map(row).collect()
}

#[test]
fn every_case_of_a_trap_gives_its_lint() {
    let mut faults = Vec::new();
    for row in rows() {
        let code = CODES.iter().find(|code| code.id == row.lint);
        let is_quiet = code.is_some_and(|code| QUIET.contains(code));
        let told = files(&root().join(&row.case)).iter().any(|path| {
            let is_report = path.file_name().is_some_and(|name| name == "stderr" || name == "stderr.txt");
            is_report && fs::read_to_string(path).unwrap().contains(&format!("[{}]: ", row.lint))
        });
        if !told || is_quiet != row.is_quiet {
            faults.push(format!("{}: {} in {}", row.traps, row.lint, row.case));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_trap_of_policies_and_every_lint_of_karmada_has_a_row() {
    let rows = rows();
    let traps: BTreeSet<&str> = rows.iter().flat_map(|row| row.traps.split(", ")).collect();
    let missing: Vec<String> = POLICY_TRAPS
        .map(|number| format!("V{number}"))
        .filter(|trap| !traps.contains(trap.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
    let used: BTreeSet<&str> = rows.iter().map(|row| row.lint.as_str()).collect();
    let first = CODES.iter().position(|code| code.id == "unknown-api-version").unwrap();
    let unused: Vec<&str> =
        CODES[first..].iter().map(|code| code.id).filter(|id| !used.contains(id)).collect();
    assert_eq!(unused, Vec::<&str>::new());
}
