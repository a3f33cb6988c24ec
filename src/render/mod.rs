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
use crate::karmada::render::RenderRequest;
use crate::karmada::render::Work;
use crate::karmada::render::render as render_works;
use crate::karmada::render::take_marks;
use crate::karmada::selector::find_claim;
use crate::parallel::in_parallel;
use crate::render::diagnostics::report_error;
use crate::render::diagnostics::report_failures;
use crate::render::diagnostics::report_open;
use crate::render::trace::trace;
use crate::render::verify::verify;
use std::collections::BTreeMap;

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
    let mut rendered: BTreeMap<&str, Vec<RenderedObject>> = BTreeMap::new();
    let pairs = plane.templates.iter().zip(&preview.objects).collect();
    let works = in_parallel(pairs, |(template, object)| {
        let mut diagnostics = Diagnostics::default();
        report_open(template, object, wanted.clusters, &mut diagnostics);
        let concerned = concerning(template, &plane.overrides);
        let rendering = Rendering { plane, template, object, clusters: &clusters, overrides: &concerned };
        (rendering.render(wanted, &mut diagnostics), diagnostics)
    });
    for (objects, found) in works {
        diagnostics.extend(found);
        for (cluster, object) in objects {
            if let Some(name) = wanted.clusters.iter().find(|name| **name == cluster) {
                rendered.entry(name).or_default().push(object);
            }
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
fn concerning(template: &Template, policies: &[OverridePolicy]) -> Vec<OverridePolicy> {
    let kind = template.key.gvk.kind();
    let may_select = |policy: &OverridePolicy| {
        let selectors = &policy.spec.resource_selectors;
        let matches = selectors.iter().any(|selector| {
            selector.kind == kind && (selector.name.is_empty() || selector.name == template.key.name)
        });
        selectors.is_empty() || matches
    };
    let is_clusterwide = |policy: &&OverridePolicy| policy.kind == OverridePolicyKind::ClusterOverridePolicy;
    let clusterwide: Vec<&OverridePolicy> =
        policies.iter().filter(is_clusterwide).filter(|policy| may_select(policy)).collect();
    let own = policies.iter().filter(|policy| {
        !is_clusterwide(policy)
            && policy.metadata.namespace == template.key.namespace
            && (!clusterwide.is_empty() || may_select(policy))
    });
    own.chain(clusterwide.iter().copied()).cloned().collect()
}

/// One object on its clusters.
struct Rendering<'a> {
    plane: &'a ControlPlane,
    template: &'a Template,
    object: &'a ObjectPreview,
    clusters: &'a [Cluster],
    overrides: &'a [OverridePolicy],
}

impl<'a> Rendering<'a> {
    fn render(&self, wanted: Wanted<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, RenderedObject)> {
        let targets = self.targets();
        if targets.is_empty() {
            return Vec::new();
        }
        let own = self.claiming();
        let nobody = nobody();
        let policy = own.or_else(|| self.policy_of_owner()).unwrap_or(&nobody);
        let request = RenderRequest {
            object: &self.template.object,
            replicas: self.template.replicas.replicas,
            policy,
            claim: if own.is_some() { ClaimMarks::Present } else { ClaimMarks::Absent },
            overrides: self.overrides,
            clusters: self.clusters,
            targets: &targets,
            direction: self.object.result.outcomes.first().map_or(Direction::Ascending, |it| it.direction),
        };
        let rendering = match render_works(&request) {
            Ok(rendering) => rendering,
            Err(error) => {
                report_error(self.template, &error, self.plane, diagnostics);
                return Vec::new();
            }
        };
        report_failures(self.template, &rendering.failed, self.plane, diagnostics);
        let works: Vec<Work<'_>> =
            rendering.works.into_iter().filter(|work| wanted.clusters.contains(&work.cluster)).collect();
        verify((&request, self.template), (&works, wanted.kubernetes), self.plane, diagnostics);
        let finish = |mut work: Work<'_>| {
            let changes = match wanted.provenance {
                Provenance::Omitted => Vec::new(),
                Provenance::Traced => trace(&request, &work, self.plane),
            };
            take_marks(&mut work.object);
            let is_suspended = self
                .object
                .find_cluster(&work.cluster)
                .and_then(|row| row.received.as_ref())
                .is_some_and(|received| received.is_suspended);
            let key = self.template.key.clone();
            (work.cluster, RenderedObject { key, object: work.object, is_suspended, changes })
        };
        works.into_iter().map(finish).collect()
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

    fn claiming(&self) -> Option<&'a PropagationPolicy> {
        match &self.object.claim {
            Claim::Policy { chosen, .. } => chosen.find_policy(&self.plane.propagation),
            Claim::NamespaceSync | Claim::Nobody | Claim::ReservedNamespace => None,
        }
    }

    /// The policy that claims the first owner: a dependency takes its settings over.
    fn policy_of_owner(&self) -> Option<&'a PropagationPolicy> {
        let owner = self.object.owners.first()?;
        let template = self.plane.templates.iter().find(|template| template.key == *owner)?;
        find_claim(&template.object, &self.plane.propagation)
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
