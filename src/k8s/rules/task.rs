//! Jobs and `CronJobs`: kubernetes v1.33 `pkg/apis/batch/validation`.

use crate::diagnostic::codes;
use crate::k8s::cron::check_schedule;
use crate::k8s::cron::check_time_zone;
use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_long_name;
use crate::k8s::rules::breach::refuse_negative;
use crate::k8s::rules::cursor::Cursor;

/// A `CronJob` gives its Jobs eleven characters more.
const MOST_CHARACTERS: usize = 52;

/// The characters of a host name.
const MOST_HOST_CHARACTERS: usize = 63;

/// The numbers of a Job.
const NUMBERS: &[&str] = &[
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
    "ttlSecondsAfterFinished",
];

/// Checks a Job.
pub(super) fn check_job(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(spec, NUMBERS, found);
    check_indexes(spec, found);
    if let Some(policy) = spec.get("podFailurePolicy") {
        check_failure_policy(spec, &policy, found);
    }
}

/// Checks that the pods of a Job with indexes have a host name: kubernetes v1.33 `pkg/apis/batch/validation`
/// `ValidateJob`.
pub(super) fn check_indexed_name(root: &Cursor<'_>, spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(completions) = spec.get("completions").and_then(|number| number.value.as_i64()) else { return };
    if spec.text("completionMode") == Some("Indexed") && completions > 0 {
        let most = MOST_HOST_CHARACTERS - 1 - (completions - 1).to_string().len();
        let note = "its pods get it as their host name, with their index behind it";
        refuse_long_name(root, (&format!("Job with {completions} indexes"), most), note, found);
    }
}

/// Checks a `CronJob`, and what it says of its Jobs.
pub(super) fn check_cron_job(root: &Cursor<'_>, spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(
        spec,
        &["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"],
        found,
    );
    let note = "each Job of it gets the name with eleven characters more";
    refuse_long_name(root, ("CronJob", MOST_CHARACTERS), note, found);
    if let Some(schedule) = spec.get("schedule")
        && let Some(Err(error)) = schedule.value.as_str().map(check_schedule)
    {
        found.push(Breach::value(&schedule, error.message).code(codes::INVALID_VALUE));
    }
    if let Some(zone) = spec.get("timeZone")
        && let Some(Err((message, _))) = zone.value.as_str().map(check_time_zone)
    {
        found.push(Breach::value(&zone, message).code(codes::INVALID_VALUE));
    }
    if let Some(template) = spec.get("jobTemplate")
        && let Some(job) = template.get("spec")
    {
        check_job(&job, found);
    }
}

/// What only a Job whose pods have indexes may say.
fn check_indexes(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    let is_indexed = spec.text("completionMode") == Some("Indexed");
    for key in ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"] {
        if let Some(written) = spec.get(key).filter(|_| !is_indexed) {
            found.push(
                Breach::key(&written, format!("`{key}` needs `completionMode: Indexed`"))
                    .note("only then have the pods of a Job indexes"),
            );
        }
    }
    if let Some(most) = spec.get("maxFailedIndexes")
        && is_indexed
        && spec.get("backoffLimitPerIndex").is_none()
    {
        found.push(Breach::key(&most, "`maxFailedIndexes` needs `backoffLimitPerIndex`"));
    }
}

fn check_failure_policy(spec: &Cursor<'_>, policy: &Cursor<'_>, found: &mut Vec<Breach>) {
    let template = spec.get("template");
    let pod = template.as_ref().and_then(|template| template.get("spec"));
    let restart = pod.as_ref().and_then(|pod| pod.get("restartPolicy"));
    if let Some(restart) = restart.filter(|restart| restart.value.as_str() == Some("OnFailure")) {
        found.push(
            Breach::key(policy, "`podFailurePolicy` needs `restartPolicy: Never`")
                .related(&restart, "here the pods restart by themselves"),
        );
    }
    let Some(rules) = policy.get("rules") else { return };
    for rule in rules.items() {
        let (codes, conditions) = (rule.get("onExitCodes"), rule.get("onPodConditions"));
        match (&codes, conditions.filter(|conditions| conditions.len() > 0)) {
            (Some(first), Some(second)) => found.push(
                Breach::key(&second, "a rule looks at exit codes or at conditions of the pod")
                    .related(first, "the other one"),
            ),
            (None, None) => {
                found
                    .push(Breach::missing(&rule, "the rule has neither `onExitCodes` nor `onPodConditions`"));
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
        let Some(codes) = &codes else { continue };
        let Some(values) = codes.get("values") else { continue };
        for value in values.items() {
            if value.value.as_i64() == Some(0) && codes.text("operator") == Some("In") {
                found.push(Breach::value(&value, "the exit code 0 is no failure"));
            }
        }
    }
}
