//! Puts keys into a map under construction: once each, and through `<<`.

use std::collections::BTreeSet;

use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::fault::Fault;
use crate::yaml::fault::FaultKind;
use crate::yaml::mapping::Entry;
use crate::yaml::mapping::Mapping;
use crate::yaml::node::Node;
use crate::yaml::node::Value;

/// A map that is not closed yet.
#[derive(Default)]
pub(super) struct OpenMapping {
    pub(super) mapping: Mapping,
    pub(super) key: Option<Key>,
    /// Keys that came through `<<` and that a later key may override.
    merged: BTreeSet<String>,
}

/// A key whose value is still to come.
pub(super) enum Key {
    Text(Spanned<String>),
    Merge(Span),
    /// Reported; the value is dropped.
    Refused,
}

/// Adds an entry; a key that is there already is a fault, unless it came through a `<<`.
pub(super) fn insert(open: &mut OpenMapping, entry: Entry, faults: &mut Vec<Fault>) {
    if let Some(first) = open.mapping.entry(&entry.key.value)
        && !open.merged.remove(&entry.key.value)
    {
        let kind = FaultKind::DuplicateKey { key: entry.key.value };
        faults.push(Fault { kind, span: entry.key.span, related: Some(first.key.span) });
        return;
    }
    open.mapping.insert(entry);
}

/// Merges the value of a `<<` at `key`; returns the weight of the keys that came in.
///
/// Of several maps in a list the first one that has a key wins. Source: sigs.k8s.io/yaml v1.4
/// `goyaml.v2/decode.go` `merge`.
pub(super) fn merge(open: &mut OpenMapping, node: Node, key: Span, faults: &mut Vec<Fault>) -> usize {
    let mut weight = 0;
    let mut arrived = BTreeSet::new();
    let sources = match node.value {
        Value::Sequence(items) => items,
        Value::Null
        | Value::Boolean(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Mapping(_)
        | Value::Poisoned => vec![node],
    };
    for source in sources {
        match source.value {
            Value::Mapping(mapping) => {
                for entry in mapping {
                    if arrived.contains(&entry.key.value) {
                        continue;
                    }
                    arrived.insert(entry.key.value.clone());
                    weight += entry.key.value.len();
                    merge_entry(open, entry, key, faults);
                }
            }
            Value::Poisoned => {}
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Sequence(_) => {
                faults.push(Fault::new(FaultKind::MergeValue, source.span));
            }
        }
    }
    weight
}

fn merge_entry(open: &mut OpenMapping, entry: Entry, key: Span, faults: &mut Vec<Fault>) {
    if let Some(before) = open.mapping.entry(&entry.key.value) {
        let kind = FaultKind::MergeOverride { key: entry.key.value };
        faults.push(Fault { kind, span: key, related: Some(before.key.span) });
        return;
    }
    open.merged.insert(entry.key.value.clone());
    open.mapping.insert(entry);
}
