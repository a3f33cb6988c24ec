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

/// Applies the published schema to an App in which no other fault was found, and reports (E0216) each refusal.
pub fn validate_schema(root: &Node, validator: &Validator, diagnostics: &mut Diagnostics) {
    for mismatch in validator.check(&root.to_json()) {
        let refused = tree::find_nearest(root, &Pointer::parse(&mismatch.pointer).unwrap_or_default());
        diagnostics.report(diagnostics::schema_mismatch(refused, &mismatch));
    }
}
