//! Laws of previews and renders under random policies and fleets.

use pelago::admit::admit;
use pelago::control_plane::ControlPlane;
use pelago::diagnostic::Diagnostics;
use pelago::fleet::Inventory;
use pelago::fleet::read_clusters;
use pelago::forecast::ObjectPreview;
use pelago::forecast::PlacementResult;
use pelago::forecast::Preview;
use pelago::forecast::StrategyName;
use pelago::k8s::version::MinorVersion;
use pelago::karmada::division::TargetCluster;
use pelago::karmada::schedule::binding::Binding;
use pelago::preview::Options;
use pelago::preview::preview;
use pelago::render::Provenance;
use pelago::render::Wanted;
use pelago::render::render;
use pelago::source::SourceMap;
use pelago::source::Span;
use pelago::tree;
use proptest::prelude::*;
use serde_json::Value as Json;
use serde_json::json;

const NAMES: [&str; 6] = ["eu-1", "eu-2", "eu-3", "us-1", "us-2", "ap-1"];

fn names() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(NAMES.to_vec(), 0..=NAMES.len())
}

fn cluster(name: &'static str) -> impl Strategy<Value = Json> {
    let capacity = proptest::option::weighted(0.8, (0..20_i64, 0..9_i64));
    (capacity, any::<bool>(), 0..6_u8).prop_map(move |(capacity, has_region, taint)| {
        let region = if has_region { &name[..2] } else { "" };
        let taints = if taint == 0 { json!([{"key": "a", "effect": "NoSchedule"}]) } else { json!([]) };
        let mut cluster = json!({
            "apiVersion": "cluster.karmada.io/v1alpha1", "kind": "Cluster",
            "metadata": {"name": name}, "spec": {"region": region, "taints": taints},
        });
        if let Some((pods, cpu)) = capacity {
            cluster["status"] =
                json!({"resourceSummary": {"allocatable": {"pods": pods, "cpu": cpu, "memory": "9Gi"}}});
        }
        cluster
    })
}

fn fleet() -> impl Strategy<Value = Vec<Json>> {
    names().prop_flat_map(|names| names.into_iter().map(cluster).collect::<Vec<_>>())
}

fn scheduling() -> impl Strategy<Value = Json> {
    let weights = proptest::collection::vec((names(), 1..5_i64), 0..3).prop_map(|rules| {
        let rules: Vec<Json> = rules
            .into_iter()
            .map(|(names, weight)| json!({"targetCluster": {"clusterNames": names}, "weight": weight}))
            .collect();
        json!({"replicaSchedulingType": "Divided", "weightPreference": {"staticWeightList": rules}})
    });
    prop_oneof![
        Just(json!({"replicaSchedulingType": "Duplicated"})),
        Just(json!({"replicaSchedulingType": "Divided", "replicaDivisionPreference": "Aggregated"})),
        Just(json!({
            "replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted",
            "weightPreference": {"dynamicWeight": "AvailableReplicas"},
        })),
        weights,
    ]
}

/// Names, those left out, bounds of a spread, and the division.
fn placement() -> impl Strategy<Value = (Vec<&'static str>, Vec<&'static str>, Json)> {
    let spread = proptest::option::of((any::<bool>(), 0..3_i64, 0..4_i64));
    (names(), names(), spread, any::<bool>(), scheduling()).prop_map(
        |(chosen, left_out, spread, grouped, division)| {
            let affinity = json!({"clusterNames": chosen, "exclude": left_out});
            let mut placement = json!({"replicaScheduling": division});
            if grouped {
                let term = json!({"affinityName": "a", "clusterNames": chosen, "exclude": left_out});
                placement["clusterAffinities"] = json!([term]);
            } else {
                placement["clusterAffinity"] = affinity;
            }
            if let Some((by_region, least, more)) = spread {
                let by_cluster =
                    json!({"spreadByField": "cluster", "minGroups": least, "maxGroups": least + more});
                let by_region =
                    by_region.then(|| json!({"spreadByField": "region", "minGroups": 1, "maxGroups": 2}));
                placement["spreadConstraints"] = std::iter::once(by_cluster).chain(by_region).collect();
            }
            (chosen, left_out, placement)
        },
    )
}

