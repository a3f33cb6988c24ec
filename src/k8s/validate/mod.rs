//! Checks objects against the tables of Kubernetes' own fields.

use crate::diagnostic::or_list;
use crate::k8s::fields::Field;
use crate::k8s::fields::FieldType;
use crate::k8s::fields::ObjectType;
use crate::k8s::fields::Presence;
use crate::k8s::fields::TypeName;
use crate::k8s::fields::field_versions;
use crate::k8s::fields::find_type;
use crate::k8s::pointer::Pointer;
use crate::k8s::quantity::Quantity;
use crate::k8s::quantity::QuantityError;
use crate::k8s::version::MinorVersion;
use crate::k8s::version::VersionRange;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A place in an object that its type does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where. For a field that is missing, the object it is missing from.
    pub path: Pointer,
    /// Whether the key at that place is at fault, or the value.
    pub place: Place,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What at a path is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The key: the last step of the path.
    Key,
    /// The value.
    Value,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The type has no such field in any version.
    UnknownField {
        /// The type.
        type_name: TypeName,
        /// The fields it has, sorted; for a suggestion.
        known: Vec<&'static str>,
    },
    /// The type has the field in other versions only.
    OtherVersion {
        /// The versions that have it.
        versions: Vec<VersionRange>,
        /// The version that was asked for.
        version: MinorVersion,
    },
    /// A required field is missing or null.
    Missing {
        /// The field.
        field: &'static str,
    },
    /// The value is of another type.
    WrongType {
        /// What it should be.
        expected: FieldType,
        /// What it is, with its article.
        found: &'static str,
    },
    /// The value is none of those allowed.
    NotAmong {
        /// What it may be, sorted.
        values: Vec<&'static str>,
    },
    /// The integer has more than 32 or 64 bits.
    TooLarge {
        /// The number of bits that are allowed.
        bits: u8,
    },
    /// The text is no quantity.
    Quantity(QuantityError),
}

/// Checks a tree against a type of one version of Kubernetes. Null counts as absent, everywhere. The syntax of base 64
/// and of times is not checked, and neither are the many rules that API servers have beyond types.
///
/// Returns all faults, in the order of the tree; a missing field comes before the faults within its object.
#[must_use]
pub fn validate(value: &Value, type_name: TypeName, version: MinorVersion) -> Vec<Fault> {
    validate_in(value, type_name, &version)
}

/// Where the fields of types are looked up.
pub trait TypeTables {
    /// The version of Kubernetes.
    fn version(&self) -> MinorVersion;

    /// The fields of a type of this version.
    fn find_type(&self, name: &str) -> Option<Cow<'_, ObjectType>>;
}

impl TypeTables for MinorVersion {
    fn version(&self) -> MinorVersion {
        *self
    }

    fn find_type(&self, name: &str) -> Option<Cow<'_, ObjectType>> {
        find_type(name, *self).map(Cow::Owned)
    }
}

/// The same as [`validate`], with tables that may have been read before.
#[must_use]
pub fn validate_in(value: &Value, type_name: TypeName, tables: &dyn TypeTables) -> Vec<Fault> {
    let mut walk = Walk { tables, version: tables.version(), path: Pointer::default(), faults: Vec::new() };
    if value.is_null() {
        walk.report_type(&FieldType::Object(type_name), value);
    } else {
        walk.check_object(value, type_name);
    }
    walk.faults
}

