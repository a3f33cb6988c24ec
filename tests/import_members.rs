//! The way back from several clusters: what is imported with `--cluster` brings each cluster what it had.

use crate::runs::read_tree;
use crate::support::folders;
use crate::support::root;
use pelago::compile::Importation;
use pelago::compile::Request;
use pelago::compile::assemble;
use pelago::compile::import_members;
use pelago::compile::import_objects;
use pelago::diagnostic::Diagnostics;
use pelago::diagnostic::Severity;
use pelago::import::Defaults;
use pelago::import::Options;
use pelago::import::Secrets;
use pelago::import::normal;
use pelago::k8s::gvk::ObjectKey;
use pelago::k8s::version::MinorVersion;
use pelago::karmada::namespace::SKIP_LABEL;
use pelago::preview;
use pelago::preview::preview;
use pelago::render::Provenance;
use pelago::render::Wanted;
use pelago::render::render;
use pelago::source::SourceMap;
use pelago::source::Span;
use pelago::system::Memory;
use pelago::tree;
use pelago::write::write_drafts;
use pelago::yaml::Limits;
use pelago::yaml::read;
use proptest::prelude::*;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

type Objects = BTreeMap<ObjectKey, Json>;

const FLEET: &str = "fleet.yaml";

/// What each cluster receives of what is written in some files; else why that is open.
fn received(files: BTreeMap<PathBuf, Vec<u8>>) -> Result<BTreeMap<String, Objects>, Vec<String>> {
    let below = |(path, text)| (Path::new("apps").join::<PathBuf>(path), text);
    let files = files.into_iter().map(below).collect();
    let request = Request { paths: vec!["apps".into()], ..Request::default() };
    let assembly = assemble(&request, &Memory { files, ..Memory::default() }).unwrap();
    let faults = assembly.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    let faults: Vec<&str> = faults.map(|it| it.message.as_str()).collect();
    assert_eq!(faults, [""; 0]);
    let inventory = assembly.inventory.unwrap();
    let seen = preview(&assembly.plane, &inventory, &preview::Options::default());
    let kubernetes = MinorVersion::default();
    let wanted = Wanted { clusters: &seen.clusters, provenance: Provenance::Omitted, kubernetes };
    let mut diagnostics = Diagnostics::default();
    let clusters = render((&assembly.plane, &inventory), &seen, wanted, &mut diagnostics);
    let objects = clusters.into_iter().map(|cluster| {
        let objects = cluster.objects.iter();
        let objects = objects.map(|object| {
            let root = tree::from_json(span(), &object.object);
            (object.key.clone(), normal(&object.key, &root))
        });
        (cluster.cluster, objects.collect())
    });
    let faults: Vec<String> = diagnostics.iter().map(|it| it.message.clone()).collect();
    if faults.is_empty() { Ok(objects.collect()) } else { Err(faults) }
}

fn span() -> Span {
    let file = SourceMap::default().add("a.yaml".into(), String::new());
    Span { file, start: 0, end: 0 }
}

/// A Fleet of these clusters.
fn fleet<'a>(clusters: impl Iterator<Item = &'a String>) -> Vec<u8> {
    let clusters: serde_json::Map<String, Json> = clusters.map(|name| (name.clone(), json!({}))).collect();
    let fleet = json!({
        "apiVersion": "pelago.dev/v1alpha1", "kind": "Fleet",
        "metadata": {"name": "all"}, "spec": {"clusters": clusters},
    });
    fleet.to_string().into_bytes()
}

/// What is imported from clusters, what its Apps bring to each, and what they had.
#[track_caller]
fn there_and_back(
    files: &BTreeMap<PathBuf, Vec<u8>>,
    clusters: &BTreeMap<String, PathBuf>,
    defaults: Defaults,
) -> Importation {
    let options = Options { defaults, secrets: Secrets::Copied };
    let system = Memory { files: files.clone(), ..Memory::default() };
    let importation = import_members(clusters, options, &system).unwrap();
    let faults = importation.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    let faults: Vec<&str> = faults.map(|it| it.message.as_str()).collect();
    assert_eq!(faults, [""; 0]);
    let had: BTreeMap<String, Objects> = clusters
        .iter()
        .map(|(name, path)| {
            let request = Request { paths: vec![path.clone()], ..Request::default() };
            let own = import_objects(&request, options, &system).unwrap();
            let objects = own.collection.objects.iter();
            let objects = objects.map(|object| (object.key.clone(), normal(&object.key, &object.root)));
            (name.clone(), objects.map(without_skip_label).collect())
        })
        .collect();
    let texts = write_drafts(&importation.apps, None).concat();
    let apps = BTreeMap::from([
        (PathBuf::from("apps.yaml"), texts.clone().into_bytes()),
        (PathBuf::from(FLEET), fleet(clusters.keys())),
    ]);
    let mut has = received(apps).expect(&texts);
    // Karmada makes every Namespace on every cluster.
    for (cluster, objects) in &mut has {
        objects.retain(|key, _| key.gvk.kind() != "Namespace" || had[cluster].contains_key(key));
    }
    assert_eq!(has, had, "{texts}");
    importation
}

