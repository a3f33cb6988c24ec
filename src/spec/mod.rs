//! The App as the user wrote it, typed and checked field by field.

pub mod attachment;
pub mod autoscaling;
pub mod base64;
pub mod claim;
pub mod config;
pub mod container;
mod description;
pub mod disruption;
pub mod file_mode;
pub mod group;
pub mod image;
pub mod ingress;
pub mod mount;
pub mod name;
pub mod overriding;
pub mod placement;
pub mod pod;
pub mod port;
mod profile;
pub mod propagation;
pub mod service;
pub mod workload;

pub use attachment::Files;
pub use attachment::Paths;
pub use attachment::SecretText;
pub use autoscaling::Amount;
pub use autoscaling::Autoscaling;
pub use autoscaling::AutoscalingScope;
pub use base64::Base64;
pub use claim::PersistentVolumeClaim;
pub use config::ConfigMap;
pub use config::Secret;
pub use container::Container;
pub use container::EnvFrom;
pub use container::EnvValue;
pub use container::ResourceKind;
pub use description::Description;
pub use disruption::DisruptionBudget;
pub use group::ClusterGroup;
pub use group::ClusterGroups;
pub use group::Overflow;
pub use image::Image;
pub use image::ImageChange;
pub use ingress::Ingress;
pub use mount::Mount;
pub use mount::MountSource;
pub use name::AnnotationKey;
pub use name::ClusterName;
pub use name::ClusterNameKey;
pub use name::ConfigKey;
pub use name::EnvName;
pub use name::GroupName;
pub use name::GroupNameKey;
pub use name::LabelKey;
pub use name::LabelKeyName;
pub use name::LabelName;
pub use name::LabelNameKey;
pub use name::LabelText;
pub use name::ObjectName;
pub use name::ObjectNameKey;
pub use name::PortName;
pub use name::ServiceName;
pub use name::ServiceNameKey;
pub use overriding::ContainerOverride;
pub use overriding::ListChange;
pub use overriding::Override;
pub use overriding::OverrideTarget;
pub use overriding::Patch;
pub use overriding::PatchOperation;
pub use overriding::ServiceOverride;
pub use placement::ClusterNames;
pub use placement::ClusterSelector;
pub use placement::ClusterToleration;
pub use placement::LabelCondition;
pub use placement::Membership;
pub use placement::Placement;
pub use placement::PlacementChoice;
pub use placement::SpreadBounds;
pub use placement::Strategy;
pub use placement::TaintEffect;
pub use placement::TolerationOperator;
pub use placement::Weight;
pub use placement::WorkloadAffinity;
pub use placement::WorkloadAffinityTerm;
pub use pod::LocalReference;
pub use pod::Pod;
pub use port::Port;
pub use port::PortTarget;
pub use port::Ports;
pub use port::ServicePort;
pub use profile::Profile;
pub use propagation::Dependencies;
pub use propagation::NamespaceChoice;
pub use propagation::Propagation;
pub use propagation::Suspension;
pub use service::Service;
pub use workload::PodOwner;
pub use workload::ServiceAccount;
pub use workload::Workload;
pub use workload::claim::ClaimTemplate;
pub use workload::claim::ClaimTemplates;
pub use workload::default_namespace;
pub use workload::kind::WorkloadKind;
pub use workload::lasting::DaemonSet;
pub use workload::lasting::Deployment;
pub use workload::lasting::StatefulSet;
pub use workload::namespace;
pub use workload::schedule::Schedule;
pub use workload::schedule::Seconds;
pub use workload::schedule::TimeZone;
pub use workload::task::ConcurrencyPolicy;
pub use workload::task::CronJob;
pub use workload::task::Job;
pub use workload::task::Task;

use crate::diagnostic::Reported;
use crate::k8s::version::MinorVersion;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Kubernetes;
use crate::schema::Map;
use crate::schema::Named;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

choice! {
    /// The versions of the language.
    ApiVersion {
        /// The first version of the language.
        V1Alpha1 "pelago.dev/v1alpha1",
    }
}

choice! {
    /// The kind of an App.
    AppKind {
        /// One application.
        App "App",
    }
}

record! {
    /// One application: what runs, with which config and services, on which clusters of a fleet, and what differs from cluster to cluster.
    App {
        /// The version of the language.
        api_version "apiVersion": ApiVersion;
        /// The kind of document: App.
        kind "kind": AppKind;
        /// The name of the application, and what all its objects have in common.
        metadata "metadata": Metadata;
        /// What the application consists of, and where it runs.
        spec "spec": Spec;
    }
}

record! {
    /// The name of the application, and what all its objects have in common.
    Metadata {
        /// The name; becomes the name of the workload and of its policies.
        name "name": Spanned<LabelName>, example "storefront";
        /// The namespace of all objects.
        namespace "namespace": Option<Spanned<LabelName>>, default "default", example "shop";
        /// What the application is, in a sentence: the annotation `kubernetes.io/description` on every generated object.
        description "description": Option<Spanned<Description>>, example "The shop's front page";
        /// Labels on every generated object. Null takes one away: each has `app: NAME` unless `app` is null.
        labels "labels": LabelChanges, example {"team": "web"};
        /// Annotations on every generated object; those for kustomize and kpt (`config.kubernetes.io/…`) stay in the file.
        annotations "annotations": Annotations, example {"example.com/contact": "web@example.com"};
    }
}

