//! Finds the objects in what was read: Lists taken apart, what the server set taken away, each object once.

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::import::diagnostics;
use crate::import::strip::strip;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::gvk::Scope;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use crate::yaml::Value;
use std::collections::BTreeMap;

/// An object as a person would have written it.
#[derive(Debug, Clone, PartialEq)]
pub struct Original {
    /// What names it; a namespaced object that names no namespace is in `default`.
    pub key: ObjectKey,
    /// What it says, without what the server set.
    pub root: Node,
    /// The place of its name.
    pub at: Span,
}

/// All objects that were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    /// The objects in the order written; no two with one key.
    pub objects: Vec<Original>,
    /// Karmada's clusters, and lists of them.
    pub clusters: Vec<Node>,
}

/// Finds the objects in documents, and reports E0601 to E0603.
pub fn collect(documents: &[Document], diagnostics: &mut Diagnostics) -> Collection {
    let mut collector = Collector { collection: Collection::default(), places: BTreeMap::new(), diagnostics };
    for document in documents {
        match document.kind {
            DocumentKind::App | DocumentKind::Fleet => {
                collector.diagnostics.report(diagnostics::own_document(&document.root));
            }
            DocumentKind::Clusters => collector.collection.clusters.push(document.root.clone()),
            DocumentKind::Other => collector.take(&document.root),
        }
    }
    collector.collection
}

struct Collector<'a> {
    collection: Collection,
    /// Where in the collection an object stands.
    places: BTreeMap<ObjectKey, usize>,
    diagnostics: &'a mut Diagnostics,
}

impl Collector<'_> {
    /// Takes an object, or those of a list.
    fn take(&mut self, root: &Node) {
        let kind = text(root, "kind").map_or("", |kind| kind.value);
        let items = tree::get(root, "items").and_then(Node::as_sequence);
        let Some(items) = items.filter(|_| kind.ends_with("List")) else {
            return self.take_object(root);
        };
        for item in items {
            self.take(&with_kind(item, root, kind));
        }
    }

    fn take_object(&mut self, root: &Node) {
        let (Some(api_version), Some(kind)) = (text(root, "apiVersion"), text(root, "kind")) else {
            self.diagnostics.report(diagnostics::no_object(root));
            return;
        };
        let Ok(gvk) = GroupVersionKind::parse(api_version.value, kind.value) else {
            self.diagnostics.report(diagnostics::invalid_api_version(api_version));
            return;
        };
        let metadata = tree::get(root, "metadata");
        let Some(name) = metadata.and_then(|metadata| text(metadata, "name")) else {
            self.diagnostics.report(diagnostics::nameless(&gvk, root));
            return;
        };
        let namespace = match gvk.find_scope() {
            Some(Scope::Cluster) => None,
            Some(Scope::Namespaced) | None => {
                let written = metadata.and_then(|metadata| text(metadata, "namespace"));
                Some(written.map_or(default_namespace(), |namespace| namespace.value).to_owned())
            }
        };
        let key = ObjectKey { gvk, namespace, name: name.value.to_owned() };
        self.add(Original { root: strip(root), at: name.span, key });
    }

    /// Takes an object that is there once; a second one that says the same adds nothing.
    fn add(&mut self, original: Original) {
        let Some(first) =
            self.places.get(&original.key).and_then(|place| self.collection.objects.get(*place))
        else {
            self.places.insert(original.key.clone(), self.collection.objects.len());
            self.collection.objects.push(original);
            return;
        };
        if first.root.to_json() != original.root.to_json() {
            self.diagnostics.report(diagnostics::duplicate(&original, first.at));
        }
    }
}

/// An item of a list such as `DeploymentList` need not say what it is.
fn with_kind(item: &Node, list: &Node, kind: &str) -> Node {
    let Value::Mapping(mapping) = &item.value else { return item.clone() };
    let mut mapping = mapping.clone();
    let own = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
    let (Some(kind), Some(api_version)) = (own, text(list, "apiVersion")) else { return item.clone() };
    for (key, value) in [("apiVersion", api_version.value), ("kind", kind)] {
        if mapping.get(key).is_none() {
            let key = Spanned::new(key.to_owned(), item.span);
            mapping.insert(Entry { key, value: tree::text(item.span, value) });
        }
    }
    Node { value: Value::Mapping(mapping), span: item.span }
}

/// A text that is not empty.
fn text<'a>(node: &'a Node, key: &str) -> Option<Spanned<&'a str>> {
    let found = tree::get(node, key)?;
    let text = found.as_str().filter(|text| !text.is_empty())?;
    Some(Spanned::new(text, found.span))
}