/// The label of a Namespace says something to the control plane alone.
fn without_skip_label((key, mut object): (ObjectKey, Json)) -> (ObjectKey, Json) {
    let labels = object.pointer_mut("/metadata/labels").and_then(Json::as_object_mut);
    let is_left_empty =
        labels.is_some_and(|labels| labels.shift_remove(SKIP_LABEL).is_some() && labels.is_empty());
    if is_left_empty {
        object["metadata"].as_object_mut().unwrap().shift_remove("labels");
    }
    (key, object)
}

/// The clusters of a case, from its command.
fn clusters_of(case: &Path) -> BTreeMap<String, PathBuf> {
    let command = fs::read_to_string(case.join("command")).unwrap();
    let words: Vec<&str> = command.split_whitespace().collect();
    let values = words.iter().zip(words.iter().skip(1)).filter(|(flag, _)| **flag == "--cluster");
    let clusters = values.filter_map(|(_, value)| value.split_once('='));
    clusters.map(|(name, path)| (name.to_owned(), PathBuf::from(path))).collect()
}

/// The inputs of the cases of imports from clusters that are fine.
#[test]
fn clusters_receive_what_they_had() {
    let mut checked = 0;
    for case in folders(&root().join("fixtures/import")) {
        let clusters = clusters_of(&case);
        let is_fine = fs::read_to_string(case.join("status")).unwrap() == "0\n";
        let is_piped = clusters.values().any(|path| path == Path::new("-"));
        if clusters.is_empty() || !is_fine || is_piped {
            continue;
        }
        for defaults in [Defaults::Dropped, Defaults::Kept] {
            there_and_back(&read_tree(&case), &clusters, defaults);
        }
        checked += 1;
    }
    assert!(checked > 3, "{checked}");
}

/// What the Apps of an example bring to each cluster is imported to Apps that bring the same.
#[test]
fn what_apps_bring_comes_back() {
    let goldens = folders(&root().join("fixtures/golden")).into_iter().flat_map(|feature| folders(&feature));
    let mut checked = 0;
    for folder in folders(&root().join("examples")).into_iter().chain(goldens) {
        if !folder.join(FLEET).is_file() || folder.starts_with(root().join("fixtures/golden/versions")) {
            continue;
        }
        let mut files = read_tree(&folder);
        files.retain(|path, _| !path.starts_with("expected"));
        let Ok(received) = received(files) else { continue };
        let mut exports = BTreeMap::new();
        let mut clusters = BTreeMap::new();
        for (cluster, objects) in received {
            let is_carried = |key: &&ObjectKey| !key.gvk.group().ends_with(".karmada.io");
            let items: Vec<&Json> =
                objects.keys().filter(is_carried).filter_map(|key| objects.get(key)).collect();
            if !items.is_empty() {
                let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
                let path = PathBuf::from(format!("{cluster}.json"));
                exports.insert(path.clone(), list.to_string().into_bytes());
                clusters.insert(cluster, path);
            }
        }
        there_and_back(&exports, &clusters, Defaults::Dropped);
        checked += 1;
    }
    assert!(checked > 5, "{checked}");
}

/// What a cluster may have.
const OBJECTS: &str = r#"apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      initContainers: [{name: migrate, image: "registry.example.com/migrate:1"}]
      containers:
      - name: web
        image: registry.example.com/web:1.4
        args: [--a, --b]
        ports: [{name: http, containerPort: 8080}]
        env:
        - {name: A, value: "1"}
        - {name: B, valueFrom: {configMapKeyRef: {name: site, key: region, optional: true}}}
        envFrom: [{secretRef: {name: login}}]
        resources: {requests: {cpu: 100m}}
      - name: proxy
        image: registry.example.com/proxy@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
---
apiVersion: v1
kind: ConfigMap
metadata: {name: site, namespace: shop, labels: {app: web}}
data: {region: eu, app.yaml: "a: 1\nb: {c: 2}\n"}
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: shop, labels: {app: web}}
data: {USER: cm9vdA==}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  ingressClassName: nginx
  rules:
  - host: a.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop, labels: {app: web}}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: "report:2", envFrom: [{configMapRef: {name: site}}]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "shop:reader"}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: shop.example.com/v1
kind: Basket
metadata: {name: big, namespace: shop}
spec: {size: 4, parts: [{name: a, x: 1}]}
"#;

