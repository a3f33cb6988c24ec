//! What import makes of a propagation policy builds to the same policy again.

use crate::conformance::vectors;
use pelago::bundle::App;
use pelago::compile::Request;
use pelago::compile::compile;
use pelago::import::policy::Outcome;
use pelago::import::policy::RaisedPropagation;
use pelago::import::policy::Subject;
use pelago::import::policy::Unsayable;
use pelago::import::policy::raise_propagation;
use pelago::karmada::admission::read_policy;
use pelago::karmada::admit::AdmissionRequest;
use pelago::karmada::admit::Verdict;
use pelago::karmada::admit::admit;
use pelago::karmada::canonical::canonical;
use pelago::karmada::policy::PropagationPolicy;
use pelago::karmada::policy::propagation::PropagationSpec;
use pelago::source::SourceMap;
use pelago::source::Span;
use pelago::spec::Dependencies;
use pelago::system::Memory;
use pelago::yaml::write;
use proptest::prelude::*;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn at() -> Span {
    let file = SourceMap::default().add("policy.yaml".into(), String::new());
    Span { file, start: 0, end: 0 }
}

/// The spec of a policy as Karmada's API server stores it, selectors aside; nothing where it refuses the policy.
fn admitted(policy: &Json) -> Option<PropagationSpec> {
    let request = AdmissionRequest { object: policy, namespace: None, old: None };
    let Verdict::Admitted(spec) = admit(&request) else { return None };
    let mut policy = policy.clone();
    policy["spec"] = spec;
    let mut policy: PropagationPolicy = read_policy(&policy).ok()?;
    policy.spec.resource_selectors.clear();
    Some(policy.spec)
}

/// An App with a Deployment, and whatever else its spec has.
/// The labels that the workload of an App has.
const LABELS: [&str; 6] = ["team", "team-2", "env", "env-2", "tinol.example/app", "gebel.example/app"];

fn app(replicas: Option<i64>, parts: [(&str, Option<Json>); 2]) -> Json {
    let mut deployment = json!({"containers": {"web": {"image": "web:1"}}});
    if let Some(replicas) = replicas {
        deployment["replicas"] = json!(replicas);
    }
    let labels: BTreeMap<&str, &str> = LABELS.into_iter().map(|label| (label, "a")).collect();
    let mut spec = json!({"deployment": deployment});
    for (key, part) in parts {
        if let Some(part) = part {
            spec[key] = part;
        }
    }
    json!({
        "apiVersion": "pelago.dev/v1alpha1", "kind": "App",
        "metadata": {"name": "web", "namespace": "shop", "labels": labels}, "spec": spec,
    })
}

/// The propagation policy of an App; what is wrong with it, where it does not build.
fn built(app: &Json) -> Result<PropagationSpec, Vec<String>> {
    let path = PathBuf::from("app.yaml");
    let files = BTreeMap::from([(path.clone(), write(app).into_bytes())]);
    let system = Memory { files, ..Memory::default() };
    let request = Request { paths: vec![path], ..Request::default() };
    let compilation = compile(&request, &system, |app: App| app).unwrap();
    let [app] = compilation.apps.as_slice() else {
        return Err(compilation.diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect());
    };
    let policy = app.objects.iter().find(|object| object.key.gvk.kind() == "PropagationPolicy").unwrap();
    let policy = policy.root.to_json();
    admitted(&policy).ok_or_else(|| vec![format!("Karmada refuses {policy}")])
}

fn raise(spec: &PropagationSpec, replicas: Option<i64>) -> Result<RaisedPropagation, Vec<Unsayable>> {
    raise_propagation(spec, Subject { at: at(), replicas, unfollowed: Dependencies::None })
}

fn rebuilt(
    raised: &RaisedPropagation,
    replicas: Option<i64>,
) -> (Json, Result<PropagationSpec, Vec<String>>) {
    let node = |node: &Option<pelago::yaml::Node>| node.as_ref().map(pelago::yaml::Node::to_json);
    let parts = [("placement", node(&raised.placement)), ("propagation", node(&raised.propagation))];
    let app = app(replicas, parts);
    let built = built(&app);
    (app, built)
}

/// The spec that is meant: bounds that were forgotten are none.
fn meant(spec: &PropagationSpec, raised: &RaisedPropagation) -> PropagationSpec {
    let mut spec = canonical(spec);
    if raised.remarks.iter().any(|remark| remark.outcome == Outcome::Unbounded) {
        for constraint in spec.placement.iter_mut().flat_map(|placement| &mut placement.spread_constraints) {
            constraint.max_groups =
                constraint.max_groups.max(if constraint.max_groups == 0 { i64::from(i32::MAX) } else { 0 });
        }
    }
    spec
}

