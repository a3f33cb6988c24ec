//! What is to be said about the objects of several clusters.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::import::Original;
use crate::import::diagnostics::describe;
use crate::import::members::Clusters;
use crate::import::members::copies::Copy;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;

pub(super) fn of_control_plane((kind, at): (&str, Span), cluster: &str) -> Diagnostic {
    let message = format!("a {kind} does nothing on the cluster `{cluster}`");
    Diagnostic::new(codes::CONTROL_PLANE_OBJECT, at, message)
        .with_note("Karmada reads it on its control plane alone")
        .with_help("import what the control plane has by itself, without `--cluster`")
}

pub(super) fn workload_of_score(root: &Node) -> Diagnostic {
    let at = tree::get(root, "apiVersion").map_or(root.span, |version| version.span);
    Diagnostic::new(codes::NO_OBJECT, at, "a workload of Score is no object that a cluster has")
        .with_help("import it by itself, without `--cluster`")
}

pub(super) fn versions_differ(second: &Copy, first: &Copy) -> Diagnostic {
    let version = |copy: &Copy| copy.original.key.gvk.api_version();
    let (one, other) = (&second.original, &first.original);
    let message = format!(
        "the {} is `{}` on {}, and `{}` on {}",
        describe(one),
        version(second),
        names(&second.clusters),
        version(first),
        names(&first.clusters)
    );
    let kind = other.key.gvk.kind().to_lowercase();
    let (group, number) = (other.key.gvk.group(), other.key.gvk.version());
    Diagnostic::new(codes::VERSIONS_OF_CLUSTERS, one.at, message)
        .with_secondary(other.at, format!("`{}`", version(first)))
        .with_note("Karmada takes these for two objects, and tracks both under one name")
        .with_help(format!("ask all clusters for one version: `kubectl get {kind}.{number}.{group} -o yaml`"))
}

pub(super) fn namespace_of_some(namespace: &Original, others: &[&str]) -> Diagnostic {
    let message = format!(
        "the {} comes to {} too: Karmada creates every namespace on every cluster",
        describe(namespace),
        and_list(others.iter().copied())
    );
    Diagnostic::new(codes::NAMESPACE_EVERYWHERE, namespace.at, message).with_help(
        "where that matters, have an App send it where the App goes: `propagation: {namespace: true}`",
    )
}

pub(super) fn secrets_differ(secret: &Original, copies: &[Clusters]) -> Diagnostic {
    let copies: Vec<String> = copies.iter().map(names).collect();
    let (first, others) = copies
        .split_first()
        .map_or((String::new(), String::new()), |(first, others)| (first.clone(), others.join(" and on ")));
    let message = format!("the Secret `{}` on {first} has other values than on {others}", secret.key.name);
    Diagnostic::new(codes::SECRETS_DIFFER, secret.at, message)
        .with_note("the Apps refer to the Secret on the control plane, which is the same for all clusters")
        .with_help("put an OverridePolicy for the Secret beside it, or import with `--with-secrets`")
}

fn names(clusters: &Clusters) -> String {
    and_list(clusters.iter().map(String::as_str))
}
