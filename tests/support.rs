//! What several tests need.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

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
