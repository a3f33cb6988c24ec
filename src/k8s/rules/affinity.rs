//! On which nodes pods run: kubernetes v1.33 `pkg/apis/core/validation` `validateAffinity`, `ValidateTolerations`,
//! `validateTopologySpreadConstraints`.

use crate::diagnostic::codes;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata::check_labels;
use crate::k8s::rules::metadata::invalid;
use crate::k8s::rules::selector::Values;
use crate::k8s::rules::selector::check_expressions;
use crate::k8s::rules::selector::check_selector;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// The operators of a selector of nodes.
const OF_NODES: &[(&str, Values)] = &[
    ("In", Values::Some),
    ("NotIn", Values::Some),
    ("Exists", Values::None),
    ("DoesNotExist", Values::None),
    ("Gt", Values::Integer),
    ("Lt", Values::Integer),
];

/// Checks all that says on which nodes a pod runs.
pub(super) fn check(pod: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(labels) = pod.get("nodeSelector") {
        check_labels(&labels, found);
    }
    if let Some(affinity) = pod.get("affinity") {
        if let Some(nodes) = affinity.get("nodeAffinity") {
            check_nodes(&nodes, found);
        }
        for key in ["podAffinity", "podAntiAffinity"] {
            if let Some(pods) = affinity.get(key) {
                check_pods(&pods, found);
            }
        }
    }
    if let Some(tolerations) = pod.get("tolerations") {
        tolerations.items().for_each(|toleration| check_toleration(&toleration, found));
    }
    if let Some(constraints) = pod.get("topologySpreadConstraints") {
        constraints.items().for_each(|constraint| check_spread(&constraint, found));
    }
}

fn check_nodes(affinity: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(required) = affinity.get(REQUIRED)
        && let Some(terms) = required.get("nodeSelectorTerms")
    {
        if terms.is_empty_list() {
            found.push(Breach::value(&terms, "an affinity without terms fits no node"));
        }
        terms.items().for_each(|term| check_expressions(&term, OF_NODES, found));
    }
    let Some(preferred) = affinity.get(PREFERRED) else { return };
    for term in preferred.items() {
        check_weight(&term, found);
        if let Some(preference) = term.get("preference") {
            check_expressions(&preference, OF_NODES, found);
        }
    }
}

fn check_pods(affinity: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(required) = affinity.get(REQUIRED) {
        required.items().for_each(|term| check_pod_term(&term, found));
    }
    let Some(preferred) = affinity.get(PREFERRED) else { return };
    for term in preferred.items() {
        check_weight(&term, found);
        if let Some(term) = term.get("podAffinityTerm") {
            check_pod_term(&term, found);
        }
    }
}

fn check_weight(term: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(weight) = term.get("weight") else { return };
    if weight.value.as_i64().is_some_and(|number| !(1..=100).contains(&number)) {
        let message = format!("expected a weight from 1 to 100, found {}", weight.value);
        found.push(Breach::value(&weight, message).code(codes::OUT_OF_RANGE));
    }
}

fn check_pod_term(term: &Cursor<'_>, found: &mut Vec<Breach>) {
    for key in ["labelSelector", "namespaceSelector"] {
        if let Some(selector) = term.get(key) {
            check_selector(&selector, found);
        }
    }
    check_topology(term, found);
}

fn check_topology(holder: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(at) = holder.get("topologyKey") else { return };
    let key = at.value.as_str().unwrap_or_default();
    if let Err(error) = check_label_key(key) {
        found.push(invalid(Breach::value, (&at, key, "topology key"), &error, codes::INVALID_LABEL));
    }
}

fn check_toleration(toleration: &Cursor<'_>, found: &mut Vec<Breach>) {
    let operator = toleration.text("operator").filter(|operator| !operator.is_empty()).unwrap_or("Equal");
    match toleration.get("key").filter(|key| key.value.as_str() != Some("")) {
        Some(at) => {
            let key = at.value.as_str().unwrap_or_default();
            if let Err(error) = check_label_key(key) {
                found.push(invalid(Breach::value, (&at, key, "key"), &error, codes::INVALID_LABEL));
            }
        }
        None if operator == "Equal" => found.push(
            Breach::missing(
                toleration,
                "a toleration without a key tolerates every taint with `operator: Exists` only",
            )
            .help("add `key`, or `operator: Exists`"),
        ),
        None => {}
    }
    if let Some(value) = toleration.get("value").filter(|value| value.value.as_str() != Some("")) {
        let text = value.value.as_str().unwrap_or_default();
        if operator == "Exists" {
            found.push(Breach::key(&value, "`operator: Exists` takes no `value`"));
        } else if let Err(error) = check_label_value(text) {
            found.push(invalid(Breach::value, (&value, text, "value"), &error, codes::INVALID_LABEL));
        }
    }
    if let Some(seconds) = toleration.get("tolerationSeconds")
        && toleration.text("effect") != Some("NoExecute")
    {
        found.push(
            Breach::key(&seconds, "`tolerationSeconds` needs `effect: NoExecute`")
                .note("only that effect takes pods away which run already"),
        );
    }
}

fn check_spread(constraint: &Cursor<'_>, found: &mut Vec<Breach>) {
    check_topology(constraint, found);
    if let Some(selector) = constraint.get("labelSelector") {
        check_selector(&selector, found);
    }
    for key in ["maxSkew", "minDomains"] {
        let Some(number) = constraint.get(key) else { continue };
        if number.value.as_i64().is_some_and(|number| number < 1) {
            found.push(Breach::value(&number, format!("`{key}` is at least 1, found {}", number.value)));
        }
    }
    if let Some(domains) = constraint.get("minDomains")
        && constraint.text("whenUnsatisfiable") == Some("ScheduleAnyway")
    {
        found.push(Breach::key(&domains, "`minDomains` needs `whenUnsatisfiable: DoNotSchedule`"));
    }
}
