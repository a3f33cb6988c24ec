//! The workload and its account.

pub mod claim;
pub mod kind;
pub mod lasting;
pub mod schedule;
pub mod task;

use crate::schema::Integer;
use crate::schema::Named;
use crate::schema::Rest;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::ClaimTemplates;
use crate::spec::Container;
use crate::spec::CronJob;
use crate::spec::DaemonSet;
use crate::spec::Deployment;
use crate::spec::Job;
use crate::spec::LabelChanges;
use crate::spec::LabelName;
use crate::spec::LabelNameKey;
use crate::spec::LocalReference;
use crate::spec::ObjectName;
use crate::spec::Pod;
use crate::spec::Spec;
use crate::spec::StatefulSet;
use crate::spec::WorkloadKind;

/// A number of replicas, for the whole application or for one cluster.
pub type Replicas = Integer<0, { i32::MAX as i64 }>;

record! {
    /// What every workload has: labels and annotations of its own, and the pods that it runs.
    PodOwner {
        /// Labels on the workload object alone.
        labels "labels": LabelChanges, example {"tier": "front"};
        /// Annotations on the workload object alone.
        annotations "annotations": Annotations, example {"example.com/contact": "web@example.com"};
        /// The pods' labels, annotations, and every field of Kubernetes' PodSpec.
        pod "pod": Option<Pod>;
        /// Containers by name that run to their end before the others start, in order.
        init_containers "initContainers": Named<Container, LabelNameKey>;
        /// Containers by name.
        containers "containers": Named<Container, LabelNameKey>;
    }
}

/// The workload of an App.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Workload<'a> {
    /// Pods that are all alike, replaced step by step.
    Deployment(&'a Deployment),
    /// Pods with a name and a storage of their own.
    StatefulSet(&'a StatefulSet),
    /// One pod on every node.
    DaemonSet(&'a DaemonSet),
    /// Pods that run to their end.
    Job(&'a Job),
    /// A Job at fixed times.
    CronJob(&'a CronJob),
}

impl<'a> Workload<'a> {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> WorkloadKind {
        match self {
            Self::Deployment(_) => WorkloadKind::Deployment,
            Self::StatefulSet(_) => WorkloadKind::StatefulSet,
            Self::DaemonSet(_) => WorkloadKind::DaemonSet,
            Self::Job(_) => WorkloadKind::Job,
            Self::CronJob(_) => WorkloadKind::CronJob,
        }
    }

    /// The place of its key.
    #[must_use]
    pub fn at(self) -> Span {
        self.owner().at
    }

    /// What it has in common with all kinds.
    #[must_use]
    pub fn owner(self) -> &'a PodOwner {
        match self {
            Self::Deployment(deployment) => &deployment.owner,
            Self::StatefulSet(stateful_set) => &stateful_set.owner,
            Self::DaemonSet(daemon_set) => &daemon_set.owner,
            Self::Job(job) => &job.task.owner,
            Self::CronJob(cron_job) => &cron_job.task.owner,
        }
    }

    /// The fields of its Kubernetes spec that have no sugar; those of a CronJob are those of its Jobs.
    #[must_use]
    pub fn rest(self) -> &'a Rest {
        match self {
            Self::Deployment(deployment) => &deployment.rest,
            Self::StatefulSet(stateful_set) => &stateful_set.rest,
            Self::DaemonSet(daemon_set) => &daemon_set.rest,
            Self::Job(job) => &job.task.rest,
            Self::CronJob(cron_job) => &cron_job.task.rest,
        }
    }

    /// Tells whether its containers could not be read, or stand where an App does not take them, which was reported.
    #[must_use]
    pub fn has_lost_containers(self) -> bool {
        let lost = match self {
            Self::Deployment(deployment) => &deployment.lost,
            Self::StatefulSet(stateful_set) => &stateful_set.lost,
            Self::DaemonSet(daemon_set) => &daemon_set.lost,
            Self::Job(Job { task, .. }) | Self::CronJob(CronJob { task, .. }) => &task.lost,
        };
        let of_pod = self.owner().pod.iter().flat_map(|pod| &pod.lost);
        lost.iter().any(|key| matches!(key.as_str(), "template" | "containers"))
            || of_pod.into_iter().any(|key| key == "containers")
    }

    /// When its pods were last asked to restart; those of a Job cannot be.
    #[must_use]
    pub fn restarted_at(self) -> Option<&'a Spanned<String>> {
        match self {
            Self::Deployment(deployment) => deployment.restarted_at.as_ref(),
            Self::StatefulSet(stateful_set) => stateful_set.restarted_at.as_ref(),
            Self::DaemonSet(daemon_set) => daemon_set.restarted_at.as_ref(),
            Self::Job(_) | Self::CronJob(_) => None,
        }
    }

    /// The replicas that are written, as Karmada counts them: of a Job the pods that run at a time.
    #[must_use]
    pub fn replicas(self) -> Option<Spanned<Replicas>> {
        match self {
            Self::Deployment(deployment) => deployment.replicas,
            Self::StatefulSet(stateful_set) => stateful_set.replicas,
            Self::Job(job) => job.task.parallelism,
            Self::DaemonSet(_) | Self::CronJob(_) => None,
        }
    }

    /// The claims that each pod gets of its own.
    #[must_use]
    pub fn claim_templates(self) -> Option<&'a ClaimTemplates> {
        match self {
            Self::StatefulSet(stateful_set) => Some(&stateful_set.volume_claim_templates),
            Self::Deployment(_) | Self::DaemonSet(_) | Self::Job(_) | Self::CronJob(_) => None,
        }
    }
}

impl Spec {
    /// The workloads, in the order written; more than one is a fault.
    #[must_use]
    pub fn workloads(&self) -> Vec<Workload<'_>> {
        let written = [
            self.deployment.as_deref().map(Workload::Deployment),
            self.stateful_set.as_deref().map(Workload::StatefulSet),
            self.daemon_set.as_deref().map(Workload::DaemonSet),
            self.job.as_deref().map(Workload::Job),
            self.cron_job.as_deref().map(Workload::CronJob),
        ];
        let mut workloads: Vec<Workload<'_>> = written.into_iter().flatten().collect();
        workloads.sort_by_key(|workload| workload.at());
        workloads
    }

    /// Tells whether a workload is written and could not be read, which was reported.
    #[must_use]
    pub fn has_lost_workload(&self) -> bool {
        WorkloadKind::ALL.iter().any(|kind| self.has_lost(kind.key()))
    }

    /// The workload, where the App has one.
    #[must_use]
    pub fn workload(&self) -> Option<Workload<'_>> {
        self.workloads().first().copied()
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
        labels "labels": LabelChanges;
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
