//! JSON patches (RFC 6902), applied as `evanphx/json-patch` 5.9.11 (`v5/patch.go`) does with its default options, its
//! deviations from the standard included.

use crate::k8s::pointer::unescape;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// One step of a JSON patch. Paths are JSON pointers read loosely: the text before the first `/` does not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Operation {
    /// Sets a key, or inserts into a list.
    Add {
        /// Where; an existing key is overwritten, `-` appends to a list.
        path: String,
        /// What; null when it is left out.
        #[serde(default)]
        value: Value,
    },
    /// Sets a key or an item that exists.
    Replace {
        /// Where.
        path: String,
        /// What; null when it is left out.
        #[serde(default)]
        value: Value,
    },
    /// Takes a key or an item away.
    Remove {
        /// Where.
        path: String,
    },
    /// Takes a value away and adds it elsewhere.
    Move {
        /// Where it is.
        from: String,
        /// Where it goes.
        path: String,
    },
    /// Adds a copy of a value elsewhere.
    Copy {
        /// Where it is.
        from: String,
        /// Where the copy goes.
        path: String,
    },
    /// Fails unless a value is there.
    Test {
        /// Where.
        path: String,
        /// What; null also stands for nothing.
        #[serde(default)]
        value: Value,
    },
}

impl Operation {
    /// Where it is done.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Add { path, .. }
            | Self::Replace { path, .. }
            | Self::Remove { path }
            | Self::Move { path, .. }
            | Self::Copy { path, .. }
            | Self::Test { path, .. } => path,
        }
    }
}

/// A step that cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchError {
    /// Which step, from 0.
    pub operation: usize,
    /// The path that fails, as written.
    pub path: String,
    /// Why it fails.
    pub fault: PatchFault,
}

/// Why a step cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchFault {
    /// Something on the way to the last key is missing or holds no others, or the path has no `/`.
    MissingParent,
    /// The last key is missing.
    MissingKey,
    /// A list is asked for something other than an index, or for an index it does not have.
    Index,
    /// The whole document would become something other than an object or a list.
    Root,
    /// The value tested for is not there.
    TestFailed,
}

type Step<T> = Result<T, (PatchFault, String)>;

/// The document being patched. An empty key at the root names the whole document: evanphx/json-patch then works on a
/// second reading of it, made from the document before the first step, and what a step changes there is lost.
struct Patched<'a> {
    document: Value,
    original: &'a Value,
    second_reading: Option<Value>,
}

/// Applies all steps in order, or none: with an error the document is as it was.
///
/// # Errors
///
/// [`PatchError`] for the first step that cannot be done.
///
/// # Examples
///
/// ```
/// # use pelago::k8s::patch;
/// let operations: Vec<patch::Operation> =
///     serde_json::from_str(r#"[{"op": "add", "path": "/list/-", "value": 3}]"#)?;
/// let document = serde_json::json!({"list": [1, 2]});
/// assert_eq!(patch::apply(&document, &operations), Ok(serde_json::json!({"list": [1, 2, 3]})));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn apply(document: &Value, operations: &[Operation]) -> Result<Value, PatchError> {
    let error = |operation, (fault, path)| PatchError { operation, path, fault };
    if !is_container(document) {
        return Err(error(0, (PatchFault::Root, String::new())));
    }
    let mut patched = Patched { document: document.clone(), original: document, second_reading: None };
    for (index, operation) in operations.iter().enumerate() {
        patched.apply(operation).map_err(|fault| error(index, fault))?;
    }
    Ok(patched.document)
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}

impl Patched<'_> {
    fn apply(&mut self, operation: &Operation) -> Step<()> {
        match operation {
            Operation::Add { path, value } if path.is_empty() => self.set_root(value, value.clone()),
            Operation::Add { path, value } => self.add(path, value.clone()),
            // After this one evanphx/json-patch has no second reading any more, and null passes.
            Operation::Replace { path, value } if path.is_empty() && value.is_null() => {
                self.document = Value::Null;
                self.second_reading = Some(Value::Null);
                Ok(())
            }
            Operation::Replace { path, value } if path.is_empty() => self.set_root(value, Value::Null),
            Operation::Replace { path, value } => self.replace(path, value.clone()),
            Operation::Remove { path } => self.take(path).map(drop),
            Operation::Move { from, .. } if from.is_empty() => Err((PatchFault::Root, from.clone())),
            Operation::Move { from, path } => {
                let value = self.take(from)?;
                self.add(path, value)
            }
            Operation::Copy { from, path } => {
                let value = self.get(from)?.clone();
                self.add(path, value)
            }
            Operation::Test { path, value } => self.test(path, value),
        }
    }

    fn set_root(&mut self, value: &Value, second_reading: Value) -> Step<()> {
        if !is_container(value) {
            return Err((PatchFault::Root, String::new()));
        }
        self.document = value.clone();
        self.second_reading = Some(second_reading);
        Ok(())
    }

    fn second_reading(&mut self) -> &mut Value {
        self.second_reading.get_or_insert_with(|| self.original.clone())
    }

    fn add(&mut self, path: &str, value: Value) -> Step<()> {
        self.parent(path)?.add(value).map_err(|fault| (fault, path.to_owned()))
    }

    fn replace(&mut self, path: &str, value: Value) -> Step<()> {
        self.parent(path)?.replace(value).map_err(|fault| (fault, path.to_owned()))
    }

    fn take(&mut self, path: &str) -> Step<Value> {
        let removed = self.parent(path)?.remove().map_err(|fault| (fault, path.to_owned()))?;
        Ok(if names_whole(path) { self.second_reading().clone() } else { removed })
    }

    fn get(&mut self, path: &str) -> Step<&Value> {
        if names_whole(path) {
            return Ok(self.second_reading());
        }
        self.parent(path)?.get().map_err(|fault| (fault, path.to_owned()))
    }

    fn test(&mut self, path: &str, expected: &Value) -> Step<()> {
        let found = if path.is_empty() {
            &self.document
        } else {
            match self.get(path) {
                Err((PatchFault::MissingKey, _)) => &Value::Null,
                found => found?,
            }
        };
        if found == expected { Ok(()) } else { Err((PatchFault::TestFailed, path.to_owned())) }
    }

    /// Goes to the container that holds the last key of a path.
    fn parent(&mut self, path: &str) -> Step<Parent<'_>> {
        let fault = || (PatchFault::MissingParent, path.to_owned());
        let (inner, key) = match path.rsplit_once('/') {
            Some((inner, key)) => (inner, unescape(key)),
            None if path.is_empty() => ("", String::new()),
            None => return Err(fault()),
        };
        let mut tokens = inner.split('/').skip(1).peekable();
        let mut container = match tokens.next_if_eq(&"") {
            Some(_) => self.second_reading(),
            None => &mut self.document,
        };
        for token in tokens {
            container = step_into(container, &unescape(token)).ok_or_else(fault)?;
        }
        if is_container(container) { Ok(Parent { container, key }) } else { Err(fault()) }
    }
}

