//! What comes out: the objects of each App in the order of the output, and how its dependencies stand.

use crate::k8s::gvk::ObjectKey;
use crate::source::Span;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// All Apps of a build, sorted by namespace and name; within a namespace, the App that brings it comes first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bundle {
    /// The Apps.
    pub apps: Vec<App>,
}

/// What one App becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// The name.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// The place of the name.
    pub at: Span,
    /// The objects, in the order of the output; no two with one key, but hooks of Helm in a stream.
    pub objects: Vec<Object>,
    /// What the objects refer to, in the order of the objects and of the places in them.
    pub dependencies: Vec<Dependency>,
    /// The clusters that it may run on; nothing where that cannot be known.
    pub clusters: Option<BTreeSet<String>>,
    /// What it asks for as its Namespace.
    pub namespace_request: Option<NamespaceRequest>,
}

/// The Namespace that an App asks for. Where several Apps ask for one, they must agree, and one of them brings it.
#[derive(Debug, Clone, PartialEq)]
pub struct NamespaceRequest {
    /// The key that asks for it.
    pub at: Span,
    /// The Namespace, and the policy that sends it; without one, it goes to every cluster.
    pub objects: Vec<Json>,
}

/// What an object is for; also the order of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Where the App lives.
    Namespace,
    /// The account that the pods run as.
    ServiceAccount,
    /// Config as files or variables.
    ConfigMap,
    /// Config that nobody should see.
    Secret,
    /// Storage that is asked for.
    PersistentVolumeClaim,
    /// What runs.
    Workload,
    /// The address of what runs.
    Service,
    /// How requests from outside come in.
    Ingress,
    /// What changes the number of replicas.
    Autoscaler,
    /// How many pods may be missing.
    DisruptionBudget,
    /// An existing object that travels with the App.
    Manifest,
    /// An object of a stream that policies are added to; it passes through as it is.
    Streamed,
    /// Where the objects go.
    PropagationPolicy,
    /// What differs from cluster to cluster.
    OverridePolicy,
}

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// What names it in the cluster.
    pub key: ObjectKey,
    /// What it is for.
    pub role: Role,
    /// What it says; each node knows what the user wrote for it.
    pub root: Node,
}

/// How a reference is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyState {
    /// The App defines the object.
    Defined,
    /// The object is in a folder that was named for it.
    Found,
    /// The App says that the object lives on the control plane already.
    External,
    /// Kubernetes makes the object in every namespace.
    Provided,
    /// Nobody defines the object.
    Missing,
}

impl DependencyState {
    /// The word that a user reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Defined => "defined",
            Self::Found => "found",
            Self::External => "external",
            Self::Provided => "provided",
            Self::Missing => "missing",
        }
    }
}

/// How a dependency reaches the clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// Karmada finds it and sends it along.
    PropagateDependencies,
    /// The policy names it.
    Selector,
    /// Whatever policy the App leaves it to.
    ExternalPolicy,
    /// Kubernetes makes it on each cluster.
    Cluster,
    /// Nothing carries it.
    Nothing,
}

impl Carrier {
    /// The words that a user reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PropagateDependencies => "propagateDeps",
            Self::Selector => "resourceSelectors",
            Self::ExternalPolicy => "another policy",
            Self::Cluster => "made by Kubernetes",
            Self::Nothing => "nothing",
        }
    }
}

/// One reference of an object to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The object that refers.
    pub owner: ObjectKey,
    /// The object that is referred to.
    pub target: ObjectKey,
    /// The key of the `ConfigMap` or Secret, where one is meant.
    pub key: Option<String>,
    /// Whether the pod starts without it.
    pub is_optional: bool,
    /// The place of the reference.
    pub at: Span,
    /// How it is met.
    pub state: DependencyState,
    /// How the object reaches the clusters.
    pub carrier: Carrier,
}
