//! How long 1,000 workloads take on 50 clusters: `cargo bench --bench preview`. The aim is under 2 s in all.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench measures time, and says what it finds"
)]

use pelago::admit::admit;
use pelago::control_plane::ControlPlane;
use pelago::diagnostic::Diagnostics;
use pelago::fleet::Inventory;
use pelago::fleet::read_clusters;
use pelago::k8s::version::MinorVersion;
use pelago::parse::parse;
use pelago::preview::Options;
use pelago::preview::preview;
use pelago::render::Provenance;
use pelago::render::Wanted;
use pelago::render::render;
use pelago::source::SourceMap;
use pelago::yaml::Node;
use std::fmt::Write;
use std::time::Instant;

const WORKLOADS: usize = 1_000;
const CLUSTERS: usize = 50;

fn main() {
    let mut sources = SourceMap::default();
    let mut read = |text: String| -> Vec<Node> {
        let file = sources.add("bench.yaml".into(), text);
        parse(file, &sources, &mut Diagnostics::default()).into_iter().map(|document| document.root).collect()
    };
    let roots = read((0..WORKLOADS).map(workload).collect());
    let mut inventory = Inventory::default();
    for root in &read((0..CLUSTERS).map(cluster).collect()) {
        assert!(read_clusters(root, &mut inventory).is_empty());
    }
    let mut diagnostics = Diagnostics::default();
    let start = Instant::now();
    let plane: ControlPlane = admit(&roots, None, &mut diagnostics);
    println!("admitted {} objects in {:?}", plane.templates.len(), start.elapsed());
    let middle = Instant::now();
    let preview = preview(&plane, &inventory, &Options::default());
    println!("previewed in {:?}", middle.elapsed());
    let middle = Instant::now();
    let wanted = Wanted {
        clusters: &preview.clusters,
        provenance: Provenance::Omitted,
        kubernetes: MinorVersion::default(),
    };
    let clusters = render((&plane, &inventory), &preview, wanted, &mut diagnostics);
    let objects: usize = clusters.iter().map(|cluster| cluster.objects.len()).sum();
    println!("rendered {objects} objects in {:?}", middle.elapsed());
    println!("in all {:?}", start.elapsed());
    assert!(!diagnostics.has_errors());
}

fn workload(number: usize) -> String {
    let mut text = String::new();
    write!(
        text,
        "---
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings-{number}, namespace: shop}}
data: {{FORMAT: json}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web-{number}, namespace: shop}}
spec:
  replicas: 100
  selector: {{matchLabels: {{app: web-{number}}}}}
  template:
    metadata: {{labels: {{app: web-{number}}}}}
    spec:
      containers:
      - name: web
        image: registry.example.com/shop/web:1.4.2
        envFrom: [{{configMapRef: {{name: settings-{number}}}}}]
        resources: {{requests: {{cpu: 250m, memory: 256Mi}}}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {{name: web-{number}, namespace: shop}}
spec:
  propagateDeps: true
  resourceSelectors: [{{apiVersion: apps/v1, kind: Deployment, name: web-{number}}}]
  placement:
    replicaScheduling:
      replicaSchedulingType: Divided
      replicaDivisionPreference: Weighted
      weightPreference: {{dynamicWeight: AvailableReplicas}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: {{name: web-{number}, namespace: shop}}
spec:
  resourceSelectors: [{{apiVersion: apps/v1, kind: Deployment, name: web-{number}}}]
  overrideRules:
  - targetCluster: {{labelSelector: {{matchLabels: {{tier: gold}}}}}}
    overriders: {{imageOverrider: [{{component: Registry, operator: replace, value: eu.registry.example.com}}]}}
"
    )
    .unwrap();
    text
}

fn cluster(number: usize) -> String {
    let tier = if number.is_multiple_of(2) { "gold" } else { "iron" };
    format!(
        "---
apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: {{name: member-{number:02}, labels: {{tier: {tier}}}}}
spec: {{region: eu}}
status:
  resourceSummary: {{allocatable: {{cpu: \"{}\", memory: 512Gi, pods: \"1000\"}}}}
",
        100 + number
    )
}