impl Spec {
    /// Tells whether a field is written and could not be read, which was reported.
    #[must_use]
    pub fn has_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }
}

/// Labels; keys and values keep Kubernetes' rules.
pub type Labels = Map<LabelText, LabelKey>;

/// Annotations; keys keep Kubernetes' rules.
pub type Annotations = Map<Text, AnnotationKey>;

/// Labels to set, and with null those to take away.
pub type LabelChanges = Map<Option<LabelText>, LabelKey>;

/// Annotations to set, and with null those to take away.
pub type AnnotationChanges = Map<Option<Text>, AnnotationKey>;

record! {
    /// What the application consists of, and where it runs.
    Spec
    refuse [
        "spec": "the keys of `spec` stand here themselves"
    ]
    recovering lost {
        /// Values for expressions, by name.
        vars "vars": Map<Node>, example {"version": "1.4.2"};
        /// A workload whose pods are all alike: a Kubernetes Deployment. An App has one workload, or none.
        deployment "deployment": Option<Box<Deployment>>;
        /// A workload whose pods have a name and a storage of their own: a Kubernetes StatefulSet.
        stateful_set "statefulSet": Option<Box<StatefulSet>>;
        /// A workload with one pod on every node: a Kubernetes DaemonSet.
        daemon_set "daemonSet": Option<Box<DaemonSet>>;
        /// A workload whose pods run to their end: a Kubernetes Job.
        job "job": Option<Box<Job>>;
        /// A workload that runs at fixed times: a Kubernetes CronJob.
        cron_job "cronJob": Option<Box<CronJob>>;
        /// Services by name; each leads to the workload unless it says otherwise.
        services "services": Named<Service, ServiceNameKey>;
        /// Ingresses by name.
        ingresses "ingresses": Named<Ingress, ObjectNameKey>;
        /// ConfigMaps by name.
        config_maps "configMaps": Named<ConfigMap, ObjectNameKey>;
        /// Secrets by name.
        secrets "secrets": Named<Secret, ObjectNameKey>;
        /// Claims of storage by name.
        persistent_volume_claims "persistentVolumeClaims": Named<PersistentVolumeClaim, ObjectNameKey>;
        /// The account that the pods run as.
        service_account "serviceAccount": Option<ServiceAccount>;
        /// How the number of replicas follows the load.
        autoscaling "autoscaling": Option<Box<Autoscaling>>;
        /// How many pods may be missing while nodes are drained.
        disruption_budget "disruptionBudget": Option<DisruptionBudget>;
        /// Existing objects that travel with the application: paths (with `*`) from this file's folder, or whole objects.
        manifests "manifests": Vec<Manifest>, example ["extra/*.yaml"];
        /// Where the application runs: a placement that the Fleet names, or one written out. Left out: on every cluster.
        placement "placement": Option<PlacementChoice>;
        /// How Karmada carries the objects to the clusters.
        propagation "propagation": Option<Propagation>;
        /// What differs from cluster to cluster, in order; a later one wins.
        overrides "overrides": Vec<Override>;
        /// Changes of all that stands above, by name: `--profile NAME` merges one over it. Maps merge, lists and scalars replace, null removes.
        profiles "profiles": Map<Profile>, example {"staging": {"deployment": {"replicas": 2}}};
    }
}

/// The JSON Schema of an App.
#[must_use]
pub fn schema() -> Json {
    schema_of(&Kubernetes::preloaded(MinorVersion::default()))
}

/// The JSON Schema of an App for one version of Kubernetes.
#[must_use]
pub fn schema_of(kubernetes: &Kubernetes) -> Json {
    let mut definitions = Definitions::new(kubernetes);
    let root = App::schema(&mut definitions);
    definitions.finish("https://pelago.dev/schemas/app.v1alpha1.json", "Pelago App", &root)
}

/// An existing object that travels with the application.
#[derive(Debug, Clone, PartialEq)]
pub enum Manifest {
    /// A path, with `*` and `?`, from the folder of the App's file.
    Path(Spanned<String>),
    /// A whole object, or a list of some.
    Object(Node),
}

impl Shape for Manifest {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => Ok(Self::Path(Spanned::new(scalar.text.clone(), node.span))),
            Value::Mapping(_) => Ok(Self::Object(node.clone())),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Sequence(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a path or an object"))
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "anyOf": [
            { "type": "string", "description": "A path from the folder of this file; `*` and `?` stand for any text." },
            { "type": "object", "required": ["apiVersion", "kind", "metadata"], "description": "A whole Kubernetes object." },
            { "type": "object", "required": ["apiVersion", "kind", "items"], "description": "A list of Kubernetes objects." },
        ] })
    }
}
