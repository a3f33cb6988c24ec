//! What the API server does by the schema of the custom resource definition: unknown fields, nulls, defaults, and
//! the checks.
//!
//! *Source*: kubernetes `staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema`, `…/validation`.

use crate::karmada::admit::fault::FaultKind;
use crate::karmada::admit::fault::Faults;
use crate::karmada::admit::shape::Default;
use crate::karmada::admit::shape::Presence;
use crate::karmada::admit::shape::Record;
use crate::karmada::admit::shape::Shape;
use serde_json::Value;

/// Finds fields that the schema does not know. Where the type is not that of the schema, everything is unknown.
pub(super) fn find_unknown(value: &Value, shape: Option<&Shape>, faults: &mut Faults) {
    if matches!(shape, Some(Shape::Json)) {
        return;
    }
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                let known = match shape {
                    Some(Shape::Object(record)) => record.field(name).map(|field| &field.shape),
                    Some(Shape::TextMap) => Some(&Shape::Text),
                    _ => None,
                };
                match known {
                    Some(_) => faults.within(name, |faults| find_unknown(value, known, faults)),
                    None => faults.add_at(name, FaultKind::UnknownField),
                }
            }
        }
        Value::Array(items) => {
            let item = match shape {
                Some(Shape::List(item) | Shape::FilledList(item)) => Some(*item),
                _ => None,
            };
            for (index, value) in items.iter().enumerate() {
                faults.at(index, |faults| find_unknown(value, item, faults));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Leaves out fields that are null; nulls in lists and within free values stay.
pub(super) fn prune_nulls(value: &mut Value, shape: &Shape) {
    if let (Value::Object(entries), Shape::Object(_)) = (&mut *value, shape) {
        entries.retain(|_, value| !value.is_null());
    }
    for_children(value, shape, prune_nulls);
}

/// Adds the defaults of fields that are absent.
pub(super) fn add_defaults(value: &mut Value, shape: &Shape) {
    if let (Value::Object(entries), Shape::Object(record)) = (&mut *value, shape) {
        for field in record.fields {
            let default = match field.default {
                Some(Default::Text(text)) => Value::from(text),
                Some(Default::Number(number)) => Value::from(number),
                None => continue,
            };
            entries.entry(field.name).or_insert(default);
        }
    }
    for_children(value, shape, add_defaults);
}

/// Acts on the fields and items that have the type of the schema.
fn for_children(value: &mut Value, shape: &Shape, act: impl Fn(&mut Value, &Shape)) {
    if let (Value::Object(entries), Shape::Object(record)) = (&mut *value, shape) {
        for (name, value) in entries {
            if let Some(field) = record.field(name) {
                act(value, &field.shape);
            }
        }
    } else if let (Value::Array(items), Shape::List(item) | Shape::FilledList(item)) = (value, shape) {
        for value in items {
            act(value, item);
        }
    }
}

/// Checks a value against the schema.
pub(super) fn check(value: &Value, shape: &Shape, faults: &mut Faults) {
    match shape {
        Shape::Json => {}
        Shape::Text => faults.check(value.is_string(), FaultKind::Type),
        Shape::Choice(choices) => match value.as_str() {
            Some(text) => faults.check(choices.contains(&text), FaultKind::Unsupported),
            None => faults.add(FaultKind::Type),
        },
        Shape::ShortText => match value.as_str().map(|text| text.chars().count()) {
            Some(0) => faults.add(FaultKind::Invalid),
            Some(length) => faults.check(length <= 32, FaultKind::TooLong),
            None => faults.add(FaultKind::Type),
        },
        Shape::Bool => faults.check(value.is_boolean(), FaultKind::Type),
        Shape::Integer32 | Shape::Integer64 => faults.check(integer(value).is_some(), FaultKind::Type),
        Shape::Weight => match integer(value) {
            Some(number) => faults.check(number >= 1, FaultKind::Invalid),
            None => faults.add(FaultKind::Type),
        },
        Shape::List(item) => check_list(value, item, faults),
        Shape::FilledList(item) => {
            faults.check(value.as_array().is_none_or(|items| !items.is_empty()), FaultKind::Invalid);
            check_list(value, item, faults);
        }
        Shape::TextMap => match value.as_object() {
            Some(entries) => {
                for (name, value) in entries {
                    faults.within(name, |faults| faults.check(value.is_string(), FaultKind::Type));
                }
            }
            None => faults.add(FaultKind::Type),
        },
        Shape::Object(record) => check_object(value, record, faults),
    }
}

fn check_list(value: &Value, item: &Shape, faults: &mut Faults) {
    match value.as_array() {
        Some(items) => {
            for (index, value) in items.iter().enumerate() {
                faults.at(index, |faults| check(value, item, faults));
            }
        }
        None => faults.add(FaultKind::Type),
    }
}

fn check_object(value: &Value, record: &Record, faults: &mut Faults) {
    let Some(entries) = value.as_object() else {
        faults.add(FaultKind::Type);
        return;
    };
    for field in record.fields {
        match entries.get(field.name) {
            Some(value) => faults.within(field.name, |faults| check(value, &field.shape, faults)),
            None if field.presence == Presence::Required => faults.add_at(field.name, FaultKind::Required),
            None => {}
        }
    }
}

/// An integer of 64 bits; a float without fraction is one.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked before")]
pub(super) fn integer(value: &Value) -> Option<i64> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    let whole = |number: f64| number.fract() == 0.0 && (-BOUND..BOUND).contains(&number);
    value.as_i64().or_else(|| value.as_f64().filter(|number| whole(*number)).map(|number| number as i64))
}
