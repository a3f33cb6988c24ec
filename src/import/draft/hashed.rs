//! Names that end with a hash of the content: the App says `hash: true`, and refers to the object without it.

use crate::import::Form;
use crate::import::Forms;
use crate::import::Original;
use crate::import::compare::is_secret;
use crate::import::draft::fields::Fields;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::hash::content_hash;
use crate::k8s::hash::split_hash;
use crate::k8s::pointer::Pointer;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::find_dependencies;
use crate::tree;
use crate::yaml::Node;
use serde_json::Map;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The objects of an App that it has under a shorter name than the cluster does.
#[derive(Debug, Clone, Default)]
pub(super) struct Hashed {
    /// The shorter names.
    pub(super) written: BTreeMap<ObjectKey, String>,
}

impl Hashed {
    /// Finds them among the members; two with one shorter name keep their own.
    pub(super) fn of(members: &[&Original], namespace: &str, forms: &Forms) -> Self {
        let mut written: BTreeMap<ObjectKey, String> = BTreeMap::new();
        for member in members {
            let key = &member.key;
            let is_candidate = key.namespace.as_deref() == Some(namespace) && forms.of(key) == Form::Short;
            let Some(name) = written_name(member).filter(|_| is_candidate) else { continue };
            let mut others = members.iter().filter(|other| other.key.gvk == key.gvk && other.key != *key);
            let is_taken = others.any(|other| other.key.name == name || written_name(other) == Some(name));
            if !is_taken {
                written.insert(key.clone(), name.to_owned());
            }
        }
        Self { written }
    }

    /// Tells whether an object, by its shorter name, is one of them.
    pub(super) fn has(&self, key: &ObjectKey) -> bool {
        self.written.iter().any(|(real, name)| real.gvk == key.gvk && *name == key.name)
    }

    /// An object with the shorter names, its own and those that it refers to.
    pub(super) fn rename<'o>(&self, original: &'o Original) -> Cow<'o, Original> {
        if self.written.is_empty() {
            return Cow::Borrowed(original);
        }
        let mut renamed = original.clone();
        if let Some(name) = self.written.get(&original.key) {
            renamed.key.name.clone_from(name);
            set(&mut renamed.root, "/metadata/name", name);
        }
        let references = find_dependencies(&original.root.to_json()).map(|found| found.references);
        for reference in references.unwrap_or_default() {
            let Target::Name(target) = &reference.target else { continue };
            if let Some(name) = self.find(reference.kind, target) {
                reference.places.iter().for_each(|place| set(&mut renamed.root, &place.pointer, name));
            }
        }
        if original.key.gvk.kind() == "ServiceAccount" {
            self.rename_secrets(&mut renamed.root);
        }
        Cow::Owned(renamed)
    }

    fn rename_secrets(&self, account: &mut Node) {
        for list in ["imagePullSecrets", "secrets"] {
            let items = tree::get(account, list).and_then(Node::as_sequence).unwrap_or_default();
            let names = items.iter().map(|item| self.find("Secret", tree::get(item, "name")?.as_str()?));
            let names: Vec<Option<&str>> = names.collect();
            for (index, name) in names.into_iter().enumerate() {
                if let Some(name) = name {
                    set(account, &format!("/{list}/{index}/name"), name);
                }
            }
        }
    }

    fn find(&self, kind: &str, name: &str) -> Option<&str> {
        let found = self.written.iter().find(|(key, _)| key.gvk.kind() == kind && key.name == name);
        found.map(|(_, name)| name.as_str())
    }
}

/// The name of an object without the hash of its content that it ends with.
fn written_name(object: &Original) -> Option<&str> {
    let (name, hash) = split_hash(&object.key.name)?;
    let kind = object.key.gvk.kind();
    let is_config = object.key.gvk.api_version() == "v1" && matches!(kind, "ConfigMap" | "Secret");
    let mut content = Map::new();
    for field in ["data", "binaryData", "immutable"] {
        content.extend(tree::get(&object.root, field).map(|value| (field.to_owned(), value.to_json())));
    }
    if is_secret(&object.key) {
        let r#type = tree::get(&object.root, "type").map_or_else(|| Json::from("Opaque"), Node::to_json);
        content.insert("type".to_owned(), r#type);
    }
    (is_config && content_hash(kind, &Json::Object(content)) == hash).then_some(name)
}

fn set(root: &mut Node, pointer: &str, name: &str) {
    let found = Pointer::parse(pointer).ok().and_then(|pointer| tree::find_mut(root, &pointer));
    if let Some(node) = found {
        *node = tree::text(node.span, name);
    }
}

/// Adds to a `ConfigMap` or Secret that its name gets the hash.
pub(super) fn with_hash(node: &Node) -> Node {
    let mut map = tree::Map::new(node.span);
    Fields::of(Some(node), node.span).put_rest(&mut map);
    map.with("hash", tree::boolean(node.span, true)).into_node()
}
