//! Reads the files and variables that `configMaps` and `secrets` name.
//!
//! What a Secret is made of never comes into the source map, so that no message can quote it.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::document::Assignment;
use crate::document::Attachments;
use crate::document::Document;
use crate::document::File;
use crate::document::Secrecy;
use crate::resolve::FileReader;
use crate::resolve::diagnostics as messages;
use crate::resolve::env_file::Line;
use crate::resolve::env_file::read_env_file;
use crate::resolve::folder::Folder;
use crate::resolve::with_entry;
use crate::resolve::with_key;
use crate::source::FileId;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Value;
use std::ops::Range;
use std::path::PathBuf;

/// Reads all that the `ConfigMaps` and Secrets of an App name outside of it.
///
/// A name with a fault is poisoned: reports E0306 for a file that is not there or cannot be read, E0307 for a path that
/// leads out of the App's folder, E0108 and E0311 for a file of variables with a fault, and E0312 for a variable of the
/// environment that is not set or empty.
#[must_use]
pub fn read_attachments(
    mut document: Document,
    reader: &mut FileReader<'_>,
    diagnostics: &mut Diagnostics,
) -> Document {
    let folder = Folder::of(&document, reader);
    let mut reading = Reading { folder, attachments: Attachments::default(), reader, diagnostics };
    if let Value::Mapping(root) = &mut document.root.value {
        with_entry(root, "spec", |spec| {
            with_key(spec, "configMaps", |named| each(named, |object| reading.read_config_map(object)));
            with_key(spec, "secrets", |named| each(named, |object| reading.read_secret(object)));
        });
    }
    document.attachments = reading.attachments;
    document
}

/// The reading for one App.
struct Reading<'a, 'b> {
    folder: Folder<'b>,
    attachments: Attachments,
    reader: &'a mut FileReader<'b>,
    diagnostics: &'a mut Diagnostics,
}

/// Why a name cannot be used, or nothing where that has been reported.
type Refusal = Option<Box<Diagnostic>>;

impl Reading<'_, '_> {
    fn read_config_map(&mut self, object: &mut Node) {
        self.read_files(object, Secrecy::Open);
    }

    fn read_secret(&mut self, object: &mut Node) {
        self.read_files(object, Secrecy::Confidential);
        with_key(object, "stringData", |texts| each(texts, |text| self.read_variable(text)));
        with_key(object, "registries", |registries| {
            each(registries, |login| {
                with_key(login, "username", |text| self.read_variable(text));
                with_key(login, "password", |text| self.read_variable(text));
            });
        });
    }

    fn read_files(&mut self, object: &mut Node, secrecy: Secrecy) {
        with_key(object, "files", |files| {
            each(files, |path| self.take(path, Self::add_files));
        });
        with_key(object, "envFile", |paths| {
            let add = |reading: &mut Self, pattern: &str, span| reading.add_env_file(secrecy, pattern, span);
            match &paths.value {
                Value::Sequence(_) => each(paths, |path| self.take(path, add)),
                Value::Null
                | Value::Boolean(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Mapping(_)
                | Value::Poisoned => self.take(paths, add),
            }
        });
    }

    fn read_variable(&mut self, text: &mut Node) {
        with_key(text, "env", |name| self.take(name, Self::add_variable));
    }

    /// Looks up what a text names; whatever is no text is reported where the document is checked.
    fn take(&mut self, node: &mut Node, add: impl FnOnce(&mut Self, &str, Span) -> Result<(), Refusal>) {
        let Some(text) = node.as_str() else { return };
        if let Err(refusal) = add(self, text, node.span) {
            if let Some(diagnostic) = refusal {
                self.diagnostics.report(*diagnostic);
            }
            node.value = Value::Poisoned;
        }
    }

    fn add_files(&mut self, pattern: &str, span: Span) -> Result<(), Refusal> {
        if self.attachments.files.contains_key(pattern) {
            return Ok(());
        }
        let mut files = Vec::new();
        for path in self.folder.find_files(pattern, span)? {
            let bytes = self.folder.read(&path, span)?;
            files.push(File { path, bytes });
        }
        self.attachments.files.insert(pattern.to_owned(), files);
        Ok(())
    }

    fn add_env_file(&mut self, secrecy: Secrecy, pattern: &str, span: Span) -> Result<(), Refusal> {
        let key = (secrecy, pattern.to_owned());
        if self.attachments.env_files.contains_key(&key) {
            return Ok(());
        }
        let mut assignments = Vec::new();
        for path in self.folder.find_files(pattern, span)? {
            let bytes = self.folder.read(&path, span)?;
            let text = String::from_utf8(bytes).map_err(|error| {
                Box::new(messages::not_text(&path, error.utf8_error().valid_up_to(), span))
            })?;
            assignments.extend(self.read_assignments((path, &text), secrecy)?);
        }
        self.attachments.env_files.insert(key, assignments);
        Ok(())
    }

    fn read_assignments(
        &mut self,
        (path, text): (PathBuf, &str),
        secrecy: Secrecy,
    ) -> Result<Vec<Assignment>, Refusal> {
        let env_file = read_env_file(text, secrecy);
        let file = self.reader.add_env_file((secrecy, path), env_file.shown);
        let mut outcome = Ok(Vec::new());
        for line in env_file.lines {
            match line {
                Line::Assignment { key, place, value } => {
                    let key = Spanned::new(key, span_of(file, &place));
                    outcome = outcome.map(|mut assignments| {
                        assignments.push(Assignment { key, value });
                        assignments
                    });
                }
                Line::Invalid { place, reason, help } => {
                    let diagnostic = messages::invalid_env_line(reason, help, span_of(file, &place));
                    self.diagnostics.report(diagnostic);
                    outcome = Err(None);
                }
            }
        }
        outcome
    }

    fn add_variable(&mut self, name: &str, span: Span) -> Result<(), Refusal> {
        // The environment of a process has no such name, and to ask for one is an error of its own.
        let is_name = !name.is_empty() && !name.contains(['=', '\0']);
        let found = is_name.then(|| self.reader.system.find_variable(name)).flatten();
        match found {
            None => Err(Some(Box::new(messages::missing_variable(name, span)))),
            Some(value) if value.is_empty() => Err(Some(Box::new(messages::empty_variable(name, span)))),
            Some(value) => {
                self.attachments.variables.insert(name.to_owned(), value);
                Ok(())
            }
        }
    }
}

fn span_of(file: FileId, place: &Range<usize>) -> Span {
    let place_of = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span { file, start: place_of(place.start), end: place_of(place.end) }
}

/// Goes over the values of a map or the items of a list.
fn each(node: &mut Node, mut visit: impl FnMut(&mut Node)) {
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().for_each(visit),
        Value::Mapping(mapping) => {
            for mut entry in std::mem::take(mapping) {
                visit(&mut entry.value);
                mapping.insert(entry);
            }
        }
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {}
    }
}
