//! What an object refers to, and which workloads' pods it selects.

use crate::import::Original;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::selector::LabelSelector;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::find_dependencies;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One object that another refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    /// The object that is referred to.
    pub(super) target: ObjectKey,
    /// Whether nothing fails without it.
    pub(super) is_optional: bool,
}

/// What an object refers to, by Karmada's rules; a `MultiClusterIngress` has what any other Ingress has.
pub(super) fn references(original: &Original) -> Vec<Reference> {
    let mut root = original.root.to_json();
    if root.get("kind").and_then(Json::as_str) == Some("MultiClusterIngress")
        && let Some(object) = root.as_object_mut()
    {
        object.insert("apiVersion".to_owned(), Json::from("networking.k8s.io/v1"));
        object.insert("kind".to_owned(), Json::from("Ingress"));
    }
    let Ok(found) = find_dependencies(&root) else { return Vec::new() };
    let named = found.references.iter().filter_map(|reference| {
        let Target::Name(name) = &reference.target else { return None };
        let gvk = GroupVersionKind::parse(reference.api_version, reference.kind).ok()?;
        Some(Reference {
            // All that is referred to lives beside what refers to it.
            target: ObjectKey { gvk, namespace: original.key.namespace.clone(), name: name.clone() },
            is_optional: reference.places.iter().all(|place| place.is_optional),
        })
    });
    named.collect()
}

/// The Services that an Ingress leads to, by name.
pub(super) fn backends(root: &Node) -> Vec<&str> {
    let mut services: Vec<&Node> = Vec::new();
    services.extend(tree::find(root, &["spec", "defaultBackend", "service", "name"]));
    for rule in items(root, &["spec", "rules"]) {
        services.extend(
            items(rule, &["http", "paths"])
                .filter_map(|path| tree::find(path, &["backend", "service", "name"])),
        );
    }
    services.into_iter().filter_map(Node::as_str).collect()
}

/// The items of the list at a path; none where there is no list.
pub(super) fn items<'a>(root: &'a Node, path: &[&str]) -> impl Iterator<Item = &'a Node> {
    tree::find(root, path).and_then(Node::as_sequence).unwrap_or_default().iter()
}

/// The text at a path.
pub(super) fn text<'a>(root: &'a Node, path: &[&str]) -> Option<&'a str> {
    tree::find(root, path).and_then(Node::as_str)
}

/// The kind of workload that an object is, where it is one that an App has.
pub(super) fn workload_kind(key: &ObjectKey) -> Option<WorkloadKind> {
    let api_version = key.gvk.api_version();
    WorkloadKind::ALL
        .into_iter()
        .find(|kind| kind.name() == key.gvk.kind() && kind.api_version() == api_version)
}

/// The labels of all workloads' pods, made ready to be selected by.
#[derive(Debug, Default)]
pub(super) struct Pods<'a> {
    /// By namespace, key and value: the numbers of the workloads.
    by_label: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    labels: BTreeMap<usize, BTreeMap<&'a str, &'a str>>,
}

impl<'a> Pods<'a> {
    /// Takes the pods of a workload.
    pub(super) fn add(&mut self, number: usize, workload: &'a Original) {
        let Some(kind) = workload_kind(&workload.key) else { return };
        let namespace = workload.key.namespace.as_deref().unwrap_or_default();
        let template = tree::find(&workload.root, kind.pod_template());
        let labels = template.and_then(|template| tree::find(template, &["metadata", "labels"]));
        for entry in labels.and_then(Node::as_mapping).into_iter().flatten() {
            let Some(value) = entry.value.as_str() else { continue };
            let key = entry.key.value.as_str();
            self.by_label.entry((namespace, key, value)).or_default().push(number);
            self.labels.entry(number).or_default().insert(key, value);
        }
    }

    /// The workloads in a namespace whose pods have all these labels; none where nothing is asked for.
    pub(super) fn select(&self, namespace: &str, labels: &[(&str, &str)]) -> Vec<usize> {
        let candidates = labels
            .iter()
            .map(|(key, value)| self.by_label.get(&(namespace, *key, *value)).map_or(&[][..], Vec::as_slice))
            .min_by_key(|found| found.len());
        let has_all = |number: &&usize| {
            let found = self.labels.get(number);
            found.is_some_and(|found| labels.iter().all(|(key, value)| found.get(key) == Some(value)))
        };
        candidates.unwrap_or_default().iter().filter(has_all).copied().collect()
    }

    /// The same for Kubernetes' label selector.
    pub(super) fn select_by(&self, namespace: &str, selector: &Node) -> Vec<usize> {
        let Ok(parsed) = serde_json::from_value::<LabelSelector>(selector.to_json()) else {
            return Vec::new();
        };
        let Ok(checked) = parsed.to_selector() else { return Vec::new() };
        let labels: Vec<(&str, &str)> =
            parsed.match_labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let matches = |number: &usize| {
            let found = self.labels.get(number);
            found.is_some_and(|found| checked.matches(|key| found.get(key).copied()))
        };
        self.select(namespace, &labels).into_iter().filter(matches).collect()
    }
}
