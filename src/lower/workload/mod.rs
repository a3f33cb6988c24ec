//! The workload: its object, from whichever kind the App has.

mod stateful;
mod task;

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::APP_LABEL;
use crate::lower::identity::Identity;
use crate::schema::Rest;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::PodOwner;
use crate::spec::Strategy;
use crate::spec::Workload;
use crate::spec::WorkloadKind;
use crate::spec::workload::Replicas;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Generates the workload, where the App has one.
    pub(super) fn lower_workload(&mut self) -> Option<Object> {
        let app = self.app;
        let workloads = app.spec.workloads();
        let (workload, others) = workloads.split_first()?;
        for other in others {
            self.second_workload(*other, *workload);
        }
        let owner = workload.owner();
        let identity = Identity {
            api_version: workload.kind().api_version(),
            kind: workload.kind().name(),
            name: app.metadata.name.value.as_str(),
            at: self.at(),
            labels: &owner.labels,
            annotations: &owner.annotations,
        };
        let mut object = self.start_object(&identity);
        let spec = match workload {
            Workload::Deployment(deployment) => {
                let mut spec = tree::Map::new(owner.at);
                spec.set("replicas", self.replicas(deployment.replicas, owner.at));
                set_boolean(&mut spec, "paused", deployment.paused);
                self.finish_spec(*workload, spec)
            }
            Workload::StatefulSet(stateful_set) => self.stateful_set_spec(*workload, stateful_set),
            Workload::DaemonSet(_) => self.finish_spec(*workload, tree::Map::new(owner.at)),
            Workload::Job(job) => {
                self.check_task(&job.task, WorkloadKind::Job);
                let mut spec = self.task_spec(&job.task);
                set_boolean(&mut spec, "suspend", job.suspend);
                self.finish_spec(*workload, spec)
            }
            Workload::CronJob(cron_job) => self.cron_job_spec(*workload, cron_job),
        };
        object.set("spec", spec.into_node());
        Some(self.finish_object(&identity, Role::Workload, object))
    }

    /// Adds the selector, the fields without sugar, and the pod template.
    fn finish_spec(&mut self, workload: Workload<'_>, mut spec: tree::Map) -> tree::Map {
        let rest = workload.rest();
        spec.set_some("selector", self.selector(workload));
        set_rest(&mut spec, rest, "selector");
        spec.set("template", self.lower_pod_template(workload));
        spec
    }

    /// The replicas that are written; with Fixed, their sum; else one.
    fn replicas(&self, written: Option<Spanned<Replicas>>, at: Span) -> Node {
        match written {
            Some(replicas) => tree::integer(replicas.span, replicas.value.get()),
            None => self.fixed_total().unwrap_or_else(|| tree::integer(at, 1)),
        }
    }

    /// The sum of the replicas that Fixed gives to clusters.
    fn fixed_total(&self) -> Option<Node> {
        let placement = self.written_placement()?;
        placement.strategy.filter(|strategy| strategy.value == Strategy::Fixed)?;
        let total = placement.replicas.iter().map(|(_, replicas)| replicas.value.get()).sum();
        Some(tree::integer(placement.at, total))
    }

    fn selector(&mut self, workload: Workload<'_>) -> Option<Node> {
        let owner = workload.owner();
        let written = workload.rest().fields.iter().find(|(key, _)| key.value == "selector");
        if let Some((_, node)) = written {
            return Some(node.clone());
        }
        if !workload.kind().has_selector() {
            return None;
        }
        let labels = self.selected_labels(owner);
        Some(tree::Map::new(owner.at).with("matchLabels", labels?).into_node())
    }

    /// The labels that lead to the App's pods where nothing else is written.
    pub(super) fn selected_labels(&mut self, owner: &PodOwner) -> Option<Node> {
        let label = self.app_label(owner);
        if let Err(taken) = label {
            self.nothing_to_select_by(taken);
        }
        Some(tree::Map::new(owner.at).with(APP_LABEL, label.ok()?).into_node())
    }

    /// The value of the label `app` on the pods, or where it is taken away.
    pub(super) fn app_label(&self, owner: &PodOwner) -> Result<Node, Span> {
        let mut labels = owner.pod.iter().flat_map(|pod| pod.labels.iter());
        match labels.find(|(key, _)| key.value == APP_LABEL) {
            Some((key, Some(value))) => Ok(tree::text(key.span, value.0.as_str())),
            Some((key, None)) => Err(key.span),
            None => Ok(tree::text(self.at(), self.name())),
        }
    }
}

/// Sets the fields that have no sugar, but for one.
fn set_rest(spec: &mut tree::Map, rest: &Rest, except: &str) {
    for (key, node) in rest.fields.iter().filter(|(key, _)| key.value != except) {
        spec.set_written(key, node.clone());
    }
}

fn set_boolean(spec: &mut tree::Map, key: &str, value: Option<Spanned<bool>>) {
    spec.set_some(key, value.map(|value| tree::boolean(value.span, value.value)));
}
