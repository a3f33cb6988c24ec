//! Same input, same bytes.

use crate::golden::build;
use crate::support::files;
use crate::support::root;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::system::Memory;
use pelago::write::folder;
use pelago::write::write_folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The guestbook in memory, below another folder, with its paths in the order that is given.
fn build_in_memory(below: &str, order: fn(&mut Vec<PathBuf>)) -> BTreeMap<PathBuf, String> {
    let example = root().join("examples/guestbook");
    let mut memory = Memory::default();
    let mut paths = Vec::new();
    for path in files(&example).into_iter().filter(|path| path.parent() == Some(&example)) {
        let name = Path::new(below).join(path.file_name().unwrap());
        memory.files.insert(name.clone(), fs::read(&path).unwrap());
        if name.extension() == Some("yaml".as_ref()) {
            paths.push(name);
        }
    }
    order(&mut paths);
    let request = Request { paths, rigour: Rigour::Build, ..Request::default() };
    folder(compile(&request, &memory, |app| write_folder(&app)).unwrap().apps)
}

#[test]
fn order_of_arguments_and_working_directory_do_not_matter() {
    let built = build(&root().join("examples/guestbook"));
    assert_eq!(built, build(&root().join("examples/guestbook")));
    assert_eq!(built, build_in_memory("", |_| {}));
    assert_eq!(built, build_in_memory("elsewhere/deep", |paths| paths.reverse()));
    assert_eq!(built, build_in_memory("/root", |paths| paths.rotate_left(2)));
}
