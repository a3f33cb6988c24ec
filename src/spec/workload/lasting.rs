//! Workloads whose pods run until they are stopped: Deployment, StatefulSet, DaemonSet.

use crate::schema::record;
use crate::source::Spanned;
use crate::spec::ClaimTemplates;
use crate::spec::PodOwner;
use crate::spec::ServiceName;
use crate::spec::workload::Replicas;

record! {
    /// A Deployment: containers that run until they are stopped, replaced step by step. Takes every other field of Kubernetes' DeploymentSpec.
    Deployment
    flat owner: PodOwner
    rest "apps.v1.DeploymentSpec" except ["template"]
    refuse [
        "suspend": "a Deployment has no `suspend`: `replicas: 0` stops its pods, and `paused: true` its rollout",
        "volumeClaimTemplates": "a Deployment has no `volumeClaimTemplates`: only a StatefulSet has claims for each of its pods"
    ]
    recovering lost {
        /// How many pods: in all with a dividing strategy, on each cluster with Duplicated. Another number scales the workload; 0 stops it.
        replicas "replicas": Option<Spanned<Replicas>>, default 1, example 6;
        /// Whether the rollout is paused: its pods keep running, and changes wait until this is taken away.
        paused "paused": Option<Spanned<bool>>, default false, example true;
        /// Restarts all pods when it changes: written as the annotation that `kubectl rollout restart` writes.
        restarted_at "restartedAt": Option<Spanned<String>>, example "2026-01-01T00:00:00Z";
    }
}

record! {
    /// A StatefulSet: pods with a name and a storage of their own, started and stopped in order. Takes every other field of Kubernetes' StatefulSetSpec.
    StatefulSet
    flat owner: PodOwner
    rest "apps.v1.StatefulSetSpec" except ["template"]
    refuse [
        "strategy": "a StatefulSet has no `strategy`: Kubernetes calls it `updateStrategy`",
        "paused": "a StatefulSet has no `paused`: `updateStrategy: {type: OnDelete}` holds its rollout back",
        "suspend": "a StatefulSet has no `suspend`: `replicas: 0` stops its pods"
    ]
    recovering lost {
        /// How many pods: in all with a dividing strategy, on each cluster with Duplicated. Another number scales the workload; 0 stops it.
        replicas "replicas": Option<Spanned<Replicas>>, default 1, example 3;
        /// The headless Service that gives each pod a DNS name. Left out: the only headless Service of the App.
        service_name "serviceName": Option<Spanned<ServiceName>>, example "store";
        /// Claims that each pod gets of its own, by name: the volumes that `mounts` mounts as `{claimTemplate: NAME}`.
        volume_claim_templates "volumeClaimTemplates": ClaimTemplates, example {"data": {"size": "10Gi"}};
        /// Restarts all pods when it changes: written as the annotation that `kubectl rollout restart` writes.
        restarted_at "restartedAt": Option<Spanned<String>>, example "2026-01-01T00:00:00Z";
    }
}

record! {
    /// A DaemonSet: one pod on every node that fits, in every selected cluster. Takes every other field of Kubernetes' DaemonSetSpec.
    DaemonSet
    flat owner: PodOwner
    rest "apps.v1.DaemonSetSpec" except ["template"]
    refuse [
        "replicas": "a DaemonSet has no `replicas`: it runs one pod on every node that fits",
        "strategy": "a DaemonSet has no `strategy`: Kubernetes calls it `updateStrategy`",
        "paused": "a DaemonSet has no `paused`: `updateStrategy: {type: OnDelete}` holds its rollout back",
        "suspend": "a DaemonSet has no `suspend`: a `nodeSelector` in `pod` that no node meets stops its pods",
        "volumeClaimTemplates": "a DaemonSet has no `volumeClaimTemplates`: only a StatefulSet has claims for each of its pods"
    ]
    recovering lost {
        /// Restarts all pods when it changes: written as the annotation that `kubectl rollout restart` writes.
        restarted_at "restartedAt": Option<Spanned<String>>, example "2026-01-01T00:00:00Z";
    }
}
