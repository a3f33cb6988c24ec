//! One change of one object: what it means, apart from how Karmada is told.

use crate::k8s::image::ImageReference;
use crate::k8s::patch::Operation;
use crate::k8s::patch::apply;
use crate::k8s::pointer::Pointer;
use crate::lower::overrides::document::Merge;
use crate::source::Span;
use serde_json::Map;
use serde_json::Value as Json;

/// A change, and the place that asks for it.
pub(in crate::lower) struct Edit {
    /// The place.
    pub(in crate::lower) at: Span,
    /// The place of the value that is set, where it is written as a value of Kubernetes.
    pub(in crate::lower) value: Option<Span>,
    /// What is changed, as the user would say it.
    pub(in crate::lower) subject: String,
    /// The change.
    pub(in crate::lower) change: Change,
}

/// One change of one object.
pub(in crate::lower) enum Change {
    /// Sets a field of maps; maps above it that are missing are made.
    Set(Pointer, Json),
    /// Takes a field of a map away.
    Remove(Pointer),
    /// Sets the entry of a list that has this name, or adds one.
    SetEntry { list: Pointer, name: String, entry: Json },
    /// Takes the entry of a list with this name away.
    RemoveEntry { list: Pointer, name: String },
    /// Changes parts of an image.
    Image { pointer: Pointer, parts: Parts },
    /// Sets or takes away a label or an annotation of the object itself.
    Metadata { section: Section, key: String, value: Option<String> },
    /// Removes texts from the arguments or the command of a container, and adds some at the end.
    List { container: String, field: ListField, pointer: Pointer, remove: Vec<String>, add: Vec<String> },
    /// Changes a document that is a text.
    Document(Merge),
    /// A JSON patch as written.
    Raw(Operation),
}

/// The parts of an image to change.
#[derive(Debug, Clone, Default)]
pub(in crate::lower) struct Parts {
    pub(in crate::lower) registry: Option<String>,
    pub(in crate::lower) repository: Option<String>,
    pub(in crate::lower) tag: Option<String>,
    pub(in crate::lower) digest: Option<String>,
}

/// Labels or annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Section {
    Labels,
    Annotations,
}

/// Arguments or command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum ListField {
    Args,
    Command,
}

impl ListField {
    pub(in crate::lower) fn key(self) -> &'static str {
        match self {
            Self::Args => "args",
            Self::Command => "command",
        }
    }
}

impl Section {
    pub(in crate::lower) fn name(self) -> &'static str {
        match self {
            Self::Labels => "labels",
            Self::Annotations => "annotations",
        }
    }
}

impl Parts {
    /// The image with these parts changed. Another tag drops the digest, which would pin the old image.
    pub(in crate::lower) fn change(&self, image: &str) -> Result<String, String> {
        let said = |error: crate::k8s::image::ImageError| error.to_string();
        let mut reference = ImageReference::parse(image).map_err(said)?;
        if let Some(registry) = &self.registry {
            reference = reference.with_registry(registry).map_err(said)?;
        }
        if let Some(repository) = &self.repository {
            reference = reference.with_repository(repository).map_err(said)?;
        }
        if let Some(tag) = &self.tag {
            reference = reference.with_tag(tag).map_err(said)?;
        }
        if let Some(digest) = &self.digest {
            reference = reference.with_digest(digest).map_err(said)?;
        }
        Ok(reference.to_string())
    }
}

impl Edit {
    /// A change that one place asks for.
    pub(in crate::lower) fn new(at: Span, subject: String, change: Change) -> Self {
        Self { at, value: None, subject, change }
    }