/// Whether an App can say the policy, and how what it builds to differs.
fn check(spec: &PropagationSpec, replicas: Option<i64>) -> Result<bool, String> {
    let Ok(raised) = raise(spec, replicas) else { return Ok(false) };
    let (app, built) = rebuilt(&raised, replicas);
    let expected = meant(spec, &raised);
    match built {
        Ok(built) if canonical(&built) == expected => Ok(true),
        Ok(built) => Err(format!("{}\nexpected {expected:?}\nfound {:?}", write(&app), canonical(&built))),
        Err(messages) => Err(format!("{}\n{messages:?}", write(&app))),
    }
}

#[test]
fn policies_of_the_vectors_come_back() {
    let (mut raised, mut kept) = (0, 0);
    let mut faults = Vec::new();
    for file in ["admit.jsonl", "schedule.jsonl", "render.jsonl"] {
        for vector in vectors::read(file) {
            let input = &vector["in"];
            let policy = if input["policy"].is_object() { &input["policy"] } else { &input["object"] };
            let is_propagation =
                policy["kind"].as_str().is_some_and(|kind| kind.ends_with("PropagationPolicy"));
            let Some(spec) = admitted(policy).filter(|_| is_propagation) else { continue };
            let replicas = input["object"]["spec"]["replicas"].as_i64().filter(|replicas| *replicas >= 0);
            match check(&spec, replicas) {
                Ok(true) => raised += 1,
                Ok(false) => kept += 1,
                Err(fault) => faults.push(format!("{file} {}: {fault}", vector["name"])),
            }
        }
    }
    println!("{raised} policies come back, {kept} have parts that an App cannot say");
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
    assert!(raised > 1500, "{raised} {kept}");
}

const NAMES: [&str; 5] = ["eu-1", "eu-2", "us-1", "us-2", "ap-1"];

fn names(least: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(NAMES.to_vec(), least..=NAMES.len())
}

fn membership() -> impl Strategy<Value = Json> {
    let values = || proptest::sample::subsequence(vec!["a", "b", "c"], 1..=2);
    prop_oneof![
        values().prop_map(|within| json!(within)),
        values().prop_map(|left_out| json!({"notIn": left_out})),
        (values(), values()).prop_map(|(within, left_out)| json!({"in": within, "notIn": left_out})),
    ]
}

fn condition() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!("gold")),
        Just(json!("")),
        Just(json!({"in": ["gold"]})),
        Just(json!({"notIn": ["gold", "true"]})),
        any::<bool>().prop_map(|exists| json!({"exists": exists})),
    ]
}

/// The keys of a cluster selector; `exclude` never leaves out all that `clusters` names.
fn selector() -> impl Strategy<Value = Json> {
    let labels = proptest::collection::btree_map("(env|tier|example.com/gpu)", condition(), 0..3);
    let field = || proptest::option::weighted(0.3, membership());
    let names = proptest::option::of((names(1), names(0)));
    (names, field(), field(), field(), labels).prop_map(|(names, providers, regions, zones, labels)| {
        let mut selector = json!({});
        if let Some((clusters, excluded)) = names {
            let kept = clusters.iter().any(|name| !excluded.contains(name));
            selector["clusters"] = json!(clusters);
            if kept && !excluded.is_empty() {
                selector["exclude"] = json!(excluded);
            }
        }
        for (key, part) in [("providers", providers), ("regions", regions), ("zones", zones)] {
            if let Some(part) = part {
                selector[key] = part;
            }
        }
        if !labels.is_empty() {
            selector["labels"] = json!(labels);
        }
        selector
    })
}

fn bounds() -> impl Strategy<Value = Json> {
    (proptest::option::of(1..2_i64), proptest::option::of(2..9_i64)).prop_map(|(min, max)| {
        let mut bounds = json!({});
        for (key, bound) in [("min", min), ("max", max)] {
            if let Some(bound) = bound {
                bounds[key] = json!(bound);
            }
        }
        bounds
    })
}

fn spread() -> impl Strategy<Value = Option<Json>> {
    prop_oneof![
        Just(None),
        bounds().prop_map(|cluster| Some(json!({"cluster": cluster}))),
        bounds().prop_map(|region| Some(json!({"region": region}))),
        (bounds(), bounds())
            .prop_map(|(cluster, region)| Some(json!({"cluster": cluster, "region": region}))),
    ]
}

