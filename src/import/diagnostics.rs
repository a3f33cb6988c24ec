//! What cannot be imported.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::import::Original;
use crate::k8s::gvk::GroupVersionKind;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

pub(super) fn own_document(root: &Node) -> Diagnostic {
    let kind = tree::get(root, "kind");
    let word = if kind.and_then(Node::as_str) == Some("Fleet") { "a Fleet" } else { "an App" };
    let at = kind.map_or(root.span, |kind| kind.span);
    Diagnostic::new(codes::NO_OBJECT, at, format!("this is {word} already"))
        .with_help("name only the files with objects of Kubernetes")
}

pub(super) fn no_object(root: &Node) -> Diagnostic {
    let missing = ["apiVersion", "kind"].into_iter().find(|key| tree::get(root, key).is_none());
    let message = match (root.as_mapping(), missing) {
        (None, _) => format!("expected an object of Kubernetes, found {}", root.kind_name()),
        (Some(_), Some(key)) => format!("the object has no `{key}`"),
        (Some(_), None) => "`apiVersion` and `kind` must be texts".to_owned(),
    };
    let first = root.as_mapping().and_then(|mapping| mapping.iter().next());
    let at = first.map_or(root.span, |entry| entry.key.span);
    Diagnostic::new(codes::NO_OBJECT, at, message)
        .with_note("each object says what it is, as in `apiVersion: apps/v1` and `kind: Deployment`")
}

pub(super) fn invalid_api_version(api_version: Spanned<&str>) -> Diagnostic {
    let message = format!("invalid apiVersion `{}`", api_version.value);
    Diagnostic::new(codes::NO_OBJECT, api_version.span, message)
        .with_note("an apiVersion is a group and a version, as in `apps/v1`, or `v1` alone")
}

pub(super) fn nameless(gvk: &GroupVersionKind, root: &Node) -> Diagnostic {
    let metadata = tree::get(root, "metadata").and_then(Node::as_mapping);
    let generated = metadata.and_then(|metadata| metadata.entry("generateName"));
    let at = generated.map(|entry| entry.key.span);
    let at = at.or_else(|| tree::get(root, "kind").map(|kind| kind.span)).unwrap_or(root.span);
    let message = format!("the {} has no `metadata.name`", gvk.kind());
    let diagnostic = Diagnostic::new(codes::NAMELESS_OBJECT, at, message);
    let diagnostic = match generated {
        Some(_) => diagnostic.with_note(
            "each `kubectl create` makes another object of `generateName`, and no policy can name it",
        ),
        None => diagnostic,
    };
    diagnostic.with_help("give it a name")
}

pub(super) fn duplicate(second: &Original, first: Span) -> Diagnostic {
    let key = &second.key;
    let message = format!("the {} `{}` is there twice, and the two differ", key.gvk.kind(), key.name);
    Diagnostic::new(codes::DIFFERENT_COPIES, second.at, message)
        .with_secondary(first, "the first one")
        .with_note("a cluster holds one object of a kind, a namespace and a name")
        .with_help("take one of them away, or name the files to read one by one")
}
