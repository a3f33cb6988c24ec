#![expect(clippy::disallowed_methods, reason = "this is the door that the ban leads to")]
//! The real disk, streams and environment.

use crate::system::FileTree;
use crate::system::PathKind;
use crate::system::System;
use crate::system::transaction::write_tree;
use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use walkdir::WalkDir;

/// The real disk, streams and environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl System for Disk {
    fn find_kind(&self, path: &Path) -> io::Result<Option<PathKind>> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(PathKind::Folder)),
            Ok(_) => Ok(Some(PathKind::File)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn find_real_path(&self, path: &Path) -> io::Result<PathBuf> {
        let is_here = path.as_os_str().is_empty();
        fs::canonicalize(if is_here { Path::new(".") } else { path })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_standard_input(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list_files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let visible = |name: &std::ffi::OsStr| !name.as_encoded_bytes().starts_with(b".");
        let walk = WalkDir::new(folder).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name())) {
            let entry = entry?;
            let is_file = entry.file_type().is_file()
                || entry.file_type().is_symlink() && self.find_kind(entry.path())? == Some(PathKind::File);
            if is_file {
                files.push(entry.into_path());
            }
        }
        Ok(files)
    }

    fn write_tree(&self, folder: &Path, tree: &FileTree) -> io::Result<()> {
        write_tree(folder, tree)
    }

    fn find_variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}
