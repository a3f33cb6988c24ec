//! Turns documents into what the user wrote, typed: every fault of every document is reported.

mod diagnostics;
mod profiles;

pub use profiles::validate_profiles;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::document::Document;
use crate::k8s::pointer::Pointer;
use crate::schema::Decoder;
use crate::schema::Kubernetes;
use crate::schema::Mismatch;
use crate::schema::Shape;
use crate::schema::Validator;
use crate::source::SourceMap;
use crate::source::Span;
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
        let key = find_key(root, &mismatch);
        let is_told = diagnostics.iter().any(|told| {
            let span = told.primary.span;
            place.covers(span) || span.covers(place) || key == Some(span)
        });
        if !is_told {
            diagnostics.report(diagnostic);
        }
    }
}

/// The key of a place: where a key is missing below it, that is told there.
fn find_key(root: &Node, mismatch: &Mismatch) -> Option<Span> {
    let mut above = Pointer::parse(&mismatch.pointer).ok()?;
    let last = above.pop()?;
    tree::find_nearest(root, &above).as_mapping()?.entry(&last).map(|entry| entry.key.span)
}
