//! Reads an override: which objects it changes, and how.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::patch::Operation;
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
use crate::schema::Map;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ContainerOverride;
use crate::spec::ImageChange;
use crate::spec::LabelText;
use crate::spec::ListChange;
use crate::spec::Override;
use crate::spec::Patch;
use crate::spec::PatchOperation;
use crate::spec::Workload;
use crate::spec::WorkloadKind;
use crate::spec::image::ImageParts;
use crate::spec::overriding::PodOverride;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;

/// The edits of one override, object by object.
pub(super) type EditsByObject<'a> = Vec<(&'a Object, Vec<Edit>)>;

impl Lowering<'_> {
    /// Reads the edits of an override, object by object in the order they are first touched.
    pub(super) fn collect_edits<'a>(
        &mut self,
        written: &Override,
        objects: &'a [Object],
    ) -> EditsByObject<'a> {
        let mut collected: EditsByObject<'a> = Vec::new();
        let workload = objects.iter().find(|object| object.role == Role::Workload);
        let kind = self.app.spec.workload().map(Workload::kind);
        match workload.zip(kind) {
            Some((workload, kind)) => {
                put(&mut collected, workload, self.workload_edits(written, (workload, kind)));
            }
            None if self.app.spec.has_lost_workload() => {}
            None => self.check_no_workload(written),
        }
        self.collect_around(written, objects, &mut collected);
        for patch in &written.patches {
            let Some(object) = self.patch_target(patch, workload, objects) else { continue };
            if let Some(edit) = self.patch_edit(patch) {
                put(&mut collected, object, vec![edit]);
            }
        }
        collected
    }

    fn workload_edits(&mut self, written: &Override, (workload, kind): (&Object, WorkloadKind)) -> Vec<Edit> {
        let places = container_places(&workload.root, kind);
        let mut edits = Vec::new();
        for (name, container) in written.containers.iter() {
            if let Some(place) = self.find_container(name, workload, &places) {
                self.container_edits((name.value, &place), container, &mut edits);
            }
        }
        if let Some(parts) = &written.images {
            for place in &places {
                let pointer = below(place, "image");
                let change = Change::Image { pointer, parts: to_parts(parts) };
                edits.push(Edit { at: parts.at, subject: "the images".to_owned(), change });
            }
        }
        edits.extend(metadata_edits(Section::Labels, &written.labels, |text| text.0.clone()));
        edits.extend(metadata_edits(Section::Annotations, &written.annotations, |text| text.0.clone()));
        if let Some(pod) = &written.pod {
            edits.extend(pod_edits(pod, kind));
        }
        if let Some(replicas) = written.replicas {
            match kind.replicas_field() {
                Some(field) => {
                    let change = Change::Set(pointer(&["spec", field]), Json::from(replicas.value.get()));
                    edits.push(Edit { at: replicas.span, subject: "the replicas".to_owned(), change });
                }
                None => self.no_replicas_to_override(replicas.span, kind),
            }
        }
        edits
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
                edits.push(Edit { at: image.span, subject: format!("the image of `{name}`"), change });
            }
            Some(ImageChange::Parts(parts)) => {
                let change = Change::Image { pointer: below(place, "image"), parts: to_parts(parts) };
                edits.push(Edit { at: parts.at, subject: format!("the image of `{name}`"), change });
            }
            None => {}
        }
        for (field, change) in [(ListField::Command, &written.command), (ListField::Args, &written.args)] {
            edits.extend(change.as_ref().map(|change| list_edit((name, place), field, change)));
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
            edits.push(Edit {
                at: variable.span,
                subject: format!("the variable `{}`", variable.value),
                change,
            });
        }
        for (key, node) in &written.rest.fields {
            merge_edits(&below(place, &key.value), key, node, edits);
        }
        if let Some(resources) = &written.resources {
            for (section, changes) in [("requests", &resources.requests), ("limits", &resources.limits)] {
                for (resource, value) in changes.iter() {
                    let value = self.quantity(value.as_ref());
                    let holder = below(&below(place, "resources"), section);
                    edits.push(Edit {
                        at: resource.span,
                        subject: format!("`{section}.{}` of `{name}`", resource.value),
                        change: set_or_remove(below(&holder, resource.value), value),
                    });
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

    /// The place of a container or init container of this name.
    fn find_container(
        &mut self,
        name: Spanned<&str>,
        workload: &Object,
        places: &[Pointer],
    ) -> Option<Pointer> {
        let names: Vec<&str> = places
            .iter()
            .filter_map(|place| tree::get(tree::find_nearest(&workload.root, place), "name"))
            .filter_map(Node::as_str)
            .collect();
        let found = names.iter().position(|known| *known == name.value);
        let has_lost = self.app.spec.workload().map(Workload::owner).is_some_and(|owner| {
            owner.containers.0.has_lost(name.value) || owner.init_containers.0.has_lost(name.value)
        });
        if found.is_none() && !has_lost {
            self.unknown_container(name, &names);
        }
        found.and_then(|index| places.get(index).cloned())
    }

    pub(super) fn find_object<'a>(
        &mut self,
        kind: &str,
        name: Spanned<&str>,
        objects: &'a [Object],
    ) -> Option<&'a Object> {
        let same_kind = objects.iter().filter(|object| object.key.gvk.kind() == kind);
        let found = same_kind.clone().find(|object| self.written_name(&object.key) == name.value);
        if found.is_none() && !self.could_not_be_read(kind, name.value) {
            let known: Vec<String> =
                same_kind.map(|object| self.written_name(&object.key).to_owned()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown_object(kind, name, &known);
        }
        found
    }

    fn patch_target<'a>(
        &mut self,
        patch: &Patch,
        workload: Option<&'a Object>,
        objects: &'a [Object],
    ) -> Option<&'a Object> {
        let Some(target) = &patch.target else {
            if workload.is_none() && !self.app.spec.has_lost_workload() {
                self.no_workload_to_override(patch.at, "patches without a `target`");
            }
            return workload;
        };
        if let Some(name) = &target.name {
            return self.find_object(&target.kind.value, Spanned::new(&name.value, name.span), objects);
        }
        let mut same_kind = objects.iter().filter(|object| object.key.gvk.kind() == target.kind.value);
        match (same_kind.next(), same_kind.next()) {
            (Some(only), None) => Some(only),
            (found, _) => {
                let known: Vec<&str> = objects.iter().map(|object| object.key.gvk.kind()).collect();
                self.ambiguous_target(&target.kind, found.is_some(), &known);
                None
            }
        }
    }

    fn patch_edit(&mut self, asked: &Patch) -> Option<Edit> {
        let written = asked.path.value.as_str();
        if Pointer::parse(written).is_err() || written.is_empty() {
            self.invalid_patch_path(&asked.path);
            return None;
        }
        if matches!(written, "/apiVersion" | "/kind" | "/metadata" | "/metadata/name" | "/metadata/namespace")
        {
            self.identity_patched(&asked.path);
            return None;
        }
        let path = written.to_owned();
        let value = asked.value.as_ref().map(Node::to_json);
        let operation = match (asked.op.value, value) {
            (PatchOperation::Remove, None) => Operation::Remove { path },
            (PatchOperation::Add, Some(value)) => Operation::Add { path, value },
            (PatchOperation::Replace, Some(value)) => Operation::Replace { path, value },
            (PatchOperation::Remove, Some(_)) => {
                let at = asked.value.as_ref().map_or(asked.at, |value| value.span);
                self.patch_value(at, "`remove` takes no `value`");
                return None;
            }
            (PatchOperation::Add | PatchOperation::Replace, None) => {
                self.patch_value(asked.op.span, "`add` and `replace` need a `value`");
                return None;
            }
        };
        let subject = format!("the field `{}`", asked.path.value);
        Some(Edit { at: asked.path.span, subject, change: Change::Raw(operation) })
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

pub(super) fn put<'a>(collected: &mut EditsByObject<'a>, object: &'a Object, edits: Vec<Edit>) {
    if edits.is_empty() {
        return;
    }
    match collected.iter_mut().find(|(known, _)| known.key == object.key) {
        Some((_, known)) => known.extend(edits),
        None => collected.push((object, edits)),
    }
}

