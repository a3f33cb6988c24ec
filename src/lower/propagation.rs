//! How Karmada carries the objects: what the policies say of that.

use crate::diagnostic::nearest;
use crate::ir::Policy;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::failover::ApplicationFailover;
use crate::karmada::policy::failover::ApplicationPurgeMode;
use crate::karmada::policy::failover::ClusterFailover;
use crate::karmada::policy::failover::ClusterPurgeMode;
use crate::karmada::policy::failover::DecisionConditions;
use crate::karmada::policy::failover::Failover;
use crate::karmada::policy::propagation::ActivationPreference;
use crate::karmada::policy::propagation::ConflictResolution;
use crate::karmada::policy::propagation::Preemption;
use crate::karmada::policy::propagation::PriorityClassSource;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::policy::propagation::SchedulePriority;
use crate::karmada::policy::propagation::SuspendedClusters;
use crate::karmada::policy::propagation::Suspension;
use crate::karmada::version::PURGE_MODES_RENAMED;
use crate::lower::Lowering;
use crate::lower::hook::is_hook;
use crate::lower::placement::Placed;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec;
use crate::spec::Dependencies;
use crate::spec::PlacementChoice;
use crate::spec::Strategy;
use crate::spec::propagation as written;
use std::collections::BTreeMap;

/// Where a policy says where objects go.
const PLACEMENT: &str = "/spec/placement";

/// The name of Karmada's own scheduler.
const SCHEDULER: &str = "default-scheduler";

/// How long an unhealthy application waits: karmada f8fdd02 `policy.karmada.io_propagationpolicies.yaml`.
const TOLERATION_SECONDS: i64 = 300;
/// How long Gracefully waits: karmada f8fdd02 `pkg/util/helper/policy.go` `SetDefaultGracePeriodSeconds`.
const GRACE_PERIOD_SECONDS: i64 = 600;

