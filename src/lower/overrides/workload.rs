//! Overrides of workloads: the one that an App writes out, or those among its manifests.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::pointer::Pointer;
use crate::k8s::quantity::Quantity;
use crate::lower::Lowering;
use crate::lower::container::env_node;
use crate::lower::overrides::change::Change;
use crate::lower::overrides::change::Edit;
use crate::lower::overrides::change::ListField;
use crate::lower::overrides::change::Parts;
use crate::lower::overrides::change::Section;
use crate::lower::overrides::change::pointer;
use crate::lower::overrides::collect::EditsByObject;
use crate::lower::overrides::collect::below;
use crate::lower::overrides::collect::field_edit;
use crate::lower::overrides::collect::merge_edits;
use crate::lower::overrides::collect::metadata_edits;
use crate::lower::overrides::collect::put;
use crate::lower::overrides::collect::set_or_remove;
use crate::schema::Erasable;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ContainerOverride;
use crate::spec::ImageChange;
use crate::spec::LabelText;
use crate::spec::ListChange;
use crate::spec::Override;
use crate::spec::Strategy;
use crate::spec::Workload as WrittenWorkload;
use crate::spec::WorkloadKind;
use crate::spec::image::ImageParts;
use crate::spec::overriding::PodOverride;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Which overriders reach the containers of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those for images, commands and arguments too.
    All,
    /// JSON patches alone.
    PatchesAlone,
}

/// What sets a kind of object with pods apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct PodKind {
    /// Where the pod template stands in the object.
    template: &'static [&'static str],
    /// The field of the spec with the number of pods.
    replicas_field: Option<&'static str>,
    pub(super) reach: Reach,
}

/// An object with pods.
pub(super) struct Workload<'a> {
    pub(super) object: &'a Object,
    kind: PodKind,
    /// The place and the name of each container and init container.
    containers: Vec<(Pointer, &'a str)>,
}

impl PodKind {
    /// The kinds that an App can write out, and the others of Kubernetes' that have pods. Karmada f8fdd02
    /// `pkg/util/overridemanager/imageoverride.go` reaches a Pod and a `ReplicaSet` too.
    pub(super) fn find(gvk: &GroupVersionKind) -> Option<Self> {
        if let Some(kind) = find_written_kind(gvk) {
            let reach = if kind.has_container_overriders() { Reach::All } else { Reach::PatchesAlone };
            return Some(Self {
                template: kind.pod_template(),
                replicas_field: kind.replicas_field(),
                reach,
            });
        }
        let template = WorkloadKind::Deployment.pod_template();
        let replicas_field = WorkloadKind::Deployment.replicas_field();
        match (gvk.group(), gvk.kind()) {
            ("apps", "ReplicaSet") => Some(Self { template, replicas_field, reach: Reach::All }),
            ("", "ReplicationController") => {
                Some(Self { template, replicas_field, reach: Reach::PatchesAlone })
            }
            ("", "Pod") => Some(Self { template: &[], replicas_field: None, reach: Reach::All }),
            _ => None,
        }
    }
}

/// The kind of the language that an object is of.
fn find_written_kind(gvk: &GroupVersionKind) -> Option<WorkloadKind> {
    WorkloadKind::ALL
        .into_iter()
        .find(|kind| kind.name() == gvk.kind() && kind.api_version().split('/').next() == Some(gvk.group()))
}

/// The workloads that overrides change: the one that the App writes out; without one, all among its manifests.
pub(super) fn find_workloads(objects: &[Object]) -> Vec<Workload<'_>> {
    let own: Vec<&Object> = objects.iter().filter(|object| object.role == Role::Workload).collect();
    let meant = if own.is_empty() { objects.iter().collect() } else { own };
    meant.into_iter().filter_map(Workload::of).collect()
}

impl<'a> Workload<'a> {
    fn of(object: &'a Object) -> Option<Self> {
        let kind = PodKind::find(&object.key.gvk)?;
        Some(Self { object, kind, containers: find_containers(&object.root, kind) })
    }

    fn kind_name(&self) -> &'a str {
        self.object.key.gvk.kind()
    }
}

