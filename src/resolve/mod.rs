//! Binds names: evaluates the expressions of an App, and reads the files that it names as manifests and config.
//!
//! First the profile, values files, and flags are put over the spec. Variables come next, in the order written; then
//! `metadata`, of which `app` is made; then the rest of `spec`; and overrides for each cluster last.

mod attachments;
mod diagnostics;
mod each;
mod env_file;
mod evaluate;
mod folder;
mod glob;
mod layers;
mod manifests;
mod placement;
mod setting;
#[cfg(test)]
mod tests;
mod vars;

pub use attachments::read_attachments;
pub use folder::read_beside;
pub use layers::Layers;
pub use layers::written_name;
pub use manifests::FileReader;
pub use manifests::read_manifests;
pub use setting::Setting;
pub use setting::Step;
pub use setting::Typing;
pub use setting::parse_settings;

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::expression::Expressions;
use crate::fleet::Inventory;
use crate::resolve::each::evaluate_overrides;
use crate::resolve::evaluate::Evaluator;
use crate::resolve::layers::apply_layers;
use crate::resolve::placement::start_placement;
use crate::resolve::vars::evaluate_variables;
use crate::schema::Kubernetes;
use crate::source::SourceMap;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// What expressions are evaluated with.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The evaluator.
    pub expressions: &'a Expressions,
    /// The texts that the document comes from.
    pub sources: &'a SourceMap,
    /// What is put over the spec; `profile` in an expression is null where none was chosen.
    pub layers: &'a Layers,
    /// The clusters there are, where a Fleet tells.
    pub inventory: Option<&'a Inventory>,
    /// The field tables of the Kubernetes version that is built for.
    pub kubernetes: &'a Kubernetes,
}

/// Evaluates all expressions of an App.
///
/// A value keeps the place of the text that it came from. One with a fault is poisoned, and reported: E0301 to
/// E0305, E0213 for a variable that has the name of a built-in value, E0321 for a flag that cannot be followed, E0404 and
/// E0416 for an override for each cluster, and the lint `unused-variable`. Profiles are left as they are.
#[must_use]
pub fn resolve(mut document: Document, inputs: Inputs<'_>, diagnostics: &mut Diagnostics) -> Document {
    let Value::Mapping(root) = &mut document.root.value else { return document };
    let mut evaluator = Evaluator::new(inputs, diagnostics);
    evaluator.find_uses(root);
    let app = written_name(root).to_owned();
    with_entry(root, "spec", |spec| evaluator.take(apply_layers(spec, &app, inputs)));
    evaluator.find_uses(root);
    let profile = inputs.layers.profile.as_ref();
    evaluator.scope.define("profile", &profile.map_or(Json::Null, |name| Json::from(name.value.as_str())));
    with_entry(root, "spec", |spec| with_key(spec, "vars", |vars| evaluate_variables(vars, &mut evaluator)));
    with_entry(root, "metadata", |metadata| evaluate_metadata(metadata, &mut evaluator));
    with_entry(root, "spec", |spec| {
        evaluate_spec(spec, &mut evaluator);
        start_placement(spec, inputs.inventory);
        evaluate_overrides(spec, &mut evaluator);
    });
    document.origins = evaluator.used;
    document
}

/// Changes the value of a key where the map has it.
fn with_entry(mapping: &mut Mapping, key: &str, change: impl FnOnce(&mut Node)) {
    let Some(entry) = mapping.entry(key) else { return };
    let (key, span) = (entry.key.clone(), entry.value.span);
    let hole = Node { value: Value::Null, span };
    let Some(mut entry) = mapping.insert(Entry { key, value: hole }) else { return };
    change(&mut entry.value);
    mapping.insert(entry);
}

fn with_key(node: &mut Node, key: &str, change: impl FnOnce(&mut Node)) {
    if let Value::Mapping(mapping) = &mut node.value {
        with_entry(mapping, key, change);
    }
}

/// The name and the namespace first: the labels and annotations can use them.
fn evaluate_metadata(metadata: &mut Node, evaluator: &mut Evaluator<'_>) {
    with_key(metadata, "name", |name| evaluator.rewrite(name));
    with_key(metadata, "namespace", |namespace| evaluator.rewrite(namespace));
    define_app(metadata, evaluator);
    rewrite_entries(metadata, evaluator, |key, value, evaluator| match key {
        "name" | "namespace" => {}
        _ => evaluator.rewrite(value),
    });
}

/// Changes the entries of a map one by one: a text that came from an expression is never evaluated again.
fn rewrite_entries<'a>(
    node: &mut Node,
    evaluator: &mut Evaluator<'a>,
    change: impl Fn(&str, &mut Node, &mut Evaluator<'a>),
) {
    let Value::Mapping(mapping) = &mut node.value else { return evaluator.rewrite(node) };
    for mut entry in std::mem::take(mapping) {
        change(&entry.key.value, &mut entry.value, evaluator);
        evaluator.insert(mapping, entry);
    }
}

/// A name that is missing or no string is reported where the document is checked: expressions keep silent about it.
fn define_app(metadata: &Node, evaluator: &mut Evaluator<'_>) {
    let find = |key: &str| metadata.as_mapping().and_then(|mapping| mapping.get(key));
    let name = find("name").and_then(Node::as_str);
    let namespace = match find("namespace").map(|node| (&node.value, node.as_str())) {
        None | Some((Value::Null, _)) => Some("default"),
        Some((_, text)) => text,
    };
    if name.is_none() || namespace.is_none() {
        evaluator.scope.poison("app");
    }
    evaluator.scope.define("app", &json!({ "name": name, "namespace": namespace }));
    evaluator.knows_app = true;
}

fn evaluate_spec(spec: &mut Node, evaluator: &mut Evaluator<'_>) {
    rewrite_entries(spec, evaluator, |key, value, evaluator| match key {
        // The first are evaluated already, the second where they are chosen, the last once the placement is known.
        "vars" | "profiles" | "overrides" => {}
        _ => evaluator.rewrite(value),
    });
}
