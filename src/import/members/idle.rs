//! Workloads without replicas, which Karmada sends nowhere.

use crate::import::Original;
use crate::import::strip::find_mut;
use crate::import::strip::mapping;
use crate::karmada::replicas::WorkloadKind;
use crate::karmada::replicas::defaults::add_defaults;
use crate::karmada::replicas::interpret;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Entry;

/// Tells whether Karmada chooses no cluster for an object: karmada f8fdd02 `pkg/scheduler/core/common.go` `AssignReplicas`, and
/// `util.go` `removeZeroReplicasCluster`.
pub(super) fn is_idle(object: &Original) -> bool {
    let mut template = object.template();
    add_defaults(&mut template);
    interpret(&template)
        .is_ok_and(|found| found.kind.is_some() && found.replicas <= 0 && found.requirements.is_some())
}

/// The same object with one replica, so that it goes to clusters, where an override takes the replica away.
pub(super) fn with_replica(object: &Original) -> Option<Original> {
    let field = match WorkloadKind::of(&object.template())? {
        WorkloadKind::Job | WorkloadKind::BroadcastJob | WorkloadKind::Workflow => "parallelism",
        WorkloadKind::Deployment
        | WorkloadKind::ReplicaSet
        | WorkloadKind::StatefulSet
        | WorkloadKind::Pod
        | WorkloadKind::CloneSet
        | WorkloadKind::AdvancedStatefulSet => "replicas",
    };
    let mut object = object.clone();
    let spec = find_mut(&mut object.root, &["spec"]).and_then(mapping)?;
    let key = Spanned::new(field.to_owned(), object.at);
    spec.insert(Entry { key, value: tree::integer(object.at, 1) });
    Some(object)
}
