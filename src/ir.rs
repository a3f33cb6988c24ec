//! An App of which nothing is implied any more: objects as they will be, policies typed.

use crate::bundle::Dependency;
use crate::bundle::NamespaceRequest;
use crate::bundle::Object;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::PropagationPolicy;
use crate::source::Span;
use std::collections::BTreeSet;

/// One App.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// The name.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// The place of the name.
    pub at: Span,
    /// The objects, policies left out; in any order.
    pub objects: Vec<Object>,
    /// Where the objects go: a policy for each namespace, and one for what has none.
    pub propagation: Vec<Policy<PropagationPolicy>>,
    /// What differs from cluster to cluster: a policy for each object that an override touches.
    pub overrides: Vec<Policy<OverridePolicy>>,
    /// What the objects refer to.
    pub dependencies: Vec<Dependency>,
    /// The clusters that it may run on; nothing where that cannot be known.
    pub clusters: Option<BTreeSet<String>>,
    /// What it asks for as its Namespace.
    pub namespace_request: Option<NamespaceRequest>,
}

/// A policy, and the place that causes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy<T> {
    /// The policy.
    pub policy: T,
    /// The place.
    pub at: Span,
    /// The places of what causes parts of it, each with the part's JSON pointer.
    pub parts: Vec<(String, Span)>,
}
