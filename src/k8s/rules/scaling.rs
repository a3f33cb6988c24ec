//! Autoscalers and disruption budgets: kubernetes v1.33 `pkg/apis/autoscaling/validation`, `pkg/apis/policy/validation`.

use crate::diagnostic::codes;
use crate::diagnostic::or_list;
use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_negative;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::selector::check_selector;
use std::ops::RangeInclusive;

/// How long a recommendation may be kept, in seconds.
const WINDOW: RangeInclusive<i64> = 0..=3600;

/// How long the time of a policy may be, in seconds.
const PERIOD: RangeInclusive<i64> = 1..=1800;

/// The types of metrics, the key that holds what each measures, and how its target may be written.
const METRICS: &[(&str, &str, &[&str])] = &[
    ("Resource", "resource", &["averageUtilization", "averageValue"]),
    ("ContainerResource", "containerResource", &["averageUtilization", "averageValue"]),
    ("Pods", "pods", &["averageValue"]),
    ("Object", "object", &["value", "averageValue"]),
    ("External", "external", &["value", "averageValue"]),
];

/// How a target is written.
const TARGETS: &[&str] = &["averageUtilization", "averageValue", "value"];

/// Checks an autoscaler.
pub(super) fn check_autoscaler(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(spec, &["minReplicas"], found);
    if let Some(maximum) = spec.get("maxReplicas")
        && maximum.value.as_i64().is_some_and(|most| most < 1)
    {
        let message = format!("`maxReplicas` is at least 1, found {}", maximum.value);
        found.push(Breach::value(&maximum, message));
        return;
    }
    if let (Some(minimum), Some(maximum)) = (spec.get("minReplicas"), spec.get("maxReplicas"))
        && let (Some(fewest), Some(most)) = (minimum.value.as_i64(), maximum.value.as_i64())
        && fewest > most
    {
        let message = format!("the minimum {fewest} is above the maximum {most}");
        found.push(
            Breach::value(&minimum, message)
                .code(codes::AUTOSCALING_REFUSED)
                .related(&maximum, "the maximum"),
        );
    }
    if let Some(metrics) = spec.get("metrics") {
        metrics.items().for_each(|metric| check_metric(&metric, found));
    }
    let Some(behavior) = spec.get("behavior") else { return };
    for direction in ["scaleUp", "scaleDown"] {
        if let Some(rules) = behavior.get(direction) {
            check_behavior(&rules, found);
        }
    }
}

/// kubernetes v1.33 `pkg/apis/autoscaling/validation` `validateMetricSpec`.
fn check_metric(metric: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(kind) = metric.get("type") else { return };
    let word = kind.value.as_str().unwrap_or_default();
    let Some((_, own, targets)) = METRICS.iter().find(|(known, ..)| *known == word) else { return };
    for (_, key, _) in METRICS.iter().filter(|(_, key, _)| key != own) {
        if let Some(other) = metric.get(key) {
            let message = format!("a metric of the type `{word}` takes no `{key}`");
            found.push(Breach::key(&other, message).related(&kind, "the type"));
        }
    }
    let Some(source) = metric.get(own) else {
        found.push(Breach::missing(&kind, format!("a metric of the type `{word}` needs `{own}`")).at_value());
        return;
    };
    let Some(target) = source.get("target") else { return };
    let written: Vec<Cursor<'_>> = TARGETS.iter().filter_map(|key| target.get(key)).collect();
    if let Some(other) = written.iter().find(|written| !targets.contains(&written.key())) {
        let message = format!("a metric of the type `{word}` is not measured by `{}`", other.key());
        found.push(Breach::key(other, message).help(format!("write {}", or_list(targets))));
    } else if let [first, second, ..] = written.as_slice() {
        let message = format!("`{}` stands beside `{}`", second.key(), first.key());
        found.push(Breach::key(second, message).related(first, "the other one").help("keep one of the two"));
    } else if written.is_empty() {
        let message = format!("the target of the metric needs {}", or_list(targets));
        found.push(Breach::missing(&target, message));
    }
}

fn check_behavior(rules: &Cursor<'_>, found: &mut Vec<Breach>) {
    check_seconds(rules, ("stabilizationWindowSeconds", WINDOW), found);
    let Some(policies) = rules.get("policies") else { return };
    if policies.is_empty_list() {
        found.push(
            Breach::value(&policies, "the list of policies is empty").help("leave it out for the default"),
        );
    }
    for policy in policies.items() {
        check_seconds(&policy, ("periodSeconds", PERIOD), found);
        if let Some(value) = policy.get("value")
            && value.value.as_i64().is_some_and(|number| number < 1)
        {
            found.push(Breach::value(&value, format!("a policy changes at least 1, found {}", value.value)));
        }
    }
}

fn check_seconds(holder: &Cursor<'_>, (key, range): (&str, RangeInclusive<i64>), found: &mut Vec<Breach>) {
    let Some(seconds) = holder.get(key) else { return };
    if seconds.value.as_i64().is_some_and(|number| !range.contains(&number)) {
        let (least, most) = (range.start(), range.end());
        let message = format!("expected a number from {least} to {most}, found {}", seconds.value);
        found.push(Breach::value(&seconds, message).code(codes::OUT_OF_RANGE));
    }
}

/// Checks a disruption budget.
pub(super) fn check_budget(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let (Some(minimum), Some(maximum)) = (spec.get("minAvailable"), spec.get("maxUnavailable")) {
        found.push(
            Breach::key(&maximum, "`maxUnavailable` stands beside `minAvailable`")
                .code(codes::CONFLICTING_KEYS)
                .related(&minimum, "the other one")
                .help("keep one of the two"),
        );
    }
    if let Some(selector) = spec.get("selector") {
        check_selector(&selector, found);
    }
}
