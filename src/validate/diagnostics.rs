//! The faults that the published schema alone sees.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::k8s::pointer::Pointer;
use crate::schema::Mismatch;
use crate::tree;
use crate::yaml::Node;

pub(super) fn schema_mismatch(root: &Node, mismatch: &Mismatch) -> Diagnostic {
    let pointer = Pointer::parse(&mismatch.pointer).unwrap_or_default();
    let place = tree::find_nearest(root, &pointer).span;
    let message = format!("the published schema refuses this value (`{}`)", mismatch.keyword);
    Diagnostic::new(codes::SCHEMA_MISMATCH, place, message)
        .with_help("look at the schema that `pelago schema` prints")
}
