//! One rule of an override policy, as the changes that it makes to one object.

use crate::import::overrides::Manner;
use crate::import::overrides::apply_where_it_can;
use crate::import::overrides::body::Body;
use crate::import::overrides::home::Container;
use crate::import::overrides::home::Home;
use crate::import::overrides::home::find;
use crate::import::overrides::image::gather_images;
use crate::import::overrides::image::image_change;
use crate::import::overrides::image::part_of;
use crate::import::overrides::meaning::document_meaning;
use crate::import::overrides::meaning::meaning;
use crate::import::overrides::obstacle::Obstacle;
use crate::import::overrides::spot::Form;
use crate::import::overrides::spot::Spot;
use crate::k8s::pointer::Pointer;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::overrides::read_yaml;
use crate::karmada::policy::overriding::CommandArgsOverrider;
use crate::karmada::policy::overriding::FieldOverrider;
use crate::karmada::policy::overriding::ImageOverrider;
use crate::karmada::policy::overriding::LabelAnnotationOverrider;
use crate::karmada::policy::overriding::ListOperator;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::PlaintextOverrider;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

/// What a rule changes in an object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RaisedRule {
    /// The changes; empty where Karmada does nothing.
    pub body: Body,
    /// The overriders that change nothing, from the rule's `overriders` down.
    pub without_effect: Vec<Pointer>,
}

/// An object while the overriders of a rule change it.
pub(super) struct Raising<'a> {
    home: &'a Home,
    manner: Manner,
    /// The object as an App generates it.
    object: &'a Json,
    /// The object as this rule alone makes it.
    alone: Json,
    /// The object as this rule and all before make it.
    together: &'a mut Json,
    raised: RaisedRule,
}

/// An object before an overrider changes it.
struct Before {
    alone: Json,
    together: Json,
}

/// One overrider, as far as it can be told apart: which one it is, and a rule with it alone.
struct Step<'o> {
    list: &'static str,
    index: usize,
    overriders: &'o Overriders,
}

