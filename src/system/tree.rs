//! A folder of files that appears whole or not at all.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What a folder shall hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree {
    /// The files by path below the folder.
    pub files: BTreeMap<PathBuf, String>,
    /// The files that an earlier run wrote, below the folder: only these may be replaced or taken away.
    pub own: BTreeSet<PathBuf>,
}
