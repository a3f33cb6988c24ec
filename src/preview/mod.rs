//! Works out what Karmada will do: which policy claims each object, which clusters receive it, with how many replicas,
//! and why. What the Fleet does not say is left open, and nothing else.

mod capacity;
mod claim;
mod dependency;
mod explain;
mod place;

use crate::control_plane::ControlPlane;
use crate::control_plane::Template;
use crate::fleet::Inventory;
use crate::forecast::Claim;
use crate::forecast::ClusterPreview;
use crate::forecast::ObjectPreview;
use crate::forecast::PlacementResult;
use crate::forecast::Preview;
use crate::forecast::Reason;
use crate::forecast::Received;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::cluster::Cluster;
use crate::karmada::division::Direction;
use crate::karmada::schedule::EmptyWorkloads;
use crate::karmada::schedule::binding::Binding;
use crate::karmada::selector::Policies;
use crate::karmada::version::KarmadaVersion;
use crate::parallel::in_parallel;
use crate::preview::claim::claim;
use crate::preview::claim::is_synced;
use crate::preview::dependency::follow_owners;
use crate::preview::place::place;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the outcome depends on besides objects, policies and clusters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The release of Karmada, which decides how replicas are divided.
    pub version: KarmadaVersion,
    /// The `metadata.uid` of objects that do not say it themselves; without it, both ways a tie can go are shown.
    pub uid: Option<String>,
    /// Where objects are already.
    pub earlier: BTreeMap<ObjectKey, Binding>,
    /// What becomes of clusters that receive no replica.
    pub empty_workloads: EmptyWorkloads,
}

/// Works out where everything goes.
///
/// *Shape*: see [`Preview`]; the objects stand in the order of the control plane's templates. An inventory without
/// clusters is one that Karmada has no clusters for: everything fails.
///
/// *Source*: karmada f8fdd02 `pkg/detector`, `pkg/scheduler`, `pkg/dependenciesdistributor`; see [`crate::karmada`].
///
/// ```
/// use pelago::admit::admit;
/// use pelago::diagnostic::Diagnostics;
/// use pelago::fleet::Inventory;
/// use pelago::fleet::read_clusters;
/// use pelago::parse::parse;
/// use pelago::preview::Options;
/// use pelago::preview::preview;
/// use pelago::source::SourceMap;
///
/// let objects = r"
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata: {name: web, namespace: shop}
/// spec: {replicas: 3}
/// ---
/// apiVersion: policy.karmada.io/v1alpha1
/// kind: PropagationPolicy
/// metadata: {name: web, namespace: shop}
/// spec:
///   resourceSelectors: [{apiVersion: apps/v1, kind: Deployment, name: web}]
///   placement:
///     clusterAffinity: {clusterNames: [eu-1, us-1]}
///     replicaScheduling:
///       replicaSchedulingType: Divided
///       replicaDivisionPreference: Weighted
///       weightPreference:
///         staticWeightList:
///         - {targetCluster: {clusterNames: [eu-1]}, weight: 2}
///         - {targetCluster: {clusterNames: [us-1]}, weight: 1}
/// ";
/// let fleet = "
/// kind: List
/// items:
/// - {apiVersion: cluster.karmada.io/v1alpha1, kind: Cluster, metadata: {name: eu-1}}
/// - {apiVersion: cluster.karmada.io/v1alpha1, kind: Cluster, metadata: {name: us-1}}
/// ";
/// let (mut sources, mut diagnostics) = (SourceMap::default(), Diagnostics::default());
/// let mut read = |path: &str, text: &str| {
///     let file = sources.add(path.into(), text.to_owned());
///     parse(file, &sources, &mut Diagnostics::default())
/// };
/// let documents = read("web.yaml", objects);
/// let clusters = read("fleet.yaml", fleet);
/// let mut inventory = Inventory::default();
/// for document in &clusters {
///     read_clusters(&document.root, &mut inventory);
/// }
/// let plane = admit(documents.iter().map(|document| &document.root), None, &mut diagnostics);
/// let preview = preview(&plane, &inventory, &Options::default());
/// let web = preview.objects.first().ok_or("there is one object")?;
/// let rows: Vec<String> = web
///     .clusters
///     .iter()
///     .map(|row| {
///         let replicas = row.received.as_ref().and_then(|received| received.replicas);
///         format!("{} {}: {}", row.cluster, replicas.map_or(0, |count| count.ascending), row.reason)
///     })
///     .collect();
/// assert_eq!(rows, ["eu-1 2: has weight 2 of 3", "us-1 1: has weight 1 of 3"]);
/// # Ok::<(), String>(())
/// ```
#[must_use]
pub fn preview(plane: &ControlPlane, inventory: &Inventory, options: &Options) -> Preview {
    let clusters: Vec<Cluster> = inventory.clusters().cloned().collect();
    let world = World { plane, policies: Policies::new(&plane.propagation), clusters: &clusters, options };
    let mut objects: Vec<ObjectPreview> =
        in_parallel(plane.templates.iter().collect(), |template| world.preview_object(template));
    follow_owners(&world, &mut objects);
    let names = |is_unknown: fn(&Cluster) -> bool| {
        let unknown = clusters.iter().filter(|cluster| is_unknown(cluster));
        unknown.map(|cluster| cluster.metadata.name.clone()).collect()
    };
    Preview {
        clusters: names(|_| true),
        objects,
        without_capacity: names(|cluster| !capacity::is_known(cluster, None)),
        without_apis: names(|cluster| cluster.status.api_enablements.is_empty()),
    }
}

/// All that decides where an object goes.
struct World<'a> {
    plane: &'a ControlPlane,
    policies: Policies<'a>,
    clusters: &'a [Cluster],
    options: &'a Options,
}

impl World<'_> {
    fn preview_object(&self, template: &Template) -> ObjectPreview {
        let claimed = claim(template, self.plane, &self.policies);
        let mut object = ObjectPreview {
            key: template.key.clone(),
            claim: claimed.claim,
            owners: Vec::new(),
            workload: None,
            result: PlacementResult::default(),
            clusters: Vec::new(),
            notes: claimed.notes,
        };
        match (&object.claim, claimed.policy) {
            (Claim::Policy { .. }, Some(policy)) => place(self, (template, policy), &mut object),
            (Claim::Policy { .. } | Claim::NamespaceSync | Claim::Nobody | Claim::ReservedNamespace, _) => {
                object.clusters = self.rows(|_| (None, Reason::Unclaimed)).collect();
            }
        }
        if is_synced(template) {
            for row in object.clusters.iter_mut().filter(|row| row.received.is_none()) {
                row.received = Some(Received::WHOLE);
                row.reason = Reason::NamespaceSync;
            }
        }
        object
    }

    /// A row for each cluster.
    fn rows(
        &self,
        decide: impl Fn(&Cluster) -> (Option<Received>, Reason),
    ) -> impl Iterator<Item = ClusterPreview> {
        self.clusters.iter().map(move |cluster| {
            let (received, reason) = decide(cluster);
            ClusterPreview { cluster: cluster.metadata.name.clone(), received, reason }
        })
    }

    /// The ways in which ties can go: one where the uid is known.
    fn directions(&self, object: &Json) -> Vec<Direction> {
        let own = object.pointer("/metadata/uid").and_then(Json::as_str).filter(|uid| !uid.is_empty());
        match own.or(self.options.uid.as_deref()) {
            Some(uid) => vec![Direction::of_uid(uid)],
            None => vec![Direction::Ascending, Direction::Descending],
        }
    }
}
