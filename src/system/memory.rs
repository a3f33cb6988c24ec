//! The twin in memory.

use crate::system::FileTree;
use crate::system::PathKind;
use crate::system::System;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Files, standard input and variables in memory; nothing can be written to it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The files by path.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// What standard input gives.
    pub standard_input: Vec<u8>,
    /// The variables of the environment.
    pub variables: BTreeMap<String, String>,
}

impl System for Memory {
    fn find_kind(&self, path: &Path) -> io::Result<Option<PathKind>> {
        if self.files.contains_key(path) {
            return Ok(Some(PathKind::File));
        }
        let is_folder = self.files.keys().any(|file| file.starts_with(path));
        Ok(is_folder.then_some(PathKind::Folder))
    }

    fn find_real_path(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_path_buf())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn read_standard_input(&self) -> io::Result<Vec<u8>> {
        Ok(self.standard_input.clone())
    }

    fn list_files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        Ok(self.files.keys().filter(|file| file.starts_with(folder)).cloned().collect())
    }

    fn write_tree(&self, _: &Path, _: &FileTree) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::ReadOnlyFilesystem))
    }

    fn find_variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}
