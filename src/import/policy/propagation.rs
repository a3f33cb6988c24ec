//! How a policy carries its objects, as `placement` and `propagation` of an App.

use crate::import::policy::placement::raise_placement;
use crate::import::policy::selector::leaves_out;
use crate::import::policy::selector::raise_names;
use crate::import::policy::unsayable::Findings;
use crate::import::policy::unsayable::Outcome;
use crate::import::policy::unsayable::Reason;
use crate::import::policy::unsayable::Remark;
use crate::import::policy::unsayable::Unsayable;
use crate::import::policy::unsayable::below;
use crate::import::policy::unsayable::item;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::pointer::Pointer;
use crate::karmada::policy::failover::ApplicationFailover;
use crate::karmada::policy::failover::ApplicationPurgeMode;
use crate::karmada::policy::failover::ClusterFailover;
use crate::karmada::policy::failover::ClusterPurgeMode;
use crate::karmada::policy::failover::Failover;
use crate::karmada::policy::failover::StatePreservation;
use crate::karmada::policy::propagation::ActivationPreference;
use crate::karmada::policy::propagation::ConflictResolution;
use crate::karmada::policy::propagation::Preemption;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::schema::Choice;
use crate::source::Span;
use crate::spec::Dependencies;
use crate::spec::Strategy;
use crate::tree;
use crate::tree::Map;
use crate::yaml::Node;

/// The scheduler that a policy has unless it says otherwise.
const SCHEDULER: &str = "default-scheduler";
/// How long an unhealthy application waits unless told otherwise, in seconds.
const TOLERATION_SECONDS: i32 = 300;
/// How long `Gracefully` waits unless told otherwise, in seconds.
const GRACE_PERIOD_SECONDS: i32 = 600;

/// What a propagation policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The place of the policy.
    pub at: Span,
    /// The replicas of the workload as it is written; nothing where there is no workload, it has no replicas, or they are not
    /// written.
    pub replicas: Option<i64>,
    /// How dependencies follow where the policy has no `propagateDeps`: `Listed` where it selects them, else `None`.
    pub unfollowed: Dependencies,
}

/// A propagation policy in the words of an App.
#[derive(Debug, Clone, PartialEq)]
pub struct RaisedPropagation {
    /// The `placement`; nothing where the policy sends everything everywhere.
    pub placement: Option<Node>,
    /// The `propagation`; nothing where it says nothing that a build does not write anyway.
    pub propagation: Option<Node>,
    /// What Karmada does not do as it is written.
    pub remarks: Vec<Remark>,
}

/// Writes the spec of a propagation policy, as admitted, in the words of an App. Lowered, they give the same spec again, apart
/// from its selectors and from what Karmada does not read.
///
/// # Errors
/// All parts that an App cannot say; the policy is then best kept as it is.
pub fn raise_propagation(
    spec: &PropagationSpec,
    subject: Subject,
) -> Result<RaisedPropagation, Vec<Unsayable>> {
    let mut findings = Findings::new(subject.at);
    let root = below(&Pointer::default(), "spec");
    let placement = spec.placement.clone().unwrap_or_default();
    let placement =
        raise_placement((&placement, subject.replicas), &below(&root, "placement"), &mut findings);
    check_fields(spec, &root, &mut findings);
    let mut propagation = Map::new(subject.at);
    let dependencies = if spec.propagate_deps { Dependencies::Auto } else { subject.unfollowed };
    if dependencies != Dependencies::Auto {
        propagation.set("dependencies", tree::text(subject.at, dependencies.word()));
    }
    raise_choices(spec, &mut propagation, subject.at);
    propagation.set_some("suspend", raise_suspension(spec, &below(&root, "suspension"), &mut findings));
    if let Some(failover) = &spec.failover {
        let raised = raise_failover((failover, placement.strategy), &below(&root, "failover"), &mut findings);
        propagation.set_some("failover", raised);
    }
    if !findings.unsayable.is_empty() {
        return Err(findings.unsayable);
    }
    Ok(RaisedPropagation {
        placement: placement.node,
        propagation: propagation.into_some(),
        remarks: findings.remarks,
    })
}

/// Fields that have no word, and one that Karmada does not read.
fn check_fields(spec: &PropagationSpec, root: &Pointer, findings: &mut Findings) {
    if spec.association {
        findings.remark(&below(root, "association"), Outcome::LeftOut);
    }
    if !spec.dependent_overrides.is_empty() {
        findings.cannot_say(&below(root, "dependentOverrides"), Reason::NoWord);
    }
    let class = spec.schedule_priority.as_ref().map(|priority| &priority.priority_class_name);
    if let Some(class) = class.filter(|class| check_dns_subdomain(class).is_err()) {
        findings.cannot_say(&below(root, "schedulePriority"), Reason::InvalidText(class.clone()));
    }
}

