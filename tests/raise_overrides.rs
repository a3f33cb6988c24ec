//! What import makes of override policies does the same to every object on every cluster.

use crate::runs::read_tree;
use crate::support::folders;
use crate::support::root;
use pelago::bundle::App;
use pelago::bundle::Role;
use pelago::compile::Compilation;
use pelago::compile::Request;
use pelago::compile::compile;
use pelago::import::overrides::Home;
use pelago::import::overrides::Overridden;
use pelago::import::overrides::Proof;
use pelago::import::overrides::Rule;
use pelago::import::overrides::Settled;
use pelago::import::overrides::rules_of;
use pelago::import::overrides::settle;
use pelago::karmada::admission::read_policy;
use pelago::karmada::cluster::Cluster;
use pelago::karmada::overrides::apply_overrides;
use pelago::karmada::policy::OverridePolicy;
use pelago::karmada::render::take_marks;
use pelago::source::SourceMap;
use pelago::system::Memory;
use pelago::yaml::Limits;
use pelago::yaml::Node;
use pelago::yaml::read;
use pelago::yaml::write;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn build(files: &Files) -> Compilation<App> {
    let is_input = |path: &&PathBuf| {
        path.components().count() == 1 && path.extension().is_some_and(|ending| ending == "yaml")
    };
    let request = Request { paths: files.keys().filter(is_input).cloned().collect(), ..Request::default() };
    let system = Memory { files: files.clone(), ..Memory::default() };
    compile(&request, &system, |app| app).unwrap()
}

fn policies_of(app: &App) -> Vec<OverridePolicy> {
    let policies = app.objects.iter().filter(|object| object.role == Role::OverridePolicy);
    policies.map(|object| read_policy(&object.root.to_json()).unwrap()).collect()
}

/// The App's document with other overrides; its profiles stay.
fn with_overrides(text: &[u8], overrides: &[Node]) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let file = SourceMap::default().add(PathBuf::new(), String::new());
    let stream = read(&text, file, Limits::default());
    let mut document = stream.documents[0].root.to_json();
    document["spec"]["overrides"] = overrides.iter().map(Node::to_json).collect();
    write(&document).into_bytes()
}

/// The overrides of the App at a path, for these policies.
fn settle_app(app: &App, policies: &[OverridePolicy], (path, files): (&Path, &Files)) -> Settled {
    let objects: Vec<(Home, Json)> = app
        .objects
        .iter()
        .map(|object| (Home::of(object, &object.key.name), object.root.to_json()))
        .collect();
    let rules: Vec<Vec<Rule<'_>>> =
        objects.iter().map(|(_, object)| rules_of(object, policies, app.at)).collect();
    let overridden: Vec<Overridden<'_>> = objects
        .iter()
        .zip(&rules)
        .map(|((home, object), rules)| Overridden { home, object, rules })
        .collect();
    let build = |overrides: &[Node]| rebuilt(overrides, app, (path, files)).map(|app| policies_of(&app));
    settle(&overridden, Proof { build: &build, clusters: None })
}

fn rebuilt(overrides: &[Node], app: &App, (path, files): (&Path, &Files)) -> Option<App> {
    let mut files = files.clone();
    files.insert(path.to_path_buf(), with_overrides(&files[path], overrides));
    let apps = build(&files).apps.into_iter();
    apps.into_iter().find(|again| (&again.namespace, &again.name) == (&app.namespace, &app.name))
}

/// Patches sorted by their path: settling proves that their order makes no difference.
fn sorted(mut policies: Vec<OverridePolicy>) -> Vec<OverridePolicy> {
    for rule in policies.iter_mut().flat_map(|policy| &mut policy.spec.override_rules) {
        rule.overriders.plaintext.sort_by(|left, right| left.path.cmp(&right.path));
    }
    policies
}

