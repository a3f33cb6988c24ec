//! The workload and its account.

use crate::schema::Integer;
use crate::schema::Named;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Container;
use crate::spec::LabelName;
use crate::spec::LabelNameKey;
use crate::spec::Labels;
use crate::spec::LocalReference;
use crate::spec::ObjectName;
use crate::spec::Pod;

/// A number of replicas, for the whole application or for one cluster.
pub type Replicas = Integer<0, { i32::MAX as i64 }>;

record! {
    /// A Deployment: containers that run until they are stopped, replaced step by step. Takes every other field of Kubernetes' DeploymentSpec.
    Deployment rest "apps.v1.DeploymentSpec" except ["template"] {
        /// How many pods: in all with a dividing strategy, on each cluster with Duplicated.
        replicas "replicas": Option<Spanned<Replicas>>, default 1, example 6;
        /// Restarts all pods when it changes: written as the annotation that `kubectl rollout restart` writes.
        restarted_at "restartedAt": Option<Spanned<String>>, example "2026-01-01T00:00:00Z";
        /// Labels on the workload object alone.
        labels "labels": Labels;
        /// Annotations on the workload object alone.
        annotations "annotations": Annotations;
        /// The pods' labels, annotations, and every field of Kubernetes' PodSpec.
        pod "pod": Option<Pod>;
        /// Containers by name that run to their end before the others start, in order.
        init_containers "initContainers": Named<Container, LabelNameKey>;
        /// Containers by name.
        containers "containers": Named<Container, LabelNameKey>;
    }
}

record! {
    /// The account that the pods run as.
    ServiceAccount rest "core.v1.ServiceAccount" except ["apiVersion", "kind", "metadata"] {
        /// Whether the account is generated with the application.
        create "create": Option<Spanned<bool>>, default false, example true;
        /// The name of the account; the application's where left out.
        name "name": Option<Spanned<ObjectName>>;
        /// Labels on the account.
        labels "labels": Labels;
        /// Annotations on the account.
        annotations "annotations": Annotations;
        /// Secrets that pull images for every pod of the account.
        image_pull_secrets "imagePullSecrets": Vec<LocalReference>, example ["registry-login"];
    }
}

/// The name of the namespace that an App lives in when it says none.
#[must_use]
pub fn default_namespace() -> &'static str {
    "default"
}

/// The namespace of an App.
#[must_use]
pub fn namespace(namespace: Option<&Spanned<LabelName>>) -> &str {
    namespace.map_or(default_namespace(), |namespace| namespace.value.as_str())
}