fn span() -> Span {
    let file = SourceMap::default().add("a.yaml".into(), String::new());
    Span { file, start: 0, end: 0 }
}

fn world(objects: &[Json], fleet: &[Json]) -> (ControlPlane, Inventory) {
    let roots: Vec<_> = objects.iter().map(|object| tree::from_json(span(), object)).collect();
    let mut inventory = Inventory::default();
    for cluster in fleet {
        assert!(read_clusters(&tree::from_json(span(), cluster), &mut inventory).is_empty());
    }
    (admit(&roots, None, &mut Diagnostics::default()), inventory)
}

fn objects(replicas: i32, cpu: Option<&str>, placement: &Json) -> [Json; 3] {
    let resources = cpu.map_or(json!({}), |cpu| json!({"requests": {"cpu": cpu}}));
    let container = json!({
        "name": "web", "image": "web:1", "resources": resources,
        "envFrom": [{"configMapRef": {"name": "settings"}}],
    });
    let metadata = json!({"name": "web", "namespace": "shop"});
    [
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "shop"}}),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": {"replicas": replicas, "template": {"spec": {"containers": [container]}}},
        }),
        json!({
            "apiVersion": "policy.karmada.io/v1alpha1", "kind": "PropagationPolicy", "metadata": metadata,
            "spec": {
                "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment"}],
                "propagateDeps": true, "placement": placement,
            },
        }),
    ]
}

/// All replicas are assigned, wherever anything is.
fn check_sums(object: &ObjectPreview) {
    let Some(workload) = object.workload.filter(|_| object.result.failure.is_none()) else { return };
    for outcome in &object.result.outcomes {
        let replicas = outcome.targets.iter().map(|target| target.replicas);
        match workload.strategy {
            StrategyName::Duplicated => {
                assert!(replicas.into_iter().all(|number| number == workload.replicas));
            }
            StrategyName::StaticWeight
            | StrategyName::DynamicWeight
            | StrategyName::Aggregated
            | StrategyName::Unknown => assert_eq!(replicas.sum::<i32>(), workload.replicas.max(0)),
        }
    }
}

fn check(preview: &Preview, chosen: &[&str], left_out: &[&str]) {
    let [settings, web] = preview.objects.as_slice() else { panic!("two objects: {preview:?}") };
    check_sums(web);
    for (row, followed) in web.clusters.iter().zip(&settings.clusters) {
        let name = row.cluster.as_str();
        let is_excluded = left_out.contains(&name) || !chosen.is_empty() && !chosen.contains(&name);
        assert!(!is_excluded || row.received.is_none(), "{row:?}");
        assert_eq!(row.received.is_some(), followed.received.is_some(), "{row:?} {followed:?}");
    }
}

/// Steps of a patch, most of which lead nowhere.
fn overrides() -> impl Strategy<Value = Json> {
    let path = prop_oneof![
        Just("/spec/replicas"),
        Just("/spec/template/spec/containers/0/image"),
        Just("/spec/template/spec/containers/3"),
        Just("/metadata/labels/a"),
        Just("/kind"),
        Just("spec/paused"),
        Just(""),
    ];
    let value = prop_oneof![Just(json!(1)), Just(json!("a")), Just(json!({"a": []})), Just(Json::Null)];
    let operator = prop_oneof![Just("add"), Just("replace"), Just("remove")];
    let step = (path, operator, value)
        .prop_map(|(path, operator, value)| json!({"path": path, "operator": operator, "value": value}));
    (names(), proptest::collection::vec(step, 0..3)).prop_map(|(names, steps)| {
        json!({
            "apiVersion": "policy.karmada.io/v1alpha1", "kind": "OverridePolicy",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"overrideRules": [{
                "targetCluster": {"clusterNames": names},
                "overriders": {
                    "plaintext": steps,
                    "imageOverrider": [{"component": "Tag", "operator": "replace", "value": "2"}],
                },
            }]},
        })
    })
}