/// How many override policies of a folder come back.
#[track_caller]
fn check(folder: &Path) -> usize {
    let files = read_tree(folder);
    let before = build(&files);
    let mut count = 0;
    for app in &before.apps {
        let policies = policies_of(app);
        if policies.is_empty() {
            continue;
        }
        let path = before.sources.path(app.at);
        let settled = settle_app(app, &policies, (path, &files));
        assert!(settled.kept.is_empty(), "{}: {settled:?}", folder.display());
        // What is the same on all clusters of `forEach` may change nothing on one of them.
        if !settled.without_effect.is_empty() {
            continue;
        }
        let again = rebuilt(&settled.overrides, app, (path, &files)).unwrap();
        assert_eq!(sorted(policies_of(&again)), sorted(policies.clone()), "{}", path.display());
        count += policies.len();
    }
    count
}

#[test]
fn overrides_of_examples_and_fixtures_come_back() {
    let examples = folders(&root().join("examples"));
    let golden = folders(&root().join("fixtures/golden"));
    // A name with a hash is none that the App knows.
    let examples = examples.into_iter().filter(|example| !example.ends_with("config"));
    // Labels of what is among `manifests` have no key yet.
    let cases = golden.iter().flat_map(|feature| folders(feature)).chain(examples);
    let cases = cases.filter(|case| !case.ends_with("workloads_of_manifests"));
    let count: usize = cases.map(|case| check(&case)).sum();
    assert!(count >= 18, "{count}");
}

const APP: &str = "
apiVersion: pelago.dev/v1alpha1
kind: App
metadata: {name: web, namespace: shop, labels: {team: shop}}
spec:
  deployment:
    replicas: 3
    initContainers: {migrate: {image: registry.example.com/shop/migrate:1.0}}
    containers:
      web:
        image: registry.example.com/shop/web:1.0
        ports: {http: 8080}
        command: [serve]
        args: [--quiet, --fast, --quiet]
        env: {LOG: info, REGION: eu}
        resources: {limits: {memory: 256Mi}}
      log: {image: log@sha256:1111111111111111111111111111111111111111111111111111111111111111}
  configMaps: {settings: {data: {format: json, site.yaml: \"a: 1\\nb: 2\\n\"}}}
  services: {web: {ports: {http: 80}}}
";

/// The objects of the App, and the fields of each that are overridden.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Deployment,
    ConfigMap,
    Service,
}

impl Kind {
    fn selector(self, named: bool) -> Json {
        let mut selector = match self {
            Self::Deployment => json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}),
            Self::ConfigMap => json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "settings"}),
            Self::Service => json!({"apiVersion": "v1", "kind": "Service", "name": "web"}),
        };
        if !named {
            selector.as_object_mut().unwrap().shift_remove("name");
        }
        selector
    }

    /// Paths and values.
    fn fields(self) -> Vec<(&'static str, Json)> {
        let own = match self {
            Self::Deployment => vec![
                ("/spec/template/spec/containers/0/image", json!("other.example.com/web:2")),
                ("/spec/template/spec/initContainers/0/image", json!("registry.example.com/shop/migrate:2")),
                ("/spec/template/spec/containers/0/env/0/value", json!("debug")),
                ("/spec/template/spec/containers/0/env/-", json!({"name": "NEW", "value": "1"})),
                ("/spec/template/spec/containers/0/env", json!([{"name": "REGION", "value": "us"}])),
                (
                    "/spec/template/spec/containers/0/env/1",
                    json!({"name": "KEY", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}),
                ),
                ("/spec/template/spec/containers/0/args/-", json!("--more")),
                ("/spec/template/spec/containers/0/args", json!(["--only"])),
                ("/spec/template/spec/containers/0/resources/limits/memory", json!("512Mi")),
                ("/spec/template/spec/containers/0/resources/requests", json!({"cpu": "1"})),
                ("/spec/template/spec/nodeSelector", json!({"disk": "ssd"})),
                ("/spec/template/spec/terminationGracePeriodSeconds", json!(5)),
                ("/spec/template/metadata/labels/tier", json!("gold")),
                ("/spec/template/metadata/annotations", json!({"a": "b"})),
                ("/spec/replicas", json!(5)),
                ("/spec/paused", json!(true)),
                ("spec/paused", json!(true)),
            ],
            Self::ConfigMap => {
                vec![
                    ("/data/format", json!("text")),
                    ("/data/new", json!("x")),
                    ("/data", json!({"all": "new"})),
                ]
            }
            Self::Service => vec![
                ("/spec/type", json!("NodePort")),
                ("/spec/sessionAffinity", json!("ClientIP")),
                ("/spec/selector/tier", json!("gold")),
                ("/spec/ports/0/port", json!(81)),
            ],
        };
        let metadata = [
            ("/metadata/labels/tier", json!("gold")),
            ("/metadata/annotations/note", json!("here")),
            ("/metadata/annotations", json!({"note": "alone"})),
        ];
        own.into_iter().chain(metadata).collect()
    }
}

