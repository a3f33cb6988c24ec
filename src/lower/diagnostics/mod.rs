//! The faults that only lowering can see: one small function each.

mod config;
mod dependencies;
mod objects;
mod overrides;
mod placement;
mod workload;

use crate::bundle::Object;
use crate::source::Span;
use crate::tree;

/// The place that stands for an object: its name.
pub(super) fn place_of(object: &Object) -> Span {
    tree::find(&object.root, &["metadata", "name"]).map_or(object.root.span, |name| name.span)
}

/// Joins names as a sentence has them: `a`, `b`, and `c`; long lists are cut.
pub(super) fn and_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [front @ .., last] if names.len() <= SHOWN => format!("{}, and {last}", front.join(", ")),
        _ => {
            let shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
            format!("{}, and {} more", shown.join(", "), names.len() - SHOWN)
        }
    }
}

/// A number of things, with the plural where it is one.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
