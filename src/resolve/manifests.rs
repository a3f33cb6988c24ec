//! Reads the files that an App names under `spec.manifests`, and puts their objects in the places of the paths.
//!
//! What a file holds is taken as it is: expressions stand in the App only.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::resolve::diagnostics as messages;
use crate::resolve::glob::Glob;
use crate::resolve::with_entry;
use crate::resolve::with_key;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::PathKind;
use crate::system::System;
use crate::yaml::Fault;
use crate::yaml::Limits;
use crate::yaml::Node;
use crate::yaml::Value;
use crate::yaml::read;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Reads manifests; made once a run, so that a file is read once.
pub struct ManifestReader<'a> {
    /// Where files are.
    pub system: &'a dyn System,
    /// Takes the texts.
    pub sources: &'a mut SourceMap,
    /// Explains what is wrong with a YAML text.
    pub explain: &'a dyn Fn(&Fault) -> Diagnostic,
    known: BTreeMap<PathBuf, FileId>,
}

impl<'a> ManifestReader<'a> {
    /// Takes the texts that are there already for the files at their paths.
    pub fn new(
        system: &'a dyn System,
        sources: &'a mut SourceMap,
        explain: &'a dyn Fn(&Fault) -> Diagnostic,
    ) -> Self {
        let is_file = |path: &Path| path != Path::new("-");
        let files = sources.files().filter(|(_, file)| is_file(&file.path));
        let known = files.map(|(id, file)| (file.path.clone(), id)).collect();
        Self { system, sources, explain, known }
    }
}

/// Puts the objects of all named files in the places of their paths, sorted by path, each file once.
///
/// A path with a fault leaves a poisoned value: reports E0306 for a file that is not there or cannot be read, E0307
/// for a path that leads out of the App's folder, E0108 for a file that is no text, E0202 and E0215 for a document
/// that is no Kubernetes object, and whatever is wrong with the YAML. For an App from standard input the paths start
/// at the current folder.
#[must_use]
pub fn read_manifests(
    mut document: Document,
    reader: &mut ManifestReader<'_>,
    diagnostics: &mut Diagnostics,
) -> Document {
    let folder = match reader.sources.path(document.span).parent() {
        Some(folder) => folder.to_path_buf(),
        None => PathBuf::new(),
    };
    let mut gathering = Gathering { folder, taken: BTreeSet::new(), reader, diagnostics };
    if let Value::Mapping(root) = &mut document.root.value {
        with_entry(root, "spec", |spec| {
            with_key(spec, "manifests", |manifests| gathering.replace(manifests));
        });
    }
    document
}

/// The reading for one App.
struct Gathering<'a, 'b> {
    /// The App's folder; empty for the current one.
    folder: PathBuf,
    taken: BTreeSet<PathBuf>,
    reader: &'a mut ManifestReader<'b>,
    diagnostics: &'a mut Diagnostics,
}

impl Gathering<'_, '_> {
    fn replace(&mut self, manifests: &mut Node) {
        let Value::Sequence(items) = &mut manifests.value else { return };
        for item in std::mem::take(items) {
            match &item.value {
                Value::String(scalar) => match self.read_pattern(&scalar.text, item.span) {
                    Ok(objects) => items.extend(objects),
                    Err(diagnostic) => {
                        self.diagnostics.report(*diagnostic);
                        items.push(Node { value: Value::Poisoned, span: item.span });
                    }
                },
                Value::Null
                | Value::Boolean(_)
                | Value::Number(_)
                | Value::Sequence(_)
                | Value::Mapping(_)
                | Value::Poisoned => items.push(item),
            }
        }
    }

    fn read_pattern(&mut self, pattern: &str, span: Span) -> Result<Vec<Node>, Box<Diagnostic>> {
        check_inside(pattern, span)?;
        let mut objects = Vec::new();
        for path in self.find_files(pattern, span)? {
            self.check_real_path(pattern, &path, span)?;
            if self.taken.insert(path.clone()) {
                objects.extend(self.read_file(&path, span)?);
            }
        }
        Ok(objects)
    }

