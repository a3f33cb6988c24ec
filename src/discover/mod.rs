//! Finds and reads the files of a run.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::error::Error;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::PathKind;
use crate::system::System;
use std::collections::BTreeMap;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// It was named: everything in it must be ours.
    Named,
    /// It was found in a folder that was named: what is not ours is passed over.
    Found,
}

/// What is looked for in folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quarry {
    /// Files that mention Pelago's own documents, or Karmada's clusters.
    Own,
    /// All YAML and JSON files.
    Manifests,
    /// Files that hold a Kubernetes object of any kind.
    Objects,
}

/// The endings of the files that are looked at in folders.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

/// The words without which a file in a folder has nothing for Pelago.
const MARKS: &[&str] = &["pelago.dev/", "cluster.karmada.io/"];

/// The index of the files that a build wrote to a folder.
pub const INDEX: &str = ".pelago-index";

/// What every Kubernetes object has.
const OBJECT_MARK: &str = "apiVersion";

/// Reads files, folders and standard input (`-`); sorted by path, each once.
///
/// Where manifests are looked for in a folder, a folder below it that a build wrote is passed over: its objects come from
/// what is read already.
///
/// A file that is not UTF-8 is reported (E0108) and left out.
///
/// # Errors
/// A path that does not exist or cannot be read.
pub fn discover(
    paths: &[PathBuf],
    quarry: Quarry,
    system: &dyn System,
    (sources, diagnostics): (&mut SourceMap, &mut Diagnostics),
) -> Result<Vec<(FileId, Finding)>, Error> {
    let mut found: BTreeMap<PathBuf, Finding> = BTreeMap::new();
    for path in paths {
        let found_at = files_at(path, system)?;
        let is_output = |file: &Path| quarry != Quarry::Own && is_output(file, path, system);
        for (path, finding) in found_at.into_iter().filter(|(file, _)| !is_output(file)) {
            let known = found.entry(path).or_insert(finding);
            *known = (*known).min(finding);
        }
    }
    let mut files = Vec::new();
    for (path, finding) in found {
        let bytes = read(&path, system)?;
        if finding == Finding::Found && !is_wanted(&bytes, quarry) {
            continue;
        }
        match String::from_utf8(bytes) {
            Ok(text) => files.push((sources.add(path, text), finding)),
            Err(error) => {
                let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
                let line = line.filter(|byte| **byte == b'\n').count() + 1;
                let file = sources.add(path, String::new());
                let message = format!("the file is not UTF-8: line {line} has other bytes");
                let place = Span { file, start: 0, end: 0 };
                diagnostics.report(
                    Diagnostic::new(codes::NOT_TEXT, place, message).with_help("save the file as UTF-8"),
                );
            }
        }
    }
    Ok(files)
}

fn files_at(path: &Path, system: &dyn System) -> Result<Vec<(PathBuf, Finding)>, Error> {
    if path == Path::new("-") {
        return Ok(vec![(path.to_path_buf(), Finding::Named)]);
    }
    let kind = system.find_kind(path).map_err(|error| Error::of_path("read", path, &error))?;
    match kind {
        None => Err(Error::new(format!("cannot read `{}`: there is no such file or folder", path.display()))),
        Some(PathKind::File) => Ok(vec![(tidy(path), Finding::Named)]),
        Some(PathKind::Folder) => {
            let files = system.list_files(path).map_err(|error| Error::of_path("list", path, &error))?;
            let has_ending = |file: &PathBuf| {
                file.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
            };
            Ok(files.into_iter().filter(has_ending).map(|file| (tidy(&file), Finding::Found)).collect())
        }
    }
}

/// Tells whether a file lies in a folder below the one named that a build wrote.
fn is_output(file: &Path, named: &Path, system: &dyn System) -> bool {
    let named = tidy(named);
    let folders =
        file.ancestors().skip(1).take_while(|folder| *folder != named && !folder.as_os_str().is_empty());
    let has_index = |folder: &Path| matches!(system.find_kind(&folder.join(INDEX)), Ok(Some(PathKind::File)));
    file != named && folders.into_iter().any(has_index)
}

fn read(path: &Path, system: &dyn System) -> Result<Vec<u8>, Error> {
    let bytes = if path == Path::new("-") { system.read_standard_input() } else { system.read(path) };
    bytes.map_err(|error| Error::of_path("read", path, &error))
}

/// The same path without `.` in it, so that one file has one name.
fn tidy(path: &Path) -> PathBuf {
    path.components().filter(|component| *component != Component::CurDir).collect()
}

fn is_wanted(bytes: &[u8], quarry: Quarry) -> bool {
    let has = |mark: &str| bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
    match quarry {
        Quarry::Own => MARKS.iter().any(|mark| has(mark)),
        Quarry::Manifests => true,
        Quarry::Objects => has(OBJECT_MARK),
    }
}
