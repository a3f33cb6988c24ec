//! What the fields of Kubernetes do that people write beside the sugar of a workload.

/// Type, field, and what it does; sorted.
const DESCRIPTIONS: &[(&str, &str, &str)] = &[
    (
        "apps.v1.DaemonSetSpec",
        "minReadySeconds",
        "How long a new pod must be ready before it counts, in seconds; 0 where left out.",
    ),
    (
        "apps.v1.DaemonSetSpec",
        "revisionHistoryLimit",
        "How many old versions are kept to go back to; 10 where left out.",
    ),
    (
        "apps.v1.DaemonSetSpec",
        "updateStrategy",
        "How pods are replaced: RollingUpdate, or OnDelete when they are deleted.",
    ),
    (
        "apps.v1.DeploymentSpec",
        "minReadySeconds",
        "How long a new pod must be ready before it counts, in seconds; 0 where left out.",
    ),
    (
        "apps.v1.DeploymentSpec",
        "progressDeadlineSeconds",
        "How long a rollout may stand still before it has failed, in seconds; 600 where left out.",
    ),
    (
        "apps.v1.DeploymentSpec",
        "revisionHistoryLimit",
        "How many old versions are kept to go back to; 10 where left out.",
    ),
    (
        "apps.v1.DeploymentSpec",
        "selector",
        "The labels that the pods are selected by; `app` with the name of the App where left out.",
    ),
    (
        "apps.v1.DeploymentSpec",
        "strategy",
        "How pods are replaced: RollingUpdate step by step, or Recreate all at once.",
    ),
    (
        "apps.v1.StatefulSetSpec",
        "minReadySeconds",
        "How long a new pod must be ready before it counts, in seconds; 0 where left out.",
    ),
    ("apps.v1.StatefulSetSpec", "ordinals", "The number of the first pod: `{start: 0}` where left out."),
    (
        "apps.v1.StatefulSetSpec",
        "persistentVolumeClaimRetentionPolicy",
        "Whether claims are kept when their pod is scaled away, or the whole set deleted; they are where left out.",
    ),
    (
        "apps.v1.StatefulSetSpec",
        "podManagementPolicy",
        "Whether pods start and stop one after the other (OrderedReady, the default) or all at once (Parallel).",
    ),
    (
        "apps.v1.StatefulSetSpec",
        "revisionHistoryLimit",
        "How many old versions are kept to go back to; 10 where left out.",
    ),
    (
        "apps.v1.StatefulSetSpec",
        "updateStrategy",
        "How pods are replaced: RollingUpdate from the last one on, or OnDelete when they are deleted.",
    ),
    ("batch.v1.JobSpec", "backoffLimitPerIndex", "How many failed pods are replaced for each index."),
    (
        "batch.v1.JobSpec",
        "completionMode",
        "Whether pods are all alike (NonIndexed, the default) or each has an index (Indexed).",
    ),
    ("batch.v1.JobSpec", "manualSelector", "Whether `selector` is written by hand."),
    ("batch.v1.JobSpec", "maxFailedIndexes", "How many indexes may fail before the Job has failed."),
    ("batch.v1.JobSpec", "podFailurePolicy", "What a failed pod means, by its exit code or condition."),
    (
        "batch.v1.JobSpec",
        "podReplacementPolicy",
        "Whether a pod is replaced once it is about to end, or only when it has failed.",
    ),
    (
        "batch.v1.JobSpec",
        "successPolicy",
        "Which indexes must succeed for the Job to have succeeded; all where left out.",
    ),
    (
        "batch.v1.JobSpec",
        "ttlSecondsAfterFinished",
        "How long the Job is kept after its end, in seconds; for ever where left out.",
    ),
    (
        "core.v1.PersistentVolumeClaimSpec",
        "resources",
        "How much storage, in Kubernetes' own form; `size` is the short one.",
    ),
    (
        "core.v1.PersistentVolumeClaimSpec",
        "volumeMode",
        "Whether the volume is a file system (Filesystem, the default) or a device (Block).",
    ),
    (
        "core.v1.PodSpec",
        "restartPolicy",
        "Whether containers that end start again; a Job takes OnFailure or Never, the default there, and all others Always.",
    ),
];

/// What a field does, where it is said here.
pub(super) fn find_description(type_name: &str, field: &str) -> Option<&'static str> {
    let found = DESCRIPTIONS.iter().find(|(holder, name, _)| *holder == type_name && *name == field);
    found.map(|(_, _, description)| *description)
}
