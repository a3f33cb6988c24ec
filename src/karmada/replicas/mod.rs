//! What Karmada reads from an object about its replicas: how many there are, and what each of them asks for.
//!
//! Only kinds in [`WorkloadKind`] have replicas; every other object has none, and goes whole to each cluster.

pub mod defaults;
pub mod requirements;
pub mod revise;

use crate::karmada::replicas::requirements::ReplicaRequirements;
use crate::karmada::typed::TypedKind;
use crate::karmada::typed::WrongType;
use crate::karmada::typed::check_types;
use serde_json::Value;

/// How many replicas an object has, and what each asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replicas {
    /// The kind whose rule was followed; absent for objects without replicas, which count 0.
    pub kind: Option<WorkloadKind>,
    /// Replicas of the whole object, reduced to 32 bits as Go does it; can be negative where nothing checked it.
    pub replicas: i32,
    /// What each replica asks for; absent when it asks for nothing.
    pub requirements: Option<ReplicaRequirements>,
}

/// The kinds whose replicas Karmada reads: native ones, and custom resources for which it brings a script.
///
/// *Source*: karmada f8fdd02 `pkg/resourceinterpreter/default/native/replica.go`
/// `getAllDefaultReplicaInterpreter`, `pkg/resourceinterpreter/default/thirdparty/resourcecustomizations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkloadKind {
    /// `apps/v1` `Deployment`.
    Deployment,
    /// `apps/v1` `ReplicaSet`.
    ReplicaSet,
    /// `apps/v1` `StatefulSet`.
    StatefulSet,
    /// `batch/v1` `Job`.
    Job,
    /// `v1` `Pod`.
    Pod,
    /// `apps.kruise.io/v1alpha1` `CloneSet`.
    CloneSet,
    /// `apps.kruise.io/v1beta1` `StatefulSet`.
    AdvancedStatefulSet,
    /// `apps.kruise.io/v1alpha1` `BroadcastJob`.
    BroadcastJob,
    /// `argoproj.io/v1alpha1` `Workflow`.
    Workflow,
}

impl WorkloadKind {
    /// The kind of an object, by its exact `apiVersion` and `kind`.
    #[must_use]
    pub fn of(object: &Value) -> Option<Self> {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        match (text("apiVersion")?, text("kind")?) {
            ("apps/v1", "Deployment") => Some(Self::Deployment),
            ("apps/v1", "ReplicaSet") => Some(Self::ReplicaSet),
            ("apps/v1", "StatefulSet") => Some(Self::StatefulSet),
            ("batch/v1", "Job") => Some(Self::Job),
            ("v1", "Pod") => Some(Self::Pod),
            ("apps.kruise.io/v1alpha1", "CloneSet") => Some(Self::CloneSet),
            ("apps.kruise.io/v1beta1", "StatefulSet") => Some(Self::AdvancedStatefulSet),
            ("apps.kruise.io/v1alpha1", "BroadcastJob") => Some(Self::BroadcastJob),
            ("argoproj.io/v1alpha1", "Workflow") => Some(Self::Workflow),
            _ => None,
        }
    }

    /// Checks what Karmada reads into typed objects: native kinds as a whole, of others the pod template.
    fn check_types(self, object: &Value) -> Result<(), WrongType> {
        let kind = match self {
            Self::Deployment => TypedKind::Deployment,
            Self::ReplicaSet => TypedKind::ReplicaSet,
            Self::StatefulSet => TypedKind::StatefulSet,
            Self::Job => TypedKind::Job,
            Self::Pod => TypedKind::Pod,
            Self::Workflow => return Ok(()),
            Self::CloneSet | Self::AdvancedStatefulSet | Self::BroadcastJob => {
                let template = object.pointer("/spec/template").unwrap_or(&Value::Null);
                return check_types(template, TypedKind::PodTemplateSpec);
            }
        };
        check_types(object, kind)
    }
}

/// Reads the replicas of an object.
///
/// *Source*: karmada f8fdd02 `pkg/resourceinterpreter/default/native/replica.go`.
///
/// # Errors
///
/// [`WrongType`] where any field has a type that Karmada's typed reader refuses.
pub fn interpret(object: &Value) -> Result<Replicas, WrongType> {
    let Some(kind) = WorkloadKind::of(object) else { return Ok(Replicas::default()) };
    kind.check_types(object)?;
    let spec = object.get("spec").unwrap_or(&Value::Null);
    let template = spec.get("template").and_then(|template| template.get("spec"));
    let (replicas, requirements) = match kind {
        WorkloadKind::Deployment
        | WorkloadKind::ReplicaSet
        | WorkloadKind::StatefulSet
        | WorkloadKind::CloneSet
        | WorkloadKind::AdvancedStatefulSet => {
            (count(spec, "replicas").unwrap_or_default(), template.and_then(requirements::read))
        }
        WorkloadKind::Job => {
            let parallelism = count(spec, "parallelism").unwrap_or_default();
            let most = count(spec, "completions").unwrap_or(parallelism);
            (parallelism.min(most), template.and_then(requirements::read))
        }
        WorkloadKind::Pod => (1, requirements::read(spec)),
        WorkloadKind::BroadcastJob => {
            (count(spec, "parallelism").unwrap_or(1), template.and_then(requirements::read))
        }
        WorkloadKind::Workflow => {
            (count(spec, "parallelism").unwrap_or(1), requirements::read_nodes_only(spec))
        }
    };
    Ok(Replicas { kind: Some(kind), replicas, requirements })
}

/// Reads a number of 32 bits as Go's converter does: whole floats pass, and what is too large wraps.
#[expect(clippy::cast_possible_truncation, reason = "Go wraps to 32 bits")]
fn count(spec: &Value, field: &str) -> Option<i32> {
    let value = spec.get(field)?;
    let number = value.as_i64().or_else(|| value.as_f64().map(|number| number as i64));
    number.map(|number| number as i32)
}
