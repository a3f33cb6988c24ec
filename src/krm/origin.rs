//! Finds the text that an App or a Fleet of a list was written in, so that messages show the user's file, and the files that
//! an App names are looked for in the folder of that file.

use crate::compile::Input;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::k8s::tool_annotation;
use crate::krm::annotation::without_transient;
use crate::krm::diagnostics as messages;
use crate::krm::item::Item;
use crate::krm::list::Origin;
use crate::parse::parse;
use crate::source::Span;
use crate::system::PathKind;
use crate::system::System;
use crate::tree;
use crate::yaml::write;
use std::collections::BTreeMap;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// The texts of all Apps and Fleets.
pub(super) struct Origins<'a> {
    system: &'a dyn System,
    /// The files that were looked at; nothing for one that is not there.
    files: BTreeMap<PathBuf, Option<File>>,
    /// Where the documents stand that are compiled.
    places: BTreeMap<Span, Origin>,
}

/// A file with its documents; one that is taken is not found again.
struct File {
    documents: Vec<Document>,
    diagnostics: Diagnostics,
}

impl<'a> Origins<'a> {
    /// Starts without any text.
    pub(super) fn new(system: &'a dyn System) -> Self {
        Self { system, files: BTreeMap::new(), places: BTreeMap::new() }
    }

    /// Finds whose text a place is in.
    pub(super) fn find(&self, place: Span) -> Option<Origin> {
        let start = Span { end: u32::MAX, ..place };
        let (span, origin) = self.places.range(..=start).next_back()?;
        span.covers(place).then_some(*origin)
    }

    /// Takes the document of an App or a Fleet.
    ///
    /// It is that of its file, where the file is found, below the folder that kpt names or below the current one, and holds
    /// the same value. Otherwise the value is written down as a text of its own. Reports E0725, and E0101 to E0107.
    pub(super) fn add(&mut self, origin: Origin, item: &Item, input: &mut Input) {
        let mut home = PathBuf::from(match origin {
            Origin::Item(place) => format!("items[{place}]"),
            Origin::Config(_) => "functionConfig".to_owned(),
        });
        if let Some((node, path)) = item.path().and_then(|node| Some((node, node.as_str()?))) {
            if Path::new(path)
                .components()
                .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
            {
                input.diagnostics.report(messages::path_leads_out(node, path));
                return;
            }
            home = self.find_home(path, item, input);
            if let Some((document, told)) = self.take_document(&home, item) {
                self.places.insert(document.span, origin);
                input.diagnostics.extend(told);
                input.documents.push(document);
                return;
            }
        }
        let text = write(&item.to_plain_json());
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let file = input.sources.add(home, text);
        self.places.insert(Span { file, start: 0, end }, origin);
        input.documents.extend(parse(file, &input.sources, &mut input.diagnostics));
    }

    /// The path of an item's file. The folder that kpt names counts where the file there has a document of the item's name,
    /// so that no annotation leads a run to files elsewhere.
    fn find_home(&mut self, path: &str, item: &Item, input: &mut Input) -> PathBuf {
        let package = item.annotation(tool_annotation::PACKAGE).map(|folder| Path::new(folder).join(path));
        let is_home = |file: &File| file.documents.iter().any(|document| has_same_key(document, item));
        let package = package.filter(|path| self.read(path, input).is_some_and(is_home));
        package.unwrap_or_else(|| {
            let path = PathBuf::from(path);
            self.read(&path, input);
            path
        })
    }

    /// Takes the document with the item's value, and what is to be said about it.
    fn take_document(&mut self, path: &Path, item: &Item) -> Option<(Document, Diagnostics)> {
        let file = self.files.get_mut(path)?.as_mut()?;
        let value = item.to_plain_json();
        let is_same = |document: &Document| {
            has_same_key(document, item) && without_transient(document.root.to_json()) == value
        };
        let document = file.documents.remove(file.documents.iter().position(is_same)?);
        let mut told = file.diagnostics.clone();
        told.retain(|diagnostic| document.span.covers(diagnostic.primary.span));
        Some((document, told))
    }

    fn read(&mut self, path: &Path, input: &mut Input) -> Option<&File> {
        if !self.files.contains_key(path) {
            let file = self.read_file(path, input);
            self.files.insert(path.to_path_buf(), file);
        }
        self.files.get(path)?.as_ref()
    }

    fn read_file(&self, path: &Path, input: &mut Input) -> Option<File> {
        if self.system.find_kind(path).ok()? != Some(PathKind::File) {
            return None;
        }
        let text = String::from_utf8(self.system.read(path).ok()?).ok()?;
        let file = input.sources.add(path.to_path_buf(), text);
        let mut diagnostics = Diagnostics::default();
        let documents = parse(file, &input.sources, &mut diagnostics);
        Some(File { documents, diagnostics })
    }
}

fn has_same_key(document: &Document, item: &Item) -> bool {
    document.kind == item.kind && tree::key_of(&document.root) == tree::key_of(&item.root)
}
