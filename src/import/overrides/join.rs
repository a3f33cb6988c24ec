//! Joins the entries of several objects into the `overrides` of one App.

use crate::import::overrides::Entry;
use crate::import::overrides::body::Body;
use crate::source::Span;
use crate::tree;
use crate::tree::Map;
use crate::yaml::Node;

/// An entry of the App, under construction.
struct Joined {
    target: Map,
    body: Body,
    at: Span,
}

/// Writes the entries of an App's objects as one list, each object's in their order. Entries for the same clusters become one
/// where no order is lost; those that change nothing are left out.
#[must_use]
pub fn join_entries(objects: Vec<Vec<Entry>>) -> Vec<Node> {
    let mut joined: Vec<Joined> = Vec::new();
    for entries in objects {
        // Where the next entry of this object may stand at the earliest.
        let mut earliest = 0;
        for entry in entries.into_iter().filter(|entry| !entry.raised.body.is_empty()) {
            let target = entry.target.clone().into_node().to_json();
            let same = joined.iter().enumerate().skip(earliest);
            let same = same.filter(|(_, known)| known.target.clone().into_node().to_json() == target);
            let place = same.map(|(place, _)| place).next();
            match place.and_then(|place| joined.get_mut(place)) {
                Some(known) => known.body.join(entry.raised.body),
                None => joined
                    .insert(earliest, Joined { target: entry.target, body: entry.raised.body, at: entry.at }),
            }
            earliest = place.unwrap_or(earliest) + 1;
        }
    }
    joined.into_iter().map(into_node).collect()
}

fn into_node(joined: Joined) -> Node {
    let mut node = joined.target;
    for (key, value) in joined.body.into_json() {
        node.set(&key, tree::from_json(joined.at, &value));
    }
    node.into_node()
}
