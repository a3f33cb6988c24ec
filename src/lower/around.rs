//! Where the objects go that have no replicas, when the workload does not go to every cluster of the placement.
//!
//! Karmada chooses clusters for each object by itself. A Service needs no room: of several groups it always gets the first, it never
//! gets to the clusters that a group overflows into, and under a spread it gets the clusters that come first by name. So it would
//! miss the workload; instead, it goes to every cluster that the workload may go to.
//!
//! *Source*: karmada f8fdd02 `pkg/scheduler/core/common.go`, `pkg/scheduler/framework/plugins/clusteraffinity/cluster_affinity.go`.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::placement::SpreadField;
use crate::karmada::replicas::WorkloadKind;
use crate::karmada::union::unite;
use crate::lower::Lowering;
use crate::lower::placement::Placed;
use crate::lower::placement::duplicated;
use crate::lower::selection::Selection;
use crate::lower::spread::UNBOUNDED;
use serde_json::json;

impl Placed {
    /// Tells whether Karmada may choose some of the clusters, and others for another object.
    pub(super) fn is_choice(&self) -> bool {
        let placement = &self.placement;
        let groups = &placement.cluster_affinities;
        let is_bounded = placement.spread_constraints.iter().any(|constraint| {
            constraint.spread_by_field != Some(SpreadField::Cluster) || constraint.max_groups < UNBOUNDED
        });
        is_bounded
            || groups.len() > 1
            || groups.iter().any(|group| !group.overflow_affinities.is_empty())
            || placement.workload_affinity.is_some()
    }
}

impl Lowering<'_> {
    /// The placement of what goes wherever the workload may go.
    pub(super) fn place_around(&mut self, placed: &Placed) -> Placement {
        Placement {
            cluster_affinity: self.all_clusters(placed),
            cluster_tolerations: placed.placement.cluster_tolerations.clone(),
            replica_scheduling: Some(duplicated()),
            ..Placement::default()
        }
    }

    /// All clusters that the placement may pick: by what picks them where that can be said at once, else by the names
    /// that the Fleet has now. Nothing stands for every cluster.
    fn all_clusters(&mut self, placed: &Placed) -> Option<ClusterAffinity> {
        let groups = &placed.placement.cluster_affinities;
        if groups.is_empty() {
            return placed.placement.cluster_affinity.clone();
        }
        let affinities = groups.iter().flat_map(|group| {
            let overflow = group.overflow_affinities.iter().map(|overflow| &overflow.affinity);
            std::iter::once(&group.affinity).chain(overflow)
        });
        let united = unite(affinities).or_else(|| match &placed.selection {
            Selection::Known(names) => {
                let cluster_names = names.iter().cloned().collect();
                Some(ClusterAffinity { cluster_names, ..ClusterAffinity::default() })
            }
            Selection::AtMost(_) | Selection::AnyBut(_) => None,
        });
        if united.is_none() {
            self.groups_need_fleet(placed.at);
        }
        united.filter(|affinity| *affinity != ClusterAffinity::default())
    }
}

/// Tells whether the placement is meant for the object: the workload, and whatever else has replicas.
pub(super) fn has_replicas(object: &Object) -> bool {
    let gvk = &object.key.gvk;
    let identity = json!({ "apiVersion": gvk.api_version(), "kind": gvk.kind() });
    object.role == Role::Workload || WorkloadKind::of(&identity).is_some()
}
