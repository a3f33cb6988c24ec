//! What Kubernetes' API server refuses beyond the types of fields: `kubernetes v1.33 pkg/apis/{core,apps,batch,autoscaling,policy}/validation`.
//! Types are not looked at: a value of another type is passed over here, since [`crate::k8s::validate`] tells it.

mod affinity;
mod breach;
mod claim;
mod container;
mod cursor;
mod environment;
mod metadata;
mod network;
mod pod;
mod probe;
mod resources;
mod rollout;
mod scaling;
mod security;
mod selector;
mod service;
mod task;
mod volume;

pub use breach::Breach;
pub use breach::Gravity;

use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::pod::Owner;
use crate::k8s::version::MinorVersion;
use serde_json::Value;

/// Finds the rules that an object of one of Kubernetes' own kinds breaks, or of a Karmada kind that is made like one of them; in the
/// order of the rules, not of the object. Other objects break none.
#[must_use]
pub fn find_breaches(object: &Value, version: MinorVersion) -> Vec<Breach> {
    let mut found = Vec::new();
    let root = Cursor::root(object);
    let (Some(api_version), Some(kind)) = (root.text("apiVersion"), root.text("kind")) else { return found };
    metadata::check_name(&root, (api_version, kind), &mut found);
    metadata::check(&root, &mut found);
    let Some(spec) = root.get("spec") else { return found };
    match (api_version, kind) {
        ("v1", "Pod") => pod::check_spec(&spec, (Owner::Nobody, version), &mut found),
        ("apps/v1", "Deployment") => rollout::check_deployment(&spec, &mut found),
        ("apps/v1", "StatefulSet") => rollout::check_stateful_set(&root, &spec, &mut found),
        ("apps/v1", "DaemonSet") => rollout::check_daemon_set(&spec, &mut found),
        ("batch/v1", "Job") => {
            task::check_indexed_name(&root, &spec, &mut found);
            task::check_job(&spec, &mut found);
        }
        ("batch/v1", "CronJob") => task::check_cron_job(&root, &spec, &mut found),
        ("v1", "Service") => service::check(&root, &spec, &mut found),
        ("v1", "PersistentVolumeClaim") => claim::check(&spec, &mut found),
        ("autoscaling/v2", "HorizontalPodAutoscaler")
        | ("autoscaling.karmada.io/v1alpha1", "FederatedHPA") => scaling::check_autoscaler(&spec, &mut found),
        ("policy/v1", "PodDisruptionBudget") => scaling::check_budget(&spec, &mut found),
        _ => {}
    }
    check_pods(&spec, (api_version, kind, version), &mut found);
    found
}

/// Checks the pods that a workload makes.
fn check_pods(
    spec: &Cursor<'_>,
    (api_version, kind, version): (&str, &str, MinorVersion),
    found: &mut Vec<Breach>,
) {
    let owner = match (api_version, kind) {
        ("apps/v1", "Deployment") => Owner::Lasting("Deployment"),
        ("apps/v1", "StatefulSet") => Owner::Lasting("StatefulSet"),
        ("apps/v1", "DaemonSet") => Owner::Lasting("DaemonSet"),
        ("apps/v1", "ReplicaSet") => Owner::Lasting("ReplicaSet"),
        ("batch/v1", "Job") => Owner::Task("Job"),
        ("batch/v1", "CronJob") => Owner::Task("CronJob"),
        _ => return,
    };
    let job = spec.get("jobTemplate");
    if let Some(job) = &job {
        metadata::check(job, found);
    }
    let job_spec = job.as_ref().and_then(|job| job.get("spec"));
    if let Some(template) = job_spec.as_ref().unwrap_or(spec).get("template") {
        pod::check_template(&template, (owner, version), found);
    }
}
