//! Where the policy that claims an object sends it.

use crate::control_plane::Template;
use crate::forecast::Count;
use crate::forecast::ObjectPreview;
use crate::forecast::Outcome;
use crate::forecast::PlacementResult;
use crate::forecast::Reason;
use crate::forecast::Received;
use crate::forecast::StrategyName;
use crate::forecast::Workload;
use crate::karmada::cluster::Cluster;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::placement::Placement;
use crate::karmada::render::ClaimMarks;
use crate::karmada::render::RenderRequest;
use crate::karmada::render::divide_completions;
use crate::karmada::render::is_suspended;
use crate::karmada::replicas::revise::spec_integer;
use crate::karmada::schedule::Api;
use crate::karmada::schedule::DivisionMethod;
use crate::karmada::schedule::Request;
use crate::karmada::schedule::assign::Strategy;
use crate::karmada::schedule::assign::strategy;
use crate::karmada::schedule::binding::Binding;
use crate::karmada::schedule::outcome::Scheduling;
use crate::karmada::schedule::schedule_each;
use crate::preview::World;
use crate::preview::capacity::find_unknown;
use crate::preview::explain::Explanation;

/// Fills in where an object goes.
pub(super) fn place(
    world: &World<'_>,
    (template, policy): (&Template, &PropagationPolicy),
    object: &mut ObjectPreview,
) {
    let everywhere = Placement::default();
    let first = Binding::default();
    let request = Request {
        api: Api::ListedOrUnknown {
            api_version: template.object.get("apiVersion").and_then(|it| it.as_str()).unwrap_or_default(),
            kind: template.key.gvk.kind(),
        },
        replicas: &template.replicas,
        placement: policy.spec.placement.as_ref().unwrap_or(&everywhere),
        clusters: world.clusters,
        binding: world.options.earlier.get(&template.key).unwrap_or(&first),
        method: DivisionMethod::of(world.options.version),
        direction: Direction::Ascending,
        empty_workloads: world.options.empty_workloads,
    };
    let directions = world.directions(&template.object);
    let attempts = schedule_each(&request, &directions);
    let Some((_, scheduling)) = attempts.first() else { return };
    let unknown = find_unknown(&request, scheduling);
    object.workload = workload(template, &request, policy);
    object.result = PlacementResult {
        open: unknown.iter().map(|cluster| cluster.metadata.name.clone()).collect(),
        ..decided(&request, scheduling)
    };
    if unknown.is_empty() {
        let outcomes = attempts.iter().map(|(direction, scheduling)| Outcome {
            direction: *direction,
            completions: completions(template, policy, (scheduling, *direction)),
            targets: scheduling.targets.clone(),
        });
        object.result.outcomes = outcomes.collect();
        object.result.outcomes.dedup_by(|later, earlier| {
            later.targets == earlier.targets && later.completions == earlier.completions
        });
    } else {
        object.result =
            PlacementResult { open: std::mem::take(&mut object.result.open), ..PlacementResult::default() };
    }
    let rows = Rows {
        policy,
        object: &*object,
        explanation: Explanation::new(&request, scheduling, &object.result),
    };
    object.clusters = world.rows(|cluster| rows.row(cluster)).collect();
}

fn workload(template: &Template, request: &Request<'_>, policy: &PropagationPolicy) -> Option<Workload> {
    template.replicas.kind?;
    let strategy = match strategy(request.placement) {
        Ok(Strategy::Duplicated) => StrategyName::Duplicated,
        Ok(Strategy::StaticWeight) => StrategyName::StaticWeight,
        Ok(Strategy::DynamicWeight) => StrategyName::DynamicWeight,
        Ok(Strategy::Aggregated) => StrategyName::Aggregated,
        Err(_) => StrategyName::Unknown,
    };
    let shared = completions_of(template, policy);
    Some(Workload { replicas: template.replicas.replicas, completions: shared, strategy })
}

