//! `ConfigMaps`, Secrets, claims of storage, and accounts.

use crate::import::draft::fields::Fields;
use crate::import::draft::labels::Inherited;
use crate::import::draft::pod::short_references;
use crate::import::draft::workload::short_claim;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;

/// Writes a `ConfigMap`, or a Secret with its values.
pub(super) fn write_config(root: &Node, inherited: &Inherited) -> Node {
    let mut config = tree::Map::new(root.span);
    for key in ["type", "data", "stringData", "binaryData", "immutable"] {
        config.set_some(key, tree::get(root, key).cloned());
    }
    inherited.put_own(root, &mut config);
    config.into_node()
}

/// Writes a claim of storage.
pub(super) fn write_claim(root: &Node, inherited: &Inherited) -> Node {
    let mut claim = short_claim(tree::get(root, "spec"), root.span);
    inherited.put_own(root, &mut claim);
    claim.into_node()
}

/// Writes the account that the pods run as.
pub(super) fn write_account(root: &Node, app: &str, inherited: &Inherited) -> Node {
    let mut fields = Fields::of(Some(root), root.span);
    let mut account = tree::Map::new(root.span).with("create", tree::boolean(root.span, true));
    for key in ["apiVersion", "kind", "metadata"] {
        fields.take(key);
    }
    let name = tree::find(root, &["metadata", "name"]);
    account.set_some("name", name.filter(|name| name.as_str() != Some(app)).cloned());
    let secrets = fields.take("imagePullSecrets").map(|secrets| short_references(&secrets));
    account.set_some("imagePullSecrets", secrets);
    fields.put_rest(&mut account);
    inherited.put_own(root, &mut account);
    account.into_node()
}

/// An object that is only referred to; with the keys that it is known to have.
pub(super) fn write_external(at: Span, keys: &[String]) -> Node {
    let mut external = tree::Map::new(at).with("external", tree::boolean(at, true));
    if !keys.is_empty() {
        let keys = keys.iter().map(|key| tree::text(at, key.as_str()));
        external.set("keys", tree::list(at, keys.collect()));
    }
    external.into_node()
}
