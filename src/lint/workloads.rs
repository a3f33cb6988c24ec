//! What a policy that divides replicas, or copies them, means for the workloads at hand.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::replicas::interpret;
use crate::karmada::version::KarmadaVersion;
use crate::lint::claims::is_divided;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::picks::picked;
use crate::lint::words::count;
use crate::lint::world::Policy;
use crate::lint::world::World;
use serde_json::Value as Json;

const SCHEDULING: &str = "/spec/placement/replicaScheduling";

/// Kinds that have no replicas for Karmada to divide, though they make pods.
const WITHOUT_REPLICAS: &[(&str, &str)] =
    &[("apps", "DaemonSet"), ("batch", "CronJob"), ("helm.toolkit.fluxcd.io", "HelmRelease")];

/// Reports `divided-stateful-set`, `divided-indexed-job`, `job-completions-swapped`, `runs-in-every-cluster`, and
/// `duplicated-by-default`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for index in 0..world.objects.len() {
        let object = world.object(index);
        // Of an App's own policy the same is told where the App is compiled.
        let is_told = |policy: &&Policy<'_, PropagationSpec>| policy.object.author == Author::User;
        let Some(policy) = world.policy_of(index).filter(is_told) else { continue };
        let found = Found { policy, object };
        let told = match (object.group(), object.kind) {
            ("apps", "StatefulSet") if is_divided(policy) => Some(found.stateful_set()),
            ("batch", "Job") if is_divided(policy) => found.job(world.karmada),
            kind if is_divided(policy) && WITHOUT_REPLICAS.contains(&kind) => {
                (!has_replicas(world, policy)).then(|| found.runs_everywhere())
            }
            _ if has_scheduling(policy) => None,
            _ => found.duplicated(world),
        };
        if let Some(diagnostic) = told {
            diagnostics.report(diagnostic);
        }
    }
}

fn has_scheduling(policy: &Policy<'_, PropagationSpec>) -> bool {
    policy.spec.placement.as_ref().is_some_and(|placement| placement.replica_scheduling.is_some())
}

/// Whether a policy selects anything that it can divide.
fn has_replicas(world: &World<'_>, policy: &Policy<'_, PropagationSpec>) -> bool {
    policy.selected().into_iter().any(|index| replicas_of(world.object(index)).is_some())
}

/// The replicas of a workload, as Karmada reads them.
fn replicas_of(object: &Object<'_>) -> Option<i32> {
    let replicas = interpret(&object.json).ok()?;
    replicas.kind.map(|_| replicas.replicas)
}

struct Found<'w, 'a> {
    policy: &'w Policy<'a, PropagationSpec>,
    object: &'w Object<'a>,
}

impl Found<'_, '_> {
    fn stateful_set(&self) -> Diagnostic {
        let message = format!("the replicas of {} are divided", self.object.title());
        Diagnostic::new(codes::DIVIDED_STATEFUL_SET, self.policy.object.key(SCHEDULING), message)
            .with_secondary(self.object.at(), "each cluster counts its pods from 0")
            .with_note(format!(
                "there will be a pod `{}-0` in every cluster that gets a replica, each with claims of its own",
                self.object.name
            ))
            .with_help("use `Duplicated`, or a StatefulSet for each cluster, unless the pods do not care")
    }

    fn job(&self, karmada: Option<KarmadaVersion>) -> Option<Diagnostic> {
        let spec = self.object.json.get("spec")?;
        if spec.get("completionMode").and_then(Json::as_str) == Some("Indexed") {
            return Some(self.indexed_job());
        }
        let is_shared = spec.get("completions").and_then(Json::as_i64).is_some_and(|number| number > 1);
        let is_old = karmada.is_some_and(|karmada| karmada < KarmadaVersion::NEWEST);
        (is_shared && is_old).then(|| self.swapped_job())
    }

    fn indexed_job(&self) -> Diagnostic {
        let message =
            format!("the indexes of {} are divided, and each cluster counts from 0", self.object.title());
        Diagnostic::new(codes::DIVIDED_INDEXED_JOB, self.policy.object.key(SCHEDULING), message)
            .with_secondary(self.object.span("/spec/completionMode"), "the indexes")
            .with_note("the first indexes run several times, and the last ones never")
            .with_help("use `Duplicated`, and pick one cluster")
    }

    /// *Source*: karmada pull request 7387, in 1.17.2 by pull request 7397.
    fn swapped_job(&self) -> Diagnostic {
        let message = format!("clusters may get each other's completions of {}", self.object.title());
        Diagnostic::new(codes::JOB_COMPLETIONS_SWAPPED, self.policy.object.key(SCHEDULING), message)
            .with_secondary(self.object.span("/spec/completions"), "these are divided too")
            .with_note(
                "before 1.17.2, Karmada pairs clusters and completions by their place in two lists of different order",
            )
            .with_help("update Karmada, or use `Duplicated` and pick one cluster")
    }

    fn runs_everywhere(&self) -> Diagnostic {
        let message = format!("{} is not divided: it runs in every cluster", self.object.title());
        let note = format!("a {} has no replicas for Karmada to divide", self.object.kind);
        Diagnostic::new(codes::RUNS_IN_EVERY_CLUSTER, self.policy.object.key(SCHEDULING), message)
            .with_secondary(self.object.at(), "the workload")
            .with_note(note)
            .with_help("leave `replicaScheduling` out, and pick the clusters that it shall run in")
    }

    fn duplicated(&self, world: &World<'_>) -> Option<Diagnostic> {
        let replicas = replicas_of(self.object).filter(|replicas| *replicas > 0)?;
        let placement = self.policy.spec.placement.clone().unwrap_or_default();
        let clusters = picked(world.inventory, &placement).map(|clusters| clusters.len());
        if clusters == Some(1) {
            return None;
        }
        let replicas = usize::try_from(replicas).ok()?;
        let message = format!("each cluster gets all replicas of {}", self.object.title());
        let total = clusters.map(|clusters| {
            format!("on {} that is {} in all", count(clusters, "cluster"), replicas.saturating_mul(clusters))
        });
        let shown = count(replicas, "replica");
        let diagnostic =
            Diagnostic::new(codes::DUPLICATED_BY_DEFAULT, self.policy.object.key("/spec/placement"), message)
                .with_secondary(self.object.span("/spec/replicas"), shown)
                .with_note("without `replicaScheduling` Karmada copies a workload as it is");
        let help = "write `replicaScheduling: {replicaSchedulingType: Duplicated}`, or how to divide them";
        Some(total.map_or(diagnostic.clone(), |total| diagnostic.with_note(total)).with_help(help))
    }
}