/// Tells whether a path is an empty key at the root, or no key at all.
fn names_whole(path: &str) -> bool {
    path.is_empty() || path.find('/') == Some(path.len() - 1)
}

/// An empty key on the way leads nowhere, even if an object has it.
fn step_into<'a>(container: &'a mut Value, token: &str) -> Option<&'a mut Value> {
    match container {
        _ if token.is_empty() => None,
        Value::Object(fields) => fields.get_mut(token),
        Value::Array(items) => {
            let index = parse_index(token, items.len()).ok()?;
            items.get_mut(index)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A container and the last key of a path.
struct Parent<'a> {
    container: &'a mut Value,
    key: String,
}

impl<'a> Parent<'a> {
    fn add(self, value: Value) -> Result<(), PatchFault> {
        match self.container {
            Value::Object(fields) => {
                fields.insert(self.key, value);
                Ok(())
            }
            Value::Array(items) if self.key == "-" => {
                items.push(value);
                Ok(())
            }
            Value::Array(items) => {
                // One place more than there are items: an index counts the gap after the last one, -1 is that gap.
                let index = parse_index(&self.key, items.len() + 1)?;
                items.insert(index, value);
                Ok(())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(PatchFault::MissingParent)
            }
        }
    }

    fn replace(self, value: Value) -> Result<(), PatchFault> {
        match self.container {
            Value::Object(fields) if self.key.is_empty() || fields.contains_key(&self.key) => {
                fields.insert(self.key, value);
                Ok(())
            }
            Value::Object(_) => Err(PatchFault::MissingKey),
            Value::Array(items) => {
                let index = parse_index(&self.key, items.len())?;
                items.get_mut(index).map(|item| *item = value).ok_or(PatchFault::Index)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(PatchFault::MissingParent)
            }
        }
    }

    /// Takes the value away; under an empty key evanphx/json-patch sees null.
    fn remove(self) -> Result<Value, PatchFault> {
        match self.container {
            Value::Object(fields) => {
                let removed = fields.shift_remove(&self.key).ok_or(PatchFault::MissingKey)?;
                Ok(if self.key.is_empty() { Value::Null } else { removed })
            }
            Value::Array(items) => {
                let index = parse_index(&self.key, items.len())?;
                Ok(items.remove(index))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(PatchFault::MissingParent)
            }
        }
    }

    /// Reads the value; under an empty key evanphx/json-patch sees null.
    fn get(self) -> Result<&'a Value, PatchFault> {
        match &*self.container {
            _ if self.key.is_empty() => Ok(&Value::Null),
            Value::Object(fields) => fields.get(&self.key).ok_or(PatchFault::MissingKey),
            Value::Array(items) => {
                let index = parse_index(&self.key, items.len())?;
                items.get(index).ok_or(PatchFault::Index)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(PatchFault::MissingParent)
            }
        }
    }
}

/// Reads an index as Go's `strconv.Atoi`, a sign and leading zeros allowed; a negative one counts from the end of
/// `length` places.
fn parse_index(text: &str, length: usize) -> Result<usize, PatchFault> {
    let index: i64 = text.parse().map_err(|_| PatchFault::Index)?;
    let length = i64::try_from(length).map_err(|_| PatchFault::Index)?;
    let index = if index < 0 { index + length } else { index };
    if index < length {
        usize::try_from(index).map_err(|_| PatchFault::Index)
    } else {
        Err(PatchFault::Index)
    }
}

impl fmt::Display for PatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match self.fault {
            PatchFault::MissingParent if !path.contains('/') => {
                write!(formatter, "the path `{path}` has no `/`")
            }
            PatchFault::MissingParent => write!(formatter, "the parent of `{path}` does not exist"),
            PatchFault::MissingKey => write!(formatter, "`{path}` does not exist"),
            PatchFault::Index => write!(formatter, "the list has no such index: `{path}`"),
            PatchFault::Root => formatter.write_str("the whole document must be an object or a list"),
            PatchFault::TestFailed => write!(formatter, "`{path}` has another value than the one tested for"),
        }
    }
}

impl std::error::Error for PatchError {}

#[cfg(test)]
mod tests;