    /// The same edit by JSON patches alone, for a Karmada whose overriders do not know labels and annotations.
    pub(in crate::lower) fn without_overrider(mut self) -> Self {
        self.change = match self.change {
            Change::Metadata { section, key, value } => {
                let pointer = pointer(&["metadata", section.name(), &key]);
                match value {
                    Some(value) => Change::Set(pointer, Json::String(value)),
                    None => Change::Remove(pointer),
                }
            }
            change @ (Change::Set(..)
            | Change::Remove(_)
            | Change::SetEntry { .. }
            | Change::RemoveEntry { .. }
            | Change::Image { .. }
            | Change::List { .. }
            | Change::Document(_)
            | Change::Raw(_)) => change,
        };
        self
    }
}

impl Edit {
    /// The same edit with the whole text, for a Karmada whose overriders do not know documents.
    pub(in crate::lower) fn without_document(mut self, object: &Json) -> Self {
        if let Change::Document(merge) = &self.change {
            let mut changed = object.clone();
            if merge.make(&mut changed)
                && let Some(text) = merge.field.resolve(&changed)
            {
                self.change = Change::Set(merge.field.clone(), text.clone());
            }
        }
        self
    }
}

impl Change {
    /// The field that it changes.
    pub(in crate::lower) fn path(&self) -> Pointer {
        match self {
            Self::Set(pointer, _)
            | Self::Remove(pointer)
            | Self::SetEntry { list: pointer, .. }
            | Self::RemoveEntry { list: pointer, .. }
            | Self::Image { pointer, .. }
            | Self::List { pointer, .. }
            | Self::Document(Merge { field: pointer, .. }) => pointer.clone(),
            Self::Metadata { section, key, .. } => pointer(&["metadata", section.name(), key]),
            Self::Raw(operation) => Pointer::parse(operation.path()).unwrap_or_default(),
        }
    }

    /// Whether a path of the object that has been changed is at, above or below what it changes.
    pub(in crate::lower) fn concerns(&self, path: &Pointer, changed: &Json) -> bool {
        let mut own = self.path();
        if let Self::SetEntry { list, name, .. } = self
            && let Some(index) = find_entry(changed, list, name)
        {
            own.push_index(index);
        }
        // A patch that appends to a list names no index.
        path.tokens().zip(own.tokens()).all(|(step, other)| step == other || other == "-")
    }

    /// Whether it may change what another one does; the other way round it is the same.
    pub(in crate::lower) fn may_touch(&self, other: &Self) -> bool {
        let (own, others) = (self.path(), other.path());
        own.tokens().zip(others.tokens()).all(|(step, other)| step == other || step == "-" || other == "-")
    }

    /// What it sets, and where that is in the object that has been changed.
    pub(in crate::lower) fn value_in(&mut self, changed: &Json) -> Option<(String, &mut Json)> {
        match self {
            Self::Set(pointer, value) => Some((pointer.to_string(), value)),
            Self::SetEntry { list, name, entry } => {
                let index = find_entry(changed, list, name)?;
                Some((format!("{list}/{index}"), entry))
            }
            Self::Raw(Operation::Add { path, value } | Operation::Replace { path, value }) => {
                let Some(above) = path.strip_suffix("/-") else { return Some((path.clone(), value)) };
                let last = changed.pointer(above)?.as_array()?.len().checked_sub(1)?;
                Some((format!("{above}/{last}"), value))
            }
            Self::Remove(_)
            | Self::RemoveEntry { .. }
            | Self::Image { .. }
            | Self::Metadata { .. }
            | Self::List { .. }
            | Self::Document(_)
            | Self::Raw(_) => None,
        }
    }

