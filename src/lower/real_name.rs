//! Names that end with a hash of the content, and the references to them.

use crate::bundle::Object;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::hash::content_hash;
use crate::k8s::hash::short_hash;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::pointer::Pointer;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::find_dependencies;
use crate::lower::Lowering;
use crate::lower::dependencies::can_refer;
use crate::lower::dependencies::read_by_karmada;
use crate::lower::overrides::Edit;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// How much of a name that is not valid as it is stays, in characters.
const POLICY_NAME_LENGTH: usize = 100;

/// A `ConfigMap` or Secret that the App refers to by another name than the cluster does.
pub(super) struct RealName {
    kind: &'static str,
    written: String,
    real: String,
}

impl Lowering<'_> {
    /// The name of a `ConfigMap` or Secret in the cluster: with `hash`, the one written and a hash of all but the metadata.
    pub(super) fn real_name(
        &mut self,
        kind: &'static str,
        name: Spanned<&str>,
        (hash, body): (Option<Spanned<bool>>, &tree::Map),
    ) -> String {
        let Some(hash) = hash.filter(|hash| hash.value) else { return name.value.to_owned() };
        let real = format!("{}-{}", name.value, content_hash(kind, &body.clone().into_node().to_json()));
        if let Err(error) = check_dns_subdomain(&real) {
            self.invalid_real_name(hash.span, &error.to_string());
        }
        self.real_names.push(RealName { kind, written: name.value.to_owned(), real: real.clone() });
        real
    }

    /// The name that the App has for an object.
    pub(super) fn written_name<'b>(&'b self, key: &'b ObjectKey) -> &'b str {
        let known = |name: &&RealName| name.kind == key.gvk.kind() && name.real == key.name;
        let is_core = key.gvk.group().is_empty();
        self.real_names.iter().find(|name| is_core && known(name)).map_or(&key.name, |name| &name.written)
    }

    fn find_real_name(&self, kind: &str, written: &str) -> Option<&str> {
        let name = self.real_names.iter().find(|name| name.kind == kind && name.written == written)?;
        Some(&name.real)
    }

    /// Writes the real names into all references that Karmada's rules find, and into the lists of a ServiceAccount.
    pub(super) fn rename_references(&self, objects: &mut [Object]) {
        if self.real_names.is_empty() {
            return;
        }
        for object in objects {
            let Ok(found) = find_dependencies(&read_by_karmada(object)) else { continue };
            for reference in &found.references {
                let Target::Name(written) = &reference.target else { continue };
                let Some(real) = self.find_real_name(reference.kind, written) else { continue };
                if reference.namespace.as_deref() != Some(self.namespace()) {
                    continue;
                }
                for place in &reference.places {
                    rename(&mut object.root, &place.pointer, real);
                }
            }
            if object.key.gvk.kind() == "ServiceAccount" {
                self.rename_secrets_of_account(&mut object.root);
            }
        }
    }

    fn rename_secrets_of_account(&self, root: &mut Node) {
        for list in ["imagePullSecrets", "secrets"] {
            let items = tree::get(root, list).and_then(Node::as_sequence).unwrap_or_default();
            let names: Vec<Option<String>> = items
                .iter()
                .map(|item| tree::get(item, "name").and_then(Node::as_str))
                .map(|name| name.and_then(|name| self.find_real_name("Secret", name)).map(str::to_owned))
                .collect();
            for (index, real) in names.iter().enumerate() {
                if let Some(real) = real {
                    rename(root, &format!("/{list}/{index}/name"), real);
                }
            }
        }
    }

    /// Writes the real names into what overrides set.
    pub(super) fn rename_in_edits(&self, object: &Object, edits: &mut [Edit]) {
        if self.real_names.is_empty() || !can_refer(object.role) {
            return;
        }
        let base = read_by_karmada(object);
        for edit in edits {
            let mut changed = base.clone();
            edit.change.make(&mut changed);
            let Ok(found) = find_dependencies(&changed) else { continue };
            let Some((place, value)) = edit.change.value_in(&changed) else { continue };
            for reference in &found.references {
                let Target::Name(written) = &reference.target else { continue };
                let Some(real) = self.find_real_name(reference.kind, written) else { continue };
                for name in reference.places.iter().filter_map(|name| name.pointer.strip_prefix(&place)) {
                    if let Some(name) = value.pointer_mut(name) {
                        *name = Json::from(real);
                    }
                }
            }
        }
    }
}

fn rename(root: &mut Node, pointer: &str, real: &str) {
    let found = Pointer::parse(pointer).ok().and_then(|pointer| tree::find_mut(root, &pointer));
    if let Some(node) = found {
        *node = tree::text(node.span, real);
    }
}

/// The name of a policy for an object whose own name no policy may have, as that of a `ClusterRole` may be: what it may have
/// of it, and a hash.
pub(super) fn policy_name(name: &str) -> String {
    let valid = |character: char| match character.to_ascii_lowercase() {
        character @ ('a'..='z' | '0'..='9') => character,
        _ => '-',
    };
    let front: String = name.chars().map(valid).take(POLICY_NAME_LENGTH).collect();
    format!("{}-{}", front.trim_matches('-'), short_hash(name))
}
