//! References put together from the places that make them.

use crate::karmada::dependencies::Place;
use crate::karmada::dependencies::Reference;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::node::Node;

use std::collections::BTreeMap;

/// The kind and target of a reference; what makes two of them the same.
type Key = (&'static str, &'static str, Target);

/// Gathers places by what they refer to.
#[derive(Debug)]
pub(super) struct Collector {
    namespace: Option<String>,
    places_by_key: BTreeMap<Key, Vec<Place>>,
    again: Vec<(Key, Place)>,
}

impl Collector {
    /// Starts with nothing; all references will be in `namespace`.
    pub(super) fn new(namespace: Option<String>) -> Self {
        Self { namespace, places_by_key: BTreeMap::new(), again: Vec::new() }
    }

    /// Adds the name at a place, unless it is absent or empty; `source` is the object with `optional`, `key`, and
    /// `items` about it.
    pub(super) fn add(&mut self, kind: &'static str, name: &Node<'_>, source: &Node<'_>) {
        let Some(text) = name.text().filter(|text| !text.is_empty()) else {
            return;
        };
        let place = Place {
            pointer: name.clone().into_pointer(),
            keys: find_keys(source),
            is_optional: source.child("optional").value().and_then(serde_json::Value::as_bool) == Some(true),
        };
        self.add_target(("v1", kind), Target::Name(text.to_owned()), place);
    }

    /// Adds a name that is its own field, such as `serviceAccountName`, unless it is absent or empty.
    pub(super) fn add_plain(&mut self, kind: &'static str, name: &Node<'_>) {
        if let Some(text) = name.text().filter(|text| !text.is_empty()) {
            self.add_target(("v1", kind), Target::Name(text.to_owned()), plain_place(name));
        }
    }

    /// Adds a reference of its own, even when there is an equal one.
    pub(super) fn add_again(&mut self, kind: &'static str, name: &Node<'_>) {
        let target = Target::Name(name.text().unwrap_or_default().to_owned());
        self.again.push((("v1", kind, target), plain_place(name)));
    }

    /// Adds a place that refers to a target.
    pub(super) fn add_target(&mut self, kind: (&'static str, &'static str), target: Target, place: Place) {
        self.places_by_key.entry((kind.0, kind.1, target)).or_default().push(place);
    }

    /// Takes a persistent volume claim out again.
    pub(super) fn drop_claim(&mut self, name: &str) {
        self.places_by_key.remove(&("v1", "PersistentVolumeClaim", Target::Name(name.to_owned())));
    }

    /// Tells whether there is no reference.
    pub(super) fn is_empty(&self) -> bool {
        self.places_by_key.is_empty() && self.again.is_empty()
    }

    /// The first place whose reference has no name.
    pub(super) fn find_nameless(&self) -> Option<&Place> {
        let nameless = |target: &Target| matches!(target, Target::Name(name) if name.is_empty());
        let (_, places) = self.places_by_key.iter().find(|((_, _, target), _)| nameless(target))?;
        places.first()
    }

    /// All references, sorted.
    pub(super) fn into_references(self) -> Vec<Reference> {
        let namespace = self.namespace;
        let gathered = self.places_by_key.into_iter();
        let single = self.again.into_iter().map(|(key, place)| (key, vec![place]));
        let mut references: Vec<Reference> = gathered
            .chain(single)
            .map(|((api_version, kind, target), places)| Reference {
                api_version,
                kind,
                namespace: namespace.clone(),
                target,
                places,
            })
            .collect();
        references.sort_by(|left, right| {
            let key = |reference: &Reference| (reference.api_version, reference.kind);
            key(left).cmp(&key(right)).then_with(|| left.target.cmp(&right.target))
        });
        references
    }
}

fn plain_place(name: &Node<'_>) -> Place {
    Place { pointer: name.clone().into_pointer(), keys: Vec::new(), is_optional: false }
}

/// The key of an environment variable's source, or those of a volume's items.
fn find_keys(source: &Node<'_>) -> Vec<String> {
    let own = source.child("key");
    let items = source.child("items");
    let of_items = items.items().map(|item| item.child("key"));
    std::iter::once(own).chain(of_items).filter_map(|key| Some(key.text()?.to_owned())).collect()
}
