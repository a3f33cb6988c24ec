//! What can be wrong with a list beside its Apps.

use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::krm::config::SETTINGS;
use crate::krm::item::Item;
use crate::krm::list::API_VERSIONS;
use crate::krm::list::KIND;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

/// What most people want who feed something else.
const BUILD_INSTEAD: &str =
    "compile a file of Apps with `pelago build FILE`; kustomize and kpt call `pelago fn`";

pub(super) fn no_list(at: Span) -> Diagnostic {
    Diagnostic::new(codes::NO_RESOURCE_LIST, at, format!("standard input holds no `{KIND}`"))
        .with_help(BUILD_INSTEAD)
}

pub(super) fn other_document(root: &Node) -> Diagnostic {
    let (api_version, kind) = (tree::get(root, "apiVersion"), tree::get(root, "kind"));
    let written = |node: Option<&Node>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
    let is_list = written(kind) == KIND;
    let place = if is_list { api_version } else { kind.or(api_version) };
    let message = match (api_version, kind) {
        (None, None) => {
            format!("expected a `{KIND}`, found {} without `apiVersion` and `kind`", root.kind_name())
        }
        _ => format!("expected a `{KIND}`, found `{} {}`", written(api_version), written(kind)),
    };
    let diagnostic =
        Diagnostic::new(codes::NO_RESOURCE_LIST, place.map_or(root.span, |node| node.span), message);
    if is_list {
        return diagnostic.with_note(format!("its apiVersion is one of {}", and_list(API_VERSIONS)));
    }
    diagnostic.with_help(BUILD_INSTEAD)
}

pub(super) fn second_document(at: Span) -> Diagnostic {
    let message = format!("a function takes one `{KIND}`, and this is a second document");
    Diagnostic::new(codes::NO_RESOURCE_LIST, at, message)
}

pub(super) fn items_are_no_list(items: &Node) -> Diagnostic {
    let message = format!("expected a list of objects, found {}", items.kind_name());
    Diagnostic::new(codes::NO_RESOURCE_LIST, items.span, message)
}

pub(super) fn unknown_config(root: &Node) -> Diagnostic {
    let kind = tree::get(root, "kind");
    let message = match kind.and_then(Node::as_str) {
        Some(kind) => format!("a `functionConfig` of the kind `{kind}` says nothing to Pelago"),
        None => "the `functionConfig` has no `kind`".to_owned(),
    };
    Diagnostic::new(codes::UNKNOWN_FUNCTION_CONFIG, kind.map_or(root.span, |kind| kind.span), message)
        .with_note("it takes an App, a Fleet, a ConfigMap with settings, or a List of them")
}

pub(super) fn unknown_setting(key: &Spanned<String>) -> Diagnostic {
    let message = format!("there is no setting `{}`", key.value);
    let diagnostic = Diagnostic::new(codes::UNKNOWN_FUNCTION_SETTING, key.span, message)
        .with_nearest(&key.value, SETTINGS);
    let [front @ .., last] = SETTINGS;
    let front = front.map(|name| format!("`{name}`")).join(", ");
    diagnostic.with_note(format!("there are {front}, and `{last}`, as the flags of `pelago fn`"))
}

pub(super) fn setting_is_no_text(key: &str, value: &Node) -> Diagnostic {
    let message = format!("expected a string for `{key}`, found {}", value.kind_name());
    let help = match value.as_sequence() {
        Some(_) => format!("write one entry a line, behind `{key}: |`"),
        None => format!("write quotes around the value, as in `{key}: \"…\"`"),
    };
    Diagnostic::new(codes::INVALID_FUNCTION_SETTING, value.span, message)
        .with_note("the values of a ConfigMap are strings")
        .with_help(help)
}

pub(super) fn invalid_setting(key: &str, at: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(codes::INVALID_FUNCTION_SETTING, at, format!("invalid setting `{key}`: {reason}"))
}

pub(super) fn path_leads_out(path: &Node, text: &str) -> Diagnostic {
    let message = format!("the path `{text}` leads out of the package");
    Diagnostic::new(codes::PATH_OUT_OF_PACKAGE, path.span, message)
        .with_note("kustomize and kpt write the path of an item's file from the folder of its package on")
}

pub(super) fn object_of_others(object: &Object, other: &Item) -> Diagnostic {
    let (kind, name) = (object.key.gvk.kind(), &object.key.name);
    let maker = match other.owner() {
        Some((_, app)) => format!("which is made from the App `{app}`"),
        None => "which is not made from an App".to_owned(),
    };
    let message = format!("the list has a {kind} `{name}` already, {maker}");
    let path = other.path().and_then(Node::as_str).map_or_else(String::new, |path| format!(" of `{path}`"));
    Diagnostic::new(codes::OBJECT_IN_LIST, object.root.span, message)
        .with_secondary(other.root.span, "the one in the list")
        .with_help(format!("take the object{path} away, or let it travel with the App under `manifests`"))
}
