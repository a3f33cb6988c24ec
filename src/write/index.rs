//! The index of our own files in a folder: only these are ever replaced or taken away.

pub use crate::discover::INDEX;

use crate::error::Error;
use crate::system::PathKind;
use crate::system::System;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// The first line of an index.
const HEADER: &str = "# Files that Pelago wrote; the next build replaces them, or takes them away.\n";

/// Lists files, a path a line.
pub(super) fn write_index(files: &BTreeMap<PathBuf, String>) -> String {
    let paths = files.keys().map(|path| format!("{}\n", path.display()));
    std::iter::once(HEADER.to_owned()).chain(paths).collect()
}

/// Reads an index. A line that leads out of the folder is left out.
#[must_use]
pub fn read_index(text: &str) -> BTreeSet<PathBuf> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_below = |path: &PathBuf| path.components().all(|part| matches!(part, Component::Normal(_)));
    lines.map(PathBuf::from).filter(is_below).collect()
}

/// Finds the files that earlier builds wrote to a folder, the index included; none where there is no index.
///
/// # Errors
/// The index cannot be read, or a file stands where the folder is expected.
pub fn read_own(folder: &Path, system: &dyn System) -> Result<BTreeSet<PathBuf>, Error> {
    if let Ok(Some(PathKind::File)) = system.find_kind(folder) {
        return Err(Error::new(format!("`{}` is a file, not a folder", folder.display())));
    }
    let path = folder.join(INDEX);
    let unreadable = |error| Error::of_path("read", &path, &error);
    if system.find_kind(&path).map_err(unreadable)? != Some(PathKind::File) {
        return Ok(BTreeSet::new());
    }
    let bytes = system.read(&path).map_err(unreadable)?;
    let mut own = read_index(&String::from_utf8_lossy(&bytes));
    own.insert(PathBuf::from(INDEX));
    Ok(own)
}
