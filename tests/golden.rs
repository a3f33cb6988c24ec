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

/// Builds a folder; what `expected` holds is no input.
#[track_caller]
pub(crate) fn build(case: &Path) -> BTreeMap<PathBuf, String> {
    let paths = files(case).into_iter().filter(|path| {
        let below = path.strip_prefix(case).unwrap();
        below.components().count() == 1 && path.extension() == Some("yaml".as_ref())
    });
    let request = Request { paths: paths.collect(), rigour: Rigour::Check, ..Request::default() };
    let compilation = compile(&request, &Disk, |app| write_folder(&app)).unwrap();
    let told: Vec<String> = compilation
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.code.id, diagnostic.message))
        .collect();
    assert!(!compilation.has_errors(), "{}: {told:#?}", case.display());
    folder(compilation.apps)
}

#[track_caller]
fn check(case: &Path) {
    let expected = case.join("expected");
    let built = build(case);
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
