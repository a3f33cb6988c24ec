//! Autoscalers whose replicas Karmada would write over.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::lint::claims::is_divided;
use crate::lint::object::Object;
use crate::lint::world::World;
use crate::lint::world::is_same_namespace;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The label that makes Karmada keep the replicas that it finds in a cluster.
const RETAIN_LABEL: &str = "resourcetemplate.karmada.io/retain-replicas";

/// Reports `autoscaler-and-division`.
///
/// *Source*: karmada f8fdd02 `pkg/util/constants.go` `RetainReplicasLabel`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for index in 0..world.objects.len() {
        let scaler = world.object(index);
        let is_scaler = scaler.group() == "autoscaling" && scaler.kind == "HorizontalPodAutoscaler";
        if !is_scaler || world.claims(index).is_empty() {
            continue;
        }
        let Some(target) = find_target(world, scaler) else { continue };
        let object = world.object(target);
        let Some(policy) = world.policy_of(target).filter(|policy| is_divided(policy)) else { continue };
        if object.label(RETAIN_LABEL) == Some("true") {
            continue;
        }
        let message = format!("the autoscaler and Karmada both set the replicas of {}", object.title());
        diagnostics.report(
            Diagnostic::new(
                codes::AUTOSCALER_AND_DIVISION,
                scaler.span("/spec/scaleTargetRef/name"),
                message,
            )
            .with_secondary(policy.object.key("/spec/placement/replicaScheduling"), "Karmada divides them")
            .with_secondary(object.at(), "the workload")
            .with_note("in each cluster the autoscaler changes the number, and Karmada changes it back")
            .with_help(format!(
                "add the label `{RETAIN_LABEL}: \"true\"` to the workload, or use a FederatedHPA"
            )),
        );
    }
}

fn find_target(world: &World<'_>, scaler: &Object<'_>) -> Option<usize> {
    let reference = scaler.json.get("spec")?.get("scaleTargetRef")?;
    let text = |field: &str| reference.get(field).and_then(Json::as_str);
    let is_meant = |index: &&usize| {
        let object = world.object(**index);
        text("apiVersion").is_none_or(|version| version == object.api_version)
            && is_same_namespace(object.namespace, scaler.namespace)
    };
    world.named(text("kind")?, text("name")?).iter().find(is_meant).copied()
}

/// The objects whose replicas an autoscaler of Karmada's own sets, so that those that are written are the first ones only.
pub(super) fn find_federated(world: &World<'_>) -> BTreeSet<usize> {
    let is_federated = |scaler: &&Object<'_>| {
        scaler.group() == "autoscaling.karmada.io"
            && matches!(scaler.kind, "FederatedHPA" | "CronFederatedHPA")
    };
    world.objects.iter().filter(is_federated).filter_map(|scaler| find_target(world, scaler)).collect()
}
