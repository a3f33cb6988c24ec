//! The command line, case by case: `fixtures/cli/<case>` holds a `command` for the shell, the input files, and what comes
//! of it: `stdout`, `stderr`, `status`, and in `after` each file that is new or changed. `INTEGRATIONS` is the folder of that name.

use crate::support::folders;
use crate::support::is_updating;
use crate::support::own_tools;
use crate::support::root;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use walkdir::WalkDir;

/// The files of a case that are no input.
const EXPECTED: &[&str] = &["command", "stdout", "stderr", "status", "after"];

#[test]
fn commands_do_what_their_fixtures_say() {
    check_cases("fixtures/cli");
}

/// Runs all cases of a folder.
#[track_caller]
pub(crate) fn check_cases(folder: &str) {
    let is_update = is_updating();
    let mut faults = Vec::new();
    for case in folders(&root().join(folder)) {
        let expected: Files = read(&case).into_iter().filter(|(path, _)| is_expected(path)).collect();
        let found = run(&case);
        if expected == found {
            continue;
        }
        if is_update {
            rewrite(&case, &found);
        }
        faults.push(explain(&case, &expected, &found));
    }
    assert!(is_update || faults.is_empty(), "{}", faults.concat());
}

type Files = BTreeMap<PathBuf, String>;

fn is_expected(path: &Path) -> bool {
    let first = path.iter().next().unwrap();
    EXPECTED.iter().any(|name| first == *name)
}

fn read(folder: &Path) -> Files {
    let files =
        WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| !entry.file_type().is_dir());
    let below = |path: &Path| path.strip_prefix(folder).unwrap().to_path_buf();
    files.map(|entry| (below(entry.path()), fs::read_to_string(entry.path()).unwrap())).collect()
}

/// Runs the command in a copy of the input; what comes of it has the form of the expected files.
fn run(case: &Path) -> Files {
    let folder = TempDir::new().unwrap();
    let input: Files = read(case).into_iter().filter(|(path, _)| !is_expected(path)).collect();
    write(folder.path(), &input);
    let command = fs::read_to_string(case.join("command")).unwrap();
    let path = format!("{}:/usr/bin:/bin", own_tools());
    let home = TempDir::new().unwrap();
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("HOME", home.path())
        .env("INTEGRATIONS", root().join("integrations"))
        .output()
        .unwrap();
    let text =
        |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut found = Files::from([
        (PathBuf::from("command"), command),
        (PathBuf::from("status"), format!("{}\n", output.status.code().unwrap())),
        (PathBuf::from("stdout"), text(output.stdout)),
        (PathBuf::from("stderr"), text(output.stderr)),
    ]);
    found.retain(|_, text| !text.is_empty());
    let after = read(folder.path()).into_iter().filter(|(path, text)| input.get(path) != Some(text));
    found.extend(after.map(|(path, text)| (Path::new("after").join(path), text)));
    found
}

fn write(folder: &Path, files: &Files) {
    for (path, text) in files {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, text).unwrap();
    }
}

fn rewrite(case: &Path, found: &Files) {
    for name in EXPECTED {
        let path = case.join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else if path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
    write(case, found);
}

fn explain(case: &Path, expected: &Files, found: &Files) -> String {
    let mut text = format!("\n== {}\n", case.file_name().unwrap().to_str().unwrap());
    let mut paths: Vec<&PathBuf> = expected.keys().chain(found.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths.into_iter().filter(|path| expected.get(*path) != found.get(*path)) {
        let [old, new] = [expected, found].map(|files| files.get(path).map_or("", String::as_str));
        let difference = similar::TextDiff::from_lines(old, new);
        text.push_str(&difference.unified_diff().header(path.to_str().unwrap(), "found").to_string());
    }
    text
}
