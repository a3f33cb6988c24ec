//! Claims of storage.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::config::is_external;
use crate::lower::identity::Identity;
use crate::schema::Choice;
use crate::source::Spanned;
use crate::spec::ObjectName;
use crate::spec::PersistentVolumeClaim;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Generates the claims that the App defines.
    pub(super) fn lower_claims(&mut self) -> Vec<Object> {
        let app = self.app;
        let defined =
            app.spec.persistent_volume_claims.0.iter().filter(|(_, claim)| !is_external(claim.external));
        defined.map(|(name, claim)| self.lower_claim(name, claim)).collect()
    }

    fn lower_claim(&mut self, name: Spanned<&str>, claim: &PersistentVolumeClaim) -> Object {
        let identity = Identity {
            api_version: "v1",
            kind: "PersistentVolumeClaim",
            name: name.value,
            at: name.span,
            labels: &claim.labels,
            annotations: &claim.annotations,
        };
        let mut spec = tree::Map::new(name.span);
        spec.set("accessModes", access_modes(name, claim));
        let class = claim.storage_class_name.as_ref();
        spec.set_some("storageClassName", class.map(|class| tree::text(class.span, class.value.as_str())));
        for (key, node) in &claim.rest.fields {
            spec.set_written(key, node.clone());
        }
        if let Some(snapshot) = &claim.snapshot {
            if let Some((key, _)) = claim.rest.fields.iter().find(|(key, _)| key.value == "dataSource") {
                self.said_twice(("`snapshot`", snapshot.span), ("`dataSource`", key.span));
            }
            spec.set("dataSource", data_source(snapshot));
        }
        spec.set_some("resources", self.claim_resources(name, claim));
        let spec = spec.in_order(&["accessModes", "storageClassName", "resources"], &[]);
        let object = self.start_object(&identity).with("spec", spec.into_node());
        self.finish_object(&identity, Role::PersistentVolumeClaim, object)
    }

    /// `resources` as written, with the size in it; one of the two must say how much.
    fn claim_resources(&mut self, name: Spanned<&str>, claim: &PersistentVolumeClaim) -> Option<Node> {
        let written =
            claim.rest.fields.iter().find(|(key, _)| key.value == "resources").map(|(_, node)| node);
        let requested = written.and_then(|resources| tree::find(resources, &["requests", "storage"]));
        let Some(size) = &claim.size else {
            if requested.is_none() {
                self.unsized_claim(name);
            }
            return written.cloned();
        };
        if let Some(requested) = requested {
            self.said_twice(("`size`", size.0.span), ("`resources.requests.storage`", requested.span));
        }
        let requests = tree::Map::new(size.0.span).with("storage", size.0.clone()).into_node();
        let mut resources = tree::Map::new(size.0.span);
        for entry in written.and_then(Node::as_mapping).into_iter().flatten() {
            resources.set_written(&entry.key, entry.value.clone());
        }
        Some(resources.with("requests", requests).into_node())
    }
}

/// external-snapshotter v8 `client/config/crd/snapshot.storage.k8s.io_volumesnapshots.yaml`.
fn data_source(snapshot: &Spanned<ObjectName>) -> Node {
    let at = snapshot.span;
    tree::Map::new(at)
        .with("apiGroup", tree::text(at, "snapshot.storage.k8s.io"))
        .with("kind", tree::text(at, "VolumeSnapshot"))
        .with("name", tree::text(at, snapshot.value.as_str()))
        .into_node()
}

fn access_modes(name: Spanned<&str>, claim: &PersistentVolumeClaim) -> Node {
    let mut modes: Vec<Node> =
        claim.access_modes.iter().map(|mode| tree::text(mode.span, mode.value.word())).collect();
    if modes.is_empty() {
        modes.push(tree::text(name.span, "ReadWriteOnce"));
    }
    tree::list(name.span, modes)
}
