//! The Namespaces that Apps ask for: several Apps live in one, so one of them brings it, and all must agree.

use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::document::Document;
use crate::tree;
use crate::yaml::Value;
use std::collections::BTreeMap;

/// The App of each namespace that brings the Namespace: of those that ask for it, the first by name.
pub(super) fn find_bringers<'a>(documents: impl Iterator<Item = &'a Document>) -> BTreeMap<String, String> {
    let mut bringers: BTreeMap<String, String> = BTreeMap::new();
    for document in documents {
        let find = |path: &[&str]| tree::find(&document.root, path);
        let choice = find(&["spec", "propagation", "namespace"]).map(|choice| &choice.value);
        let names = find(&["metadata", "namespace"]).zip(find(&["metadata", "name"]));
        let names = names.and_then(|(namespace, name)| namespace.as_str().zip(name.as_str()));
        let (Some(Value::Boolean(true) | Value::Mapping(_)), Some((namespace, name))) = (choice, names)
        else {
            continue;
        };
        let first = bringers.entry(namespace.to_owned()).or_insert_with(|| name.to_owned());
        if name < first.as_str() {
            name.clone_into(first);
        }
    }
    bringers
}

/// Reports Apps that ask for one Namespace in different forms (E0428), and Apps on clusters that their Namespace does not
/// come to (`namespace-left-behind`).
pub(super) fn check_namespaces<T>(apps: &[Compiled<T>], diagnostics: &mut Diagnostics) {
    let mut by_namespace: BTreeMap<&str, Vec<&Compiled<T>>> = BTreeMap::new();
    for app in apps {
        by_namespace.entry(&app.name.0).or_default().push(app);
    }
    for (namespace, apps) in by_namespace {
        let mut asking = apps.iter().filter(|app| app.namespace_request.is_some());
        let Some(first) = asking.next() else { continue };
        for other in asking {
            check_agreement(namespace, (first, other), diagnostics);
        }
        for app in apps.iter().filter(|app| app.namespace_request.is_none()) {
            check_reach(namespace, (first, app), diagnostics);
        }
    }
}

fn check_agreement<T>(
    namespace: &str,
    (first, other): (&Compiled<T>, &Compiled<T>),
    diagnostics: &mut Diagnostics,
) {
    let (Some(wanted), Some(differing)) = (&first.namespace_request, &other.namespace_request) else {
        return;
    };
    if wanted.objects == differing.objects {
        return;
    }
    let what = if wanted.objects.first() == differing.objects.first() { "send" } else { "write" };
    let (name, other_name) = (&first.name.1, &other.name.1);
    let message =
        format!("the Apps `{name}` and `{other_name}` {what} the Namespace `{namespace}` differently");
    diagnostics.report(
        Diagnostic::new(codes::NAMESPACES_DIFFER, differing.at, message)
            .with_secondary(wanted.at, format!("`{name}` asks for it here"))
            .with_note("there is one Namespace for all Apps in it: it is sent once, to the clusters of one placement")
            .with_help(
                "ask for it in one App only, whose placement picks every cluster that any of them runs on; an App of \
                 `propagation` and `placement` alone will do",
            ),
    );
}

/// Where no policy sends the Namespace, it goes everywhere.
fn check_reach<T>(
    namespace: &str,
    (first, app): (&Compiled<T>, &Compiled<T>),
    diagnostics: &mut Diagnostics,
) {
    let Some(request) = first.namespace_request.as_ref().filter(|request| request.objects.len() > 1) else {
        return;
    };
    let (Some(reached), Some(needed)) = (&first.clusters, &app.clusters) else { return };
    let left: Vec<&str> = needed.difference(reached).map(String::as_str).collect();
    if left.is_empty() {
        return;
    }
    let (name, bringer) = (&app.name.1, &first.name.1);
    let message = format!(
        "the App `{name}` may run on {}, which the Namespace `{namespace}` does not come to",
        and_list(left)
    );
    diagnostics.report(
        Diagnostic::new(codes::NAMESPACE_LEFT_BEHIND, app.at, message)
            .with_secondary(
                request.at,
                format!("`{bringer}` asks for the Namespace, and its placement counts"),
            )
            .with_note("without its Namespace, a cluster refuses every object of the App")
            .with_help("ask for the Namespace in an App whose placement picks these clusters too"),
    );
}

/// Tells whether this is the App that brings its Namespace.
pub(super) fn brings<T>(app: &Compiled<T>, bringers: &BTreeMap<String, String>) -> bool {
    bringers.get(&app.name.0) == Some(&app.name.1)
}
