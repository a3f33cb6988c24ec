//! How Karmada carries the objects to the clusters.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Homes;
use crate::schema::Integer;
use crate::schema::Keyed;
use crate::schema::Shape;
use crate::schema::choice;
use crate::schema::or_expression;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::ClusterName;
use crate::spec::Labels;
use crate::spec::ObjectName;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

choice! {
    /// How ConfigMaps, Secrets and the like follow the workload.
    Dependencies {
        /// Karmada finds them and sends them along.
        Auto "Auto",
        /// Each is named in the policy.
        Listed "Listed",
        /// They are not sent.
        None "None",
    }
}

choice! {
    /// Whether the policy takes objects from policies of lower priority.
    Preemption {
        /// It does.
        Always "Always",
        /// It does not.
        Never "Never",
    }
}

choice! {
    /// What happens to an object that a cluster has already.
    ConflictResolution {
        /// It is left alone, and propagation fails there.
        Abort "Abort",
        /// It is taken over.
        Overwrite "Overwrite",
    }
}

choice! {
    /// When a changed policy takes effect.
    Activation {
        /// When the object changes the next time.
        Lazy "Lazy",
    }
}

choice! {
    /// What happens to pods on a cluster that an application leaves.
    PurgeMode {
        /// They go at once.
        Directly "Directly",
        /// They go when the new ones are healthy.
        Gracefully "Gracefully",
        /// They stay.
        Never "Never",
    }
}

record! {
    /// How Karmada carries the objects to the clusters.
    Propagation
    refuse [
        "propagateDeps": "the propagation has no `propagateDeps`: `dependencies` says it",
        "suspension": "the propagation has no `suspension`: `suspend` says it",
        "activationPreference": "the propagation has no `activationPreference`: `activation` says it",
        "preserveResourcesOnDeletion": "the propagation has no `preserveResourcesOnDeletion`: `preserveOnDeletion` says it",
        "placement": "the propagation has no `placement`: it stands beside it, under `spec`",
        "resourceSelectors": "the propagation has no `resourceSelectors`: the policy names each object of the App"
    ]
    recovering lost {
        /// How ConfigMaps, Secrets and the like follow the workload.
        dependencies "dependencies": Option<Spanned<Dependencies>>, default "Auto";
        /// Whether the control plane refuses to delete the workload.
        deletion_protection "deletionProtection": Option<Keyed<Spanned<bool>>>, default false;
        /// Which policy wins where several match; the higher.
        priority "priority": Option<Keyed<Integer<{ i32::MIN as i64 }, { i32::MAX as i64 }>>>, default 0, example 10;
        /// Whether the policy takes objects from policies of lower priority.
        preemption "preemption": Option<Keyed<Preemption>>, default "Never";
        /// What happens to an object that a cluster has already.
        conflict_resolution "conflictResolution": Option<Keyed<Spanned<ConflictResolution>>>, default "Abort";
        /// Whether nothing is sent before the App's override policies are there.
        dependent_overrides "dependentOverrides": Option<Keyed<bool>>, default false, example true;
        /// The PriorityClass of the control plane that says who is scheduled first.
        schedule_priority "schedulePriority": Option<Keyed<ObjectName>>, example "high";
        /// When a changed policy takes effect. Left out: at once.
        activation "activation": Option<Keyed<Activation>>, example "Lazy";
        /// Whether nothing is sent for now: to any cluster, or to those named.
        suspend "suspend": Option<Keyed<Suspension>>, default false, example ["member3"];
        /// Whether the clusters keep the objects when they are deleted on the control plane.
        preserve_on_deletion "preserveOnDeletion": Option<Keyed<bool>>, default false;
        /// Whether objects that the clusters have already are taken over.
        adopt "adopt": Option<Keyed<Spanned<bool>>>, default false;
        /// Whether the Namespace is emitted too; with labels and annotations, as a map of these. It reaches the clusters that the placement picks, and no others.
        namespace "namespace": Option<Keyed<NamespaceChoice>>, default false, example true;
        /// What happens when the application or a cluster fails.
        failover "failover": Option<Failover>;
        /// The scheduler of Karmada that places the application.
        scheduler_name "schedulerName": Option<Spanned<String>>, default "default-scheduler";
        /// Whether other policies carry the objects, which are written by hand: the App writes none.
        external "external": Option<Spanned<bool>>, default false, example true;
    }
}

