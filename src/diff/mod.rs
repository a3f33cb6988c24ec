//! The phase that compares a build with a folder of golden files. Values of Secrets are told apart, and not shown.

mod redact;
#[cfg(test)]
mod tests;

use crate::diff::redact::redact;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// Lines of context around each change.
const CONTEXT: usize = 3;

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The build has a file that the golden folder does not have.
    Added,
    /// The golden folder has a file that the build does not have.
    Removed,
    /// Both have it, and the texts differ.
    Changed,
}

/// One file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path below the folder.
    pub path: PathBuf,
    /// What happened to it.
    pub kind: ChangeKind,
    /// The difference as a unified diff with its header, without any value of a Secret; ends with a line break.
    pub text: String,
}

/// Compares golden files with those of a build. Sorted by path; empty means that they are the same.
#[must_use]
pub fn diff(golden: &BTreeMap<PathBuf, String>, built: &BTreeMap<PathBuf, String>) -> Vec<Change> {
    let mut paths: Vec<&PathBuf> = golden.keys().chain(built.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().filter_map(|path| compare(path, golden.get(path), built.get(path))).collect()
}

fn compare(path: &Path, golden: Option<&String>, built: Option<&String>) -> Option<Change> {
    let kind = match (golden, built) {
        (Some(golden), Some(built)) if golden == built => return None,
        (Some(_), Some(_)) => ChangeKind::Changed,
        (Some(_), None) => ChangeKind::Removed,
        (None, _) => ChangeKind::Added,
    };
    let (old, new) = redact(golden.map_or("", String::as_str), built.map_or("", String::as_str));
    let name = path.to_string_lossy().replace('\\', "/");
    let [old_name, new_name] = [("a", golden), ("b", built)].map(|(side, text)| match text {
        Some(_) => format!("{side}/{name}"),
        None => "/dev/null".to_owned(),
    });
    let text = unified(&old, &new, (&old_name, &new_name));
    Some(Change { path: path.to_path_buf(), kind, text })
}

fn unified(old: &str, new: &str, (old_name, new_name): (&str, &str)) -> String {
    let difference = TextDiff::from_lines(old, new);
    let hunks = difference.unified_diff().context_radius(CONTEXT).header(old_name, new_name).to_string();
    if hunks.is_empty() {
        // An empty file, or texts that differ in nothing that may be shown.
        return format!("--- {old_name}\n+++ {new_name}\n");
    }
    hunks
}
