//! Reads the lines of the field table; their shape is explained in `schemas/kubernetes/generate.py`.

use crate::k8s::fields::FieldType;
use crate::k8s::fields::Presence;
use crate::k8s::fields::TypeName;
use crate::k8s::version::MinorVersion;
use crate::k8s::version::VersionRange;

/// One line: a field, and what it is in which versions.
pub(super) struct FieldLine {
    /// The key.
    pub(super) name: &'static str,
    /// The rest of the line.
    variants: &'static str,
}

/// What a field is in some versions.
pub(super) struct Variant {
    /// Whether it must be there.
    pub(super) presence: Presence,
    /// What its value is.
    pub(super) field_type: FieldType,
    /// See [`crate::k8s::fields::Field::list_map_key`].
    pub(super) list_map_key: Option<&'static str>,
    /// The versions; all if the line has none.
    pub(super) ranges: Vec<VersionRange>,
}

/// Takes a line apart.
pub(super) fn parse_field(line: &'static str) -> Option<FieldLine> {
    let (name, variants) = line.split_at_checked(line.find(['!', ' '])?)?;
    Some(FieldLine { name, variants })
}

impl FieldLine {
    /// Reads what the field is, by version.
    pub(super) fn variants(&self) -> impl Iterator<Item = Variant> + use<> {
        self.variants.split(" | ").filter_map(parse_variant)
    }
}

fn parse_variant(text: &'static str) -> Option<Variant> {
    let text = text.trim_start();
    let (presence, text) = match text.strip_prefix('!') {
        Some(text) => (Presence::Required, text.trim_start()),
        None => (Presence::Optional, text),
    };
    let (code, text) = text.split_once(' ').unwrap_or((text, ""));
    let (list_map_key, ranges) = match text.strip_prefix("key=") {
        Some(text) => {
            let (key, ranges) = text.split_once(' ').unwrap_or((text, ""));
            (Some(key), ranges)
        }
        None => (None, text),
    };
    let ranges = parse_ranges(ranges).collect();
    Some(Variant { presence, field_type: parse_type(code)?, list_map_key, ranges })
}

fn parse_type(code: &'static str) -> Option<FieldType> {
    if let Some(item) = code.strip_prefix('[') {
        return parse_type(item).map(|item| FieldType::List(Box::new(item)));
    }
    if let Some(value) = code.strip_prefix('{') {
        return parse_type(value).map(|value| FieldType::Map(Box::new(value)));
    }
    if let Some(name) = code.strip_prefix('@') {
        return Some(FieldType::Object(TypeName(name)));
    }
    if let Some(values) = code.strip_prefix("e:") {
        return Some(FieldType::Enum(values.split(',').collect()));
    }
    match code {
        "s" => Some(FieldType::String),
        "b" => Some(FieldType::Boolean),
        "i" => Some(FieldType::Integer),
        "i32" => Some(FieldType::Int32),
        "i64" => Some(FieldType::Int64),
        "n" => Some(FieldType::Number),
        "bytes" => Some(FieldType::Base64),
        "time" => Some(FieldType::Time),
        "q" => Some(FieldType::Quantity),
        "int" => Some(FieldType::IntOrString),
        "any" => Some(FieldType::Any),
        "obj" => Some(FieldType::AnyObject),
        _ => None,
    }
}

/// Reads ranges such as `25-28 31-`; none at all means all versions.
pub(super) fn parse_ranges(text: &'static str) -> impl Iterator<Item = VersionRange> {
    let all = text.is_empty().then_some(VersionRange::ALL);
    all.into_iter().chain(text.split_ascii_whitespace().filter_map(parse_range))
}

fn parse_range(text: &str) -> Option<VersionRange> {
    let (first, last) = text.split_once('-')?;
    let first = MinorVersion::from_minor(first.parse().ok()?)?;
    let last =
        if last.is_empty() { MinorVersion::LAST } else { MinorVersion::from_minor(last.parse().ok()?)? };
    Some(VersionRange { first, last })
}
