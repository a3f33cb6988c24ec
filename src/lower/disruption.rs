//! The disruption budget of the workload's pods.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::spec::disruption::PodCount;
use crate::tree;
use crate::yaml::Node;

/// Where the labels of a workload's pods stand, kind by kind.
const POD_LABELS: &[&[&str]] = &[
    &["spec", "template", "metadata", "labels"],
    &["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
];

impl Lowering<'_> {
    /// Generates the budget, where the App asks for one.
    pub(super) fn lower_disruption_budget(&mut self, workload: Option<&Object>) -> Option<Object> {
        let app = self.app;
        let written = app.spec.disruption_budget.as_ref()?;
        let mut spec = tree::Map::new(written.at);
        let bounds = [("minAvailable", &written.min_available), ("maxUnavailable", &written.max_unavailable)];
        if bounds.iter().all(|(_, bound)| bound.is_none()) {
            self.budget_without_bound(written.at);
        }
        if let Some(workload) =
            workload.filter(|_| !written.rest.fields.iter().any(|(key, _)| key.value == "selector"))
        {
            self.check_counted(&bounds, workload.key.gvk.kind());
        }
        for (key, bound) in bounds {
            spec.set_some(key, bound.as_ref().map(|bound| bound.0.clone()));
        }
        for (key, node) in &written.rest.fields {
            spec.set_written(key, node.clone());
        }
        if !spec.has("selector") {
            let Some(workload) = workload else {
                self.needs_workload("disruptionBudget", written.at);
                return None;
            };
            spec.set_some("selector", pod_selector(workload));
        }
        let identity = Identity {
            api_version: "policy/v1",
            kind: "PodDisruptionBudget",
            name: self.name(),
            at: written.at,
            labels: &written.labels,
            annotations: &written.annotations,
        };
        let object = self.start_object(&identity).with("spec", spec.into_node());
        Some(self.finish_object(&identity, Role::DisruptionBudget, object))
    }

    /// kubernetes v1.33 `pkg/controller/disruption` `getExpectedPodCount`: how many pods there should be is known of kinds
    /// that can be scaled, so of all others only a number of pods that must stay can be kept.
    fn check_counted(&mut self, bounds: &[(&str, &Option<PodCount>)], kind: &str) {
        if !matches!(kind, "DaemonSet" | "Job" | "CronJob") {
            return;
        }
        for (key, bound) in bounds {
            if let Some(PodCount(node)) = bound
                && (*key == "maxUnavailable" || node.as_str().is_some())
            {
                self.pods_not_counted((key, node.span), kind);
            }
        }
    }
}

/// The workload's own selector; of a Job, which has none of its own, the labels of its pods.
fn pod_selector(workload: &Object) -> Option<Node> {
    if let Some(selector) = tree::find(&workload.root, &["spec", "selector"]) {
        return Some(selector.clone());
    }
    let labels = POD_LABELS.iter().find_map(|path| tree::find(&workload.root, path))?;
    Some(tree::Map::new(labels.span).with("matchLabels", labels.clone()).into_node())
}