fn overriders(kind: Kind) -> BoxedStrategy<Json> {
    let operator = || prop_oneof![4 => Just("replace"), 4 => Just("add"), 1 => Just("remove")];
    let fields = proptest::sample::select(kind.fields());
    let plaintext = (fields, operator()).prop_map(|((path, value), operator)| match operator {
        "remove" => json!({"path": path, "operator": operator}),
        _ => json!({"path": path, "operator": operator, "value": value}),
    });
    let value = prop_oneof![
        Just(("Registry", "mirror.example.com")),
        Just(("Registry", "mirror.example.com/proxy")),
        Just(("Repository", "other/web")),
        Just(("Tag", "2.0")),
        Just(("Tag", "sha256:2222222222222222222222222222222222222222222222222222222222222222")),
    ];
    let predicate = proptest::option::of(prop_oneof![
        Just("/spec/template/spec/containers/0/image"),
        Just("/spec/template/spec/initContainers/0/image"),
    ]);
    let image = (value, operator(), predicate).prop_map(|((component, value), operator, predicate)| {
        let mut overrider = json!({"component": component, "operator": operator, "value": value});
        if let Some(path) = predicate {
            overrider["predicate"] = json!({"path": path});
        }
        overrider
    });
    let texts = proptest::sample::subsequence(vec!["--quiet", "--fast", "--new"], 1..3);
    let list = (prop_oneof![Just("web"), Just("log"), Just("none")], any::<bool>(), texts).prop_map(
        |(container, adds, texts)| {
            json!({"containerName": container, "operator": if adds { "add" } else { "remove" }, "value": texts})
        },
    );
    let entries = proptest::collection::btree_map("(team|tier|note)", "[a-c]", 1..3);
    let labels =
        (operator(), entries).prop_map(|(operator, value)| json!({"operator": operator, "value": value}));
    let field = Just(
        json!({"fieldPath": "/data/site.yaml", "yaml": [{"subPath": "/a", "operator": "replace", "value": 7}]}),
    );
    let list_of = |name: &'static str, overrider: BoxedStrategy<Json>| {
        proptest::collection::vec(overrider, 1..3).prop_map(move |list| json!({ name: list })).boxed()
    };
    let common = prop_oneof![
        4 => list_of("plaintext", plaintext.boxed()),
        2 => list_of("labelsOverrider", labels.clone().boxed()),
        1 => list_of("annotationsOverrider", labels.boxed()),
    ];
    match kind {
        Kind::Service => common.boxed(),
        Kind::ConfigMap => prop_oneof![4 => common, 1 => list_of("fieldOverrider", field.boxed())].boxed(),
        Kind::Deployment => prop_oneof![
            6 => common,
            3 => list_of("imageOverrider", image.boxed()),
            2 => list_of("argsOverrider", list.clone().boxed()),
            1 => list_of("commandOverrider", list.boxed()),
        ]
        .boxed(),
    }
}

fn target() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!(null)),
        Just(json!({"clusterNames": ["eu-1"]})),
        Just(json!({"clusterNames": ["eu-1", "us-1"]})),
        Just(json!({"exclude": ["eu-1"]})),
        Just(json!({"labelSelector": {"matchLabels": {"tier": "gold"}}})),
        Just(
            json!({"fieldSelector": {"matchExpressions": [{"key": "region", "operator": "In", "values": ["eu"]}]}})
        ),
    ]
}

