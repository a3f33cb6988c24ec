//! Turns texts into documents: YAML nodes that keep their places.

mod diagnostics;

pub use diagnostics::explain_fault;

use crate::diagnostic::Diagnostics;
use crate::document::Attachments;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::parse::diagnostics::ambiguous_boolean;
use crate::parse::diagnostics::ambiguous_date;
use crate::parse::diagnostics::ambiguous_key;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::tree;
use crate::yaml::Fault;
use crate::yaml::FaultKind;
use crate::yaml::Limits;
use crate::yaml::Node;
use crate::yaml::Style;
use crate::yaml::Value;
use crate::yaml::is_ambiguous;
use crate::yaml::read;

/// The group and version of Pelago's own documents.
pub const API_VERSION: &str = "pelago.dev/v1alpha1";

/// Reads all documents of a text, in the order written. A document with broken syntax is reported and left out; the
/// others go on.
///
/// Reports E0101 to E0107, and the lint `ambiguous-scalar`.
pub fn parse(file: FileId, sources: &SourceMap, diagnostics: &mut Diagnostics) -> Vec<Document> {
    let stream = read(&sources.file(file).text, file, Limits::default());
    for fault in &stream.faults {
        diagnostics.report(explain_fault(fault));
    }
    let whole = stream.documents.into_iter().filter(|document| !has_lost_text(document.span, &stream.faults));
    let documents = whole.map(|document| {
        let kind = classify(&document.root);
        if kind != DocumentKind::Other {
            find_ambiguous(&document.root, sources, diagnostics);
        }
        Document {
            kind,
            file,
            span: document.span,
            root: document.root,
            attachments: Attachments::default(),
            origins: Vec::new(),
        }
    });
    documents.collect()
}

/// Tells whether a reader would drop the rest of a document: what stands there is missed everywhere else.
fn has_lost_text(document: Span, faults: &[Fault]) -> bool {
    let lost = faults.iter().filter(|fault| fault.kind == FaultKind::LostText);
    lost.map(|fault| fault.span).any(|lost| lost.start >= document.end || document.covers(lost))
}

/// Tells whose a document is. Any version of Pelago's own group is ours: a version that does not exist is a mistake
/// to be told, not somebody else's document.
#[must_use]
pub fn classify(root: &Node) -> DocumentKind {
    let text = |key: &str| tree::get(root, key).and_then(Node::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if api_version.split('/').next() == Some("pelago.dev") {
        return if kind == "Fleet" { DocumentKind::Fleet } else { DocumentKind::App };
    }
    // The second was the first's name once; what names it is no object of Kubernetes either.
    if matches!(api_version.split('/').next(), Some("score.dev" | "score.sh")) {
        return DocumentKind::Score;
    }
    let is_cluster = |root: &Node| {
        let api_version = tree::get(root, "apiVersion").and_then(Node::as_str).unwrap_or_default();
        let kind = tree::get(root, "kind").and_then(Node::as_str);
        api_version.starts_with("cluster.karmada.io/") && kind == Some("Cluster")
    };
    let items = tree::get(root, "items").and_then(Node::as_sequence).unwrap_or_default();
    if is_cluster(root) || kind.ends_with("List") && items.iter().any(is_cluster) {
        return DocumentKind::Clusters;
    }
    DocumentKind::Other
}

/// Warns of plain texts that kubectl and kustomize read differently.
fn find_ambiguous(node: &Node, sources: &SourceMap, diagnostics: &mut Diagnostics) {
    match &node.value {
        Value::Boolean(_) => {
            let text = sources.text(node.span);
            if is_ambiguous(text) {
                diagnostics.report(ambiguous_boolean(node.span, text));
            }
        }
        Value::String(scalar) if scalar.style == Style::Plain && is_ambiguous(&scalar.text) => {
            diagnostics.report(ambiguous_date(node.span, &scalar.text));
        }
        Value::Sequence(items) => {
            for item in items {
                find_ambiguous(item, sources, diagnostics);
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping {
                let key = sources.text(entry.key.span);
                if is_ambiguous(key) && key != entry.key.value {
                    diagnostics.report(ambiguous_key(&entry.key, key));
                }
                find_ambiguous(&entry.value, sources, diagnostics);
            }
        }
        Value::Null | Value::Number(_) | Value::String(_) | Value::Poisoned => {}
    }
}
