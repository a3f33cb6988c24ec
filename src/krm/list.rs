//! Reads a `ResourceList`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::document::DocumentKind;
use crate::krm::Fate;
use crate::krm::diagnostics as messages;
use crate::krm::item::Item;
use crate::krm::written::cut_items;
use crate::parse::classify;
use crate::parse::explain_fault;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::tree;
use crate::yaml::Limits;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use crate::yaml::read;
use std::collections::BTreeSet;

/// The kind of the list.
pub(super) const KIND: &str = "ResourceList";

/// The versions of the list, the newest first; they are alike in all that is read here.
pub(super) const API_VERSIONS: [&str; 3] =
    ["config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1"];

/// Namespaces and names of Apps.
pub(super) type Names = BTreeSet<(String, String)>;

/// A list as it came.
#[derive(Debug)]
pub(super) struct List {
    /// The whole.
    pub(super) root: Node,
    /// The items in their order.
    pub(super) items: Vec<Item>,
    /// What stands as `functionConfig`; the objects of a `List` there.
    pub(super) config: Vec<Item>,
    /// Whether an App that is not seen is gone: Apps stay in the files of a package, and others are seen there.
    shows_all_apps: bool,
}

/// Where an App or a Fleet stands, by its place from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Among the items.
    Item(usize),
    /// In the `functionConfig`.
    Config(usize),
}

/// Reads a list; what is wrong with the YAML of an item that passes through is not told.
///
/// Reports E0720, and E0101 to E0107.
pub(super) fn read_list(
    file: FileId,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<List, Reported> {
    let text = &sources.file(file).text;
    let stream = read(text, file, Limits::default());
    let mut documents = stream.documents.into_iter();
    let root = match (documents.next(), documents.next()) {
        (Some(only), None) => check_list(only.root),
        (Some(_), Some(second)) => Err(Box::new(messages::second_document(second.span))),
        (None, _) => Err(Box::new(messages::no_list(Span { file, start: 0, end: 0 }))),
    };
    let items = root.as_ref().map(|root| read_items(root, text)).unwrap_or_default();
    let passes = |fault: Span| {
        let behind = items.partition_point(|item| item.root.span.start <= fault.start);
        let item = behind.checked_sub(1).and_then(|place| items.get(place));
        item.is_some_and(|item| {
            item.kind == DocumentKind::Other && item.lines.is_some() && item.root.span.covers(fault)
        })
    };
    for fault in stream.faults.iter().filter(|fault| !passes(fault.span)) {
        diagnostics.report(explain_fault(fault));
    }
    match root {
        Ok(root) => Ok(List::new(root, items)),
        // The faults of the YAML say it already.
        Err(_) if diagnostics.has_errors() => Err(diagnostics.reported_before()),
        Err(fault) => Err(diagnostics.report(*fault)),
    }
}

fn check_list(root: Node) -> Result<Node, Box<Diagnostic>> {
    let text = |key: &str| tree::get(&root, key).and_then(Node::as_str).unwrap_or_default();
    if text("kind") != KIND || !API_VERSIONS.contains(&text("apiVersion")) {
        return Err(Box::new(messages::other_document(&root)));
    }
    match tree::get(&root, "items") {
        Some(items) if items.as_sequence().is_none() && items.value != Value::Null => {
            Err(Box::new(messages::items_are_no_list(items)))
        }
        Some(_) | None => Ok(root),
    }
}

fn read_items(root: &Node, text: &str) -> Vec<Item> {
    let Some(items) = tree::get(root, "items") else { return Vec::new() };
    let lines = cut_items(root, items, text);
    let nodes = items.as_sequence().unwrap_or_default().iter();
    nodes.zip(lines).map(|(node, lines)| Item { root: node.clone(), kind: classify(node), lines }).collect()
}

fn read_config(config: &Node) -> Vec<Item> {
    let kind = tree::get(config, "kind").and_then(Node::as_str).unwrap_or_default();
    let items = tree::get(config, "items").and_then(Node::as_sequence).filter(|_| kind.ends_with("List"));
    let nodes = items.unwrap_or(std::slice::from_ref(config));
    let nodes = nodes.iter().filter(|node| node.value != Value::Null);
    nodes.map(|node| Item { root: node.clone(), kind: classify(node), lines: None }).collect()
}

impl List {
    fn new(root: Node, items: Vec<Item>) -> Self {
        let config = tree::get(&root, "functionConfig").map(read_config).unwrap_or_default();
        let is_app = |item: &Item| item.kind == DocumentKind::App;
        let has_file = |item: &Item| item.path().is_some();
        let shows_all_apps =
            items.iter().any(|item| is_app(item) && has_file(item)) && !config.iter().any(is_app);
        Self { root, items, config, shows_all_apps }
    }

    /// The entries of the list itself.
    pub(super) fn entries(&self) -> &Mapping {
        let Some(entries) = self.root.as_mapping() else { unreachable!("a list is a map with a kind") };
        entries
    }

    /// The item at a place.
    pub(super) fn item(&self, origin: Origin) -> Option<&Item> {
        match origin {
            Origin::Item(place) => self.items.get(place),
            Origin::Config(place) => self.config.get(place),
        }
    }

    /// All items as they are written.
    pub(super) fn written_items(&self) -> Vec<String> {
        self.items.iter().map(Item::written).collect()
    }

    /// All Apps and Fleets, those of the `functionConfig` last; one that stands there and among the items counts once.
    pub(super) fn sources(&self) -> Vec<(Origin, &Item)> {
        let is_source = |item: &Item| matches!(item.kind, DocumentKind::App | DocumentKind::Fleet);
        let items = self.items.iter().enumerate().filter(|(_, item)| is_source(item));
        let mut sources: Vec<(Origin, &Item)> =
            items.map(|(place, item)| (Origin::Item(place), item)).collect();
        let known: Vec<serde_json::Value> = sources.iter().map(|(_, item)| item.to_plain_json()).collect();
        let config = self.config.iter().enumerate().filter(|(_, item)| is_source(item));
        let new = config.filter(|(_, item)| !known.contains(&item.to_plain_json()));
        sources.extend(new.map(|(place, item)| (Origin::Config(place), item)));
        sources
    }

    /// Namespace and name of each App, as they are written.
    pub(super) fn app_names(&self) -> Names {
        let apps = self.items.iter().chain(&self.config).filter(|item| item.kind == DocumentKind::App);
        apps.map(|item| (item.name().0.to_owned(), item.name().1.to_owned())).collect()
    }

    /// Tells whether an item comes from an earlier run and has to go: what its App is made into now takes its place, or the
    /// App is gone.
    pub(super) fn is_stale(&self, item: &Item, apps: &Names, fate: Option<Fate>) -> bool {
        let Some((namespace, name)) = item.owner() else { return false };
        apps.contains(&(namespace.to_owned(), name.to_owned()))
            || self.shows_all_apps && fate != Some(Fate::Drop) && item.path().is_some()
    }
}
