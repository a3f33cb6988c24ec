//! The fields of Kubernetes' own kinds, by version. The tables are text made by `schemas/kubernetes/generate.py`; a look
//! finds one type by halving and reads that one only, so nothing is done before it is asked for.

use crate::k8s::fields::line::FieldLine;
use crate::k8s::fields::line::parse_field;
use crate::k8s::fields::line::parse_ranges;
use crate::k8s::version::MinorVersion;
use crate::k8s::version::VersionRange;
use std::cmp::Ordering;
use std::fmt;

mod line;

/// Lines of apiVersion, kind, type and versions, sorted by the first two.
const KINDS: &str = include_str!("../../../schemas/kubernetes/kinds.txt");

/// Types, sorted by name, each with its fields.
const FIELDS: &str = include_str!("../../../schemas/kubernetes/fields.txt");

/// What each type in [`FIELDS`] starts with.
const TYPE_MARK: &str = "\n= ";

/// The name of a type that the table has, such as `apps.v1.DeploymentSpec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeName(&'static str);

/// A type of one version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectType {
    /// The name.
    pub name: TypeName,
    /// All fields, sorted by name.
    pub fields: Vec<Field>,
}

/// A field of an [`ObjectType`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub field_type: FieldType,
    /// Whether it must be there.
    pub presence: Presence,
    /// For a list of objects: the field that tells the items apart, such as `name` or `containerPort`, if there is one.
    pub list_map_key: Option<&'static str>,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It may be left out.
    Optional,
}

/// What the value of a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// Any text.
    String,
    /// One of these texts; sorted.
    Enum(Vec<&'static str>),
    /// True or false.
    Boolean,
    /// An integer of unknown size.
    Integer,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// Any number.
    Number,
    /// Bytes in base 64.
    Base64,
    /// A point in time as in RFC 3339.
    Time,
    /// An amount of a resource, as text or number.
    Quantity,
    /// An integer or a text.
    IntOrString,
    /// Any JSON value.
    Any,
    /// An object with any keys.
    AnyObject,
    /// An object with the fields of another type.
    Object(TypeName),
    /// A list.
    List(Box<Self>),
    /// An object with any keys and values of one type.
    Map(Box<Self>),
}

impl TypeName {
    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl ObjectType {
    /// Finds a field by its key.
    #[must_use]
    pub fn find_field(&self, name: &str) -> Option<&Field> {
        let index = self.fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        self.fields.get(index)
    }
}

/// Finds the type of a kind in one version of Kubernetes, such as `apps/v1` and `Deployment`.
#[must_use]
pub fn find_kind(api_version: &str, kind: &str, version: MinorVersion) -> Option<TypeName> {
    let (name, ranges) = find_kind_line(api_version, kind)?;
    parse_ranges(ranges).any(|range| range.contains(version)).then_some(TypeName(name))
}

/// The versions of Kubernetes that have a kind; empty if none has.
#[must_use]
pub fn kind_versions(api_version: &str, kind: &str) -> Vec<VersionRange> {
    find_kind_line(api_version, kind).map_or_else(Vec::new, |(_, ranges)| parse_ranges(ranges).collect())
}

/// All kinds of one version of Kubernetes with their `apiVersion`, which comes first; sorted.
pub fn kinds(version: MinorVersion) -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.lines().filter_map(move |line| {
        let mut words = line.splitn(4, ' ');
        let (api_version, kind, _) = (words.next()?, words.next()?, words.next()?);
        let ranges = words.next().unwrap_or_default();
        parse_ranges(ranges).any(|range| range.contains(version)).then_some((api_version, kind))
    })
}

/// Finds a type by its name in one version of Kubernetes.
#[must_use]
pub fn find_type(name: &str, version: MinorVersion) -> Option<ObjectType> {
    let (name, ranges, lines) = find_type_block(name)?;
    if !parse_ranges(ranges).any(|range| range.contains(version)) {
        return None;
    }
    let fields = lines.lines().filter_map(|line| to_field(&parse_field(line)?, version)).collect();
    Some(ObjectType { name: TypeName(name), fields })
}