/// The containers and init containers of a workload.
fn find_containers(root: &Node, kind: PodKind) -> Vec<(Pointer, &str)> {
    let mut found = Vec::new();
    for list in ["initContainers", "containers"] {
        let steps = [kind.template, &["spec", list]].concat();
        let containers = tree::find(root, &steps).and_then(Node::as_sequence).unwrap_or_default();
        for (index, container) in containers.iter().enumerate() {
            let mut place = pointer(&steps);
            place.push_index(index);
            found.push((place, tree::get(container, "name").and_then(Node::as_str).unwrap_or_default()));
        }
    }
    found
}

impl Lowering<'_> {
    /// Reads the edits of all workloads. A container stands for those of its name in whichever workloads have one.
    pub(super) fn collect_of_workloads<'a>(
        &mut self,
        written: &Override,
        workloads: &[Workload<'a>],
        collected: &mut EditsByObject<'a>,
    ) {
        if workloads.is_empty() {
            if !self.app.spec.has_lost_workload() {
                self.check_no_workload(written);
            }
            return;
        }
        self.check_containers(written, workloads);
        if let Some(replicas) = written.replicas
            && workloads.iter().all(|workload| workload.kind.replicas_field.is_none())
        {
            let kinds: BTreeSet<&str> = workloads.iter().map(Workload::kind_name).collect();
            self.no_replicas_to_override(replicas.span, &kinds);
        }
        for workload in workloads {
            let edits = self.workload_edits(written, workload);
            put(collected, workload.object, edits);
        }
    }

    /// Reports the containers that no workload has.
    fn check_containers(&mut self, written: &Override, workloads: &[Workload<'_>]) {
        let owner = self.app.spec.workload().map(WrittenWorkload::owner);
        let has_lost = |name: &str| {
            owner.is_some_and(|owner| {
                owner.containers.0.has_lost(name) || owner.init_containers.0.has_lost(name)
            })
        };
        let mut known: Vec<&str> = Vec::new();
        let mut seen = BTreeSet::new();
        let names = workloads.iter().flat_map(|workload| &workload.containers).map(|(_, name)| *name);
        known.extend(names.filter(|name| seen.insert(*name)));
        for (name, _) in written.containers.iter() {
            if !seen.contains(name.value) && !has_lost(name.value) {
                self.unknown_container(name, (workloads.len(), &known));
            }
        }
    }

    fn workload_edits(&mut self, written: &Override, workload: &Workload<'_>) -> Vec<Edit> {
        let mut edits = Vec::new();
        if let Some(parts) = &written.images {
            let is_left = |(_, name): &&(Pointer, &str)| {
                !says_all_of(written, name, parts) && !self.has_lost_image(name)
            };
            for (place, _) in workload.containers.iter().filter(is_left) {
                let change = Change::Image { pointer: below(place, "image"), parts: to_parts(parts) };
                edits.push(Edit::new(parts.at, "the images".to_owned(), change));
            }
        }
        for (name, container) in written.containers.iter() {
            for (place, _) in workload.containers.iter().filter(|(_, known)| *known == name.value) {
                self.container_edits((name.value, place), container, &mut edits);
            }
        }
        edits.extend(metadata_edits(Section::Labels, &written.labels, |text| text.0.clone()));
        edits.extend(metadata_edits(Section::Annotations, &written.annotations, |text| text.0.clone()));
        if let Some(pod) = &written.pod {
            edits.extend(pod_edits(pod, workload.kind));
        }
        if let Some((replicas, field)) = written.replicas.zip(workload.kind.replicas_field) {
            let change = Change::Set(pointer(&["spec", field]), Json::from(replicas.value.get()));
            edits.push(Edit::new(replicas.span, "the replicas".to_owned(), change));
        }
        edits
    }

    /// Tells whether the image of a container could not be read, which was reported.
    fn has_lost_image(&self, name: &str) -> bool {
        let owner = self.app.spec.workload().map(WrittenWorkload::owner);
        let maps = owner.into_iter().flat_map(|owner| [&owner.containers.0, &owner.init_containers.0]);
        maps.filter_map(|map| map.get(name)).any(|container| container.image.0.is_none())
    }

    /// Warns of edits of replicas that Karmada divides.
    pub(super) fn check_divided(&mut self, object: &Object, edits: &[Edit]) {
        let strategy = self.written_placement().and_then(|placement| placement.strategy);
        let Some(strategy) = strategy.filter(|strategy| strategy.value != Strategy::Duplicated) else {
            return;
        };
        let kind = find_written_kind(&object.key.gvk);
        let Some(field) = kind.and_then(WorkloadKind::replicas_field) else { return };
        let field = pointer(&["spec", field]);
        for edit in edits.iter().filter(|edit| edit.change.path() == field) {
            self.divided_replicas_overridden(edit.at, strategy);
        }
    }

    fn container_edits(
        &mut self,
        (name, place): (&str, &Pointer),
        written: &ContainerOverride,
        edits: &mut Vec<Edit>,
    ) {
        match &written.image {
            Some(ImageChange::Whole(image)) => {
                let change = Change::Set(below(place, "image"), Json::from(image.value.text.as_str()));
                edits.push(Edit::new(image.span, format!("the image of `{name}`"), change));
            }
            Some(ImageChange::Parts(_)) if self.has_lost_image(name) => {}
            Some(ImageChange::Parts(parts)) => {
                let change = Change::Image { pointer: below(place, "image"), parts: to_parts(parts) };
                edits.push(Edit::new(parts.at, format!("the image of `{name}`"), change));
            }
            None => {}
        }
        for (field, change) in [(ListField::Command, &written.command), (ListField::Args, &written.args)] {
            match change {
                Erasable::Left => {}
                Erasable::Erased(at) => edits.push(erased(*at, below(place, field.key()))),
                Erasable::Written(change) => edits.push(list_edit((name, place), field, change)),
            }
        }
        for (variable, value) in written.env.iter() {
            let list = below(place, "env");
            let change = match value {
                Some(value) => Change::SetEntry {
                    list,
                    name: variable.value.to_owned(),
                    entry: env_node(variable, value).to_json(),
                },
                None => Change::RemoveEntry { list, name: variable.value.to_owned() },
            };
            edits.push(Edit::new(variable.span, format!("the variable `{}`", variable.value), change));
        }
        for (key, node) in &written.rest.fields {
            merge_edits(&below(place, &key.value), key, node, edits);
        }
        if let Erasable::Erased(at) = &written.resources {
            edits.push(erased(*at, below(place, "resources")));
        }
        if let Erasable::Written(resources) = &written.resources {
            for (section, changes) in [("requests", &resources.requests), ("limits", &resources.limits)] {
                for (resource, value) in changes.iter() {
                    let value = self.quantity(value.as_ref());
                    let holder = below(&below(place, "resources"), section);
                    edits.push(Edit::new(
                        resource.span,
                        format!("`{section}.{}` of `{name}`", resource.value),
                        set_or_remove(below(&holder, resource.value), value),
                    ));
                }
            }
        }
    }

    fn quantity(&mut self, node: Option<&Node>) -> Option<Json> {
        let node = node?;
        let json = node.to_json();
        if let Err(error) = Quantity::from_json(&json) {
            self.invalid_quantity(node.span, &error.to_string());
        }
        Some(json)
    }

    /// Reports the keys that only a workload has.
    fn check_no_workload(&mut self, written: &Override) {
        let first = |map: Option<Span>, what: &'static str| map.map(|span| (span, what));
        let found = [
            first(written.containers.iter().next().map(|(name, _)| name.span), "`containers`"),
            first(written.images.as_ref().map(|images| images.at), "`images`"),
            first(written.labels.iter().next().map(|(key, _)| key.span), "`labels`"),
            first(written.annotations.iter().next().map(|(key, _)| key.span), "`annotations`"),
            first(written.pod.as_ref().map(|pod| pod.at), "`pod`"),
            first(written.replicas.map(|replicas| replicas.span), "`replicas`"),
        ];
        for (span, what) in found.into_iter().flatten() {
            self.no_workload_to_override(span, what);
        }
    }
}