/// A kind, a place in its objects, and what may be there; null takes it away.
const CHANGES: &str = r#"Deployment /spec/replicas 0
Deployment /spec/replicas 5
Deployment /spec/minReadySeconds 10
Deployment /metadata/labels null
Service /metadata/labels null
Deployment /metadata/labels/tier "gold"
Service /metadata/labels/tier "gold"
Deployment /metadata/annotations {"example.com/a": "1", "example.com/b": "2"}
ConfigMap /metadata/annotations {"example.com/a": "1", "example.com/b": "2"}
ClusterRole /metadata/annotations {"example.com/a": "1", "example.com/b": "2"}
Namespace /metadata/annotations {"example.com/a": "1", "example.com/b": "2"}
Basket /metadata/annotations {"example.com/a": "1", "example.com/b": "2"}
Deployment /metadata/annotations {"example.com/a": "1"}
ConfigMap /metadata/annotations {"example.com/a": "1"}
ClusterRole /metadata/annotations {"example.com/a": "1"}
Namespace /metadata/labels/team "other"
Basket /metadata/annotations {"example.com/a": "1"}
Deployment /spec/template/metadata/annotations {"example.com/c": "3"}
Deployment /spec/template/spec/containers/0/image "mirror.example.com/web:1.4"
Deployment /spec/template/spec/containers/0/image "registry.example.com/web:1.5"
Deployment /spec/template/spec/initContainers/0/image "mirror.example.com/migrate:1"
Deployment /spec/template/spec/initContainers null
Deployment /spec/template/spec/containers/1 null
Deployment /spec/template/spec/containers/2 {"name": "log", "image": "log:1"}
Deployment /spec/template/spec/containers/0/args ["--b"]
Deployment /spec/template/spec/containers/0/args/2 "--c"
Deployment /spec/template/spec/containers/0/env null
Deployment /spec/template/spec/containers/0/env [{"name": "B", "value": "2"}, {"name": "A", "value": "3"}]
Deployment /spec/template/spec/containers/0/env/0 null
Deployment /spec/template/spec/containers/0/env/2 {"name": "C", "value": "{{ c }}"}
Deployment /spec/template/spec/containers/0/envFrom/1 {"configMapRef": {"name": "site"}}
Deployment /spec/template/spec/containers/0/resources null
Deployment /spec/template/spec/containers/0/resources/limits {"memory": "1Gi"}
Deployment /spec/template/spec/nodeSelector {"disk": "ssd"}
Deployment /spec/template/spec/tolerations [{"key": "gpu", "operator": "Exists"}]
Deployment /spec/template/spec/serviceAccountName null
Deployment /spec/template/spec/volumes [{"name": "v", "configMap": {"name": "site"}}]
ConfigMap /data/region "us"
ConfigMap /data/region null
ConfigMap /data/app.yaml "a: 2\nb: {c: 2}\n"
ConfigMap /data null
Service /spec/type "LoadBalancer"
Service /spec/ports/0/nodePort 30080
Service /spec/ports/1 {"name": "metrics", "port": 9090, "targetPort": 9090}
Ingress /spec/rules/0/host "b.example.com"
Ingress /spec/tls [{"hosts": ["a.example.com"], "secretName": "login"}]
PodDisruptionBudget /spec/minAvailable "50%"
CronJob /spec/schedule "5 * * * *"
ClusterRole /rules/0/verbs/1 "list"
Basket /spec/size 1.5
Basket /spec/parts/0/x "1"
Basket /spec/parts []
"#;

fn objects() -> Vec<Json> {
    let stream = read(OBJECTS, span().file, Limits::default());
    stream.documents.iter().map(|document| document.root.to_json()).collect()
}

fn change() -> impl Strategy<Value = (&'static str, &'static str, Json)> {
    let changes = CHANGES.lines().map(|line| {
        let (kind, rest) = line.split_once(' ').unwrap();
        let (pointer, value) = rest.split_once(' ').unwrap();
        (kind, pointer, serde_json::from_str(value).unwrap())
    });
    proptest::sample::select(changes.collect::<Vec<_>>())
}

/// Puts a value where the place above it is.
fn put(object: &mut Json, pointer: &str, value: &Json) {
    let (above, key) = pointer.rsplit_once('/').unwrap();
    match object.pointer_mut(above) {
        Some(Json::Object(map)) if value.is_null() => {
            map.shift_remove(key);
        }
        Some(Json::Object(map)) => {
            map.insert(key.to_owned(), value.clone());
        }
        Some(Json::Array(list)) => {
            let index: usize = key.parse().unwrap();
            if index == list.len() && !value.is_null() {
                list.push(value.clone());
            } else if index < list.len() && value.is_null() {
                list.remove(index);
            }
        }
        _ => {}
    }
}

/// What a cluster has: which objects it lacks, and what is changed in which others.
fn member() -> impl Strategy<Value = Vec<Json>> {
    let count = objects().len();
    let lacking = proptest::collection::btree_set(0..count, 0..4);
    let changes = proptest::collection::vec(change(), 0..8);
    (lacking, changes).prop_map(|(lacking, changes)| {
        let mut objects = objects();
        for (kind, pointer, value) in changes {
            let found = objects.iter_mut().find(|object| object["kind"] == kind).unwrap();
            put(found, pointer, &value);
        }
        let kept = (0..).zip(objects).filter(|(number, _)| !lacking.contains(number));
        kept.map(|(_, object)| object).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn clusters_receive_what_they_had_whatever_it_was(members in proptest::collection::vec(member(), 1..4)) {
        let mut files = BTreeMap::new();
        let mut clusters = BTreeMap::new();
        for (number, objects) in (1..).zip(&members) {
            let path = PathBuf::from(format!("m{number}.json"));
            let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
            files.insert(path.clone(), list.to_string().into_bytes());
            clusters.insert(format!("m{number}"), path);
        }
        there_and_back(&files, &clusters, Defaults::Dropped);
    }
}
