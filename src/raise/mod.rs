//! Turns workloads of Score into objects of Kubernetes, from which an import makes Apps.
//!
//! What a resource gives comes from a Secret named after it, which somebody else provides. Whatever has no counterpart is
//! reported.

mod container;
mod diagnostics;
mod names;
mod network;
mod objects;
mod order;
mod placeholder;
mod resources;
mod scope;
mod storage;
mod variables;
pub mod workload;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::k8s::gvk::ObjectKey;
use crate::raise::objects::Raising;
use crate::raise::resources::Needs;
use crate::raise::resources::tell_metadata;
use crate::raise::scope::Neighbours;
use crate::raise::scope::Present;
use crate::raise::workload::Workload;
use crate::schema::Decoder;
use crate::schema::Kubernetes;
use crate::schema::Shape;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The version of Score that is read, and what it was called once.
const API_VERSIONS: &[&str] = &["score.dev/v1b1", "score.sh/v1b1"];

/// Reads a file beside the text that a place is in.
pub type ReadFile<'a> = dyn Fn(&str, Span) -> Result<Vec<u8>, Box<Diagnostic>> + 'a;

/// What workloads are raised with.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The texts that they stand in.
    pub sources: &'a SourceMap,
    /// The field tables of Kubernetes.
    pub kubernetes: &'a Kubernetes,
    /// Reads the files that they name.
    pub read: &'a ReadFile<'a>,
}

/// What came of the documents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Raised {
    /// The documents, each workload of Score replaced by its objects.
    pub documents: Vec<Document>,
    /// The keys that Secrets must have which nobody among the documents defines.
    pub keys: BTreeMap<ObjectKey, BTreeSet<String>>,
}

/// Replaces each workload of Score by the objects that say the same, in the order written.
///
/// Reports E02xx for what Score does not take, E0306 and E0307 for files, E0640 to E0642, and the lints `score-provided`,
/// `score-open` and `score-left-out`. A workload with an error has no objects.
pub fn raise(documents: Vec<Document>, inputs: Inputs<'_>, diagnostics: &mut Diagnostics) -> Raised {
    if documents.iter().all(|document| document.kind != DocumentKind::Score) {
        return Raised { documents, keys: BTreeMap::new() };
    }
    let decoded = documents.into_iter().map(|document| {
        let before = diagnostics.error_count();
        let workload =
            (document.kind == DocumentKind::Score).then(|| decode(&document, inputs, diagnostics)).flatten();
        let is_whole = diagnostics.error_since(before).is_none();
        (document, workload, is_whole)
    });
    let decoded: Vec<(Document, Option<Workload>, bool)> = decoded.collect();
    let neighbours = neighbours(decoded.iter().filter_map(|(_, workload, _)| workload.as_ref()));
    let present = present(decoded.iter().map(|(document, _, _)| document));
    let mut raised = Raised::default();
    let mut needs = Needs::default();
    for (document, workload, is_whole) in &decoded {
        if document.kind != DocumentKind::Score {
            raised.documents.push(document.clone());
            continue;
        }
        let Some(workload) = workload else { continue };
        let before = diagnostics.error_count();
        let mut raising = Raising { document, inputs, diagnostics };
        let (objects, scope) = raising.objects(workload, (&neighbours, &present));
        if !is_whole || diagnostics.error_since(before).is_some() {
            continue;
        }
        tell_metadata(&scope, diagnostics);
        needs.take(&scope, diagnostics);
        raised.documents.extend(objects);
    }
    raised.keys = needs.tell(diagnostics);
    raised
}

fn decode(document: &Document, inputs: Inputs<'_>, diagnostics: &mut Diagnostics) -> Option<Workload> {
    let version = tree::get(&document.root, "apiVersion");
    let text = version.and_then(Node::as_str).unwrap_or_default();
    if let Some(version) = version.filter(|_| !API_VERSIONS.contains(&text)) {
        diagnostics.report(diagnostics::unknown_version(Spanned::new(text, version.span)));
        return None;
    }
    let mut decoder = Decoder::new(document.span, inputs.sources, inputs.kubernetes, diagnostics);
    let workload = Workload::decode(&document.root, &mut decoder).ok()?;
    let containers = &workload.containers;
    if containers.value.is_empty() && containers.value.lost.is_empty() {
        diagnostics.report(diagnostics::no_container(containers.key));
    }
    Some(workload)
}

/// The objects of Kubernetes among the documents.
fn present<'a>(documents: impl Iterator<Item = &'a Document>) -> Present {
    let objects = documents.flat_map(|document| tree::objects(&document.root));
    let keys = objects.filter_map(tree::key_of);
    keys.map(|key| (key.gvk.kind().to_owned(), key.name)).collect()
}

fn neighbours<'a>(workloads: impl Iterator<Item = &'a Workload>) -> Neighbours<'a> {
    let of = |workload: &'a Workload| {
        let ports = workload.service.iter().flat_map(|service| service.ports.iter());
        let ports = ports.map(|(name, port)| (name.value, port.port.value.0)).collect();
        (workload.metadata.name.value.as_str(), ports)
    };
    workloads.map(of).collect()
}
