//! Reads an override: which objects it changes, and how.

use crate::bundle::Object;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::patch::Operation;
use crate::k8s::pointer::Pointer;
use crate::lower::Lowering;
use crate::lower::overrides::change::Change;
use crate::lower::overrides::change::Edit;
use crate::lower::overrides::change::Section;
use crate::lower::overrides::change::pointer;
use crate::lower::overrides::workload::Workload;
use crate::schema::Map;
use crate::source::Spanned;
use crate::spec::Override;
use crate::spec::Patch;
use crate::spec::PatchOperation;
use crate::yaml::Node;
use crate::yaml::Value;
use indexmap::IndexMap;
use serde_json::Value as Json;

/// The edits of one override by object, in the order in which objects are first touched.
pub(super) type EditsByObject<'a> = IndexMap<&'a ObjectKey, (&'a Object, Vec<Edit>)>;

impl Lowering<'_> {
    /// Reads the edits of an override.
    pub(super) fn collect_edits<'a>(
        &mut self,
        written: &Override,
        (objects, workloads): (&'a [Object], &[Workload<'a>]),
    ) -> EditsByObject<'a> {
        let mut collected = EditsByObject::new();
        self.collect_of_workloads(written, workloads, &mut collected);
        self.collect_around(written, objects, &mut collected);
        for patch in &written.patches {
            for object in self.patch_targets(patch, workloads, objects) {
                put(&mut collected, object, self.patch_edit(patch).into_iter().collect());
            }
        }
        collected
    }

    /// The objects of this kind and name, one in each namespace that has one.
    pub(super) fn find_objects<'a>(
        &mut self,
        kind: &str,
        name: Spanned<&str>,
        objects: &'a [Object],
    ) -> Vec<&'a Object> {
        let same_kind = objects.iter().filter(|object| object.key.gvk.kind() == kind);
        let is_meant = |object: &&Object| self.written_name(&object.key) == name.value;
        let found: Vec<&Object> = same_kind.clone().filter(is_meant).collect();
        if found.is_empty() && !self.could_not_be_read(kind, name.value) {
            let known: Vec<String> =
                same_kind.map(|object| self.written_name(&object.key).to_owned()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown_object(kind, name, &known);
        }
        found
    }

    fn patch_targets<'a>(
        &mut self,
        patch: &Patch,
        workloads: &[Workload<'a>],
        objects: &'a [Object],
    ) -> Vec<&'a Object> {
        let Some(target) = &patch.target else {
            match workloads {
                [only] => return vec![only.object],
                [] if self.app.spec.has_lost_workload() => {}
                [] => self.no_workload_to_override(patch.at, "patches without a `target`"),
                [_, _, ..] => self.patch_of_many_workloads(patch.path.span),
            }
            return Vec::new();
        };
        let is_known = objects.iter().any(|object| object.key.gvk.kind() == target.kind.value);
        if let Some(name) = target.name.as_ref().filter(|_| is_known) {
            return self.find_objects(&target.kind.value, Spanned::new(&name.value, name.span), objects);
        }
        let mut same_kind = objects.iter().filter(|object| object.key.gvk.kind() == target.kind.value);
        match (same_kind.next(), same_kind.next()) {
            (Some(only), None) => vec![only],
            (found, _) => {
                let known: Vec<&str> = objects.iter().map(|object| object.key.gvk.kind()).collect();
                self.ambiguous_target(&target.kind, found.is_some(), &known);
                Vec::new()
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
        Some(Edit::new(asked.path.span, subject, Change::Raw(operation)))
    }
}

pub(super) fn put<'a>(collected: &mut EditsByObject<'a>, object: &'a Object, edits: Vec<Edit>) {
    if edits.is_empty() {
        return;
    }
    collected.entry(&object.key).or_insert_with(|| (object, Vec::new())).1.extend(edits);
}

pub(super) fn below(place: &Pointer, key: &str) -> Pointer {
    let mut place = place.clone();
    place.push_key(key);
    place
}

pub(super) fn set_or_remove(pointer: Pointer, value: Option<Json>) -> Change {
    match value {
        Some(value) => Change::Set(pointer, value),
        None => Change::Remove(pointer),
    }
}

pub(super) fn field_edit(steps: &[&str], key: Spanned<&str>, value: Option<Json>) -> Edit {
    let change = set_or_remove(below(&pointer(steps), key.value), value);
    Edit::new(key.span, format!("`{}`", key.value), change)
}

pub(super) fn metadata_edits<T, K>(
    section: Section,
    changes: &Map<Option<T>, K>,
    text: impl Fn(&T) -> String,
) -> Vec<Edit> {
    let edits = changes.iter().map(|(key, value)| {
        let subject = format!("the {} `{}`", section.name().trim_end_matches('s'), key.value);
        let value = value.as_ref().map(&text);
        Edit::new(key.span, subject, Change::Metadata { section, key: key.value.to_owned(), value })
    });
    edits.collect()
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
        Value::Null => {
            edits.push(Edit::new(key.span, subject, Change::Remove(place.clone())));
        }
        Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Sequence(_) | Value::Poisoned => {
            let change = Change::Set(place.clone(), node.to_json());
            edits.push(Edit { value: Some(node.span), ..Edit::new(key.span, subject, change) });
        }
    }
}
