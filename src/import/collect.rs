//! Finds the objects in what was read: Lists taken apart, what the server set taken away, each object once.

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::import::compare::is_secret;
use crate::import::defaults::drop_defaults;
use crate::import::diagnostics;
use crate::import::leave_out::MadeClaims;
use crate::import::leave_out::Reason;
use crate::import::leave_out::reason_to_leave_out;
use crate::import::references::text;
use crate::import::strip::find_mut;
use crate::import::strip::strip;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::gvk::Scope;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What is imported of objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// What becomes of fields that have their default.
    pub defaults: Defaults,
    /// What becomes of the values of Secrets.
    pub secrets: Secrets,
}

/// What becomes of fields that have their default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Defaults {
    /// They are left out.
    #[default]
    Dropped,
    /// They are kept.
    Kept,
}

/// What becomes of the values of Secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Apps only refer to the Secrets.
    #[default]
    Referred,
    /// Apps hold them.
    Copied,
}

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

impl Original {
    /// The object as the API server holds it, with its namespace.
    pub(super) fn template(&self) -> Json {
        let mut template = self.root.to_json();
        if let (Some(metadata), Some(namespace)) =
            (template.get_mut("metadata").and_then(Json::as_object_mut), &self.key.namespace)
        {
            metadata.insert("namespace".to_owned(), Json::from(namespace.as_str()));
        }
        template
    }
}

/// All objects that were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    /// The objects in the order written; no two with one key.
    pub objects: Vec<Original>,
    /// Karmada's clusters, and lists of them.
    pub clusters: Vec<Node>,
    /// Karmada's policies, in the order written.
    pub policies: Vec<Original>,
    /// The Secrets whose values are not copied.
    pub secrets: BTreeMap<ObjectKey, Original>,
    /// What objects are where something changes them on their way to a cluster, by the numbers of the objects.
    pub elsewhere: BTreeMap<usize, Vec<Original>>,
    /// How many objects were left out, by kind and reason.
    pub left_out: BTreeMap<(String, Reason), usize>,
    /// The keys that Secrets must have which are not among the objects.
    pub needed: BTreeMap<ObjectKey, BTreeSet<String>>,
    /// Where in `objects` an object stands.
    places: BTreeMap<ObjectKey, usize>,
}

impl Collection {
    /// An object, if it was among those that were read.
    pub(super) fn find(&self, key: &ObjectKey) -> Option<&Original> {
        let place = self.places.get(key);
        place.and_then(|place| self.objects.get(*place)).or_else(|| self.secrets.get(key))
    }

    /// Takes an object that is not there yet.
    pub(super) fn push(&mut self, original: Original) {
        self.places.insert(original.key.clone(), self.objects.len());
        self.objects.push(original);
    }

    /// Tells whether an object is among those that Apps have.
    pub(super) fn has_object(&self, key: &ObjectKey) -> bool {
        self.places.contains_key(key)
    }

    /// The keys that a Secret whose values are not copied is known to have, or must have, sorted.
    pub(super) fn keys_of(&self, key: &ObjectKey) -> Vec<String> {
        match self.secrets.get(key) {
            Some(secret) => secret_keys(&secret.root),
            None => self.needed.get(key).into_iter().flatten().cloned().collect(),
        }
    }
}

/// Finds the objects in documents. Reports E0601 to E0603, and E0605.
pub fn collect(documents: &[Document], options: Options, diagnostics: &mut Diagnostics) -> Collection {
    collect_in(documents, &find_scopes(documents), options, diagnostics)
}

/// Finds the objects in documents, of which some custom kinds have these scopes.
pub(super) fn collect_in(
    documents: &[Document],
    scopes: &Scopes,
    options: Options,
    diagnostics: &mut Diagnostics,
) -> Collection {
    let mut found: Vec<Node> = Vec::new();
    let mut collection = Collection::default();
    for document in documents {
        match document.kind {
            DocumentKind::App | DocumentKind::Fleet => {
                diagnostics.report(diagnostics::own_document(&document.root));
            }
            // Raised before, to objects.
            DocumentKind::Score => {}
            DocumentKind::Clusters => collection.clusters.push(document.root.clone()),
            DocumentKind::Other if is_kustomization(&document.root) => {
                if let Some(change) = change_of(&document.root) {
                    diagnostics.report(diagnostics::kustomization(change));
                }
            }
            DocumentKind::Other => take_apart(&document.root, &mut found),
        }
    }
    let claims = MadeClaims::of(&found);
    let mut collector = Collector { collection, scopes, claims, options, diagnostics };
    for root in found {
        collector.take(root);
    }
    collector.collection
}

