//! Turns documents into what the user wrote, typed: every fault of every document is reported.

mod diagnostics;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::document::Document;
use crate::k8s::pointer::Pointer;
use crate::schema::Decoder;
use crate::schema::Kubernetes;
use crate::schema::Shape;
use crate::schema::Validator;
use crate::source::SourceMap;
use crate::tree;
use crate::yaml::Node;

/// Reads a document as the shape that it must have.
///
/// # Errors
/// Reports E02xx.
pub fn validate<T: Shape>(
    document: &Document,
    kubernetes: &Kubernetes,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<T, Reported> {
    let mut decoder = Decoder::new(document.span, sources, kubernetes, diagnostics);
    T::decode(&document.root, &mut decoder)
}

/// Applies the published schema to what was written, and reports (E0216) each refusal where no other fault was found.
pub fn validate_schema(root: &Node, validator: &Validator, diagnostics: &mut Diagnostics) {
    for mismatch in validator.check(&root.to_json()) {
        let refused = tree::find_nearest(root, &Pointer::parse(&mismatch.pointer).unwrap_or_default());
        if refused.has_fault() {
            continue;
        }
        let diagnostic = diagnostics::schema_mismatch(refused, &mismatch);
        let place = diagnostic.primary.span;
        let is_told = diagnostics.iter().any(|told| {
            let span = told.primary.span;
            place.covers(span) || span.covers(place)
        });
        if !is_told {
            diagnostics.report(diagnostic);
        }
    }
}
