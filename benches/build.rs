//! How long whole processes take: `cargo bench --bench build`. `kubectl kustomize` of one equal Deployment is timed beside, where
//! it is installed.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark is no part of the product"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

const PELAGO: &str = env!("CARGO_BIN_EXE_pelago");

/// Writes Apps that differ in name, image, config and placement, ten to a file's folder.
fn generate(folder: &Path, number: usize) {
    fs::create_dir_all(folder).expect("a folder for the Apps");
    for index in 0..number {
        let text = format!(
            "apiVersion: pelago.dev/v1alpha1
kind: App
metadata: {{name: app-{index}, namespace: team-{team}, labels: {{team: t{team}}}}}
spec:
  vars: {{version: 1.{index}.0}}
  deployment:
    replicas: {replicas}
    pod: {{annotations: {{prometheus.io/scrape: \"true\"}}}}
    containers:
      web:
        image: registry.example.com/team-{team}/app-{index}:{{{{ version }}}}
        ports: {{http: 8080, metrics: 9090}}
        env:
          LOG_LEVEL: info
          REGION: {{configMap: settings-{index}, key: region}}
          PASSWORD: {{secret: login-{index}, key: password}}
        mounts:
          /etc/settings: {{configMap: settings-{index}}}
          /cache: {{emptyDir: {{}}}}
        resources: {{requests: {{cpu: 100m, memory: 128Mi}}, limits: {{memory: 256Mi}}}}
        readinessProbe: {{httpGet: {{path: /healthz, port: http}}}}
  services:
    app-{index}: {{ports: {{http: 80, metrics: 9090}}}}
  configMaps:
    settings-{index}: {{data: {{region: eu, mode: fast}}}}
  secrets:
    login-{index}: {{stringData: {{password: p{index}}}}}
  placement: {{clusters: [member1, member2, member3], strategy: DynamicWeight}}
  overrides:
    - clusters: [member2]
      containers: {{web: {{image: {{registry: eu.example.com}}, env: {{LOG_LEVEL: debug}}}}}}
",
            team = index % 97,
            replicas = index % 9 + 1,
        );
        fs::write(folder.join(format!("app-{index}.yaml")), text).expect("an App");
    }
}

/// The time and the largest memory (in MiB) of one process.
fn run(program: &str, arguments: &[&str]) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("a process");
    let status = format!("/proc/{}/status", child.id());
    let mut largest = 0;
    loop {
        if let Some(ended) = child.try_wait().expect("the process") {
            assert!(ended.success(), "{program} {arguments:?} failed");
            return (start.elapsed(), largest / 1024);
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        largest = largest.max(kib.unwrap_or(0));
        std::thread::sleep(Duration::from_micros(50));
    }
}

fn report(name: &str, runs: usize, program: &str, arguments: &[&str]) {
    run(program, arguments);
    let mut results: Vec<(Duration, u64)> = (0..runs).map(|_| run(program, arguments)).collect();
    results.sort();
    let (median, _) = results[runs / 2];
    let memory = results.iter().map(|(_, memory)| *memory).max().unwrap_or_default();
    println!(
        "{name:<44} {:>9.2} ms   {memory:>4} MiB at most   ({runs} runs, median)",
        median.as_secs_f64() * 1e3
    );
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = |name: &str| root.join("examples").join(name).display().to_string();
    let work = tempfile::tempdir().expect("a folder");
    report("an empty process (true)", 100, "true", &[]);
    report("pelago build examples/hello", 100, PELAGO, &["build", &examples("hello/app.yaml")]);
    report("pelago build examples/storefront", 100, PELAGO, &["build", &examples("storefront")]);
    let equal = work.path().join("equal").display().to_string();
    run(PELAGO, &["build", &examples("hello/app.yaml"), "-o", &equal]);
    let has_kubectl = Command::new("kubectl").arg("version").arg("--client").output().is_ok();
    if has_kubectl {
        report("kubectl kustomize of the same objects", 20, "kubectl", &["kustomize", &equal]);
    }
    for number in [1_000, 10_000] {
        let apps = work.path().join(format!("apps-{number}"));
        generate(&apps, number);
        let apps = apps.display().to_string();
        report(&format!("pelago build, {number} Apps"), 5, PELAGO, &["build", &apps]);
        let folder = work.path().join(format!("built-{number}")).display().to_string();
        report(&format!("pelago build -o, {number} Apps"), 3, PELAGO, &["build", &apps, "-o", &folder]);
    }
}
