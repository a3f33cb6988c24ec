//! Which policies there are, and which objects each of them names.

use crate::bundle::Carrier;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::ir::Policy;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::namespace::is_reserved;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::ResourceSelector;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::selector::is_own_group;
use crate::lower::Lowering;
use crate::lower::around::has_replicas;
use crate::lower::dependencies::Analysis;
use crate::lower::hook::Hook;
use crate::lower::placement::Placed;
use crate::spec::Dependencies;
use crate::tree;
use indexmap::IndexSet;
use std::collections::BTreeMap;

/// How many objects one policy names. With the longest names there are, its JSON has about 256 KiB then, which is what an
/// annotation takes, and `kubectl apply` writes the whole object into one. The API server's own limit is six times that.
const SELECTORS: usize = 500;

/// When an object comes to the control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// Together with all others.
    Release,
    /// When Helm runs its hooks.
    Hook,
    /// When somebody asks Helm for tests, which `helm template --skip-tests` leaves out with their policies.
    Test,
}

impl Moment {
    fn of(hook: Option<&Hook>) -> Self {
        match hook {
            None => Self::Release,
            Some(hook) if hook.is_test() => Self::Test,
            Some(_) => Self::Hook,
        }
    }

    /// What the name of a policy ends with.
    fn suffix(self) -> &'static str {
        match self {
            Self::Release => "",
            Self::Hook => "-hooks",
            Self::Test => "-tests",
        }
    }
}

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The workload, and all that goes to the same clusters under the same placement.
    Main,
    /// What has no replicas, where that would go elsewhere.
    Around,
}

/// What the objects of one policy have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Purpose<'a> {
    namespace: Option<&'a str>,
    moment: Moment,
    part: Part,
}

/// The objects of one policy.
#[derive(Default)]
struct Group<'a> {
    keys: IndexSet<&'a ObjectKey>,
    hook: Option<Hook>,
}

