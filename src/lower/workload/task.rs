//! Jobs, and the Jobs of a `CronJob`.

use crate::lower::Lowering;
use crate::lower::workload::set_boolean;
use crate::lower::workload::set_rest;
use crate::schema::Choice;
use crate::schema::Integer;
use crate::source::Spanned;
use crate::spec::CronJob;
use crate::spec::Task;
use crate::spec::Workload;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;

/// kubernetes v1.33 `pkg/apis/batch/validation/validation.go` `ValidateCronJobCreate`: its Jobs get eleven characters more.
const CRON_JOB_NAME_LIMIT: usize = 52;

impl Lowering<'_> {
    /// What a Job says before its selector and its pods.
    pub(super) fn task_spec(&mut self, task: &Task) -> tree::Map {
        let mut spec = tree::Map::new(task.at);
        // kubernetes v1.33 pkg/apis/batch/v1/defaults.go SetDefaults_Job: with neither, both are 1; with `parallelism`
        // alone, the pods share a queue.
        let default = || self.fixed_total().unwrap_or_else(|| tree::integer(task.at, 1));
        spec.set("parallelism", integer(task.parallelism).unwrap_or_else(default));
        match (task.completions, task.parallelism) {
            (None, None) => spec.set("completions", default()),
            (completions, _) => spec.set_some("completions", integer(completions)),
        }
        let timeout = task.timeout.map(|timeout| tree::integer(timeout.span, timeout.value.0));
        let deadline = integer(task.active_deadline_seconds);
        spec.set_some(
            "activeDeadlineSeconds",
            self.one_of_two(("timeout", timeout), ("activeDeadlineSeconds", deadline)),
        );
        let (retries, limit) = (integer(task.retries), integer(task.backoff_limit));
        spec.set_some("backoffLimit", self.one_of_two(("retries", retries), ("backoffLimit", limit)));
        spec
    }

    /// What Kubernetes refuses: kubernetes v1.33 `pkg/apis/batch/validation/validation.go`.
    pub(super) fn check_task(&mut self, task: &Task, kind: WorkloadKind) {
        let field = |key: &str| task.rest.fields.iter().find(|(written, _)| written.value == key);
        let manual = field("manualSelector").filter(|(_, node)| node.value == Value::Boolean(true));
        let refused = match kind {
            WorkloadKind::CronJob => field("selector").or(manual),
            WorkloadKind::Job
            | WorkloadKind::Deployment
            | WorkloadKind::StatefulSet
            | WorkloadKind::DaemonSet => field("selector").filter(|_| manual.is_none()),
        };
        if let Some((key, _)) = refused {
            self.selector_of_a_job(key.span, kind);
        }
        let mode = field("completionMode").filter(|(_, node)| node.as_str() == Some("Indexed"));
        let is_lost = task.lost.iter().any(|key| key == "completions");
        if let (Some((_, mode)), None, Some(_), false) = (mode, task.completions, task.parallelism, is_lost) {
            self.indexes_without_completions(mode.span);
        }
    }

    /// A value that the language and Kubernetes have a key for each; both written is a fault.
    fn one_of_two(
        &mut self,
        (sugar, short): (&str, Option<Node>),
        (key, long): (&str, Option<Node>),
    ) -> Option<Node> {
        if let (Some(short), Some(long)) = (&short, &long) {
            let (first, second) =
                if short.span < long.span { (short.span, long.span) } else { (long.span, short.span) };
            self.two_shapes((sugar, key), second, first);
        }
        short.or(long)
    }

    /// A `CronJob` with the template of its Jobs.
    pub(super) fn cron_job_spec(&mut self, workload: Workload<'_>, cron_job: &CronJob) -> tree::Map {
        let at = cron_job.at;
        let schedule = &cron_job.schedule;
        let mut spec =
            tree::Map::new(at).with("schedule", tree::text(schedule.span, schedule.value.0.as_str()));
        let zone = cron_job.time_zone.as_ref();
        spec.set_some("timeZone", zone.map(|zone| tree::text(zone.span, zone.value.0.as_str())));
        let policy = cron_job.concurrency_policy;
        spec.set_some("concurrencyPolicy", policy.map(|policy| tree::text(policy.span, policy.value.word())));
        set_boolean(&mut spec, "suspend", cron_job.suspend);
        spec.set_some("startingDeadlineSeconds", integer(cron_job.starting_deadline_seconds));
        spec.set_some("successfulJobsHistoryLimit", integer(cron_job.successful_jobs_history_limit));
        spec.set_some("failedJobsHistoryLimit", integer(cron_job.failed_jobs_history_limit));
        set_rest(&mut spec, &cron_job.rest, "");
        if self.name().len() > CRON_JOB_NAME_LIMIT {
            self.long_cron_job_name(CRON_JOB_NAME_LIMIT);
        }
        self.check_task(&cron_job.task, WorkloadKind::CronJob);
        let job = self.task_spec(&cron_job.task);
        let job = self.finish_spec(workload, job);
        let mut template = tree::Map::new(at);
        template.set_some("metadata", job_metadata(cron_job));
        spec.set("jobTemplate", template.with("spec", job.into_node()).into_node());
        spec
    }
}

fn job_metadata(cron_job: &CronJob) -> Option<Node> {
    let metadata = cron_job.job_template.as_ref()?.metadata.as_ref()?;
    let mut labels = tree::Map::new(metadata.at);
    for (key, value) in metadata.labels.iter() {
        labels.set(key.value, tree::text(key.span, value.0.as_str()));
    }
    let mut annotations = tree::Map::new(metadata.at);
    for (key, value) in metadata.annotations.iter() {
        annotations.set(key.value, tree::text(key.span, value.0.as_str()));
    }
    let mut node = tree::Map::new(metadata.at);
    node.set_some("labels", labels.into_some());
    node.set_some("annotations", annotations.into_some());
    node.into_some()
}

fn integer<const MIN: i64, const MAX: i64>(number: Option<Spanned<Integer<MIN, MAX>>>) -> Option<Node> {
    number.map(|number| tree::integer(number.span, number.value.get()))
}
