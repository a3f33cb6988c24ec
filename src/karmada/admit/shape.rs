//! How a policy's fields look, in the two ways in which they are read: by the schema of the custom resource
//! definition, and by the Go types of the webhooks.

/// The fields of an object.
#[derive(Debug)]
pub(super) struct Record {
    /// The fields.
    pub(super) fields: &'static [Field],
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Field {
    /// The key.
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) shape: Shape,
    /// Whether the schema requires it, and when the webhook writes it.
    pub(super) presence: Presence,
    /// What the schema puts in its place when it is absent.
    pub(super) default: Option<Default>,
}

/// What a field holds.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// One of some texts.
    Choice(&'static [&'static str]),
    /// A text of 1 to 32 characters.
    ShortText,
    /// A truth value.
    Bool,
    /// An integer of 32 bits.
    Integer32,
    /// An integer of 64 bits.
    Integer64,
    /// An integer of 64 bits from 1 on.
    Weight,
    /// Anything at all.
    Json,
    /// A list.
    List(&'static Shape),
    /// A list with one item at least.
    FilledList(&'static Shape),
    /// Texts by key.
    TextMap,
    /// An object.
    Object(&'static Record),
}

/// Whether the schema requires a field, and when the webhook writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Required; the webhook writes its zero value when it is absent.
    Required,
    /// Optional; the webhook leaves its zero value out.
    Optional,
    /// Optional; the webhook leaves it out only when it is absent.
    Pointer,
    /// Optional; the webhook always writes it.
    Always,
}

/// A default of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(i64),
}

impl Field {
    /// A field that is required.
    pub(super) const fn required(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, presence: Presence::Required, default: None }
    }

    /// A field that may be absent, and is when it has its zero value.
    pub(super) const fn optional(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, presence: Presence::Optional, default: None }
    }

    /// A field that may be absent, which is different from its zero value.
    pub(super) const fn pointer(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, presence: Presence::Pointer, default: None }
    }

    /// A field that may be absent, but not after the webhook.
    pub(super) const fn always(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, presence: Presence::Always, default: None }
    }

    /// The same field with a default text.
    pub(super) const fn or_text(self, text: &'static str) -> Self {
        Self {
            name: self.name,
            shape: self.shape,
            presence: self.presence,
            default: Some(Default::Text(text)),
        }
    }

    /// The same field with a default number.
    pub(super) const fn or_number(self, number: i64) -> Self {
        Self {
            name: self.name,
            shape: self.shape,
            presence: self.presence,
            default: Some(Default::Number(number)),
        }
    }
}

impl Record {
    /// Finds a field.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
