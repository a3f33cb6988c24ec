//! Which kinds live in a namespace: Kubernetes' and Karmada's own, and those that a `CustomResourceDefinition` at hand defines.

use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::Scope;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// The scopes of kinds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes {
    /// By group and kind.
    custom: BTreeMap<(String, String), Scope>,
}

impl Scopes {
    /// Learns the kinds that are defined among some objects.
    #[must_use]
    pub fn of<'a>(objects: impl IntoIterator<Item = &'a Node>) -> Self {
        Self { custom: objects.into_iter().filter_map(custom_scope).collect() }
    }

    /// The scope of a kind; nothing where nobody says.
    #[must_use]
    pub fn find(&self, gvk: &GroupVersionKind) -> Option<Scope> {
        gvk.find_scope().or_else(|| {
            let is_custom = !self.custom.is_empty();
            let key = is_custom.then(|| (gvk.group().to_owned(), gvk.kind().to_owned()))?;
            self.custom.get(&key).copied()
        })
    }
}

/// The scope that a `CustomResourceDefinition` gives to its kind.
fn custom_scope(root: &Node) -> Option<((String, String), Scope)> {
    let text = |path: &[&str]| tree::find(root, path).and_then(Node::as_str);
    if text(&["kind"])? != "CustomResourceDefinition" {
        return None;
    }
    let scope = if text(&["spec", "scope"])? == "Cluster" { Scope::Cluster } else { Scope::Namespaced };
    Some(((text(&["spec", "group"])?.to_owned(), text(&["spec", "names", "kind"])?.to_owned()), scope))
}
