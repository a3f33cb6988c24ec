//! What clusters receive: objects, and what changed them.

use crate::k8s::gvk::ObjectKey;
use crate::source::Span;
use serde_json::Value as Json;
use std::sync::Arc;

/// What one cluster receives.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterObjects {
    /// The cluster.
    pub cluster: String,
    /// The objects, in the order of the control plane's templates.
    pub objects: Vec<RenderedObject>,
}

/// One object as a cluster receives it.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedObject {
    /// What names its template; an override may have renamed the object itself.
    pub key: ObjectKey,
    /// What it says, without the labels and annotations that Karmada itself adds, which hold random identifiers. Clusters that
    /// receive the same share it.
    pub object: Arc<Json>,
    /// Whether the policy holds it back for now.
    pub is_suspended: bool,
    /// What differs from the template, in the order of the changes.
    pub changes: Vec<Change>,
}

/// One field that differs from the template.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field, as a JSON pointer.
    pub pointer: String,
    /// The value before; absent where there was none.
    pub before: Option<Json>,
    /// The value after; absent where it is taken away.
    pub after: Option<Json>,
    /// Who changed it.
    pub cause: Cause,
}

/// Who changed a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The policy.
    pub policy: ObjectKey,
    /// The place of the rule in `overrideRules`, from 0; absent for replicas, and for the deprecated single rule.
    pub rule: Option<usize>,
    /// What the user wrote for the field: the smallest text that is known.
    pub at: Option<Span>,
}
