#![expect(clippy::disallowed_methods, reason = "this is the door that the ban leads to")]
//! The real disk, streams and environment.

use crate::system::FileTree;
use crate::system::PathKind;
use crate::system::System;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use tempfile::Builder;
use tempfile::TempDir;
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
        if self.find_kind(folder)?.is_none() {
            return write_new(folder, tree);
        }
        refuse_foreign(folder, tree)?;
        let staged = stage(folder, tree)?;
        for path in tree.files.keys() {
            let target = folder.join(path);
            create_parent(&target)?;
            fs::rename(staged.path().join(path), target)?;
        }
        let stale: BTreeSet<&PathBuf> =
            tree.own.iter().filter(|path| !tree.files.contains_key(*path)).collect();
        for path in stale {
            remove_own(folder, path)?;
        }
        Ok(())
    }

    fn find_variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

/// A folder that is not there yet appears by one rename.
fn write_new(folder: &Path, tree: &FileTree) -> io::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let staged = stage(parent, tree)?;
    fs::rename(staged.path(), folder)
}

/// Writes all files to a new folder, so that a full disk is met before anything is touched.
fn stage(parent: &Path, tree: &FileTree) -> io::Result<TempDir> {
    let staged = Builder::new().prefix(".pelago-").permissions(folder_permissions()).tempdir_in(parent)?;
    for (path, text) in &tree.files {
        let target = staged.path().join(path);
        create_parent(&target)?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(target)?;
        file.write_all(text.as_bytes())?;
    }
    Ok(staged)
}

#[cfg(unix)]
fn folder_permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o755)
}

fn create_parent(target: &Path) -> io::Result<()> {
    target.parent().map_or(Ok(()), fs::create_dir_all)
}

fn refuse_foreign(folder: &Path, tree: &FileTree) -> io::Result<()> {
    for path in tree.files.keys().filter(|path| !tree.own.contains(*path)) {
        let target = folder.join(path);
        if fs::symlink_metadata(&target).is_ok() {
            let message = format!("{} is in the way, and no build of Pelago wrote it", target.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
    }
    Ok(())
}

/// Takes a file away, and the folders that are empty then.
fn remove_own(folder: &Path, path: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    for parent in path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
        if fs::remove_dir(folder.join(parent)).is_err() {
            break;
        }
    }
    Ok(())
}
