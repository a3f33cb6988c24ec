//! Works out the exact objects that clusters receive: replicas and completions set, overrides applied in Karmada's order.

mod diagnostics;
mod trace;
mod verify;

use crate::control_plane::ControlPlane;
use crate::control_plane::Template;
use crate::diagnostic::Diagnostics;
use crate::fleet::Inventory;
use crate::forecast::Claim;
use crate::forecast::ClusterObjects;
use crate::forecast::ObjectPreview;
use crate::forecast::Preview;
use crate::forecast::RenderedObject;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::version::MinorVersion;
use crate::karmada::cluster::Cluster;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::render::ClaimMarks;
use crate::karmada::render::Dispatching;
use crate::karmada::render::RenderRequest;
use crate::karmada::render::Work;
use crate::karmada::render::render as render_works;
use crate::karmada::selector::Policies;
use crate::karmada::selector::SelectorIndex;
use crate::parallel::in_parallel;
use crate::render::diagnostics::report_error;
use crate::render::diagnostics::report_failures;
use crate::render::diagnostics::report_open;
use crate::render::trace::trace;
use crate::render::verify::verify;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Which clusters are wanted, and how much is said about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The names of the clusters.
    pub clusters: &'a [String],
    /// Whether changes are told.
    pub provenance: Provenance,
    /// The version of Kubernetes whose types the objects are checked against.
    pub kubernetes: MinorVersion,
}

/// Whether it is told what changed an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// It is.
    Traced,
    /// It is not; `changes` stay empty.
    Omitted,
}

/// Renders the wanted clusters, in the order wanted. `preview` is that of the same control plane and inventory; of two
/// outcomes the first is rendered.
///
/// Reports E0502 for an object that cannot be revised, E0503 for an override that fails, E0504 for a result that Kubernetes
/// would refuse, and E0505 where it is open what a wanted cluster receives; what is reported is left out.
#[must_use]
pub fn render(
    (plane, inventory): (&ControlPlane, &Inventory),
    preview: &Preview,
    wanted: Wanted<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<ClusterObjects> {
    let clusters: Vec<Cluster> = inventory.clusters().cloned().collect();
    let world = World::new(plane, preview, &clusters, wanted);
    let pairs = plane.templates.iter().zip(&preview.objects).collect();
    let works = in_parallel(pairs, |(template, object)| {
        let mut diagnostics = Diagnostics::default();
        report_open(template, object, wanted.clusters, &mut diagnostics);
        let concerned = concerning(template, &plane.overrides, &world.overrides);
        let rendering = Rendering { world: &world, template, object, overrides: &concerned };
        (rendering.render(&mut diagnostics), diagnostics)
    });
    let mut rendered: BTreeMap<&str, Vec<RenderedObject>> = BTreeMap::new();
    for (objects, found) in works {
        diagnostics.extend(found);
        for (cluster, object) in objects {
            rendered.entry(cluster).or_default().push(object);
        }
    }
    let take = |name: &String| ClusterObjects {
        cluster: name.clone(),
        objects: rendered.remove(name.as_str()).unwrap_or_default(),
    };
    wanted.clusters.iter().map(take).collect()
}

/// The override policies that may concern an object. A cluster override may change what selects the others, so with one
/// of them all of the namespace count.
fn concerning(
    template: &Template,
    policies: &[OverridePolicy],
    index: &SelectorIndex<'_>,
) -> Vec<OverridePolicy> {
    let is_clusterwide = |policy: &OverridePolicy| policy.kind == OverridePolicyKind::ClusterOverridePolicy;
    let is_own = |policy: &OverridePolicy| policy.metadata.namespace == template.key.namespace;
    let mut found = index.find(template.key.gvk.kind(), &template.key.name);
    found.extend(index.without_selector());
    found.sort_unstable();
    let selecting: Vec<&OverridePolicy> = found.iter().filter_map(|place| policies.get(*place)).collect();
    let clusterwide = || selecting.iter().copied().filter(|policy| is_clusterwide(policy));
    let own: Vec<&OverridePolicy> = if clusterwide().next().is_some() {
        policies.iter().filter(|policy| !is_clusterwide(policy) && is_own(policy)).collect()
    } else {
        selecting.iter().copied().filter(|policy| !is_clusterwide(policy) && is_own(policy)).collect()
    };
    own.into_iter().chain(clusterwide()).cloned().collect()
}

/// What is the same for all objects.
struct World<'a> {
    plane: &'a ControlPlane,
    preview: &'a Preview,
    clusters: &'a [Cluster],
    wanted: Wanted<'a>,
    wanted_names: BTreeSet<&'a str>,
    policies: Policies<'a>,
    overrides: SelectorIndex<'a>,
    places: BTreeMap<&'a ObjectKey, usize>,
}

