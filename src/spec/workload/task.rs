//! Workloads whose pods run to their end: Job, `CronJob`.

use crate::schema::Integer;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Labels;
use crate::spec::PodOwner;
use crate::spec::Schedule;
use crate::spec::Seconds;
use crate::spec::TimeZone;
use crate::spec::workload::Replicas;

record! {
    /// What a Job says, and a CronJob of each of its Jobs.
    Task
    flat owner: PodOwner
    rest "batch.v1.JobSpec" except ["template", "suspend"]
    refuse [
        "replicas": "a Job has no `replicas`: `completions` says how many pods must succeed, and `parallelism` how many run at a time",
        "restartedAt": "a Job has no `restartedAt`: its pods run to their end; to run it again, delete it or give it another name",
        "paused": "a Job has no `paused`: `suspend: true` stops it",
        "volumeClaimTemplates": "a Job has no `volumeClaimTemplates`: only a StatefulSet has claims for each of its pods"
    ]
    recovering lost {
        /// How many pods run at a time: in all with a dividing strategy, on each cluster with Duplicated. Another number scales the Job.
        parallelism "parallelism": Option<Spanned<Replicas>>, default 1, example 4;
        /// How many pods must succeed; a dividing strategy divides it as it divides `parallelism`. Left out beside `parallelism`: the pods share a queue, and one that succeeds ends it.
        completions "completions": Option<Spanned<Replicas>>, default 1, example 20;
        /// How long the Job may take, in seconds or as in `10m`: then its pods are stopped and it has failed. Kubernetes calls it `activeDeadlineSeconds`.
        timeout "timeout": Option<Spanned<Seconds>>, example "10m";
        /// How long the Job may take, in seconds; `timeout` is the same.
        active_deadline_seconds "activeDeadlineSeconds": Option<Spanned<Replicas>>, example 600;
        /// How many failed pods are replaced before the Job has failed. Kubernetes calls it `backoffLimit`.
        retries "retries": Option<Spanned<Replicas>>, default 6, example 3;
        /// How many failed pods are replaced before the Job has failed; `retries` is the same.
        backoff_limit "backoffLimit": Option<Spanned<Replicas>>, default 6, example 3;
    }
}

record! {
    /// A Job: pods that run until enough of them have succeeded. Takes every other field of Kubernetes' JobSpec.
    Job
    flat task: Task
    refuse ["schedule": "a Job has no `schedule`: a `cronJob` runs by one"] {
        /// Whether the Job is suspended: its pods are stopped, and it starts anew once this is taken away.
        suspend "suspend": Option<Spanned<bool>>, default false, example true;
    }
}

choice! {
    /// What happens when a run is due and the one before it is not over.
    ConcurrencyPolicy {
        /// Both run.
        Allow "Allow",
        /// The new one is left out.
        Forbid "Forbid",
        /// The old one is stopped.
        Replace "Replace",
    }
}

record! {
    /// A CronJob: a Job at fixed times, in every selected cluster. Takes the fields of Kubernetes' CronJobSpec, and beside them those of its Jobs.
    CronJob
    flat task: Task
    rest "batch.v1.CronJobSpec" except ["jobTemplate"] {
        /// When it runs: minute, hour, day of the month, month and day of the week, or a macro like `@daily`.
        schedule "schedule": Spanned<Schedule>, example "*/15 2 * * mon-fri";
        /// The time zone of the schedule, as the IANA database names it. Left out: that of the cluster's controller manager.
        time_zone "timeZone": Option<Spanned<TimeZone>>, example "Europe/Berlin";
        /// What happens when a run is due and the one before it is not over.
        concurrency_policy "concurrencyPolicy": Option<Spanned<ConcurrencyPolicy>>, default "Allow", example "Forbid";
        /// Whether no further runs start; those under way go on.
        suspend "suspend": Option<Spanned<bool>>, default false, example true;
        /// How late a run may start, in seconds. Left out: however late.
        starting_deadline_seconds "startingDeadlineSeconds": Option<Spanned<Integer<0, { i64::MAX }>>>, example 300;
        /// How many Jobs that succeeded are kept.
        successful_jobs_history_limit "successfulJobsHistoryLimit": Option<Spanned<Replicas>>, default 3, example 1;
        /// How many Jobs that failed are kept.
        failed_jobs_history_limit "failedJobsHistoryLimit": Option<Spanned<Replicas>>, default 1, example 3;
        /// Labels and annotations on the Jobs that it makes; all else of them stands beside the schedule.
        job_template "jobTemplate": Option<JobTemplate>;
    }
}

record! {
    /// What the Jobs of a CronJob are labelled with.
    JobTemplate {
        /// Labels and annotations on the Jobs.
        metadata "metadata": Option<JobMetadata>;
    }
}

record! {
    /// Labels and annotations on the Jobs of a CronJob.
    JobMetadata {
        /// Labels on the Jobs.
        labels "labels": Labels, example {"team": "data"};
        /// Annotations on the Jobs.
        annotations "annotations": Annotations;
    }
}
