//! Overrides for each cluster: one override for every cluster of the Fleet that both the placement and the override
//! pick, evaluated with `cluster` in scope.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::fleet::Inventory;
use crate::resolve::diagnostics;
use crate::resolve::evaluate::Evaluator;
use crate::resolve::with_key;
use crate::schema::Decoder;
use crate::schema::Record;
use crate::schema::Shape;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::OverrideTarget;
use crate::spec::PlacementChoice;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeSet;

/// More places of clusters help nobody.
const SHOWN_CLUSTERS: usize = 3;

/// An override that is written once for each cluster, taken apart.
struct Each {
    /// The word behind `forEach`.
    at: Span,
    target: OverrideTarget,
    /// What differs, with its expressions.
    changes: Node,
}

/// Evaluates the overrides of a spec whose placement is evaluated.
pub(super) fn evaluate_overrides(spec: &mut Node, evaluator: &mut Evaluator<'_>) {
    let placement = tree::get(spec, "placement").cloned();
    with_key(spec, "overrides", |overrides| {
        let Value::Sequence(items) = &mut overrides.value else { return evaluator.rewrite(overrides) };
        for mut item in std::mem::take(items) {
            let each = item.as_mapping().and_then(|mapping| mapping.entry("forEach")).cloned();
            if let Some(each) = each {
                items.extend(expand(item, each, placement.as_ref(), evaluator));
            } else {
                evaluator.rewrite(&mut item);
                items.push(item);
            }
        }
    });
}

/// One override for each cluster; one that cannot be taken apart stays, so that nothing is built.
fn expand(item: Node, each: Entry, placement: Option<&Node>, evaluator: &mut Evaluator<'_>) -> Vec<Node> {
    let span = item.span;
    if each.value.as_str() != Some("cluster") {
        let mut alone = Mapping::default();
        alone.insert(each);
        return vec![Node { value: Value::Mapping(alone), span }];
    }
    let poisoned = vec![Node { value: Value::Poisoned, span }];
    let Some(inventory) = evaluator.inputs.inventory else {
        evaluator.report(diagnostics::each_needs_fleet(each.value.span));
        return poisoned;
    };
    let Some(each) = take_apart(item, each.value.span, evaluator) else { return poisoned };
    let errors = evaluator.diagnostics.error_count();
    let names = find_clusters(&each, placement, inventory, evaluator);
    if names.is_empty() && evaluator.diagnostics.error_since(errors).is_none() {
        evaluator.report(diagnostics::each_without_cluster(each.at));
    }
    evaluate_each(&each, &names, inventory, evaluator)
}

/// The clusters are chosen before `cluster` stands for one of them.
fn take_apart(item: Node, at: Span, evaluator: &mut Evaluator<'_>) -> Option<Each> {
    let Value::Mapping(mapping) = item.value else { return None };
    let (mut target, mut changes) = (Mapping::default(), Mapping::default());
    for mut entry in mapping {
        if OverrideTarget::KEYS.contains(&entry.key.value.as_str()) {
            evaluator.rewrite(&mut entry.value);
            target.insert(entry);
        } else {
            changes.insert(entry);
        }
    }
    let target = Node { value: Value::Mapping(target), span: item.span };
    let Evaluator { inputs, diagnostics, .. } = evaluator;
    let mut decoder = Decoder::new(item.span, inputs.sources, inputs.kubernetes, diagnostics);
    let target = OverrideTarget::decode(&target, &mut decoder).ok()?;
    Some(Each { at, target, changes: Node { value: Value::Mapping(changes), span: item.span } })
}

