//! Tells Karmada: the overrider that takes effect for the kind, or a JSON patch whose path is proved.

use crate::k8s::image::ImageReference;
use crate::k8s::patch::Operation;
use crate::k8s::patch::apply;
use crate::k8s::pointer::Pointer;
use crate::k8s::pointer::escape;
use crate::karmada::policy::overriding::CommandArgsOverrider;
use crate::karmada::policy::overriding::FieldOverrider;
use crate::karmada::policy::overriding::ImageComponent;
use crate::karmada::policy::overriding::ImageOverrider;
use crate::karmada::policy::overriding::ImagePredicate;
use crate::karmada::policy::overriding::LabelAnnotationOverrider;
use crate::karmada::policy::overriding::ListOperator;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::PlaintextOverrider;
use crate::lower::Lowering;
use crate::lower::overrides::Rule;
use crate::lower::overrides::change::Change;
use crate::lower::overrides::change::Edit;
use crate::lower::overrides::change::ListField;
use crate::lower::overrides::change::Parts;
use crate::lower::overrides::change::Section;
use crate::lower::overrides::change::changed_list;
use crate::lower::overrides::change::find_entry;
use crate::lower::overrides::edited;
use crate::lower::overrides::workload::Reach;
use crate::lower::selection::Selection;
use crate::source::Span;
use indexmap::IndexMap;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;

/// Which edits make a difference anywhere: one override may concern several containers and workloads, some of which are as it
/// says already.
#[derive(Default)]
pub(super) struct Effects {
    /// By place: the subject of the first edit that is written there, and whether one makes a difference.
    places: IndexMap<Span, (String, bool)>,
}

impl Effects {
    fn add(&mut self, edit: &Edit, differs: bool) {
        let (_, any) = self.places.entry(edit.at).or_insert_with(|| (edit.subject.clone(), false));
        *any |= differs;
    }

    /// The places and subjects of the edits that make none.
    pub(super) fn missed(&self) -> impl Iterator<Item = (Span, &str)> {
        let missed = self.places.iter().filter(|(_, (_, any))| !any);
        missed.map(|(at, (subject, _))| (*at, subject.as_str()))
    }
}

impl Lowering<'_> {
    /// Writes the overriders of each rule, reports the edits that cannot be made, and notes which change something: the
    /// generated object, or what the rules before make of it. What is written for each cluster may well say on some of
    /// them what the object says already.
    pub(super) fn compose(
        &mut self,
        (base, reach): (&Json, Reach),
        rules: &mut [Rule<'_>],
        effects: &mut Effects,
    ) {
        for index in 0..rules.len() {
            let (before, rest) = rules.split_at_mut(index);
            let Some(rule) = rest.first_mut() else { break };
            self.take_what_the_version_has(rule, base);
            let mut alone = base.clone();
            // What the rules before make of the object, where any of them may apply too.
            let mut together = made_before(base, before, &rule.selection);
            let mut overriders = Overriders::default();
            for edit in &rule.edits {
                if let Some(reason) = fault(edit, &alone) {
                    self.edit_does_not_apply(edit, &reason);
                    continue;
                }
                let mut added = Overriders::default();
                overriders_for(edit, (&alone, reach), &mut added);
                let is_effective = edit.change.make(&mut alone);
                let is_effective_together = together.as_mut().is_some_and(|object| edit.change.make(object));
                let differs = is_effective || is_effective_together;
                effects.add(edit, differs || rule.written.for_each.is_some());
                if differs || before.iter().any(|earlier| is_met(earlier, &rule.selection, edit)) {
                    let count = lengths(&overriders);
                    append(&mut overriders, added);
                    rule.places.extend(places(edit, count, &overriders));
                }
            }
            rule.overriders = overriders;
        }
    }

    /// Writes the edits of a rule in the words that the version of Karmada knows.
    fn take_what_the_version_has(&self, rule: &mut Rule<'_>, base: &Json) {
        let edits = std::mem::take(&mut rule.edits).into_iter();
        let has_overriders = self.knows("spec.overrideRules.overriders.labelsOverrider");
        let edits = edits.map(|edit| if has_overriders { edit } else { edit.without_overrider() });
        let has_documents = self.knows("spec.overrideRules.overriders.fieldOverrider");
        rule.edits =
            edits.map(|edit| if has_documents { edit } else { edit.without_document(base) }).collect();
    }
}

