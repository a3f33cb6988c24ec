//! One object of the input, as the rules look at it.

use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::Scope;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::lint::Given;
use crate::lint::place;
use crate::lint::place::Place;
use crate::lint::place::first_key;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// The group of policies.
pub(super) const POLICY_GROUP: &str = "policy.karmada.io";

/// How deep a list of lists is looked into.
const DEEPEST_LIST: usize = 4;

/// Who wrote an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// The user: everything in it is checked.
    User,
    /// Pelago, from an App.
    Pelago,
}

/// The kinds of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyKind {
    /// Sends objects to clusters.
    Propagation,
    /// Changes objects for clusters.
    Override,
}

/// One object.
#[derive(Debug, Clone)]
pub(super) struct Object<'a> {
    /// What it says.
    pub(super) root: &'a Node,
    /// The same without places.
    pub(super) json: Json,
    /// Its `apiVersion`.
    pub(super) api_version: &'a str,
    /// Its kind.
    pub(super) kind: &'a str,
    /// Its namespace, where one is written; otherwise it may be applied to any.
    pub(super) namespace: Option<&'a str>,
    /// Its name; empty where none is written.
    pub(super) name: &'a str,
    /// Who wrote it.
    pub(super) author: Author,
}

/// What names an object: apiVersion, kind, namespace, and name.
type Identity<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

impl<'a> Object<'a> {
    fn read(root: &'a Node, author: Author) -> Option<Self> {
        let text = |path: &[&str]| tree::find(root, path).and_then(Node::as_str);
        Some(Self {
            root,
            json: root.to_json(),
            api_version: text(&["apiVersion"])?,
            kind: text(&["kind"])?,
            namespace: text(&["metadata", "namespace"]).filter(|namespace| !namespace.is_empty()),
            name: text(&["metadata", "name"]).unwrap_or_default(),
            author,
        })
    }

    fn identity(&self) -> Identity<'a> {
        (self.api_version, self.kind, self.namespace, self.name)
    }

    /// The place that stands for the object: its name.
    pub(super) fn at(&self) -> Span {
        match tree::find(self.root, &["metadata", "name"]) {
            Some(name) => name.span,
            None => self.span("/kind"),
        }
    }

    /// The place of a field, by its JSON pointer.
    pub(super) fn place(&self, pointer: &str) -> Place<'a> {
        place::find(self.root, pointer)
    }

    /// The smallest text that stands for a field.
    pub(super) fn span(&self, pointer: &str) -> Span {
        self.place(pointer).span()
    }

    /// The key of a field, or what stands for the item of a list.
    pub(super) fn key(&self, pointer: &str) -> Span {
        let place = self.place(pointer);
        place.key.unwrap_or_else(|| first_key(place.node))
    }

    /// The kind and the name, as a message has them.
    pub(super) fn title(&self) -> String {
        format!("the {} `{}`", self.kind, self.name)
    }

    /// The group of its `apiVersion`; empty for the core group.
    pub(super) fn group(&self) -> &'a str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// What kind of policy it is, if any.
    pub(super) fn policy_kind(&self) -> Option<PolicyKind> {
        if self.group() != POLICY_GROUP {
            return None;
        }
        match self.kind {
            "PropagationPolicy" | "ClusterPropagationPolicy" => Some(PolicyKind::Propagation),
            "OverridePolicy" | "ClusterOverridePolicy" => Some(PolicyKind::Override),
            _ => None,
        }
    }

    /// Whether it is a policy of the one version there is.
    pub(super) fn is_known_policy(&self) -> bool {
        self.policy_kind().is_some() && self.api_version == POLICY_API_VERSION
    }

    /// Its scope, where the kind is one of Kubernetes' own.
    pub(super) fn scope(&self) -> Option<Scope> {
        scope_of(self.api_version, self.kind)
    }

    /// A label; none where there is no such label, or it is no text.
    pub(super) fn label(&self, key: &str) -> Option<&str> {
        self.json.get("metadata")?.get("labels")?.get(key)?.as_str()
    }
}

/// The scope of one of Kubernetes' own kinds.
pub(super) fn scope_of(api_version: &str, kind: &str) -> Option<Scope> {
    GroupVersionKind::parse(api_version, kind).ok()?.find_scope()
}

/// Takes the objects out of the documents, those in lists too. Left out is a document with a fault that was told before,
/// a patch of kustomize, which is only a part of an object, and what an App becomes: a build may have been written there.
pub(super) fn collect<'a>(given: &Given<'a>) -> Vec<Object<'a>> {
    let emitted = given.emitted.iter().filter_map(|object| Object::read(&object.root, Author::Pelago));
    let emitted: Vec<Object<'_>> = emitted.collect();
    let built: BTreeSet<Identity<'_>> = emitted.iter().map(Object::identity).collect();
    // A file that an App names under `manifests` is that App's.
    let taken: BTreeSet<Span> = given.emitted.iter().map(|object| object.root.span).collect();
    let patches = find_patches(given);
    let mut objects = Vec::new();
    for document in given.documents {
        let is_patch = patches.contains(&given.sources.file(document.file).path);
        let is_taken = tree::objects(&document.root).iter().any(|object| taken.contains(&object.span));
        if !is_patch && !is_taken && !has_fault(&document.root) {
            take(&document.root, DEEPEST_LIST, &mut objects);
        }
    }
    objects.retain(|object| !built.contains(&object.identity()));
    objects.extend(emitted);
    objects
}

fn take<'a>(root: &'a Node, depth: usize, objects: &mut Vec<Object<'a>>) {
    let Some(object) = Object::read(root, Author::User) else { return };
    let items = tree::get(root, "items").and_then(Node::as_sequence);
    match items.filter(|_| object.kind.ends_with("List") && depth > 0) {
        Some(items) => {
            for item in items {
                take(item, depth - 1, objects);
            }
        }
        None if object.group() == "kustomize.config.k8s.io" => {}
        None => objects.push(object),
    }
}

fn has_fault(node: &Node) -> bool {
    match &node.value {
        Value::Poisoned => true,
        Value::Sequence(items) => items.iter().any(has_fault),
        Value::Mapping(mapping) => mapping.iter().any(|entry| has_fault(&entry.value)),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The files that a kustomization names as patches.
fn find_patches(given: &Given<'_>) -> BTreeSet<PathBuf> {
    let mut patches = BTreeSet::new();
    for document in given.documents {
        let path = &given.sources.file(document.file).path;
        let is_kustomization = path.file_stem().is_some_and(|name| name == "kustomization");
        let Some(folder) = path.parent().filter(|_| is_kustomization) else { continue };
        let lists = ["patches", "patchesStrategicMerge", "patchesJson6902"];
        let lists = lists.iter().filter_map(|list| tree::get(&document.root, list)?.as_sequence());
        for item in lists.flatten() {
            let named = item.as_str().or_else(|| tree::get(item, "path").and_then(Node::as_str));
            patches.extend(named.map(|named| tidy(&folder.join(named))));
        }
    }
    patches
}

/// The same path without `.` and `..`, as files are named.
fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for component in path.components() {
        match component.as_os_str().to_str() {
            Some(".") => {}
            Some("..") if tidied.file_name().is_some() => {
                tidied.pop();
            }
            _ => tidied.push(component),
        }
    }
    tidied
}
