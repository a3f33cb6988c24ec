//! What a dividing strategy does with each kind of workload.

use crate::lower::Lowering;
use crate::lower::placement::in_app;
use crate::source::Spanned;
use crate::spec::Placement;
use crate::spec::Strategy;
use crate::spec::Workload;
use crate::spec::workload::Replicas;

impl Lowering<'_> {
    /// Tells where a dividing strategy does not do what it says: for workloads without replicas, and for those whose
    /// pods are counted from 0 in every cluster.
    pub(super) fn check_division(&mut self, written: &Placement, strategy: Strategy) {
        let (Some(workload), true) = (self.app.spec.workload(), strategy != Strategy::Duplicated) else {
            return;
        };
        let at = in_app(written, written.strategy.map_or(written.at, |strategy| strategy.span));
        if workload.kind().replicas_field().is_none() {
            if strategy == Strategy::Fixed {
                self.fixed_without_replicas(at, workload);
            } else {
                self.runs_in_every_cluster((at, strategy), workload);
            }
            return;
        }
        match workload {
            Workload::StatefulSet(_) => self.divided_stateful_set((at, strategy), workload),
            Workload::Job(job) => {
                let mode = job.task.rest.fields.iter().find(|(key, _)| key.value == "completionMode");
                if let Some((_, node)) = mode.filter(|(_, node)| node.as_str() == Some("Indexed")) {
                    self.divided_indexed_job((at, strategy), node.span);
                }
            }
            Workload::Deployment(_) | Workload::DaemonSet(_) | Workload::CronJob(_) => {}
        }
    }

    /// Fixed comes out as written only where the workload's replicas are the sum.
    pub(super) fn check_fixed_total(&mut self, written: &Placement, total: i64) {
        let Some(workload) = self.app.spec.workload() else { return };
        let number = |replicas: Spanned<Replicas>| Spanned::new(replicas.value.get(), replicas.span);
        if let Some(replicas) = workload.replicas().map(number).filter(|replicas| replicas.value != total) {
            self.fixed_total_differs(replicas, total, written.at);
        }
        if let Workload::Job(job) = workload {
            let fewer = job.task.completions.map(number).filter(|completions| completions.value < total);
            if let Some(completions) = fewer {
                self.fixed_total_above_completions(completions, total, written.at);
            }
        }
    }

    /// The replicas that are written, as Karmada counts them: of a Job no more than its completions.
    pub(super) fn fewest_replicas(&self) -> Option<Spanned<Replicas>> {
        let workload = self.app.spec.workload()?;
        let completions = match workload {
            Workload::Job(job) => job.task.completions,
            Workload::Deployment(_)
            | Workload::StatefulSet(_)
            | Workload::DaemonSet(_)
            | Workload::CronJob(_) => None,
        };
        workload.replicas().into_iter().chain(completions).min_by_key(|replicas| replicas.value)
    }
}
