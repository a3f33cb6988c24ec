//! What Karmada's API server and webhooks refuse.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::karmada::admit::AdmissionRequest;
use crate::karmada::admit::Fault;
use crate::karmada::admit::FaultKind;
use crate::karmada::admit::FieldDescription;
use crate::karmada::admit::RENAMED_PURGE_MODES;
use crate::karmada::admit::Verdict;
use crate::karmada::admit::admit;
use crate::karmada::admit::describe_field;
use crate::karmada::admit::rename_purge_modes;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::lint::Given;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::object::POLICY_GROUP;
use crate::lint::place::Place;
use crate::lint::place::find_field;
use crate::lint::reasons::Reason;
use crate::lint::reasons::reason_of;
use crate::lint::world::Reach;
use crate::lint::world::reach;
use crate::source::SourceMap;
use crate::source::Span;
use crate::yaml::Entry;
use crate::yaml::Node;
use crate::yaml::Value;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// Reads the spec of a policy with the defaults that admission adds; reports each fault of one that is refused.
pub(super) fn read_spec<T: DeserializeOwned>(
    policy: &Object<'_>,
    given: &Given<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    if !policy.is_known_policy() {
        report_version(policy, diagnostics);
        return None;
    }
    let mut json = policy.json.clone();
    rename_purge_modes(&mut json, given.karmada);
    match judge(policy, &json) {
        Verdict::Admitted(spec) => serde_json::from_value(spec).ok(),
        Verdict::Refused { mut faults, later, .. } => {
            if policy.author == Author::User {
                faults.extend(later.into_iter().filter(|fault| !is_read_as_empty(policy, fault)));
                let mut faults = at_entries(policy, &faults);
                faults.extend(find_behind(policy, &faults));
                for fault in faults.iter().filter(|fault| !fault.is_consequence(&faults)) {
                    diagnostics.report(explain(policy, fault, given.sources));
                }
            }
            None
        }
    }
}

/// A namespaced policy that names no namespace is applied to the one that its selectors ask for.
fn judge(policy: &Object<'_>, json: &Json) -> Verdict {
    let asked = json.pointer("/spec/resourceSelectors/0/namespace").and_then(Json::as_str);
    let namespace = policy.namespace.or(asked.filter(|namespace| !namespace.is_empty()));
    admit(&AdmissionRequest { object: json, namespace, old: None })
}

/// A null text, which a webhook reads as an empty one; the schema finds it only where another fault stops the webhook.
fn is_read_as_empty(policy: &Object<'_>, fault: &Fault) -> bool {
    let place = find_field(policy.root, &fault.field);
    let is_null = place.is_exact && place.node.value == Value::Null;
    is_null && fault.kind == FaultKind::Type && policy.kind != "ClusterOverridePolicy"
}

