//! The faults that only lowering can see: one small function each.

mod around;
mod autoscaling;
mod config;
mod dependencies;
mod groups;
mod namespace;
mod objects;
mod overrides;
mod placement;
mod workload;

use crate::bundle::Object;
pub(super) use crate::diagnostic::and_list;
pub(super) use crate::lower::diagnostics::around::NOT_WITHOUT_OVERRIDE;
pub(super) use crate::lower::diagnostics::around::refused_object;
use crate::source::Span;
use crate::tree;

/// The place that stands for an object: its name.
pub(super) fn place_of(object: &Object) -> Span {
    tree::find(&object.root, &["metadata", "name"]).map_or(object.root.span, |name| name.span)
}

/// A number of things, with the plural where it is one.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
