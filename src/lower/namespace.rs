//! The Namespace that the App lives in, where the App asks for it.
//!
//! Karmada copies every Namespace to every cluster. With a placement that leaves clusters out, the Namespace says that it
//! shall not be copied, and a policy of its own sends it where objects of the App may go.

use crate::bundle::NamespaceRequest;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::ir::Policy;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::namespace::SKIP_LABEL;
use crate::karmada::namespace::is_reserved;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::placement::Placement;
use crate::karmada::policy::propagation::ConflictResolution;
use crate::karmada::policy::propagation::Preemption;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::version::NAMESPACE_SKIP_SINCE;
use crate::lower::Lowering;
use crate::lower::placement::Placed;
use crate::lower::policies::selector;
use crate::source::Span;
use crate::spec::NamespaceChoice;
use crate::spec::propagation::NamespaceMetadata;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// The namespace that Kubernetes makes on every cluster.
const EVERYWHERE: &str = "default";

/// The Namespace, and the policy that sends it; none where it goes to every cluster by itself.
pub(super) struct LoweredNamespace {
    pub(super) object: Object,
    pub(super) policy: Option<Policy<PropagationPolicy>>,
}

impl LoweredNamespace {
    /// What an App asks for, in a form that can be compared.
    pub(super) fn request(&self, at: Span) -> NamespaceRequest {
        let policy = self.policy.iter().filter_map(|policy| serde_json::to_value(&policy.policy).ok());
        let objects: Vec<Json> = std::iter::once(self.object.root.to_json()).chain(policy).collect();
        NamespaceRequest { at, objects }
    }
}

impl Lowering<'_> {
    /// The key that asks for the Namespace, and what it shall carry.
    pub(super) fn namespace_choice(&self) -> Option<(Span, Option<&NamespaceMetadata>)> {
        let choice = self.app.spec.propagation.as_ref()?.namespace.as_ref()?;
        match &choice.value {
            NamespaceChoice::No => None,
            NamespaceChoice::Yes => Some((choice.key, None)),
            NamespaceChoice::With(metadata) => Some((choice.key, Some(metadata))),
        }
    }

    /// Tells whether this is the App of a build that brings the Namespace; the others that ask for it must agree with it.
    pub(super) fn brings_namespace(&self) -> bool {
        self.world.bringers.get(self.namespace()).is_some_and(|name| name == self.name())
    }

    /// Generates the Namespace where the App asks for it.
    pub(super) fn lower_namespace(&mut self, placed: &Placed) -> Option<LoweredNamespace> {
        let (at, _) = self.namespace_choice()?;
        if self.namespace() == EVERYWHERE {
            self.namespace_is_everywhere(at);
            return None;
        }
        if is_reserved(self.namespace()) {
            self.unpropagated_namespace();
            return None;
        }
        placed.strategy?;
        let placement = self.place_around(placed);
        let is_partial = placement.cluster_affinity.is_some();
        if is_partial && self.world.karmada < NAMESPACE_SKIP_SINCE {
            self.namespace_goes_everywhere(at);
        }
        let gvk = GroupVersionKind::parse("v1", "Namespace");
        let Ok(gvk) = gvk else { unreachable!("a Namespace has an apiVersion and a kind") };
        let key = ObjectKey { gvk, namespace: None, name: self.namespace().to_owned() };
        let policy = is_partial.then(|| self.namespace_policy(&key, placement, at));
        let root = self.namespace_object(is_partial.then_some(at));
        Some(LoweredNamespace { object: Object { key, role: Role::Namespace, root }, policy })
    }

    /// `skipped` is the place that keeps Karmada from copying it.
    fn namespace_object(&self, skipped: Option<Span>) -> Node {
        let (at, written) = self.namespace_choice().unwrap_or((self.at(), None));
        let name = self.app.metadata.namespace.as_ref().map_or(at, |namespace| namespace.span);
        let (mut labels, mut annotations) = (tree::Map::new(at), tree::Map::new(at));
        for (key, value) in written.iter().flat_map(|written| written.labels.iter()) {
            labels.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        for (key, value) in written.iter().flat_map(|written| written.annotations.iter()) {
            annotations.set(key.value, tree::text(key.span, value.0.as_str()));
        }
        labels.set_some(SKIP_LABEL, skipped.map(|at| tree::text(at, "true")));
        let mut metadata = tree::Map::new(at).with("name", tree::text(name, self.namespace()));
        metadata.set_some("labels", labels.into_some());
        metadata.set_some("annotations", annotations.into_some());
        tree::Map::new(at)
            .with("apiVersion", tree::text(at, "v1"))
            .with("kind", tree::text(at, "Namespace"))
            .with("metadata", metadata.into_node())
            .into_node()
    }

    /// A Namespace that a cluster has already is left alone: it may hold more than this App.
    fn namespace_policy(&self, key: &ObjectKey, placement: Placement, at: Span) -> Policy<PropagationPolicy> {
        let policy = PropagationPolicy {
            api_version: POLICY_API_VERSION.to_owned(),
            kind: PropagationPolicyKind::ClusterPropagationPolicy,
            metadata: Metadata { name: format!("namespace-{}", key.name), ..Metadata::default() },
            spec: PropagationSpec {
                resource_selectors: vec![selector(key)],
                placement: Some(placement),
                priority: Some(0).filter(|_| self.knows("spec.priority")),
                preemption: Some(Preemption::Never).filter(|_| self.knows("spec.preemption")),
                conflict_resolution: Some(ConflictResolution::Abort)
                    .filter(|_| self.knows("spec.conflictResolution")),
                scheduler_name: "default-scheduler".to_owned(),
                ..PropagationSpec::default()
            },
        };
        Policy { policy, at, parts: self.placement_parts() }
    }
}
