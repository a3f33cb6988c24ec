//! One item of a list.

use crate::document::Attachments;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::k8s::tool_annotation;
use crate::krm::annotation;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::write;
use serde_json::Value;
use serde_json::json;

/// One item, or what stands as `functionConfig`.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// What it says.
    pub(super) root: Node,
    /// Whose it is.
    pub(super) kind: DocumentKind,
    /// Its lines from its dash on, as they are written; nothing where it does not stand on lines of its own.
    pub(super) lines: Option<String>,
}

impl Item {
    /// An annotation.
    pub(super) fn annotation(&self, name: &str) -> Option<&str> {
        self.annotation_node(name).and_then(Node::as_str)
    }

    /// An annotation with its place.
    pub(super) fn annotation_node(&self, name: &str) -> Option<&Node> {
        tree::find(&self.root, &["metadata", "annotations", name])
    }

    /// The path of the item's file in its package, with its place.
    pub(super) fn path(&self) -> Option<&Node> {
        tool_annotation::PATH.iter().find_map(|name| self.annotation_node(name))
    }

    /// The place of the item in its file, from 0.
    pub(super) fn index(&self) -> usize {
        let written = tool_annotation::INDEX.iter().find_map(|name| self.annotation(name));
        written.and_then(|index| index.parse().ok()).unwrap_or_default()
    }

    /// Tells whether the item is never applied to a cluster.
    pub(super) fn is_local_config(&self) -> bool {
        self.annotation(tool_annotation::LOCAL_CONFIG) == Some("true")
    }

    /// Namespace and name of the App that the item was made from by an earlier run.
    pub(super) fn owner(&self) -> Option<(&str, &str)> {
        self.annotation(annotation::OWNER)?.split_once('/')
    }

    /// Namespace and name; an item without a namespace is in `default`.
    pub(super) fn name(&self) -> (&str, &str) {
        let text = |key: &str| tree::find(&self.root, &["metadata", key]).and_then(Node::as_str);
        (text("namespace").unwrap_or("default"), text("name").unwrap_or_default())
    }

    /// The tools' notes.
    pub(super) fn notes(&self) -> Vec<(String, Value)> {
        let annotations = tree::find(&self.root, &["metadata", "annotations"]).and_then(Node::as_mapping);
        let notes =
            annotations.into_iter().flatten().filter(|entry| tool_annotation::is_transient(&entry.key.value));
        notes.map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect()
    }

    /// The value without the tools' notes.
    pub(super) fn to_plain_json(&self) -> Value {
        annotation::without_transient(self.root.to_json())
    }

    /// The item as a document of the list's text.
    pub(super) fn to_document(&self) -> Document {
        let (root, span) = (self.root.clone(), self.root.span);
        Document {
            kind: self.kind,
            file: span.file,
            span,
            root,
            attachments: Attachments::default(),
            origins: Vec::new(),
        }
    }

    /// The item as part of a list.
    pub(super) fn written(&self) -> String {
        self.lines.clone().unwrap_or_else(|| write_item(&self.root.to_json()))
    }
}

/// Writes a value as part of a list.
pub(super) fn write_item(value: &Value) -> String {
    write(&json!([value]))
}
