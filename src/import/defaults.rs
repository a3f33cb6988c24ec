//! The values that Kubernetes sets where nothing is said, so that they need not be said.
//!
//! Only those that are the same in every cluster, whatever its configuration: kubernetes v1.33 `pkg/apis/*/v*/defaults.go`.

use crate::import::strip::find_mut;
use crate::import::strip::mapping;
use crate::import::strip::remove;
use crate::k8s::image::ImageReference;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;

/// What a field has where nothing is said.
#[derive(Debug, Clone, Copy)]
enum Usual {
    Text(&'static str),
    Number(i64),
    Flag(bool),
    /// A map without entries.
    EmptyMap,
    /// A list without items.
    EmptyList,
}

use Usual::EmptyList;
use Usual::EmptyMap;
use Usual::Flag;
use Usual::Number;
use Usual::Text;

/// A field, by its keys with `*` for every item of a list, and its default. What stands within another field comes first.
type Row = (&'static str, Usual);

const DEPLOYMENT: &[Row] = &[
    ("replicas", Number(1)),
    ("paused", Flag(false)),
    ("minReadySeconds", Number(0)),
    ("revisionHistoryLimit", Number(10)),
    ("progressDeadlineSeconds", Number(600)),
    ("strategy.rollingUpdate.maxSurge", Text("25%")),
    ("strategy.rollingUpdate.maxUnavailable", Text("25%")),
    ("strategy.rollingUpdate", EmptyMap),
    ("strategy.type", Text("RollingUpdate")),
    ("strategy", EmptyMap),
];

const STATEFUL_SET: &[Row] = &[
    ("replicas", Number(1)),
    ("minReadySeconds", Number(0)),
    ("revisionHistoryLimit", Number(10)),
    ("podManagementPolicy", Text("OrderedReady")),
    ("updateStrategy.rollingUpdate.partition", Number(0)),
    ("updateStrategy.rollingUpdate", EmptyMap),
    ("updateStrategy.type", Text("RollingUpdate")),
    ("updateStrategy", EmptyMap),
    ("persistentVolumeClaimRetentionPolicy.whenDeleted", Text("Retain")),
    ("persistentVolumeClaimRetentionPolicy.whenScaled", Text("Retain")),
    ("persistentVolumeClaimRetentionPolicy", EmptyMap),
    ("volumeClaimTemplates.*.apiVersion", Text("v1")),
    ("volumeClaimTemplates.*.kind", Text("PersistentVolumeClaim")),
    ("volumeClaimTemplates.*.spec.volumeMode", Text("Filesystem")),
    ("volumeClaimTemplates", EmptyList),
];

const DAEMON_SET: &[Row] = &[
    ("minReadySeconds", Number(0)),
    ("revisionHistoryLimit", Number(10)),
    ("updateStrategy.rollingUpdate.maxSurge", Number(0)),
    ("updateStrategy.rollingUpdate.maxUnavailable", Number(1)),
    ("updateStrategy.rollingUpdate", EmptyMap),
    ("updateStrategy.type", Text("RollingUpdate")),
    ("updateStrategy", EmptyMap),
];

const JOB: &[Row] = &[
    ("backoffLimit", Number(6)),
    ("completionMode", Text("NonIndexed")),
    ("suspend", Flag(false)),
    ("manualSelector", Flag(false)),
];

const CRON_JOB: &[Row] = &[
    ("concurrencyPolicy", Text("Allow")),
    ("suspend", Flag(false)),
    ("successfulJobsHistoryLimit", Number(3)),
    ("failedJobsHistoryLimit", Number(1)),
    ("jobTemplate.metadata.labels", EmptyMap),
    ("jobTemplate.metadata.annotations", EmptyMap),
    ("jobTemplate.metadata", EmptyMap),
];

const POD: &[Row] = &[
    ("terminationGracePeriodSeconds", Number(30)),
    ("dnsPolicy", Text("ClusterFirst")),
    ("schedulerName", Text("default-scheduler")),
    ("securityContext", EmptyMap),
    ("serviceAccountName", Text("")),
    ("serviceAccountName", Text("default")),
    ("enableServiceLinks", Flag(true)),
    ("hostname", Text("")),
    ("subdomain", Text("")),
    ("nodeName", Text("")),
    ("priorityClassName", Text("")),
    ("hostNetwork", Flag(false)),
    ("hostPID", Flag(false)),
    ("hostIPC", Flag(false)),
    ("tolerations", EmptyList),
    ("nodeSelector", EmptyMap),
    ("affinity", EmptyMap),
    ("imagePullSecrets", EmptyList),
    ("initContainers", EmptyList),
    ("volumes.*.configMap.defaultMode", Number(420)),
    ("volumes.*.secret.defaultMode", Number(420)),
    ("volumes.*.projected.defaultMode", Number(420)),
    ("volumes.*.downwardAPI.defaultMode", Number(420)),
    ("volumes.*.hostPath.type", Text("")),
    ("volumes.*.projected.sources.*.serviceAccountToken.expirationSeconds", Number(3600)),
    ("volumes.*.projected.sources.*.downwardAPI.items.*.fieldRef.apiVersion", Text("v1")),
    ("volumes.*.downwardAPI.items.*.fieldRef.apiVersion", Text("v1")),
    ("volumes.*.ephemeral.volumeClaimTemplate.metadata", EmptyMap),
    ("volumes.*.ephemeral.volumeClaimTemplate.spec.volumeMode", Text("Filesystem")),
    ("volumes", EmptyList),
];

/// Of each container, those that run first included.
const CONTAINER: &[Row] = &[
    ("terminationMessagePath", Text("/dev/termination-log")),
    ("terminationMessagePolicy", Text("File")),
    ("resources.limits", EmptyMap),
    ("resources.requests", EmptyMap),
    ("resources", EmptyMap),
    ("securityContext", EmptyMap),
    ("ports.*.protocol", Text("TCP")),
    ("ports", EmptyList),
    ("env.*.valueFrom.fieldRef.apiVersion", Text("v1")),
    ("env.*.valueFrom.resourceFieldRef.divisor", Text("0")),
    ("env.*.valueFrom.configMapKeyRef.optional", Flag(false)),
    ("env.*.valueFrom.secretKeyRef.optional", Flag(false)),
    ("env.*.value", Text("")),
    ("env", EmptyList),
    ("envFrom", EmptyList),
    ("volumeMounts.*.readOnly", Flag(false)),
    ("volumeMounts", EmptyList),
    ("command", EmptyList),
    ("args", EmptyList),
    ("stdin", Flag(false)),
    ("stdinOnce", Flag(false)),
    ("tty", Flag(false)),
    ("lifecycle.postStart.httpGet.scheme", Text("HTTP")),
    ("lifecycle.preStop.httpGet.scheme", Text("HTTP")),
    ("lifecycle", EmptyMap),
];

/// Of each probe of a container.
const PROBE: &[Row] = &[
    ("initialDelaySeconds", Number(0)),
    ("timeoutSeconds", Number(1)),
    ("periodSeconds", Number(10)),
    ("successThreshold", Number(1)),
    ("failureThreshold", Number(3)),
    ("httpGet.scheme", Text("HTTP")),
];

const SERVICE: &[Row] = &[
    ("type", Text("ClusterIP")),
    ("sessionAffinityConfig.clientIP.timeoutSeconds", Number(10_800)),
    ("sessionAffinityConfig.clientIP", EmptyMap),
    ("sessionAffinityConfig", EmptyMap),
    ("sessionAffinity", Text("None")),
    ("internalTrafficPolicy", Text("Cluster")),
    ("externalTrafficPolicy", Text("Cluster")),
    ("allocateLoadBalancerNodePorts", Flag(true)),
    ("publishNotReadyAddresses", Flag(false)),
    ("ipFamilyPolicy", Text("SingleStack")),
    ("clusterIP", Text("")),
    ("ports.*.protocol", Text("TCP")),
    ("ports", EmptyList),
];

const CLAIM: &[Row] = &[("volumeMode", Text("Filesystem"))];

const AUTOSCALER: &[Row] = &[("minReplicas", Number(1))];

/// Takes the defaults away.
pub(super) fn drop_defaults(root: &mut Node) {
    let text = |key: &str| tree::get(root, key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    drop_rows(root, &[("metadata.labels", EmptyMap), ("metadata.annotations", EmptyMap)]);
    let workload = WorkloadKind::ALL
        .into_iter()
        .find(|workload| workload.name() == kind && workload.api_version() == api_version);
    if let Some(workload) = workload {
        drop_of_workload(root, workload);
    }
    match (api_version.as_str(), kind.as_str()) {
        ("v1", "Service") => drop_of_service(root),
        ("v1", "Pod") => {
            if let Some(pod) = find_mut(root, &["spec"]) {
                drop_of_pod(pod);
                drop_rows(pod, &[("restartPolicy", Text("Always"))]);
            }
        }
        ("v1", "PersistentVolumeClaim") => drop_below(root, &["spec"], CLAIM),
        ("v1", "ConfigMap") => {
            drop_rows(root, &[("immutable", Flag(false)), ("data", EmptyMap), ("binaryData", EmptyMap)]);
        }
        ("v1", "Secret") => {
            let rows = [("immutable", Flag(false)), ("type", Text("Opaque")), ("data", EmptyMap)];
            drop_rows(root, &rows);
        }
        ("autoscaling/v2", "HorizontalPodAutoscaler") | (_, "FederatedHPA") => {
            drop_below(root, &["spec"], AUTOSCALER);
            drop_default_metrics(root);
        }
        _ => {}
    }
}

fn drop_of_workload(root: &mut Node, workload: WorkloadKind) {
    match workload {
        WorkloadKind::Deployment => drop_below(root, &["spec"], DEPLOYMENT),
        WorkloadKind::StatefulSet => drop_below(root, &["spec"], STATEFUL_SET),
        WorkloadKind::DaemonSet => drop_below(root, &["spec"], DAEMON_SET),
        WorkloadKind::Job => drop_of_job(root, &["spec"]),
        WorkloadKind::CronJob => {
            drop_below(root, &["spec"], CRON_JOB);
            drop_of_job(root, &["spec", "jobTemplate", "spec"]);
        }
    }
    let Some(template) = find_mut(root, workload.pod_template()) else { return };
    // Pods are named after what makes them, and live beside it: kubernetes v1.33 `pkg/controller/controller_utils.go`
    // `GetPodFromTemplate`.
    for field in ["name", "namespace"] {
        remove(template, &["metadata"], field);
    }
    let rows = [("metadata.labels", EmptyMap), ("metadata.annotations", EmptyMap), ("metadata", EmptyMap)];
    drop_rows(template, &rows);
    let Some(pod) = find_mut(template, &["spec"]) else { return };
    drop_of_pod(pod);
    if workload.restart_policies() == ["Always"] {
        drop_rows(pod, &[("restartPolicy", Text("Always"))]);
    }
}

/// With neither, both are 1; with `parallelism` alone, the pods share a queue.
fn drop_of_job(root: &mut Node, path: &[&str]) {
    drop_below(root, path, JOB);
    if tree::find(root, &[path, &["podFailurePolicy"]].concat()).is_none() {
        drop_below(root, path, &[("podReplacementPolicy", Text("TerminatingOrFailed"))]);
    }
    let is_one = |key: &str| {
        let found = tree::find(root, &[path, &[key]].concat());
        found.is_some_and(|node| Number(1).is(node))
    };
    if is_one("parallelism") && is_one("completions") {
        remove(root, path, "parallelism");
        remove(root, path, "completions");
    } else if is_one("parallelism") && tree::find(root, &[path, &["completions"]].concat()).is_some() {
        remove(root, path, "parallelism");
    }
}

fn drop_of_pod(pod: &mut Node) {
    let account = |key: &str| tree::get(pod, key).and_then(Node::as_str).map(str::to_owned);
    if account("serviceAccount").is_some() && account("serviceAccount") == account("serviceAccountName") {
        remove(pod, &[], "serviceAccount");
    }
    for field in ["containers", "initContainers"] {
        let containers = find_mut(pod, &[field]);
        let Some(Value::Sequence(containers)) = containers.map(|node| &mut node.value) else { continue };
        for container in containers {
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                drop_below(container, &[probe], PROBE);
            }
            drop_rows(container, CONTAINER);
            drop_pull_policy(container);
        }
    }
    drop_rows(pod, POD);
}

/// kubernetes v1.33 `pkg/apis/core/v1/defaults.go` `SetDefaults_Container`: an image of the tag `latest` is always pulled.
fn drop_pull_policy(container: &mut Node) {
    let image = tree::get(container, "image").and_then(Node::as_str);
    let Some(Ok(image)) = image.map(ImageReference::parse) else { return };
    let is_latest = match (image.tag(), image.digest()) {
        (Some(tag), _) => tag == "latest",
        (None, digest) => digest.is_none(),
    };
    let policy = if is_latest { "Always" } else { "IfNotPresent" };
    drop_rows(container, &[("imagePullPolicy", Text(policy))]);
}

/// A port leads to the container port of the same number unless it says otherwise.
fn drop_of_service(root: &mut Node) {
    drop_below(root, &["spec"], SERVICE);
    let ports = find_mut(root, &["spec", "ports"]);
    let Some(Value::Sequence(ports)) = ports.map(|node| &mut node.value) else { return };
    for port in ports {
        let number = tree::get(port, "port").map(Node::to_json);
        if number.is_some() && tree::get(port, "targetPort").map(Node::to_json) == number {
            remove(port, &[], "targetPort");
        }
    }
}

/// kubernetes v1.33 `pkg/apis/autoscaling/v2/defaults.go`: 80 % of the CPU that is requested.
fn drop_default_metrics(root: &mut Node) {
    let target = serde_json::json!({ "type": "Utilization", "averageUtilization": 80 });
    let metrics =
        serde_json::json!([{ "type": "Resource", "resource": { "name": "cpu", "target": target } }]);
    let found = tree::find(root, &["spec", "metrics"]).map(Node::to_json);
    if found.is_some_and(|found| found == metrics || found == serde_json::json!([])) {
        remove(root, &["spec"], "metrics");
    }
}

fn drop_below(root: &mut Node, path: &[&str], rows: &[Row]) {
    if let Some(node) = find_mut(root, path) {
        drop_rows(node, rows);
    }
}

fn drop_rows(node: &mut Node, rows: &[Row]) {
    for (path, default) in rows {
        drop_default(node, path, *default);
    }
}

fn drop_default(node: &mut Node, path: &str, default: Usual) {
    let Some((first, rest)) = path.split_once('.') else {
        if mapping(node).and_then(|fields| fields.get(path)).is_some_and(|found| default.is(found)) {
            remove(node, &[], path);
        }
        return;
    };
    if first == "*" {
        if let Value::Sequence(items) = &mut node.value {
            for item in items {
                drop_default(item, rest, default);
            }
        }
    } else if let Some(below) = mapping(node).and_then(|fields| fields.get_mut(first)) {
        drop_default(below, rest, default);
    }
}

impl Usual {
    /// Tells whether a value is this one.
    fn is(self, node: &Node) -> bool {
        match self {
            Text(text) => node.as_str() == Some(text),
            Number(number) => match &node.value {
                Value::Number(found) => found.as_i64() == Some(number),
                Value::Null
                | Value::Boolean(_)
                | Value::String(_)
                | Value::Sequence(_)
                | Value::Mapping(_)
                | Value::Poisoned => false,
            },
            Flag(flag) => node.value == Value::Boolean(flag),
            EmptyMap => node.as_mapping().is_some_and(crate::yaml::Mapping::is_empty),
            EmptyList => node.as_sequence().is_some_and(<[Node]>::is_empty),
        }
    }
}
