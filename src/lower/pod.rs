//! The pod template.

use crate::lower::Lowering;
use crate::lower::identity::APP_LABEL;
use crate::lower::identity::change_labels;
use crate::lower::volume::Volumes;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Pod;
use crate::spec::PodOwner;
use crate::spec::Workload;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;

/// The annotation that `kubectl rollout restart` writes.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// The field that names the account of the pods, and its older name, which the API server turns into it: kubernetes v1.33
/// `pkg/apis/core/v1` `Convert_v1_PodSpec_To_core_PodSpec`.
const ACCOUNT: &str = "serviceAccountName";
const OLD_ACCOUNT: &str = "serviceAccount";

/// What a node is marked with that is not ready, or not reachable.
const NODE_TAINTS: &[&str] = &["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

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
        let has_account = pod.is_some_and(|pod| pod.rest.fields.iter().any(|(key, _)| key.value == ACCOUNT));
        for (key, node) in pod.iter().flat_map(|pod| &pod.rest.fields) {
            match key.value.as_str() {
                "volumes" => {}
                OLD_ACCOUNT if has_account => {}
                OLD_ACCOUNT => spec.set_written(&Spanned::new(ACCOUNT.to_owned(), key.span), node.clone()),
                _ => spec.set_written(key, node.clone()),
            }
        }
        if let Some(account) = self.account_name().filter(|_| !spec.has(ACCOUNT)) {
            spec.set(ACCOUNT, tree::text(account.span, account.value));
        }
        Self::set_restart_policy(workload.kind(), &mut spec, at);
        spec.set_some("imagePullSecrets", image_pull_secrets(pod));
        if let Some(seconds) = pod.and_then(|pod| pod.toleration_seconds) {
            self.tolerate_nodes(Spanned::new(seconds.value.get(), seconds.span), &mut spec);
        }
        let init = self.lower_containers(&owner.init_containers.0, &mut volumes);
        let containers = self.lower_containers(&owner.containers.0, &mut volumes);
        let are_lost = !owner.containers.0.lost.is_empty() || workload.has_lost_containers();
        if containers.is_empty() && !are_lost {
            self.no_containers(owner.at);
        }
        self.check_ports(owner);
        if !init.is_empty() {
            spec.set("initContainers", tree::list(owner.at, init));
        }
        spec.set("containers", tree::list(owner.at, containers));
        spec.set_some("volumes", volumes.into_node(at));
        spec.in_order(
            &["restartPolicy", ACCOUNT, "imagePullSecrets", "initContainers", "containers"],
            &["volumes"],
        )
        .into_node()
    }

    /// Writes the two tolerations that each cluster would add with its own time: kubernetes v1.33
    /// `plugin/pkg/admission/defaulttolerationseconds`.
    fn tolerate_nodes(&mut self, seconds: Spanned<i64>, spec: &mut tree::Map) {
        let written = spec.get("tolerations").and_then(Node::as_sequence).unwrap_or_default();
        let mut tolerations = written.to_vec();
        let mut clashes = Vec::new();
        for key in NODE_TAINTS {
            let same = written
                .iter()
                .find_map(|other| tree::get(other, "key").filter(|it| it.as_str() == Some(key)));
            clashes.extend(same.map(|same| same.span));
            tolerations.push(toleration(key, seconds));
        }
        for clash in clashes {
            self.said_twice(("`tolerationSeconds`", seconds.span), ("a toleration of the same taint", clash));
        }
        spec.set("tolerations", tree::list(seconds.span, tolerations));
    }

    /// Writes out the restart policy of a Job, which Kubernetes demands; of other kinds there is but one.
    fn set_restart_policy(kind: WorkloadKind, spec: &mut tree::Map, at: Span) {
        if let ([default, _, ..], false) = (kind.restart_policies(), spec.has("restartPolicy")) {
            spec.set("restartPolicy", tree::text(at, *default));
        }
    }
}

/// A toleration of a taint that a node in trouble gets.
fn toleration(key: &str, seconds: Spanned<i64>) -> Node {
    let at = seconds.span;
    tree::Map::new(at)
        .with("key", tree::text(at, key))
        .with("operator", tree::text(at, "Exists"))
        .with("effect", tree::text(at, "NoExecute"))
        .with("tolerationSeconds", tree::integer(at, seconds.value))
        .into_node()
}

fn image_pull_secrets(pod: Option<&Pod>) -> Option<Node> {
    let pod = pod.filter(|pod| !pod.image_pull_secrets.is_empty())?;
    let secrets = pod.image_pull_secrets.iter().map(|secret| {
        let name = tree::text(secret.0.span, secret.0.value.as_str());
        tree::Map::new(secret.0.span).with("name", name).into_node()
    });
    Some(tree::list(pod.at, secrets.collect()))
}
