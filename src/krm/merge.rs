//! Puts the objects of Apps into a list.

use crate::bundle::App;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::diagnostic::Diagnostics;
use crate::document::DocumentKind;
use crate::k8s::gvk::ObjectKey;
use crate::krm::Fate;
use crate::krm::annotation;
use crate::krm::diagnostics as messages;
use crate::krm::item::Item;
use crate::krm::item::write_item;
use crate::krm::list::List;
use crate::krm::list::Names;
use crate::krm::list::Origin;
use crate::krm::naming::Namer;
use crate::krm::origin::Origins;
use crate::tree;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A list, and what its Apps became.
pub(super) struct Merge<'a> {
    list: &'a List,
    /// The Apps by the place that they stand at.
    apps: BTreeMap<Origin, &'a App>,
    fate: Option<Fate>,
    /// The items that an earlier run made of these Apps, or of Apps that are gone.
    stale: BTreeSet<usize>,
    /// The same by their keys.
    earlier: BTreeMap<ObjectKey, usize>,
    /// The items that are applied to a cluster, and that are not ours.
    others: BTreeMap<ObjectKey, usize>,
}

/// An App and the item that it stands in.
#[derive(Clone, Copy)]
struct Placed<'a> {
    app: &'a App,
    item: &'a Item,
}

/// The new items of all Apps.
#[derive(Default)]
struct Generated {
    /// The texts by the place of the App.
    texts: BTreeMap<Origin, Vec<String>>,
    /// The texts that take the place of items that are not ours.
    replacements: BTreeMap<usize, String>,
}

impl<'a> Merge<'a> {
    /// Looks at what the list has already.
    pub(super) fn new(
        (list, origins): (&'a List, &Origins<'_>),
        apps: &'a [App],
        fate: Option<Fate>,
    ) -> Self {
        let names: Names = apps.iter().map(|app| (app.namespace.clone(), app.name.clone())).collect();
        let apps = apps.iter().filter_map(|app| Some((origins.find(app.at)?, app))).collect();
        let objects = list.items.iter().enumerate().filter(|(_, item)| item.kind == DocumentKind::Other);
        let (stale, others): (Vec<_>, Vec<_>) =
            objects.partition(|(_, item)| list.is_stale(item, &names, fate));
        let applied = others.into_iter().filter(|(_, item)| !item.is_local_config());
        Self {
            list,
            apps,
            fate,
            stale: stale.iter().map(|(place, _)| *place).collect(),
            earlier: by_key(stale),
            others: by_key(applied),
        }
    }

    /// Reports E0724 for each object that the list has already, and that is not ours.
    pub(super) fn check_conflicts(&self, diagnostics: &mut Diagnostics) {
        let objects = self.apps.values().flat_map(|app| &app.objects);
        for object in objects.filter(|object| object.role != Role::Manifest) {
            if let Some(other) = self.find_other(object).and_then(|place| self.list.items.get(place)) {
                diagnostics.report(messages::object_of_others(object, other));
            }
        }
    }

    /// All items of the new list in their order: the objects of an App stand behind it, those of an App in the
    /// `functionConfig` at the end.
    pub(super) fn written_items(&self) -> Vec<String> {
        let mut generated = self.generate();
        let mut items = Vec::new();
        for (place, item) in self.list.items.iter().enumerate() {
            match generated.replacements.remove(&place) {
                Some(text) => items.push(text),
                None if self.stays(place, item) => items.push(item.written()),
                None => {}
            }
            items.extend(generated.texts.remove(&Origin::Item(place)).unwrap_or_default());
        }
        items.extend(generated.texts.into_values().flatten());
        items
    }

    fn stays(&self, place: usize, item: &Item) -> bool {
        match item.kind {
            DocumentKind::App | DocumentKind::Fleet => match self.fate {
                Some(Fate::Keep) => true,
                Some(Fate::Drop) => false,
                None => item.path().is_some() || item.is_local_config(),
            },
            DocumentKind::Clusters | DocumentKind::Score => true,
            DocumentKind::Other => !self.stale.contains(&place),
        }
    }

    fn generate(&self) -> Generated {
        let mut generated = Generated::default();
        let mut namer = Namer::default();
        for (place, item) in self.list.items.iter().enumerate() {
            if self.stays(place, item) {
                namer.take(item);
            }
        }
        for object in self.apps.values().flat_map(|app| &app.objects) {
            if let Some(item) = self.earlier.get(&object.key).and_then(|place| self.list.items.get(*place)) {
                namer.take(item);
            }
        }
        for (origin, app) in &self.apps {
            let Some(item) = self.list.item(*origin) else { continue };
            for object in &app.objects {
                if let Some(place) = self.find_other(object) {
                    let text = self.write_manifest(object, place);
                    generated.replacements.extend(text.map(|text| (place, text)));
                } else {
                    let text = self.write_object(object, Placed { app, item }, &mut namer);
                    generated.texts.entry(*origin).or_default().push(text);
                }
            }
        }
        generated
    }

    /// Writes a manifest in the place of the item that it was; nothing where nothing is new.
    fn write_manifest(&self, object: &Object, place: usize) -> Option<String> {
        let mut json = object.root.to_json();
        let item = self.list.items.get(place).filter(|item| item.to_plain_json() != json)?;
        if let Some(annotations) = annotation::annotations_mut(&mut json) {
            annotations.extend(item.notes());
        }
        Some(write_item(&json))
    }

    /// Writes an object with the name of its App, in the file of an earlier run or in one of its own.
    fn write_object(&self, object: &Object, placed: Placed<'a>, namer: &mut Namer<'a>) -> String {
        let Placed { app, item } = placed;
        let mut json = object.root.to_json();
        let earlier = self.earlier.get(&object.key).and_then(|place| self.list.items.get(*place));
        if let Some(annotations) = annotation::annotations_mut(&mut json) {
            let owner = format!("{}/{}", app.namespace, app.name);
            annotations.insert(annotation::OWNER.to_owned(), owner.into());
            annotations.extend(match earlier {
                Some(earlier) => earlier.notes(),
                None => namer.take_notes(item, &app.name, &object.key),
            });
        }
        write_item(&json)
    }

    /// Finds the item that is not ours and has an object's key; where it names no namespace, it is in `default`, or for a
    /// manifest in that of its App.
    fn find_other(&self, object: &Object) -> Option<usize> {
        let key = &object.key;
        let is_same = object.role == Role::Manifest || key.namespace.as_deref() == Some("default");
        let without = || is_same.then(|| ObjectKey { namespace: None, ..key.clone() });
        self.others.get(key).or_else(|| self.others.get(&without()?)).copied()
    }
}

fn by_key<'a>(items: impl IntoIterator<Item = (usize, &'a Item)>) -> BTreeMap<ObjectKey, usize> {
    items.into_iter().filter_map(|(place, item)| Some((tree::key_of(&item.root)?, place))).collect()
}
