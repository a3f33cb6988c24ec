//! Probes and hooks: kubernetes v1.33 `pkg/apis/core/validation` `validateProbe`, `validateHandler`.

use crate::diagnostic::codes;
use crate::diagnostic::or_list;
use crate::k8s::name::check_port_name;
use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_negative;
use crate::k8s::rules::cursor::Cursor;
use serde_json::Value;

/// The probes of a container.
const PROBES: &[&str] = &["livenessProbe", "readinessProbe", "startupProbe"];

/// What a probe may ask.
const PROBE_HANDLERS: &[&str] = &["httpGet", "tcpSocket", "exec", "grpc"];

/// What a hook may do.
const HOOK_HANDLERS: &[&str] = &["exec", "httpGet", "sleep", "tcpSocket"];

/// The numbers of a probe.
const NUMBERS: &[&str] =
    &["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

/// Checks the probes and hooks of a container.
pub(super) fn check(container: &Cursor<'_>, found: &mut Vec<Breach>) {
    for key in PROBES {
        if let Some(probe) = container.get(key) {
            check_handler(&probe, PROBE_HANDLERS, found);
            check_numbers(key, &probe, found);
        }
    }
    let Some(lifecycle) = container.get("lifecycle") else { return };
    for key in ["postStart", "preStop"] {
        if let Some(hook) = lifecycle.get(key) {
            check_handler(&hook, HOOK_HANDLERS, found);
        }
    }
}

/// Only a container that goes on running can be watched.
pub(super) fn refuse_on_init_container(container: &Cursor<'_>, found: &mut Vec<Breach>) {
    if container.text("restartPolicy") == Some("Always") {
        return;
    }
    for key in PROBES.iter().copied().chain(["lifecycle"]) {
        if let Some(written) = container.get(key) {
            found.push(
                Breach::key(&written, format!("an init container takes no `{key}`"))
                    .note("it runs to its end before the others start")
                    .help("write `restartPolicy: Always` for one that goes on running beside the others"),
            );
        }
    }
}

fn check_handler(holder: &Cursor<'_>, handlers: &[&str], found: &mut Vec<Breach>) {
    let written: Vec<Cursor<'_>> = handlers.iter().filter_map(|key| holder.get(key)).collect();
    match written.as_slice() {
        [] => {
            let message = format!("`{}` does not say what to do", holder.key());
            found.push(Breach::missing(holder, message).help(format!("add {}", or_list(handlers))));
        }
        [_] => {}
        [first, second, ..] => {
            let message =
                format!("`{}` does two things, `{}` and `{}`", holder.key(), first.key(), second.key());
            found.push(
                Breach::key(second, message).related(first, "the first one").help("keep one of the two"),
            );
        }
    }
    for handler in &written {
        check_port(handler, found);
        if let Some(command) = handler.get("command").filter(|_| handler.key() == "exec")
            && command.is_empty_list()
        {
            found.push(Breach::value(&command, "the command is empty"));
        }
    }
}

/// kubernetes v1.33 `pkg/apis/core/validation` `ValidatePortNumOrName`: a text is the name of a port, even if it is a number.
fn check_port(handler: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(port) = handler.get("port") else { return };
    match port.value {
        Value::Number(number) => {
            let fits = number.as_u64().is_some_and(|number| (1..=65535).contains(&number));
            if !fits {
                let message = format!("invalid port {number}: expected a number from 1 to 65535");
                found.push(Breach::value(&port, message).code(codes::INVALID_PORT));
            }
        }
        Value::String(text) => {
            if let Err(error) = check_port_name(text) {
                let message = format!("invalid port name `{text}`: {error}");
                let breach = Breach::value(&port, message).code(codes::INVALID_PORT);
                let is_number = text.parse::<u16>().is_ok();
                found.push(if is_number { breach.replace(text.clone()) } else { breach });
            }
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
    }
}

fn check_numbers(key: &str, probe: &Cursor<'_>, found: &mut Vec<Breach>) {
    refuse_negative(probe, NUMBERS, found);
    if key != "readinessProbe"
        && let Some(threshold) = probe.get("successThreshold")
        && threshold.value.as_i64().is_some_and(|number| number > 1)
    {
        let message = format!("the `successThreshold` of a `{key}` is 1, found {}", threshold.value);
        found.push(Breach::value(&threshold, message).note("only a `readinessProbe` may ask for more"));
    }
    let Some(grace) = probe.get("terminationGracePeriodSeconds") else { return };
    if key == "readinessProbe" {
        let message = "a `readinessProbe` takes no `terminationGracePeriodSeconds`";
        found.push(Breach::key(&grace, message).note("a container that is not ready is not stopped"));
    } else if grace.value.as_i64().is_some_and(|seconds| seconds < 1) {
        let message = format!("`terminationGracePeriodSeconds` is at least 1, found {}", grace.value);
        found.push(Breach::value(&grace, message));
    }
}
