//! What admission finds wrong with a policy.

use std::fmt::Write;

/// Something wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The field, such as `spec.placement.spreadConstraints[0]`. A webhook that cannot read a policy names no places
    /// in lists.
    pub field: String,
    /// What is wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// Tells whether another fault tells this one already: a webhook that cannot read a policy names no place in lists, and
    /// the schema names the same fault with its place, and of a map of texts the entry; nothing is known of what lies within
    /// a value of the wrong type; an unknown purge mode has no rule for the grace period; and with an unknown field, a
    /// spread lacks the one that was meant.
    #[must_use]
    pub fn is_consequence(&self, all: &[Self]) -> bool {
        all.iter().filter(|other| other.field != self.field).any(|other| {
            let other_field = other.field_without_indices();
            let is_in_list = other_field != other.field;
            let is_entry = self.kind == FaultKind::Type && other.kind == FaultKind::Type && is_in_list;
            let is_twin = self.field_without_indices() == other.field;
            let purge_mode = other.field.strip_suffix(".purgeMode");
            let is_spread = self.field == "spec.placement.spreadConstraints"
                && self.kind == FaultKind::Invalid
                && other.field.ends_with(".spreadByField");
            is_spread
                || other_field == self.field
                || is_entry && is_within(&other_field, &self.field)
                || other.kind == FaultKind::Type && is_within(&self.field, &other.field) && !is_twin
                || purge_mode.is_some_and(|above| self.field == format!("{above}.gracePeriodSeconds"))
        })
    }

    /// The name of the field without places in lists.
    #[must_use]
    pub fn field_without_indices(&self) -> String {
        let mut parts = self.field.split('[');
        let mut name = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            name.push_str(part.split_once(']').map_or(part, |(_, rest)| rest));
        }
        name
    }
}

/// Tells whether a field lies within another.
fn is_within(field: &str, other: &str) -> bool {
    field.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The policy cannot be read at all.
    Decode,
    /// The value cannot be changed.
    Immutable,
    /// The value breaks a rule.
    Invalid,
    /// The field is missing.
    Required,
    /// The text is too long.
    TooLong,
    /// The value has another type.
    Type,
    /// There is no such field.
    UnknownField,
    /// The text is none of those that there are.
    Unsupported,
}

impl FaultKind {
    /// The short name, for output that machines read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Immutable => "immutable",
            Self::Invalid => "invalid",
            Self::Required => "required",
            Self::TooLong => "too-long",
            Self::Type => "type",
            Self::UnknownField => "unknown-field",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Faults, and the field that is looked at.
#[derive(Debug, Default)]
pub(super) struct Faults {
    path: String,
    found: Vec<Fault>,
}

impl Faults {
    /// Looks at a field of the present one.
    pub(super) fn within(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        look(self);
        self.path.truncate(length);
    }

    /// Looks at an item of the present list.
    pub(super) fn at(&mut self, index: usize, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Writing to a text cannot fail.
        let _ = write!(self.path, "[{index}]");
        look(self);
        self.path.truncate(length);
    }

    /// The present field is at fault.
    pub(super) fn add(&mut self, kind: FaultKind) {
        self.found.push(Fault { field: self.path.clone(), kind });
    }

    /// A field of the present one is at fault.
    pub(super) fn add_at(&mut self, name: &str, kind: FaultKind) {
        self.within(name, |faults| faults.add(kind));
    }

    /// Adds a fault when something does not hold.
    pub(super) fn check(&mut self, holds: bool, kind: FaultKind) {
        if !holds {
            self.add(kind);
        }
    }

    /// The faults, sorted, no two alike.
    pub(super) fn into_sorted(mut self) -> Vec<Fault> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}
