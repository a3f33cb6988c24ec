//! The faults that the published schema alone sees.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::schema::Mismatch;
use crate::yaml::Node;

pub(super) fn schema_mismatch(refused: &Node, mismatch: &Mismatch) -> Diagnostic {
    let message = format!("the published schema refuses this value (`{}`)", mismatch.keyword);
    Diagnostic::new(codes::SCHEMA_MISMATCH, refused.span, message)
        .with_help("look at the schema that `pelago schema` prints")
}