impl Lowering<'_> {
    /// Writes a policy for each namespace that objects live in, and one for those that live in none. What has no replicas
    /// gets another one where the placement may choose other clusters for it than for the workload, and so have hooks of
    /// Helm. What is too much for one policy is shared out among several of the same rank: each object is named in one alone.
    pub(super) fn lower_propagation(
        &mut self,
        placed: &Placed,
        (objects, analysis): (&[Object], &Analysis),
    ) -> Vec<Policy<PropagationPolicy>> {
        self.check_namespace(objects);
        if let Some(external) = self.external_policies() {
            self.check_external_policies(external);
            return Vec::new();
        }
        self.check_scheduler();
        let groups = self.group(placed, (objects, analysis));
        let main = self.propagation_spec(placed);
        let around = groups.keys().any(|purpose| purpose.part == Part::Around).then(|| PropagationSpec {
            placement: Some(self.place_around(placed)),
            failover: None,
            ..main.clone()
        });
        let mut policies = Vec::new();
        for (purpose, group) in &groups {
            let spec = match purpose.part {
                Part::Main => &main,
                Part::Around => around.as_ref().unwrap_or(&main),
            };
            let keys: Vec<&ObjectKey> = group.keys.iter().copied().collect();
            for (number, keys) in keys.chunks(SELECTORS).enumerate() {
                let mut policy = self.policy(*purpose, keys, spec);
                let metadata = &mut policy.policy.metadata;
                if number > 0 {
                    // No App has a name with a dot.
                    metadata.name = format!("{}.{}", metadata.name, number + 1);
                }
                metadata.annotations.extend(group.hook.iter().flat_map(Hook::annotations_before));
                policies.push(policy);
            }
        }
        policies
    }

    /// Finds the objects of each policy, in the order of their roles.
    fn group<'a>(
        &self,
        placed: &Placed,
        (objects, analysis): (&'a [Object], &'a Analysis),
    ) -> BTreeMap<Purpose<'a>, Group<'a>> {
        let mut listed: Vec<&Object> =
            objects.iter().filter(|object| self.is_listed(object, analysis)).collect();
        listed.sort_by_key(|object| object.role);
        let is_split = placed.is_choice() && listed.iter().any(|object| has_replicas(object));
        let part = |has_replicas: bool| {
            if is_split && !has_replicas { Part::Around } else { Part::Main }
        };
        let own =
            listed.into_iter().map(|object| (&object.key, part(has_replicas(object)), Hook::of(object)));
        let foreign = analysis.dependencies.iter();
        let foreign = foreign
            .filter(|dependency| dependency.carrier == Carrier::Selector && dependency.is_outside())
            .map(|dependency| (&dependency.target, part(false), None));
        let mut groups: BTreeMap<Purpose<'a>, Group<'a>> = BTreeMap::new();
        for (key, part, hook) in own.chain(foreign) {
            let moment = Moment::of(hook.as_ref());
            let group =
                groups.entry(Purpose { namespace: key.namespace.as_deref(), moment, part }).or_default();
            group.keys.insert(key);
            group.hook = match (group.hook.take(), hook) {
                (Some(known), Some(hook)) => Some(known.join(hook)),
                (known, hook) => known.or(hook),
            };
        }
        groups
    }

    /// An object is named in the policy unless something else carries it, or nothing shall.
    fn is_listed(&self, object: &Object, analysis: &Analysis) -> bool {
        let gvk = &object.key.gvk;
        let is_namespace = gvk.group().is_empty() && gvk.kind() == "Namespace";
        let is_left_behind = object.role == Role::Streamed
            && (object.key.namespace.as_deref().is_some_and(is_reserved)
                || tree::is_controlled(&object.root));
        if is_namespace
            || is_left_behind
            || stays_on_control_plane(&object.key)
            || self.is_carried_by_service(object)
        {
            return false;
        }
        match self.dependencies_choice() {
            Dependencies::Listed => true,
            Dependencies::Auto | Dependencies::None => !analysis.carried.contains(&object.key),
        }
    }

    fn policy(
        &self,
        purpose: Purpose<'_>,
        keys: &[&ObjectKey],
        spec: &PropagationSpec,
    ) -> Policy<PropagationPolicy> {
        let resource_selectors = keys.iter().map(|key| selector(key)).collect();
        let moment = purpose.moment.suffix();
        // Names of cluster-scoped policies are shared by all namespaces.
        let (kind, name) = match (purpose.namespace, purpose.part) {
            (None, _) => {
                let name = format!("{}.{}{moment}", self.namespace(), self.name());
                (PropagationPolicyKind::ClusterPropagationPolicy, name)
            }
            (Some(_), Part::Main) => {
                (PropagationPolicyKind::PropagationPolicy, format!("{}{moment}", self.name()))
            }
            (Some(_), Part::Around) => {
                (PropagationPolicyKind::PropagationPolicy, format!("{}{moment}-around", self.name()))
            }
        };
        let policy = PropagationPolicy {
            api_version: POLICY_API_VERSION.to_owned(),
            kind,
            metadata: self.policy_metadata(name, purpose.namespace),
            spec: PropagationSpec { resource_selectors, ..spec.clone() },
        };
        Policy { policy, at: self.at(), parts: self.placement_parts() }
    }

    /// Karmada never carries what lives in its own namespaces (traps.md V26).
    fn check_namespace(&mut self, objects: &[Object]) {
        let is_own = |object: &Object| match object.role {
            Role::Manifest => false,
            Role::Streamed => object.key.namespace.as_deref() == Some(self.namespace()),
            Role::Namespace
            | Role::ServiceAccount
            | Role::ConfigMap
            | Role::Secret
            | Role::PersistentVolumeClaim
            | Role::Workload
            | Role::Service
            | Role::Ingress
            | Role::Autoscaler
            | Role::DisruptionBudget
            | Role::PropagationPolicy
            | Role::OverridePolicy => true,
        };
        let mut own = objects.iter().filter(|object| is_own(object));
        if own.any(|object| object.key.namespace.as_deref().is_some_and(is_reserved)) {
            self.unpropagated_namespace();
        }
    }
}

/// Tells whether no cluster ever gets the object: Karmada reads it where it is.
pub(super) fn stays_on_control_plane(key: &ObjectKey) -> bool {
    is_own_group(key.gvk.group())
}

/// Selects one object, and no other.
pub(super) fn selector(key: &ObjectKey) -> ResourceSelector {
    ResourceSelector {
        api_version: key.gvk.api_version(),
        kind: key.gvk.kind().to_owned(),
        namespace: key.namespace.clone().unwrap_or_default(),
        name: key.name.clone(),
        label_selector: None,
    }
}