fn override_policies() -> impl Strategy<Value = Vec<OverridePolicy>> {
    let kind = prop_oneof![3 => Just(Kind::Deployment), 1 => Just(Kind::ConfigMap), 1 => Just(Kind::Service)];
    let policy = (kind, any::<bool>(), any::<bool>(), "[a-c]").prop_flat_map(
        |(kind, is_named, is_namespaced, name)| {
            let rule = (target(), overriders(kind))
                .prop_map(|(target, overriders)| json!({"targetCluster": target, "overriders": overriders}));
            proptest::collection::vec(rule, 1..3).prop_map(move |rules| {
                let scope = if is_namespaced { "OverridePolicy" } else { "ClusterOverridePolicy" };
                let policy = json!({
                    "apiVersion": "policy.karmada.io/v1alpha1", "kind": scope,
                    "metadata": {"name": name, "namespace": "shop"},
                    "spec": {"resourceSelectors": [kind.selector(is_named)], "overrideRules": rules},
                });
                read_policy(&policy).unwrap()
            })
        },
    );
    proptest::collection::vec(policy, 1..4)
}

fn clusters() -> Vec<Cluster> {
    let cluster = |name: &str, region: &str, tier: &str| json!({"metadata": {"name": name, "labels": {"tier": tier}}, "spec": {"region": region}});
    let all = [
        cluster("eu-1", "eu", "gold"),
        cluster("eu-2", "eu", "iron"),
        cluster("us-1", "us", "gold"),
        cluster("us-2", "us", "iron"),
    ];
    all.into_iter().map(|cluster| serde_json::from_value(cluster).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is not kept comes out on every cluster as Karmada makes it of the policies.
    #[test]
    fn policies_do_the_same_as_the_overrides_they_become(policies in override_policies()) {
        let files = Files::from([(PathBuf::from("app.yaml"), APP.as_bytes().to_vec())]);
        let app = build(&files).apps.remove(0);
        let settled = settle_app(&app, &policies, (Path::new("app.yaml"), &files));
        let again = rebuilt(&settled.overrides, &app, (Path::new("app.yaml"), &files)).unwrap();
        let overrides = policies_of(&again);
        for (index, object) in app.objects.iter().enumerate() {
            if settled.kept.iter().any(|(kept, _, _)| *kept == index) {
                continue;
            }
            let mut object = object.root.to_json();
            object["metadata"]["annotations"]["propagationpolicy.karmada.io/name"] = json!("web");
            for cluster in &clusters() {
                let mut expected = apply_overrides(&object, cluster, &policies).unwrap().object;
                let mut found = apply_overrides(&object, cluster, &overrides).unwrap().object;
                take_marks(&mut expected);
                take_marks(&mut found);
                prop_assert_eq!(expected, found, "{:?}\n{:?}", settled, cluster);
            }
        }
    }
}

#[test]
fn most_policies_can_be_said_without_patches() {
    let files = Files::from([(PathBuf::from("app.yaml"), APP.as_bytes().to_vec())]);
    let app = build(&files).apps.remove(0);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut entries, mut patched) = (0, 0);
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..200 {
        let policies = override_policies().new_tree(&mut runner).unwrap().current();
        let settled = settle_app(&app, &policies, (Path::new("app.yaml"), &files));
        entries += settled.overrides.len();
        patched += settled.overrides.iter().filter(|entry| entry.to_json().get("patches").is_some()).count();
        for (_, _, obstacle) in &settled.kept {
            *kept.entry(obstacle.to_string()).or_default() += 1;
        }
    }
    println!("{entries} entries, {patched} with patches, {kept:#?}");
    let unsaid = kept.iter().filter(|(reason, _)| !reason.starts_with("Karmada"));
    assert!(
        entries > 250 && patched < 60 && unsaid.map(|(_, count)| count).sum::<usize>() < 20,
        "{entries} {patched} {kept:#?}"
    );
}