/// What the rules make of an object that may apply on one of these clusters; nothing where none does.
fn made_before(base: &Json, rules: &[Rule<'_>], selection: &Selection) -> Option<Json> {
    let mut meeting = rules.iter().filter(|rule| rule.selection.may_meet(selection)).peekable();
    meeting.peek()?;
    Some(meeting.fold(base.clone(), edited))
}

/// Tells whether an earlier rule may change, on one of these clusters, what an edit says again.
fn is_met(earlier: &Rule<'_>, selection: &Selection, edit: &Edit) -> bool {
    earlier.selection.may_meet(selection)
        && earlier.edits.iter().any(|known| known.change.may_touch(&edit.change))
}

/// How many overriders of each sort there are, with the name of the list.
fn lengths(overriders: &Overriders) -> [(&'static str, usize); 7] {
    [
        ("imageOverrider", overriders.image_overrider.len()),
        ("commandOverrider", overriders.command_overrider.len()),
        ("argsOverrider", overriders.args_overrider.len()),
        ("labelsOverrider", overriders.labels_overrider.len()),
        ("annotationsOverrider", overriders.annotations_overrider.len()),
        ("fieldOverrider", overriders.field_overrider.len()),
        ("plaintext", overriders.plaintext.len()),
    ]
}

/// Where in the rule the overriders stand that came of an edit, each with the place of the edit.
fn places(edit: &Edit, before: [(&'static str, usize); 7], overriders: &Overriders) -> Vec<(String, Span)> {
    let mut places = Vec::new();
    for ((list, before), (_, after)) in before.into_iter().zip(lengths(overriders)) {
        places.extend((before..after).map(|index| (format!("/overriders/{list}/{index}"), edit.at)));
        let Change::Metadata { section, key, .. } = &edit.change else { continue };
        if list.strip_suffix("Overrider") == Some(section.name()) {
            let last = after.saturating_sub(1);
            places.push((format!("/overriders/{list}/{last}/value/{}", escape(key)), edit.at));
        }
    }
    places
}

/// Why an edit cannot be made at all.
fn fault(edit: &Edit, object: &Json) -> Option<String> {
    match &edit.change {
        Change::Image { pointer, parts } => {
            let image = pointer.resolve(object).and_then(Json::as_str).unwrap_or_default();
            parts.change(image).err()
        }
        Change::Document(merge) => merge.overrider(object).err(),
        Change::Raw(operation) => {
            apply(object, std::slice::from_ref(operation)).err().map(|error| error.to_string())
        }
        Change::Set(..)
        | Change::Remove(_)
        | Change::SetEntry { .. }
        | Change::RemoveEntry { .. }
        | Change::Metadata { .. }
        | Change::List { .. } => None,
    }
}

fn overriders_for(edit: &Edit, (object, reach): (&Json, Reach), overriders: &mut Overriders) {
    match &edit.change {
        Change::Set(pointer, value) => overriders.plaintext.push(set_patch(pointer, value, object)),
        Change::Remove(pointer) if pointer.resolve(object).is_some() => {
            overriders.plaintext.push(patch(OverriderOperator::Remove, pointer, None));
        }
        Change::SetEntry { list, name, entry } => {
            overriders.plaintext.push(entry_patch(list, (name, entry), object));
        }
        Change::RemoveEntry { list, name } => {
            if let Some(index) = find_entry(object, list, name) {
                let mut pointer = list.clone();
                pointer.push_index(index);
                overriders.plaintext.push(patch(OverriderOperator::Remove, &pointer, None));
            }
        }
        Change::Image { pointer, parts } => image_overriders(pointer, parts, (object, reach), overriders),
        Change::Metadata { section, key, value } => {
            metadata_overrider(*section, (key, value.as_ref()), overriders);
        }
        Change::List { container, field, pointer, remove, add } => {
            // karmada f8fdd02 pkg/util/overridemanager/commandargsoverride.go reads `containers` alone.
            if reach == Reach::PatchesAlone || pointer.tokens().any(|token| token == "initContainers") {
                let texts = Json::Array(changed_list(pointer.resolve(object), remove, add));
                overriders.plaintext.push(set_patch(pointer, &texts, object));
            } else {
                list_overriders(container, *field, (remove, add), overriders);
            }
        }
        Change::Document(merge) => {
            // Karmada empties a field that nothing is done to.
            let overrider = merge.overrider(object).ok();
            let is_change = |it: &FieldOverrider| !(it.json.is_empty() && it.yaml.is_empty());
            overriders.field_overrider.extend(overrider.filter(is_change));
        }
        Change::Raw(operation) => overriders.plaintext.extend(raw_patch(operation)),
        Change::Remove(_) => {}
    }
}

fn patch(operator: OverriderOperator, pointer: &Pointer, value: Option<Json>) -> PlaintextOverrider {
    PlaintextOverrider { path: pointer.to_string(), operator, value }
}

fn raw_patch(operation: &Operation) -> Option<PlaintextOverrider> {
    let (operator, path, value) = match operation {
        Operation::Add { path, value } => (OverriderOperator::Add, path, Some(value)),
        Operation::Replace { path, value } => (OverriderOperator::Replace, path, Some(value)),
        Operation::Remove { path } => (OverriderOperator::Remove, path, None),
        // No overrider of Karmada moves, copies or tests, and the schema of a patch has none of them.
        Operation::Move { .. } | Operation::Copy { .. } | Operation::Test { .. } => return None,
    };
    Some(PlaintextOverrider { path: path.clone(), operator, value: value.cloned() })
}

/// Replaces what is there; else adds it, with the first of the maps above it that is missing.
fn set_patch(pointer: &Pointer, value: &Json, object: &Json) -> PlaintextOverrider {
    if pointer.resolve(object).is_some() {
        return patch(OverriderOperator::Replace, pointer, Some(value.clone()));
    }
    let mut place = pointer.clone();
    let mut value = value.clone();
    loop {
        let mut above = place.clone();
        let Some(last) = above.pop() else { break };
        if above.resolve(object).is_some() {
            break;
        }
        value = json!({ last: value });
        place = above;
    }
    patch(OverriderOperator::Add, &place, Some(value))
}

fn entry_patch(list: &Pointer, (name, entry): (&str, &Json), object: &Json) -> PlaintextOverrider {
    if list.resolve(object).is_none() {
        return set_patch(list, &Json::Array(vec![entry.clone()]), object);
    }
    let mut pointer = list.clone();
    if let Some(index) = find_entry(object, list, name) {
        pointer.push_index(index);
        return patch(OverriderOperator::Replace, &pointer, Some(entry.clone()));
    }
    pointer.push_key("-");
    patch(OverriderOperator::Add, &pointer, Some(entry.clone()))
}

/// Karmada's image overrider drops a digest (traps.md V9), so an image that has or gets one is written whole.
fn image_overriders(
    pointer: &Pointer,
    parts: &Parts,
    (object, reach): (&Json, Reach),
    overriders: &mut Overriders,
) {
    let Some(image) = pointer.resolve(object).and_then(Json::as_str) else { return };
    let has_digest = ImageReference::parse(image).is_ok_and(|reference| reference.digest().is_some());
    if reach == Reach::PatchesAlone || has_digest || parts.digest.is_some() {
        if let Ok(changed) = parts.change(image) {
            overriders.plaintext.push(set_patch(pointer, &Json::String(changed), object));
        }
        return;
    }
    let components = [
        (ImageComponent::Registry, &parts.registry),
        (ImageComponent::Repository, &parts.repository),
        (ImageComponent::Tag, &parts.tag),
    ];
    for (component, value) in components {
        if let Some(value) = value {
            overriders.image_overrider.push(ImageOverrider {
                predicate: Some(ImagePredicate { path: pointer.to_string() }),
                component,
                operator: OverriderOperator::Replace,
                value: value.clone(),
            });
        }
    }
}

/// `add` sets and overwrites; `replace` does nothing for a key that is not there (traps.md V17).
fn metadata_overrider(section: Section, (key, value): (&str, Option<&String>), overriders: &mut Overriders) {
    let overriders_of = match section {
        Section::Labels => &mut overriders.labels_overrider,
        Section::Annotations => &mut overriders.annotations_overrider,
    };
    let operator = if value.is_some() { OverriderOperator::Add } else { OverriderOperator::Remove };
    let value = BTreeMap::from([(key.to_owned(), value.cloned().unwrap_or_default())]);
    overriders_of.push(LabelAnnotationOverrider { operator, value });
}

/// Adds the overriders of an edit; labels that are all set, or all removed, share one.
fn append(overriders: &mut Overriders, added: Overriders) {
    let Overriders {
        image_overrider,
        command_overrider,
        args_overrider,
        labels_overrider,
        annotations_overrider,
        field_overrider,
        plaintext,
    } = added;
    overriders.image_overrider.extend(image_overrider);
    overriders.command_overrider.extend(command_overrider);
    overriders.args_overrider.extend(args_overrider);
    append_metadata(&mut overriders.labels_overrider, labels_overrider);
    append_metadata(&mut overriders.annotations_overrider, annotations_overrider);
    overriders.field_overrider.extend(field_overrider);
    overriders.plaintext.extend(plaintext);
}

fn append_metadata(overriders: &mut Vec<LabelAnnotationOverrider>, added: Vec<LabelAnnotationOverrider>) {
    for overrider in added {
        match overriders.last_mut().filter(|last| last.operator == overrider.operator) {
            Some(last) => last.value.extend(overrider.value),
            None => overriders.push(overrider),
        }
    }
}

fn list_overriders(
    container: &str,
    field: ListField,
    (remove, add): (&[String], &[String]),
    overriders: &mut Overriders,
) {
    let list = match field {
        ListField::Args => &mut overriders.args_overrider,
        ListField::Command => &mut overriders.command_overrider,
    };
    for (operator, value) in [(ListOperator::Remove, remove), (ListOperator::Add, add)] {
        if !value.is_empty() {
            list.push(CommandArgsOverrider {
                container_name: container.to_owned(),
                operator,
                value: value.to_vec(),
            });
        }
    }
}
