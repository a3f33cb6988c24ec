//! What the API server of Karmada's control plane would not take.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::pointer::Pointer;
use crate::karmada::admit::Fault;
use crate::karmada::admit::FaultKind;
use crate::karmada::typed::WrongType;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;

pub(super) fn duplicate(key: &ObjectKey, at: Span, first: Span) -> Diagnostic {
    let message = format!("the {} `{}` is described twice", key.gvk.kind(), key.name);
    Diagnostic::new(codes::DUPLICATE_OBJECT, at, message)
        .with_secondary(first, "first described here")
        .with_note("the control plane holds one object of a kind, a namespace and a name")
        .with_help("take one of them away, or name the files to read one by one")
}

/// One fault of a policy, at the field that Karmada names.
pub(super) fn refused(key: &ObjectKey, root: &Node, fault: &Fault) -> Diagnostic {
    let (at, is_whole) = find_field(root, &fault.field, fault.kind);
    let kind = key.gvk.kind();
    let message = match (fault.kind, fault.field.as_str()) {
        (_, "") => format!("Karmada refuses the {kind} `{}`: it cannot be read", key.name),
        (fault, field) => format!("Karmada refuses the {kind} `{}`: `{field}` {}", key.name, words(fault)),
    };
    let diagnostic = Diagnostic::new(codes::POLICY_REFUSED, at, message)
        .with_note(
            "a policy that is refused decides nothing, so nothing can be said about the objects it selects",
        )
        .with_help("`pelago check` says what to write instead");
    if is_whole { diagnostic } else { diagnostic.with_label("refused here") }
}

pub(super) fn unread_policy(key: &ObjectKey, root: &Node) -> Diagnostic {
    let message = format!("the {} `{}` cannot be read", key.gvk.kind(), key.name);
    Diagnostic::new(codes::POLICY_REFUSED, name_place(root), message)
}

pub(super) fn unreadable(key: &ObjectKey, root: &Node, wrong: &WrongType) -> Diagnostic {
    let pointer = Pointer::parse(&wrong.pointer).unwrap_or_default();
    let node = tree::find_nearest(root, &pointer);
    let message = format!(
        "the {} `{}` cannot be read: expected {} at `{}`, found {}",
        key.gvk.kind(),
        key.name,
        wrong.expected,
        wrong.pointer,
        node.kind_name()
    );
    Diagnostic::new(codes::OBJECT_UNREADABLE, node.span, message)
        .with_note("Karmada cannot tell how many replicas the object has, and propagates nothing of it")
}

/// What is wrong with a field, behind its name.
fn words(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Decode => "cannot be read",
        FaultKind::Immutable => "cannot be changed",
        FaultKind::Invalid => "breaks a rule of Karmada",
        FaultKind::Required => "is missing",
        FaultKind::TooLong => "is too long",
        FaultKind::Type => "has another type",
        FaultKind::UnknownField => "does not exist",
        FaultKind::Unsupported => "is none of the values that there are",
    }
}

fn name_place(root: &Node) -> Span {
    tree::find(root, &["metadata", "name"]).map_or(root.span, |name| name.span)
}

/// The place of a field such as `spec.placement.spreadConstraints[0]`, or of the nearest that is there; and whether that
/// is the policy's name, as nothing nearer was found.
fn find_field(root: &Node, field: &str, kind: FaultKind) -> (Span, bool) {
    let mut node = root;
    let mut at = None;
    for step in field.split(['.', '[']) {
        let index = step.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
        let items = node.as_sequence().unwrap_or_default();
        let entry = node.as_mapping().and_then(|mapping| mapping.entry(step));
        if let Some(item) = index.and_then(|index| items.get(index)) {
            (node, at) = (item, Some(item.span));
        } else if let Some(entry) = entry {
            let is_key = kind == FaultKind::UnknownField || kind == FaultKind::Required;
            (node, at) = (&entry.value, Some(if is_key { entry.key.span } else { entry.value.span }));
        } else {
            break;
        }
    }
    at.map_or((name_place(root), true), |at| (at, false))
}
