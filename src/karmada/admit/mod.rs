//! Whether Karmada's API server takes a policy, and what it makes of it: defaults, schema, and webhooks, in order.
//!
//! Works on the policy as written, so that it can say what is wrong with one that cannot be read into types.

mod describe;
mod fault;
mod metadata;
mod mutate;
mod overrides;
mod propagation;
mod renamed;
mod schema;
mod shape;
mod typed;
mod validate;
mod validate_overrides;
mod validate_placement;

use crate::karmada::admit::fault::Faults;
use crate::karmada::admit::shape::Record;
use crate::karmada::admit::shape::Shape;
use serde_json::Value;
use serde_json::json;

pub use crate::karmada::admit::describe::FieldDescription;
pub use crate::karmada::admit::describe::describe_field;
pub use crate::karmada::admit::fault::Fault;
pub use crate::karmada::admit::fault::FaultKind;
pub use crate::karmada::admit::renamed::PURGE_MODE_PATHS;
pub use crate::karmada::admit::renamed::RENAMED_PURGE_MODES;
pub use crate::karmada::admit::renamed::rename_purge_modes;

/// A request to create or update a policy.
#[derive(Debug, Clone, Copy)]
pub struct AdmissionRequest<'a> {
    /// The policy as written.
    pub object: &'a Value,
    /// The namespace of the request; absent means the policy's own, else `default`.
    pub namespace: Option<&'a str>,
    /// The policy before an update; absent for a creation.
    pub old: Option<&'a Value>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The policy is stored with this spec, all defaults in it.
    Admitted(Value),
    /// The policy is refused.
    Refused {
        /// The stage that refuses first.
        stage: Stage,
        /// What it finds, sorted by field.
        faults: Vec<Fault>,
        /// What later stages would find in other fields, sorted.
        later: Vec<Fault>,
    },
}

/// The stages of admission, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The object is read: its kind and its metadata.
    Decode,
    /// Fields that do not exist are found.
    Strict,
    /// The namespaces of request and policy are compared.
    Namespace,
    /// Karmada's webhook reads the policy, changes it, and writes it again; cluster override policies have none.
    MutatingWebhook,
    /// The schema and the rules for metadata are checked.
    Schema,
    /// Karmada's webhook checks its own rules.
    ValidatingWebhook,
}

impl Stage {
    /// The short name, for output that machines read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Strict => "strict",
            Self::Namespace => "namespace",
            Self::MutatingWebhook => "mutatingWebhook",
            Self::Schema => "schema",
            Self::ValidatingWebhook => "validatingWebhook",
        }
    }
}

/// The kinds of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PolicyKind {
    Propagation,
    ClusterPropagation,
    Override,
    ClusterOverride,
}

impl PolicyKind {
    fn of(object: &Value) -> Option<Self> {
        let text = |field: &str| object.get(field).and_then(Value::as_str);
        if text("apiVersion")? != "policy.karmada.io/v1alpha1" {
            return None;
        }
        match text("kind")? {
            "PropagationPolicy" => Some(Self::Propagation),
            "ClusterPropagationPolicy" => Some(Self::ClusterPropagation),
            "OverridePolicy" => Some(Self::Override),
            "ClusterOverridePolicy" => Some(Self::ClusterOverride),
            _ => None,
        }
    }

    fn record(self) -> &'static Record {
        match self {
            Self::Propagation | Self::ClusterPropagation => &propagation::POLICY,
            Self::Override | Self::ClusterOverride => &overrides::POLICY,
        }
    }

    fn is_namespaced(self) -> bool {
        matches!(self, Self::Propagation | Self::Override)
    }

    fn is_mutated(self) -> bool {
        self != Self::ClusterOverride
    }
}

/// Decides a request.
///
/// *Source*: karmada f8fdd02 `pkg/webhook`, `pkg/util/validation/validation.go`; kubernetes
/// `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go`.
#[must_use]
pub fn admit(request: &AdmissionRequest<'_>) -> Verdict {
    let Some(kind) = PolicyKind::of(request.object) else {
        let fault = Fault { field: String::new(), kind: FaultKind::Decode };
        return Verdict::Refused { stage: Stage::Decode, faults: vec![fault], later: Vec::new() };
    };
    let shape = Shape::Object(kind.record());
    let own = metadata::text(request.object, "namespace");
    let own_or_default = if own.is_empty() { "default" } else { own };
    let namespace = if kind.is_namespaced() { request.namespace.unwrap_or(own_or_default) } else { "" };
    let mut findings = vec![
        (Stage::Decode, find(|faults| metadata::check_types(request.object, faults))),
        (Stage::Strict, find(|faults| find_unknown(request.object, &shape, faults))),
        (
            Stage::Namespace,
            find(|faults| {
                let is_other = !own.is_empty() && kind.is_namespaced() && own != namespace;
                faults.check(!is_other, FaultKind::Decode);
            }),
        ),
    ];
    let mut policy = json!({});
    if let Some((entries, spec)) = policy.as_object_mut().zip(request.object.get("spec")) {
        entries.insert("spec".to_owned(), spec.clone());
    }
    schema::prune_nulls(&mut policy, &shape);
    schema::add_defaults(&mut policy, &shape);
    if kind.is_mutated() {
        let faults = find(|faults| {
            if typed::read(&policy, &shape, faults) {
                policy = typed::write(&policy, &shape);
                mutate::mutate(kind, namespace, &mut policy);
            }
        });
        findings.push((Stage::MutatingWebhook, faults));
    }
    schema::add_defaults(&mut policy, &shape);
    findings.push((
        Stage::Schema,
        find(|faults| {
            schema::check(&policy, &shape, faults);
            metadata::check(request.object, faults);
        }),
    ));
    findings.push((
        Stage::ValidatingWebhook,
        find(|faults| {
            if typed::read(&policy, &shape, faults) {
                validate::validate(kind, namespace, &policy, faults);
            }
        }),
    ));
    if let Some(old) = request.old {
        let faults = find(|faults| validate::validate_update(kind, old, request.object, faults));
        findings.push((Stage::ValidatingWebhook, faults));
    }
    judge(findings, policy)
}

fn find(look: impl FnOnce(&mut Faults)) -> Vec<Fault> {
    let mut faults = Faults::default();
    look(&mut faults);
    faults.into_sorted()
}

fn find_unknown(object: &Value, shape: &Shape, faults: &mut Faults) {
    for (name, value) in object.as_object().into_iter().flatten() {
        match (name.as_str(), shape) {
            ("apiVersion" | "kind", _) => {}
            ("metadata", _) => metadata::find_unknown(value, faults),
            ("spec", Shape::Object(record)) => faults.within(name, |faults| {
                schema::find_unknown(value, record.field("spec").map(|field| &field.shape), faults);
            }),
            _ => faults.add_at(name, FaultKind::UnknownField),
        }
    }
}

fn judge(findings: Vec<(Stage, Vec<Fault>)>, mut policy: Value) -> Verdict {
    let mut refusing = findings.into_iter().filter(|(_, faults)| !faults.is_empty());
    let Some((stage, mut faults)) = refusing.next() else {
        return Verdict::Admitted(policy.get_mut("spec").map(Value::take).unwrap_or_default());
    };
    let mut later = Vec::new();
    for (next, found) in refusing {
        if next == stage { faults.extend(found) } else { later.extend(found) }
    }
    later.retain(|fault: &Fault| faults.iter().all(|first| first.field != fault.field));
    later.sort();
    later.dedup();
    faults.sort();
    Verdict::Refused { stage, faults, later }
}
