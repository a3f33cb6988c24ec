//! How much of the language an object is said with.

use crate::import::references::workload_kind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::hash::split_hash;
use std::collections::BTreeMap;

/// How an object is said; each form says more than the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// In the short words of the language.
    #[default]
    Short,
    /// A workload whose pods are said in Kubernetes' own words; what has a hash of its content in its name, by the whole name.
    Long,
    /// The whole object, as one of `manifests`.
    Manifest,
}

/// The forms of the objects for which the short one will not do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forms(BTreeMap<ObjectKey, Form>);

impl Forms {
    /// The form of an object.
    #[must_use]
    pub fn of(&self, key: &ObjectKey) -> Form {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// Takes the next form for an object; tells whether there was one.
    pub fn give_way(&mut self, key: &ObjectKey) -> bool {
        let next = match self.of(key) {
            Form::Short if workload_kind(key).is_some() || split_hash(&key.name).is_some() => Form::Long,
            Form::Short | Form::Long => Form::Manifest,
            Form::Manifest => return false,
        };
        self.0.insert(key.clone(), next);
        true
    }
}
