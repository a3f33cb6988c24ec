//! Puts the profile, the values files, and the flags over the spec, in this order, before anything is evaluated.

use crate::diagnostic::Diagnostic;
use crate::resolve::Inputs;
use crate::resolve::Setting;
use crate::resolve::diagnostics;
use crate::resolve::setting::Step;
use crate::resolve::with_entry;
use crate::resolve::with_key;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::PlacementChoice;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;

/// What is put over the spec of every App.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layers {
    /// The profile that was chosen; an App that does not have it stays as it is.
    pub profile: Option<Spanned<String>>,
    /// The values files, the last one wins.
    pub values: Vec<Node>,
    /// The settings, the last one wins.
    pub settings: Vec<Setting>,
}

/// A place that values came from, and what it is called.
pub(super) type Origin = (Span, String);

/// What happened to the spec of one App.
#[derive(Default)]
pub(super) struct Layered {
    pub(super) origins: Vec<Origin>,
    pub(super) faults: Vec<Diagnostic>,
}

/// Changes the spec of an App.
pub(super) fn apply_layers(spec: &mut Node, app: &str, inputs: Inputs<'_>) -> Layered {
    let mut layered = Layered::default();
    let layers = inputs.layers;
    spell_placement_out(spec);
    let profile = layers.profile.as_ref().and_then(|name| {
        let profile = tree::find(spec, &["profiles", &name.value])?;
        profile.as_mapping()?;
        Some((profile.clone(), name.value.as_str()))
    });
    if let Some((profile, name)) = profile {
        layered.origins.push((profile.span, format!("the profile `{name}`")));
        merge(spec, &profile);
    }
    for values in &layers.values {
        let path = inputs.sources.path(values.span).display();
        layered.origins.push((values.span, format!("`{path}`")));
        check_no_profiles(values, &mut layered);
        merge(spec, values);
    }
    for setting in &layers.settings {
        if setting.app.as_ref().is_some_and(|name| name.value != app) {
            continue;
        }
        let path = inputs.sources.path(setting.value.span).display();
        layered.origins.push((setting.value.span, format!("`{path}`")));
        match setting.path.first() {
            Some(Spanned { value: Step::Key(key), span }) if key == "profiles" => {
                layered.faults.push(diagnostics::profiles_in_values(*span));
            }
            Some(_) | None => {
                if let Some(removal) = removal_from_placement(setting) {
                    merge(spec, &removal);
                    continue;
                }
                layered.faults.extend(set(spec, &setting.path, &setting.value).err().map(|fault| *fault));
                spell_placement_out(spec);
            }
        }
    }
    layered
}

/// The profiles of an App are no part of what they are merged over.
fn merge(spec: &mut Node, over: &Node) {
    let mut over = over.clone();
    if let Value::Mapping(mapping) = &mut over.value {
        mapping.remove("profiles");
        let before = tree::get(spec, "placement").cloned();
        tree::merge(spec, &over);
        keep_nulls_of_placement(spec, before, &over);
    }
    spell_placement_out(spec);
}

/// In a placement that starts from one of the Fleet, null removes what that one brings too.
fn keep_nulls_of_placement(spec: &mut Node, before: Option<Node>, over: &Node) {
    let starts = tree::find(spec, &["placement", "from"]).is_some();
    let changes = tree::get(over, "placement").filter(|changes| changes.as_mapping().is_some());
    if let (true, Some(mut placement), Some(changes)) = (starts, before, changes) {
        tree::merge_keeping_nulls(&mut placement, changes);
        with_key(spec, "placement", |merged| *merged = placement);
    }
}

/// The name of a placement is a map too, so that what comes over it extends it.
fn spell_placement_out(spec: &mut Node) {
    with_key(spec, "placement", |placement| *placement = PlacementChoice::spell_out(placement));
}

fn check_no_profiles(values: &Node, layered: &mut Layered) {
    if let Some(entry) = values.as_mapping().and_then(|mapping| mapping.entry("profiles")) {
        layered.faults.push(diagnostics::profiles_in_values(entry.key.span));
    }
}

/// A setting of null within the placement, as the map that is merged over the spec.
fn removal_from_placement(setting: &Setting) -> Option<Node> {
    let is_placement =
        matches!(setting.path.first(), Some(Spanned { value: Step::Key(key), .. }) if key == "placement");
    let is_removal = is_placement && setting.path.len() > 1 && setting.value.value == Value::Null;
    let removal =
        setting.path.iter().rev().try_fold(setting.value.clone(), |below, step| match &step.value {
            Step::Key(key) => {
                let mut map = tree::Map::new(below.span);
                map.set_written(&Spanned::new(key.clone(), step.span), below);
                Some(map.into_node())
            }
            Step::Index(_) => None,
        });
    removal.filter(|_| is_removal)
}

/// Sets what a path leads to; maps that are missing on the way are made.
fn set(node: &mut Node, path: &[Spanned<Step>], value: &Node) -> Result<(), Box<Diagnostic>> {
    let Some((step, rest)) = path.split_first() else {
        node.clone_from(value);
        return Ok(());
    };
    match &step.value {
        Step::Key(key) => set_key(node, Spanned::new(key, step.span), (rest, value)),
        Step::Index(index) => set_item(node, Spanned::new(*index, step.span), (rest, value)),
    }
}

fn set_key(
    node: &mut Node,
    key: Spanned<&String>,
    (rest, value): (&[Spanned<Step>], &Node),
) -> Result<(), Box<Diagnostic>> {
    let mut mapping = tree::take_mapping(node).unwrap_or_default();
    let mut outcome = Ok(());
    if value.value == Value::Null && (rest.is_empty() || mapping.get(key.value).is_none()) {
        mapping.remove(key.value);
    } else if rest.is_empty() || mapping.get(key.value).is_none() {
        let mut below = Node { value: Value::Null, span: value.span };
        outcome = set(&mut below, rest, value);
        let key = Spanned::new(key.value.clone(), key.span);
        mapping.insert(Entry { key, value: below });
    } else {
        with_entry(&mut mapping, key.value, |below| outcome = set(below, rest, value));
    }
    if node.as_mapping().is_none() && node.as_sequence().is_none() {
        node.span = value.span;
    }
    node.value = Value::Mapping(mapping);
    outcome
}

fn set_item(
    node: &mut Node,
    index: Spanned<usize>,
    (rest, value): (&[Spanned<Step>], &Node),
) -> Result<(), Box<Diagnostic>> {
    if node.value == Value::Null {
        *node = Node { value: Value::Sequence(Vec::new()), span: value.span };
    }
    let Value::Sequence(items) = &mut node.value else {
        return Err(Box::new(diagnostics::index_into(index.span, node.kind_name())));
    };
    let count = items.len();
    if index.value == count {
        items.push(Node { value: Value::Null, span: value.span });
    }
    match items.get_mut(index.value) {
        Some(item) => set(item, rest, value),
        None => Err(Box::new(diagnostics::index_out_of_range(index, count))),
    }
}

/// What the place is called that a value came from, where that is not the spec itself.
pub(super) fn origin_of(span: Span, origins: &[Origin]) -> Option<&str> {
    origins.iter().find(|(place, _)| place.covers(span)).map(|(_, name)| name.as_str())
}

/// The name of an App as it is written; empty where it has none.
#[must_use]
pub fn written_name(root: &Mapping) -> &str {
    let name = root.get("metadata").and_then(|metadata| tree::get(metadata, "name"));
    name.and_then(Node::as_str).unwrap_or_default()
}
