//! Every code: a page that keeps its word, a fixture, and a use.

use crate::runs::compile_text;
use crate::support::files;
use crate::support::root;
use crate::ui::cases;
use crate::ui::marks;
use pelago::diagnostic::CODES;
use pelago::diagnostic::Code;
use pelago::diagnostic::QUIET;
use pelago::diagnostic::Severity;
use pelago::report::Format;
use pelago::report::report;
use std::collections::BTreeSet;
use std::fs;

/// Codes that no single YAML text can show: the page describes the situation instead.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[
    ("E0107", "the example would be too large to read"),
    ("E0108", "the file is no text"),
    ("E0216", "the schema and the decoder agree on every document, which `agreement` holds"),
    ("E0306", "other files are involved"),
    ("E0307", "other files are involved"),
    ("E0311", "other files are involved"),
    ("E0320", "the command line is at fault"),
    ("E0321", "the command line is at fault"),
    ("E0441", "other files are involved"),
    ("E0703", "the command line is at fault"),
];

/// Codes without a case in `fixtures/ui`: a fault of Pelago's own, the command line, and a file of 1 MiB.
/// Two of `preview` and `render` have theirs in `fixtures/preview` and `fixtures/render`, and the lints that are quiet until they
/// are asked for in `fixtures/cli`. Those of streams have theirs in `fixtures/wrap`.
const WITHOUT_FIXTURE: &[&str] = &["E0216", "E0321", "E0441", "E0502", "E0505", "E0702", "E0703"];

/// The text of the fenced block with this info string.
pub(crate) fn block<'a>(page: &'a str, info: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("\n```{info}\n"))?;
    rest.split_once("```\n").map(|(text, _)| text)
}

/// Tells whether a command of its own finds the fault.
fn is_of_command(code: &Code) -> bool {
    ["E05", "E0702", "E072"].iter().any(|range| code.id.starts_with(range)) || is_of_import(code)
}

/// Tells whether only an import finds the fault.
pub(crate) fn is_of_import(code: &Code) -> bool {
    const LINTS: &[&str] = &[
        "difference-kept",
        "object-unclaimed",
        "policy-changed",
        "policy-kept",
        "policy-replaced",
        "score-left-out",
        "score-open",
        "score-provided",
        "secret-left-out",
        "secrets-differ",
        "selector-lost",
    ];
    code.id.starts_with("E06") || LINTS.contains(&code.id)
}

fn told(text: &str) -> (Vec<&'static str>, String) {
    let compilation = compile_text(text);
    let report = report(&compilation.sources, &compilation.diagnostics, Format::Short);
    (compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect(), report)
}

#[test]
fn every_page_has_its_title_and_short_lines() {
    let mut faults = Vec::new();
    for code in CODES {
        let title = code.page.lines().next().unwrap_or_default();
        let is_titled = title.strip_prefix(&format!("# {}: ", code.id)).is_some_and(|text| !text.is_empty());
        let paragraphs = code.page.split("\n\n").nth(1).is_some_and(|text| !text.starts_with('#'));
        if !is_titled || !paragraphs || code.page.lines().any(|line| line.chars().count() > 140) {
            faults.push(code.id);
        }
    }
    assert_eq!(faults, Vec::<&str>::new());
}

#[test]
fn every_page_shows_its_code_and_how_to_mend_it() {
    let mut faults = Vec::new();
    // `tests/preview.rs`, `tests/import.rs`, `tests/wrap.rs` and `tests/krm.rs` try the pages of what these commands find.
    for Code { id, severity, page } in
        CODES.iter().filter(|code| !is_of_command(code) && !QUIET.contains(code))
    {
        let (wrong, right) = (block(page, "yaml wrong"), block(page, "yaml right"));
        if WITHOUT_EXAMPLE.iter().any(|(without, _)| without == id) {
            assert!(wrong.is_none() && block(page, "text").is_some(), "{id}");
            continue;
        }
        let (codes, report) = told(wrong.unwrap_or_default());
        let others = codes.iter().any(|found| found != id);
        if codes.is_empty() || others || (*severity == Severity::Error && report.contains("warning[")) {
            faults.push(format!("{id} wrong: {codes:?}\n{report}"));
        }
        let (codes, report) = told(right.unwrap_or_default());
        if !codes.is_empty() {
            faults.push(format!("{id} right: {codes:?}\n{report}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_code_has_a_fixture() {
    let mut marked: BTreeSet<String> =
        cases().iter().flat_map(|(_, files)| marks(files)).map(|(_, _, code)| code).collect();
    // `fixtures/told` holds many small faults a file, each marked as `# ~ LINE:COLUMN CODE MESSAGE`.
    for path in files(&root().join("fixtures/told")) {
        let text = fs::read_to_string(&path).unwrap();
        let told =
            text.lines().filter_map(|line| line.strip_prefix("# ~ ")?.split(' ').nth(1).map(str::to_owned));
        marked.extend(told);
    }
    // `fixtures/krm` shows what it tells in `errors.txt`.
    for path in files(&root().join("fixtures/krm")).into_iter().filter(|path| path.ends_with("errors.txt")) {
        let text = fs::read_to_string(&path).unwrap();
        let told = text.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
        marked.extend(told.map(|(code, _)| code.to_owned()));
    }
    let is_loud = |code: &&Code| !QUIET.contains(code) && !is_of_import(code);
    let loud = CODES.iter().filter(is_loud).map(|code| code.id);
    let without: Vec<&str> = loud.filter(|id| !marked.contains(*id)).collect();
    assert_eq!(without, WITHOUT_FIXTURE);
}

#[test]
fn codes_are_unique_and_in_the_order_of_the_phases() {
    let ids: Vec<&str> = CODES.iter().map(|code| code.id).collect();
    let numbered: Vec<&str> = ids.iter().copied().filter(|id| id.starts_with('E')).collect();
    let mut sorted = numbered.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(numbered, sorted);
    let lints: BTreeSet<&str> = ids[numbered.len()..].iter().copied().collect();
    assert_eq!(lints.len(), ids.len() - numbered.len());
    assert!(lints.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}

#[test]
fn every_code_is_used_and_every_page_belongs_to_a_code() {
    let table = fs::read_to_string(root().join("src/diagnostic/code.rs")).unwrap();
    let sources: String = files(&root().join("src"))
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let rows = table.lines().filter_map(|line| line.trim().split_once(" \""));
    let names = rows.filter_map(|(front, _)| front.split_once(' ')).map(|(_, name)| name);
    let constants: Vec<&str> =
        names.filter(|name| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')).collect();
    assert_eq!(constants.len(), CODES.len());
    let is_used = |name: &&str| {
        sources.match_indices(&format!("codes::{name}")).any(|(at, found)| {
            !sources[at + found.len()..].starts_with(|next: char| next.is_ascii_uppercase() || next == '_')
        })
    };
    let unused: Vec<&str> = constants.into_iter().filter(|name| !is_used(name)).collect();
    assert_eq!(unused, Vec::<&str>::new());
    let pages = files(&root().join("src/diagnostic/pages")).len();
    assert_eq!(pages, CODES.len());
}
