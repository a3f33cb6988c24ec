//! What one replica asks for: resources, and nodes of a certain sort.

use crate::k8s::name::check_label_key;
use crate::k8s::quantity::Quantity;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What one replica asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaRequirements {
    /// Which nodes can take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_claim: Option<NodeClaim>,
    /// The resources it takes.
    #[serde(skip_serializing_if = "ResourceRequest::is_empty")]
    pub resource_request: ResourceRequest,
}

/// Which nodes can take a replica, as written in its pod template.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeClaim {
    /// The node affinity that is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hard_node_affinity: Option<Value>,
    /// The labels that a node must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<Value>,
    /// The taints of nodes that do no harm.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Value>,
}

/// Amounts of resources, all above 0, by name.
///
/// *Units*: CPU in millicores, memory and storage in bytes, the rest in pieces; all rounded up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceRequest {
    amounts: BTreeMap<String, i64>,
}

impl ResourceRequest {
    /// Tells whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }

    /// The amounts, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.amounts.iter().map(|(name, amount)| (name.as_str(), *amount))
    }
}

impl Serialize for ResourceRequest {
    /// Writes quantities as Kubernetes does.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, amount)| (name, text(name, amount))))
    }
}

/// Reads what a pod asks for; its types have been checked.
///
/// *Source*: karmada f8fdd02 `pkg/util/helper/binding.go` `GenerateReplicaRequirements`.
pub(crate) fn read(pod: &Value) -> Option<ReplicaRequirements> {
    let node_claim = read_node_claim(pod);
    let resource_request = read_resources(pod);
    let is_empty = node_claim.is_none() && resource_request.is_empty();
    (!is_empty).then_some(ReplicaRequirements { node_claim, resource_request })
}

/// Reads which nodes a pod asks for, and no resources.
///
/// *Source*: the script for `argoproj.io/v1alpha1` `Workflow`.
pub(crate) fn read_nodes_only(pod: &Value) -> Option<ReplicaRequirements> {
    let node_claim = Some(read_node_claim(pod)?);
    Some(ReplicaRequirements { node_claim, resource_request: ResourceRequest::default() })
}

fn read_node_claim(pod: &Value) -> Option<NodeClaim> {
    let required = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
    let claim = NodeClaim {
        hard_node_affinity: pod.pointer(required).filter(|affinity| !affinity.is_null()).cloned(),
        node_selector: pod.get("nodeSelector").filter(|selector| !selector.is_null()).cloned(),
        tolerations: list(pod, "tolerations").to_vec(),
    };
    (claim != NodeClaim::default()).then_some(claim)
}

/// The sum over containers, at least what each init container takes, and the overhead.
///
/// *Source*: karmada f8fdd02 `pkg/util/resource.go` `AddPodTemplateRequest`; sidecars count as init containers.
fn read_resources(pod: &Value) -> ResourceRequest {
    let mut amounts = Amounts::default();
    for container in list(pod, "containers") {
        amounts.add(&container_requests(container));
    }
    for container in list(pod, "initContainers") {
        amounts.raise(&container_requests(container));
    }
    let mut overhead = BTreeMap::new();
    add_quantities(pod.get("overhead"), &mut overhead);
    amounts.add(&overhead);
    amounts.by_name.retain(|_, amount| *amount > 0);
    ResourceRequest { amounts: amounts.by_name }
}

/// What a container requests; its limits stand for requests that are missing.
fn container_requests(container: &Value) -> BTreeMap<&str, Quantity> {
    let mut requests = BTreeMap::new();
    add_quantities(container.pointer("/resources/requests"), &mut requests);
    add_quantities(container.pointer("/resources/limits"), &mut requests);
    requests
}

/// Adds the quantities of a mapping that are not there yet.
fn add_quantities<'a>(mapping: Option<&'a Value>, quantities: &mut BTreeMap<&'a str, Quantity>) {
    for (name, value) in mapping.and_then(Value::as_object).into_iter().flatten() {
        if let Ok(quantity) = Quantity::from_json(value) {
            quantities.entry(name).or_insert(quantity);
        }
    }
}

fn list<'a>(parent: &'a Value, field: &str) -> &'a [Value] {
    parent.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[derive(Default)]
struct Amounts {
    by_name: BTreeMap<String, i64>,
}

impl Amounts {
    fn add(&mut self, requests: &BTreeMap<&str, Quantity>) {
        for (name, quantity) in requests.iter().filter(|(name, _)| is_counted(name)) {
            let amount = self.by_name.entry((*name).to_owned()).or_default();
            *amount = amount.wrapping_add(amount_of(name, quantity));
        }
    }

    fn raise(&mut self, requests: &BTreeMap<&str, Quantity>) {
        for (name, quantity) in requests.iter().filter(|(name, _)| is_counted(name)) {
            let amount = self.by_name.entry((*name).to_owned()).or_default();
            *amount = (*amount).max(amount_of(name, quantity));
        }
    }
}

/// An amount in the unit in which Karmada counts the resource: millicores for CPU, else whole pieces.
pub(crate) fn amount_of(resource: &str, quantity: &Quantity) -> i64 {
    if resource == "cpu" { quantity.milli_value() } else { quantity.value() }
}

/// Tells whether Karmada counts a resource.
///
/// *Source*: karmada f8fdd02 `pkg/util/resource.go` `Add`, `pkg/util/lifted/scheduler` `IsScalarResourceName`.
fn is_counted(resource: &str) -> bool {
    let is_native = !resource.contains('/') || resource.contains("kubernetes.io/");
    let is_extended = !is_native
        && !resource.starts_with("requests.")
        && check_label_key(&format!("requests.{resource}")).is_ok();
    matches!(resource, "cpu" | "memory" | "ephemeral-storage" | "pods")
        || is_extended
        || resource.starts_with("hugepages-")
        || resource.contains("kubernetes.io/")
        || resource.starts_with("attachable-volumes-")
}

/// Writes an amount in the canonical form of a quantity: binary suffixes for memory, storage, and huge pages.
///
/// *Source*: apimachinery `pkg/api/resource/quantity.go` `CanonicalizeBytes`; karmada f8fdd02
/// `pkg/util/resource.go` `ResourceList`.
fn text(resource: &str, amount: i64) -> String {
    const DECIMAL: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
    const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let is_binary = matches!(resource, "memory" | "ephemeral-storage") || resource.starts_with("hugepages-");
    if resource == "cpu" && amount % 1000 != 0 {
        return format!("{amount}m");
    }
    let whole = if resource == "cpu" { amount / 1000 } else { amount };
    let (base, suffixes) = if is_binary && whole >= 1024 { (1024, BINARY) } else { (1000, DECIMAL) };
    let mut number = whole;
    let mut suffix = "";
    for next in suffixes.iter().skip(1) {
        if number == 0 || number % base != 0 {
            break;
        }
        number /= base;
        suffix = next;
    }
    format!("{number}{suffix}")
}
