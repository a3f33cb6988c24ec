//! Kubernetes' own fields, wherever the user writes them: checked against the field tables with every fault at its place.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::diagnostic::or_list;
use crate::k8s::fields::Field;
use crate::k8s::fields::FieldType;
use crate::k8s::fields::ObjectType;
use crate::k8s::fields::Presence;
use crate::k8s::fields::TypeName;
use crate::k8s::fields::field_versions;
use crate::k8s::fields::find_type;
use crate::k8s::int_or_string::Percent;
use crate::k8s::quantity::Quantity;
use crate::k8s::validate::TypeTables;
use crate::k8s::version::MinorVersion;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::description::find_description;
use crate::schema::or_expression;
use crate::schema::or_null;
use crate::source::Spanned;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The field tables of one version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kubernetes {
    /// The version.
    pub version: MinorVersion,
    read: BTreeMap<&'static str, ObjectType>,
}

/// The fields of a Kubernetes type that were written beside the sugar, in the order written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rest {
    /// Each field, checked.
    pub fields: Vec<(Spanned<String>, Node)>,
}

/// The types that every App needs: read once for many Apps, looked up anew for one.
const COMMON: &[&str] = &[
    "apps.v1.Deployment",
    "apps.v1.StatefulSet",
    "apps.v1.DaemonSet",
    "batch.v1.CronJob",
    "core.v1.ConfigMap",
    "core.v1.Container",
    "core.v1.PodSpec",
    "core.v1.Secret",
    "core.v1.Service",
    "core.v1.ServiceAccount",
];

impl Kubernetes {
    /// Looks every type up when it is needed: the best for a few Apps.
    #[must_use]
    pub fn new(version: MinorVersion) -> Self {
        Self { version, read: BTreeMap::new() }
    }

    /// Reads all types that workloads and Services consist of: the best for many Apps.
    #[must_use]
    pub fn preloaded(version: MinorVersion) -> Self {
        let mut read = BTreeMap::new();
        let mut open: Vec<&str> = COMMON.to_vec();
        while let Some(name) = open.pop() {
            let Some(object) = find_type(name, version) else { continue };
            open.extend(object.fields.iter().filter_map(|field| object_name(&field.field_type)));
            if read.contains_key(object.name.as_str()) {
                continue;
            }
            open.retain(|name| !read.contains_key(name));
            read.insert(object.name.as_str(), object);
        }
        Self { version, read }
    }

    /// A type of this version.
    #[must_use]
    pub fn find_type(&self, name: &str) -> Option<Cow<'_, ObjectType>> {
        match self.read.get(name) {
            Some(object) => Some(Cow::Borrowed(object)),
            None => find_type(name, self.version).map(Cow::Owned),
        }
    }

    /// A field of a type of this version.
    #[must_use]
    pub fn find_field(&self, type_name: &str, field: &str) -> Option<Field> {
        self.find_type(type_name)?.find_field(field).cloned()
    }

    /// The names of the fields of a type, sorted.
    #[must_use]
    pub fn field_names(&self, type_name: &str) -> Vec<&'static str> {
        self.find_type(type_name)
            .map_or_else(Vec::new, |object| object.fields.iter().map(|field| field.name).collect())
    }

    /// The schemas of all fields of a type, sorted by name.
    pub(crate) fn property_schemas(
        &self,
        type_name: &str,
        definitions: &mut Definitions,
    ) -> Vec<(String, Json)> {
        let Some(object) = self.find_type(type_name) else { return Vec::new() };
        let schemas = object.fields.iter().map(|field| {
            let mut schema = or_null(type_schema(&field.field_type, definitions));
            let holder = type_name.rsplit('.').next().unwrap_or(type_name);
            let description = match find_description(type_name, field.name) {
                Some(said) => format!("{said} Kubernetes' {holder}.{}.", field.name),
                None => format!("Kubernetes' {holder}.{}.", field.name),
            };
            if let Some(object) = schema.as_object_mut() {
                object.insert("description".to_owned(), Json::String(description));
            }
            (field.name.to_owned(), schema)
        });
        schemas.collect()
    }
}

impl TypeTables for Kubernetes {
    fn version(&self) -> MinorVersion {
        self.version
    }

    fn find_type(&self, name: &str) -> Option<Cow<'_, ObjectType>> {
        Self::find_type(self, name)
    }
}

fn object_name(field_type: &FieldType) -> Option<&'static str> {
    match field_type {
        FieldType::Object(name) => Some(name.as_str()),
        FieldType::List(item) | FieldType::Map(item) => object_name(item),
        FieldType::String
        | FieldType::Enum(_)
        | FieldType::Boolean
        | FieldType::Integer
        | FieldType::Int32
        | FieldType::Int64
        | FieldType::Number
        | FieldType::Base64
        | FieldType::Time
        | FieldType::Quantity
        | FieldType::IntOrString
        | FieldType::Any
        | FieldType::AnyObject => None,
    }
}

