//! The only door to disk, streams and environment, with a twin in memory for tests.

mod disk;
mod memory;
mod transaction;
mod tree;

pub use disk::Disk;
pub use memory::Memory;
pub use tree::FileTree;

use std::io;
use std::path::Path;
use std::path::PathBuf;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// A file, or a link to one.
    File,
    /// A folder, or a link to one.
    Folder,
}

/// What a run sees of its environment.
pub trait System: Sync {
    /// Tells what stands at a path; nothing where there is nothing.
    ///
    /// # Errors
    /// The path cannot be looked at, as with a loop of links.
    fn find_kind(&self, path: &Path) -> io::Result<Option<PathKind>>;

    /// Finds where a path leads once all links on it are followed; paths that lead to one place are alike then.
    ///
    /// # Errors
    /// There is nothing at the path, or it cannot be looked at.
    fn find_real_path(&self, path: &Path) -> io::Result<PathBuf>;

    /// Reads a whole file.
    ///
    /// # Errors
    /// The file is not there or cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Reads all of standard input.
    ///
    /// # Errors
    /// The stream cannot be read.
    fn read_standard_input(&self) -> io::Result<Vec<u8>>;

    /// Lists all files below a folder, sorted by path, links to files included; hidden files and folders, and links to folders, are left out.
    ///
    /// # Errors
    /// A folder cannot be read.
    fn list_files(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Makes a folder hold exactly these of our files, all or nothing.
    ///
    /// # Errors
    /// Something cannot be written, or a file that is not ours stands in the way; the folder is as before then.
    fn write_tree(&self, folder: &Path, tree: &FileTree) -> io::Result<()>;

    /// Reads a variable of the environment; nothing where it is not set or is no text.
    fn find_variable(&self, name: &str) -> Option<String>;
}
