//! The faults that only show when all documents are seen.

use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::fleet::ClusterFault;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// Reports Apps with one name, and objects of different Apps with one key. Objects of an App that has another one's
/// name are not compared again.
pub(super) fn check_identities<T>(apps: &[Compiled<T>], diagnostics: &mut Diagnostics) {
    let mut names: BTreeMap<&(String, String), Span> = BTreeMap::new();
    let mut objects: BTreeMap<&ObjectKey, (Span, &Compiled<T>)> = BTreeMap::new();
    let mut by_place: Vec<&Compiled<T>> = apps.iter().collect();
    by_place.sort_by_key(|app| app.at);
    for app in by_place {
        if let Some(first) = names.get(&app.name) {
            diagnostics.report(duplicate_app(app.at, *first, &app.name));
            continue;
        }
        names.insert(&app.name, app.at);
        for (key, at) in &app.objects {
            if let Some((first, owner)) = objects.insert(key, (*at, app)) {
                if !std::ptr::eq(owner, app) {
                    diagnostics.report(shared_object(key, *at, (first, &owner.name.1)));
                } else if key.gvk.api_version() == POLICY_API_VERSION {
                    diagnostics.report(shared_policy(key, first, *at));
                }
            }
        }
    }
}

fn duplicate_app(at: Span, first: Span, (namespace, name): &(String, String)) -> Diagnostic {
    let message = format!("the App `{name}` of the namespace `{namespace}` is defined twice");
    Diagnostic::new(codes::DUPLICATE_DOCUMENT, at, message).with_secondary(first, "first defined here")
}

/// One policy among the objects of the App, and one of its own; other objects were compared with each other before.
fn shared_policy(key: &ObjectKey, given: Span, app: Span) -> Diagnostic {
    let message = format!("the {} `{}` has the name of one that Pelago adds", key.gvk.kind(), key.name);
    Diagnostic::new(codes::DUPLICATE_OBJECT, given, message)
        .with_secondary(app, "its name comes from this")
        .with_note("the one would replace the other")
        .with_help("take out what an earlier run has written, or give one of them another name")
}

fn shared_object(key: &ObjectKey, at: Span, (first, owner): (Span, &str)) -> Diagnostic {
    let message = format!("the {} `{}` belongs to the App `{owner}` already", key.gvk.kind(), key.name);
    Diagnostic::new(codes::DUPLICATE_OBJECT, at, message)
        .with_secondary(first, "first defined here")
        .with_note("the object of the one App would replace that of the other")
        .with_help("give one of them another name, or refer to it with `external: true`")
}

pub(super) fn own_document(document: &Document) -> Diagnostic {
    let at = tree::get(&document.root, "kind").map_or(document.span, |kind| kind.span);
    let word = if document.kind == DocumentKind::Fleet { "a Fleet" } else { "an App" };
    let diagnostic =
        Diagnostic::new(codes::NO_OBJECT, at, format!("this is {word}, and no object of Kubernetes"));
    if document.kind == DocumentKind::Fleet {
        diagnostic.with_help("name its file with `--fleet`")
    } else {
        diagnostic.with_help("name its file with `--app`, or compile it with `pelago build`")
    }
}

pub(super) fn second_app(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_DOCUMENT, at, "a stream has one App around it, and this is the second")
        .with_secondary(first, "the first one")
}

pub(super) fn other_namespace(own: &Node, asked: &Node) -> Diagnostic {
    let text = |node: &Node| node.as_str().unwrap_or_default().to_owned();
    let message = format!("the App is of the namespace `{}`", text(own));
    Diagnostic::new(codes::OTHER_NAMESPACE, own.span, message)
        .with_secondary(asked.span, format!("`{}` is asked for here", text(asked)))
        .with_note("a policy selects objects of its own namespace alone")
        .with_help("leave one of the two out")
}

pub(super) fn second_fleet(at: Span, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_DOCUMENT, at, "a build has one Fleet, and this is the second")
        .with_secondary(first, "the first one")
        .with_help("name the one to use with `--fleet`")
}

