//! What an entry of `overrides` changes, key by key, while it is put together.

use serde_json::Map;
use serde_json::Value as Json;

/// The keys of an entry, in the order in which a person reads them.
const ORDER: [&str; 12] = [
    "containers",
    "images",
    "labels",
    "annotations",
    "pod",
    "replicas",
    "configMaps",
    "services",
    "ingresses",
    "persistentVolumeClaims",
    "autoscaling",
    "disruptionBudget",
];

/// The changes of an entry: its keys but those that pick clusters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body(Map<String, Json>);

impl Body {
    /// Tells whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value at a path of keys.
    pub(super) fn get(&self, path: &[String]) -> Option<&Json> {
        let (first, below) = path.split_first()?;
        below.iter().try_fold(self.0.get(first)?, |value, key| value.get(key))
    }

    /// Sets the value at a path of keys; the last value set counts.
    pub(super) fn set(&mut self, path: &[String], value: Json) {
        let Some((last, above)) = path.split_last() else { return };
        let mut holder = &mut self.0;
        for key in above {
            let below = holder.entry(key.clone()).or_insert_with(|| Json::Object(Map::new()));
            if !below.is_object() {
                *below = Json::Object(Map::new());
            }
            let Json::Object(map) = below else { return };
            holder = map;
        }
        holder.insert(last.clone(), value);
    }

    /// Takes the value at a path of keys away, and the maps above it that are then empty.
    pub(super) fn remove(&mut self, path: &[String]) {
        remove(&mut self.0, path);
    }

    /// Adds an operation of a JSON patch.
    pub(super) fn patch(&mut self, operation: Json) {
        let patches = self.0.entry("patches").or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(patches) = patches {
            patches.push(operation);
        }
    }

    /// Adds the changes of another object: no key of its own is in both, but `patches`, which follow each other, and maps of
    /// objects by name.
    pub(super) fn join(&mut self, other: Self) {
        for (key, value) in other.0 {
            match (self.0.get_mut(&key), value) {
                (Some(Json::Array(patches)), Json::Array(more)) => patches.extend(more),
                (Some(Json::Object(known)), Json::Object(more)) => known.extend(more),
                (_, value) => {
                    self.0.insert(key, value);
                }
            }
        }
    }

    /// The keys in the order of the language.
    pub(super) fn into_json(mut self) -> Map<String, Json> {
        let mut ordered = Map::new();
        for key in ORDER {
            if let Some(value) = self.0.shift_remove(key) {
                ordered.insert(key.to_owned(), value);
            }
        }
        ordered.extend(self.0);
        ordered
    }
}

fn remove(map: &mut Map<String, Json>, path: &[String]) {
    let Some((first, below)) = path.split_first() else { return };
    if below.is_empty() {
        map.shift_remove(first);
        return;
    }
    let Some(Json::Object(inner)) = map.get_mut(first) else { return };
    remove(inner, below);
    if inner.is_empty() {
        map.shift_remove(first);
    }
}
