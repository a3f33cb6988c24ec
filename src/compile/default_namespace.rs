//! The namespace of the command line: where Apps and objects live that name none.

use crate::control_plane::Scopes;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::Scope;
use crate::source::SourceMap;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use std::path::PathBuf;

/// Writes the namespace into every App and every namespaced object that names none. A kind that nobody knows counts as namespaced.
pub(super) fn give_namespace(documents: &mut [Document], namespace: Option<&str>, sources: &mut SourceMap) {
    let Some(namespace) = namespace else { return };
    let flag = add_flag("--namespace", namespace, sources);
    let scopes = Scopes::of(documents.iter().flat_map(|document| tree::objects(&document.root)));
    for document in documents {
        match document.kind {
            DocumentKind::App => set_namespace(&mut document.root, &flag),
            DocumentKind::Other => {
                for object in tree::objects_mut(&mut document.root) {
                    if is_namespaced(object, &scopes) {
                        set_namespace(object, &flag);
                    }
                }
            }
            DocumentKind::Fleet | DocumentKind::Clusters | DocumentKind::Score => {}
        }
    }
}

fn is_namespaced(object: &Node, scopes: &Scopes) -> bool {
    let text = |key: &str| tree::get(object, key).and_then(Node::as_str);
    let names = text("apiVersion").zip(text("kind"));
    let gvk = names.and_then(|(version, kind)| GroupVersionKind::parse(version, kind).ok());
    gvk.is_some_and(|gvk| scopes.find(&gvk) != Some(Scope::Cluster))
}

fn set_namespace(root: &mut Node, flag: &Node) {
    let names_one = tree::find(root, &["metadata", "namespace"]).is_some();
    if let Some(namespace) = flag.as_str().filter(|_| !names_one) {
        tree::set_namespace(root, namespace, flag.span);
    }
}

/// Makes a text of what a flag says, so that faults can point into it.
pub(super) fn add_flag(flag: &str, value: &str, sources: &mut SourceMap) -> Node {
    let file = sources.add(PathBuf::from(flag), value.to_owned());
    let end = u32::try_from(value.len()).unwrap_or(u32::MAX);
    tree::text(Span { file, start: 0, end }, value)
}
