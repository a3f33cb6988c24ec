//! Which Apps must not let Karmada send along what their objects refer to: it would come to clusters that do not have it.

use crate::import::Collection;
use crate::import::Original;
use crate::import::members::Clusters;
use crate::import::owners::Owners;
use crate::import::references::references;
use crate::k8s::gvk::ObjectKey;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The numbers of the objects that go, with all of their Apps, without `propagateDeps`.
///
/// What an object refers to follows it to all of its clusters. And what only a copy refers to, an App would send by itself, to all
/// of its clusters. What they refer to is then in other Apps.
pub(super) fn find_strict(
    collection: &Collection,
    places: &BTreeMap<ObjectKey, Clusters>,
    owners: &Owners<'_>,
) -> BTreeSet<usize> {
    let mut strict = BTreeSet::new();
    for (number, object) in (0..).zip(&collection.objects) {
        if leads_astray((object, copies_of(number, collection)), places) {
            strict.insert(number);
            strict.extend(owners.owners_of(number));
        }
    }
    let objects = strict.iter().filter_map(|number| Some((*number, collection.objects.get(*number)?)));
    let forms = objects.flat_map(|(number, object)| copies_of(number, collection).iter().chain([object]));
    let referred: BTreeSet<ObjectKey> = forms.flat_map(references).map(|found| found.target).collect();
    let goes_along = |(number, object): &(usize, &Original)| {
        let found = owners.owners_of(*number);
        found.len() == 1 && found.is_subset(&strict) && !referred.contains(&object.key)
    };
    let followers = (0..).zip(&collection.objects).filter(goes_along).map(|(number, _)| number);
    let followers: Vec<usize> = followers.collect();
    strict.extend(followers);
    strict
}

fn copies_of(number: usize, collection: &Collection) -> &[Original] {
    collection.elsewhere.get(&number).map_or(&[], Vec::as_slice)
}

fn leads_astray((object, copies): (&Original, &[Original]), places: &BTreeMap<ObjectKey, Clusters>) -> bool {
    let own = places.get(&object.key);
    let targets: BTreeSet<ObjectKey> = references(object).into_iter().map(|found| found.target).collect();
    let is_away = |target: &ObjectKey| {
        let there = places.get(target).zip(own);
        there.is_some_and(|(there, own)| !there.is_superset(own))
    };
    let mut of_copies = copies.iter().flat_map(references).map(|found| found.target);
    targets.iter().any(is_away)
        || of_copies.any(|target| !targets.contains(&target) && places.contains_key(&target))
}
