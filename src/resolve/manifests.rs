//! Reads the files that an App names under `spec.manifests`, and puts their objects in the places of the paths.
//!
//! What a file holds is taken as it is: expressions stand in the App only.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::document::Secrecy;
use crate::resolve::diagnostics as messages;
use crate::resolve::folder::Folder;
use crate::resolve::with_entry;
use crate::resolve::with_key;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::System;
use crate::yaml::Fault;
use crate::yaml::Limits;
use crate::yaml::Node;
use crate::yaml::Value;
use crate::yaml::read;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// Reads files; made once a run, so that a text is added once.
pub struct FileReader<'a> {
    /// Where files are.
    pub system: &'a dyn System,
    /// Takes the texts.
    pub sources: &'a mut SourceMap,
    /// Explains what is wrong with a YAML text.
    pub explain: &'a dyn Fn(&Fault) -> Diagnostic,
    known: BTreeMap<PathBuf, FileId>,
    env_files: BTreeMap<(Secrecy, PathBuf), FileId>,
}

impl<'a> FileReader<'a> {
    /// Takes the texts that are there already for the files at their paths.
    pub fn new(
        system: &'a dyn System,
        sources: &'a mut SourceMap,
        explain: &'a dyn Fn(&Fault) -> Diagnostic,
    ) -> Self {
        let is_file = |path: &Path| path != Path::new("-");
        let files = sources.files().filter(|(_, file)| is_file(&file.path));
        let known = files.map(|(id, file)| (file.path.clone(), id)).collect();
        Self { system, sources, explain, known, env_files: BTreeMap::new() }
    }

    /// Adds the text that is shown of a file of variables; never taken for the file itself.
    pub(super) fn add_env_file(&mut self, key: (Secrecy, PathBuf), shown: String) -> FileId {
        let path = key.1.clone();
        *self.env_files.entry(key).or_insert_with(|| self.sources.add(path, shown))
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
    reader: &mut FileReader<'_>,
    diagnostics: &mut Diagnostics,
) -> Document {
    let folder = Folder::of(&document, reader);
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
    folder: Folder<'b>,
    taken: BTreeSet<PathBuf>,
    reader: &'a mut FileReader<'b>,
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
        let mut objects = Vec::new();
        for path in self.folder.find_files(pattern, span)? {
            if self.taken.insert(path.clone()) {
                objects.extend(self.read_file(&path, span)?);
            }
        }
        Ok(objects)
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
        let bytes = self.folder.read(path, span)?;
        let text = String::from_utf8(bytes)
            .map_err(|error| Box::new(messages::not_text(path, error.utf8_error().valid_up_to(), span)))?;
        let file = self.reader.sources.add(path.to_path_buf(), text);
        self.reader.known.insert(path.to_path_buf(), file);
        Ok(file)
    }
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
