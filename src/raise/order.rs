//! In which order containers start: one that others wait for comes before the others, as an init container.

use crate::diagnostic::Diagnostics;
use crate::raise::diagnostics;
use crate::raise::workload::Container;
use crate::raise::workload::Readiness;
use crate::schema::Map;
use crate::source::Spanned;
use crate::spec::LabelNameKey;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A container, and how far it must be for those that wait for it.
pub(super) type Placed<'a> = (Spanned<&'a str>, &'a Container, Option<Readiness>);

/// The containers that others wait for in the order in which they start, and then the others as written. Reports E0642.
pub(super) fn in_order<'a>(
    containers: &'a Map<Container, LabelNameKey>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Placed<'a>>, Vec<Placed<'a>>) {
    for (name, container) in containers.iter() {
        for (other, _) in container.before.iter() {
            if containers.get(other.value).is_none() && !containers.has_lost(other.value) {
                let known: Vec<&str> = containers.keys().filter(|known| *known != name.value).collect();
                diagnostics.report(diagnostics::unknown_container(other, &known));
            }
        }
    }
    let all = containers.iter().map(|(name, container)| (name, container, readiness(container)));
    let (waited_for, others): (Vec<Placed<'_>>, Vec<Placed<'_>>) =
        all.partition(|(_, _, start)| start.is_some());
    // How many containers each one still waits for, of those that others wait for.
    let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
    for other in waited_for.iter().flat_map(|(_, container, _)| container.before.keys()) {
        *missing.entry(other).or_default() += 1;
    }
    let places: BTreeMap<&str, usize> =
        waited_for.iter().zip(0..).map(|((name, _, _), place)| (name.value, place)).collect();
    let mut ready: BTreeSet<usize> =
        places.iter().filter(|(name, _)| !missing.contains_key(*name)).map(|(_, place)| *place).collect();
    let mut order = Vec::new();
    while let Some(place) = ready.pop_first() {
        order.push(place);
        let next = waited_for.get(place).into_iter().flat_map(|(_, container, _)| container.before.keys());
        for other in next {
            let left = missing.entry(other).and_modify(|count| *count -= 1).or_default();
            ready.extend(places.get(other).filter(|_| *left == 0));
        }
    }
    let done: BTreeSet<usize> = order.iter().copied().collect();
    let stuck = waited_for.iter().zip(0..).filter(|(_, place)| !done.contains(place));
    let stuck: Vec<Spanned<&str>> = stuck.map(|((name, _, _), _)| *name).collect();
    if let Some(first) = stuck.first() {
        diagnostics.report(diagnostics::circular_order(first.span, &stuck));
    }
    let ordered = order.into_iter().filter_map(|place| waited_for.get(place).copied()).collect();
    (ordered, others)
}

/// How far a container must be: one that ends has ended before any other starts.
fn readiness(container: &Container) -> Option<Readiness> {
    let all = || container.before.iter().map(|(_, start)| start.ready.value);
    [Readiness::Complete, Readiness::Healthy, Readiness::Started]
        .into_iter()
        .find(|wanted| all().any(|ready| ready == *wanted))
}
