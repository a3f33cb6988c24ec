//! Existing objects that travel with the App: those that it names, and those of a stream.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::control_plane::Scopes;
use crate::k8s::fields::kind_versions;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::gvk::Scope;
use crate::k8s::kinds::Kinds;
use crate::k8s::kinds::explain_kind;
use crate::lower::Lowering;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Manifest;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use std::collections::BTreeSet;

/// What is known of the kinds of the objects.
struct Known {
    scopes: Scopes,
    kinds: Kinds,
    /// Those whose scope is not known, which was told.
    told: BTreeSet<GroupVersionKind>,
}

impl Lowering<'_> {
    /// Takes over the objects that the App names, a list as its objects, then those of the stream. A namespaced one that names no
    /// namespace gets the App's. One of a kind that nobody knows counts as namespaced, unless its namespace is null.
    pub(super) fn lower_manifests(&mut self, stream: Vec<Node>) -> Vec<Object> {
        let app = self.app;
        let named = app.spec.manifests.iter().filter_map(|manifest| match manifest {
            Manifest::Object(node) => Some(node),
            Manifest::Path(_) => None,
        });
        let named: Vec<&Node> = named.flat_map(tree::objects).collect();
        let others = stream.iter().chain(self.world.found.values());
        let scopes = Scopes::of(named.iter().copied().chain(others));
        if app.metadata.namespace.is_none()
            && let Some(homeless) = stream.iter().find_map(|root| find_homeless(root, &scopes))
        {
            self.namespace_not_said(homeless);
        }
        let kinds = Kinds::new(self.world.kubernetes.version);
        let mut known = Known { scopes, kinds, told: BTreeSet::new() };
        let named = named.into_iter().map(|root| (root.clone(), Role::Manifest));
        let streamed = stream.into_iter().map(|root| (root, Role::Streamed));
        let mut objects = Vec::new();
        for (root, role) in named.chain(streamed) {
            objects.extend(self.lower_manifest(root, (role, &mut known)));
        }
        objects.sort_by_key(rank);
        objects
    }

    fn lower_manifest(&mut self, mut root: Node, (role, known): (Role, &mut Known)) -> Option<Object> {
        let api_version = self.text_field((&root, role), &["apiVersion"])?;
        let kind = self.text_field((&root, role), &["kind"])?;
        let Ok(gvk) = GroupVersionKind::parse(api_version.value, kind.value) else {
            self.invalid_api_version(api_version);
            return None;
        };
        if kind_versions(api_version.value, kind.value).is_empty() {
            let places = (api_version.span, kind.span);
            let written = (api_version.value, kind.value);
            if let Some(diagnostic) = explain_kind(&known.kinds, written, places) {
                self.diagnostics.report(diagnostic);
                return None;
            }
        }
        self.check_kind_release((gvk.group(), gvk.kind()), kind.span);
        if let Some(prefix) = generated_name(&root) {
            self.generated_name(gvk.kind(), prefix);
            return None;
        }
        let name = self.text_field((&root, role), &["metadata", "name"])?;
        let (name, at) = (name.value.to_owned(), name.span);
        let written = tree::find(&root, &["metadata", "namespace"]);
        let says_none = written.is_some_and(|namespace| namespace.value == Value::Null);
        let scope = known.scopes.find(&gvk).or(says_none.then_some(Scope::Cluster));
        let namespace = match (scope, written.and_then(Node::as_str).map(str::to_owned)) {
            (Some(Scope::Cluster), _) => {
                remove_empty_namespace(&mut root);
                None
            }
            (Some(Scope::Namespaced) | None, Some(namespace)) => Some(namespace),
            (Some(Scope::Namespaced) | None, None) => {
                if scope.is_none() && known.told.insert(gvk.clone()) {
                    self.unknown_scope(&gvk, at);
                }
                let namespace = self.namespace().to_owned();
                tree::set_namespace(&mut root, &namespace, at);
                Some(namespace)
            }
        };
        Some(Object { key: ObjectKey { gvk, namespace, name }, role, root })
    }

    /// A text that every object has; its absence is reported.
    fn text_field<'node>(
        &mut self,
        (root, role): (&'node Node, Role),
        path: &[&str],
    ) -> Option<Spanned<&'node str>> {
        let found = tree::find(root, path);
        let text = found.and_then(Node::as_str).filter(|text| !text.is_empty());
        if text.is_none() {
            self.missing_object_field((root, role), path);
        }
        Some(Spanned::new(text?, found?.span))
    }
}

/// What other manifests need comes before them: namespaces, and definitions of kinds. A stream keeps its order.
fn rank(object: &Object) -> (Role, usize) {
    let needed = ["Namespace", "CustomResourceDefinition"];
    let place = needed.iter().position(|kind| *kind == object.key.gvk.kind());
    let place = place.filter(|_| object.role == Role::Manifest);
    (object.role, place.unwrap_or(needed.len()))
}

/// The kind of an object that has to be in a namespace and names none, and the place of its name.
fn find_homeless<'a>(root: &'a Node, scopes: &Scopes) -> Option<Spanned<&'a str>> {
    let text = |path: &[&str]| tree::find(root, path).and_then(Node::as_str);
    let kind = text(&["kind"])?;
    let gvk = GroupVersionKind::parse(text(&["apiVersion"])?, kind).ok()?;
    let name = tree::find(root, &["metadata", "name"])?;
    let is_homeless =
        tree::find(root, &["metadata", "namespace"]).is_none() && scopes.find(&gvk) != Some(Scope::Cluster);
    is_homeless.then(|| Spanned::new(kind, name.span))
}

/// The place of a prefix that the API server makes a name of, where the object has no other.
fn generated_name(root: &Node) -> Option<Span> {
    let has_name = tree::find(root, &["metadata", "name"]).is_some();
    tree::find(root, &["metadata", "generateName"]).filter(|_| !has_name).map(|prefix| prefix.span)
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
