//! What the change of a field means: the keys of an entry to set, and with null those to take away.

use crate::import::overrides::MARKS;
use crate::import::overrides::spot::Form;
use crate::import::overrides::spot::Spot;
use crate::import::overrides::variable::changed_variables;
use serde_json::Map;
use serde_json::Value as Json;

/// Keys below a field, and what each becomes; null takes it away.
pub(super) type Changes = Vec<(Vec<String>, Json)>;

/// Tells what changes a field from one value to another; nothing where an override cannot say it.
pub(super) fn meaning(spot: &Spot, before: Option<&Json>, after: Option<&Json>) -> Option<Changes> {
    let whole = |value: &Json| Some(vec![(Vec::new(), value.clone())]);
    match spot.form {
        Form::Replicas => {
            after.filter(|value| value.as_i64().is_some_and(|number| number >= 0)).and_then(whole)
        }
        Form::Image => after.filter(|value| value.is_string()).and_then(whole),
        Form::List => after.filter(|value| is_texts(value)).and_then(whole),
        Form::Variables => changed_variables(before, after),
        Form::Texts => {
            let mut changes = differences(before, after)?;
            // Whoever writes the whole map means no harm to what Karmada keeps there.
            changes
                .retain(|(path, _)| MARKS.iter().all(|(_, mark)| path.last().is_none_or(|key| key != mark)));
            let is_text = |(path, value): &(Vec<String>, Json)| {
                path.len() == 1 && (value.is_string() || value.is_null())
            };
            changes.iter().all(is_text).then_some(changes)
        }
        Form::Resources => {
            let changes = differences(before, after)?;
            let is_quantity = |(path, _): &(Vec<String>, Json)| matches!(path.as_slice(), [section, _] if section == "requests" || section == "limits");
            changes.iter().all(is_quantity).then_some(changes)
        }
        Form::Fields => {
            differences(before, after).map(|changes| changes.into_iter().map(shortened).collect())
        }
    }
}

/// What is merged over the document that a text is: maps key by key, lists and scalars whole.
pub(super) fn document_meaning(before: &Json, after: &Json) -> Option<Changes> {
    let is_map = before.is_object() && after.is_object();
    differences(Some(before), Some(after)).filter(|changes| is_map && !changes.is_empty())
}

/// The short keys for fields of an Ingress and of a claim of storage.
fn shortened((path, value): (Vec<String>, Json)) -> (Vec<String>, Json) {
    let steps: Vec<&str> = path.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["ingressClassName"] => (vec!["className".to_owned()], value),
        ["resources", "requests", "storage"] if !value.is_null() => (vec!["size".to_owned()], value),
        _ => (path, value),
    }
}

fn is_texts(value: &Json) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Json::is_string))
}

/// The changes that make one value of another: maps key by key, all else whole. Nothing where setting and taking away keys
/// does not lead there, as with maps that are empty, and with null.
fn differences(before: Option<&Json>, after: Option<&Json>) -> Option<Changes> {
    let mut changes = Vec::new();
    collect(&[], (before, after), &mut changes)?;
    let mut made = before.cloned();
    for (path, value) in &changes {
        make(&mut made, path, value);
    }
    (made.as_ref() == after).then_some(changes)
}

fn collect(
    path: &[String],
    (before, after): (Option<&Json>, Option<&Json>),
    changes: &mut Changes,
) -> Option<()> {
    if before == after {
        return Some(());
    }
    match (before, after) {
        (_, Some(Json::Null)) => return None,
        (_, None) => changes.push((path.to_vec(), Json::Null)),
        (None | Some(Json::Object(_)), Some(Json::Object(new))) => {
            let empty = Map::new();
            let old = before.and_then(Json::as_object).unwrap_or(&empty);
            for key in old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))) {
                collect(&[path, std::slice::from_ref(key)].concat(), (old.get(key), new.get(key)), changes)?;
            }
        }
        (_, Some(value)) => changes.push((path.to_vec(), value.clone())),
    }
    Some(())
}

fn make(root: &mut Option<Json>, path: &[String], value: &Json) {
    let Some((last, above)) = path.split_last() else {
        *root = (!value.is_null()).then(|| value.clone());
        return;
    };
    let mut holder = root.get_or_insert_with(|| Json::Object(Map::new()));
    for key in above {
        let Json::Object(map) = holder else { return };
        holder = map.entry(key.clone()).or_insert_with(|| Json::Object(Map::new()));
    }
    let Json::Object(map) = holder else { return };
    if value.is_null() {
        map.shift_remove(last);
    } else {
        map.insert(last.clone(), value.clone());
    }
}