/// The versions of Kubernetes in which a type has a field; empty if it never has. They are those of the type where the
/// table has no others.
#[must_use]
pub fn field_versions(type_name: &str, field: &str) -> Vec<VersionRange> {
    let Some((_, type_ranges, lines)) = find_type_block(type_name) else { return Vec::new() };
    let Some(line) = lines.lines().filter_map(parse_field).find(|line| line.name == field) else {
        return Vec::new();
    };
    let mut ranges: Vec<VersionRange> = Vec::new();
    for range in line.variants().flat_map(|variant| variant.ranges) {
        match ranges.last_mut() {
            Some(before) if before.last.minor() + 1 == range.first.minor() => before.last = range.last,
            Some(_) | None => ranges.push(range),
        }
    }
    if ranges == [VersionRange::ALL] { parse_ranges(type_ranges).collect() } else { ranges }
}

/// The first version of Kubernetes in which a type has a field.
#[must_use]
pub fn field_since(type_name: &str, field: &str) -> Option<MinorVersion> {
    field_versions(type_name, field).first().map(|range| range.first)
}

/// The field that tells the items of a list apart, in the newest version that has the list.
#[must_use]
pub fn list_map_key(type_name: &str, field: &str) -> Option<&'static str> {
    let (_, _, lines) = find_type_block(type_name)?;
    let line = lines.lines().filter_map(parse_field).find(|line| line.name == field)?;
    line.variants().last()?.list_map_key
}

fn to_field(line: &FieldLine, version: MinorVersion) -> Option<Field> {
    let variant =
        line.variants().find(|variant| variant.ranges.iter().any(|range| range.contains(version)))?;
    Some(Field {
        name: line.name,
        field_type: variant.field_type,
        presence: variant.presence,
        list_map_key: variant.list_map_key,
    })
}

/// Finds a kind's line: the name of its type, and its ranges as text.
fn find_kind_line(api_version: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let (mut low, mut high) = (0, KINDS.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = KINDS.get(low..middle)?.rfind('\n').map_or(low, |newline| low + newline + 1);
        let end = KINDS.get(middle..)?.find('\n').map_or(KINDS.len(), |newline| middle + newline);
        let mut words = KINDS.get(start..end)?.splitn(4, ' ');
        match (words.next()?, words.next()?).cmp(&(api_version, kind)) {
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
            Ordering::Equal => return Some((words.next()?, words.next().unwrap_or_default())),
        }
    }
    None
}

/// Finds a type: its name, its ranges and its field lines as text.
fn find_type_block(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let (mut low, mut high) = (FIELDS.find(TYPE_MARK)?, FIELDS.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = FIELDS.get(low..middle)?.rfind(TYPE_MARK).map_or(low, |mark| low + mark);
        let content = start + TYPE_MARK.len();
        let end = FIELDS.get(content..)?.find(TYPE_MARK).map_or(FIELDS.len(), |mark| content + mark);
        let block = FIELDS.get(content..end)?;
        let (header, lines) = block.split_once('\n').unwrap_or((block, ""));
        let (found, ranges) = header.split_once(' ').unwrap_or((header, ""));
        match found.cmp(name) {
            Ordering::Less => low = end,
            Ordering::Greater => high = start,
            Ordering::Equal => return Some((found, ranges, lines)),
        }
    }
    None
}

impl fmt::Display for TypeName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl fmt::Display for FieldType {
    /// Names the type with its article, as after "expected".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::String | Self::Enum(_) => "a string",
            Self::Boolean => "true or false",
            Self::Integer | Self::Int32 | Self::Int64 => "an integer",
            Self::Number => "a number",
            Self::Base64 => "a string in base 64",
            Self::Time => "a time such as `2030-01-31T12:00:00Z`",
            Self::Quantity => "a quantity such as `500m` or `1Gi`",
            Self::IntOrString => "an integer or a string",
            Self::Any => "any value",
            Self::AnyObject | Self::Object(_) | Self::Map(_) => "an object",
            Self::List(_) => "a list",
        })
    }
}

#[cfg(test)]
mod tests;