/// The clusters of the placement that the override picks, in the order of the Fleet. One that the override names
/// stays even where the placement leaves it out: that is reported like in any other override.
fn find_clusters(
    each: &Each,
    placement: Option<&Node>,
    inventory: &Inventory,
    evaluator: &mut Evaluator<'_>,
) -> Vec<(String, Span)> {
    let selector = each.target.selector();
    inventory.check_selector(&selector, evaluator.diagnostics);
    let picked = inventory.pick(&selector);
    let placed = placement.and_then(|placement| find_placed(placement, inventory, evaluator));
    let names = inventory.names().filter(|name| picked.contains(*name)).filter_map(|name| {
        let written = each.target.clusters.iter().find(|written| written.value.as_str() == name);
        let is_placed = placed.as_ref().is_none_or(|placed| placed.contains(name));
        let at = written.map_or(each.at, |written| written.span);
        (is_placed || written.is_some()).then(|| (name.to_owned(), at))
    });
    names.collect()
}

/// The clusters of the placement; nothing where it has a fault, which is reported where it is checked.
fn find_placed(
    placement: &Node,
    inventory: &Inventory,
    evaluator: &Evaluator<'_>,
) -> Option<BTreeSet<String>> {
    let mut faults = Diagnostics::default();
    let inputs = evaluator.inputs;
    let mut decoder = Decoder::new(placement.span, inputs.sources, inputs.kubernetes, &mut faults);
    let PlacementChoice(placement) = Option::decode(placement, &mut decoder).ok()??;
    let is_found = placement.from.as_ref().is_none_or(|from| inventory.placements.get(&from.value).is_some());
    is_found.then(|| inventory.pick_placed(&placement))
}

fn evaluate_each(
    each: &Each,
    names: &[(String, Span)],
    inventory: &Inventory,
    evaluator: &mut Evaluator<'_>,
) -> Vec<Node> {
    let told = std::mem::take(evaluator.diagnostics);
    let mut overrides = Vec::new();
    let mut faults = Vec::new();
    for (name, at) in names {
        let mut changes = each.changes.clone();
        evaluator.scope.define("cluster", &to_json(name, inventory));
        evaluator.cluster = inventory.clusters.get(name).map(|(_, place)| (name.clone(), *place));
        evaluator.rewrite(&mut changes);
        faults.extend(std::mem::take(evaluator.diagnostics).into_found());
        if let Value::Mapping(mapping) = &mut changes.value {
            let key = Spanned::new("clusters".to_owned(), *at);
            let value = tree::list(*at, vec![tree::text(*at, name.as_str())]);
            mapping.insert(Entry { key, value });
        }
        overrides.push(changes);
    }
    evaluator.scope.forget("cluster");
    evaluator.cluster = None;
    *evaluator.diagnostics = told;
    for fault in join(faults) {
        evaluator.report(fault);
    }
    overrides
}

/// What an expression finds below `cluster`; what the Fleet does not say is not defined.
fn to_json(name: &str, inventory: &Inventory) -> Json {
    let mut values = Map::new();
    values.insert("name".to_owned(), json!(name));
    if let Some((cluster, _)) = inventory.clusters.get(name) {
        for (key, text) in [("provider", &cluster.spec.provider), ("region", &cluster.spec.region)] {
            if !text.is_empty() {
                values.insert(key.to_owned(), json!(text));
            }
        }
        values.insert("zones".to_owned(), json!(cluster.spec.zones));
        values.insert("labels".to_owned(), json!(cluster.metadata.labels));
    }
    values.insert("vars".to_owned(), inventory.vars.get(name).cloned().unwrap_or_else(|| json!({})));
    Json::Object(values)
}

/// One fault of many clusters is told once, with the places of the first ones.
fn join(faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut joined: Vec<Diagnostic> = Vec::new();
    for fault in faults {
        let is_same = |known: &&mut Diagnostic| {
            known.code == fault.code && known.primary == fault.primary && known.message == fault.message
        };
        match joined.iter_mut().find(is_same) {
            Some(known) => known.secondary.extend(fault.secondary),
            None => joined.push(fault),
        }
    }
    for fault in &mut joined {
        let more = fault.secondary.len().saturating_sub(SHOWN_CLUSTERS);
        fault.secondary.truncate(SHOWN_CLUSTERS);
        if more > 0 {
            let plural = if more == 1 { "" } else { "s" };
            fault.notes.push(format!("the same holds for {more} more cluster{plural}"));
        }
    }
    joined
}