pub(super) fn cluster_fault(fault: &ClusterFault) -> Diagnostic {
    match fault {
        ClusterFault::Unreadable { at, reason } => {
            Diagnostic::new(codes::INVALID_VALUE, *at, format!("the cluster cannot be read: {reason}"))
                .with_help(
                    "export it again: `kubectl get clusters -o yaml` with the control plane's kubeconfig",
                )
        }
        ClusterFault::Nameless { at } => {
            Diagnostic::new(codes::MISSING_KEY, *at, "the cluster has no `metadata.name`")
        }
        ClusterFault::Duplicate { name, first } => {
            let message = format!("the cluster `{}` is described twice", name.value);
            Diagnostic::new(codes::DUPLICATE_DOCUMENT, name.span, message)
                .with_secondary(*first, "first described here")
        }
    }
}

pub(super) fn values_are_no_map(node: &Node) -> Diagnostic {
    let message = format!("expected a map with keys of `spec`, found {}", node.kind_name());
    Diagnostic::new(codes::WRONG_TYPE, node.span, message)
}

pub(super) fn unknown_profile(profile: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("no App has a profile `{}`", profile.value);
    let diagnostic = Diagnostic::new(codes::UNKNOWN_PROFILE, profile.span, message)
        .with_nearest(&profile.value, known.iter().copied());
    match known {
        [] => diagnostic.with_note("no App has any profile"),
        _ if diagnostic.helps.is_empty() => {
            diagnostic.with_note(format!("there are {}", and_list(known.iter().copied())))
        }
        _ => diagnostic,
    }
}

pub(super) fn setting_of_unknown_app(app: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("there is no App `{}`", app.value);
    let diagnostic = Diagnostic::new(codes::INVALID_SETTING, app.span, message)
        .with_nearest(&app.value, known.iter().copied());
    if diagnostic.helps.is_empty() {
        return diagnostic.with_note(format!("there are {}", and_list(known.iter().copied())));
    }
    diagnostic
}

pub(super) fn template(
    (file, command): (FileId, &str),
    (others, sources): (usize, &SourceMap),
) -> Diagnostic {
    let start =
        sources.file(file).text.find("{{").and_then(|start| u32::try_from(start).ok()).unwrap_or_default();
    let at = Span { file, start, end: start + 2 };
    let diagnostic = Diagnostic::new(codes::TEMPLATE, at, "this is a template, and not yet an object")
        .with_help(format!("take what the templates become: `helm template NAME CHART | {command}`"));
    match others {
        0 => diagnostic,
        1 => diagnostic.with_note("1 other file is a template too"),
        _ => diagnostic.with_note(format!("{others} other files are templates too")),
    }
}

pub(super) fn unknown_document(document: &Document) -> Diagnostic {
    let found = |key: &str| tree::get(&document.root, key);
    let (api_version, kind) = (found("apiVersion"), found("kind"));
    let first =
        document.root.as_mapping().and_then(|mapping| mapping.iter().next()).map(|entry| entry.key.span);
    let text = |node: Option<&Node>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
    let place = api_version.map(|node| node.span).or(first).unwrap_or(document.span);
    let message = match (api_version, kind) {
        (None, None) => "the document has neither `apiVersion` nor `kind`".to_owned(),
        _ => format!("`{} {}` is neither an App nor a Fleet", text(api_version), text(kind)),
    };
    if document.kind == DocumentKind::Score {
        return Diagnostic::new(codes::UNKNOWN_KIND, place, "a workload of Score is no App yet")
            .with_help("make an App of it: `pelago import FILE`");
    }
    Diagnostic::new(codes::UNKNOWN_KIND, place, message)
        .with_note("Pelago reads `pelago.dev/v1alpha1`, kinds App and Fleet, and Karmada's Cluster")
        .with_help("let an App name it under `manifests` to have it travel with the App")
}
