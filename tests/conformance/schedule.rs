//! `schedule.jsonl`: where the scheduler puts an object, with how many replicas, and why not elsewhere.

use crate::conformance::vectors;
use pelago::k8s::quantity::Quantity;
use pelago::karmada::admit::AdmissionRequest;
use pelago::karmada::admit::Verdict;
use pelago::karmada::admit::admit;
use pelago::karmada::cluster::Cluster;
use pelago::karmada::division::Direction;
use pelago::karmada::division::TargetCluster;
use pelago::karmada::policy::placement::Placement;
use pelago::karmada::replicas::defaults::add_defaults;
use pelago::karmada::replicas::interpret;
use pelago::karmada::schedule::Api;
use pelago::karmada::schedule::DivisionMethod;
use pelago::karmada::schedule::EmptyWorkloads;
use pelago::karmada::schedule::Request;
use pelago::karmada::schedule::binding::AssignmentMode;
use pelago::karmada::schedule::binding::Binding;
use pelago::karmada::schedule::outcome::Refusal;
use pelago::karmada::schedule::outcome::Scheduling;
use pelago::karmada::schedule::schedule;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

#[test]
fn clusters_and_replicas_are_those_of_karmada() {
    vectors::check_all("schedule.jsonl", check);
}

fn check(vector: &Value) -> Option<String> {
    let ascending = vector["out"].clone();
    let descending = vector.get("outDescending").unwrap_or(&ascending).clone();
    [(Direction::Ascending, ascending), (Direction::Descending, descending)].into_iter().find_map(
        |(direction, mut expected)| {
            expected.as_object_mut().unwrap().remove("text");
            let answer = answer(&vector["in"], direction);
            (answer != expected)
                .then(|| format!("{} {direction:?}: {answer}\n    expected {expected}", vector["name"]))
        },
    )
}

fn answer(input: &Value, direction: Direction) -> Value {
    let mut object = input["object"].clone();
    if input["nativeDefaults"] == true {
        add_defaults(&mut object);
    }
    let replicas = interpret(&object).unwrap();
    let placement = placement(&input["policy"]);
    let clusters = clusters(input);
    let binding = binding(input);
    let request = Request {
        api: if input["assumeAPIEnabled"] == true {
            Api::Assumed
        } else {
            Api::Listed {
                api_version: object["apiVersion"].as_str().unwrap(),
                kind: object["kind"].as_str().unwrap(),
            }
        },
        replicas: &replicas,
        placement: &placement,
        clusters: &clusters,
        binding: &binding,
        method: DivisionMethod::Webster,
        direction,
        empty_workloads: if input["enableEmptyWorkloadPropagation"] == true {
            EmptyWorkloads::Propagated
        } else {
            EmptyWorkloads::Omitted
        },
    };
    let mut out = written(schedule(&request));
    out.insert("replicas".to_owned(), json!(replicas.replicas));
    out.insert("requirements".to_owned(), reread(json!(replicas.requirements), input));
    Value::Object(out)
}

/// Extra fields are merged into the binding as JSON, after which its quantities are read again: from `1000000000` bytes
/// they become `1G`.
fn reread(mut requirements: Value, input: &Value) -> Value {
    let is_merged = input.get("bindingSpecExtra").is_some() || input.get("bindingStatusExtra").is_some();
    let request = requirements.get_mut("resourceRequest").and_then(Value::as_object_mut);
    for (_, amount) in request.into_iter().flatten().filter(|_| is_merged) {
        *amount = Value::from(Quantity::from_json(amount).unwrap().to_string());
    }
    requirements
}

/// The placement with the defaults that admission adds.
fn placement(policy: &Value) -> Placement {
    let Verdict::Admitted(mut spec) = admit(&AdmissionRequest { object: policy, namespace: None, old: None })
    else {
        panic!("the policies of these vectors are admitted");
    };
    serde_json::from_value(spec["placement"].take()).unwrap()
}

fn clusters(input: &Value) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = serde_json::from_value(input["clusters"].clone()).unwrap();
    if input["canonicalCluster"] == true {
        for cluster in &mut clusters {
            if cluster.spec.zones.is_empty() && !cluster.spec.zone.is_empty() {
                cluster.spec.zones = vec![cluster.spec.zone.clone()];
            }
        }
    }
    clusters
}

fn binding(input: &Value) -> Binding {
    let spec = &input["bindingSpecExtra"];
    let status = &input["bindingStatusExtra"];
    let tasks = spec["gracefulEvictionTasks"].as_array().cloned().unwrap_or_default();
    Binding {
        clusters: serde_json::from_value::<Option<Vec<TargetCluster>>>(spec["clusters"].clone())
            .unwrap()
            .unwrap_or_default(),
        evicted: tasks.iter().filter_map(|task| task["fromCluster"].as_str().map(str::to_owned)).collect(),
        mode: AssignmentMode::of_times(
            spec["rescheduleTriggeredAt"].as_str(),
            status["lastScheduledTime"].as_str(),
        ),
        observed_affinity: status["schedulerObservingAffinityName"].as_str().unwrap_or_default().to_owned(),
    }
}

fn written(mut scheduling: Scheduling) -> Map<String, Value> {
    let mut out = Map::new();
    scheduling.targets.sort_by(|left, right| left.name.cmp(&right.name));
    out.insert("ok".to_owned(), json!(true));
    out.insert("scheduled".to_owned(), json!(scheduling.failure.is_none()));
    out.insert("targets".to_owned(), json!(scheduling.targets));
    if let Some(failure) = &scheduling.failure {
        out.insert("reason".to_owned(), json!(failure.reason().as_str()));
        out.insert("class".to_owned(), json!(failure.class()));
    }
    if let Some(affinity) = scheduling.observed_affinity {
        out.insert("observedAffinity".to_owned(), json!(affinity));
    }
    if !scheduling.failed_affinities.is_empty() {
        let failed = scheduling.failed_affinities.iter();
        let failed: Vec<Value> =
            failed.map(|failed| json!({"index": failed.index, "class": failed.failure.class()})).collect();
        out.insert("failedAffinities".to_owned(), json!(failed));
    }
    let refused = scheduling.refused.into_iter().map(|(cluster, refusals)| {
        let mut plugins: Vec<&str> = refusals.iter().map(Refusal::plugin).collect();
        plugins.sort_unstable();
        plugins.dedup();
        (cluster, json!(plugins))
    });
    out.insert("refused".to_owned(), Value::Object(refused.collect()));
    if let Some(estimates) = scheduling.estimates {
        out.insert("estimates".to_owned(), json!(estimates));
    }
    out
}
