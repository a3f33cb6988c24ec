//! What depends on the release of Karmada that is built for.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::karmada::dispenser::Claim;
use crate::karmada::dispenser::dispense;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::division::divide;
use crate::karmada::policy::placement::Toleration;
use crate::karmada::version::DEFAULT_TOLERATIONS_DROPPED;
use crate::karmada::version::DEFAULT_TOLERATIONS_SINCE;
use crate::karmada::version::DELETION_PROTECTION_SINCE;
use crate::karmada::version::KarmadaVersion;
use crate::karmada::version::SERVICE_CLUSTERS_SINCE;
use crate::karmada::version::WEBSTER_DIVISION;
use crate::karmada::version::first_release;
use crate::karmada::version::first_release_of_kind;
use crate::lower::Lowering;
use crate::lower::service_rules::NETWORKING;
use crate::source::Span;
use crate::spec::Placement;
use crate::spec::Suspension;
use crate::spec::propagation::Propagation;
use crate::spec::service::MultiCluster;

impl Lowering<'_> {
    /// Tells whether the target knows a field of a policy.
    pub(super) fn knows(&self, path: &str) -> bool {
        first_release(path) <= self.world.karmada
    }

    /// Reports each key of `propagation` that becomes a field which the target does not have.
    pub(super) fn check_releases(&mut self, written: &Propagation) {
        let is_suspended = |suspension: &Suspension| !matches!(suspension, Suspension::Everywhere(false));
        let failover = written.failover.as_ref();
        let keys: [(&str, &str, Option<Span>); 10] = [
            ("priority", "spec.priority", written.priority.map(|keyed| keyed.key)),
            ("preemption", "spec.preemption", written.preemption.map(|keyed| keyed.key)),
            (
                "conflictResolution",
                "spec.conflictResolution",
                written.conflict_resolution.map(|keyed| keyed.key),
            ),
            (
                "adopt",
                "spec.conflictResolution",
                written.adopt.filter(|keyed| keyed.value.value).map(|keyed| keyed.key),
            ),
            (
                "schedulePriority",
                "spec.schedulePriority",
                written.schedule_priority.as_ref().map(|keyed| keyed.key),
            ),
            ("activation", "spec.activationPreference", written.activation.map(|keyed| keyed.key)),
            (
                "suspend",
                "spec.suspension",
                written.suspend.as_ref().filter(|keyed| is_suspended(&keyed.value)).map(|keyed| keyed.key),
            ),
            (
                "preserveOnDeletion",
                "spec.preserveResourcesOnDeletion",
                written.preserve_on_deletion.map(|keyed| keyed.key),
            ),
            ("failover", "spec.failover.application", failover.map(|failover| failover.at)),
            (
                "failover.cluster",
                "spec.failover.cluster",
                failover
                    .filter(|_| self.knows("spec.failover"))
                    .and_then(|failover| Some(failover.cluster.as_ref()?.at)),
            ),
        ];
        for (key, path, at) in keys {
            if let Some(at) = at {
                self.check_release(key, first_release(path), at);
            }
        }
        if let Some(protection) = written.deletion_protection.filter(|protection| protection.value.value) {
            self.check_release("deletionProtection", DELETION_PROTECTION_SINCE, protection.key);
        }
    }

    /// Reports each key of the placement that becomes a field which the target does not have.
    pub(super) fn check_releases_of_placement(&mut self, written: &Placement) {
        if let Some(groups) = written.groups.as_ref().filter(|groups| !groups.value.0.is_empty()) {
            self.check_release("groups", first_release("spec.placement.clusterAffinities"), groups.key);
        }
        let overflow = written.groups().filter_map(|(_, group)| group.overflow.as_ref());
        for overflow in overflow.filter(|overflow| !overflow.value.is_empty()) {
            let since = first_release("spec.placement.clusterAffinities.overflowAffinities");
            self.check_release("overflow", since, overflow.key);
        }
        if let Some(affinity) = &written.workload_affinity {
            let since = first_release("spec.placement.workloadAffinity");
            self.check_release("workloadAffinity", since, affinity.key);
        }
    }

    /// Reports a kind of Karmada that the target does not have, at the place that asks for it.
    pub(super) fn check_kind_release(&mut self, (group, kind): (&str, &str), at: Span) {
        let since = first_release_of_kind(group, kind);
        if self.is_newer(since) {
            self.needs_release(&format!("has no {kind}"), since, at);
        }
    }

    /// Reports what of a Service that reaches other clusters the target does not have: the kind, or else its lists of clusters.
    pub(super) fn check_service_release(&mut self, written: &MultiCluster) {
        let kind = (NETWORKING, "MultiClusterService");
        if self.is_newer(first_release_of_kind(kind.0, kind.1)) {
            self.check_kind_release(kind, written.at);
            return;
        }
        let lists = [
            ("providerClusters", &written.provider_clusters),
            ("consumerClusters", &written.consumer_clusters),
        ];
        for (key, clusters) in lists {
            if let Some(first) = clusters.first() {
                self.check_release(key, SERVICE_CLUSTERS_SINCE, first.0.span);
            }
        }
    }

    fn check_release(&mut self, key: &str, since: KarmadaVersion, at: Span) {
        if self.is_newer(since) {
            self.needs_release(&format!("does not know `{key}`"), since, at);
        }
    }

    fn is_newer(&self, since: KarmadaVersion) -> bool {
        since > self.world.karmada
    }

    fn needs_release(&mut self, lack: &str, since: KarmadaVersion, at: Span) {
        let message = format!("Karmada {} {lack}", self.world.karmada);
        self.diagnostics.report(
            Diagnostic::new(codes::NEWER_FIELD, at, message)
                .with_note(format!("it comes with Karmada {since}")),
        );
    }

    /// Adds the tolerations that the webhook of the target would add, so that nothing changes on the way in.
    ///
    /// Source: karmada v1.3 to v1.14 `pkg/util/helper/taint.go` `AddTolerations`.
    pub(super) fn add_default_tolerations(&self, tolerations: &mut Vec<Toleration>) {
        let target = self.world.karmada;
        if target < DEFAULT_TOLERATIONS_SINCE || target >= DEFAULT_TOLERATIONS_DROPPED {
            return;
        }
        for key in ["cluster.karmada.io/not-ready", "cluster.karmada.io/unreachable"] {
            let added = Toleration {
                key: key.to_owned(),
                operator: "Exists".to_owned(),
                value: String::new(),
                effect: "NoExecute".to_owned(),
                toleration_seconds: Some(300),
            };
            let is_same = |known: &Toleration| {
                Toleration { toleration_seconds: None, ..known.clone() }
                    == Toleration { toleration_seconds: None, ..added.clone() }
            };
            if !tolerations.iter().any(is_same) {
                tolerations.push(added);
            }
        }
    }

    /// Tells whether the target's own division gives each cluster exactly its weight.
    pub(super) fn divides_exactly(&self, seats: i32, votes: &[(&str, i64)]) -> bool {
        let is_exact = |targets: &[TargetCluster]| {
            let replicas =
                |name: &str| targets.iter().find(|target| target.name == name).map(|target| target.replicas);
            votes.iter().all(|(name, votes)| replicas(name).map(i64::from) == Some(*votes))
        };
        if self.world.karmada < WEBSTER_DIVISION {
            let claims = votes.iter().map(|(name, weight)| Claim {
                name: (*name).to_owned(),
                weight: *weight,
                previous: 0,
            });
            return dispense(seats, claims.collect())
                .is_ok_and(|dispensed| dispensed.drawn.is_none() && is_exact(&dispensed.targets));
        }
        [Direction::Ascending, Direction::Descending]
            .into_iter()
            .all(|direction| divide(seats, votes, direction).is_ok_and(|targets| is_exact(&targets)))
    }
}