impl<'a> World<'a> {
    fn new(
        plane: &'a ControlPlane,
        preview: &'a Preview,
        clusters: &'a [Cluster],
        wanted: Wanted<'a>,
    ) -> Self {
        let selectors = plane.overrides.iter().map(|policy| policy.spec.resource_selectors.as_slice());
        Self {
            plane,
            preview,
            clusters,
            wanted,
            wanted_names: wanted.clusters.iter().map(String::as_str).collect(),
            policies: Policies::new(&plane.propagation),
            overrides: SelectorIndex::new(selectors),
            places: preview.objects.iter().map(|object| &object.key).zip(0..).collect(),
        }
    }

    /// The policy that claims an object.
    fn claiming(&self, object: &ObjectPreview) -> Option<&'a PropagationPolicy> {
        match &object.claim {
            Claim::Policy { chosen, .. } => chosen.find_policy(&self.policies),
            Claim::NamespaceSync | Claim::Nobody | Claim::ReservedNamespace => None,
        }
    }
}

/// One object on its clusters.
struct Rendering<'a, 'o> {
    world: &'a World<'a>,
    template: &'a Template,
    object: &'a ObjectPreview,
    overrides: &'o [OverridePolicy],
}

impl<'a> Rendering<'a, '_> {
    /// Each wanted cluster with what it receives.
    fn render(&self, diagnostics: &mut Diagnostics) -> Vec<(&'a str, RenderedObject)> {
        let World { plane, clusters, wanted, .. } = *self.world;
        let targets = self.targets();
        if targets.is_empty() {
            return Vec::new();
        }
        let own = self.world.claiming(self.object);
        let nobody = nobody();
        let policy = own.or_else(|| self.policy_of_owner()).unwrap_or(&nobody);
        let request = RenderRequest {
            object: &self.template.object,
            replicas: self.template.replicas.replicas,
            policy,
            claim: if own.is_some() { ClaimMarks::Present } else { ClaimMarks::Absent },
            overrides: self.overrides,
            clusters,
            targets: &targets,
            direction: self.object.result.outcomes.first().map_or(Direction::Ascending, |it| it.direction),
        };
        let mut rendering = match render_works(&request) {
            Ok(rendering) => rendering,
            Err(error) => {
                report_error(self.template, &error, plane, diagnostics);
                return Vec::new();
            }
        };
        rendering.failed.retain(|(cluster, _)| self.world.wanted_names.contains(cluster.as_str()));
        report_failures(self.template, &rendering.failed, plane, diagnostics);
        let name = |work: &Work<'_>| self.world.wanted_names.get(work.cluster.as_str()).copied();
        let mut works = rendering.works;
        works.retain(|work| name(work).is_some());
        verify((&request, self.template), (&works, wanted.kubernetes), plane, diagnostics);
        let finish = |work: Work<'_>| {
            let changes = match wanted.provenance {
                Provenance::Omitted => Vec::new(),
                Provenance::Traced => trace(&request, &work, plane),
            };
            // The policy of an owner holds back the owner alone.
            let is_suspended = own.is_some() && work.dispatching == Dispatching::Suspended;
            let key = self.template.key.clone();
            Some((name(&work)?, RenderedObject { key, object: work.object, is_suspended, changes }))
        };
        works.into_iter().filter_map(finish).collect()
    }

    /// Where the object's own policy sends it, and then where owners or Karmada itself do.
    fn targets(&self) -> Vec<TargetCluster> {
        let outcome = self.object.result.outcomes.first();
        let mut targets = outcome.map(|outcome| outcome.targets.clone()).unwrap_or_default();
        for row in self.object.clusters.iter().filter(|row| row.received.is_some()) {
            let replicas = row.received.as_ref().and_then(|received| received.replicas);
            let is_other_outcome =
                replicas.is_some_and(|replicas| replicas.ascending == 0) && self.object.depends_on_uid();
            if !is_other_outcome && !targets.iter().any(|target| target.name == row.cluster) {
                targets.push(TargetCluster { name: row.cluster.clone(), replicas: 0 });
            }
        }
        targets
    }

    /// The policy that claims the first owner: a dependency takes its settings over.
    fn policy_of_owner(&self) -> Option<&'a PropagationPolicy> {
        let owner = self.object.owners.first()?;
        let place = self.world.places.get(owner)?;
        self.world.claiming(self.world.preview.objects.get(*place)?)
    }
}

/// What stands for a policy where Karmada sends an object by itself.
fn nobody() -> PropagationPolicy {
    PropagationPolicy {
        api_version: POLICY_API_VERSION.to_owned(),
        kind: PropagationPolicyKind::ClusterPropagationPolicy,
        metadata: Metadata::default(),
        spec: PropagationSpec::default(),
    }
}

/// The key of a policy, as [`ControlPlane::written_policies`] has it.
fn policy_key(kind: &str, metadata: &Metadata) -> Option<ObjectKey> {
    let gvk = GroupVersionKind::parse(POLICY_API_VERSION, kind).ok()?;
    let namespace = metadata.namespace.clone().filter(|_| !kind.starts_with("Cluster"));
    Some(ObjectKey { gvk, namespace, name: metadata.name.clone() })
}