/// Whether a container has an image of its own that leaves nothing of the parts for all.
fn says_all_of(written: &Override, name: &str, parts: &ImageParts) -> bool {
    let own = written.containers.iter().find(|(own, _)| own.value == name);
    match own.and_then(|(_, container)| container.image.as_ref()) {
        Some(ImageChange::Whole(_)) => true,
        Some(ImageChange::Parts(own)) => {
            let fields = |parts: &ImageParts| {
                let ImageParts { registry, repository, tag, digest, .. } = parts;
                [registry.is_some(), repository.is_some(), tag.is_some(), digest.is_some()]
            };
            fields(parts).into_iter().zip(fields(own)).all(|(all, own)| own || !all)
        }
        None => false,
    }
}

fn pod_edits(pod: &PodOverride, kind: PodKind) -> Vec<Edit> {
    let mut edits = pod_metadata_edits(pod, kind);
    let spec = [kind.template, &["spec"]].concat();
    let selector = [spec.as_slice(), &["nodeSelector"]].concat();
    match &pod.node_selector {
        Erasable::Left => {}
        Erasable::Erased(at) => edits.push(erased(*at, pointer(&selector))),
        Erasable::Written(labels) => edits
            .extend(labels.iter().map(|(key, text)| field_edit(&selector, key, label_value(text.as_ref())))),
    }
    for (key, node) in &pod.rest.fields {
        merge_edits(&below(&pointer(&spec), &key.value), key, node, &mut edits);
    }
    edits
}

