//! The files that generated objects are written to.

use crate::k8s::gvk::ObjectKey;
use crate::k8s::tool_annotation;
use crate::krm::item::Item;
use crate::write::take_object_name;
use crate::yaml::Node;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Names files that no item stands in yet.
#[derive(Default)]
pub(super) struct Namer<'a> {
    /// The names without ending that are taken in each folder, by package and folder.
    taken: BTreeMap<(&'a str, String), BTreeSet<String>>,
}

impl<'a> Namer<'a> {
    /// Takes the file of an item that there is.
    pub(super) fn take(&mut self, item: &'a Item) {
        let Some(path) = item.path().and_then(Node::as_str) else { return };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let package = item.annotation(tool_annotation::PACKAGE).unwrap_or_default();
        self.taken.entry((package, folder.to_owned())).or_default().insert(stem.to_lowercase());
    }

    /// The tools' notes for a new object, where there are any for its App: a file of its own, in a folder with the App's name,
    /// beside the file of the App.
    pub(super) fn take_notes(&mut self, app: &'a Item, name: &str, key: &ObjectKey) -> Vec<(String, Value)> {
        let Some(path) = app.path().and_then(Node::as_str) else { return Vec::new() };
        let folder = match path.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_owned(),
        };
        let package = app.annotation(tool_annotation::PACKAGE);
        let taken = self.taken.entry((package.unwrap_or_default(), folder.clone())).or_default();
        let path = format!("{folder}/{}", take_object_name(key, taken));
        let mut notes = Vec::new();
        for (names, value) in [(tool_annotation::PATH, path.as_str()), (tool_annotation::INDEX, "0")] {
            let known = names.into_iter().filter(|name| app.annotation(name).is_some());
            notes.extend(known.map(|name| (name.to_owned(), Value::from(value))));
        }
        notes.extend(package.map(|folder| (tool_annotation::PACKAGE.to_owned(), Value::from(folder))));
        notes
    }
}
