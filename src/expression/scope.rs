//! The names that an expression can use.

use crate::expression::value::from_json;
use indexmap::IndexMap;
use minijinja::Value;
use minijinja::value::Enumerator;
use minijinja::value::Object;
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the values of all expressions of one scope may weigh together: their text in bytes, and 32 for each value.
const WEIGHT_LIMIT: usize = 16 << 20;

/// The names that the expressions of one document can use.
///
/// A name of our own wins over a variable of the same name, which `vars.x` still reaches.
#[derive(Debug)]
pub struct Scope {
    names: Arc<Names>,
    broken: BTreeSet<String>,
    weight_left: Cell<usize>,
}

#[derive(Debug, Clone, Default)]
struct Names {
    own: BTreeMap<&'static str, Value>,
    vars: Arc<Entries>,
}

/// A map in the order written.
#[derive(Debug, Clone, Default)]
pub(super) struct Entries(pub(super) IndexMap<String, Value>);

impl Default for Scope {
    fn default() -> Self {
        Self { names: Arc::default(), broken: BTreeSet::new(), weight_left: Cell::new(WEIGHT_LIMIT) }
    }
}

impl Scope {
    /// The names that no variable can have: ours, now or in an override for each cluster.
    pub const RESERVED: &[&str] = &["app", "cluster", "profile", "vars"];

    /// Defines a name of our own.
    pub fn define(&mut self, name: &'static str, value: &Json) {
        Arc::make_mut(&mut self.names).own.insert(name, from_json(value));
    }

    /// Takes a name of our own out of scope.
    pub fn forget(&mut self, name: &'static str) {
        Arc::make_mut(&mut self.names).own.remove(name);
    }

    /// Defines a variable, flat and as `vars.name`; the last value wins.
    pub fn define_variable(&mut self, name: &str, value: &Json) {
        let names = Arc::make_mut(&mut self.names);
        Arc::make_mut(&mut names.vars).0.insert(name.to_owned(), from_json(value));
    }

    /// Takes note of a name whose value has a fault that has been reported: expressions that use it keep silent.
    pub fn poison(&mut self, name: &str) {
        self.broken.insert(name.to_owned());
    }

    /// The names that an expression can start with, ours first, then the variables in the order defined; at most
    /// `limit` variables.
    pub(super) fn names(&self, limit: usize) -> Vec<String> {
        let own = self.names.own.keys().map(|name| (*name).to_owned());
        let vars = self
            .names
            .vars
            .0
            .keys()
            .filter(|name| is_name(name) && !self.names.own.contains_key(name.as_str()));
        let mut names: Vec<String> = own.collect();
        let place = names.iter().position(|name| name.as_str() > "vars").unwrap_or(names.len());
        names.insert(place, "vars".to_owned());
        names.extend(vars.take(limit).cloned());
        names
    }

    pub(super) fn is_broken(&self, segments: &[&str]) -> bool {
        match segments {
            ["vars"] => !self.broken.is_empty(),
            ["vars", name, ..] | [name, ..] => self.broken.contains(*name),
            [] => false,
        }
    }

    /// Finds the value of a name that stands first in a path.
    pub(super) fn find(&self, name: &str) -> Option<Value> {
        self.names.find(name)
    }

    pub(super) fn to_context(&self) -> Value {
        Value::from_dyn_object(Arc::clone(&self.names))
    }

    /// What the next value may weigh.
    pub(super) fn weight_left(&self) -> usize {
        self.weight_left.get()
    }

    pub(super) fn set_weight_left(&self, weight: usize) {
        self.weight_left.set(weight);
    }
}

/// Tells whether a key can be written as a name in an expression.
fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Names {
    fn find(&self, name: &str) -> Option<Value> {
        match name {
            "vars" => Some(Value::from_dyn_object(Arc::clone(&self.vars))),
            _ => self.own.get(name).or_else(|| self.vars.0.get(name)).cloned(),
        }
    }
}

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.find(key.as_str()?)
    }
}

impl Object for Entries {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(|key| Value::from(key.as_str())).collect())
    }
}
