//! The forms of the output: one stream, one list, or a folder of files.
//!
//! The text of an App is made by the worker that compiled it, so that no tree outlives its App.

mod clusters;
mod draft;
mod file_name;
mod folder;
mod golden;
mod index;
mod stream;
#[cfg(test)]
mod tests;

pub use clusters::cluster_files;
pub use clusters::cluster_folders;
pub use draft::draft_files;
pub use draft::write_drafts;
pub use folder::Folder;
pub use folder::folder;
pub use folder::take_object_name;
pub use folder::write_folder;
pub use golden::Golden;
pub use golden::read_golden;
pub use index::INDEX;
pub use index::read_index;
pub use index::read_own;
pub use stream::Format;
pub use stream::join;
pub use stream::write_app;
pub use stream::write_behind;
