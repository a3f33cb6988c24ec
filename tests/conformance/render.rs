//! `render.jsonl`: what each cluster receives of an object, from the policy to the last override.

use crate::conformance::vectors;
use pelago::karmada::admission::read_policy;
use pelago::karmada::admit::AdmissionRequest;
use pelago::karmada::admit::Verdict;
use pelago::karmada::admit::admit;
use pelago::karmada::cluster::Cluster;
use pelago::karmada::division::Direction;
use pelago::karmada::policy::OverridePolicy;
use pelago::karmada::policy::OverridePolicyKind;
use pelago::karmada::policy::PropagationPolicy;
use pelago::karmada::render::ClaimMarks;
use pelago::karmada::render::Deletion;
use pelago::karmada::render::Dispatching;
use pelago::karmada::render::RenderError;
use pelago::karmada::render::RenderRequest;
use pelago::karmada::render::Rendering;
use pelago::karmada::render::Work;
use pelago::karmada::render::render;
use pelago::karmada::replicas::interpret;
use pelago::karmada::schedule::Api;
use pelago::karmada::schedule::DivisionMethod;
use pelago::karmada::schedule::EmptyWorkloads;
use pelago::karmada::schedule::Request;
use pelago::karmada::schedule::binding::Binding;
use pelago::karmada::schedule::outcome::Scheduling;
use pelago::karmada::schedule::schedule;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

#[test]
fn clusters_receive_what_karmada_sends() {
    vectors::check_all("render.jsonl", check);
}

fn check(vector: &Value) -> Option<String> {
    let ascending = &vector["out"];
    let descending = vector.get("outDescending").unwrap_or(ascending);
    let directions = [(Direction::Ascending, ascending), (Direction::Descending, descending)];
    directions.into_iter().find_map(|(direction, expected)| {
        let expected = without_text(expected.clone());
        let answer = answer(&vector["in"], direction);
        let difference = || format!("{} {direction:?}: {answer}\n    expected {expected}", vector["name"]);
        (!is_equal(&answer, &expected)).then(difference)
    })
}

/// Numbers are compared by value, as both sides come from JSON.
fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let same = |(key, value): (&String, &Value)| right.get(key).is_some_and(|it| is_equal(value, it));
            left.len() == right.len() && left.iter().all(same)
        }
        _ => left == right,
    }
}

fn without_text(mut value: Value) -> Value {
    for place in ["", "/schedule", "/failed"] {
        if let Some(fields) = value.pointer_mut(place).and_then(Value::as_object_mut) {
            fields.shift_remove("text");
        }
    }
    value
}

fn admitted<T: DeserializeOwned>(policy: &Value) -> T {
    let Verdict::Admitted(spec) = admit(&AdmissionRequest { object: policy, namespace: None, old: None })
    else {
        panic!("the policies of these vectors are admitted");
    };
    let mut policy = policy.clone();
    policy["spec"] = spec;
    read_policy(&policy).unwrap()
}

fn answer(input: &Value, direction: Direction) -> Value {
    let object = &input["object"];
    let policy: PropagationPolicy = admitted(&input["policy"]);
    let clusters: Vec<Cluster> = serde_json::from_value(input["clusters"].clone()).unwrap();
    let overrides: Vec<OverridePolicy> = ["clusterPolicies", "policies"]
        .iter()
        .flat_map(|field| input[*field].as_array().cloned().unwrap_or_default())
        .map(|policy| admitted(&policy))
        .collect();
    let replicas = interpret(object).unwrap();
    let scheduling = schedule(&Request {
        api: Api::Assumed,
        replicas: &replicas,
        placement: &policy.spec.placement.clone().unwrap_or_default(),
        clusters: &clusters,
        binding: &Binding::default(),
        method: DivisionMethod::Webster,
        direction,
        empty_workloads: EmptyWorkloads::Omitted,
    });
    let rendering = render(&RenderRequest {
        object,
        replicas: replicas.replicas,
        policy: &policy,
        claim: ClaimMarks::Present,
        overrides: &overrides,
        clusters: &clusters,
        targets: &scheduling.targets,
        direction,
    });
    match rendering {
        Ok(rendering) => written(scheduling.clone(), rendering),
        Err(RenderError::Crash { .. }) => json!({"ok": false, "kind": "panic"}),
        Err(RenderError::WrongType(_)) => json!({"ok": false, "kind": "error"}),
    }
}

fn written(mut scheduling: Scheduling, mut rendering: Rendering<'_>) -> Value {
    scheduling.targets.sort_by(|left, right| left.name.cmp(&right.name));
    let mut schedule = json!({"scheduled": scheduling.failure.is_none(), "targets": scheduling.targets});
    if let Some(failure) = &scheduling.failure {
        schedule["reason"] = json!(failure.reason().as_str());
        schedule["class"] = json!(failure.class());
    }
    rendering.works.sort_by(|left, right| left.cluster.cmp(&right.cluster));
    let works: Vec<Value> = rendering.works.iter().map(written_work).collect();
    let mut out = json!({"ok": true, "schedule": schedule, "works": works});
    if let Some((_, failure)) = rendering.failed.first() {
        let class = failure.fault.class();
        let mut clusters: Vec<&str> = rendering.failed.iter().map(|(cluster, _)| cluster.as_str()).collect();
        clusters.sort_unstable();
        out["failed"] = json!({"clusters": clusters, "class": class});
    }
    out
}

fn written_work(work: &Work<'_>) -> Value {
    let marks = work.marks();
    let mut applied = json!({});
    for (kind, field) in [
        (OverridePolicyKind::ClusterOverridePolicy, "clusterOverridePolicies"),
        (OverridePolicyKind::OverridePolicy, "overridePolicies"),
    ] {
        let policies = work.applied.iter().filter(|rule| rule.policy.kind == kind);
        let mut names: Vec<&str> = policies.map(|rule| rule.policy.metadata.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            applied[field] = json!(names);
        }
    }
    json!({
        "cluster": work.cluster,
        "manifest": *work.object,
        "karmada": {"labels": marks.labels, "annotations": marks.annotations},
        "applied": applied,
        "suspendDispatching": work.dispatching == Dispatching::Suspended,
        "preserveResourcesOnDeletion": work.deletion == Deletion::Preserved,
    })
}
