//! Runs in memory, for the tests of what a user is told.

use crate::support::files;
use pelago::compile::Compilation;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::system::Memory;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// All files below a folder by their path in it.
pub(crate) fn read_tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let below = |path: &Path| path.strip_prefix(folder).unwrap().to_path_buf();
    files(folder).into_iter().map(|path| (below(&path), fs::read(&path).unwrap())).collect()
}

/// Compiles the files at the top of a folder, each named; the folders below are there to be referred to.
pub(crate) fn compile_files(files: &BTreeMap<PathBuf, Vec<u8>>) -> Compilation<()> {
    let is_input = |path: &&PathBuf| {
        path.components().count() == 1 && path.extension().is_some_and(|ending| ending == "yaml")
    };
    let request = Request {
        paths: files.keys().filter(is_input).cloned().collect(),
        rigour: Rigour::Check,
        ..Request::default()
    };
    let system = Memory { files: files.clone(), ..Memory::default() };
    compile(&request, &system, |_| ()).unwrap()
}

/// Compiles one text.
pub(crate) fn compile_text(text: &str) -> Compilation<()> {
    compile_files(&BTreeMap::from([(PathBuf::from("app.yaml"), text.as_bytes().to_vec())]))
}
