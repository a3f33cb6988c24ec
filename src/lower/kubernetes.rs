//! Whether Kubernetes knows every field of the objects: the last check, on what is written out.

use crate::bundle::Object;
use crate::diagnostic::nearest;
use crate::k8s::fields::find_kind;
use crate::k8s::fields::kind_versions;
use crate::k8s::validate::Fault;
use crate::k8s::validate::FaultKind;
use crate::k8s::validate::Place;
use crate::k8s::validate::validate_in;
use crate::lower::Lowering;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Checks each object of a built-in kind against the fields of the Kubernetes version that is built for.
    pub(super) fn check_fields(&mut self, objects: &[Object]) {
        let tables = self.world.kubernetes;
        let version = tables.version;
        for object in objects {
            let (api_version, kind) = (object.key.gvk.api_version(), object.key.gvk.kind());
            let Some(name) = find_kind(&api_version, kind, version) else {
                let versions = kind_versions(&api_version, kind);
                if !versions.is_empty() {
                    self.kind_of_other_version(object, (version, &versions));
                }
                continue;
            };
            let faults = validate_in(&object.root.to_json(), name, tables);
            for fault in faults.iter().filter(|fault| !is_misspelt(fault, &faults)) {
                self.refused_by_kubernetes(object, fault, place_of(&object.root, fault));
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
fn place_of(root: &Node, fault: &Fault) -> Span {
    let mut above = fault.path.clone();
    let last = above.pop();
    let holder = tree::find_nearest(root, &above);
    let entry = last.and_then(|last| holder.as_mapping()?.entry(&last));
    match (fault.place, entry) {
        (Place::Key, Some(entry)) => entry.key.span,
        (Place::Key, None) | (Place::Value, _) => tree::find_nearest(root, &fault.path).span,
    }
}
