//! What comes out, to the byte: every example, and every case of `fixtures/golden`, against its `expected` folder.

use crate::support::assert_file;
use crate::support::files;
use crate::support::folders;
use crate::support::is_updating;
use crate::support::root;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::system::Disk;
use pelago::write::folder;
use pelago::write::write_folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Builds a folder without a profile; what the folders in it hold is no input.
#[track_caller]
pub(crate) fn build(case: &Path) -> BTreeMap<PathBuf, String> {
    build_with(case, None)
}

#[track_caller]
fn build_with(case: &Path, profile: Option<String>) -> BTreeMap<PathBuf, String> {
    let paths = files(case).into_iter().filter(|path| {
        let below = path.strip_prefix(case).unwrap();
        below.components().count() == 1 && path.extension() == Some("yaml".as_ref())
    });
    let request = Request { paths: paths.collect(), profile, rigour: Rigour::Check, ..Request::default() };
    let compilation = compile(&request, &Disk, |app| write_folder(&app)).unwrap();
    let told: Vec<String> = compilation
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.code.id, diagnostic.message))
        .collect();
    assert!(!compilation.has_errors(), "{}: {told:#?}", case.display());
    folder(compilation.apps)
}

/// `expected` is what comes out, and `expected-NAME` what comes out with the profile NAME.
#[track_caller]
fn check(case: &Path) {
    check_folder(case, None);
    for folder in folders(case) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        if let Some(profile) = name.strip_prefix("expected-") {
            check_folder(case, Some(profile.to_owned()));
        }
    }
}

#[track_caller]
fn check_folder(case: &Path, profile: Option<String>) {
    let name = profile.as_ref().map_or("expected".to_owned(), |profile| format!("expected-{profile}"));
    let expected = case.join(name);
    let built = build_with(case, profile);
    if is_updating() && expected.exists() {
        fs::remove_dir_all(&expected).unwrap();
    }
    for (path, text) in &built {
        assert_file(&expected.join(path), text);
    }
    let known: Vec<PathBuf> = files(&expected)
        .into_iter()
        .map(|path| path.strip_prefix(&expected).unwrap().to_path_buf())
        .collect();
    assert_eq!(known, built.keys().cloned().collect::<Vec<_>>(), "{}", case.display());
}

#[test]
fn examples_build_what_they_show() {
    let examples = folders(&root().join("examples"));
    assert!(examples.len() >= 3);
    for example in examples {
        check(&example);
    }
}

#[test]
fn golden_cases_build_what_is_expected() {
    let features = root().join("fixtures/golden");
    for feature in if features.exists() { folders(&features) } else { Vec::new() } {
        for case in folders(&feature) {
            check(&case);
        }
    }
}
