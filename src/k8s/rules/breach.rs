//! A rule that is broken: where, and what to say of it.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::k8s::pointer::Pointer;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::validate::Place;
use crate::source::Span;
use std::collections::BTreeMap;

/// A rule that an object breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The kind of fault.
    pub code: Code,
    /// Where. For something that is missing, what it is missing from.
    pub path: Pointer,
    /// Whether the key at that place is at fault, or the value.
    pub place: Place,
    /// Whether something is there that should not be, or the other way round.
    pub gravity: Gravity,
    /// What is wrong.
    pub message: String,
    /// What this place has to do with it; empty where the message says all.
    pub label: String,
    /// Another place involved, and what it has to do with it.
    pub related: Option<(Pointer, String)>,
    /// Why.
    pub notes: Vec<String>,
    /// What to do.
    pub helps: Vec<String>,
    /// What to write in the place of the value.
    pub replacement: Option<String>,
}

/// Whether a fault may be caused by another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gravity {
    /// What is there is at fault, whatever else is.
    Present,
    /// Something is missing; it may have been lost to another fault.
    Missing,
}

impl Breach {
    /// What a user is told: the place at fault, and that of what is related.
    #[must_use]
    pub fn diagnostic(&self, at: Span, related: Option<Span>) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(self.code, at, self.message.clone()).with_label(self.label.clone());
        if let (Some((_, text)), Some(related)) = (&self.related, related.filter(|related| *related != at)) {
            diagnostic = diagnostic.with_secondary(related, text.clone());
        }
        for note in &self.notes {
            diagnostic = diagnostic.with_note(note.clone());
        }
        for help in &self.helps {
            diagnostic = diagnostic.with_help(help.clone());
        }
        match &self.replacement {
            Some(text) => diagnostic.with_replacement(format!("write `{text}`"), at, text.clone()),
            None => diagnostic,
        }
    }

    /// A value that is at fault.
    pub(super) fn value(at: &Cursor<'_>, message: impl Into<String>) -> Self {
        Self {
            code: codes::RULE_OF_KUBERNETES,
            path: at.pointer(),
            place: Place::Value,
            gravity: Gravity::Present,
            message: message.into(),
            label: String::new(),
            related: None,
            notes: Vec::new(),
            helps: Vec::new(),
            replacement: None,
        }
    }

    /// A key that is at fault.
    pub(super) fn key(at: &Cursor<'_>, message: impl Into<String>) -> Self {
        Self { place: Place::Key, ..Self::value(at, message) }
    }

    /// Something that is missing, and what it is missing from.
    pub(super) fn missing(from: &Cursor<'_>, message: impl Into<String>) -> Self {
        Self { gravity: Gravity::Missing, ..Self::key(from, message) }
    }

    pub(super) fn code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// Points to the value in the place of the key.
    pub(super) fn at_value(mut self) -> Self {
        self.place = Place::Value;
        self
    }

    pub(super) fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    pub(super) fn related(mut self, at: &Cursor<'_>, text: impl Into<String>) -> Self {
        self.related = Some((at.pointer(), text.into()));
        self
    }

    /// What to write in the place of the value, and the words for it.
    pub(super) fn replace(mut self, text: impl Into<String>) -> Self {
        self.replacement = Some(text.into());
        self
    }
}

/// Reports the name of an object that has no room for what its kind adds.
pub(super) fn refuse_long_name(
    root: &Cursor<'_>,
    (kind, most): (&str, usize),
    note: &str,
    found: &mut Vec<Breach>,
) {
    let Some(metadata) = root.get("metadata") else { return };
    let Some(name) = metadata.get("name") else { return };
    let length = name.value.as_str().unwrap_or_default().len();
    if length > most {
        let message = format!("the name of a {kind} has at most {most} characters, found {length}");
        found.push(Breach::value(&name, message).code(codes::INVALID_NAME).note(note));
    }
}

/// Reports the keys whose numbers must not be negative.
pub(super) fn refuse_negative(holder: &Cursor<'_>, keys: &[&str], found: &mut Vec<Breach>) {
    for key in keys {
        let Some(number) = holder.get(key) else { continue };
        if number.value.as_i64().is_some_and(|number| number < 0) {
            found.push(Breach::value(&number, format!("`{key}` is at least 0, found {}", number.value)));
        }
    }
}

/// Reports an item of a list that has the same text at a key as an item before it.
pub(super) fn refuse_twice(
    list: Option<&Cursor<'_>>,
    key: &str,
    say: impl Fn(&str) -> String,
    found: &mut Vec<Breach>,
) {
    let mut known: BTreeMap<&str, Pointer> = BTreeMap::new();
    let items: Vec<Cursor<'_>> = list.map(|list| list.items().collect()).unwrap_or_default();
    for item in &items {
        let (Some(name), Some(at)) = (item.text(key), item.get(key)) else { continue };
        match known.get(name) {
            None => {
                known.insert(name, at.pointer());
            }
            Some(first) => {
                let mut breach = Breach::value(&at, say(name)).code(codes::DUPLICATE_NAME);
                breach.related = Some((first.clone(), "first used here".to_owned()));
                found.push(breach);
            }
        }
    }
}
