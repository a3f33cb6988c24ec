//! Labels and annotations: those that all objects of an App have, and those of one alone.

use crate::karmada::policy::Metadata;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// The label that every generated object has unless the App says otherwise.
const APP_LABEL: &str = "app";

/// What each object gets from the App.
#[derive(Debug, Clone, Default)]
pub(super) struct Inherited {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    /// What the App must say for it.
    written: (Option<Node>, Option<Node>),
}

impl Inherited {
    /// What the policy of the App's own name has, which gets the same; else the labels that most objects have.
    pub(super) fn of(name: &str, at: Span, (objects, namesake): (&[&Node], Option<&Metadata>)) -> Self {
        let mut labels = namesake
            .map_or_else(|| common_labels(objects), |namesake| namesake.labels.clone().into_iter().collect());
        let mut written = tree::Map::new(at);
        if !objects.is_empty() && !labels.contains_key(APP_LABEL) {
            let has_own_label = |object: &&Node| {
                tree::find(object, &["metadata", "labels", APP_LABEL]).and_then(Node::as_str) == Some(name)
            };
            if namesake.is_none() && objects.iter().any(has_own_label) {
                labels.insert(APP_LABEL.to_owned(), name.to_owned());
            } else {
                written.set(APP_LABEL, null(at));
            }
        }
        for (key, value) in labels.iter().filter(|(key, value)| *key != APP_LABEL || *value != name) {
            written.set(key, tree::text(at, value.as_str()));
        }
        let annotations = namesake.map_or_else(BTreeMap::new, |namesake| {
            let shared = namesake.annotations.iter().filter(|(key, value)| {
                objects.iter().all(|object| {
                    let found = tree::find(object, &["metadata", "annotations", key]);
                    found.and_then(Node::as_str) == Some(value)
                })
            });
            shared.map(|(key, value)| (key.clone(), value.clone())).collect()
        });
        let mut said = tree::Map::new(at);
        for (key, value) in &annotations {
            said.set(key, tree::text(at, value.as_str()));
        }
        let written = (written.into_some(), said.into_some());
        Self { labels: labels.into_iter().collect(), annotations, written }
    }

    /// Adds the labels and annotations of the App.
    pub(super) fn put_written(&self, metadata: &mut tree::Map) {
        metadata.set_some("labels", self.written.0.clone());
        metadata.set_some("annotations", self.written.1.clone());
    }

    /// Adds the labels and annotations that an object must say to have exactly its own.
    pub(super) fn put_own(&self, root: &Node, map: &mut tree::Map) {
        map.set_some("labels", own(tree::find(root, &["metadata", "labels"]), &self.labels, root.span));
        let mut annotations = tree::Map::new(root.span);
        let found = tree::find(root, &["metadata", "annotations"]).and_then(Node::as_mapping);
        for entry in found.into_iter().flatten() {
            if self.annotations.get(&entry.key.value).map(String::as_str) != entry.value.as_str() {
                annotations.set_written(&entry.key, entry.value.clone());
            }
        }
        map.set_some("annotations", annotations.into_some());
    }
}

/// The labels that pods must say: each gets the label `app` otherwise.
pub(super) fn pod_labels(name: &str, template: &Node) -> Option<Node> {
    let inherited = BTreeMap::from([(APP_LABEL.to_owned(), name.to_owned())]);
    own(tree::find(template, &["metadata", "labels"]), &inherited, template.span)
}

/// The only label that a selector asks for where nothing else is written.
pub(super) fn default_selector(template: &Node) -> Option<(&'static str, &str)> {
    let label = tree::find(template, &["metadata", "labels", APP_LABEL]).and_then(Node::as_str)?;
    Some((APP_LABEL, label))
}

/// The labels that are not inherited, and null for those that are and must not be there.
fn own(written: Option<&Node>, inherited: &BTreeMap<String, String>, at: Span) -> Option<Node> {
    let mut labels = tree::Map::new(written.map_or(at, |labels| labels.span));
    let entries = written.and_then(Node::as_mapping);
    for entry in entries.into_iter().flatten() {
        if inherited.get(&entry.key.value).map(String::as_str) != entry.value.as_str() {
            labels.set_written(&entry.key, entry.value.clone());
        }
    }
    for key in inherited.keys() {
        if entries.is_none_or(|entries| entries.get(key).is_none()) {
            labels.set(key, null(at));
        }
    }
    labels.into_some()
}

/// The labels that so many objects have that they are best said once, and taken away from the others; in the order in which
/// they are first written. A label has one value of them.
fn common_labels(objects: &[&Node]) -> IndexMap<String, String> {
    let mut counts: IndexMap<(&str, &str), usize> = IndexMap::new();
    for object in objects {
        let labels = tree::find(object, &["metadata", "labels"]).and_then(Node::as_mapping);
        for entry in labels.into_iter().flatten() {
            if let Some(text) = entry.value.as_str() {
                *counts.entry((&entry.key.value, text)).or_default() += 1;
            }
        }
    }
    let is_common = |count: usize| count == objects.len() || 2 * count > objects.len() + 1;
    let common = counts.into_iter().filter(|(_, count)| is_common(*count));
    common.map(|((key, value), _)| (key.to_owned(), value.to_owned())).collect()
}

/// Nothing.
pub(super) fn null(at: Span) -> Node {
    Node { value: Value::Null, span: at }
}
