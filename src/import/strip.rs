//! Takes away what a server or a tool wrote into an object, and nobody would write by hand.

use crate::yaml::Node;
use crate::yaml::Value;

/// What the API server sets in the metadata of each object: karmada f8fdd02 `pkg/karmadactl/promote` and
/// `pkg/resourceinterpreter/default/native/prune` take away the same.
const METADATA: &[&str] = &[
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
    "ownerReferences",
    "finalizers",
];

/// The object without what the server set.
pub(super) fn strip(root: &Node) -> Node {
    let mut root = root.clone();
    let Value::Mapping(object) = &mut root.value else { return root };
    object.remove("status");
    if let Some(Value::Mapping(metadata)) = object.get_mut("metadata").map(|metadata| &mut metadata.value) {
        for key in METADATA {
            metadata.remove(key);
        }
    }
    root
}
