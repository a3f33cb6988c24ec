//! Sorts objects into Apps.

use crate::diagnostic::Diagnostics;
use crate::import::Collection;
use crate::import::Group;
use crate::import::Policies;
use crate::import::carriage::carry;
use crate::import::claims::Claims;
use crate::import::diagnostics;
use crate::import::diagnostics::Need;
use crate::import::group::group;
use crate::import::references::references;
use crate::k8s::gvk::ObjectKey;
use std::collections::BTreeSet;

/// Sorts the objects into Apps, and finds for each how its objects are carried. Reports the lints `policy-kept`, `policy-replaced`, `policy-changed`, `object-unclaimed`,
/// `selector-lost`, and `secret-left-out`.
#[must_use]
pub fn sort(
    collection: &Collection,
    policies: Policies<'_>,
    misfits: &Misfits,
    diagnostics: &mut Diagnostics,
) -> Sorted {
    let claims = Claims::new(policies, misfits);
    let mut groups = group(collection, &claims, misfits);
    let carriers: Vec<Option<usize>> = collection
        .objects
        .iter()
        .map(|object| claims.number_of(&object.key, &object.root.to_json()))
        .collect();
    carry(&mut groups, (collection, &claims), (&carriers, misfits), diagnostics);
    tell_secrets(collection, diagnostics);
    Sorted { groups, carriers }
}

/// The Apps, and who carries each object.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorted {
    /// Sorted by namespace and name, each object in one.
    pub groups: Vec<Group>,
    /// The number of the policy that carries each object of the collection.
    pub carriers: Vec<Option<usize>>,
}

/// The policies that do not come back as they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Misfits {
    /// The numbers of those that are not one with the policy of the workload.
    pub parted: BTreeSet<usize>,
    /// The numbers of those that are kept as they are.
    pub kept: BTreeSet<usize>,
}

/// Says which Secrets stay where they are.
fn tell_secrets(collection: &Collection, diagnostics: &mut Diagnostics) {
    if collection.secrets.is_empty() {
        return;
    }
    let references = collection.objects.iter().flat_map(references);
    let wanted: BTreeSet<ObjectKey> = references.map(|reference| reference.target).collect();
    for (key, secret) in &collection.secrets {
        let need = if wanted.contains(key) { Need::Referred } else { Need::Unknown };
        diagnostics.report(diagnostics::secret_left_out(secret, need));
    }
}