fn is_kustomization(root: &Node) -> bool {
    text(root, &["apiVersion"]).is_some_and(|version| version.starts_with("kustomize.config.k8s.io/"))
}

/// The first key by which a kustomization does more than list files.
fn change_of(root: &Node) -> Option<&Entry> {
    let is_list = |key: &str| matches!(key, "apiVersion" | "kind" | "metadata" | "resources");
    root.as_mapping()?.iter().find(|entry| !is_list(&entry.key.value))
}

/// An object, or those of a list.
fn take_apart(root: &Node, found: &mut Vec<Node>) {
    let kind = text(root, &["kind"]).unwrap_or_default();
    let items = tree::get(root, "items").and_then(Node::as_sequence);
    match items.filter(|_| kind.ends_with("List")) {
        Some(items) => items.iter().for_each(|item| take_apart(&with_kind(item, root, kind), found)),
        None => found.push(root.clone()),
    }
}

/// The scopes of kinds whose definition is among the objects, by group and kind.
pub(super) type Scopes = BTreeMap<(String, String), Scope>;

/// Finds the scopes of custom kinds.
pub(super) fn find_scopes<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Scopes {
    let mut found = Vec::new();
    for document in documents.into_iter().filter(|document| document.kind == DocumentKind::Other) {
        find_definitions(&document.root, "", &mut found);
    }
    found.into_iter().collect()
}

/// A definition, or those of a list; an item of a list need not say what it is.
fn find_definitions(root: &Node, list: &str, found: &mut Vec<((String, String), Scope)>) {
    let kind = text(root, &["kind"]).unwrap_or_else(|| list.strip_suffix("List").unwrap_or_default());
    if kind == "CustomResourceDefinition" {
        found.extend(custom_scope(root));
    }
    let items = tree::get(root, "items").and_then(Node::as_sequence).filter(|_| kind.ends_with("List"));
    items.into_iter().flatten().for_each(|item| find_definitions(item, kind, found));
}

struct Collector<'a> {
    collection: Collection,
    scopes: &'a Scopes,
    claims: MadeClaims,
    options: Options,
    diagnostics: &'a mut Diagnostics,
}

impl Collector<'_> {
    fn take(&mut self, mut root: Node) {
        let (Some(api_version), Some(kind)) = (written(&root, "apiVersion"), written(&root, "kind")) else {
            self.diagnostics.report(diagnostics::no_object(&root));
            return;
        };
        let Ok(gvk) = GroupVersionKind::parse(api_version.value, kind.value) else {
            self.diagnostics.report(diagnostics::invalid_api_version(api_version));
            return;
        };
        let Some(name) = tree::get(&root, "metadata").and_then(|metadata| written(metadata, "name")) else {
            self.diagnostics.report(diagnostics::nameless(&gvk, &root));
            return;
        };
        let namespace = match self.scope(&gvk, &root) {
            Scope::Cluster => None,
            Scope::Namespaced => {
                Some(text(&root, &["metadata", "namespace"]).unwrap_or(default_namespace()).to_owned())
            }
        };
        let key = ObjectKey { gvk, namespace, name: name.value.to_owned() };
        let at = name.span;
        if let Some(reason) = reason_to_leave_out(&key, &root, &self.claims) {
            let kind = key.gvk.kind().to_owned();
            *self.collection.left_out.entry((kind, reason)).or_default() += 1;
            return;
        }
        strip(&mut root);
        if is_policy(&key) {
            use_new_names(&mut root);
            self.add_policy(Original { key, root, at });
            return;
        }
        match self.options.defaults {
            Defaults::Dropped => drop_defaults(&mut root),
            Defaults::Kept => {}
        }
        self.add(Original { key, root, at });
    }

    /// The scope of a kind; of one that nobody defines, what the object looks like: one that a server gave out says its
    /// namespace, if it has one.
    fn scope(&self, gvk: &GroupVersionKind, root: &Node) -> Scope {
        let custom = (gvk.group().to_owned(), gvk.kind().to_owned());
        let known = gvk.find_scope().or_else(|| self.scopes.get(&custom).copied());
        let is_of_server = tree::find(root, &["metadata", "uid"]).is_some();
        known.unwrap_or_else(|| {
            let has_namespace = text(root, &["metadata", "namespace"]).is_some();
            if !has_namespace && (is_of_server || gvk.kind().starts_with("Cluster")) {
                Scope::Cluster
            } else {
                Scope::Namespaced
            }
        })
    }

    fn add_policy(&mut self, policy: Original) {
        let known = self.collection.policies.iter().find(|known| known.key == policy.key);
        match known {
            Some(first) if first.root.to_json() != policy.root.to_json() => {
                self.diagnostics.report(diagnostics::duplicate(&policy, first.at));
            }
            Some(_) => {}
            None => self.collection.policies.push(policy),
        }
    }

    /// Takes an object that is there once; a second one that says the same adds nothing.
    fn add(&mut self, original: Original) {
        if is_secret(&original.key) && self.options.secrets == Secrets::Referred {
            self.collection.secrets.insert(original.key.clone(), original);
            return;
        }
        let collection = &mut self.collection;
        let place = collection.places.get(&original.key).copied();
        let Some(first) = place.and_then(|place| collection.objects.get(place)) else {
            collection.push(original);
            return;
        };
        if first.root.to_json() != original.root.to_json() {
            self.diagnostics.report(diagnostics::duplicate(&original, first.at));
        }
    }
}

