//! Workloads whose pods run until they are stopped: kubernetes v1.33 `pkg/apis/apps/validation`.

use crate::diagnostic::codes;
use crate::k8s::int_or_string::Percent;
use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_long_name;
use crate::k8s::rules::breach::refuse_negative;
use crate::k8s::rules::claim;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::selector::check_selector;
use serde_json::Value;

/// What a Deployment waits for a step of its rollout, in seconds, where it does not say so.
const PROGRESS_DEADLINE: i64 = 600;

/// The label `controller-revision-hash` has eleven characters more: kubernetes v1.33 `pkg/controller/history`
/// `ControllerRevisionName`.
const MOST_CHARACTERS: usize = 52;

/// Checks a Deployment.
pub(super) fn check_deployment(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(
        spec,
        &["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"],
        found,
    );
    check_pods_are_selected(spec, found);
    check_deadline(spec, found);
    let Some(strategy) = spec.get("strategy") else { return };
    let Some(rolling) = strategy.get("rollingUpdate") else { return };
    if let Some(kind) = strategy.get("type").filter(|kind| kind.value.as_str() == Some("Recreate")) {
        found.push(
            Breach::key(&rolling, "`type: Recreate` takes no `rollingUpdate`")
                .related(&kind, "all pods are stopped before the new ones start"),
        );
        return;
    }
    check_step(&rolling, found);
    if let (Some(unavailable), Some(surge)) = (rolling.get("maxUnavailable"), rolling.get("maxSurge"))
        && is_zero(&unavailable)
        && is_zero(&surge)
    {
        found.push(no_step(&unavailable, &surge));
    }
}

/// Checks a `StatefulSet`.
pub(super) fn check_stateful_set(root: &Cursor<'_>, spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_long_name(
        root,
        ("StatefulSet", MOST_CHARACTERS),
        "its pods carry the name in a label, with eleven characters more",
        found,
    );
    refuse_negative(spec, &["replicas", "minReadySeconds", "revisionHistoryLimit"], found);
    check_pods_are_selected(spec, found);
    if let Some(ordinals) = spec.get("ordinals") {
        refuse_negative(&ordinals, &["start"], found);
    }
    if let Some(templates) = spec.get("volumeClaimTemplates") {
        for template in templates.items() {
            if let Some(spec) = template.get("spec") {
                claim::check(&spec, found);
            }
        }
    }
    let Some(strategy) = spec.get("updateStrategy") else { return };
    if let Some(rolling) = check_on_delete(&strategy, found) {
        refuse_negative(&rolling, &["partition"], found);
        check_step(&rolling, found);
    }
}

/// Checks a `DaemonSet`.
pub(super) fn check_daemon_set(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(spec, &["minReadySeconds", "revisionHistoryLimit"], found);
    check_pods_are_selected(spec, found);
    let Some(strategy) = spec.get("updateStrategy") else { return };
    let Some(rolling) = check_on_delete(&strategy, found) else { return };
    check_step(&rolling, found);
    let (unavailable, surge) = (rolling.get("maxUnavailable"), rolling.get("maxSurge"));
    let Some(surge) = surge else { return };
    match unavailable {
        Some(unavailable) if is_zero(&surge) && is_zero(&unavailable) => {
            found.push(no_step(&unavailable, &surge));
        }
        Some(unavailable) if !is_zero(&surge) && !is_zero(&unavailable) => found.push(
            Breach::value(&surge, "a DaemonSet starts a new pod before or after the old one, not both")
                .related(&unavailable, "this is for after")
                .help("write 0 for one of the two"),
        ),
        None if !is_zero(&surge) => found.push(
            Breach::key(&surge, "`maxSurge` of a DaemonSet needs `maxUnavailable: 0`")
                .note("left out, `maxUnavailable` is 1, and Kubernetes takes one of the two only"),
        ),
        Some(_) | None => {}
    }
}

