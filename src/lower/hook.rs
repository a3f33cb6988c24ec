//! Hooks of Helm among the objects of a stream: Helm creates them apart from all others, at moments of their own.
//!
//! Source: helm v4.0 `pkg/release/v1/hook.go`, `pkg/release/v1/util/manifest_sorter.go`, `pkg/action/hooks.go`.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::policy::Metadata;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const EVENTS: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";

/// The events that Helm knows.
const KNOWN_EVENTS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// Tells whether a policy is a hook itself.
pub(super) fn is_hook(policy: &Metadata) -> bool {
    policy.annotations.contains_key(EVENTS)
}

/// When Helm creates an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hook {
    events: BTreeSet<&'static str>,
    weight: i64,
}

impl Hook {
    /// Finds out whether an object of a stream is a hook. A weight that is no number counts as 0. With an event that Helm does not
    /// know, Helm does not create the object at all.
    pub(super) fn of(object: &Object) -> Option<Self> {
        if object.role != Role::Streamed {
            return None;
        }
        let annotation =
            |key: &str| tree::find(&object.root, &["metadata", "annotations", key]).and_then(Node::as_str);
        let events = annotation(EVENTS)?.split(',').map(|event| event.trim().to_lowercase());
        let events: Option<BTreeSet<&str>> =
            events.map(|event| KNOWN_EVENTS.iter().copied().find(|known| *known == event)).collect();
        let weight = annotation(WEIGHT).and_then(|weight| weight.parse().ok()).unwrap_or_default();
        Some(Self { events: events?, weight })
    }

    /// The hooks among all objects; one that is there more than once is joined.
    pub(super) fn all(objects: &[Object]) -> BTreeMap<&ObjectKey, Self> {
        let mut hooks: BTreeMap<&ObjectKey, Self> = BTreeMap::new();
        for object in objects {
            let Some(hook) = Self::of(object) else { continue };
            let joined = match hooks.remove(&object.key) {
                Some(known) => known.join(hook),
                None => hook,
            };
            hooks.insert(&object.key, joined);
        }
        hooks
    }

    /// Tells whether it is created with the tests of a release.
    pub(super) fn is_test(&self) -> bool {
        self.events.iter().any(|event| event.starts_with("test"))
    }

    /// Both hooks as one: created with each of them, and as early as the first.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.events.extend(other.events);
        Self { events: self.events, weight: self.weight.min(other.weight) }
    }

    /// The annotations of a policy that has to be there before the hook is.
    pub(super) fn annotations_before(&self) -> [(String, String); 3] {
        let events: Vec<&str> = self.events.iter().copied().collect();
        [
            (EVENTS.to_owned(), events.join(",")),
            (WEIGHT.to_owned(), self.weight.saturating_sub(1).to_string()),
            (DELETE_POLICY.to_owned(), "before-hook-creation".to_owned()),
        ]
    }
}
