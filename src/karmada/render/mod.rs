//! The objects that member clusters receive: replicas set, Job completions divided, overrides applied, and Karmada's
//! own labels and annotations added.

mod marks;
mod work_name;

use crate::karmada::affinity::cluster_matches;
use crate::karmada::cluster::Cluster;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::division::divide;
use crate::karmada::overrides::AppliedRule;
use crate::karmada::overrides::Overridden;
use crate::karmada::overrides::OverrideFailure;
use crate::karmada::overrides::OverrideFault;
use crate::karmada::overrides::apply_overrides;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::placement::ReplicaSchedulingType;
use crate::karmada::replicas::WorkloadKind;
use crate::karmada::replicas::revise::revise;
use crate::karmada::replicas::revise::set_spec_integer;
use crate::karmada::replicas::revise::spec_integer;
use crate::karmada::typed::WrongType;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

pub use crate::karmada::render::marks::ID_PLACEHOLDER;
pub use crate::karmada::render::marks::Marks;
pub use crate::karmada::render::marks::take_marks;
pub use crate::karmada::render::work_name::binding_name;

/// An object that was scheduled, and what decides how clusters receive it.
#[derive(Debug, Clone, Copy)]
pub struct RenderRequest<'a> {
    /// The object, as the API server holds it.
    pub object: &'a Value,
    /// Its replicas as interpreted; 0 for objects without.
    pub replicas: i32,
    /// The policy that claims it, or claims its owner, with the defaults that admission adds.
    pub policy: &'a PropagationPolicy,
    /// Whether a policy claims the object itself.
    pub claim: ClaimMarks,
    /// All override policies, of both kinds, in any order.
    pub overrides: &'a [OverridePolicy],
    /// All clusters.
    pub clusters: &'a [Cluster],
    /// Where the object goes, as scheduled.
    pub targets: &'a [TargetCluster],
    /// How ties go when Job completions are divided.
    pub direction: Direction,
}

/// Whether an object carries the labels and annotations of a claim when overrides are applied to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimMarks {
    /// It does: a policy claims it.
    Present,
    /// It does not: it follows an owner, or Karmada sends it by itself.
    Absent,
}

/// What becomes of an object on its clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendering<'a> {
    /// What clusters receive, in the order of the targets.
    pub works: Vec<Work<'a>>,
    /// The clusters that receive nothing because an override fails, in the order of the targets.
    pub failed: Vec<(String, OverrideFailure<'a>)>,
}

/// What one cluster receives.
#[derive(Debug, Clone, PartialEq)]
pub struct Work<'a> {
    /// The cluster.
    pub cluster: String,
    /// The object, without Karmada's labels and annotations; clusters that get the same share it.
    pub object: Arc<Value>,
    /// Karmada's labels and annotations, those of the cluster itself left out.
    marks: Arc<Marks>,
    /// The override rules that were applied, in order.
    pub applied: Vec<AppliedRule<'a>>,
    /// Whether the cluster receives it for now.
    pub dispatching: Dispatching,
    /// What happens to it when the object is deleted.
    pub deletion: Deletion,
}

impl Work<'_> {
    /// The labels and annotations that Karmada adds.
    #[must_use]
    pub fn marks(&self) -> Marks {
        let mut marks = (*self.marks).clone();
        marks.add_cluster(&self.cluster);
        marks
    }
}

/// Whether a cluster receives its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatching {
    /// It does.
    Active,
    /// The policy holds it back.
    Suspended,
}

/// What happens to a cluster's object when Karmada's is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It is deleted too.
    Deleted,
    /// It stays.
    Preserved,
}

/// Why nothing can be rendered, on any cluster.
#[derive(Debug, Clone, PartialEq)]
pub enum RenderError {
    /// An override crashes Karmada, which then stops at all clusters of the object.
    Crash {
        /// The override policy.
        policy: String,
        /// What Karmada does not expect.
        reason: String,
    },
    /// A number that is to be set is no integer.
    WrongType(WrongType),
}

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash { policy, reason } => write!(formatter, "`{policy}` crashes Karmada: {reason}"),
            Self::WrongType(wrong) => wrong.fmt(formatter),
        }
    }
}

impl std::error::Error for RenderError {}

/// Works out what each target receives. A target that is none of the clusters receives nothing.
///
/// *Source*: karmada f8fdd02 `pkg/controllers/binding/common.go` `ensureWork`.
///
/// # Errors
///
/// See [`RenderError`].
pub fn render<'a>(request: &RenderRequest<'a>) -> Result<Rendering<'a>, RenderError> {
    let completions = divide_completions(request).map_err(RenderError::WrongType)?;
    let mut rendering = Rendering { works: Vec::new(), failed: Vec::new() };
    let mut seen: BTreeMap<Signature, Overriding<'a>> = BTreeMap::new();
    for target in request.targets {
        let found = request.clusters.iter().find(|cluster| cluster.metadata.name == target.name);
        let Some(cluster) = found else { continue };
        let signature = signature(request.overrides, cluster, (target, &completions));
        let overriding = match seen.entry(signature) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let object = prepare(request, target, &completions).map_err(RenderError::WrongType)?;
                let overridden = apply_overrides(&object, cluster, request.overrides);
                entry.insert(overridden.map(|overridden| Shared::new(overridden, request)))
            }
        };
        match overriding {
            Ok(shared) => rendering.works.push(work(request.policy, target, shared)),
            Err(failure) => {
                refuse_crash(failure)?;
                rendering.failed.push((target.name.clone(), (**failure).clone()));
            }
        }
    }
    Ok(rendering)
}