/// What is decided whichever way ties go.
fn decided(request: &Request<'_>, scheduling: &Scheduling) -> PlacementResult {
    let terms = &request.placement.cluster_affinities;
    let failed = scheduling
        .failed_affinities
        .iter()
        .filter_map(|failed| Some((terms.get(failed.index)?.affinity_name.clone(), failed.failure.clone())));
    PlacementResult {
        failure: scheduling.failure.clone(),
        group: scheduling.observed_affinity.clone().filter(|_| scheduling.failure.is_none()),
        failed_groups: failed.collect(),
        drawn: scheduling.drawn.as_ref().map(|drawn| (drawn.replicas, drawn.clusters.clone())),
        ..PlacementResult::default()
    }
}

/// A Job's completions, where they are shared out.
fn completions_of(template: &Template, policy: &PropagationPolicy) -> Option<i32> {
    let all = [TargetCluster { name: String::new(), replicas: 1 }];
    let request = render_request(template, policy, (&all, Direction::Ascending));
    let is_shared = !divide_completions(&request).ok()?.is_empty();
    let completions = spec_integer(&template.object, "completions").ok()??;
    i32::try_from(completions).ok().filter(|_| is_shared)
}

fn completions(
    template: &Template,
    policy: &PropagationPolicy,
    (scheduling, direction): (&Scheduling, Direction),
) -> Vec<TargetCluster> {
    let divided = divide_completions(&render_request(template, policy, (&scheduling.targets, direction)));
    let divided = divided.unwrap_or_default().into_iter();
    divided.map(|(name, replicas)| TargetCluster { name, replicas }).collect()
}

fn render_request<'a>(
    template: &'a Template,
    policy: &'a PropagationPolicy,
    (targets, direction): (&'a [TargetCluster], Direction),
) -> RenderRequest<'a> {
    RenderRequest {
        object: &template.object,
        replicas: template.replicas.replicas,
        policy,
        claim: ClaimMarks::Present,
        overrides: &[],
        clusters: &[],
        targets,
        direction,
    }
}

/// What is needed for the row of a cluster.
struct Rows<'a> {
    policy: &'a PropagationPolicy,
    object: &'a ObjectPreview,
    explanation: Explanation<'a>,
}

impl Rows<'_> {
    fn row(&self, cluster: &Cluster) -> (Option<Received>, Reason) {
        let name = cluster.metadata.name.as_str();
        let outcomes = &self.object.result.outcomes;
        let replicas = count(outcomes, name, |outcome| &outcome.targets);
        let received = replicas.map(|replicas| {
            let replicas = self.object.workload.map(|_| replicas);
            Received {
                replicas,
                completions: count(outcomes, name, |outcome| &outcome.completions),
                percent: replicas.and_then(|replicas| self.percent(replicas)),
                is_suspended: is_suspended(self.policy, name),
            }
        });
        let reason = self.explanation.reason(cluster, received.is_some());
        (received, reason)
    }

    fn percent(&self, replicas: Count) -> Option<u8> {
        let workload =
            self.object.workload.filter(|workload| workload.strategy != StrategyName::Duplicated)?;
        let total = i64::from(workload.replicas);
        if replicas.ascending != replicas.descending || total <= 0 {
            return None;
        }
        u8::try_from((i64::from(replicas.ascending) * 100 + total / 2) / total).ok()
    }
}

/// The number for a cluster in all outcomes; none where no outcome has the cluster.
fn count(outcomes: &[Outcome], name: &str, list: impl Fn(&Outcome) -> &Vec<TargetCluster>) -> Option<Count> {
    let find = |outcome: &Outcome| {
        list(outcome).iter().find(|target| target.name == name).map(|target| target.replicas)
    };
    let ascending = outcomes.first().and_then(find);
    let descending = outcomes.last().and_then(find);
    if ascending.is_none() && descending.is_none() {
        return None;
    }
    Some(Count { ascending: ascending.unwrap_or_default(), descending: descending.unwrap_or_default() })
}
