//! A folder that an earlier build wrote, read back.

use crate::error::Error;
use crate::system::PathKind;
use crate::system::System;
use crate::write::index::INDEX;
use crate::write::index::read_own;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// What a folder of golden files holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Golden {
    /// Whether there is such a folder.
    pub exists: bool,
    /// The files by path below the folder, without the index.
    pub files: BTreeMap<PathBuf, String>,
    /// The files that an update may replace or take away.
    pub own: BTreeSet<PathBuf>,
}

/// Reads the files that the index of a folder names; without an index, all files whose names end in `.yaml`.
///
/// # Errors
/// A file cannot be read or is no text, or a file stands where the folder is expected.
pub fn read_golden(folder: &Path, system: &dyn System) -> Result<Golden, Error> {
    let kind = system.find_kind(folder).map_err(|error| Error::of_path("read", folder, &error))?;
    match kind {
        None => return Ok(Golden::default()),
        Some(PathKind::File) => {
            return Err(Error::new(format!("`{}` is a file, not a folder", folder.display())));
        }
        Some(PathKind::Folder) => {}
    }
    let mut own = read_own(folder, system)?;
    if own.is_empty() {
        own = find_yaml(folder, system)?;
    }
    let mut files = BTreeMap::new();
    for path in own.iter().filter(|path| *path != Path::new(INDEX)) {
        let full = folder.join(path);
        let unreadable = |error| Error::of_path("read", &full, &error);
        if system.find_kind(&full).map_err(unreadable)? != Some(PathKind::File) {
            continue;
        }
        let bytes = system.read(&full).map_err(unreadable)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::new(format!("cannot read `{}`: it is not UTF-8 text", full.display())))?;
        files.insert(path.clone(), text);
    }
    Ok(Golden { exists: true, files, own })
}

fn find_yaml(folder: &Path, system: &dyn System) -> Result<BTreeSet<PathBuf>, Error> {
    let files = system.list_files(folder).map_err(|error| Error::of_path("read", folder, &error))?;
    let below = files.iter().filter_map(|file| file.strip_prefix(folder).ok());
    let is_yaml = |path: &&Path| path.extension().is_some_and(|extension| extension == "yaml");
    Ok(below.filter(is_yaml).map(Path::to_path_buf).collect())
}