fn pod_edits(pod: &PodOverride, kind: WorkloadKind) -> Vec<Edit> {
    let labels =
        pod.labels.iter().map(|(key, text)| (&["metadata", "labels"], key, label_value(text.as_ref())));
    let annotations = pod.annotations.iter().map(|(key, text)| {
        (&["metadata", "annotations"], key, text.as_ref().map(|text| Json::from(text.0.as_str())))
    });
    let nodes = pod
        .node_selector
        .iter()
        .map(|(key, text)| (&["spec", "nodeSelector"], key, label_value(text.as_ref())));
    let changes = labels.chain(annotations).chain(nodes);
    let changes =
        changes.map(|(steps, key, value)| field_edit(&[kind.pod_template(), steps].concat(), key, value));
    let mut edits: Vec<Edit> = changes.collect();
    for (key, node) in &pod.rest.fields {
        let place = pointer(&[kind.pod_template(), &["spec", &key.value]].concat());
        merge_edits(&place, key, node, &mut edits);
    }
    edits
}

fn label_value(text: Option<&LabelText>) -> Option<Json> {
    text.map(|text| Json::from(text.0.as_str()))
}

/// The places of all containers and init containers of a workload.
fn container_places(root: &Node, kind: WorkloadKind) -> Vec<Pointer> {
    let mut places = Vec::new();
    for list in ["initContainers", "containers"] {
        let steps = [kind.pod_template(), &["spec", list]].concat();
        let count = tree::find(root, &steps).and_then(Node::as_sequence).map_or(0, <[Node]>::len);
        for index in 0..count {
            let mut place = pointer(&steps);
            place.push_index(index);
            places.push(place);
        }
    }
    places
}

