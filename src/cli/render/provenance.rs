//! What changed each field of what a cluster receives. Values of Secrets are not shown.

use crate::forecast::Cause;
use crate::forecast::Change;
use crate::forecast::ClusterObjects;
use crate::forecast::RenderedObject;
use crate::forecast::short;
use crate::source::SourceMap;
use serde_json::Value as Json;

/// Writes the changes of each object, with an empty line between objects; objects without changes are one line.
pub(super) fn write(clusters: &[ClusterObjects], sources: &SourceMap) -> String {
    let objects = clusters.iter().flat_map(|cluster| &cluster.objects);
    let blocks: Vec<String> = objects.map(|object| write_object(object, sources)).collect();
    blocks.join("\n")
}

fn write_object(object: &RenderedObject, sources: &SourceMap) -> String {
    let name = short(&object.key);
    if object.changes.is_empty() {
        return format!("{name}: as written\n");
    }
    let is_secret = object.key.gvk.kind() == "Secret";
    let changes = object.changes.iter().map(|change| write_change(change, is_secret, sources));
    std::iter::once(format!("{name}\n")).chain(changes).collect()
}

fn write_change(change: &Change, is_secret: bool, sources: &SourceMap) -> String {
    let text = |value: &Json| if is_secret { "(hidden)".to_owned() } else { value.to_string() };
    let what = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} becomes {}", text(before), text(after)),
        (None, Some(after)) => format!("{} is added", text(after)),
        (Some(before), None) => format!("{} is taken away", text(before)),
        (None, None) => String::new(),
    };
    format!("  {}\n    {what}\n    by {}\n", change.pointer, write_cause(&change.cause, sources))
}

fn write_cause(cause: &Cause, sources: &SourceMap) -> String {
    let rule = cause.rule.map(|rule| format!(", overrideRules[{rule}]")).unwrap_or_default();
    let place = cause.at.map(|at| {
        let position = sources.position(at);
        format!(", {}:{}:{}", sources.path(at).display(), position.line, position.column)
    });
    format!("{}{rule}{}", short(&cause.policy), place.unwrap_or_default())
}