struct Walk<'a> {
    tables: &'a dyn TypeTables,
    version: MinorVersion,
    path: Pointer,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn check(&mut self, value: &Value, expected: &FieldType) {
        if value.is_null() {
            return;
        }
        match expected {
            FieldType::Object(name) => self.check_object(value, *name),
            FieldType::List(item) => self.check_list(value, item, expected),
            FieldType::Map(item) => self.check_map(value, item, expected),
            FieldType::Enum(values) => self.check_enum(value, values, expected),
            FieldType::Quantity => self.check_quantity(value, expected),
            FieldType::Integer | FieldType::Int64 => self.check_integer(value, 64, expected),
            FieldType::Int32 => self.check_integer(value, 32, expected),
            FieldType::IntOrString if value.is_number() => self.check_integer(value, 32, expected),
            FieldType::String | FieldType::Base64 | FieldType::Time | FieldType::IntOrString => {
                self.expect(value.is_string(), value, expected);
            }
            FieldType::Boolean => self.expect(value.is_boolean(), value, expected),
            FieldType::Number => self.expect(value.is_number(), value, expected),
            FieldType::AnyObject => self.expect(value.is_object(), value, expected),
            FieldType::Any => {}
        }
    }

    fn check_object(&mut self, value: &Value, name: TypeName) {
        let expected = FieldType::Object(name);
        let Value::Object(values) = value else { return self.report_type(&expected, value) };
        let Some(object_type) = self.tables.find_type(name.as_str()) else {
            let fault = FaultKind::OtherVersion { versions: Vec::new(), version: self.version };
            return self.report(Place::Value, fault);
        };
        self.check_required(values, &object_type);
        for (key, value) in values {
            self.path.push_key(key);
            match object_type.find_field(key) {
                Some(field) => self.check(value, &field.field_type),
                None => self.report_unknown(key, &object_type),
            }
            self.path.pop();
        }
    }

    fn check_required(&mut self, values: &Map<String, Value>, object_type: &ObjectType) {
        let is_missing = |field: &&Field| {
            field.presence == Presence::Required && values.get(field.name).is_none_or(Value::is_null)
        };
        for field in object_type.fields.iter().filter(is_missing) {
            self.report(Place::Key, FaultKind::Missing { field: field.name });
        }
    }

    fn report_unknown(&mut self, key: &str, object_type: &ObjectType) {
        let versions = field_versions(object_type.name.as_str(), key);
        let kind = if versions.is_empty() {
            let known = object_type.fields.iter().map(|field| field.name).collect();
            FaultKind::UnknownField { type_name: object_type.name, known }
        } else {
            FaultKind::OtherVersion { versions, version: self.version }
        };
        self.report(Place::Key, kind);
    }

    fn check_list(&mut self, value: &Value, item_type: &FieldType, expected: &FieldType) {
        let Value::Array(items) = value else { return self.report_type(expected, value) };
        for (index, item) in items.iter().enumerate() {
            self.path.push_index(index);
            let is_empty = item.is_null() && matches!(item_type, FieldType::String | FieldType::Enum(_));
            if is_empty {
                self.report_type(item_type, item);
            } else {
                self.check(item, item_type);
            }
            self.path.pop();
        }
    }

    fn check_map(&mut self, value: &Value, value_type: &FieldType, expected: &FieldType) {
        let Value::Object(values) = value else { return self.report_type(expected, value) };
        for (key, value) in values {
            self.path.push_key(key);
            self.check(value, value_type);
            self.path.pop();
        }
    }

    /// The empty text counts as absent, as null does.
    fn check_enum(&mut self, value: &Value, values: &[&'static str], expected: &FieldType) {
        let Value::String(text) = value else { return self.report_type(expected, value) };
        if !text.is_empty() && !values.contains(&text.as_str()) {
            self.report(Place::Value, FaultKind::NotAmong { values: values.to_vec() });
        }
    }

    fn check_quantity(&mut self, value: &Value, expected: &FieldType) {
        match Quantity::from_json(value) {
            Ok(_) => {}
            Err(QuantityError::Type) => self.report_type(expected, value),
            Err(error) => self.report(Place::Value, FaultKind::Quantity(error)),
        }
    }

    /// A number such as `3.0` is an integer.
    fn check_integer(&mut self, value: &Value, bits: u8, expected: &FieldType) {
        let Value::Number(number) = value else { return self.report_type(expected, value) };
        let fits = match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => bits == 64 || i32::try_from(integer).is_ok(),
            (None, Some(float)) if float.fract() != 0.0 => return self.report_type(expected, value),
            (None, Some(float)) => !number.is_u64() && float.abs() < 2_f64.powi(i32::from(bits) - 1),
            (None, None) => false,
        };
        if !fits {
            self.report(Place::Value, FaultKind::TooLarge { bits });
        }
    }

    fn expect(&mut self, holds: bool, value: &Value, expected: &FieldType) {
        if !holds {
            self.report_type(expected, value);
        }
    }

    fn report_type(&mut self, expected: &FieldType, value: &Value) {
        let kind = FaultKind::WrongType { expected: expected.clone(), found: describe(value) };
        self.report(Place::Value, kind);
    }

    fn report(&mut self, place: Place, kind: FaultKind) {
        self.faults.push(Fault { path: self.path.clone(), place, kind });
    }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(number) if !number.is_f64() => "an integer",
        Value::Number(number) if number.as_f64().is_some_and(|float| float.fract() != 0.0) => {
            "a number with a fraction"
        }
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField { type_name, .. } => {
                let kind = type_name.as_str().rsplit('.').next().unwrap_or_default();
                write!(formatter, "{kind} has no such field")
            }
            Self::OtherVersion { versions, version } if versions.is_empty() => {
                write!(formatter, "Kubernetes {version} does not have this type")
            }
            Self::OtherVersion { versions, version } => {
                let ranges: Vec<String> = versions.iter().map(VersionRange::to_string).collect();
                let ranges = ranges.join(", ");
                write!(formatter, "Kubernetes {version} does not have this field; it is in {ranges}")
            }
            Self::Missing { field } => write!(formatter, "the field `{field}` is missing"),
            Self::WrongType { expected, found } => write!(formatter, "expected {expected}, found {found}"),
            Self::NotAmong { values } => {
                let values: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
                write!(formatter, "expected {}", or_list(&values))
            }
            Self::TooLarge { bits } => write!(formatter, "the integer does not fit into {bits} bits"),
            Self::Quantity(error) => write!(formatter, "invalid quantity: {error}"),
        }
    }
}

#[cfg(test)]
mod tests;