fn pod_metadata_edits(pod: &PodOverride, kind: PodKind) -> Vec<Edit> {
    if kind.template.is_empty() {
        // A Pod is its own template: by the time of the override its metadata is Karmada's too.
        let labels = metadata_edits(Section::Labels, &pod.labels, |text| text.0.clone());
        let annotations = metadata_edits(Section::Annotations, &pod.annotations, |text| text.0.clone());
        return labels.into_iter().chain(annotations).collect();
    }
    let place = |section: Section| [kind.template, &["metadata", section.name()]].concat();
    let (labels, annotations) = (place(Section::Labels), place(Section::Annotations));
    let labels = pod.labels.iter().map(|(key, text)| field_edit(&labels, key, label_value(text.as_ref())));
    let annotations = pod.annotations.iter().map(|(key, text)| {
        field_edit(&annotations, key, text.as_ref().map(|text| Json::from(text.0.as_str())))
    });
    labels.chain(annotations).collect()
}

fn label_value(text: Option<&LabelText>) -> Option<Json> {
    text.map(|text| Json::from(text.0.as_str()))
}

fn to_parts(parts: &ImageParts) -> Parts {
    Parts {
        registry: parts.registry.as_ref().map(|part| part.value.0.clone()),
        repository: parts.repository.as_ref().map(|part| part.value.0.clone()),
        tag: parts.tag.as_ref().map(|part| part.value.0.clone()),
        digest: parts.digest.as_ref().map(|part| part.value.0.clone()),
    }
}

/// What null takes away.
fn erased(at: Span, place: Pointer) -> Edit {
    let subject = format!("`{}`", place.tokens().last().unwrap_or_default());
    Edit::new(at, subject, Change::Remove(place))
}

fn list_edit((name, place): (&str, &Pointer), field: ListField, change: &ListChange) -> Edit {
    let word = match field {
        ListField::Args => "arguments",
        ListField::Command => "command",
    };
    let subject = format!("the {word} of `{name}`");
    let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.value.clone()).collect();
    let pointer = below(place, field.key());
    match change {
        ListChange::Whole(list) => {
            let texts = list.value.iter().map(|text| Json::String(text.value.clone())).collect();
            Edit::new(list.span, subject, Change::Set(pointer, Json::Array(texts)))
        }
        ListChange::Parts(parts) => {
            let (remove, add) = (texts(&parts.remove), texts(&parts.add));
            let change = Change::List { container: name.to_owned(), field, pointer, remove, add };
            Edit::new(parts.at, subject, change)
        }
    }
}