impl Propagation {
    /// Tells whether anything is said about the policy that the App writes.
    #[must_use]
    pub fn shapes_policy(&self) -> bool {
        let choices = [
            self.dependencies.is_some(),
            self.priority.is_some(),
            self.dependent_overrides.is_some(),
            self.schedule_priority.is_some(),
            self.preemption.is_some(),
            self.conflict_resolution.is_some(),
            self.activation.is_some(),
            self.suspend.is_some(),
            self.preserve_on_deletion.is_some(),
            self.adopt.is_some(),
            self.failover.is_some(),
            self.scheduler_name.is_some(),
        ];
        choices.contains(&true)
    }
}

record! {
    /// What happens when the application or a cluster fails.
    Failover {
        /// When the application is unhealthy on a cluster.
        application "application": Option<ApplicationFailover>;
        /// When a cluster fails.
        cluster "cluster": Option<ClusterFailover>;
    }
}

record! {
    /// When the application is unhealthy on a cluster, it moves to another.
    ApplicationFailover {
        /// How long it may be unhealthy, in seconds.
        toleration_seconds "tolerationSeconds": Option<Spanned<Integer<0, { i32::MAX as i64 }>>>, default 300, example 120;
        /// What happens to its pods on the cluster that it leaves.
        purge_mode "purgeMode": Option<Spanned<PurgeMode>>, default "Gracefully";
        /// How long Gracefully waits for the new pods, in seconds.
        grace_period_seconds "gracePeriodSeconds": Option<Spanned<Integer<1, { i32::MAX as i64 }>>>, default 600;
    }
}

record! {
    /// When a cluster fails, the application moves to another.
    ClusterFailover {
        /// What happens to its pods on the cluster that it leaves.
        purge_mode "purgeMode": Option<Spanned<PurgeMode>>, default "Gracefully";
    }
}

/// Whether the Namespace is emitted too.
#[derive(Debug, Clone, PartialEq)]
pub enum NamespaceChoice {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// It is, and this is what it carries.
    With(Box<NamespaceMetadata>),
}

record! {
    /// What a Namespace carries. The labels and annotations of the App are not among them: other Apps may live in it too.
    NamespaceMetadata {
        /// Labels of the Namespace.
        labels "labels": Labels, example {"pod-security.kubernetes.io/enforce": "restricted"};
        /// Annotations of the Namespace.
        annotations "annotations": Annotations;
    }
}

impl Shape for NamespaceChoice {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Boolean(true) => Ok(Self::Yes),
            Value::Boolean(false) => Ok(Self::No),
            Value::Mapping(_) => Box::decode(node, decoder).map(Self::With),
            Value::String(scalar) if scalar.text != "true" && scalar.text != "false" => {
                let message = "expected a boolean or a map, found a string";
                let diagnostic = Diagnostic::new(codes::WRONG_TYPE, node.span, message);
                Err(decoder.report(
                    diagnostic.with_help("write the name of the namespace under `metadata.namespace`"),
                ))
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::Sequence(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a boolean or a map"))
            }
        }
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        NamespaceMetadata::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let metadata = NamespaceMetadata::schema(definitions);
        or_expression(&json!({ "anyOf": [{ "type": "boolean" }, metadata] }))
    }
}

/// Whether nothing is sent for now.
#[derive(Debug, Clone, PartialEq)]
pub enum Suspension {
    /// To any cluster, or not at all.
    Everywhere(bool),
    /// To these clusters.
    Clusters(Span, Vec<Spanned<ClusterName>>),
}

impl Shape for Suspension {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Sequence(_) => {
                Vec::decode(node, decoder).map(|clusters| Self::Clusters(node.span, clusters))
            }
            Value::Boolean(value) => Ok(Self::Everywhere(*value)),
            Value::Null | Value::Number(_) | Value::String(_) | Value::Mapping(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a boolean or a list of clusters"))
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        or_expression(&json!({ "anyOf": [
            { "type": "boolean" },
            { "type": "array", "items": { "type": "string" } },
        ] }))
    }
}