fn tolerations() -> impl Strategy<Value = Json> {
    let toleration = prop_oneof![
        Just(json!({"operator": "Exists"})),
        Just(json!({"key": "a", "value": "b", "effect": "NoSchedule"})),
        Just(json!({"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30})),
    ];
    proptest::collection::vec(toleration, 0..3).prop_map(Json::from)
}

/// A placement of an App with as many replicas.
fn placement() -> impl Strategy<Value = (Json, i64)> {
    let plain =
        (selector(), prop_oneof![Just("Duplicated"), Just("Aggregated"), Just("DynamicWeight")], spread())
            .prop_map(|(mut placement, strategy, spread)| {
                placement["strategy"] = json!(strategy);
                if let Some(spread) = spread {
                    placement["spread"] = spread;
                }
                (placement, 6)
            });
    let weight = (selector(), 1..9_i64).prop_map(|(mut weight, number)| {
        weight["weight"] = json!(number);
        weight
    });
    let static_weight = proptest::collection::vec(weight, 1..4)
        .prop_map(|weights| (json!({"strategy": "StaticWeight", "weights": weights}), 6));
    let fixed = proptest::collection::btree_map(proptest::sample::select(NAMES.to_vec()), 0..5_i64, 1..5)
        .prop_filter("some replicas", |replicas| replicas.values().sum::<i64>() > 0)
        .prop_map(|replicas| {
            let total = replicas.values().sum();
            (json!({"strategy": "Fixed", "replicas": replicas}), total)
        });
    let group = (selector(), "[a-z]{1,8}")
        .prop_map(|(mut group, name)| {
            group["name"] = json!(name);
            group
        })
        .boxed();
    let overflow = proptest::collection::vec(group.clone(), 0..3);
    let groups = proptest::collection::vec((group, overflow), 1..3).prop_map(|groups| {
        let groups: Vec<Json> = groups
            .into_iter()
            .map(|(mut group, overflow)| {
                group["overflow"] = json!(overflow);
                group
            })
            .collect();
        (json!({"groups": groups, "strategy": "Aggregated"}), 6)
    });
    (prop_oneof![plain, static_weight, fixed, groups], tolerations()).prop_map(
        |((mut placement, total), tolerations)| {
            placement["tolerations"] = tolerations;
            (placement, total)
        },
    )
}

fn failover() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!({"application": {}})),
        Just(json!({"application": {"tolerationSeconds": 120, "gracePeriodSeconds": 60}})),
        Just(json!({"application": {"purgeMode": "Never"}, "cluster": {"purgeMode": "Directly"}})),
        Just(json!({"cluster": {}})),
    ]
}

/// Each key of `propagation` with some value, or without.
fn propagation() -> impl Strategy<Value = Json> {
    let one_of = |values: &[Json]| proptest::option::of(proptest::sample::select(values.to_vec()));
    (
        one_of(&[json!("None"), json!("Auto")]),
        one_of(&[json!(0), json!(-3), json!(10)]),
        one_of(&[json!("Always"), json!("Never")]),
        one_of(&[json!("Overwrite"), json!("Abort")]),
        one_of(&[json!("Lazy")]),
        one_of(&[json!(true), json!(false), json!(["eu-1"])]),
        one_of(&[json!(true), json!(false)]),
        one_of(&[json!("other-scheduler"), json!("default-scheduler")]),
        proptest::option::of(failover()),
    )
        .prop_map(
            |(
                dependencies,
                priority,
                preemption,
                resolution,
                activation,
                suspend,
                preserve,
                scheduler,
                failover,
            )| {
                let mut propagation = json!({});
                let parts = [
                    ("dependencies", dependencies),
                    ("priority", priority),
                    ("preemption", preemption),
                    ("conflictResolution", resolution),
                    ("activation", activation),
                    ("suspend", suspend),
                    ("preserveOnDeletion", preserve),
                    ("schedulerName", scheduler),
                    ("failover", failover),
                ];
                for (key, part) in parts {
                    if let Some(part) = part {
                        propagation[key] = part;
                    }
                }
                propagation
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// What builds at all comes back value for value.
    #[test]
    fn placements_and_propagations_come_back((placement, replicas) in placement(), propagation in propagation()) {
        let app = app(Some(replicas), [("placement", Some(placement)), ("propagation", Some(propagation))]);
        let spec = built(&app);
        prop_assume!(spec.is_ok());
        let spec = spec.unwrap();
        let raised = raise(&spec, Some(replicas));
        prop_assert!(raised.is_ok(), "{}\n{raised:?}", write(&app));
        let raised = raised.unwrap();
        prop_assert_eq!(&raised.remarks, &[]);
        let (again, rebuilt) = rebuilt(&raised, Some(replicas));
        prop_assert_eq!(rebuilt.as_ref(), Ok(&spec), "{}\n{}", write(&app), write(&again));
    }
}
