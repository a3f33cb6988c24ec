//! The pod template: containers by name, and the rest of the pod.

use crate::import::draft::container::long_containers;
use crate::import::draft::container::short_containers;
use crate::import::draft::fields::Fields;
use crate::import::draft::labels::pod_labels;
use crate::import::draft::mount::Mounts;
use crate::import::form::Form;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;

/// The annotation that `kubectl rollout restart` writes.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// What a pod template is written with.
pub(super) struct Template<'a> {
    /// The name of the App.
    pub(super) app: &'a str,
    pub(super) kind: WorkloadKind,
    pub(super) form: Form,
    /// The names of the claims that each pod gets of its own.
    pub(super) claims: Vec<String>,
    /// Whether `serviceAccount` of the App says which account the pods run as.
    pub(super) has_account: bool,
}

impl Template<'_> {
    /// Writes the keys of a workload that say what its pods are.
    pub(super) fn write(&self, template: &Node, workload: &mut tree::Map) {
        let mut pod = Fields::of(tree::get(template, "spec"), template.span);
        let mut annotations = Fields::of(tree::find(template, &["metadata", "annotations"]), template.span);
        if can_restart(self.kind)
            && let Some(restarted_at) = annotations.take(RESTARTED_AT)
        {
            workload.set("restartedAt", restarted_at);
        }
        let mut mounts = Mounts::of(&pod, self.claims.clone());
        let lists = ["initContainers", "containers"].map(|key| (key, pod.take(key)));
        let containers = lists.map(|(key, list)| {
            let written = list.map(|list| match self.form {
                Form::Short => short_containers(&list, &mut mounts),
                Form::Long | Form::Manifest => long_containers(&list),
            });
            (key, written)
        });
        let mut rest = tree::Map::new(pod.span());
        rest.set_some("labels", pod_labels(self.app, template));
        rest.set_some("annotations", map_of(annotations));
        if self.form == Form::Short {
            pod.take("volumes");
        }
        self.write_pod(pod, &mut rest);
        if self.form == Form::Short {
            rest.set_some("volumes", mounts.written);
        }
        workload.set_some("pod", rest.into_some());
        for (key, written) in containers {
            workload.set_some(key, written);
        }
    }
}

impl Template<'_> {
    fn write_pod(&self, mut pod: Fields, rest: &mut tree::Map) {
        if self.has_account {
            pod.take("serviceAccountName");
        }
        if self.kind.restart_policies().first().copied() == pod.get("restartPolicy").and_then(Node::as_str) {
            pod.take("restartPolicy");
        }
        let secrets = pod.take("imagePullSecrets");
        rest.set_some("imagePullSecrets", secrets.map(|secrets| short_references(&secrets)));
        pod.put_rest(rest);
    }
}

/// What is left of a map, where anything is.
pub(super) fn map_of(fields: Fields) -> Option<Node> {
    let mut map = tree::Map::new(fields.span());
    fields.put_rest(&mut map);
    map.into_some()
}

/// The names alone, where nothing else is said.
pub(super) fn short_references(list: &Node) -> Node {
    let references = list.as_sequence().unwrap_or_default();
    let names: Option<Vec<Node>> = references
        .iter()
        .map(|reference| {
            let is_plain = reference.as_mapping().is_some_and(|fields| fields.len() == 1);
            tree::get(reference, "name").filter(|_| is_plain).cloned()
        })
        .collect();
    names.map_or_else(|| list.clone(), |names| tree::list(list.span, names))
}

/// The pods of a Job run to their end; nothing restarts them.
fn can_restart(kind: WorkloadKind) -> bool {
    match kind {
        WorkloadKind::Deployment | WorkloadKind::StatefulSet | WorkloadKind::DaemonSet => true,
        WorkloadKind::Job | WorkloadKind::CronJob => false,
    }
}
