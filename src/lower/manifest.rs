//! Existing objects that travel with the App.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::gvk::Scope;
use crate::lower::Lowering;
use crate::source::Spanned;
use crate::spec::Manifest;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use crate::yaml::Value;

impl Lowering<'_> {
    /// Takes the objects over; a namespaced one that names no namespace gets the App's. One of a kind that nobody knows counts
    /// as namespaced, unless its namespace is null.
    pub(super) fn lower_manifests(&mut self) -> Vec<Object> {
        let app = self.app;
        let roots = app.spec.manifests.iter().filter_map(|manifest| match manifest {
            Manifest::Object(node) => Some(node),
            Manifest::Path(_) => None,
        });
        let custom_scopes: Vec<(String, String, Scope)> = roots.clone().filter_map(custom_scope).collect();
        let mut objects: Vec<Object> =
            roots.filter_map(|root| self.lower_manifest(root, &custom_scopes)).collect();
        objects.sort_by_key(rank);
        objects
    }

    fn lower_manifest(&mut self, root: &Node, custom: &[(String, String, Scope)]) -> Option<Object> {
        let api_version = self.text_field(root, &["apiVersion"])?;
        let kind = self.text_field(root, &["kind"])?;
        let name = self.text_field(root, &["metadata", "name"])?;
        let Ok(gvk) = GroupVersionKind::parse(api_version.value, kind.value) else {
            self.invalid_api_version(api_version);
            return None;
        };
        self.check_kind_release((gvk.group(), gvk.kind()), kind.span);
        let written = tree::find(root, &["metadata", "namespace"]);
        let namespace = written.and_then(Node::as_str);
        let scope = gvk.find_scope().or_else(|| {
            let is_same =
                |(group, kind, _): &&(String, String, Scope)| group == gvk.group() && kind == gvk.kind();
            let says_none = written.is_some_and(|namespace| namespace.value == Value::Null);
            custom.iter().find(is_same).map(|(_, _, scope)| *scope).or(says_none.then_some(Scope::Cluster))
        });
        let mut root = root.clone();
        let namespace = match (scope, namespace) {
            (Some(Scope::Cluster), _) => {
                remove_empty_namespace(&mut root);
                None
            }
            (Some(Scope::Namespaced) | None, Some(namespace)) => Some(namespace.to_owned()),
            (Some(Scope::Namespaced) | None, None) => {
                let namespace = self.namespace().to_owned();
                set_namespace(&mut root, &namespace, name.span);
                Some(namespace)
            }
        };
        let key = ObjectKey { gvk, namespace, name: name.value.to_owned() };
        Some(Object { key, role: Role::Manifest, root })
    }

    /// A text that every object has; its absence is reported.
    fn text_field<'node>(&mut self, root: &'node Node, path: &[&str]) -> Option<Spanned<&'node str>> {
        let found = tree::find(root, path);
        let text = found.and_then(Node::as_str).filter(|text| !text.is_empty());
        if text.is_none() {
            self.missing_object_field(root, path);
        }
        Some(Spanned::new(text?, found?.span))
    }
}

/// What other manifests need comes before them: namespaces, and definitions of kinds.
fn rank(object: &Object) -> usize {
    let needed = ["Namespace", "CustomResourceDefinition"];
    needed.iter().position(|kind| *kind == object.key.gvk.kind()).unwrap_or(needed.len())
}

/// The scope that a `CustomResourceDefinition` among the manifests gives to its kind.
fn custom_scope(root: &Node) -> Option<(String, String, Scope)> {
    let text = |path: &[&str]| tree::find(root, path).and_then(Node::as_str);
    if text(&["kind"]) != Some("CustomResourceDefinition") {
        return None;
    }
    let scope = if text(&["spec", "scope"]) == Some("Cluster") { Scope::Cluster } else { Scope::Namespaced };
    Some((text(&["spec", "group"])?.to_owned(), text(&["spec", "names", "kind"])?.to_owned(), scope))
}

/// Null says that an object lives in no namespace; the object itself says nothing then.
fn remove_empty_namespace(root: &mut Node) {
    let Value::Mapping(object) = &mut root.value else { return };
    let Some(Value::Mapping(metadata)) = object.get_mut("metadata").map(|metadata| &mut metadata.value)
    else {
        return;
    };
    if metadata.get("namespace").is_some_and(|namespace| namespace.value == Value::Null) {
        metadata.remove("namespace");
    }
}

/// Writes the namespace behind the name.
fn set_namespace(root: &mut Node, namespace: &str, at: crate::source::Span) {
    let Value::Mapping(mapping) = &mut root.value else { return };
    let Some(metadata) = mapping.entry("metadata").cloned() else { return };
    let mut rewritten = tree::Map::new(metadata.value.span);
    for entry in metadata.value.as_mapping().into_iter().flatten() {
        rewritten.set_written(&entry.key, entry.value.clone());
    }
    rewritten.set("namespace", tree::text(at, namespace));
    let value = rewritten.in_order(&["name", "namespace"], &[]).into_node();
    mapping.insert(Entry { key: metadata.key, value });
}
