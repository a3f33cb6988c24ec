//! What several tests need.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a text with an expected file, or with `UPDATE_FIXTURES` set, writes the file; `CI` refuses that.
#[track_caller]
pub(crate) fn assert_file(path: &Path, actual: &str) {
    if is_updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; `UPDATE_FIXTURES=1 cargo test` rewrites it\n--- expected\n{expected}\n--- actual\n{actual}",
        path.display()
    );
}

/// Whether expected files are to be rewritten.
pub(crate) fn is_updating() -> bool {
    let is_asked = std::env::var_os("UPDATE_FIXTURES").is_some();
    assert!(
        !is_asked || std::env::var_os("CI").is_none(),
        "expected files are not rewritten where CI is set"
    );
    is_asked
}

/// The folders below one, sorted.
pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The folders of `pelago` and of the tools that `.ci/run` installs, as a part of `PATH`.
pub(crate) fn own_tools() -> String {
    let pelago = Path::new(env!("CARGO_BIN_EXE_pelago")).parent().unwrap();
    format!("{}:{}", pelago.display(), root().join("target/tools/bin").display())
}

/// Whether a tool runs with these arguments; where `CI` is set, it must.
pub(crate) fn has_tool(name: &str, arguments: &[&str]) -> bool {
    let path = format!("{}:{}", own_tools(), std::env::var("PATH").unwrap());
    let found = Command::new("env").arg(name).args(arguments).env("PATH", path).output().unwrap();
    let is_there = found.status.success();
    assert!(is_there || std::env::var_os("CI").is_none(), "{name} is needed where CI is set");
    if !is_there {
        tell_skipped(name);
    }
    is_there
}

/// Tells that a test does nothing, past what keeps back the output of tests that succeed.
pub(crate) fn tell_skipped(tool: &str) {
    let notice = format!("skipped: {tool} is not installed\n");
    std::io::stderr().write_all(notice.as_bytes()).unwrap();
}
