//! `StatefulSets`: the Service that names their pods, and the claims that each pod gets.

use crate::lower::Lowering;
use crate::lower::workload::set_rest;
use crate::schema::Choice;
use crate::source::Spanned;
use crate::spec::ClaimTemplate;
use crate::spec::ClaimTemplates;
use crate::spec::Service;
use crate::spec::StatefulSet;
use crate::spec::Workload;
use crate::spec::workload::claim::ShortClaim;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// A `StatefulSet` with its claims, which stand behind the pods.
    pub(super) fn stateful_set_spec(
        &mut self,
        workload: Workload<'_>,
        stateful_set: &StatefulSet,
    ) -> tree::Map {
        let at = stateful_set.at;
        let mut spec = tree::Map::new(at).with("replicas", self.replicas(stateful_set.replicas, at));
        spec.set_some("serviceName", self.service_name(stateful_set));
        let mut spec = self.finish_spec(workload, spec);
        spec.set_some("volumeClaimTemplates", self.claim_templates(&stateful_set.volume_claim_templates));
        spec
    }

    /// The Service that is written, else the only headless one of the App. Without one, the pods have no DNS names of
    /// their own, which Kubernetes allows.
    fn service_name(&mut self, stateful_set: &StatefulSet) -> Option<Node> {
        let app = self.app;
        if let Some(name) = &stateful_set.service_name {
            self.check_service(Spanned::new(name.value.as_str(), name.span));
            return Some(tree::text(name.span, name.value.as_str()));
        }
        let headless: Vec<Spanned<&str>> = app
            .spec
            .services
            .0
            .iter()
            .filter(|(_, service)| is_headless(service))
            .map(|(name, _)| name)
            .collect();
        match headless.as_slice() {
            [] => None,
            [only] => Some(tree::text(only.span, only.value)),
            [..] if stateful_set.lost.iter().any(|key| key == "serviceName") => None,
            [..] => {
                self.several_headless_services(stateful_set.at, &headless);
                None
            }
        }
    }

    /// The Service may be the App's own, or one of `manifests` or of a folder named for it.
    fn check_service(&mut self, name: Spanned<&str>) {
        let app = self.app;
        let key = self.key("v1", "Service", name.value);
        let is_manifest = |node: &Node| {
            let text = |path: &[&str]| tree::find(node, path).and_then(Node::as_str);
            text(&["kind"]) == Some("Service") && text(&["metadata", "name"]) == Some(name.value)
        };
        let is_found = self.world.found.contains_key(&key)
            || app.spec.manifests.iter().any(|manifest| match manifest {
                crate::spec::Manifest::Object(node) => is_manifest(node),
                crate::spec::Manifest::Path(_) => false,
            });
        match app.spec.services.0.get(name.value) {
            Some(service) if !is_headless(service) => self.service_is_not_headless(name),
            None if !is_found => {
                let known: Vec<&str> = app.spec.services.0.keys().collect();
                self.missing_governing_service(name, &known);
            }
            Some(_) | None => {}
        }
    }

    fn claim_templates(&mut self, templates: &ClaimTemplates) -> Option<Node> {
        let nodes: Vec<Node> = templates
            .entries
            .iter()
            .map(|(name, template)| match template {
                ClaimTemplate::Short(claim) => self.claim_template(name, claim),
                ClaimTemplate::Long(node) => node.clone(),
            })
            .collect();
        let (first, _) = templates.entries.first()?;
        Some(tree::list(first.span, nodes))
    }

    fn claim_template(&mut self, name: &Spanned<String>, claim: &ShortClaim) -> Node {
        let mut metadata = tree::Map::new(name.span).with("name", tree::text(name.span, name.value.as_str()));
        let mut labels = tree::Map::new(name.span);
        for (key, value) in claim.labels.iter() {
            labels.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        let mut annotations = tree::Map::new(name.span);
        for (key, value) in claim.annotations.iter() {
            annotations.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        metadata.set_some("labels", labels.into_some());
        metadata.set_some("annotations", annotations.into_some());
        let spec = self.claim_spec(name, claim);
        tree::Map::new(name.span).with("metadata", metadata.into_node()).with("spec", spec).into_node()
    }

    fn claim_spec(&mut self, name: &Spanned<String>, claim: &ShortClaim) -> Node {
        let modes: Vec<Node> =
            claim.access_modes.iter().map(|mode| tree::text(mode.span, mode.value.word())).collect();
        let modes = if modes.is_empty() { vec![tree::text(name.span, "ReadWriteOnce")] } else { modes };
        let mut spec = tree::Map::new(name.span).with("accessModes", tree::list(name.span, modes));
        let class = claim.storage_class_name.as_ref();
        spec.set_some("storageClassName", class.map(|class| tree::text(class.span, class.value.as_str())));
        let written = claim.rest.fields.iter().find(|(key, _)| key.value == "resources");
        let asked = written.and_then(|(_, node)| tree::find(node, &["requests", "storage"]));
        match (&claim.size, asked) {
            (Some(size), Some(asked)) => self.two_shapes(
                ("size", "resources.requests.storage"),
                size.0.span.max(asked.span),
                size.0.span.min(asked.span),
            ),
            (None, None) => self.claim_without_size(name),
            (Some(_), None) | (None, Some(_)) => {}
        }
        if let Some(size) = &claim.size {
            let requests = tree::Map::new(size.0.span).with("storage", size.0.clone()).into_node();
            let mut resources = tree::Map::new(size.0.span);
            for entry in written.and_then(|(_, node)| node.as_mapping()).into_iter().flatten() {
                resources.set_written(&entry.key, entry.value.clone());
            }
            spec.set("resources", resources.with("requests", requests).into_node());
        }
        set_rest(&mut spec, &claim.rest, if claim.size.is_some() { "resources" } else { "" });
        spec.into_node()
    }
}

fn is_headless(service: &Service) -> bool {
    let address = service.rest.fields.iter().find(|(key, _)| key.value == "clusterIP");
    address.is_some_and(|(_, node)| node.as_str() == Some("None"))
}
