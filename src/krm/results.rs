//! Diagnostics as the `results` of a list.

use crate::diagnostic::Diagnostic;
use crate::krm::item::Item;
use crate::krm::list::List;
use crate::krm::origin::Origins;
use crate::krm::place::find_field;
use crate::report::sentences;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::tree;
use crate::yaml::Document;
use crate::yaml::Limits;
use crate::yaml::Node;
use crate::yaml::read;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// Makes a result of each diagnostic: `message`, `severity`, and as far as it is known `resourceRef`, `field`, and `file`; the
/// code is the tag `code`. No result shows the value of a Secret.
pub(super) fn to_results(
    (sources, diagnostics): (&SourceMap, &[Diagnostic]),
    list: &List,
    origins: &Origins<'_>,
) -> Vec<Value> {
    let mut locator = Locator { sources, list, origins, documents: BTreeMap::new() };
    let messages = sentences(sources, diagnostics);
    let results = diagnostics.iter().zip(messages).map(|(diagnostic, message)| {
        let mut result = Map::new();
        result.insert("message".to_owned(), message.join("\n").into());
        result.insert("severity".to_owned(), diagnostic.severity.name().into());
        result.extend(locator.locate(diagnostic.primary.span));
        result.insert("tags".to_owned(), json!({ "code": diagnostic.code.id }));
        Value::Object(result)
    });
    results.collect()
}

/// Finds objects and fields by the places of their texts.
struct Locator<'a> {
    sources: &'a SourceMap,
    list: &'a List,
    origins: &'a Origins<'a>,
    /// The documents of the texts that were looked at.
    documents: BTreeMap<FileId, Vec<Document>>,
}

impl Locator<'_> {
    /// The entries of a result that say where a place is.
    fn locate(&mut self, place: Span) -> Map<String, Value> {
        let path = self.sources.path(place).to_string_lossy().replace('\\', "/");
        if let Some(flag) = path.strip_prefix("--") {
            return self.locate_setting(flag);
        }
        if place.file == self.list.root.span.file {
            let mut items = self.list.items.iter().chain(&self.list.config);
            let item = items.find(|item| item.root.span.covers(place));
            return item.map(|item| describe(item, &find_field(&item.root, place))).unwrap_or_default();
        }
        let (sources, file) = (self.sources, place.file);
        let documents = self
            .documents
            .entry(file)
            .or_insert_with(|| read(&sources.file(file).text, file, Limits::default()).documents);
        let document = documents.iter().find(|document| document.span.covers(place));
        let field = document.map(|document| find_field(&document.root, place)).unwrap_or_default();
        if let Some(item) = self.origins.find(place).and_then(|origin| self.list.item(origin)) {
            return describe(item, &field);
        }
        let mut described = document.map(|document| reference(&document.root, &field)).unwrap_or_default();
        let index = document.map_or(0, |document| document.index);
        described.insert("file".to_owned(), json!({ "path": path, "index": index }));
        described
    }

    /// A flag may stand in the `functionConfig`.
    fn locate_setting(&self, flag: &str) -> Map<String, Value> {
        let mut words = flag.split('-');
        let mut key = words.next().unwrap_or_default().to_owned();
        for word in words {
            key.extend(word.chars().take(1).flat_map(char::to_uppercase));
            key.push_str(word.get(1..).unwrap_or_default());
        }
        let config = self.list.config.iter().find(|item| tree::find(&item.root, &["data", &key]).is_some());
        config.map(|item| describe(item, &format!("data.{key}"))).unwrap_or_default()
    }
}

fn describe(item: &Item, field: &str) -> Map<String, Value> {
    let mut described = reference(&item.root, field);
    if let Some(path) = item.path().and_then(Node::as_str) {
        described.insert("file".to_owned(), json!({ "path": path, "index": item.index() }));
    }
    described
}

/// What names an object, and a field of it.
fn reference(root: &Node, field: &str) -> Map<String, Value> {
    let mut named = Map::new();
    for (key, path) in [
        ("apiVersion", &["apiVersion"][..]),
        ("kind", &["kind"]),
        ("name", &["metadata", "name"]),
        ("namespace", &["metadata", "namespace"]),
    ] {
        if let Some(text) = tree::find(root, path).and_then(Node::as_str) {
            named.insert(key.to_owned(), text.into());
        }
    }
    let mut described = Map::new();
    if !named.is_empty() {
        described.insert("resourceRef".to_owned(), named.into());
    }
    if !field.is_empty() {
        described.insert("field".to_owned(), json!({ "path": field }));
    }
    described
}