/// What overrides make of an object.
type Overriding<'a> = Result<Shared<'a>, Box<OverrideFailure<'a>>>;

/// What clusters that get the same have in common.
struct Shared<'a> {
    object: Arc<Value>,
    marks: Arc<Marks>,
    applied: Vec<AppliedRule<'a>>,
}

impl<'a> Shared<'a> {
    fn new(overridden: Overridden<'a>, request: &RenderRequest<'_>) -> Self {
        let mut object = overridden.object;
        marks::finish(&mut object, request);
        let marks = take_marks(&mut object);
        Self { object: Arc::new(object), marks: Arc::new(marks), applied: overridden.applied }
    }
}

/// The replicas, the completions, and of all rules which are for the cluster: where these are the same, so is the object.
type Signature = (i32, Option<i32>, Vec<bool>);

fn signature(
    policies: &[OverridePolicy],
    cluster: &Cluster,
    (target, completions): (&TargetCluster, &BTreeMap<String, i32>),
) -> Signature {
    let specs = policies.iter().map(|policy| &policy.spec);
    let affinities = specs.flat_map(|spec| {
        let rules = spec.override_rules.iter().map(|rule| &rule.target_cluster);
        rules.chain(std::iter::once(&spec.target_cluster))
    });
    let matches = affinities.map(|it| it.as_ref().is_none_or(|affinity| cluster_matches(cluster, affinity)));
    (target.replicas, completions.get(&target.name).copied(), matches.collect())
}

/// The object of one target before overrides: marked as claimed, with the target's replicas and completions.
///
/// # Errors
/// [`WrongType`] when a number that is to be set is no integer.
pub fn prepare(
    request: &RenderRequest<'_>,
    target: &TargetCluster,
    completions: &BTreeMap<String, i32>,
) -> Result<Value, WrongType> {
    let mut object = request.object.clone();
    match request.claim {
        ClaimMarks::Present => marks::claim(&mut object, request.policy),
        ClaimMarks::Absent => {}
    }
    if request.replicas > 0 {
        revise(&mut object, i64::from(target.replicas))?;
    }
    if let Some(completions) = completions.get(&target.name) {
        set_spec_integer(&mut object, "completions", i64::from(*completions))?;
    }
    Ok(object)
}

fn refuse_crash(failure: &OverrideFailure<'_>) -> Result<(), RenderError> {
    match &failure.fault {
        OverrideFault::Panic { reason } => Err(RenderError::Crash {
            policy: failure.rule.policy.metadata.name.clone(),
            reason: reason.clone(),
        }),
        OverrideFault::ImageReference { .. }
        | OverrideFault::ImagePredicate { .. }
        | OverrideFault::WrongType(_)
        | OverrideFault::FieldMissing { .. }
        | OverrideFault::FieldIsNotAString { .. }
        | OverrideFault::FieldIsNotJson { .. }
        | OverrideFault::FieldIsNotYaml { .. }
        | OverrideFault::FieldIsNotAnObject { .. }
        | OverrideFault::Patch(_)
        | OverrideFault::KindLost => Ok(()),
    }
}

/// The completions of a Job on each cluster, by Webster's method: only when replicas are divided, and the Job has
/// completions.
///
/// *Source*: karmada f8fdd02 `pkg/controllers/binding/common.go` `divideReplicasByJobCompletions`.
///
/// # Errors
///
/// [`WrongType`] when the completions are there and no integer.
#[expect(clippy::cast_possible_truncation, reason = "Karmada wraps to 32 bits")]
pub fn divide_completions(request: &RenderRequest<'_>) -> Result<BTreeMap<String, i32>, WrongType> {
    let scheduling = request.policy.spec.placement.as_ref().and_then(|it| it.replica_scheduling.as_ref());
    let is_divided = scheduling
        .is_some_and(|scheduling| scheduling.replica_scheduling_type == Some(ReplicaSchedulingType::Divided));
    let is_job = WorkloadKind::of(request.object) == Some(WorkloadKind::Job);
    if !is_job || !is_divided || request.replicas <= 0 {
        return Ok(BTreeMap::new());
    }
    let Some(completions) = spec_integer(request.object, "completions")? else { return Ok(BTreeMap::new()) };
    let weight = |target: &'_ TargetCluster| i64::from(target.replicas);
    let votes: Vec<(&str, i64)> =
        request.targets.iter().map(|target| (target.name.as_str(), weight(target))).collect();
    let divided = divide(completions as i32, &votes, request.direction).unwrap_or_default();
    Ok(divided.into_iter().map(|target| (target.name, target.replicas)).collect())
}

fn work<'a>(policy: &PropagationPolicy, target: &TargetCluster, shared: &Shared<'a>) -> Work<'a> {
    let is_suspended = is_suspended(policy, &target.name);
    let is_preserved = policy.spec.preserve_resources_on_deletion == Some(true);
    Work {
        cluster: target.name.clone(),
        object: Arc::clone(&shared.object),
        marks: Arc::clone(&shared.marks),
        applied: shared.applied.clone(),
        dispatching: if is_suspended { Dispatching::Suspended } else { Dispatching::Active },
        deletion: if is_preserved { Deletion::Preserved } else { Deletion::Deleted },
    }
}

/// Tells whether a policy holds its objects back from a cluster for now.
#[must_use]
pub fn is_suspended(policy: &PropagationPolicy, cluster: &str) -> bool {
    policy.spec.suspension.as_ref().is_some_and(|suspension| {
        let clusters = suspension.dispatching_on_clusters.iter().flat_map(|it| &it.cluster_names);
        suspension.dispatching == Some(true) || clusters.into_iter().any(|name| *name == cluster)
    })
}