impl Lowering<'_> {
    /// How `ConfigMaps`, Secrets and the like follow the workload.
    pub(super) fn dependencies_choice(&self) -> Dependencies {
        let propagation = self.app.spec.propagation.as_ref();
        let choice = propagation.and_then(|propagation| propagation.dependencies);
        choice.map_or(Dependencies::Auto, |choice| choice.value)
    }

    /// The place that says that other policies carry the objects, where one does.
    pub(super) fn external_policies(&self) -> Option<Span> {
        let external = self.app.spec.propagation.as_ref()?.external?;
        external.value.then_some(external.span)
    }

    /// A scheduler of one's own may have any name but one that is nearly that of Karmada's.
    pub(super) fn check_scheduler(&mut self) {
        let written = self.app.spec.propagation.as_ref().and_then(|written| written.scheduler_name.as_ref());
        let Some(name) = written.filter(|name| name.value != SCHEDULER) else { return };
        if name.value.is_empty() || name.value == "default" || nearest(&name.value, [SCHEDULER]).is_some() {
            self.scheduler_near_miss((&name.value, name.span), SCHEDULER);
        }
    }

    /// What would shape the policy that the App does not write.
    pub(super) fn check_external_policies(&mut self, external: Span) {
        let app = self.app;
        let placement = self.placement_parts().first().map(|(_, at)| *at);
        let shapes = app.spec.propagation.as_ref().filter(|propagation| propagation.shapes_policy());
        if let Some(other) = placement.or(shapes.map(|propagation| propagation.at)) {
            self.external_and_own_policy(external, other);
        }
    }

    /// Names the override policies that each policy waits for: those of its scope, karmada f8fdd02 `pkg/util/helper/policy.go`
    /// `IsDependentOverridesPresent`. Hooks are waited for by nobody, and wait for nobody: some come when the release is ready, which
    /// it would never be; and Helm creates the override policy of a hook before the hook.
    pub(super) fn wait_for_overrides(
        &self,
        policies: &mut [Policy<PropagationPolicy>],
        overrides: &[Policy<OverridePolicy>],
    ) {
        let written = self.app.spec.propagation.as_ref();
        if !written.and_then(|written| written.dependent_overrides).is_some_and(|keyed| keyed.value) {
            return;
        }
        let released: Vec<&Metadata> =
            overrides.iter().map(|other| &other.policy.metadata).filter(|other| !is_hook(other)).collect();
        for PropagationPolicy { metadata, spec, .. } in policies.iter_mut().map(|policy| &mut policy.policy) {
            if !is_hook(metadata) {
                let same = released.iter().filter(|other| other.namespace == metadata.namespace);
                spec.dependent_overrides = same.map(|other| other.name.clone()).collect();
            }
        }
    }

    /// The places of what causes the placement of a policy: its strategy, and each weight.
    pub(super) fn placement_parts(&self) -> Vec<(String, Span)> {
        let Some(PlacementChoice(choice)) = &self.app.spec.placement else { return Vec::new() };
        let at = choice.from.as_ref().map_or(choice.at, |from| from.span);
        let mut parts = vec![(PLACEMENT.to_owned(), at)];
        let Some(written) = self.written_placement() else { return parts };
        let scheduling = format!("{PLACEMENT}/replicaScheduling");
        parts.extend(written.strategy.map(|strategy| (scheduling.clone(), strategy.span)));
        let weights = written.weights.iter().map(|weight| weight.weight.span);
        let fixed = written.replicas.iter().filter(|(_, replicas)| replicas.value.get() > 0);
        for (index, span) in weights.chain(fixed.map(|(_, replicas)| replicas.span)).enumerate() {
            parts.push((format!("{scheduling}/weightPreference/staticWeightList/{index}"), span));
        }
        parts
    }

    /// The metadata of a policy: the App's labels and annotations, as on every object.
    pub(super) fn policy_metadata(&self, name: String, namespace: Option<&str>) -> Metadata {
        let metadata = &self.app.metadata;
        let app = (super::identity::APP_LABEL, Some(self.name()));
        let written = metadata
            .labels
            .iter()
            .map(|(key, value)| (key.value, value.as_ref().map(|value| value.0.as_str())));
        let labels: BTreeMap<&str, Option<&str>> = std::iter::once(app).chain(written).collect();
        let description = metadata.description.iter();
        let description =
            description.map(|text| (super::identity::DESCRIPTION.to_owned(), text.value.0.clone()));
        let annotations = super::identity::travelling(&metadata.annotations);
        let annotations = annotations.map(|(key, value)| (key.value.to_owned(), value.0.clone()));
        Metadata {
            name,
            namespace: namespace.map(str::to_owned),
            labels: labels
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
                .collect(),
            annotations: description.chain(annotations).collect(),
            ..Metadata::default()
        }
    }

    pub(super) fn propagation_spec(&mut self, placed: &Placed) -> PropagationSpec {
        let app = self.app;
        let written = app.spec.propagation.as_ref();
        if let Some(written) = written {
            self.check_releases(written);
        }
        let adopt = written.and_then(|written| written.adopt).map(|adopt| adopt.value);
        let adopt = adopt.filter(|adopt| adopt.value);
        let resolution = written.and_then(|written| written.conflict_resolution);
        let resolution = resolution.map(|resolution| resolution.value);
        let abort = resolution.filter(|resolution| resolution.value == written::ConflictResolution::Abort);
        if let (Some(adopt), Some(abort)) = (adopt, abort) {
            self.adopt_and_abort(adopt.span, abort.span);
        }
        let overwrite = adopt.is_some()
            || resolution
                .is_some_and(|resolution| resolution.value == written::ConflictResolution::Overwrite);
        let resolution = if overwrite { ConflictResolution::Overwrite } else { ConflictResolution::Abort };
        let preemption = match written.and_then(|written| written.preemption).map(|keyed| keyed.value) {
            Some(written::Preemption::Always) => Preemption::Always,
            Some(written::Preemption::Never) | None => Preemption::Never,
        };
        let priority = written.and_then(|written| written.priority).map_or(0, |keyed| keyed.value.get());
        PropagationSpec {
            placement: Some(placed.placement.clone()),
            propagate_deps: self.dependencies_choice() == Dependencies::Auto,
            priority: i32::try_from(priority).ok().filter(|_| self.knows("spec.priority")),
            preemption: Some(preemption).filter(|_| self.knows("spec.preemption")),
            conflict_resolution: Some(resolution).filter(|_| self.knows("spec.conflictResolution")),
            activation_preference: written.and_then(|written| written.activation).map(|keyed| {
                match keyed.value {
                    written::Activation::Lazy => ActivationPreference::Lazy,
                }
            }),
            scheduler_name: written
                .and_then(|written| written.scheduler_name.as_ref())
                .map_or_else(|| SCHEDULER.to_owned(), |name| name.value.clone()),
            failover: self.failover(placed),
            suspension: self.suspension(placed),
            preserve_resources_on_deletion: written
                .and_then(|written| written.preserve_on_deletion)
                .map(|keyed| keyed.value),
            schedule_priority: written.and_then(|written| written.schedule_priority.as_ref()).map(|keyed| {
                SchedulePriority {
                    priority_class_source: PriorityClassSource::KubePriorityClass,
                    priority_class_name: keyed.value.as_str().to_owned(),
                }
            }),
            ..PropagationSpec::default()
        }
    }

    fn suspension(&mut self, placed: &Placed) -> Option<Suspension> {
        let app = self.app;
        match &app.spec.propagation.as_ref()?.suspend.as_ref()?.value {
            spec::Suspension::Everywhere(false) => None,
            spec::Suspension::Everywhere(true) => {
                Some(Suspension { dispatching: Some(true), dispatching_on_clusters: None })
            }
            spec::Suspension::Clusters(_, clusters) => {
                for cluster in clusters {
                    self.check_named_cluster(Spanned::new(cluster.value.as_str(), cluster.span), placed);
                }
                let cluster_names =
                    clusters.iter().map(|cluster| cluster.value.as_str().to_owned()).collect();
                let dispatching_on_clusters = Some(SuspendedClusters { cluster_names });
                Some(Suspension { dispatching: None, dispatching_on_clusters })
            }
        }
    }

    /// A cluster named outside of the placement must be in the Fleet and in the placement.
    pub(super) fn check_named_cluster(&mut self, name: Spanned<&str>, placed: &Placed) {
        match self.world.inventory {
            Some(inventory) if !inventory.clusters.contains_key(name.value) => {
                self.unknown_cluster(name, inventory);
            }
            Some(_) | None if placed.selection.leaves_out(name.value) => {
                self.outside_of_placement(name, placed);
            }
            Some(_) | None => {}
        }
    }

    fn failover(&mut self, placed: &Placed) -> Option<Failover> {
        let app = self.app;
        let written = app.spec.propagation.as_ref()?.failover.as_ref()?;
        if let Some(strategy @ (Strategy::Duplicated | Strategy::StaticWeight | Strategy::Fixed)) =
            placed.strategy
        {
            self.failover_needs_strategy(written.at, strategy);
        }
        let application = written.application.as_ref().map(|application| {
            if self.dependencies_choice() != Dependencies::Auto {
                self.failover_needs_dependencies(application.at);
            }
            self.application_failover(application)
        });
        let cluster = written.cluster.as_ref().map(|cluster| {
            let purge_mode = match cluster.purge_mode.map(|mode| mode.value) {
                Some(written::PurgeMode::Directly) => ClusterPurgeMode::Directly,
                Some(written::PurgeMode::Gracefully) | None => ClusterPurgeMode::Gracefully,
                Some(written::PurgeMode::Never) => {
                    if let Some(mode) = cluster.purge_mode {
                        self.purge_mode_of_cluster(mode.span);
                    }
                    ClusterPurgeMode::Gracefully
                }
            };
            ClusterFailover { purge_mode: Some(purge_mode), state_preservation: None }
        });
        Some(Failover { application, cluster })
    }

    fn application_failover(&mut self, written: &written::ApplicationFailover) -> ApplicationFailover {
        let is_renamed = self.world.karmada >= PURGE_MODES_RENAMED;
        let mode = written.purge_mode.map_or(written::PurgeMode::Gracefully, |mode| mode.value);
        let purge_mode = match (mode, is_renamed) {
            (written::PurgeMode::Directly, true) => ApplicationPurgeMode::Directly,
            (written::PurgeMode::Directly, false) => ApplicationPurgeMode::Immediately,
            (written::PurgeMode::Gracefully, true) => ApplicationPurgeMode::Gracefully,
            (written::PurgeMode::Gracefully, false) => ApplicationPurgeMode::Graciously,
            (written::PurgeMode::Never, _) => ApplicationPurgeMode::Never,
        };
        let is_graceful = mode == written::PurgeMode::Gracefully;
        if let Some(period) = written.grace_period_seconds.filter(|_| !is_graceful) {
            self.grace_period_without_gracefully(period.span);
        }
        let seconds = |number: i64| i32::try_from(number).ok();
        let tolerated = written.toleration_seconds.map_or(TOLERATION_SECONDS, |written| written.value.get());
        let grace = written.grace_period_seconds.map_or(GRACE_PERIOD_SECONDS, |period| period.value.get());
        ApplicationFailover {
            decision_conditions: DecisionConditions { toleration_seconds: seconds(tolerated) },
            purge_mode: Some(purge_mode),
            grace_period_seconds: seconds(grace).filter(|_| is_graceful),
            state_preservation: None,
        }
    }
}