fn raise_choices(spec: &PropagationSpec, propagation: &mut Map, at: Span) {
    if let Some(priority) = spec.priority.filter(|priority| *priority != 0) {
        propagation.set("priority", tree::integer(at, i64::from(priority)));
    }
    if spec.preemption == Some(Preemption::Always) {
        propagation.set("preemption", tree::text(at, "Always"));
    }
    if spec.conflict_resolution == Some(ConflictResolution::Overwrite) {
        propagation.set("conflictResolution", tree::text(at, "Overwrite"));
    }
    if let Some(priority) = &spec.schedule_priority {
        propagation.set("schedulePriority", tree::text(at, priority.priority_class_name.as_str()));
    }
    if spec.activation_preference == Some(ActivationPreference::Lazy) {
        propagation.set("activation", tree::text(at, "Lazy"));
    }
    let preserve = spec.preserve_resources_on_deletion.map(|preserve| tree::boolean(at, preserve));
    propagation.set_some("preserveOnDeletion", preserve);
    if !matches!(spec.scheduler_name.as_str(), "" | SCHEDULER) {
        propagation.set("schedulerName", tree::text(at, spec.scheduler_name.as_str()));
    }
}

/// Everything, or the clusters that are named; an empty list of them holds nothing back.
fn raise_suspension(spec: &PropagationSpec, place: &Pointer, findings: &mut Findings) -> Option<Node> {
    let suspension = spec.suspension.as_ref()?;
    if suspension.dispatching == Some(true) {
        return Some(tree::boolean(findings.at, true));
    }
    let clusters = &suspension.dispatching_on_clusters.as_ref()?.cluster_names;
    let place = below(&below(place, "dispatchingOnClusters"), "clusterNames");
    for (index, cluster) in clusters.iter().enumerate() {
        if spec.placement.as_ref().is_some_and(|placement| leaves_out(placement, cluster)) {
            findings.cannot_say(&item(&place, index), Reason::OutsidePlacement(cluster.clone()));
        }
    }
    raise_names(clusters, &place, findings)
}

fn raise_failover(
    (failover, strategy): (&Failover, Strategy),
    place: &Pointer,
    findings: &mut Findings,
) -> Option<Node> {
    let mut raised = Map::new(findings.at);
    if let Some(application) = &failover.application {
        raised.set("application", raise_application(application, &below(place, "application"), findings));
    }
    if let Some(cluster) = &failover.cluster {
        raised.set("cluster", raise_cluster(cluster, &below(place, "cluster"), findings));
    }
    let stays = matches!(strategy, Strategy::Duplicated | Strategy::StaticWeight | Strategy::Fixed);
    if stays && !raised.is_empty() {
        findings.cannot_say(place, Reason::FailoverWithoutRoom);
    }
    raised.into_some()
}

/// `Immediately` and `Graciously` are the names before Karmada 1.15.
fn raise_application(application: &ApplicationFailover, place: &Pointer, findings: &mut Findings) -> Node {
    check_state(application.state_preservation.as_ref(), place, findings);
    let at = findings.at;
    let mut raised = Map::new(at);
    let number = |number: Option<i32>, default| {
        number.filter(|number| *number != default).map(|number| tree::integer(at, i64::from(number)))
    };
    let tolerated = application.decision_conditions.toleration_seconds;
    raised.set_some("tolerationSeconds", number(tolerated, TOLERATION_SECONDS));
    let purge_mode = match application.purge_mode {
        Some(ApplicationPurgeMode::Directly | ApplicationPurgeMode::Immediately) => Some("Directly"),
        Some(ApplicationPurgeMode::Never) => Some("Never"),
        Some(ApplicationPurgeMode::Gracefully | ApplicationPurgeMode::Graciously) | None => None,
    };
    raised.set_some("purgeMode", purge_mode.map(|mode| tree::text(at, mode)));
    let grace = application.grace_period_seconds;
    raised.set_some("gracePeriodSeconds", number(grace, GRACE_PERIOD_SECONDS));
    raised.into_node()
}

fn raise_cluster(cluster: &ClusterFailover, place: &Pointer, findings: &mut Findings) -> Node {
    check_state(cluster.state_preservation.as_ref(), place, findings);
    let mut raised = Map::new(findings.at);
    if cluster.purge_mode == Some(ClusterPurgeMode::Directly) {
        raised.set("purgeMode", tree::text(findings.at, "Directly"));
    }
    raised.into_node()
}

