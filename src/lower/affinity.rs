//! Which workloads share clusters, and which keep apart.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::karmada::policy::placement::WorkloadAffinity;
use crate::karmada::policy::placement::WorkloadAffinityTerm;
use crate::lower::Lowering;
use crate::lower::identity::APP_LABEL;
use crate::source::Spanned;
use crate::spec;
use crate::spec::LabelKeyName;
use crate::tree;
use crate::yaml::Mapping;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Turns workload affinity into Karmada's, which refuses one label for both ways (karmada f8fdd02
    /// `pkg/util/validation/validation.go` `validateWorkloadAffinity`).
    pub(super) fn workload_affinity(&mut self, written: &spec::Placement) -> Option<WorkloadAffinity> {
        let affinity = &written.workload_affinity.as_ref()?.value;
        let [together, apart] = keys(affinity);
        if let (Some(together), Some(apart)) = (together, apart)
            && together.value == apart.value
        {
            self.affinity_both_ways(text(apart), together.span);
        }
        let term = |key: &Spanned<LabelKeyName>| WorkloadAffinityTerm {
            group_by_label_key: key.value.as_str().to_owned(),
        };
        let lowered = WorkloadAffinity { affinity: together.map(term), anti_affinity: apart.map(term) };
        (lowered != WorkloadAffinity::default()).then_some(lowered)
    }

    /// Only workloads that have the label belong together.
    pub(super) fn check_workload_affinity(&mut self, objects: &[Object]) {
        let app = self.app;
        let Some(written) =
            app.spec.placement.as_ref().and_then(|choice| choice.0.workload_affinity.as_ref())
        else {
            return;
        };
        let Some(workload) = objects.iter().find(|object| object.role == Role::Workload) else {
            self.needs_workload("workloadAffinity", written.key);
            return;
        };
        let labels = tree::find(&workload.root, &["metadata", "labels"]).and_then(Node::as_mapping);
        let known: Vec<&str> =
            labels.into_iter().flat_map(Mapping::iter).map(|entry| entry.key.value.as_str()).collect();
        for key in keys(&written.value).into_iter().flatten() {
            let value = labels.and_then(|labels| labels.get(key.value.as_str())).and_then(Node::as_str);
            if value.is_none() {
                self.affinity_without_label(text(key), &known);
            } else if key.value.as_str() == APP_LABEL && value == Some(self.name()) {
                self.affinity_by_own_name(text(key));
            }
        }
    }
}

/// The labels that draw together and that keep apart.
fn keys(affinity: &spec::WorkloadAffinity) -> [Option<&Spanned<LabelKeyName>>; 2] {
    [&affinity.affinity, &affinity.anti_affinity]
        .map(|term| term.as_ref().map(|term| &term.group_by_label_key))
}

fn text(key: &Spanned<LabelKeyName>) -> Spanned<&str> {
    Spanned::new(key.value.as_str(), key.span)
}
