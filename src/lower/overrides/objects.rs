//! Overrides of the objects around the workload.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::autoscaling::metrics_node;
use crate::lower::ingress::default_path_type;
use crate::lower::ingress::rules_node;
use crate::lower::ingress::tls_node;
use crate::lower::overrides::change::Change;
use crate::lower::overrides::change::Edit;
use crate::lower::overrides::change::Section;
use crate::lower::overrides::change::pointer;
use crate::lower::overrides::collect::EditsByObject;
use crate::lower::overrides::collect::below;
use crate::lower::overrides::collect::field_edit;
use crate::lower::overrides::collect::merge_edits;
use crate::lower::overrides::collect::metadata_edits;
use crate::lower::overrides::collect::put;
use crate::lower::overrides::document::Format;
use crate::lower::overrides::document::Merge;
use crate::schema::Rest;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::AnnotationChanges;
use crate::spec::LabelChanges;
use crate::spec::Override;
use crate::spec::ingress::PathType;
use crate::spec::overriding::AutoscalingOverride;
use crate::spec::overriding::ClaimOverride;
use crate::spec::overriding::ConfigMapOverride;
use crate::spec::overriding::IngressOverride;
use crate::spec::overriding::TextChange;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// What an override of any object has.
struct Common<'a> {
    labels: &'a LabelChanges,
    annotations: &'a AnnotationChanges,
    rest: &'a Rest,
}

impl Lowering<'_> {
    /// Reads the edits of `ConfigMaps`, Services, Ingresses, claims, the autoscaler and the disruption budget.
    pub(super) fn collect_around<'a>(
        &mut self,
        written: &Override,
        objects: &'a [Object],
        collected: &mut EditsByObject<'a>,
    ) {
        for (name, config_map) in written.config_maps.iter() {
            for object in self.find_objects("ConfigMap", name, objects) {
                put(collected, object, config_map_edits(config_map));
            }
        }
        for (name, service) in written.services.iter() {
            let common =
                Common { labels: &service.labels, annotations: &service.annotations, rest: &service.rest };
            for object in self.find_objects("Service", name, objects) {
                put(collected, object, common_edits(&common));
            }
        }
        for (name, ingress) in written.ingresses.iter() {
            let kind = self.ingress_kind(name.value);
            for object in self.find_objects(kind, name, objects) {
                let edits = self.ingress_edits((name, ingress), objects);
                put(collected, object, edits);
            }
        }
        for (name, claim) in written.persistent_volume_claims.iter() {
            for object in self.find_objects("PersistentVolumeClaim", name, objects) {
                put(collected, object, claim_edits(claim));
            }
        }
        if let Some(autoscaling) = &written.autoscaling {
            let edits = autoscaling_edits(autoscaling);
            self.put_only((Role::Autoscaler, "autoscaling", autoscaling.at), objects, (edits, collected));
        }
        if let Some(budget) = &written.disruption_budget {
            let edits = common_edits(&Common {
                labels: &budget.labels,
                annotations: &budget.annotations,
                rest: &budget.rest,
            });
            self.put_only(
                (Role::DisruptionBudget, "disruptionBudget", budget.at),
                objects,
                (edits, collected),
            );
        }
    }

    fn ingress_edits(
        &mut self,
        (name, written): (Spanned<&str>, &IngressOverride),
        objects: &[Object],
    ) -> Vec<Edit> {
        let at = name.span;
        let own = self.app.spec.ingresses.0.get(name.value);
        let path_type = own.map_or(PathType::Prefix, default_path_type);
        let common =
            Common { labels: &written.labels, annotations: &written.annotations, rest: &written.rest };
        let mut edits = common_edits(&common);
        if let Some(class) = &written.class_name {
            edits.push(field("ingressClassName", &tree::text(class.span, class.value.as_str())));
        }
        if let Some(tls) = written.tls.as_ref().and_then(|tls| tls_node(at, tls)) {
            edits.push(field("tls", &tls));
        }
        if let Some(rules) = written.rules.as_ref().and_then(|rules| rules_node((at, path_type), rules)) {
            edits.push(field("rules", &rules));
            self.check_backends_of(&tree::Map::new(at).with("rules", rules).into_node(), objects);
        }
        edits
    }

    /// Puts the edits to the one object that an App has of a role, and reports that it has none.
    fn put_only<'a>(
        &mut self,
        (role, key, at): (Role, &str, Span),
        objects: &'a [Object],
        (edits, collected): (Vec<Edit>, &mut EditsByObject<'a>),
    ) {
        match objects.iter().find(|object| object.role == role) {
            Some(object) => put(collected, object, edits),
            None if self.app.spec.has_lost(key) => {}
            None => self.nothing_to_override(key, at),
        }
    }

    /// The kind that an Ingress of the App has become.
    fn ingress_kind(&self, name: &str) -> &'static str {
        let written = self.app.spec.ingresses.0.get(name);
        let is_multi = written.and_then(|ingress| ingress.multi_cluster).is_some_and(|multi| multi.value);
        if is_multi { "MultiClusterIngress" } else { "Ingress" }
    }
}

fn config_map_edits(written: &ConfigMapOverride) -> Vec<Edit> {
    let data = written.data.iter().map(|(key, change)| match change {
        Some(TextChange::Merge(node)) => {
            let field = below(&pointer(&["data"]), key.value);
            let merge = Merge { field, format: Format::of_key(key.value), value: node.to_json() };
            Edit::new(key.span, format!("`{}`", key.value), Change::Document(merge))
        }
        Some(TextChange::Whole(text)) => field_edit(&["data"], key, Some(Json::from(text.0.as_str()))),
        None => field_edit(&["data"], key, None),
    });
    let mut edits: Vec<Edit> = data.collect();
    edits.extend(metadata_edits(Section::Labels, &written.labels, |text| text.0.clone()));
    edits.extend(metadata_edits(Section::Annotations, &written.annotations, |text| text.0.clone()));
    edits
}

/// Labels, annotations, and the fields of `spec`.
fn common_edits(written: &Common<'_>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = metadata_edits(Section::Labels, written.labels, |text| text.0.clone());
    edits.extend(metadata_edits(Section::Annotations, written.annotations, |text| text.0.clone()));
    for (key, node) in &written.rest.fields {
        merge_edits(&pointer(&["spec", &key.value]), key, node, &mut edits);
    }
    edits
}

fn claim_edits(written: &ClaimOverride) -> Vec<Edit> {
    let common = Common { labels: &written.labels, annotations: &written.annotations, rest: &written.rest };
    let mut edits = common_edits(&common);
    if let Some(size) = &written.size {
        let change = Change::Set(pointer(&["spec", "resources", "requests", "storage"]), size.0.to_json());
        edits.push(Edit::new(size.0.span, "`size`".to_owned(), change));
    }
    edits
}

fn autoscaling_edits(written: &AutoscalingOverride) -> Vec<Edit> {
    let common = Common { labels: &written.labels, annotations: &written.annotations, rest: &written.rest };
    let mut edits = common_edits(&common);
    if let Some(metrics) = &written.metrics {
        edits.push(field("metrics", &metrics_node(written.at, Some(metrics))));
    }
    edits
}

fn field(key: &str, node: &Node) -> Edit {
    let change = Change::Set(pointer(&["spec", key]), node.to_json());
    Edit::new(node.span, format!("`{key}`"), change)
}
