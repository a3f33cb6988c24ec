//! Builds and searches trees whose nodes know the place they come from: objects that are generated keep the places of
//! what the user wrote.

use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::pointer::Pointer;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Scalar;
use crate::yaml::Style;
use crate::yaml::Value;
use serde_json::Value as Json;

/// A text.
#[must_use]
pub fn text(span: Span, text: impl Into<String>) -> Node {
    Node { value: Value::String(Scalar { text: text.into(), style: Style::DoubleQuoted }), span }
}

/// An integer.
#[must_use]
pub fn integer(span: Span, number: i64) -> Node {
    Node { value: Value::Number(number.into()), span }
}

/// A boolean.
#[must_use]
pub fn boolean(span: Span, value: bool) -> Node {
    Node { value: Value::Boolean(value), span }
}

/// A list.
#[must_use]
pub fn list(span: Span, items: Vec<Node>) -> Node {
    Node { value: Value::Sequence(items), span }
}

/// Any JSON, all of it from one place.
#[must_use]
pub fn from_json(span: Span, json: &Json) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => Value::Number(number.clone()),
        Json::String(string) => return text(span, string.as_str()),
        Json::Array(items) => Value::Sequence(items.iter().map(|item| from_json(span, item)).collect()),
        Json::Object(object) => {
            let mut map = Map::new(span);
            for (key, value) in object {
                map.set(key, from_json(span, value));
            }
            return map.into_node();
        }
    };
    Node { value, span }
}

/// A map under construction; keys stand in the order they are set.
#[derive(Debug, Clone)]
pub struct Map {
    mapping: Mapping,
    span: Span,
}

impl Map {
    /// Starts empty, at the place that causes the map.
    #[must_use]
    pub fn new(span: Span) -> Self {
        Self { mapping: Mapping::default(), span }
    }

    /// Sets a key.
    pub fn set(&mut self, key: &str, value: Node) {
        let key = Spanned::new(key.to_owned(), value.span);
        self.mapping.insert(Entry { key, value });
    }

    /// Sets a key, where there is a value.
    pub fn set_some(&mut self, key: &str, value: Option<Node>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Sets a key with the place where the user wrote it.
    pub fn set_written(&mut self, key: &Spanned<String>, value: Node) {
        self.mapping.insert(Entry { key: key.clone(), value });
    }

    /// Takes a key away, where it is set.
    pub fn remove(&mut self, key: &str) {
        self.mapping.remove(key);
    }

    /// Adds a key, and gives the map back.
    #[must_use]
    pub fn with(mut self, key: &str, value: Node) -> Self {
        self.set(key, value);
        self
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.mapping.get(key)
    }

    /// Tells whether a key is set.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.mapping.get(key).is_some()
    }

    /// The text that a key is set to, where it is one.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.mapping.get(key).and_then(Node::as_str)
    }

    /// Tells whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mapping.is_empty()
    }

    /// Sorts the keys: those of `front` first, those of `back` last, each as listed there; the others between, as they were set.
    #[must_use]
    pub fn in_order(self, front: &[&str], back: &[&str]) -> Self {
        let mut entries: Vec<Entry> = self.mapping.into_iter().collect();
        let place = |entry: &Entry| {
            let key = entry.key.value.as_str();
            let at_front = front.iter().position(|name| *name == key);
            let at_back = back.iter().position(|name| *name == key);
            at_front.unwrap_or(front.len() + at_back.map_or(0, |place| place + 1))
        };
        entries.sort_by_key(place);
        let mut mapping = Mapping::default();
        for entry in entries {
            mapping.insert(entry);
        }
        Self { mapping, span: self.span }
    }

    /// Adds all keys of another map.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        for entry in other.mapping {
            self.mapping.insert(entry);
        }
        self
    }

    /// The finished map.
    #[must_use]
    pub fn into_node(self) -> Node {
        Node { value: Value::Mapping(self.mapping), span: self.span }
    }

    /// The finished map, where anything is set.
    #[must_use]
    pub fn into_some(self) -> Option<Node> {
        (!self.is_empty()).then(|| self.into_node())
    }
}

/// Merges one value over another: maps merge, lists and scalars replace, null removes. Keys keep their order, and new
/// ones stand at the end. A list whose entries all say their `name` counts as the map that it stands for where a map
/// is merged over it.
pub fn merge(base: &mut Node, over: &Node) {
    merge_with(base, over, Nulls::Remove);
}

/// Merges as [`merge`] does, but null stays, so that it removes from whatever the outcome is merged over.
pub fn merge_keeping_nulls(base: &mut Node, over: &Node) {
    merge_with(base, over, Nulls::Stay);
}

/// What null does in a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Remove,
    Stay,
}

fn merge_with(base: &mut Node, over: &Node, nulls: Nulls) {
    let Value::Mapping(changes) = &over.value else {
        base.clone_from(over);
        return;
    };
    let mut merged = take_mapping(base).unwrap_or_default();
    for change in changes {
        if change.value.value == Value::Null && nulls == Nulls::Remove {
            merged.remove(&change.key.value);
            continue;
        }
        let mut entry = match merged.entry(&change.key.value) {
            Some(known) if change.value.as_mapping().is_some() => known.clone(),
            Some(_) | None => {
                let empty = Node { value: Value::Null, span: change.value.span };
                Entry { key: change.key.clone(), value: empty }
            }
        };
        merge_with(&mut entry.value, &change.value, nulls);
        merged.insert(entry);
    }
    if base.as_mapping().is_none() && base.as_sequence().is_none() {
        base.span = over.span;
    }
    base.value = Value::Mapping(merged);
}

