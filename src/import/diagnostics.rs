//! What cannot be imported.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::import::Original;
use crate::import::policy::Outcome;
use crate::import::policy::Remark;
use crate::import::policy::Unsayable;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::pointer::Pointer;
use crate::karmada::policy::ResourceSelector;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;

pub(super) fn own_document(root: &Node) -> Diagnostic {
    let kind = tree::get(root, "kind");
    let word = if kind.and_then(Node::as_str) == Some("Fleet") { "a Fleet" } else { "an App" };
    let at = kind.map_or(root.span, |kind| kind.span);
    Diagnostic::new(codes::NO_OBJECT, at, format!("this is {word} already"))
        .with_help("name only the files with objects of Kubernetes")
}

/// Reports what is no object.
#[must_use]
pub fn no_object(root: &Node) -> Diagnostic {
    let missing = ["apiVersion", "kind"].into_iter().find(|key| tree::get(root, key).is_none());
    let message = match (root.as_mapping(), missing) {
        (None, _) => format!("expected an object of Kubernetes, found {}", root.kind_name()),
        (Some(_), Some(key)) => format!("the object has no `{key}`"),
        (Some(_), None) => "`apiVersion` and `kind` must be texts".to_owned(),
    };
    let first = root.as_mapping().and_then(|mapping| mapping.iter().next());
    let at = first.map_or(root.span, |entry| entry.key.span);
    Diagnostic::new(codes::NO_OBJECT, at, message)
        .with_note("each object says what it is, as in `apiVersion: apps/v1` and `kind: Deployment`")
}

pub(super) fn invalid_api_version(api_version: Spanned<&str>) -> Diagnostic {
    let message = format!("invalid apiVersion `{}`", api_version.value);
    Diagnostic::new(codes::NO_OBJECT, api_version.span, message)
        .with_note("an apiVersion is a group and a version, as in `apps/v1`, or `v1` alone")
}

pub(super) fn nameless(gvk: &GroupVersionKind, root: &Node) -> Diagnostic {
    let metadata = tree::get(root, "metadata").and_then(Node::as_mapping);
    let generated = metadata.and_then(|metadata| metadata.entry("generateName"));
    let at = generated.map(|entry| entry.key.span);
    let at = at.or_else(|| tree::get(root, "kind").map(|kind| kind.span)).unwrap_or(root.span);
    let message = format!("the {} has no `metadata.name`", gvk.kind());
    let diagnostic = Diagnostic::new(codes::NAMELESS_OBJECT, at, message);
    let diagnostic = match generated {
        Some(_) => diagnostic.with_note(
            "each `kubectl create` makes another object of `generateName`, and no policy can name it",
        ),
        None => diagnostic,
    };
    diagnostic.with_help("give it a name")
}

/// Whether anything needs a Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// An object refers to it.
    Referred,
    /// None of the objects does.
    Unknown,
}

pub(super) fn secret_left_out(secret: &Original, need: Need) -> Diagnostic {
    let message = format!("the values of the Secret `{}` are not copied", secret.key.name);
    let note = match need {
        Need::Referred => {
            "the App that needs it says `external: true`: Karmada takes it from the control plane"
        }
        Need::Unknown => "no object refers to it, so no App has it",
    };
    Diagnostic::new(codes::SECRET_LEFT_OUT, secret.at, message)
        .with_note(note)
        .with_help("see to it yourself, or import with `--with-secrets`")
}

pub(super) fn kustomization(change: &Entry) -> Diagnostic {
    let message = format!("the kustomization changes the objects of its files: `{}`", change.key.value);
    Diagnostic::new(codes::KUSTOMIZATION, change.key.span, message)
        .with_help("import what it makes of them: `kubectl kustomize FOLDER | pelago import -`")
}

pub(super) fn policy_kept(policy: &Original, part: &Unsayable) -> Diagnostic {
    let message = format!("the {} stays as it is: {}", describe(policy), part.reason);
    Diagnostic::new(codes::POLICY_KEPT, place_in(policy, &part.place), message).with_note(
        "the Apps of its objects say `propagation: {external: true}`, and one has it among its manifests",
    )
}

