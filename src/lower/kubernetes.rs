//! Whether Kubernetes takes the objects: the last check, on what is written out.

use crate::bundle::Object;
use crate::diagnostic::nearest;
use crate::k8s::fields::find_kind;
use crate::k8s::fields::kind_versions;
use crate::k8s::pointer::Pointer;
use crate::k8s::rules::Breach;
use crate::k8s::rules::Gravity;
use crate::k8s::rules::find_breaches;
use crate::k8s::validate::Fault;
use crate::k8s::validate::FaultKind;
use crate::k8s::validate::Place;
use crate::k8s::validate::validate_in;
use crate::lower::Lowering;
use crate::parallel::in_parallel;
use crate::schema::Kubernetes;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// What Kubernetes refuses of an object.
#[derive(Default)]
pub(super) struct Findings {
    /// Fields that it does not have, and values of another type.
    pub(super) faults: Vec<Fault>,
    /// Rules beyond that.
    pub(super) breaches: Vec<Breach>,
}

impl Findings {
    /// Looks at an object of a built-in kind, and at those of Karmada's that are made like one; all others are fine.
    pub(super) fn of(object: &Json, tables: &Kubernetes) -> Self {
        let text = |key: &str| object.get(key).and_then(Json::as_str).unwrap_or_default();
        let kind = find_kind(text("apiVersion"), text("kind"), tables.version);
        let mut faults = kind.map_or_else(Vec::new, |kind| validate_in(object, kind, tables));
        let misspelt: Vec<bool> = faults.iter().map(|fault| is_misspelt(fault, &faults)).collect();
        let mut misspelt = misspelt.into_iter();
        faults.retain(|_| !misspelt.next().unwrap_or_default());
        Self { faults, breaches: find_breaches(object, tables.version) }
    }
}

impl Lowering<'_> {
    /// Checks each object against the fields and the rules of the Kubernetes version that is built for. Once there is an error, what
    /// is missing may have been lost to it, and types may be those of what was lost.
    pub(super) fn check_objects(&mut self, objects: &[Object]) {
        let is_whole = !self.diagnostics.has_errors();
        let tables = self.world.kubernetes;
        let find = |object: &Object| Findings::of(&object.root.to_json(), tables);
        let found = in_parallel(objects.iter().collect(), find);
        for (object, findings) in objects.iter().zip(found) {
            for breach in findings.breaches {
                if is_whole || breach.gravity == Gravity::Present {
                    self.rule_broken(&breach, &object.root);
                }
            }
            if is_whole {
                self.check_version(object);
                for fault in &findings.faults {
                    self.refused_by_kubernetes(object, fault);
                }
            }
        }
    }

    fn check_version(&mut self, object: &Object) {
        let version = self.world.kubernetes.version;
        let (api_version, kind) = (object.key.gvk.api_version(), object.key.gvk.kind());
        if find_kind(&api_version, kind, version).is_none() {
            let versions = kind_versions(&api_version, kind);
            if !versions.is_empty() {
                self.kind_of_other_version(object, (version, &versions));
            }
        }
    }
}

/// Tells whether the missing field is there under a name that is near to its own, which is told already.
fn is_misspelt(fault: &Fault, faults: &[Fault]) -> bool {
    let FaultKind::Missing { field } = &fault.kind else { return false };
    faults.iter().filter(|other| matches!(other.kind, FaultKind::UnknownField { .. })).any(|other| {
        let mut holder = other.path.clone();
        let key = holder.pop();
        holder == fault.path && key.is_some_and(|key| nearest(&key, [*field]).is_some())
    })
}

/// The place of the key at fault, or of the value.
pub(super) fn place_of(root: &Node, (path, place): (&Pointer, Place)) -> Span {
    let mut above = path.clone();
    let last = above.pop();
    let holder = tree::find_nearest(root, &above);
    let entry = last.and_then(|last| holder.as_mapping()?.entry(&last));
    match (place, entry) {
        (Place::Key, Some(entry)) => entry.key.span,
        (Place::Key, None) | (Place::Value, _) => tree::find_nearest(root, path).span,
    }
}