fn type_schema(field_type: &FieldType, definitions: &mut Definitions) -> Json {
    match field_type {
        FieldType::String | FieldType::Base64 | FieldType::Time => json!({ "type": "string" }),
        FieldType::Enum(words) => or_expression(&json!({ "enum": words })),
        FieldType::Boolean => or_expression(&json!({ "type": "boolean" })),
        FieldType::Integer | FieldType::Int32 | FieldType::Int64 => {
            or_expression(&json!({ "type": "integer" }))
        }
        FieldType::Number => or_expression(&json!({ "type": "number" })),
        FieldType::Quantity => json!({ "type": ["string", "number"] }),
        FieldType::IntOrString => {
            json!({ "type": ["string", "integer"], "pattern": "[^0-9]|^$" })
        }
        FieldType::Any => json!({}),
        FieldType::AnyObject => json!({ "type": "object" }),
        FieldType::List(item) => json!({ "type": "array", "items": type_schema(item, definitions) }),
        FieldType::Map(item) => {
            json!({ "type": "object", "additionalProperties": type_schema(item, definitions) })
        }
        FieldType::Object(name) => object_schema(*name, definitions),
    }
}

fn object_schema(name: TypeName, definitions: &mut Definitions) -> Json {
    let kubernetes = definitions.kubernetes();
    definitions.define(name.as_str(), |definitions| {
        let properties: serde_json::Map<String, Json> =
            kubernetes.property_schemas(name.as_str(), definitions).into_iter().collect();
        let object = kubernetes.find_type(name.as_str());
        let required: Vec<&str> = object
            .iter()
            .flat_map(|object| &object.fields)
            .filter(|field| field.presence == Presence::Required)
            .map(|field| field.name)
            .collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if let (Some(object), false) = (schema.as_object_mut(), required.is_empty()) {
            object.insert("required".to_owned(), json!(required));
        }
        schema
    })
}

/// Checks a value against a field's type, and reports every fault in it.
pub(crate) fn check(field_type: &FieldType, node: &Node, decoder: &mut Decoder<'_>) {
    match (&node.value, field_type) {
        // The API server takes null as absent, everywhere.
        (Value::Null | Value::Poisoned, _)
        | (_, FieldType::Any)
        | (Value::String(_), FieldType::String | FieldType::Base64 | FieldType::Time)
        | (Value::Boolean(_), FieldType::Boolean)
        | (Value::Number(_), FieldType::Number)
        | (Value::Mapping(_), FieldType::AnyObject) => {}
        (Value::String(scalar), FieldType::Enum(words)) => check_word(&scalar.text, words, node, decoder),
        (
            Value::Number(number),
            FieldType::Integer | FieldType::Int32 | FieldType::Int64 | FieldType::IntOrString,
        ) if !number.is_f64() => {
            let is_small = *field_type != FieldType::Int32 && *field_type != FieldType::IntOrString;
            if !is_small && number.as_i64().and_then(|number| i32::try_from(number).ok()).is_none() {
                let message = format!("the number {number} is too large: at most {}", i32::MAX);
                decoder.report(Diagnostic::new(codes::OUT_OF_RANGE, node.span, message));
            }
        }
        (Value::String(scalar), FieldType::IntOrString) => check_percentage(&scalar.text, node, decoder),
        (Value::String(_) | Value::Number(_), FieldType::Quantity) => check_quantity(node, decoder),
        (Value::Sequence(items), FieldType::List(item_type)) => {
            for item in items {
                match (&item.value, item_type.as_ref()) {
                    // In a list, null stands for the empty text, or for 0.
                    (
                        Value::Null,
                        FieldType::String | FieldType::Enum(_) | FieldType::Int32 | FieldType::Int64,
                    ) => {
                        decoder.wrong_type(item, expected(item_type));
                    }
                    _ => decoder.inside_item(item, |decoder| check(item_type, item, decoder)),
                }
            }
        }
        (Value::Mapping(mapping), FieldType::Map(value_type)) => {
            for entry in mapping {
                decoder.inside(entry.key.span, |decoder| check(value_type, &entry.value, decoder));
            }
        }
        (Value::Mapping(mapping), FieldType::Object(name)) => check_object(*name, mapping, node, decoder),
        (
            Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Sequence(_) | Value::Mapping(_),
            _,
        ) => {
            decoder.wrong_type(node, expected(field_type));
        }
    }
}

fn expected(field_type: &FieldType) -> &'static str {
    match field_type {
        FieldType::String | FieldType::Enum(_) | FieldType::Base64 => "a string",
        FieldType::Time => "a time as a string",
        FieldType::Boolean => "a boolean",
        FieldType::Integer | FieldType::Int32 | FieldType::Int64 => "an integer",
        FieldType::Number => "a number",
        FieldType::Quantity => "a quantity",
        FieldType::IntOrString => "an integer or a string",
        FieldType::Any => "any value",
        FieldType::List(_) => "a list",
        FieldType::AnyObject | FieldType::Object(_) | FieldType::Map(_) => "a map",
    }
}