/// The faults, those of a map of texts at the entries that are none: who reads it names the map alone.
fn at_entries(policy: &Object<'_>, faults: &[Fault]) -> Vec<Fault> {
    let mut found: Vec<Fault> = Vec::new();
    for fault in faults {
        let place = find_field(policy.root, &fault.field);
        let entries = place.node.as_mapping().filter(|_| place.is_exact && fault.kind == FaultKind::Type);
        let known = describe_field(&policy.json, &fault.field);
        match entries {
            Some(entries) if expected(&fault.field, known.as_ref()) == "a map" => {
                let is_text = |entry: &&Entry| matches!(entry.value.value, Value::String(_) | Value::Null);
                found.extend(entries.iter().filter(|entry| !is_text(entry)).map(|entry| Fault {
                    field: format!("{}.{}", fault.field, entry.key.value),
                    kind: FaultKind::Type,
                }));
            }
            Some(_) | None => found.push(fault.clone()),
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What the webhooks find once the values are gone that they cannot read.
fn find_behind(policy: &Object<'_>, faults: &[Fault]) -> Vec<Fault> {
    let types = faults.iter().filter(|fault| fault.kind == FaultKind::Type);
    let places = types.map(|fault| find_field(policy.root, &fault.field));
    let unread: Vec<&Node> = places.filter(|place| place.is_exact).map(|place| place.node).collect();
    if unread.is_empty() {
        return Vec::new();
    }
    match judge(policy, &without(policy.root, &unread)) {
        Verdict::Admitted(_) => Vec::new(),
        Verdict::Refused { faults: mut behind, later, .. } => {
            behind.extend(later);
            let is_new = |fault: &Fault| {
                fault.kind == FaultKind::Invalid && faults.iter().all(|told| told.field != fault.field)
            };
            behind.retain(is_new);
            behind
        }
    }
}

/// The tree with null in place of some of its nodes.
fn without(node: &Node, left_out: &[&Node]) -> Json {
    if left_out.iter().any(|other| std::ptr::eq(*other, node)) {
        return Json::Null;
    }
    match &node.value {
        Value::Sequence(items) => items.iter().map(|item| without(item, left_out)).collect(),
        Value::Mapping(mapping) => Json::Object(
            mapping.iter().map(|it| (it.key.value.clone(), without(&it.value, left_out))).collect(),
        ),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {
            node.to_json()
        }
    }
}

/// The kinds of the group of policies.
const KINDS: &[&str] = &[
    "ClusterOverridePolicy",
    "ClusterPropagationPolicy",
    "ClusterTaintPolicy",
    "FederatedResourceQuota",
    "OverridePolicy",
    "PropagationPolicy",
];

/// Reports a kind of the group of policies that does not exist.
pub(super) fn check_kind(object: &Object<'_>, diagnostics: &mut Diagnostics) {
    // The group had other names before its first release.
    let is_old = object.group() != POLICY_GROUP && object.group().ends_with("strategy.karmada.io");
    if is_old && object.author == Author::User && KINDS.contains(&object.kind) {
        report_version(object, diagnostics);
        return;
    }
    if object.group() != POLICY_GROUP || object.author != Author::User || KINDS.contains(&object.kind) {
        return;
    }
    let message = format!("Karmada has no kind `{}` in `{POLICY_GROUP}`", object.kind);
    diagnostics.report(
        refused(object.span("/kind"), message)
            .with_nearest(object.kind, KINDS.iter().copied())
            .with_note(format!("the kinds there are {}", and_list(KINDS.iter().copied()))),
    );
}

fn report_version(policy: &Object<'_>, diagnostics: &mut Diagnostics) {
    let at = policy.span("/apiVersion");
    let message = format!("Karmada has no `{} {}`", policy.api_version, policy.kind);
    diagnostics.report(
        Diagnostic::new(codes::POLICY_REFUSED, at, message)
            .with_note("the API server does not know this version, and refuses the policy")
            .with_replacement("write the version that Karmada has", at, POLICY_API_VERSION),
    );
}

fn explain(policy: &Object<'_>, fault: &Fault, sources: &SourceMap) -> Diagnostic {
    let place = find_field(policy.root, &fault.field);
    let known = describe_field(&policy.json, &fault.field);
    match fault.kind {
        FaultKind::UnknownField => unknown_field(policy, fault),
        FaultKind::Type if !place.is_exact => missing(policy, &place, fault),
        FaultKind::Type => wrong_type(&place, &fault.field, expected(&fault.field, known.as_ref()), sources),
        FaultKind::Unsupported => unsupported(&place, fault, known.as_ref()),
        FaultKind::Required if known.as_ref().is_none_or(|known| known.expected != "a map") => {
            missing(policy, &place, fault)
        }
        FaultKind::Decode
        | FaultKind::Immutable
        | FaultKind::Invalid
        | FaultKind::Required
        | FaultKind::TooLong => match reason_of(policy, &fault.field_without_indices(), &place) {
            Some(reason) => told(reason, &place),
            None if fault.kind == FaultKind::Required => missing(policy, &place, fault),
            None => refused(place.span(), format!("the value of `{}` is invalid", fault.field)),
        },
    }
}

fn refused(at: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(codes::POLICY_REFUSED, at, message)
}

fn told(reason: Reason, place: &Place<'_>) -> Diagnostic {
    let at = reason.at.unwrap_or_else(|| place.span());
    let diagnostic = refused(at, reason.message).with_note(reason.note);
    match reason.replacement {
        Some(replacement) => diagnostic.with_replacement(reason.help, at, replacement),
        None => diagnostic.with_help(reason.help),
    }
}

fn unknown_field(policy: &Object<'_>, fault: &Fault) -> Diagnostic {
    let place = find_field(policy.root, &fault.field);
    let at = place.key.unwrap_or_else(|| place.span());
    let (above, name) = split_field(policy.root, &fault.field);
    let shown = if above.is_empty() { "a policy".to_owned() } else { format!("`{above}`") };
    let known = describe_field(&policy.json, above);
    let known = known.map(|known| known.fields).unwrap_or_default();
    let diagnostic = refused(at, format!("{shown} has no field `{name}`"));
    let diagnostic = diagnostic.with_nearest(name, known.iter().copied());
    if diagnostic.helps.is_empty() && !known.is_empty() {
        return diagnostic.with_note(format!("its fields are {}", and_list(known)));
    }
    diagnostic
}

/// Divides the name of a field that is written into what is above it and its key, which may have dots.
fn split_field<'f>(root: &Node, field: &'f str) -> (&'f str, &'f str) {
    let dots = field.rmatch_indices('.').map(|(dot, _)| dot);
    let is_above = |dot: &usize| {
        let above = field.get(..*dot).unwrap_or_default();
        let key = field.get(dot + 1..).unwrap_or_default();
        let place = find_field(root, above);
        place.is_exact && place.node.as_mapping().is_some_and(|mapping| mapping.get(key).is_some())
    };
    let dot = dots.into_iter().find(is_above);
    dot.and_then(|dot| Some((field.get(..dot)?, field.get(dot + 1..)?))).unwrap_or(("", field))
}

/// The type that a field takes, with its article.
fn expected(field: &str, known: Option<&FieldDescription>) -> &'static str {
    let is_map = matches!(field, "metadata" | "metadata.labels" | "metadata.annotations");
    known.map_or(if is_map { "a map" } else { "a string" }, |known| known.expected)
}

fn wrong_type(place: &Place<'_>, field: &str, expected: &str, sources: &SourceMap) -> Diagnostic {
    let found = place.node;
    let diagnostic = match (&found.value, expected) {
        (Value::Number(number), "an integer") if !number.is_f64() => {
            let message = format!("the number {number} does not fit into 32 bits");
            return refused(place.span(), message).with_note(format!("`{field}` takes 32 bits"));
        }
        _ => refused(place.span(), format!("expected {expected}, found {}", found.kind_name())),
    };
    let diagnostic = diagnostic.with_note(format!("`{field}` takes {expected}"));
    let written = match (&found.value, expected) {
        (Value::String(text), "an integer") => text.text.trim().parse::<i64>().ok().map(|it| it.to_string()),
        (Value::String(text), "a boolean") if matches!(&*text.text, "true" | "false") => {
            Some(text.text.clone())
        }
        (Value::Number(_) | Value::Boolean(_), "a string") => {
            Some(format!("\"{}\"", sources.text(found.span)))
        }
        (Value::String(text), "a list") if !text.text.contains('\n') => Some(format!("[{}]", text.text)),
        _ => None,
    };
    match written {
        Some(written) if place.is_exact => {
            diagnostic.with_replacement(format!("write {expected}"), found.span, written)
        }
        Some(_) | None => diagnostic,
    }
}

fn unsupported(place: &Place<'_>, fault: &Fault, known: Option<&FieldDescription>) -> Diagnostic {
    let text = place.node.as_str().unwrap_or_default();
    let choices = known.map_or(&[][..], |known| known.choices);
    if choices.is_empty() {
        // Tolerations take any text by the schema, and the webhook refuses two operators.
        return refused(place.span(), format!("Karmada does not take the operator `{text}`"))
            .with_note("tolerations of clusters compare by `Exists` and `Equal` only")
            .with_help("write `Exists` or `Equal`");
    }
    let message = format!("`{}` does not take `{text}`", fault.field);
    let diagnostic = refused(place.span(), message);
    let diagnostic = match RENAMED_PURGE_MODES.iter().find(|(old, new)| *old == text && choices.contains(new))
    {
        Some((_, new)) => diagnostic.with_note("Karmada 1.15 renamed it").with_replacement(
            format!("write `{new}`"),
            place.span(),
            *new,
        ),
        None => diagnostic.with_nearest(text, choices.iter().copied()),
    };
    diagnostic.with_note(format!("it takes {}", and_list(choices.iter().copied())))
}

fn missing(policy: &Object<'_>, place: &Place<'_>, fault: &Fault) -> Diagnostic {
    let name = fault.field.rsplit('.').next().unwrap_or_default();
    let article = if policy.kind.starts_with('O') { "an" } else { "a" };
    let diagnostic = refused(place.span(), format!("missing key `{name}`"))
        .with_note(format!("Karmada refuses {article} {} without `{}`", policy.kind, fault.field));
    let is_namespace = name == "namespace" && reach(policy) == Reach::Namespace;
    if is_namespace { diagnostic } else { diagnostic.with_help(format!("add `{name}:` here")) }
}