fn check_state(state: Option<&StatePreservation>, place: &Pointer, findings: &mut Findings) {
    if state.is_some_and(|state| !state.rules.is_empty()) {
        findings.cannot_say(&below(place, "statePreservation"), Reason::NoWord);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::yaml::write;
    use serde_json::Value;
    use serde_json::json;

    fn raised(mut spec: Value, replicas: i64) -> Result<RaisedPropagation, Vec<Unsayable>> {
        spec["resourceSelectors"] = json!([]);
        let at = Span { file: SourceMap::default().add("a.yaml".into(), String::new()), start: 0, end: 0 };
        let subject = Subject { at, replicas: Some(replicas), unfollowed: Dependencies::Listed };
        raise_propagation(&serde_json::from_value(spec).unwrap(), subject)
    }

    #[track_caller]
    fn placement(placement: &Value, replicas: i64) -> String {
        let raised = raised(json!({ "placement": placement }), replicas).unwrap();
        write(&raised.placement.map_or(json!({}), |node| node.to_json()))
    }

    #[track_caller]
    fn refusals(spec: Value) -> Vec<String> {
        let refusals = raised(spec, 5).unwrap_err();
        refusals.iter().map(|refusal| format!("{}: {}", refusal.place, refusal.reason)).collect()
    }

    fn weighed(weights: &[(&str, i64)]) -> Value {
        let names: Vec<&str> = weights.iter().map(|(name, _)| *name).collect();
        let list: Vec<Value> = weights
            .iter()
            .map(|(name, weight)| json!({"targetCluster": {"clusterNames": [name]}, "weight": weight}))
            .collect();
        json!({
            "clusterAffinity": {"clusterNames": names},
            "replicaScheduling": {
                "replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted",
                "weightPreference": {"staticWeightList": list},
            },
        })
    }

    #[test]
    fn weights_that_are_the_replicas_become_fixed() {
        let weighed = weighed(&[("eu-1", 3), ("us-1", 2)]);
        assert_eq!(placement(&weighed, 5), "strategy: Fixed\nreplicas:\n  eu-1: 3\n  us-1: 2\n");
        let weights = "clusters:\n- eu-1\n- us-1\nstrategy: StaticWeight\nweights:\n- clusters:\n  - eu-1\n  weight: 3\n- clusters:\n  - us-1\n  weight: 2\n";
        assert_eq!(placement(&weighed, 10), weights);
    }

    #[test]
    fn a_policy_that_says_what_a_build_writes_anyway_needs_no_words() {
        let spec = json!({
            "placement": {"replicaScheduling": {"replicaSchedulingType": "Duplicated"}},
            "propagateDeps": true, "priority": 0, "conflictResolution": "Abort", "schedulerName": "default-scheduler",
        });
        let raised = raised(spec, 5).unwrap();
        assert_eq!((raised.placement, raised.propagation, raised.remarks), (None, None, Vec::new()));
    }

    #[test]
    fn a_bound_that_was_forgotten_is_none() {
        let spread = json!({"spreadConstraints": [{"spreadByField": "cluster", "minGroups": 2}]});
        assert_eq!(placement(&spread, 5), "spread:\n  cluster:\n    min: 2\n");
        let remarks = raised(json!({ "placement": spread }), 5).unwrap().remarks;
        let [remark] = remarks.as_slice() else { panic!("{remarks:?}") };
        assert_eq!(
            (remark.place.to_string().as_str(), remark.outcome),
            ("/spec/placement/spreadConstraints/0", Outcome::Unbounded)
        );
    }

    #[test]
    fn what_has_no_word_is_told_with_its_place() {
        let spec = json!({
            "placement": {
                "clusterAffinity": {"fieldSelector": {"matchExpressions": [
                    {"key": "region", "operator": "In", "values": ["eu"]},
                    {"key": "region", "operator": "In", "values": ["eu", "us"]},
                ]}},
                "spreadConstraints": [{"spreadByField": "zone", "maxGroups": 2}],
            },
            "dependentOverrides": ["shop"],
        });
        assert_eq!(
            refusals(spec),
            [
                "/spec/placement/clusterAffinity/fieldSelector/matchExpressions/1: an App takes one condition on `region`, and this is a second one",
                "/spec/placement/spreadConstraints/0/spreadByField: Karmada's scheduler does not spread by zone",
                "/spec/dependentOverrides: an App has no key for it",
            ]
        );
    }
}