impl<'a> Raising<'a> {
    /// Reads a rule for an object as an App generates it; `together` is what the rules before
    /// that may be for the same cluster make of it, and this one then.
    pub(super) fn raise(
        (home, manner): (&'a Home, Manner),
        (object, together): (&'a Json, &'a mut Json),
        overriders: &Overriders,
    ) -> Result<RaisedRule, Obstacle> {
        let raised = RaisedRule::default();
        let mut raising = Self { home, manner, object, alone: object.clone(), together, raised };
        raising.raise_images(&overriders.image_overrider)?;
        raising.raise_lists(("commandOverrider", "command"), &overriders.command_overrider)?;
        raising.raise_lists(("argsOverrider", "args"), &overriders.args_overrider)?;
        raising.raise_texts(("labelsOverrider", "labels"), &overriders.labels_overrider)?;
        raising.raise_texts(("annotationsOverrider", "annotations"), &overriders.annotations_overrider)?;
        raising.raise_documents(&overriders.field_overrider)?;
        for (index, overrider) in overriders.plaintext.iter().enumerate() {
            let alone = Overriders { plaintext: vec![overrider.clone()], ..Overriders::default() };
            let step = Step { list: "plaintext", index, overriders: &alone };
            let Some(before) = raising.apply(&step)? else { continue };
            raising.raise_operation(overrider, (&before.alone, &step))?;
        }
        gather_images(&mut raising.raised.body, object, &home.containers(object));
        Ok(raising.raised)
    }

    /// Applies one overrider; the object before it, or nothing where it changes nothing, alone and after the rules before.
    fn apply(&mut self, step: &Step<'_>) -> Result<Option<Before>, Obstacle> {
        let before = Before { alone: self.alone.clone(), together: self.together.clone() };
        apply_overriders(&mut self.alone, step.overriders)
            .map_err(|fault| Obstacle::Fails { place: step.place(), reason: fault.to_string() })?;
        apply_where_it_can(step.overriders, self.together);
        if self.has_changed(&before, &[]) {
            return Ok(Some(before));
        }
        self.raised.without_effect.push(step.place());
        Ok(None)
    }

    /// Tells whether an overrider changed a field, alone or after the rules before.
    fn has_changed(&self, before: &Before, place: &[String]) -> bool {
        find(&before.alone, place) != find(&self.alone, place)
            || find(&before.together, place) != find(self.together, place)
    }

    fn raise_images(&mut self, overriders: &[ImageOverrider]) -> Result<(), Obstacle> {
        for (index, overrider) in overriders.iter().enumerate() {
            let alone = Overriders { image_overrider: vec![overrider.clone()], ..Overriders::default() };
            let step = Step { list: "imageOverrider", index, overriders: &alone };
            let Some(before) = self.apply(&step)? else { continue };
            let containers = self.home.containers(&before.alone);
            let changed: Vec<&Container> =
                containers.iter().filter(|container| Self::is_aimed_at(overrider, container)).collect();
            if changed.is_empty() {
                let Some(predicate) = &overrider.predicate else { return Err(step.obstacle()) };
                let Ok(pointer) = Pointer::parse(&predicate.path) else { return Err(step.obstacle()) };
                let value = pointer.resolve(&self.alone).cloned();
                let path = predicate.path.clone();
                let replace = PlaintextOverrider { path, operator: OverriderOperator::Replace, value };
                self.raise_operation(&replace, (&before.alone, &step))?;
            }
            for container in changed {
                if self.has_changed(&before, &container.place_of("image")) {
                    self.raise_image(container, overrider);
                }
            }
        }
        Ok(())
    }

    /// Without a path it is for all containers, and for no init container.
    fn is_aimed_at(overrider: &ImageOverrider, container: &Container) -> bool {
        match &overrider.predicate {
            None => container.list == "containers",
            Some(predicate) => Pointer::parse(&predicate.path).is_ok_and(|pointer| {
                let steps: Vec<String> = pointer.tokens().map(str::to_owned).collect();
                steps == container.place_of("image")
            }),
        }
    }

    fn raise_image(&mut self, container: &Container, overrider: &ImageOverrider) {
        let (Some(old), Some(new)) = (container.image(self.object), container.image(&self.alone)) else {
            return;
        };
        let keys = ["containers", &container.name, "image"].map(str::to_owned);
        let change = image_change(old, new, (self.raised.body.get(&keys), part_of(overrider)));
        self.raised.body.set(&keys, change);
    }

    /// Commands and arguments: what is added at the end and what is removed, or the whole list where that would not be the same.
    fn raise_lists(
        &mut self,
        (list, field): (&'static str, &str),
        overriders: &[CommandArgsOverrider],
    ) -> Result<(), Obstacle> {
        for (index, overrider) in overriders.iter().enumerate() {
            let overrider_list = vec![overrider.clone()];
            let alone = match field {
                "args" => Overriders { args_overrider: overrider_list, ..Overriders::default() },
                _ => Overriders { command_overrider: overrider_list, ..Overriders::default() },
            };
            let step = Step { list, index, overriders: &alone };
            if self.apply(&step)?.is_none() {
                continue;
            }
            let containers = self.home.containers(self.object);
            let aimed = containers
                .iter()
                .find(|known| known.list == "containers" && known.name == overrider.container_name);
            let Some(container) = aimed else { return Err(step.obstacle()) };
            let operation = match overrider.operator {
                ListOperator::Add => "add",
                ListOperator::Remove => "remove",
            };
            let place = container.place_of(field);
            let keys = ["containers", &container.name, field].map(str::to_owned);
            let value = self.list_change((operation, &overrider.value), &keys, &place);
            self.raised.body.set(&keys, value);
        }
        Ok(())
    }

    /// An App removes before it adds, so what is removed after something was added needs the whole list.
    fn list_change(&self, (operation, texts): (&str, &[String]), keys: &[String], place: &[String]) -> Json {
        let list = find(&self.alone, place).cloned().unwrap_or_else(|| Json::Array(Vec::new()));
        // Karmada makes an empty list where there was none to remove from.
        if find(self.object, place).is_none() && list == Json::Array(Vec::new()) {
            return list;
        }
        let mut parts = match self.raised.body.get(keys) {
            None => Map::new(),
            Some(Json::Object(parts)) if operation == "add" || !parts.contains_key("add") => parts.clone(),
            Some(_) => return list,
        };
        let known = parts.entry(operation).or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(known) = known {
            known.extend(texts.iter().map(|text| Json::from(text.as_str())));
        }
        Json::Object(parts)
    }

    /// Changes of documents: what is merged over them, else another text.
    fn raise_documents(&mut self, overriders: &[FieldOverrider]) -> Result<(), Obstacle> {
        for (index, overrider) in overriders.iter().enumerate() {
            let alone = Overriders { field_overrider: vec![overrider.clone()], ..Overriders::default() };
            let step = Step { list: "fieldOverrider", index, overriders: &alone };
            let Some(before) = self.apply(&step)? else { continue };
            let Ok(pointer) = Pointer::parse(&overrider.field_path) else { return Err(step.obstacle()) };
            let steps: Vec<String> = pointer.tokens().map(str::to_owned).collect();
            if self.manner == Manner::Sugar && self.raise_document(overrider, &steps, &before.alone) {
                continue;
            }
            let replace = PlaintextOverrider {
                path: overrider.field_path.clone(),
                operator: OverriderOperator::Replace,
                value: pointer.resolve(&self.alone).cloned(),
            };
            self.raise_operation(&replace, (&before.alone, &step))?;
        }
        Ok(())
    }

    /// An App takes a text whose key ends in `.json` for JSON, and any other for YAML.
    fn raise_document(&mut self, overrider: &FieldOverrider, steps: &[String], before: &Json) -> bool {
        let (Some(spot), [_, key]) = (self.home.find_spot(before, steps), steps) else { return false };
        let is_json = key.rsplit_once('.').is_some_and(|(_, ending)| ending == "json");
        let is_other = if is_json { !overrider.yaml.is_empty() } else { !overrider.json.is_empty() };
        let read = |object: &Json| {
            let text = find(object, steps).and_then(Json::as_str)?;
            if is_json { serde_json::from_str(text).ok() } else { read_yaml(text) }
        };
        let (Some(old), Some(new)) = (read(before), read(&self.alone)) else { return false };
        let keys = [spot.keys.as_slice(), std::slice::from_ref(key)].concat();
        let is_whole = self.raised.body.get(&keys).is_some_and(|known| !known.is_object());
        let Some(changes) = document_meaning(&old, &new).filter(|_| !is_other && !is_whole) else {
            return false;
        };
        for (below, value) in changes {
            self.raised.body.set(&[keys.as_slice(), &below].concat(), value);
        }
        true
    }

    fn raise_texts(
        &mut self,
        (list, section): (&'static str, &str),
        overriders: &[LabelAnnotationOverrider],
    ) -> Result<(), Obstacle> {
        for (index, overrider) in overriders.iter().enumerate() {
            let overrider_list = vec![overrider.clone()];
            let alone = match section {
                "labels" => Overriders { labels_overrider: overrider_list, ..Overriders::default() },
                _ => Overriders { annotations_overrider: overrider_list, ..Overriders::default() },
            };
            let step = Step { list, index, overriders: &alone };
            let Some(before) = self.apply(&step)? else { continue };
            let Some(mut home) = self.home.keys() else { return Err(step.obstacle()) };
            home.push(section.to_owned());
            for (key, text) in &overrider.value {
                if !self.has_changed(&before, &["metadata", section, key].map(str::to_owned)) {
                    continue;
                }
                let value = match overrider.operator {
                    OverriderOperator::Add | OverriderOperator::Replace => Json::from(text.as_str()),
                    OverriderOperator::Remove => Json::Null,
                };
                self.raised.body.set(&[home.as_slice(), std::slice::from_ref(key)].concat(), value);
            }
        }
        Ok(())
    }

    /// An operation of a JSON patch: the keys that it means, else itself.
    fn raise_operation(
        &mut self,
        operation: &PlaintextOverrider,
        (before, step): (&Json, &Step<'_>),
    ) -> Result<(), Obstacle> {
        let Ok(pointer) = Pointer::parse(&operation.path) else { return Err(step.obstacle()) };
        let steps: Vec<String> = pointer.tokens().map(str::to_owned).collect();
        if self.manner == Manner::Sugar && self.raise_meaning(&steps, before) {
            return Ok(());
        }
        let word = match operation.operator {
            OverriderOperator::Add => "add",
            OverriderOperator::Remove => "remove",
            OverriderOperator::Replace => "replace",
        };
        let mut patch = Map::new();
        patch.insert("op".to_owned(), Json::from(word));
        patch.insert("path".to_owned(), Json::from(operation.path.as_str()));
        if operation.operator != OverriderOperator::Remove {
            let Some(value) = operation.value.clone().filter(|value| !value.is_null()) else {
                return Err(step.obstacle());
            };
            patch.insert("value".to_owned(), value);
        }
        if self.home.workload().is_none() {
            patch.insert("target".to_owned(), target_of(self.object, self.home));
        }
        self.raised.body.patch(Json::Object(patch));
        Ok(())
    }

    fn raise_meaning(&mut self, steps: &[String], before: &Json) -> bool {
        let Some(spot) = self.home.find_spot(before, steps) else { return false };
        let (old, new) = (find(before, &spot.place), find(&self.alone, &spot.place));
        let Some(changes) = meaning(&spot, old, new).filter(|changes| !changes.is_empty()) else {
            return false;
        };
        let added = appended(steps, old, new).filter(|_| spot.form == Form::List);
        if let Some(added) = added {
            let value = self.list_change(("add", &added), &spot.keys, &spot.place);
            self.raised.body.set(&spot.keys, value);
            return true;
        }
        if spot.form == Form::Variables {
            return self.raise_variables(&spot);
        }
        for (below, value) in changes {
            self.raised.body.set(&[spot.keys.as_slice(), &below].concat(), value);
        }
        true
    }

    /// Steps that move a variable change nothing of it: what all of them together do to the list counts.
    fn raise_variables(&mut self, spot: &Spot) -> bool {
        let Some(changes) = meaning(spot, find(self.object, &spot.place), find(&self.alone, &spot.place))
        else {
            return false;
        };
        let known = self.raised.body.get(&spot.keys).and_then(Json::as_object);
        let known: Vec<String> = known.into_iter().flat_map(Map::keys).cloned().collect();
        for name in known
            .into_iter()
            .filter(|name| !changes.iter().any(|(below, _)| below.as_slice() == std::slice::from_ref(name)))
        {
            self.raised.body.remove(&[spot.keys.as_slice(), &[name]].concat());
        }
        for (below, value) in changes {
            self.raised.body.set(&[spot.keys.as_slice(), &below].concat(), value);
        }
        true
    }
}

/// The texts that an operation puts at the end of a list.
fn appended(steps: &[String], old: Option<&Json>, new: Option<&Json>) -> Option<Vec<String>> {
    let (old, new) = (old?.as_array()?, new?.as_array()?);
    let added = new.strip_prefix(old.as_slice()).filter(|_| steps.last().is_some_and(|last| last == "-"))?;
    added.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

/// The kind and the name that a patch names its object by.
fn target_of(object: &Json, home: &Home) -> Json {
    let text = |path: &str| object.pointer(path).cloned().unwrap_or_default();
    let name = home.name().map_or_else(|| text("/metadata/name"), Json::from);
    json!({ "kind": text("/kind"), "name": name })
}

impl Step<'_> {
    fn place(&self) -> Pointer {
        let mut place = Pointer::default();
        place.push_key(self.list);
        place.push_index(self.index);
        place
    }

    fn obstacle(&self) -> Obstacle {
        Obstacle::NoWord { place: self.place() }
    }
}
