//! What Karmada's control plane holds once its API server has taken everything: templates of objects, and policies with
//! their defaults.

mod scope;

pub use scope::Scopes;

use crate::k8s::gvk::ObjectKey;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::replicas::Replicas;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Templates and policies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ControlPlane {
    /// The objects that policies can claim, in the order given; no two with one key.
    pub templates: Vec<Template>,
    /// The propagation policies of both kinds, as admitted.
    pub propagation: Vec<PropagationPolicy>,
    /// The override policies of both kinds, as admitted.
    pub overrides: Vec<OverridePolicy>,
    /// What the user wrote for each policy.
    pub written_policies: BTreeMap<ObjectKey, Node>,
}

/// An object as the API server holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// What names it.
    pub key: ObjectKey,
    /// What it says, the namespace and the defaults for numbers of replicas included.
    pub object: Json,
    /// What the user wrote for it.
    pub written: Node,
    /// The number of its replicas, and what each asks for, as Karmada reads them.
    pub replicas: Replicas,
}
