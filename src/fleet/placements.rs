//! Placements with names, and placements that start from one of them.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::diagnostic::listed;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Homes;
use crate::schema::Shape;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Placement;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A placement that has a name in the Fleet.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPlacement {
    /// What it says, with what it starts from.
    pub placement: Placement,
    /// The same as it is written, so that others can start from it.
    pub written: Node,
}

impl Shape for NamedPlacement {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        Placement::decode(node, decoder).map(|placement| Self { placement, written: node.clone() })
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        Placement::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        Placement::schema(definitions)
    }
}

/// Puts a placement over the one that it starts from: maps merge, lists and scalars replace, null removes, and `exclude`
/// adds. It keeps its own `from`.
#[must_use]
pub fn extend_placement(base: &Node, written: &Node) -> Node {
    let mut placement = base.clone();
    if let Value::Mapping(mapping) = &mut placement.value {
        mapping.remove("from");
    }
    tree::merge(&mut placement, written);
    placement.span = written.span;
    let before = excluded(base).unwrap_or_default();
    if let (Some(own), Value::Mapping(mapping)) = (excluded(written), &mut placement.value) {
        let is_new = |name: &&Node| own.iter().all(|known| known.value != name.value);
        let added: Vec<Node> = before.iter().filter(is_new).chain(own).cloned().collect();
        if let Some(exclude) = mapping.get_mut("exclude") {
            exclude.value = Value::Sequence(added);
        }
    }
    placement
}

fn excluded(placement: &Node) -> Option<&[Node]> {
    tree::get(placement, "exclude").and_then(Node::as_sequence)
}

/// Puts each placement of a Fleet over the one that it starts from, before any is checked. One that starts from itself
/// (E0425) or from none that there is (E0403) is reported and poisoned.
pub fn link_placements(fleet: &mut Node, diagnostics: &mut Diagnostics) {
    let Value::Mapping(root) = &mut fleet.value else { return };
    let placements = root.get_mut("spec").and_then(|spec| match &mut spec.value {
        Value::Mapping(spec) => spec.get_mut("placements"),
        Value::Null
        | Value::Boolean(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Poisoned => None,
    });
    let Some(Node { value: Value::Mapping(placements), .. }) = placements else { return };
    let written = placements.clone();
    let mut linking = Linking { written: &written, linked: BTreeMap::new(), diagnostics };
    for entry in &written {
        let linked = linking.link(entry);
        if let Some(place) = placements.get_mut(&entry.key.value) {
            *place = linked;
        }
    }
}

/// The placements of a Fleet while they are put over one another.
struct Linking<'a> {
    written: &'a Mapping,
    linked: BTreeMap<&'a str, Node>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Linking<'a> {
    /// Follows a placement to one that starts from none, or is linked already, and puts the others over it on the way back.
    fn link(&mut self, entry: &'a Entry) -> Node {
        let mut chain: IndexMap<&'a str, &'a Node> = IndexMap::new();
        let mut next = entry;
        let mut base = loop {
            let name = next.key.value.as_str();
            if let Some(known) = self.linked.get(name) {
                break Some(known.clone());
            }
            if let Some(start) = chain.get_index_of(name) {
                self.report_circle(chain.values().skip(start).copied());
                break Some(poisoned(next.value.span));
            }
            chain.insert(name, &next.value);
            let Some(start) = start_of(&next.value) else { break None };
            let Some(found) = self.written.entry(start.value) else {
                let others = self.written.iter().map(|entry| entry.key.value.as_str());
                let known = others.filter(|other| *other != name);
                self.diagnostics.report(unknown_placement(start, known));
                break Some(poisoned(start.span));
            };
            next = found;
        };
        for (name, placement) in chain.into_iter().rev() {
            let linked = match base {
                Some(Node { value: Value::Poisoned, .. }) => poisoned(placement.span),
                Some(base) => extend_placement(&base, placement),
                None => placement.clone(),
            };
            self.linked.insert(name, linked.clone());
            base = Some(linked);
        }
        base.unwrap_or_else(|| entry.value.clone())
    }

    fn report_circle(&mut self, circle: impl Iterator<Item = &'a Node>) {
        let mut starts = circle.filter_map(start_of);
        let Some(first) = starts.next() else { return };
        let diagnostic =
            Diagnostic::new(codes::PLACEMENT_CIRCLE, first.span, "a placement starts from itself")
                .with_label(format!("this starts from `{}`", first.value))
                .with_help("let one of them say its clusters without `from`");
        self.diagnostics.report(starts.fold(diagnostic, |told, next| {
            told.with_secondary(next.span, format!("which starts from `{}`", next.value))
        }));
    }
}

/// The name of the placement that one starts from.
fn start_of(placement: &Node) -> Option<Spanned<&str>> {
    let from = tree::get(placement, "from")?;
    Some(Spanned::new(from.as_str()?, from.span))
}

fn poisoned(span: Span) -> Node {
    Node { value: Value::Poisoned, span }
}

/// Says that there is no placement of this name (E0403).
#[must_use]
pub fn unknown_placement<'a>(name: Spanned<&str>, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let message = format!("the Fleet has no placement `{}`", name.value);
    let diagnostic = Diagnostic::new(codes::UNKNOWN_PLACEMENT, name.span, message)
        .with_nearest(name.value, known.iter().copied());
    match known.as_slice() {
        [] => diagnostic.with_note("it names none: they stand under `spec.placements` of a Fleet"),
        _ if diagnostic.helps.is_empty() => {
            diagnostic.with_note(listed(("its only placement is", "its placements are"), known))
        }
        _ => diagnostic,
    }
}
