//! What an overrider does to an object, in words.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::k8s::patch::PatchFault;
use crate::k8s::pointer::Pointer;
use crate::k8s::pointer::escape;
use crate::k8s::validate::FaultKind;
use crate::karmada::overrides::OverrideFault;
use crate::karmada::policy::overriding::CommandArgsOverrider;
use crate::karmada::policy::overriding::LabelAnnotationOverrider;
use crate::karmada::policy::overriding::ListOperator;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use crate::lint::defaults::complete;
use crate::lint::images;
use crate::lint::images::pod_path;
use crate::lint::object::Object;
use crate::lint::overriding::Step;
use crate::lint::world::Policy;
use crate::source::Span;
use serde_json::Value as Json;

/// What names an object; an override that changes it makes another one.
pub(super) const IDENTITY: &[&str] = &["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"];

/// The place that stands for a step: the path or the container that it is about.
fn place_of(policy: &Object<'_>, step: &Step) -> Span {
    let fields = ["path", "predicate/path", "fieldPath", "containerName", "component", "value"];
    let mut places = fields.iter().map(|field| policy.place(&format!("{}/{field}", step.pointer)));
    places.find(|place| place.is_exact).map_or_else(|| policy.span(&step.pointer), |place| place.span())
}

/// A step that Karmada cannot do.
pub(super) fn fault(
    policy: &Object<'_>,
    step: &Step,
    (object, fault): (&Object<'_>, &OverrideFault),
) -> Diagnostic {
    let at = place_of(policy, step);
    if let OverrideFault::Panic { reason } = fault {
        let message = format!("Karmada crashes on {}: {reason}", object.title());
        return Diagnostic::new(codes::OVERRIDE_CRASHES, at, message)
            .with_secondary(object.at(), "the object")
            .with_note("no cluster receives the object then, those without an override neither")
            .with_help("write a place that the object has");
    }
    let message = format!("the override does not fit {}: {fault}", object.title());
    let diagnostic = Diagnostic::new(codes::OVERRIDE_FAILS, at, message)
        .with_secondary(object.at(), "the object")
        .with_note("the clusters of the rule do not receive the object at all; others do");
    let OverrideFault::Patch(error) = fault else { return diagnostic };
    let operator = step.overriders.plaintext.first().map(|plaintext| plaintext.operator);
    match (error.fault, operator) {
        (PatchFault::MissingParent, Some(OverriderOperator::Add)) => {
            match missing_parent(&complete(&object.json), &error.path) {
                Some(parent) => diagnostic.with_help(format!(
                    "make what is missing first: `{{path: {parent}, operator: add, value: {{}}}}` before it"
                )),
                None => diagnostic,
            }
        }
        (PatchFault::MissingKey, Some(OverriderOperator::Replace)) => {
            let at = policy.span(&format!("{}/operator", step.pointer));
            diagnostic.with_replacement("add it instead", at, "add")
        }
        (PatchFault::MissingKey, Some(OverriderOperator::Remove)) => {
            diagnostic.with_help("leave the override out: there is nothing to remove")
        }
        _ => diagnostic,
    }
}

/// The first place on the way that is not there.
fn missing_parent(object: &Json, path: &str) -> Option<String> {
    let pointer = Pointer::parse(path).ok()?;
    let mut parent = Pointer::default();
    for token in pointer.tokens() {
        parent.push_key(token);
        if parent.resolve(object).is_none() {
            break;
        }
    }
    let shown = parent.to_string();
    (shown != path).then_some(shown)
}

/// What a step that was done does besides, or does not.
pub(super) fn compare(
    policy: &Policy<'_, OverrideSpec>,
    step: &Step,
    object: &Object<'_>,
    (before, after): (&Json, &Json),
) -> Vec<Diagnostic> {
    let at = place_of(policy.object, step);
    let mut found = Vec::new();
    for field in IDENTITY.iter().filter(|field| before.pointer(field) != after.pointer(field)) {
        let message = format!("the override changes `{field}` of {}", object.title());
        found.push(
            Diagnostic::new(codes::OVERRIDE_OF_IDENTITY, at, message)
                .with_secondary(object.at(), "the object")
                .with_note("the cluster gets another object, which Karmada then loses sight of"),
        );
    }
    found.extend(dropped_entries(at, step, object));
    if let Some(overrider) = step.overriders.image_overrider.first() {
        found.extend(images::compare(overrider, (policy, at), (object, before, after)));
    }
    found
}

/// `add` on a map or a list that is there takes its place, and whatever it had is gone.
fn dropped_entries(at: Span, step: &Step, object: &Object<'_>) -> Option<Diagnostic> {
    let plaintext = step.overriders.plaintext.first()?;
    if plaintext.operator != OverriderOperator::Add {
        return None;
    }
    let (path, value) = (&plaintext.path, plaintext.value.as_ref()?);
    let present = Pointer::parse(path).ok()?.resolve(&object.json)?;
    let lost: Vec<&str> = entries(present)?.into_iter().filter(|entry| !has_entry(value, entry)).collect();
    if lost.is_empty() || present.is_object() != value.is_object() {
        return None;
    }
    let message = format!("the override drops {} of {}", and_list(lost.iter().copied()), object.title());
    let (note, help) = if present.is_array() {
        let help = format!("append each entry by itself: `{path}/-`");
        ("`add` to a list that is there puts the new one in its place", help)
    } else {
        let first = value.as_object().and_then(|value| value.keys().next());
        let example = first.map(|key| format!("add each entry by itself, such as `{path}/{}`", escape(key)));
        let help = example.unwrap_or_else(|| "leave the override out".to_owned());
        ("`add` to a map that is there puts the new one in its place", help)
    };
    Some(
        Diagnostic::new(codes::OVERRIDE_DROPS_ENTRIES, at, message)
            .with_secondary(object.key(path), "these entries are there")
            .with_note(note)
            .with_help(help),
    )
}

/// The keys of a map, or the names of the entries of a list; nothing for a list without names.
fn entries(value: &Json) -> Option<Vec<&str>> {
    match value {
        Json::Object(map) => Some(map.keys().map(String::as_str).collect()),
        Json::Array(items) => items.iter().map(|item| item.get("name")?.as_str()).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

fn has_entry(value: &Json, entry: &str) -> bool {
    entries(value).is_some_and(|entries| entries.contains(&entry))
}

/// A change after which the object has a field of another type.
pub(super) fn broken(
    policy: &Object<'_>,
    step: &Step,
    (object, path, kind): (&Object<'_>, &str, &FaultKind),
) -> Diagnostic {
    let value = policy.place(&format!("{}/value", step.pointer));
    let at = if value.is_exact { value.span() } else { place_of(policy, step) };
    let place = if path.is_empty() { String::new() } else { format!("`{path}` of ") };
    let message = format!("the override makes {place}{} invalid: {kind}", object.title());
    Diagnostic::new(codes::INVALID_RESULT, at, message)
        .with_secondary(object.at(), "the object")
        .with_note("Karmada sends it as it is, and the cluster refuses it")
}

/// Tells whether an overrider changes an object, or finds what it is about and has nothing left to do. The empty list that is
/// left where nothing was to be taken from is no change.
pub(super) fn has_worked(before: &Json, after: &Json, overriders: &Overriders) -> bool {
    let arguments = overriders.command_overrider.iter().chain(&overriders.args_overrider);
    let is_removal = arguments.into_iter().any(|overrider| overrider.operator == ListOperator::Remove);
    let has_changed = if is_removal { arguments_of(before) != arguments_of(after) } else { before != after };
    has_changed || is_met(before, overriders)
}

/// All that containers have for commands and arguments, one list behind the other.
fn arguments_of(object: &Json) -> Vec<&Json> {
    let lists = containers(object).flat_map(|container| [container.get("command"), container.get("args")]);
    lists.flatten().filter_map(Json::as_array).flatten().collect()
}

/// Tells whether there was nothing left to do, though the overrider finds what it is about.
fn is_met(object: &Json, overriders: &Overriders) -> bool {
    let kind = object.get("kind").and_then(Json::as_str).unwrap_or_default();
    let has_images = kind != "CronJob" && pod_path(kind).is_some();
    let is_found = |overrider: &LabelAnnotationOverrider, field: &str| {
        let entries = object.pointer(&format!("/metadata/{field}"));
        overrider.operator == OverriderOperator::Add
            || overrider.value.keys().any(|key| entries.is_some_and(|entries| entries.get(key).is_some()))
    };
    let has_container = |overrider: &CommandArgsOverrider| {
        overrider.operator == ListOperator::Add
            && container_names(object).any(|name| name == overrider.container_name)
    };
    !overriders.plaintext.is_empty()
        || !overriders.field_overrider.is_empty()
        || overriders.image_overrider.iter().any(|image| {
            (image.predicate.is_some() || has_images) && image.operator != OverriderOperator::Remove
        })
        || overriders.labels_overrider.iter().any(|overrider| is_found(overrider, "labels"))
        || overriders.annotations_overrider.iter().any(|overrider| is_found(overrider, "annotations"))
        || overriders.command_overrider.iter().chain(&overriders.args_overrider).any(has_container)
}

/// The containers that command and args overriders look at.
fn containers(object: &Json) -> impl Iterator<Item = &Json> {
    let kind = object.get("kind").and_then(Json::as_str).unwrap_or_default();
    let path = pod_path(kind).filter(|_| kind != "CronJob");
    let list = path.and_then(|path| object.pointer(&format!("{path}/containers"))?.as_array());
    list.into_iter().flatten()
}

fn container_names(object: &Json) -> impl Iterator<Item = &str> {
    containers(object).filter_map(|container| container.get("name")?.as_str())
}

/// A step that did nothing for any object; nothing for one that was told already.
pub(super) fn idle(policy: &Object<'_>, step: &Step, objects: &[&Object<'_>]) -> Option<Diagnostic> {
    let object = objects.first()?;
    let all = if objects.len() == 1 { object.title() } else { "the selected objects".to_owned() };
    let new = |message: String| {
        let at = place_of(policy, step);
        Diagnostic::new(codes::OVERRIDE_NO_EFFECT, at, message).with_secondary(object.at(), "the object")
    };
    let overriders = &step.overriders;
    if let Some(arguments) = overriders.command_overrider.first().or(overriders.args_overrider.first()) {
        return Some(idle_arguments(arguments, (&all, objects), new));
    }
    if let Some(image) = overriders.image_overrider.first() {
        let is_told = objects.iter().any(|object| object.kind == "CronJob");
        return (!is_told).then(|| images::idle(image, &all, new));
    }
    let labels = overriders.labels_overrider.first().map(|it| (it, "label"));
    let (entries, noun) =
        labels.or_else(|| overriders.annotations_overrider.first().map(|it| (it, "annotation")))?;
    let keys = and_list(entries.value.keys().map(String::as_str));
    let diagnostic = new(format!("the override does nothing: {all} has no {noun} {keys}"));
    Some(match entries.operator {
        OverriderOperator::Replace => {
            let at = policy.span(&format!("{}/operator", step.pointer));
            diagnostic
                .with_note(format!("`replace` passes over a {noun} that is not there"))
                .with_replacement("use `add`, which replaces too", at, "add")
        }
        OverriderOperator::Remove | OverriderOperator::Add => diagnostic.with_help("leave the override out"),
    })
}

fn idle_arguments(
    overrider: &CommandArgsOverrider,
    (all, objects): (&str, &[&Object<'_>]),
    new: impl Fn(String) -> Diagnostic,
) -> Diagnostic {
    let name = &overrider.container_name;
    if name.is_empty() {
        return new("the override names no container, so it does nothing".to_owned())
            .with_help("write `containerName:` with the name of a container");
    }
    let known: Vec<&str> = objects.iter().flat_map(|object| container_names(&object.json)).collect();
    if known.contains(&name.as_str()) {
        return new(format!("the override does nothing: container `{name}` has none of the values"))
            .with_help("leave the override out");
    }
    if known.is_empty() {
        return new(format!("the override of a command does nothing for {all}"))
            .with_note(
                "Karmada finds the containers of Pod, ReplicaSet, Deployment, DaemonSet, StatefulSet and Job",
            )
            .with_help("use a `plaintext` overrider with the path of the list");
    }
    let diagnostic = new(format!("{all} has no container `{name}`, so the override does nothing"))
        .with_nearest(name, known.iter().copied());
    if diagnostic.helps.is_empty() {
        return diagnostic.with_note(format!("there are {}", and_list(known)));
    }
    diagnostic
}
