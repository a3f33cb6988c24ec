//! The folder of an App or of a workload of Score: where the paths that it names start, and which they cannot leave.

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::resolve::FileReader;
use crate::resolve::diagnostics as messages;
use crate::resolve::glob::Glob;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::PathKind;
use crate::system::System;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// The folder of an App or of a workload.
#[derive(Clone)]
pub(super) struct Folder<'a> {
    system: &'a dyn System,
    /// What messages call the one that it is the folder of.
    owner: &'static str,
    /// Empty for the current folder.
    path: PathBuf,
}

/// Reads a file that a workload of Score names, whose path starts at the folder of its text and cannot leave it.
///
/// # Errors
/// E0306 for a file that is not there or cannot be read, E0307 for a path that leads out of the folder.
pub fn read_beside(
    path: &str,
    named_at: Span,
    sources: &SourceMap,
    system: &dyn System,
) -> Result<Vec<u8>, Box<Diagnostic>> {
    let folder = sources.path(named_at).parent().map(Path::to_path_buf).unwrap_or_default();
    let folder = Folder { system, owner: "workload", path: folder };
    folder.check_inside(path, named_at)?;
    let found = folder.path.join(path);
    match folder.find_kind(&found, named_at)? {
        Some(PathKind::File) => {}
        Some(PathKind::Folder) => {
            return Err(Box::new(messages::unreadable_file(&found, "it is a folder", named_at)));
        }
        None => return Err(Box::new(messages::unreadable_file(&found, "it is not there", named_at))),
    }
    folder.check_real_path(path, &found, named_at)?;
    folder.read(&found, named_at)
}

impl<'a> Folder<'a> {
    /// The folder of the App's file; the current one for an App from standard input.
    pub(super) fn of(document: &Document, reader: &FileReader<'a>) -> Self {
        let path = reader.sources.path(document.span).parent().map(Path::to_path_buf).unwrap_or_default();
        Self { system: reader.system, owner: "App", path }
    }

    /// Finds the files that a path stands for, sorted; never none.
    ///
    /// The error is E0306 for a file that is not there, E0307 for a path that leads out of the folder.
    pub(super) fn find_files(&self, pattern: &str, span: Span) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
        self.check_inside(pattern, span)?;
        let found = self.list_files(pattern, span)?;
        for path in &found {
            self.check_real_path(pattern, path, span)?;
        }
        Ok(found)
    }

    /// Reads a file that [`Folder::find_files`] found; the error is E0306.
    pub(super) fn read(&self, path: &Path, span: Span) -> Result<Vec<u8>, Box<Diagnostic>> {
        let bytes = self.system.read(path);
        bytes.map_err(|error| Box::new(messages::unreadable_file(path, &reason(&error), span)))
    }

    fn list_files(&self, pattern: &str, span: Span) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
        let glob = Glob::new(pattern);
        let none = || Box::new(messages::no_such_file(pattern, span));
        if !glob.is_wild() {
            let path = self.path.join(glob.to_path());
            return match self.find_kind(&path, span)? {
                Some(PathKind::File) => Ok(vec![path]),
                Some(PathKind::Folder) => Err(Box::new(messages::is_folder(pattern, span))),
                None => Err(none()),
            };
        }
        let base = glob.fixed_folders().iter().fold(self.path.clone(), |path, name| path.join(name));
        self.check_base(pattern, &base, span)?;
        let is_here = base.as_os_str().is_empty();
        let here = if is_here { Path::new(".") } else { &base };
        let listed = self.system.list_files(here);
        let listed =
            listed.map_err(|error| Box::new(messages::unreadable_file(here, &reason(&error), span)))?;
        let mut found: Vec<PathBuf> =
            listed
                .into_iter()
                .map(|path| {
                    if is_here { path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path) } else { path }
                })
                .filter(|path| self.path_below(path).is_some_and(|below| glob.matches(&below)))
                .collect();
        found.sort();
        if found.is_empty() { Err(none()) } else { Ok(found) }
    }

    fn check_base(&self, pattern: &str, base: &Path, span: Span) -> Result<(), Box<Diagnostic>> {
        if base.as_os_str().is_empty() {
            return Ok(());
        }
        match self.find_kind(base, span)? {
            Some(PathKind::Folder) => self.check_real_path(pattern, base, span),
            Some(PathKind::File) | None => Err(Box::new(messages::no_such_file(pattern, span))),
        }
    }

    /// The path below the App's folder, with `/`.
    fn path_below(&self, path: &Path) -> Option<String> {
        let folder = self.path.strip_prefix(".").unwrap_or(&self.path);
        let path = path.strip_prefix(".").unwrap_or(path);
        let names = path.strip_prefix(folder).ok()?.iter().map(|name| name.to_str());
        names.collect::<Option<Vec<&str>>>().map(|names| names.join("/"))
    }

    fn find_kind(&self, path: &Path, span: Span) -> Result<Option<PathKind>, Box<Diagnostic>> {
        let kind = self.system.find_kind(path);
        kind.map_err(|error| Box::new(messages::unreadable_file(path, &reason(&error), span)))
    }

    /// A link may lead anywhere; only its end decides.
    fn check_real_path(&self, pattern: &str, path: &Path, span: Span) -> Result<(), Box<Diagnostic>> {
        let real = |path: &Path| {
            let real = self.system.find_real_path(path);
            real.map_err(|error| Box::new(messages::unreadable_file(path, &reason(&error), span)))
        };
        if real(path)?.starts_with(real(&self.path)?) {
            return Ok(());
        }
        let link = format!("`{}` leads through a link to another place", path.display());
        Err(Box::new(messages::outside_of_root(pattern, &link, (self.owner, span))))
    }

    /// Looks at the path as it is written, so that the answer is the same on every machine.
    fn check_inside(&self, pattern: &str, span: Span) -> Result<(), Box<Diagnostic>> {
        let reason = if pattern.starts_with('/') {
            "the path is absolute"
        } else if pattern.split(['/', '\\']).any(|segment| segment == "..") {
            "`..` is not allowed here"
        } else {
            return Ok(());
        };
        Err(Box::new(messages::outside_of_root(pattern, reason, (self.owner, span))))
    }
}

/// The reason alone: the system's own number for it tells a user nothing.
fn reason(error: &io::Error) -> String {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound { "it is not there".to_owned() } else { kind.to_string() }
}
