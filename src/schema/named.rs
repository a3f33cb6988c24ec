//! Maps keyed by name, and the list that Kubernetes takes in their place.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Homes;
use crate::schema::Shape;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use indexmap::IndexMap;
use serde_json::Value as Json;
use serde_json::json;
use std::marker::PhantomData;

/// What the keys of a map must look like.
pub trait KeyRule {
    /// Checks one key; the error says what is wrong, as a message has it, and a key that would do where one is near.
    ///
    /// # Errors
    /// The key does not have the form.
    fn check(key: &str) -> Result<(), (Code, String, Option<String>)>;

    /// What the schema says of the form.
    #[must_use]
    fn schema() -> Option<Json> {
        None
    }
}

/// Any text may be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeKey;

impl KeyRule for FreeKey {
    fn check(_: &str) -> Result<(), (Code, String, Option<String>)> {
        Ok(())
    }
}

/// A map with free keys of one form, in the order written; a key left out is an empty map.
#[derive(Debug, Clone, PartialEq)]
pub struct Map<T, K = FreeKey> {
    /// The entries by key; no two alike.
    pub entries: IndexMap<String, Entry<T>>,
    /// The keys of the entries that could not be read, which was reported.
    pub lost: Vec<String>,
    rule: PhantomData<K>,
}

/// One entry of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    /// The place of the key, or of the name in the list form.
    pub key: Span,
    /// The value.
    pub value: T,
}

impl<T, K> Default for Map<T, K> {
    fn default() -> Self {
        Self { entries: IndexMap::new(), lost: Vec::new(), rule: PhantomData }
    }
}

impl<T, K> Map<T, K> {
    /// Tells whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in the order written.
    pub fn iter(&self) -> impl Iterator<Item = (Spanned<&str>, &T)> {
        self.entries.iter().map(|(key, entry)| (Spanned::new(key.as_str(), entry.key), &entry.value))
    }

    /// The keys in the order written.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Tells whether an entry of this key, or one whose key is not known, could not be read.
    #[must_use]
    pub fn has_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key || lost.is_empty())
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.entries.get(key).map(|entry| &entry.value)
    }
}

impl<T: Shape, K: KeyRule> Shape for Map<T, K> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if node.value == Value::Null {
            return Ok(Self::default());
        }
        let Value::Mapping(mapping) = &node.value else { return Err(decoder.wrong_type(node, "a map")) };
        Ok(decode_mapping(mapping, decoder))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        homes.descend((path, depth), "NAME", T::find_homes);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let mut schema =
            json!({ "type": ["object", "null"], "additionalProperties": T::schema(definitions) });
        if let (Some(object), Some(rule)) = (schema.as_object_mut(), K::schema()) {
            object.insert("propertyNames".to_owned(), rule);
        }
        schema
    }
}

/// An entry that cannot be read is left out and named in `lost`, so that the others can be looked at all the same.
fn decode_mapping<T: Shape, K: KeyRule>(mapping: &Mapping, decoder: &mut Decoder<'_>) -> Map<T, K> {
    let mut map = Map::default();
    for entry in mapping {
        let checked = check_key::<K>(&entry.key, decoder);
        let value = decoder.inside(entry.key.span, |decoder| T::decode(&entry.value, decoder));
        let key = entry.key.value.clone();
        if let (Ok(()), Ok(value)) = (checked, value) {
            map.entries.insert(key, Entry { key: entry.key.span, value });
        } else {
            map.lost.push(key);
        }
    }
    map
}

fn check_key<K: KeyRule>(key: &Spanned<String>, decoder: &mut Decoder<'_>) -> Result<(), Reported> {
    K::check(&key.value).map_err(|(code, message, suggestion)| {
        let mut diagnostic = Diagnostic::new(code, key.span, message);
        if let Some(suggestion) = suggestion {
            let written = decoder.requoted(key.span, &suggestion);
            diagnostic = diagnostic.with_replacement(format!("write `{suggestion}`"), key.span, written);
        }
        decoder.report(diagnostic)
    })
}

/// A map keyed by name, that may also be written as the list with `name` that Kubernetes takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T, K = FreeKey>(pub Map<T, K>);

impl<T, K> Default for Named<T, K> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<T: Shape, K: KeyRule> Shape for Named<T, K> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Value::Sequence(items) = &node.value else { return Map::decode(node, decoder).map(Self) };
        let mut map: Map<T, K> = Map::default();
        for item in items {
            let Ok((name, value)) = decode_item::<T, K>(item, decoder) else {
                map.lost.push(String::new());
                continue;
            };
            if let Some(first) = map.entries.get(&name.value) {
                decoder.duplicate_name(&name, first.key);
            } else {
                map.entries.insert(name.value, Entry { key: name.span, value });
            }
        }
        Ok(Self(map))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        Map::<T, K>::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<T, K>::schema(definitions);
        let entry = T::schema(definitions);
        let list = json!({
            "type": "array",
            "description": "The list that Kubernetes takes: each entry says its own `name`.",
            "items": definitions.with_name(&entry),
        });
        json!({ "anyOf": [map, list] })
    }
}

/// Names are keys of a map: nobody needs the list.
fn not_an_entry(item: &Node, decoder: &mut Decoder<'_>) -> Reported {
    let expected = "a map with `name`";
    let message = format!("expected {expected}, found {}", decoder.describe(item));
    let help = match item.as_str().and_then(|text| text.split_once('=')) {
        Some((name, value)) => format!("write a map in place of the list: `{name}: {value}`"),
        None => "write a map in place of the list, with the names as its keys".to_owned(),
    };
    let diagnostic = Diagnostic::new(codes::WRONG_TYPE, item.span, message);
    decoder.report(diagnostic.with_label(format!("expected {expected}")).with_help(help))
}

/// Reads `{name: web, …}` as the entry `web: {…}`.
fn decode_item<T: Shape, K: KeyRule>(
    item: &Node,
    decoder: &mut Decoder<'_>,
) -> Result<(Spanned<String>, T), Reported> {
    let Value::Mapping(mapping) = &item.value else {
        return Err(not_an_entry(item, decoder));
    };
    let mut mapping = mapping.clone();
    let Some(entry) = mapping.remove("name") else {
        let message = "missing key `name`";
        let at = mapping.iter().next().map_or(item.span, |entry| entry.key.span);
        return Err(decoder.report(
            Diagnostic::new(codes::MISSING_KEY, at, message)
                .with_label("`name` is needed here")
                .with_note("in the list form, each entry says its own name"),
        ));
    };
    let span = entry.value.span;
    let name = decoder.text(&entry.value).map(|name| Spanned::new(name, span));
    let checked = name.as_ref().map_or(Ok(()), |name| check_key::<K>(name, decoder));
    let rest = Node { value: Value::Mapping(mapping), span: item.span };
    let value = decoder.inside(span, |decoder| T::decode(&rest, decoder));
    checked.and(name.and_then(|name| value.map(|value| (name, value))))
}
