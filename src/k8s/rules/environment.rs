//! Environment variables: kubernetes v1.33 `pkg/apis/core/validation` `ValidateEnv`.

use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::k8s::name::check_environment_variable;
use crate::k8s::name::check_strict_environment_variable;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata::invalid;
use crate::k8s::version::MinorVersion;

/// The fields of a pod that a variable may show.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// The resources of a container that a variable may show.
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

/// The first version that takes nearly any name: `RelaxedEnvironmentVariableValidation`.
const RELAXED: u16 = 30;

/// Checks the variables of a container; `containers` are the names of all containers of the pod.
pub(super) fn check(
    container: &Cursor<'_>,
    (containers, version): (&[&str], MinorVersion),
    found: &mut Vec<Breach>,
) {
    let Some(list) = container.get("env") else { return };
    for variable in list.items() {
        check_name(&variable, version, found);
        let Some(source) = variable.get("valueFrom") else { continue };
        check_source(&variable, &source, found);
        if let Some(field) = source.get("fieldRef")
            && let Some(path) = field.get("fieldPath")
        {
            check_field(&path, found);
        }
        if let Some(resource) = source.get("resourceFieldRef") {
            check_resource(&resource, containers, found);
        }
    }
}

fn check_name(variable: &Cursor<'_>, version: MinorVersion, found: &mut Vec<Breach>) {
    let Some(at) = variable.get("name") else { return };
    let name = at.value.as_str().unwrap_or_default();
    let checked = if version.minor() < RELAXED {
        check_strict_environment_variable(name)
    } else {
        check_environment_variable(name)
    };
    if let Err(error) = checked {
        let breach = invalid(Breach::value, (&at, name, "variable name"), &error, codes::INVALID_NAME);
        found.push(if check_environment_variable(name).is_ok() {
            breach.note(format!("Kubernetes takes other names from 1.{RELAXED} on"))
        } else {
            breach
        });
    }
}

fn check_source(variable: &Cursor<'_>, source: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(value) = variable.get("value").filter(|value| value.value.as_str() != Some("")) {
        found.push(
            Breach::key(&value, "a variable has `value` or `valueFrom`").related(source, "the other one"),
        );
    }
    let sources: Vec<&str> = source.entries().map(|(key, _)| key).collect();
    match sources.as_slice() {
        [_] => {}
        [] => found.push(Breach::missing(source, "`valueFrom` does not say where the value comes from")),
        [_, _, ..] => found.push(Breach::value(source, "`valueFrom` takes one source")),
    }
}

fn check_field(path: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = path.value.as_str().unwrap_or_default();
    let is_subscript = ["metadata.labels['", "metadata.annotations['"]
        .iter()
        .any(|start| text.starts_with(start) && text.ends_with("']"));
    if is_subscript || FIELDS.contains(&text) {
        return;
    }
    let breach = Breach::value(path, format!("a variable cannot show the field `{text}` of the pod"));
    let breach = match nearest(text, FIELDS.iter().copied()) {
        Some(near) => breach.help(format!("a similar name exists: `{near}`")),
        None if matches!(text, "metadata.labels" | "metadata.annotations") => {
            breach.help(format!("name one of them: `{text}['app']`"))
        }
        None => breach,
    };
    found.push(
        breach.note(format!("it can show {}, and one label or annotation", and_list(FIELDS.iter().copied()))),
    );
}

fn check_resource(resource: &Cursor<'_>, containers: &[&str], found: &mut Vec<Breach>) {
    if let Some(at) = resource.get("resource") {
        let text = at.value.as_str().unwrap_or_default();
        let is_huge = text.starts_with("limits.hugepages-") || text.starts_with("requests.hugepages-");
        if !is_huge && !RESOURCES.contains(&text) {
            let breach = Breach::value(&at, format!("a variable cannot show the resource `{text}`"));
            let breach = match nearest(text, RESOURCES.iter().copied()) {
                Some(near) => breach.help(format!("a similar name exists: `{near}`")),
                None => breach,
            };
            found.push(breach.note(format!("it can show {}", and_list(RESOURCES.iter().copied()))));
        }
    }
    let Some(at) = resource.get("containerName") else { return };
    let name = at.value.as_str().unwrap_or_default();
    if !name.is_empty() && !containers.contains(&name) {
        let breach = Breach::value(&at, format!("the pod has no container `{name}`"));
        found.push(match nearest(name, containers.iter().copied()) {
            Some(near) => breach.help(format!("a similar name exists: `{near}`")),
            None => breach,
        });
    }
}