pub(super) fn policy_misfit(policy: &Original) -> Diagnostic {
    let message =
        format!("the {} stays as it is: an App would send some of its objects otherwise", describe(policy));
    Diagnostic::new(codes::POLICY_KEPT, policy.at, message).with_note(
        "the Apps of its objects say `propagation: {external: true}`, and one has it among its manifests",
    )
}

pub(super) fn policy_changed(policy: &Original, remark: &Remark) -> Diagnostic {
    let message = match remark.outcome {
        Outcome::LeftOut => "Karmada does not read this part, and the App leaves it out",
        Outcome::Unbounded => "without an upper bound Karmada selects no cluster, and the App sets none",
    };
    Diagnostic::new(codes::POLICY_CHANGED, place_in(policy, &remark.place), message)
}

/// What becomes of a policy on the control plane when the Apps are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// One of the Apps writes a policy of its name.
    Changed,
    /// Nobody touches it.
    Left,
}

pub(super) fn policy_replaced(policy: &Original, apps: &[&str], fate: Fate) -> Diagnostic {
    let names = and_list(apps.iter().copied());
    let fate_of_it = if apps.len() == 1 { "that of the App" } else { "one for each of the Apps" };
    let message = format!("the {} becomes {fate_of_it} {names}", describe(policy));
    let diagnostic = Diagnostic::new(codes::POLICY_REPLACED, policy.at, message);
    match fate {
        Fate::Changed => diagnostic,
        Fate::Left => {
            diagnostic.with_note("Karmada leaves objects to the policy that has them already").with_help(
                format!("delete `{}` from the control plane once the Apps are there", policy.key.name),
            )
        }
    }
}

pub(super) fn open_selector(policy: &Original, index: usize) -> Diagnostic {
    let message = format!("the {} selects objects without naming them", describe(policy));
    Diagnostic::new(codes::POLICY_REPLACED, selector_place(policy, index), message)
        .with_note("an App names its objects: those that come later go nowhere until an App has them")
}

pub(super) fn selector_without_object(
    policy: &Original,
    (index, selector): (usize, &ResourceSelector),
) -> Diagnostic {
    let message = format!("the {} `{}` is not among the objects", selector.kind, selector.name);
    Diagnostic::new(codes::SELECTOR_LOST, selector_place(policy, index), message)
        .with_note("no App sends it")
        .with_help("import it with the others")
}

pub(super) fn policy_without_object(policy: &Original) -> Diagnostic {
    let message = format!("the {} carries none of the objects", describe(policy));
    Diagnostic::new(codes::SELECTOR_LOST, policy.at, message)
        .with_note("an App has it as it is among its manifests")
        .with_help("import the objects with it")
}

pub(super) fn object_without_policy(object: &Original) -> Diagnostic {
    let message = format!("the {} goes to no cluster: no policy selects it", describe(object));
    Diagnostic::new(codes::OBJECT_UNCLAIMED, object.at, message)
        .with_note("its App says `propagation: {external: true}`, so that this stays as it is")
        .with_help("take that away to have the App send it")
}

/// The kind and the name.
pub(super) fn describe(object: &Original) -> String {
    format!("{} `{}`", object.key.gvk.kind(), object.key.name)
}

pub(super) fn place_in(object: &Original, place: &Pointer) -> Span {
    tree::find_nearest(&object.root, place).span
}

pub(super) fn selector_place(policy: &Original, index: usize) -> Span {
    let mut place = Pointer::default();
    place.push_key("spec");
    place.push_key("resourceSelectors");
    place.push_index(index);
    place_in(policy, &place)
}

pub(super) fn duplicate(second: &Original, first: Span) -> Diagnostic {
    let key = &second.key;
    let message = format!("the {} `{}` is there twice, and the two differ", key.gvk.kind(), key.name);
    Diagnostic::new(codes::DIFFERENT_COPIES, second.at, message)
        .with_secondary(first, "the first one")
        .with_note("a cluster holds one object of a kind, a namespace and a name")
        .with_help("take one of them away, or name the files to read one by one")
}
