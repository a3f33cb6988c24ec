//! The steps that make one object of another.

use crate::k8s::pointer::Pointer;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::PlaintextOverrider;
use serde_json::Map;
use serde_json::Value as Json;

/// One step of a JSON patch.
pub(super) type Step = PlaintextOverrider;

/// The changes that make `after` of `before`, each of as many steps as belong together. No two touch the same place, so that
/// their order makes no difference.
pub(super) fn differences(before: &Json, after: &Json) -> Vec<Vec<Step>> {
    let mut changes = Vec::new();
    let mut place = Vec::new();
    collect(&mut place, (before, after), &mut changes);
    changes
}

fn collect(place: &mut Vec<String>, (before, after): (&Json, &Json), changes: &mut Vec<Vec<Step>>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => collect_map(place, (old, new), changes),
        (Json::Array(old), Json::Array(new)) if begins_alike(old, new) => {
            collect_items(place, (old, new), changes);
        }
        (_, after) => changes.push(vec![step(place, OverriderOperator::Replace, Some(after))]),
    }
}

fn collect_map(
    place: &mut Vec<String>,
    (old, new): (&Map<String, Json>, &Map<String, Json>),
    changes: &mut Vec<Vec<Step>>,
) {
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        place.push(key.clone());
        match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => collect(place, (old, new), changes),
            (_, Some(new)) => changes.push(vec![step(place, OverriderOperator::Add, Some(new))]),
            (_, None) => changes.push(vec![step(place, OverriderOperator::Remove, None)]),
        }
        place.pop();
    }
}

/// Tells whether a list has the named items of another one, and perhaps more behind them.
fn begins_alike(old: &[Json], new: &[Json]) -> bool {
    let is_same = |(old, new): (&Json, &Json)| {
        old.get("name").is_some_and(Json::is_string) && old.get("name") == new.get("name")
    };
    old.len() <= new.len() && old.iter().zip(new).all(is_same)
}

fn collect_items(place: &mut Vec<String>, (old, new): (&[Json], &[Json]), changes: &mut Vec<Vec<Step>>) {
    for (index, (old, new)) in old.iter().zip(new).enumerate() {
        place.push(index.to_string());
        collect(place, (old, new), changes);
        place.pop();
    }
    place.push("-".to_owned());
    let added = new.iter().skip(old.len());
    let added: Vec<Step> = added.map(|item| step(place, OverriderOperator::Add, Some(item))).collect();
    place.pop();
    if !added.is_empty() {
        changes.push(added);
    }
}

fn step(place: &[String], operator: OverriderOperator, value: Option<&Json>) -> Step {
    Step { path: pointer(place), operator, value: value.cloned() }
}

fn pointer(place: &[String]) -> String {
    let mut pointer = Pointer::default();
    for step in place {
        pointer.push_key(step);
    }
    pointer.to_string()
}