pub(super) fn below(place: &Pointer, key: &str) -> Pointer {
    let mut place = place.clone();
    place.push_key(key);
    place
}

fn set_or_remove(pointer: Pointer, value: Option<Json>) -> Change {
    match value {
        Some(value) => Change::Set(pointer, value),
        None => Change::Remove(pointer),
    }
}

pub(super) fn field_edit(steps: &[&str], key: Spanned<&str>, value: Option<Json>) -> Edit {
    let change = set_or_remove(below(&pointer(steps), key.value), value);
    Edit { at: key.span, subject: format!("`{}`", key.value), change }
}

pub(super) fn metadata_edits<T, K>(
    section: Section,
    changes: &Map<Option<T>, K>,
    text: impl Fn(&T) -> String,
) -> Vec<Edit> {
    let edits = changes.iter().map(|(key, value)| Edit {
        at: key.span,
        subject: format!("the {} `{}`", section.name().trim_end_matches('s'), key.value),
        change: Change::Metadata { section, key: key.value.to_owned(), value: value.as_ref().map(&text) },
    });
    edits.collect()
}

fn to_parts(parts: &ImageParts) -> Parts {
    let text = |part: &Option<Spanned<String>>| part.as_ref().map(|part| part.value.clone());
    Parts {
        registry: text(&parts.registry),
        repository: text(&parts.repository),
        tag: text(&parts.tag),
        digest: text(&parts.digest),
    }
}

fn list_edit((name, place): (&str, &Pointer), field: ListField, change: &ListChange) -> Edit {
    let (key, word) = match field {
        ListField::Args => ("args", "arguments"),
        ListField::Command => ("command", "command"),
    };
    let subject = format!("the {word} of `{name}`");
    let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.value.clone()).collect();
    let pointer = below(place, key);
    match change {
        ListChange::Whole(list) => {
            let texts = list.value.iter().map(|text| Json::String(text.value.clone())).collect();
            Edit { at: list.span, subject, change: Change::Set(pointer, Json::Array(texts)) }
        }
        ListChange::Parts(parts) => {
            let (remove, add) = (texts(&parts.remove), texts(&parts.add));
            let change = Change::List { container: name.to_owned(), field, pointer, remove, add };
            Edit { at: parts.at, subject, change }
        }
    }
}

/// Maps merge, lists and scalars replace, null removes.
pub(super) fn merge_edits(place: &Pointer, key: &Spanned<String>, node: &Node, edits: &mut Vec<Edit>) {
    let subject = format!("`{}`", key.value);
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in mapping {
                merge_edits(&below(place, &entry.key.value), &entry.key, &entry.value, edits);
            }
        }
        Value::Null => edits.push(Edit { at: key.span, subject, change: Change::Remove(place.clone()) }),
        Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Sequence(_) | Value::Poisoned => {
            let change = Change::Set(place.clone(), node.to_json());
            edits.push(Edit { at: key.span, subject, change });
        }
    }
}
