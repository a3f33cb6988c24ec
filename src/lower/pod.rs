//! The pod template.

use crate::lower::Lowering;
use crate::lower::identity::APP_LABEL;
use crate::lower::volume::Volumes;
use crate::source::Span;
use crate::spec::Deployment;
use crate::spec::Pod;
use crate::tree;
use crate::yaml::Node;

/// The annotation that `kubectl rollout restart` writes.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

impl Lowering<'_> {
    /// Generates the pod template.
    pub(super) fn lower_pod_template(&mut self, deployment: &Deployment) -> Node {
        let pod = deployment.pod.as_ref();
        let at = pod.map_or(deployment.at, |pod| pod.at);
        let mut metadata = tree::Map::new(at);
        metadata.set("labels", self.pod_labels(pod, at));
        let mut annotations = tree::Map::new(at);
        for (key, value) in pod.iter().flat_map(|pod| pod.annotations.iter()) {
            annotations.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        if let Some(restarted_at) = &deployment.restarted_at {
            annotations.set(RESTARTED_AT, tree::text(restarted_at.span, restarted_at.value.as_str()));
        }
        metadata.set_some("annotations", annotations.into_some());
        tree::Map::new(at)
            .with("metadata", metadata.into_node())
            .with("spec", self.pod_spec(deployment, at))
            .into_node()
    }

    fn pod_labels(&self, pod: Option<&Pod>, at: Span) -> Node {
        let mut labels = tree::Map::new(at);
        labels.set(APP_LABEL, tree::text(self.at(), self.name()));
        for (key, value) in pod.iter().flat_map(|pod| pod.labels.iter()) {
            labels.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        labels.into_node()
    }

    fn pod_spec(&mut self, deployment: &Deployment, at: Span) -> Node {
        let pod = deployment.pod.as_ref();
        let mut spec = tree::Map::new(at);
        let mut volumes = Volumes::new(pod);
        for (key, node) in pod.iter().flat_map(|pod| &pod.rest.fields) {
            if key.value != "volumes" {
                spec.set_written(key, node.clone());
            }
        }
        if let Some(account) = self.account_name().filter(|_| !spec.has("serviceAccountName")) {
            spec.set("serviceAccountName", tree::text(account.span, account.value));
        }
        spec.set_some("imagePullSecrets", image_pull_secrets(pod));
        let init = self.lower_containers(&deployment.init_containers.0, &mut volumes);
        let containers = self.lower_containers(&deployment.containers.0, &mut volumes);
        if containers.is_empty() && deployment.containers.0.lost.is_empty() {
            self.no_containers(deployment.at);
        }
        self.check_ports(deployment);
        if !init.is_empty() {
            spec.set("initContainers", tree::list(deployment.at, init));
        }
        spec.set("containers", tree::list(deployment.at, containers));
        spec.set_some("volumes", volumes.into_node(at));
        spec.in_order(
            &["serviceAccountName", "imagePullSecrets", "initContainers", "containers"],
            &["volumes"],
        )
        .into_node()
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
