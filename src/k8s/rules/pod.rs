//! Pods and their templates: kubernetes v1.33 `pkg/apis/core/validation` `ValidatePodSpec`.

use crate::diagnostic::codes;
use crate::diagnostic::or_list;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::name::check_label_key;
use crate::k8s::rules::Breach;
use crate::k8s::rules::affinity;
use crate::k8s::rules::breach::refuse_negative;
use crate::k8s::rules::container;
use crate::k8s::rules::container::Around;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata;
use crate::k8s::rules::metadata::invalid;
use crate::k8s::rules::network;
use crate::k8s::rules::probe::refuse_on_init_container;
use crate::k8s::rules::security;
use crate::k8s::rules::volume;
use crate::k8s::version::MinorVersion;
use std::collections::BTreeMap;

/// What makes the pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A pod by itself.
    Nobody,
    /// A kind whose pods run until they are stopped.
    Lasting(&'static str),
    /// A kind whose pods run to their end.
    Task(&'static str),
}

/// The fields that name another object.
const NAMES: &[&str] = &["serviceAccountName", "priorityClassName", "runtimeClassName", "nodeName"];

/// The operating systems that pods say.
const SYSTEMS: &[&str] = &["linux", "windows"];

/// Checks the template of a pod.
pub(super) fn check_template(
    template: &Cursor<'_>,
    (owner, version): (Owner, MinorVersion),
    found: &mut Vec<Breach>,
) {
    metadata::check(template, found);
    if let Some(spec) = template.get("spec") {
        check_spec(&spec, (owner, version), found);
    }
}

/// Checks what a pod consists of.
pub(super) fn check_spec(
    spec: &Cursor<'_>,
    (owner, version): (Owner, MinorVersion),
    found: &mut Vec<Breach>,
) {
    check_owner(spec, owner, found);
    refuse_negative(spec, &["terminationGracePeriodSeconds"], found);
    check_system(spec, found);
    for key in NAMES {
        let Some(at) = spec.get(key) else { continue };
        let name = at.value.as_str().unwrap_or_default();
        if let Err(error) = check_dns_subdomain(name) {
            found.push(invalid(Breach::value, (&at, name, "name"), &error, codes::INVALID_NAME));
        }
    }
    volume::check_volumes(spec, found);
    network::check(spec, found);
    affinity::check(spec, found);
    if let Some(context) = spec.get("securityContext") {
        security::check_pod(&context, found);
    }
    check_containers(spec, version, found);
}

fn check_containers(spec: &Cursor<'_>, version: MinorVersion, found: &mut Vec<Breach>) {
    let lists = [spec.get("initContainers"), spec.get("containers")];
    let mut known: BTreeMap<&str, Cursor<'_>> = BTreeMap::new();
    for container in lists.iter().flatten().flat_map(Cursor::items) {
        let Some(name) = container.text("name") else { continue };
        match known.get(name) {
            Some(first) => found.push(
                Breach::value(&container, format!("the pod has two containers `{name}`"))
                    .code(codes::DUPLICATE_NAME)
                    .related(first, "the first one"),
            ),
            None => {
                known.insert(name, container);
            }
        }
    }
    let around = Around { pod: *spec, containers: known.keys().copied().collect(), version };
    for list in lists.iter().flatten() {
        for container in list.items() {
            container::check(&container, &around, found);
            if list.key() == "initContainers" {
                refuse_on_init_container(&container, found);
            }
        }
    }
}

/// kubernetes v1.33 `pkg/apis/core/validation` `validateOS`, `validateReadinessGates`, and `plugin/pkg/admission/runtimeclass`.
fn check_system(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(system) = spec.get("os")
        && let Some(name) = system.get("name")
        && let Some(word) = name.value.as_str().filter(|word| !SYSTEMS.contains(word))
    {
        let message = format!("expected {}, found `{word}`", or_list(SYSTEMS));
        found.push(Breach::value(&name, message).code(codes::INVALID_CHOICE));
    }
    if let Some(gates) = spec.get("readinessGates") {
        for gate in gates.items() {
            let Some(condition) = gate.get("conditionType") else { continue };
            let text = condition.value.as_str().unwrap_or_default();
            if let Err(error) = check_label_key(text) {
                found.push(invalid(
                    Breach::value,
                    (&condition, text, "condition"),
                    &error,
                    codes::INVALID_NAME,
                ));
            }
        }
    }
    if let (Some(overhead), None) = (spec.get("overhead"), spec.get("runtimeClassName")) {
        found.push(
            Breach::key(&overhead, "`overhead` needs a `runtimeClassName`")
                .note("it must be that of the runtime class, which writes it into the pods by itself")
                .help("leave it out"),
        );
    }
}

/// kubernetes v1.33 `pkg/apis/apps/validation` `ValidatePodTemplateSpecForReplicaSet`, `pkg/apis/batch/validation`
/// `validateJobSpec`.
fn check_owner(spec: &Cursor<'_>, owner: Owner, found: &mut Vec<Breach>) {
    let (kind, policies): (&str, &[&str]) = match owner {
        Owner::Nobody => return,
        Owner::Lasting(kind) => (kind, &["Always"]),
        Owner::Task(kind) => (kind, &["Never", "OnFailure"]),
    };
    if let Some(policy) = spec.get("restartPolicy") {
        let word = policy.value.as_str().unwrap_or_default();
        if !word.is_empty() && !policies.contains(&word) {
            let message = format!("expected {}, found `{word}`", or_list(policies));
            found.push(
                Breach::value(&policy, message)
                    .code(codes::INVALID_CHOICE)
                    .note(format!("Kubernetes refuses a {kind} whose pods restart otherwise")),
            );
        }
    }
    if let Some(containers) = spec.get("ephemeralContainers").filter(|containers| containers.len() > 0) {
        let message = format!("the pods of a {kind} begin without `ephemeralContainers`");
        found.push(Breach::key(&containers, message).note("`kubectl debug` adds them to a pod that runs"));
    }
    if let (Owner::Lasting(_), Some(deadline)) = (owner, spec.get("activeDeadlineSeconds")) {
        let message = format!("the pods of a {kind} take no `activeDeadlineSeconds`");
        found.push(Breach::key(&deadline, message).note("only pods that run to their end have a deadline"));
    }
}
