//! Makes Apps of existing objects.

use crate::compile::Request;
use crate::compile::diagnostics;
use crate::compile::is_sought;
use crate::compile::is_template;
use crate::compile::settle::settle;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Severity;
use crate::discover::Finding;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::error::Error;
use crate::import::Draft;
use crate::import::collect;
use crate::import::import;
use crate::parallel::in_parallel;
use crate::parse::parse;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::system::System;

/// The Apps that were made of objects.
#[derive(Debug, Clone)]
pub struct Importation {
    /// All texts that were read.
    pub sources: SourceMap,
    /// All that is to be said about them: sorted by path and place, each once.
    pub diagnostics: Vec<Diagnostic>,
    /// The Apps, sorted by namespace and name.
    pub apps: Vec<Draft>,
    /// How many objects they are made of.
    pub objects: usize,
}

impl Importation {
    /// Tells whether anything is wrong; nothing may be written then.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Reads all objects at the paths, and makes Apps of them.
///
/// # Errors
/// A path that cannot be read.
pub fn import_objects(request: &Request, system: &dyn System) -> Result<Importation, Error> {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::default();
    let files = discover(&request.paths, Quarry::Objects, system, (&mut sources, &mut diagnostics))?;
    let documents = read_documents(&files, &sources, &mut diagnostics);
    let collection = collect(&documents, &mut diagnostics);
    let apps = import(&collection);
    let diagnostics = settle(diagnostics, &sources, request);
    Ok(Importation { sources, diagnostics, apps, objects: collection.objects.len() })
}

/// Reads the documents of all files; what is no object is passed over in a file that was not named.
fn read_documents(
    files: &[(FileId, Finding)],
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let parsed = in_parallel(files.to_vec(), |(file, finding)| {
        let mut diagnostics = Diagnostics::default();
        let mut documents = parse(file, sources, &mut diagnostics);
        if finding == Finding::Found {
            documents.retain(|document| {
                document.kind != DocumentKind::Other || is_sought(document, Quarry::Objects)
            });
        }
        let is_template = diagnostics.has_errors() && is_template(&documents, file, sources);
        (documents, diagnostics, is_template.then_some(file))
    });
    let mut documents = Vec::new();
    let mut templates = Vec::new();
    for (found, told, template) in parsed {
        if let Some(file) = template {
            templates.push(file);
        } else {
            documents.extend(found);
            diagnostics.extend(told);
        }
    }
    if let Some(first) = templates.first() {
        diagnostics.report(diagnostics::template(*first, (templates.len() - 1, sources)));
    }
    documents
}
