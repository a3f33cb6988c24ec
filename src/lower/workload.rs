//! The workload: a Deployment.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::APP_LABEL;
use crate::lower::identity::Identity;
use crate::spec::Deployment;
use crate::spec::Strategy;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Generates the workload, where the App has one.
    pub(super) fn lower_workload(&mut self) -> Option<Object> {
        let deployment = self.app.spec.deployment.as_deref()?;
        let identity = Identity {
            api_version: "apps/v1",
            kind: "Deployment",
            name: self.app.metadata.name.value.as_str(),
            at: self.at(),
            labels: &deployment.labels,
            annotations: &deployment.annotations,
        };
        let mut object = self.start_object(&identity);
        object.set("spec", self.deployment_spec(deployment));
        Some(self.finish_object(&identity, Role::Workload, object))
    }

    fn deployment_spec(&mut self, deployment: &Deployment) -> Node {
        let at = deployment.at;
        let mut spec = tree::Map::new(at);
        spec.set("replicas", self.replicas(deployment));
        spec.set("selector", self.selector(deployment));
        for (key, node) in &deployment.rest.fields {
            if key.value != "selector" {
                spec.set_written(key, node.clone());
            }
        }
        spec.set("template", self.lower_pod_template(deployment));
        spec.into_node()
    }

    /// The replicas that are written; with Fixed, their sum; else one.
    fn replicas(&self, deployment: &Deployment) -> Node {
        if let Some(replicas) = deployment.replicas {
            return tree::integer(replicas.span, replicas.value.get());
        }
        let fixed = self
            .written_placement()
            .filter(|placement| placement.strategy.is_some_and(|strategy| strategy.value == Strategy::Fixed));
        match fixed {
            Some(placement) => {
                let total = placement.replicas.iter().map(|(_, replicas)| replicas.value.get()).sum();
                tree::integer(placement.at, total)
            }
            None => tree::integer(deployment.at, 1),
        }
    }

    fn selector(&mut self, deployment: &Deployment) -> Node {
        let written = deployment.rest.fields.iter().find(|(key, _)| key.value == "selector");
        if let Some((_, node)) = written {
            self.check_selector_of_pods(node, deployment);
            return node.clone();
        }
        let labels = tree::Map::new(deployment.at).with(APP_LABEL, tree::text(self.at(), self.name()));
        tree::Map::new(deployment.at).with("matchLabels", labels.into_node()).into_node()
    }

    /// Kubernetes refuses a workload whose selector does not match its own pods.
    fn check_selector_of_pods(&mut self, selector: &Node, deployment: &Deployment) {
        let Some(labels) = tree::get(selector, "matchLabels").and_then(Node::as_mapping) else { return };
        for entry in labels {
            let of_pod = deployment.pod.as_ref().and_then(|pod| pod.labels.get(&entry.key.value));
            let expected = entry.value.as_str().unwrap_or_default();
            let is_met = match of_pod {
                Some(value) => value.0 == expected,
                None => entry.key.value == APP_LABEL && self.name() == expected,
            };
            if !is_met {
                self.selector_mismatch(entry);
            }
        }
    }
}
