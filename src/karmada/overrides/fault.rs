//! Why a rule cannot be applied.

use std::fmt;

use crate::k8s::patch::PatchError;
use crate::k8s::patch::PatchFault;
use crate::karmada::typed::WrongType;

/// Why a rule cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverrideFault {
    /// A container's image is no reference to an image.
    ImageReference {
        /// The image.
        image: String,
    },
    /// The path of an image overrider leads to no text.
    ImagePredicate {
        /// The path, as written.
        path: String,
    },
    /// A value of the wrong type, anywhere in a workload.
    WrongType(WrongType),
    /// A field overrider's path leads nowhere.
    FieldMissing {
        /// The path, as written.
        path: String,
    },
    /// A field overrider's path leads to something other than text.
    FieldIsNotAString {
        /// The path, as written.
        path: String,
    },
    /// The text of the field is no JSON.
    FieldIsNotJson {
        /// The path, as written.
        path: String,
    },
    /// The text of the field is no YAML.
    FieldIsNotYaml {
        /// The path, as written.
        path: String,
    },
    /// What is to be changed is a single value, neither an object nor a list.
    FieldIsNotAnObject {
        /// The path of the field, as written; empty for the whole resource.
        path: String,
    },
    /// A step of a JSON patch cannot be done.
    Patch(PatchError),
    /// The resource would lose its `kind`, or its `apiVersion` would be unreadable.
    KindLost,
    /// Karmada crashes, and so stops at all clusters of the resource.
    Panic {
        /// What it does not expect, in words.
        reason: String,
    },
}

impl OverrideFault {
    /// The class of the error; none for a crash.
    #[must_use]
    pub fn class(&self) -> Option<&'static str> {
        match self {
            Self::ImageReference { .. } => Some("image-reference"),
            Self::ImagePredicate { .. } => Some("image-predicate"),
            Self::WrongType(_) => Some("wrong-type"),
            Self::FieldMissing { .. } => Some("field-missing"),
            Self::FieldIsNotAString { .. } => Some("field-is-not-a-string"),
            Self::FieldIsNotJson { .. } => Some("field-is-not-json"),
            Self::FieldIsNotYaml { .. } => Some("field-is-not-yaml"),
            Self::FieldIsNotAnObject { .. } => Some("field-is-not-an-object"),
            Self::Patch(error) => Some(patch_class(error.fault)),
            Self::KindLost => Some("kind-lost"),
            Self::Panic { .. } => None,
        }
    }
}

fn patch_class(fault: PatchFault) -> &'static str {
    match fault {
        PatchFault::MissingParent => "patch-missing-parent",
        PatchFault::MissingKey => "patch-missing-key",
        PatchFault::Index => "patch-bad-index",
        PatchFault::Root => "field-is-not-an-object",
        PatchFault::TestFailed => "patch-test-failed",
    }
}

impl fmt::Display for OverrideFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageReference { image } => write!(formatter, "`{image}` is no reference to an image"),
            Self::ImagePredicate { path } => write!(formatter, "there is no image at `{path}`"),
            Self::WrongType(wrong) => wrong.fmt(formatter),
            Self::FieldMissing { path } => write!(formatter, "there is no field `{path}`"),
            Self::FieldIsNotAString { path } => write!(formatter, "the field `{path}` is no string"),
            Self::FieldIsNotJson { path } => write!(formatter, "the text of `{path}` is no JSON"),
            Self::FieldIsNotYaml { path } => write!(formatter, "the text of `{path}` is no YAML"),
            Self::FieldIsNotAnObject { path } => {
                write!(formatter, "the document in `{path}` is neither an object nor a list")
            }
            Self::Patch(error) => error.fmt(formatter),
            Self::KindLost => formatter.write_str("the resource would lose its `kind`"),
            Self::Panic { reason } => write!(formatter, "Karmada crashes: {reason}"),
        }
    }
}

impl std::error::Error for OverrideFault {}
