//! How long a stream takes to wrap: `cargo bench --bench wrap`. What another reader takes for the same text alone is timed beside,
//! and `kubectl kustomize` of fewer objects, where it is installed.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is no part of the product"
)]

use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

const PELAGO: &str = env!("CARGO_BIN_EXE_pelago");

fn main() {
    let work = tempfile::tempdir().unwrap();
    for objects in [5_000, 25_000, 50_000] {
        let path = work.path().join("stream.yaml");
        let text: String = (0..objects / 5).map(release).collect();
        fs::write(&path, &text).unwrap();
        let size = text.len() / 1024 / 1024;
        let (time, memory) = run(PELAGO, &["wrap", "--clusters", "eu-1,us-1"], &path);
        println!("pelago wrap, {objects} objects, {size} MiB: {time:?}, {memory} MiB at most");
        let start = Instant::now();
        let documents = serde_yaml::Deserializer::from_str(&text);
        let read: Vec<Value> = documents.map(|document| Value::deserialize(document).unwrap()).collect();
        println!("yaml_serde reads {} of them in {:?}", read.len(), start.elapsed());
        if objects == 5_000 && Command::new("kubectl").arg("version").arg("--client").output().is_ok() {
            fs::write(work.path().join("kustomization.yaml"), "resources: [stream.yaml]\n").unwrap();
            let (time, memory) = run("kubectl", &["kustomize", &work.path().display().to_string()], &path);
            println!("kubectl kustomize of them: {time:?}, {memory} MiB at most");
        }
    }
}

/// The time and the largest memory (in MiB) of one process that reads a file.
fn run(program: &str, arguments: &[&str], input: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(File::open(input).unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut largest = 0;
    loop {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "{program} {arguments:?} failed");
            return (start.elapsed(), largest / 1024);
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        largest =
            largest.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Five objects, as a chart renders them.
fn release(number: usize) -> String {
    RELEASE.replace("NUMBER", &number.to_string()).replace("NAMESPACE", &format!("team-{}", number % 7))
}

const RELEASE: &str = r#"---
# Source: web/templates/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web-NUMBER
  namespace: NAMESPACE
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-NUMBER
    app.kubernetes.io/managed-by: Helm
---
# Source: web/templates/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-NUMBER
  namespace: NAMESPACE
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-NUMBER
    app.kubernetes.io/managed-by: Helm
data:
  region: eu
  settings.yaml: |
    log: {level: info}
    cache: {size: 100Mi}
---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web-NUMBER
  namespace: NAMESPACE
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-NUMBER
    app.kubernetes.io/managed-by: Helm
spec:
  type: ClusterIP
  ports:
    - {port: 80, targetPort: http, protocol: TCP, name: http}
  selector:
    app.kubernetes.io/instance: web-NUMBER
---
# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-NUMBER
  namespace: NAMESPACE
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-NUMBER
    app.kubernetes.io/managed-by: Helm
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/instance: web-NUMBER
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: web-NUMBER
    spec:
      serviceAccountName: web-NUMBER
      containers:
        - name: web
          image: "registry.example.com/shop/web:1.NUMBER"
          ports:
            - {name: http, containerPort: 8080, protocol: TCP}
          envFrom:
            - configMapRef:
                name: web-NUMBER
          readinessProbe:
            httpGet: {path: /, port: http}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
---
# Source: web/templates/budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web-NUMBER
  namespace: NAMESPACE
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-NUMBER
    app.kubernetes.io/managed-by: Helm
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/instance: web-NUMBER
"#;