proptest! {
    #[test]
    fn renders_bring_what_previews_say(
        fleet in fleet(),
        (_, _, placement) in placement(),
        replicas in 0..9_i32,
        overrides in overrides(),
    ) {
        let mut all = objects(replicas, None, &placement).to_vec();
        all.push(overrides);
        let (plane, inventory) = world(&all, &fleet);
        let seen = preview(&plane, &inventory, &Options { uid: Some("b".to_owned()), ..Options::default() });
        let mut diagnostics = Diagnostics::default();
        let wanted = Wanted { clusters: &seen.clusters, provenance: Provenance::Traced, kubernetes: MinorVersion::default() };
        let rendered = render((&plane, &inventory), &seen, wanted, &mut diagnostics);
        for cluster in &rendered {
            for object in &seen.objects {
                let receives =
                    object.find_cluster(&cluster.cluster).is_some_and(|row| row.received.is_some());
                let has = cluster.objects.iter().any(|rendered| rendered.key == object.key);
                prop_assert!(has == receives || receives && diagnostics.has_errors(), "{:?}", object.key);
            }
        }
    }

    #[test]
    fn replicas_add_up_and_excluded_clusters_get_none(
        fleet in fleet(),
        (chosen, left_out, placement) in placement(),
        replicas in 0..30_i32,
        cpu in proptest::option::of(Just("500m")),
    ) {
        let (plane, inventory) = world(&objects(replicas, cpu, &placement), &fleet);
        prop_assume!(plane.propagation.len() == 1);
        let seen = preview(&plane, &inventory, &Options::default());
        check(&seen, &chosen, &left_out);
    }

    #[test]
    fn scaling_keeps_the_laws(
        fleet in fleet(),
        (chosen, left_out, placement) in placement(),
        replicas in 1..30_i32,
        earlier in proptest::collection::vec((0..6_usize, 0..9_i32), 0..4),
    ) {
        let (plane, inventory) = world(&objects(replicas, None, &placement), &fleet);
        prop_assume!(plane.propagation.len() == 1);
        let mut clusters: Vec<TargetCluster> = earlier
            .into_iter()
            .map(|(place, replicas)| TargetCluster { name: NAMES[place].to_owned(), replicas })
            .collect();
        clusters.sort_by(|left, right| left.name.cmp(&right.name));
        clusters.dedup_by(|left, right| left.name == right.name);
        let binding = Binding { clusters, ..Binding::default() };
        let key = plane.templates[1].key.clone();
        let options = Options { earlier: [(key, binding)].into(), ..Options::default() };
        let seen = preview(&plane, &inventory, &options);
        check_sums(&seen.objects[1]);
        if seen.objects[1].result.failure.is_none() {
            check(&seen, &chosen, &left_out);
        }
    }

    #[test]
    fn what_is_known_is_the_same_with_all_room_known(
        fleet in fleet(),
        (_, _, placement) in placement(),
        replicas in 0..30_i32,
        room in 0..40_i64,
    ) {
        let (plane, inventory) = world(&objects(replicas, None, &placement), &fleet);
        prop_assume!(plane.propagation.len() == 1);
        let mut filled = fleet;
        for (place, cluster) in filled.iter_mut().enumerate() {
            if cluster.get("status").is_none() {
                let pods = (room + i64::try_from(place).unwrap() * 7) % 40;
                cluster["status"] = json!({"resourceSummary": {"allocatable": {"pods": pods}}});
            }
        }
        let (_, known) = world(&[], &filled);
        let certain = preview(&plane, &inventory, &Options::default());
        let full = preview(&plane, &known, &Options::default());
        let [certain, full] = [&certain.objects[1].result, &full.objects[1].result];
        if certain.open.is_empty() {
            let sorted = |result: &PlacementResult| -> Vec<Vec<(String, i32)>> {
                let outcomes = result.outcomes.iter().map(|outcome| {
                    let mut targets: Vec<(String, i32)> =
                        outcome.targets.iter().map(|target| (target.name.clone(), target.replicas)).collect();
                    targets.sort();
                    targets
                });
                outcomes.collect()
            };
            prop_assert_eq!(sorted(certain), sorted(full));
        }
    }
}
