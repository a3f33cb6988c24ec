//! What is known of each kind of workload: the only place where Kubernetes' and Karmada's differences between them stand.

/// The kinds of workload that an App may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkloadKind {
    /// `apps/v1` `Deployment`.
    Deployment,
    /// `apps/v1` `StatefulSet`.
    StatefulSet,
    /// `apps/v1` `DaemonSet`.
    DaemonSet,
    /// `batch/v1` `Job`.
    Job,
    /// `batch/v1` `CronJob`.
    CronJob,
}

impl WorkloadKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Deployment, Self::StatefulSet, Self::DaemonSet, Self::Job, Self::CronJob];

    /// The API group and version.
    #[must_use]
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => "apps/v1",
            Self::Job | Self::CronJob => "batch/v1",
        }
    }

    /// The kind, as Kubernetes writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
        }
    }

    /// The key of the language.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::StatefulSet => "statefulSet",
            Self::DaemonSet => "daemonSet",
            Self::Job => "job",
            Self::CronJob => "cronJob",
        }
    }

    /// Where the pod template stands in the object.
    #[must_use]
    pub fn pod_template(self) -> &'static [&'static str] {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::Job => &["spec", "template"],
            Self::CronJob => &["spec", "jobTemplate", "spec", "template"],
        }
    }

    /// The field of the spec that Karmada reads and sets as the number of replicas: karmada f8fdd02
    /// `pkg/resourceinterpreter/default/native/replica.go`, which knows no replicas of the other kinds.
    #[must_use]
    pub fn replicas_field(self) -> Option<&'static str> {
        match self {
            Self::Deployment | Self::StatefulSet => Some("replicas"),
            Self::Job => Some("parallelism"),
            Self::DaemonSet | Self::CronJob => None,
        }
    }

    /// Whether the image, command and args overriders reach its containers: karmada f8fdd02
    /// `pkg/util/overridemanager/{imageoverride,commandargsoverride}.go` pass a CronJob by.
    #[must_use]
    pub fn has_container_overriders(self) -> bool {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::Job => true,
            Self::CronJob => false,
        }
    }

    /// Whether it selects its pods by labels; a Job gets a selector of its own from Kubernetes.
    #[must_use]
    pub fn has_selector(self) -> bool {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => true,
            Self::Job | Self::CronJob => false,
        }
    }

    /// The restart policies that Kubernetes takes for its pods, the default first: kubernetes v1.33
    /// `pkg/apis/apps/validation`, `pkg/apis/batch/validation`.
    #[must_use]
    pub fn restart_policies(self) -> &'static [&'static str] {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => &["Always"],
            Self::Job | Self::CronJob => &["Never", "OnFailure"],
        }
    }
}
