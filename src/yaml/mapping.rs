//! A map in the order written, with one entry a key.

use std::collections::BTreeMap;

use crate::source::Spanned;
use crate::yaml::node::Node;

/// Up to this many entries a walk over the keys is faster than an index.
const WALK_LIMIT: usize = 16;

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as `kubectl` sees it (`1:` is `1`, `yes:` is `true`), and where it was written.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// A map in the order written; no two keys alike.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
    /// Places by key, once there are more than [`WALK_LIMIT`] entries.
    index: Option<BTreeMap<String, usize>>,
}

impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Mapping {
    /// Finds the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Finds the value of a key, to change it.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let place = self.find_place(key)?;
        self.entries.get_mut(place).map(|entry| &mut entry.value)
    }

    /// Finds a key with its value.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.find_place(key).and_then(|place| self.entries.get(place))
    }

    /// Adds an entry at the end, or puts it in the place of the one with the same key, which is returned.
    pub fn insert(&mut self, entry: Entry) -> Option<Entry> {
        if let Some(old) = self.find_place(&entry.key.value).and_then(|place| self.entries.get_mut(place)) {
            return Some(std::mem::replace(old, entry));
        }
        if let Some(index) = &mut self.index {
            index.insert(entry.key.value.clone(), self.entries.len());
        }
        self.entries.push(entry);
        if self.index.is_none() && self.entries.len() > WALK_LIMIT {
            self.build_index();
        }
        None
    }

    /// Takes an entry out; the others keep their order. Takes time for every entry.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let entry = self.entries.remove(self.find_place(key)?);
        if self.index.is_some() {
            self.build_index();
        }
        Some(entry)
    }

    /// All entries in the order written.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find_place(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|entry| entry.key.value == key),
        }
    }

    fn build_index(&mut self) {
        self.index = Some(self.entries.iter().map(|entry| entry.key.value.clone()).zip(0..).collect());
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Mapping {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