fn check_word(text: &str, words: &[&'static str], node: &Node, decoder: &mut Decoder<'_>) {
    if !text.is_empty() && !words.contains(&text) {
        let message = format!("expected {}, found `{text}`", or_list(words));
        decoder.report(
            Diagnostic::new(codes::INVALID_CHOICE, node.span, message)
                .with_nearest(text, words.iter().copied()),
        );
    }
}

/// A text where a number may stand is a percentage, or the name of a port.
fn check_percentage(text: &str, node: &Node, decoder: &mut Decoder<'_>) {
    let looks_like_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if looks_like_number && Percent::parse(text).is_err() {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        if digits == text {
            decoder.wrong_type(node, "an integer");
            return;
        }
        let message = format!("expected a number or a percentage like `25%`, found the string `\"{text}\"`");
        let mut diagnostic = Diagnostic::new(codes::INVALID_PERCENTAGE, node.span, message);
        if !digits.is_empty() {
            diagnostic = diagnostic.with_replacement("write a percentage", node.span, format!("{digits}%"));
        }
        decoder.report(diagnostic);
    }
}

/// Reports a quantity that Kubernetes refuses.
pub(crate) fn check_quantity(node: &Node, decoder: &mut Decoder<'_>) {
    if let Err(error) = Quantity::from_json(&node.to_json()) {
        let text = decoder.source_text(node.span);
        let message = format!("invalid quantity `{text}`: {error}");
        let mut diagnostic = Diagnostic::new(codes::INVALID_QUANTITY, node.span, message);
        if let Some(suggestion) = find_quantity(text) {
            diagnostic = diagnostic.with_replacement(format!("write `{suggestion}`"), node.span, suggestion);
        }
        decoder.report(diagnostic);
    }
}

/// What people write for a quantity out of habit: `512MB`, `512 Mi`, `512mi`.
fn find_quantity(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|character| !matches!(character, ' ' | '"' | '\'')).collect();
    let digits = bare.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit = match bare.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "kb" | "kib" | "ki" => "Ki",
        "mb" | "mib" | "mi" => "Mi",
        "gb" | "gib" | "gi" | "g" => "Gi",
        "tb" | "tib" | "ti" => "Ti",
        _ => return None,
    };
    let suggestion = format!("{digits}{unit}");
    Quantity::from_json(&Json::String(suggestion.clone())).is_ok().then_some(suggestion)
}

fn check_object(name: TypeName, mapping: &Mapping, node: &Node, decoder: &mut Decoder<'_>) {
    let kubernetes = decoder.kubernetes();
    let Some(object) = kubernetes.find_type(name.as_str()) else { return };
    for entry in mapping {
        match object.find_field(&entry.key.value) {
            Some(field) => {
                decoder.inside(entry.key.span, |decoder| check(&field.field_type, &entry.value, decoder));
            }
            None if is_other_version(name.as_str(), &entry.key, decoder) => {}
            None => {
                decoder.unknown_key(&entry.key, object.fields.iter().map(|field| field.name));
            }
        }
    }
    for field in object.fields.iter().filter(|field| field.presence == Presence::Required) {
        let is_missing = mapping.get(field.name).is_none_or(|node| node.value == Value::Null);
        let is_misspelt = || {
            mapping.iter().any(|entry| {
                object.find_field(&entry.key.value).is_none()
                    && crate::diagnostic::nearest(&entry.key.value, [field.name]).is_some()
            })
        };
        if is_missing && !is_misspelt() {
            let at = decoder.key();
            let at = if at.covers(node.span) {
                mapping.iter().next().map_or(node.span, |entry| entry.key.span)
            } else {
                at
            };
            decoder.report(
                Diagnostic::new(codes::MISSING_KEY, at, format!("missing key `{}`", field.name))
                    .with_label(format!("`{}` is needed here", field.name)),
            );
        }
    }
}

/// Reports a field that only other versions of Kubernetes have.
pub(crate) fn is_other_version(type_name: &str, key: &Spanned<String>, decoder: &mut Decoder<'_>) -> bool {
    let versions = field_versions(type_name, &key.value);
    let Some(range) = versions.first() else { return false };
    let version = decoder.version();
    let message = format!("`{}` is not a field of Kubernetes {version}", key.value);
    let note = if range.first > version {
        format!("it comes with Kubernetes {}", range.first)
    } else {
        format!("it was taken away after Kubernetes {}", range.last)
    };
    decoder.report(Diagnostic::new(codes::NEWER_FIELD, key.span, message).with_note(note));
    true
}
