//! What a user is told, and where: every case of `fixtures/ui` is a folder of inputs that mark the lines at fault.
//!
//! A line ends with `# ~ CODE` for each finding on it; `# ~^ CODE` stands for the line above, and one more `^` for
//! each line further up, where a comment cannot stand on the line itself.

use crate::runs::compile_files;
use crate::runs::read_tree;
use crate::support::assert_file;
use crate::support::is_updating;
use crate::support::root;
use anstream::adapter::strip_str;
use pelago::compile::Compilation;
use pelago::report::Format;
use pelago::report::report;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Path, line from 1, and code of a finding.
type Mark = (String, usize, String);

/// The cases, each with its files.
pub(crate) fn cases() -> Vec<(PathBuf, BTreeMap<PathBuf, Vec<u8>>)> {
    let folder = root().join("fixtures/ui");
    let mut cases: BTreeMap<PathBuf, BTreeMap<PathBuf, Vec<u8>>> = BTreeMap::new();
    for (path, bytes) in read_tree(&folder) {
        let case: PathBuf = path.components().take(2).collect();
        let file = path.strip_prefix(&case).unwrap().to_path_buf();
        let files = cases.entry(folder.join(case)).or_default();
        if file != Path::new("stderr.txt") {
            files.insert(file, bytes);
        }
    }
    cases.into_iter().collect()
}

/// The marks of all files of a case.
pub(crate) fn marks(files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (path, bytes) in files {
        for (line, number) in String::from_utf8_lossy(bytes).lines().zip(1..) {
            let Some((_, mark)) = line.rsplit_once("# ~") else { continue };
            let above = mark.chars().take_while(|character| *character == '^').count();
            for code in mark[above..].split_whitespace() {
                marks.push((path.display().to_string(), number - above, code.to_owned()));
            }
        }
    }
    marks.sort();
    marks
}

fn findings(compilation: &Compilation<()>) -> Vec<Mark> {
    let sources = &compilation.sources;
    let findings = compilation.diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.primary.span;
        let line = sources.position(span).line;
        (sources.path(span).display().to_string(), line, diagnostic.code.id.to_owned())
    });
    let mut findings: Vec<Mark> = findings.collect();
    findings.sort();
    findings
}

#[test]
fn every_finding_is_marked_and_every_mark_is_met() {
    let mut faults = Vec::new();
    for (case, files) in cases() {
        let compilation = compile_files(&files);
        let (marked, told) = (marks(&files), findings(&compilation));
        if marked != told {
            let report = report(&compilation.sources, &compilation.diagnostics, Format::Short);
            faults.push(format!("{}\nmarked {marked:?}\ntold   {told:?}\n{report}", case.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn reports_are_as_expected() {
    let mut faults = Vec::new();
    for (case, files) in cases() {
        let compilation = compile_files(&files);
        let human = report(&compilation.sources, &compilation.diagnostics, Format::Human);
        let actual = strip_str(&human).to_string();
        let path = case.join("stderr.txt");
        if is_updating() {
            assert_file(&path, &actual);
        } else if fs::read_to_string(&path).unwrap_or_default() != actual {
            faults.push(format!("{}\n{actual}", path.display()));
        }
    }
    assert!(faults.is_empty(), "`UPDATE_FIXTURES=1 cargo test` rewrites them\n{}", faults.join("\n"));
}

/// The word stands in the fixtures as the value of a Secret, and nowhere else.
#[test]
fn no_report_shows_the_value_of_a_secret() {
    let mut checked = 0;
    for (case, files) in cases() {
        if !files.values().any(|bytes| String::from_utf8_lossy(bytes).contains("hunter2")) {
            continue;
        }
        let compilation = compile_files(&files);
        for diagnostic in &compilation.diagnostics {
            assert!(!format!("{diagnostic:?}").contains("hunter2"), "{}: {diagnostic:?}", case.display());
        }
        for format in [Format::Human, Format::Short, Format::Json] {
            let report = report(&compilation.sources, &compilation.diagnostics, format);
            assert!(!report.contains("hunter2"), "{}\n{report}", case.display());
        }
        checked += 1;
    }
    assert!(checked > 1, "{checked}");
}
