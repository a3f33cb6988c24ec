//! Which objects an App has words for.

use crate::import::Group;
use crate::import::Original;
use crate::import::draft::Section;
use crate::import::draft::scaling::write_schedule;
use crate::import::references::text;
use crate::spec::WorkloadKind;
use crate::tree;

/// The objects of an App that are not said as they are.
pub(super) struct Candidates<'a> {
    pub(super) group: &'a Group,
    pub(super) workload: Option<(&'a Original, WorkloadKind)>,
    /// Those of the App that may have words.
    pub(super) members: &'a [&'a Original],
}

impl Candidates<'_> {
    /// Tells whether the language has words for an object: by its kind, its name, and what else the App has.
    pub(super) fn has_words(&self, object: &Original) -> bool {
        if object.key.namespace.as_ref() != Some(&self.group.namespace) {
            return false;
        }
        if Section::of(&object.key).is_some() {
            return true;
        }
        let is_named_alike = object.key.name == self.group.name;
        match (object.key.gvk.api_version().as_str(), object.key.gvk.kind()) {
            ("v1", "ServiceAccount") => {
                let account = self.workload.and_then(|(workload, kind)| account_name(workload, kind));
                account == Some(object.key.name.as_str())
            }
            ("networking.karmada.io/v1alpha1", "MultiClusterService") => {
                self.has("Service", &object.key.name)
            }
            ("autoscaling/v2", "HorizontalPodAutoscaler") => is_named_alike && self.scales_workload(object),
            ("autoscaling.karmada.io/v1alpha1", "FederatedHPA") => {
                is_named_alike
                    && self.scales_workload(object)
                    && !self.has("HorizontalPodAutoscaler", &object.key.name)
            }
            ("autoscaling.karmada.io/v1alpha1", "CronFederatedHPA") => {
                is_named_alike && self.is_schedule(object)
            }
            ("policy/v1", "PodDisruptionBudget") => is_named_alike && self.workload.is_some(),
            _ => false,
        }
    }

    fn has(&self, kind: &str, name: &str) -> bool {
        self.members.iter().any(|object| object.key.gvk.kind() == kind && object.key.name == name)
    }

    fn scales_workload(&self, object: &Original) -> bool {
        self.workload.is_some_and(|(workload, _)| {
            let gvk = &workload.key.gvk;
            targets(object, (&gvk.api_version(), gvk.kind(), &workload.key.name))
        })
    }

    /// A schedule changes the bounds of Karmada's autoscaler, else the replicas of the workload.
    fn is_schedule(&self, object: &Original) -> bool {
        let name = self.group.name.as_str();
        let is_plain = tree::get(&object.root, "spec")
            .and_then(crate::yaml::Node::as_mapping)
            .is_some_and(|spec| spec.len() == 2);
        let leads_right = if self.has("FederatedHPA", name) {
            targets(object, ("autoscaling.karmada.io/v1alpha1", "FederatedHPA", name))
        } else {
            self.scales_workload(object) && !self.has("HorizontalPodAutoscaler", name)
        };
        is_plain && leads_right && write_schedule(&object.root).is_some()
    }
}

/// Tells whether what scales names this object.
fn targets(object: &Original, (api_version, kind, name): (&str, &str, &str)) -> bool {
    let field = |key: &str| text(&object.root, &["spec", "scaleTargetRef", key]);
    (field("apiVersion"), field("kind"), field("name")) == (Some(api_version), Some(kind), Some(name))
}

/// The account that the pods of a workload run as, where it is not the one that each namespace has.
pub(super) fn account_name(workload: &Original, kind: WorkloadKind) -> Option<&str> {
    let pod = [kind.pod_template(), &["spec", "serviceAccountName"]].concat();
    text(&workload.root, &pod).filter(|name| !matches!(*name, "" | "default"))
}
