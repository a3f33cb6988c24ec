//! Changes of a JSON or YAML document that is the text of one field.

use crate::k8s::pointer::Pointer;
use crate::karmada::overrides::apply_overriders;
use crate::karmada::overrides::read_yaml;
use crate::karmada::policy::overriding::DocumentPatch;
use crate::karmada::policy::overriding::FieldOverrider;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use serde_json::Value as Json;

/// What is merged over a document: maps merge, lists and scalars replace, null removes.
pub(in crate::lower) struct Merge {
    /// The field with the text.
    pub(super) field: Pointer,
    /// How the text is read.
    pub(super) format: Format,
    /// What is merged.
    pub(super) value: Json,
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Format {
    Json,
    Yaml,
}

impl Format {
    /// The format of a key that ends like a file; without such an end, YAML, which JSON is too.
    pub(super) fn of_key(key: &str) -> Self {
        match key.rsplit_once('.') {
            Some((_, "json")) => Self::Json,
            Some(_) | None => Self::Yaml,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
        }
    }
}

impl Merge {
    /// The overrider that merges over the document as it is in an object, or why there is none.
    pub(super) fn overrider(&self, object: &Json) -> Result<FieldOverrider, String> {
        let Some(text) = self.field.resolve(object).and_then(Json::as_str) else {
            return Err("there is no such key to merge into".to_owned());
        };
        let document = match self.format {
            Format::Json => serde_json::from_str(text).ok(),
            Format::Yaml => read_yaml(text),
        };
        let Some(document) = document.filter(Json::is_object) else {
            return Err(format!("the text is no {} map", self.format.name()));
        };
        let mut patches = Vec::new();
        merge((&document, &self.value), &Pointer::default(), &mut patches);
        let field_path = self.field.to_string();
        Ok(match self.format {
            Format::Json => FieldOverrider { field_path, json: patches, yaml: Vec::new() },
            Format::Yaml => FieldOverrider { field_path, json: Vec::new(), yaml: patches },
        })
    }

    /// Merges, and tells whether that makes a difference.
    pub(super) fn make(&self, object: &mut Json) -> bool {
        let Ok(overrider) = self.overrider(object) else { return false };
        if overrider.json.is_empty() && overrider.yaml.is_empty() {
            return false;
        }
        let mut changed = object.clone();
        let overriders = Overriders { field_overrider: vec![overrider], ..Overriders::default() };
        if apply_overriders(&mut changed, &overriders).is_err() {
            return false;
        }
        *object = changed;
        true
    }
}

/// What has to be done to a document for each value that differs.
fn merge((document, wanted): (&Json, &Json), place: &Pointer, patches: &mut Vec<DocumentPatch>) {
    let Json::Object(wanted) = wanted else { return };
    for (key, value) in wanted {
        let mut at = place.clone();
        at.push_key(key);
        match (document.get(key), value) {
            (None, Json::Null) => {}
            (Some(_), Json::Null) => patches.push(patch(&at, OverriderOperator::Remove, None)),
            (Some(known @ Json::Object(_)), Json::Object(_)) => merge((known, value), &at, patches),
            (Some(known), value) if known == value => {}
            (Some(_), value) => {
                patches.push(patch(&at, OverriderOperator::Replace, Some(without_nulls(value))));
            }
            (None, value) => patches.push(patch(&at, OverriderOperator::Add, Some(without_nulls(value)))),
        }
    }
}

fn patch(at: &Pointer, operator: OverriderOperator, value: Option<Json>) -> DocumentPatch {
    DocumentPatch { sub_path: at.to_string(), operator, value }
}

/// A value to set; what it takes away is not there.
fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => value.clone(),
    }
}