/// Tells whether an object is one of Karmada's policies that send objects, or change them on their way.
fn is_policy(key: &ObjectKey) -> bool {
    const KINDS: &[&str] =
        &["PropagationPolicy", "ClusterPropagationPolicy", "OverridePolicy", "ClusterOverridePolicy"];
    key.gvk.api_version() == POLICY_API_VERSION && KINDS.contains(&key.gvk.kind())
}

/// The names that purge modes have had since Karmada 1.15; a build for an older version writes the old ones.
fn use_new_names(root: &mut Node) {
    const NAMES: &[(&str, &str)] = &[("Immediately", "Directly"), ("Graciously", "Gracefully")];
    let Some(mode) = find_mut(root, &["spec", "failover", "application", "purgeMode"]) else { return };
    if let Some((_, new)) = NAMES.iter().find(|(old, _)| mode.as_str() == Some(old)) {
        *mode = tree::text(mode.span, *new);
    }
}

fn secret_keys(root: &Node) -> Vec<String> {
    let fields = ["data", "stringData"].iter().filter_map(|field| tree::get(root, field)?.as_mapping());
    let mut keys: Vec<String> = fields.flatten().map(|entry| entry.key.value.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The scope that a `CustomResourceDefinition` gives to its kind.
fn custom_scope(root: &Node) -> Option<((String, String), Scope)> {
    let scope =
        if text(root, &["spec", "scope"]) == Some("Cluster") { Scope::Cluster } else { Scope::Namespaced };
    let kind = text(root, &["spec", "names", "kind"])?.to_owned();
    Some(((text(root, &["spec", "group"])?.to_owned(), kind), scope))
}

/// An item of a list such as `DeploymentList` need not say what it is.
fn with_kind(item: &Node, list: &Node, kind: &str) -> Node {
    let Value::Mapping(mapping) = &item.value else { return item.clone() };
    let own = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
    let (Some(kind), Some(api_version)) = (own, written(list, "apiVersion")) else { return item.clone() };
    let mut mapping = mapping.clone();
    for (key, value) in [("apiVersion", api_version.value), ("kind", kind)] {
        if mapping.get(key).is_none() {
            let key = Spanned::new(key.to_owned(), item.span);
            mapping.insert(Entry { key, value: tree::text(item.span, value) });
        }
    }
    Node { value: Value::Mapping(mapping), span: item.span }
}

/// A text that is not empty.
fn written<'a>(node: &'a Node, key: &str) -> Option<Spanned<&'a str>> {
    let found = tree::get(node, key)?;
    let text = found.as_str().filter(|text| !text.is_empty())?;
    Some(Spanned::new(text, found.span))
}
