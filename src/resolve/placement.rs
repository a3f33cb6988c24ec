//! A placement that starts from one of the Fleet.

use crate::fleet::Inventory;
use crate::fleet::extend_placement;
use crate::resolve::with_key;
use crate::tree;
use crate::yaml::Node;

/// Puts the placement of a spec, whose expressions are evaluated, over the one of the Fleet that it names. A name that
/// the Fleet does not have stays: it is reported where the placement is lowered.
pub(super) fn start_placement(spec: &mut Node, inventory: Option<&Inventory>) {
    let Some(inventory) = inventory else { return };
    with_key(spec, "placement", |placement| {
        let from = tree::get(placement, "from").and_then(Node::as_str);
        if let Some(base) = from.and_then(|name| inventory.placements.get(name)) {
            *placement = extend_placement(&base.written, placement);
        }
    });
}