    fn find_files(&self, pattern: &str, span: Span) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
        let glob = Glob::new(pattern);
        let none = || Box::new(messages::no_such_file(pattern, span));
        if !glob.is_wild() {
            let path = self.folder.join(glob.to_path());
            return match self.find_kind(&path, span)? {
                Some(PathKind::File) => Ok(vec![path]),
                Some(PathKind::Folder) => Err(Box::new(messages::is_folder(pattern, span))),
                None => Err(none()),
            };
        }
        let base = glob.fixed_folders().iter().fold(self.folder.clone(), |path, name| path.join(name));
        self.check_base(pattern, &base, span)?;
        let is_here = base.as_os_str().is_empty();
        let here = if is_here { Path::new(".") } else { &base };
        let listed = self
            .reader
            .system
            .list_files(here)
            .map_err(|error| Box::new(messages::unreadable_file(here, &reason(&error), span)))?;
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
        let folder = self.folder.strip_prefix(".").unwrap_or(&self.folder);
        let path = path.strip_prefix(".").unwrap_or(path);
        let names = path.strip_prefix(folder).ok()?.iter().map(|name| name.to_str());
        names.collect::<Option<Vec<&str>>>().map(|names| names.join("/"))
    }

    fn find_kind(&self, path: &Path, span: Span) -> Result<Option<PathKind>, Box<Diagnostic>> {
        self.reader
            .system
            .find_kind(path)
            .map_err(|error| Box::new(messages::unreadable_file(path, &reason(&error), span)))
    }

    /// A link may lead anywhere; only its end decides.
    fn check_real_path(&self, pattern: &str, path: &Path, span: Span) -> Result<(), Box<Diagnostic>> {
        let real = |path: &Path| {
            let real = self.reader.system.find_real_path(path);
            real.map_err(|error| Box::new(messages::unreadable_file(path, &reason(&error), span)))
        };
        if real(path)?.starts_with(real(&self.folder)?) {
            return Ok(());
        }
        let link = format!("`{}` leads through a link to another place", path.display());
        Err(Box::new(messages::outside_of_root(pattern, &link, span)))
    }

    fn read_file(&mut self, path: &Path, span: Span) -> Result<Vec<Node>, Box<Diagnostic>> {
        let file = match self.reader.known.get(path) {
            Some(file) => *file,
            None => self.add_file(path, span)?,
        };
        let text = &self.reader.sources.file(file).text;
        let stream = read(text, file, Limits::default());
        for fault in &stream.faults {
            self.diagnostics.report((self.reader.explain)(fault));
        }
        let mut objects = Vec::new();
        for found in stream.documents {
            match check_object(&found.root, found.span, span) {
                None => objects.push(found.root),
                Some(diagnostic) => {
                    self.diagnostics.report(diagnostic);
                }
            }
        }
        Ok(objects)
    }

    fn add_file(&mut self, path: &Path, span: Span) -> Result<FileId, Box<Diagnostic>> {
        let bytes = self
            .reader
            .system
            .read(path)
            .map_err(|error| Box::new(messages::unreadable_file(path, &reason(&error), span)))?;
        let text = String::from_utf8(bytes)
            .map_err(|error| Box::new(messages::not_text(path, error.utf8_error().valid_up_to(), span)))?;
        let file = self.reader.sources.add(path.to_path_buf(), text);
        self.reader.known.insert(path.to_path_buf(), file);
        Ok(file)
    }
}

/// Looks at the path as it is written, so that the answer is the same on every machine.
fn check_inside(pattern: &str, span: Span) -> Result<(), Box<Diagnostic>> {
    let reason = if pattern.starts_with('/') {
        "the path is absolute"
    } else if pattern.split(['/', '\\']).any(|segment| segment == "..") {
        "`..` is not allowed here"
    } else {
        return Ok(());
    };
    Err(Box::new(messages::outside_of_root(pattern, reason, span)))
}

/// Finds out why a document cannot travel as a manifest.
fn check_object(root: &Node, place: Span, named: Span) -> Option<Diagnostic> {
    let mapping = match &root.value {
        Value::Mapping(mapping) => mapping,
        Value::Poisoned => return None,
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Sequence(_) => {
            return Some(messages::not_an_object(root));
        }
    };
    let version = mapping.get("apiVersion").and_then(Node::as_str)?;
    let kind = mapping.get("kind");
    let name = kind.and_then(Node::as_str)?;
    let is_ours = version.split('/').next() == Some("pelago.dev") && matches!(name, "App" | "Fleet");
    is_ours.then(|| messages::pelago_in_manifests(name, kind.map_or(place, |kind| kind.span), named))
}

/// The reason alone: the system's own number for it tells a user nothing.
fn reason(error: &io::Error) -> String {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound { "it is not there".to_owned() } else { kind.to_string() }
}