/// The rolling update of a strategy that has one.
fn check_on_delete<'a>(strategy: &'a Cursor<'a>, found: &mut Vec<Breach>) -> Option<Cursor<'a>> {
    let rolling = strategy.get("rollingUpdate")?;
    let Some(kind) = strategy.get("type").filter(|kind| kind.value.as_str() == Some("OnDelete")) else {
        return Some(rolling);
    };
    found.push(
        Breach::key(&rolling, "`type: OnDelete` takes no `rollingUpdate`")
            .related(&kind, "pods are replaced when somebody deletes them"),
    );
    None
}

/// kubernetes v1.33 `pkg/apis/apps/validation` `ValidateDeploymentSpec`.
fn check_deadline(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(ready) = spec.get("minReadySeconds") else { return };
    let Some(seconds) = ready.value.as_i64() else { return };
    match spec.get("progressDeadlineSeconds") {
        Some(deadline) if deadline.value.as_i64().is_some_and(|deadline| deadline <= seconds) => found.push(
            Breach::value(
                &deadline,
                format!(
                    "`progressDeadlineSeconds` must be more than `minReadySeconds`, found {}",
                    deadline.value
                ),
            )
            .related(&ready, "no pod is ready before this"),
        ),
        None if seconds >= PROGRESS_DEADLINE => found.push(
            Breach::value(
                &ready,
                format!("`minReadySeconds: {seconds}` needs a `progressDeadlineSeconds` of more"),
            )
            .note(format!("left out, it is {PROGRESS_DEADLINE}, and no pod would be ready before it")),
        ),
        Some(_) | None => {}
    }
}

fn check_step(rolling: &Cursor<'_>, found: &mut Vec<Breach>) {
    for key in ["maxUnavailable", "maxSurge"] {
        let Some(step) = rolling.get(key) else { continue };
        let negative = step.value.as_i64().is_some_and(|number| number < 0);
        let percent = step.value.as_str().map(Percent::parse);
        let is_percentage = percent.as_ref().is_none_or(Result::is_ok);
        if negative || !is_percentage {
            let message = format!("expected a number or a percentage like `25%`, found {}", step.value);
            found.push(Breach::value(&step, message).code(codes::INVALID_PERCENTAGE));
        } else if key == "maxUnavailable"
            && let Some(Ok(percent)) = percent
            && percent.number() > 100
        {
            found.push(Breach::value(&step, format!("`maxUnavailable` is at most 100%, found {percent}")));
        }
    }
}

fn no_step(unavailable: &Cursor<'_>, surge: &Cursor<'_>) -> Breach {
    Breach::value(unavailable, "with no pod more and no pod less, the rollout cannot take a step")
        .related(surge, "no pod more")
        .help("let one of the two be at least 1")
}

fn is_zero(step: &Cursor<'_>) -> bool {
    match step.value {
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => Percent::parse(text).is_ok_and(|percent| percent.number() == 0),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Checks that a workload selects its own pods.
fn check_pods_are_selected(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(selector) = spec.get("selector") else { return };
    check_selector(&selector, found);
    let template = spec.get("template");
    let metadata = template.as_ref().and_then(|template| template.get("metadata"));
    let labels = metadata.as_ref().and_then(|metadata| metadata.get("labels"));
    let Some(wanted) = selector.get("matchLabels") else { return };
    for (key, value) in wanted.entries() {
        let label = labels.as_ref().and_then(|labels| labels.get(key));
        if label.as_ref().is_some_and(|label| label.value == value.value) {
            continue;
        }
        let text = value.value.as_str().unwrap_or_default();
        let message = format!("the selector asks for `{key}: {text}`, which the pods do not have");
        let breach = Breach::value(&value, message)
            .code(codes::SELECTOR_MISMATCH)
            .note("Kubernetes refuses a workload whose selector does not match its own pods");
        let breach = breach.help(format!("give the pods the label `{key}: {text}`"));
        found.push(match &label {
            Some(label) => breach.related(label, "the label of the pods"),
            None => breach,
        });
    }
}
