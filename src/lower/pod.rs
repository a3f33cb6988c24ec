//! The pod template.

use crate::lower::Lowering;
use crate::lower::identity::APP_LABEL;
use crate::lower::identity::change_labels;
use crate::lower::volume::Volumes;
use crate::source::Span;
use crate::spec::Pod;
use crate::spec::PodOwner;
use crate::spec::Workload;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;

/// The annotation that `kubectl rollout restart` writes.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

impl Lowering<'_> {
    /// Generates the pod template.
    pub(super) fn lower_pod_template(&mut self, workload: Workload<'_>) -> Node {
        let owner = workload.owner();
        let pod = owner.pod.as_ref();
        let at = pod.map_or(owner.at, |pod| pod.at);
        let mut metadata = tree::Map::new(at);
        metadata.set_some("labels", self.pod_labels(owner, at));
        let mut annotations = tree::Map::new(at);
        for (key, value) in pod.iter().flat_map(|pod| pod.annotations.iter()) {
            annotations.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        if let Some(restarted_at) = workload.restarted_at() {
            annotations.set(RESTARTED_AT, tree::text(restarted_at.span, restarted_at.value.as_str()));
        }
        metadata.set_some("annotations", annotations.into_some());
        let mut template = tree::Map::new(at);
        template.set_some("metadata", metadata.into_some());
        template.with("spec", self.pod_spec(workload, at)).into_node()
    }

    fn pod_labels(&self, owner: &PodOwner, at: Span) -> Option<Node> {
        let mut labels = tree::Map::new(at);
        labels.set_some(APP_LABEL, self.app_label(owner).ok());
        if let Some(pod) = &owner.pod {
            change_labels(&mut labels, &pod.labels);
        }
        labels.into_some()
    }

    fn pod_spec(&mut self, workload: Workload<'_>, at: Span) -> Node {
        let owner = workload.owner();
        let pod = owner.pod.as_ref();
        let mut spec = tree::Map::new(at);
        let mut volumes = Volumes::new(pod, workload.claim_templates());
        for (key, node) in pod.iter().flat_map(|pod| &pod.rest.fields) {
            if key.value != "volumes" {
                spec.set_written(key, node.clone());
            }
        }
        if let Some(account) = self.account_name().filter(|_| !spec.has("serviceAccountName")) {
            spec.set("serviceAccountName", tree::text(account.span, account.value));
        }
        Self::set_restart_policy(workload.kind(), &mut spec, at);
        spec.set_some("imagePullSecrets", image_pull_secrets(pod));
        let init = self.lower_containers(&owner.init_containers.0, &mut volumes);
        let containers = self.lower_containers(&owner.containers.0, &mut volumes);
        if containers.is_empty() && owner.containers.0.lost.is_empty() {
            self.no_containers(owner.at);
        }
        self.check_ports(owner);
        if !init.is_empty() {
            spec.set("initContainers", tree::list(owner.at, init));
        }
        spec.set("containers", tree::list(owner.at, containers));
        spec.set_some("volumes", volumes.into_node(at));
        spec.in_order(
            &["restartPolicy", "serviceAccountName", "imagePullSecrets", "initContainers", "containers"],
            &["volumes"],
        )
        .into_node()
    }

    /// Writes out the restart policy of a Job, which Kubernetes demands; of other kinds there is but one.
    fn set_restart_policy(kind: WorkloadKind, spec: &mut tree::Map, at: Span) {
        if let ([default, _, ..], false) = (kind.restart_policies(), spec.has("restartPolicy")) {
            spec.set("restartPolicy", tree::text(at, *default));
        }
    }
}

fn image_pull_secrets(pod: Option<&Pod>) -> Option<Node> {
    let pod = pod.filter(|pod| !pod.image_pull_secrets.is_empty())?;
    let secrets = pod.image_pull_secrets.iter().map(|secret| {
        let name = tree::text(secret.0.span, secret.0.value.as_str());
        tree::Map::new(secret.0.span).with("name", name).into_node()
    });
    Some(tree::list(pod.at, secrets.collect()))
}