    /// Makes the change, and tells whether that makes a difference; one that cannot be made leaves the object as it is.
    pub(in crate::lower) fn make(&self, object: &mut Json) -> bool {
        match self {
            Self::Set(pointer, value) => set(object, pointer, value.clone()),
            Self::Remove(pointer) => remove(object, pointer),
            Self::SetEntry { list, name, entry } => set_entry(object, list, (name, entry)),
            Self::RemoveEntry { list, name } => {
                let Some(entries) = list_at(object, list) else { return false };
                let before = entries.len();
                entries.retain(|known| !is_named(known, name));
                entries.len() != before
            }
            Self::Image { pointer, parts } => {
                let image = pointer.resolve(object).and_then(Json::as_str);
                match image.and_then(|image| parts.change(image).ok()) {
                    Some(changed) => set(object, pointer, Json::String(changed)),
                    None => false,
                }
            }
            Self::Metadata { section, key, value } => {
                let pointer = pointer(&["metadata", section.name(), key]);
                match value {
                    Some(value) => set(object, &pointer, Json::String(value.clone())),
                    None => remove(object, &pointer),
                }
            }
            Self::List { pointer, remove, add, .. } => {
                let texts = changed_list(pointer.resolve(object), remove, add);
                (pointer.resolve(object).is_some() || !texts.is_empty())
                    && set(object, pointer, Json::Array(texts))
            }
            Self::Document(merge) => merge.make(object),
            Self::Raw(operation) => {
                let Ok(changed) = apply(object, std::slice::from_ref(operation)) else { return false };
                let is_different = *object != changed;
                *object = changed;
                is_different
            }
        }
    }
}

fn set_entry(object: &mut Json, list: &Pointer, (name, entry): (&str, &Json)) -> bool {
    let Some(entries) = list_at(object, list) else {
        return set(object, list, Json::Array(vec![entry.clone()]));
    };
    match entries.iter_mut().find(|known| is_named(known, name)) {
        Some(known) if known == entry => false,
        Some(known) => {
            *known = entry.clone();
            true
        }
        None => {
            entries.push(entry.clone());
            true
        }
    }
}

/// A list of texts without some, and with others at its end.
pub(in crate::lower) fn changed_list(list: Option<&Json>, remove: &[String], add: &[String]) -> Vec<Json> {
    let kept = list.and_then(Json::as_array).into_iter().flatten();
    let kept = kept.filter(|text| !text.as_str().is_some_and(|text| remove.iter().any(|gone| gone == text)));
    kept.cloned().chain(add.iter().map(|text| Json::String(text.clone()))).collect()
}

/// The place of the entry of a list with this name.
pub(in crate::lower) fn find_entry(object: &Json, list: &Pointer, name: &str) -> Option<usize> {
    list.resolve(object)?.as_array()?.iter().position(|entry| is_named(entry, name))
}

/// A pointer from its steps.
pub(in crate::lower) fn pointer(steps: &[&str]) -> Pointer {
    let mut pointer = Pointer::default();
    for step in steps {
        pointer.push_key(step);
    }
    pointer
}

fn is_named(entry: &Json, name: &str) -> bool {
    entry.get("name").and_then(Json::as_str) == Some(name)
}

fn list_at<'a>(object: &'a mut Json, list: &Pointer) -> Option<&'a mut Vec<Json>> {
    object.pointer_mut(&list.to_string()).and_then(Json::as_array_mut)
}

fn set(object: &mut Json, pointer: &Pointer, value: Json) -> bool {
    let mut holder = object;
    let steps: Vec<&str> = pointer.tokens().collect();
    let Some((last, above)) = steps.split_last() else { return false };
    for step in above {
        let below = match holder {
            Json::Object(map) => map.entry(*step).or_insert_with(|| Json::Object(Map::new())),
            Json::Array(items) => match step.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                Some(item) => item,
                None => return false,
            },
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return false,
        };
        holder = below;
    }
    let Json::Object(map) = holder else { return false };
    if map.get(*last) == Some(&value) {
        return false;
    }
    map.insert((*last).to_owned(), value);
    true
}

fn remove(object: &mut Json, pointer: &Pointer) -> bool {
    let mut above = pointer.clone();
    let Some(last) = above.pop() else { return false };
    let map = object.pointer_mut(&above.to_string()).and_then(Json::as_object_mut);
    map.is_some_and(|map| map.shift_remove(&last).is_some())
}