/// The entries of a map, or of a list whose entries all say their `name`, each with another one.
#[must_use]
pub fn take_mapping(node: &Node) -> Option<Mapping> {
    match &node.value {
        Value::Mapping(mapping) => Some(mapping.clone()),
        Value::Sequence(items) => key_by_name(items),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => None,
    }
}

fn key_by_name(items: &[Node]) -> Option<Mapping> {
    let mut keyed = Mapping::default();
    for item in items {
        let mut rest = item.as_mapping()?.clone();
        let name = rest.remove("name")?.value;
        let key = Spanned::new(name.as_str()?.to_owned(), name.span);
        let value = Node { value: Value::Mapping(rest), span: item.span };
        if keyed.insert(Entry { key, value }).is_some() {
            return None;
        }
    }
    Some(keyed)
}

/// Finds what stands at a JSON pointer, or at the nearest place above it that there is.
#[must_use]
pub fn find_nearest<'a>(root: &'a Node, pointer: &Pointer) -> &'a Node {
    let mut node = root;
    for token in pointer.tokens() {
        let below = match &node.value {
            Value::Mapping(mapping) => mapping.get(token),
            Value::Sequence(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => None,
        };
        let Some(below) = below else { break };
        node = below;
    }
    node
}

/// Finds what stands at a JSON pointer, to change it.
#[must_use]
pub fn find_mut<'a>(root: &'a mut Node, pointer: &Pointer) -> Option<&'a mut Node> {
    pointer.tokens().try_fold(root, |node, token| match &mut node.value {
        Value::Mapping(mapping) => mapping.get_mut(token),
        Value::Sequence(items) => items.get_mut(token.parse::<usize>().ok()?),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => None,
    })
}

/// The value of a key, where the node is a map that has it.
#[must_use]
pub fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.as_mapping().and_then(|mapping| mapping.get(key))
}

/// The value at a path of keys.
#[must_use]
pub fn find<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| get(node, key))
}

/// What names an object, where it has a kind and a name.
#[must_use]
pub fn key_of(object: &Node) -> Option<ObjectKey> {
    let text = |path: &[&str]| find(object, path).and_then(Node::as_str);
    let gvk = GroupVersionKind::parse(text(&["apiVersion"])?, text(&["kind"])?).ok()?;
    let namespace = text(&["metadata", "namespace"]).map(str::to_owned);
    Some(ObjectKey { gvk, namespace, name: text(&["metadata", "name"])?.to_owned() })
}

/// Tells whether a controller made the object, and makes it again where it is missing.
#[must_use]
pub fn is_controlled(object: &Node) -> bool {
    let owners = find(object, &["metadata", "ownerReferences"]).and_then(Node::as_sequence);
    let is_controller =
        |owner: &Node| get(owner, "controller").is_some_and(|flag| flag.value == Value::Boolean(true));
    owners.into_iter().flatten().any(is_controller)
}

/// The objects of a document: those of a list, or itself.
#[must_use]
pub fn objects(root: &Node) -> &[Node] {
    let is_list = get(root, "kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    let items = get(root, "items").and_then(Node::as_sequence).filter(|_| is_list);
    items.unwrap_or(std::slice::from_ref(root))
}

/// The same, to be changed.
#[must_use]
pub fn objects_mut(root: &mut Node) -> &mut [Node] {
    if std::ptr::eq(objects(root), std::slice::from_ref(root)) {
        return std::slice::from_mut(root);
    }
    let Value::Mapping(mapping) = &mut root.value else { return &mut [] };
    let items = mapping.get_mut("items").map(|items| &mut items.value);
    if let Some(Value::Sequence(items)) = items { items } else { &mut [] }
}

/// The same, taken out of the document.
#[must_use]
pub fn into_objects(mut root: Node) -> Vec<Node> {
    let is_list = !std::ptr::eq(objects(&root), std::slice::from_ref(&root));
    let Value::Mapping(mapping) = &mut root.value else { return vec![root] };
    let items = mapping.get_mut("items").filter(|_| is_list);
    let taken = items.map(|items| std::mem::replace(&mut items.value, Value::Null));
    if let Some(Value::Sequence(items)) = taken { items } else { vec![root] }
}

/// Writes the namespace of an object behind its name.
pub fn set_namespace(object: &mut Node, namespace: &str, at: Span) {
    let Value::Mapping(mapping) = &mut object.value else { return };
    let Some(metadata) = mapping.entry("metadata").cloned() else { return };
    let mut rewritten = Map::new(metadata.value.span);
    for entry in metadata.value.as_mapping().into_iter().flatten() {
        rewritten.set_written(&entry.key, entry.value.clone());
    }
    rewritten.set("namespace", text(at, namespace));
    let value = rewritten.in_order(&["name", "namespace"], &[]).into_node();
    mapping.insert(Entry { key: metadata.key, value });
}
