//! What Kubernetes demands of a Service beyond the types of its fields, and how it reaches other clusters.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::lower::placement::Placed;
use crate::schema::Choice;
use crate::source::Spanned;
use crate::spec::Service;
use crate::spec::service::ExposureType;
use crate::spec::service::MultiCluster;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// The fields that only some types have: kubernetes v1.33 `pkg/apis/core/validation` `ValidateService`.
const FIELDS_OF_TYPES: &[(&str, &[&str])] = &[
    ("externalName", &["ExternalName"]),
    ("allocateLoadBalancerNodePorts", &["LoadBalancer"]),
    ("loadBalancerClass", &["LoadBalancer"]),
    ("loadBalancerIP", &["LoadBalancer"]),
    ("loadBalancerSourceRanges", &["LoadBalancer"]),
    ("healthCheckNodePort", &["LoadBalancer"]),
];

/// The node ports of a cluster that says nothing else: kubernetes v1.33 `pkg/kubeapiserver/options`
/// `DefaultServiceNodePortRange`.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;

/// Karmada's group of what reaches across clusters.
pub(super) const NETWORKING: &str = "networking.karmada.io";

impl Lowering<'_> {
    /// Reports what the API server of a cluster would refuse, or Karmada take away.
    pub(super) fn check_service_rules(&mut self, name: Spanned<&str>, spec: &Node) {
        let text = |key| tree::get(spec, key).and_then(Node::as_str).unwrap_or_default();
        let kind = text("type");
        let is_headless = text("clusterIP") == "None";
        let ports = tree::get(spec, "ports").and_then(Node::as_sequence).unwrap_or_default();
        if kind == "ExternalName" && text("externalName").is_empty() {
            self.external_name_missing(name);
        }
        if ports.is_empty() && kind != "ExternalName" && !is_headless {
            self.service_without_ports(name);
        }
        for entry in spec.as_mapping().into_iter().flatten() {
            self.check_service_field(entry, kind, spec);
        }
        self.check_service_ports(ports, kind);
    }

    fn check_service_field(&mut self, entry: &Entry, kind: &str, spec: &Node) {
        let key = entry.key.value.as_str();
        let types = FIELDS_OF_TYPES.iter().find(|(field, _)| *field == key).map(|(_, types)| *types);
        if let Some(types) = types.filter(|types| !types.contains(&kind)) {
            self.field_of_other_type(&entry.key, kind, types);
            return;
        }
        let is_reachable =
            matches!(kind, "NodePort" | "LoadBalancer") || tree::get(spec, "externalIPs").is_some();
        match key {
            "externalTrafficPolicy" if !is_reachable => {
                self.field_of_other_type(&entry.key, kind, &["NodePort", "LoadBalancer"]);
            }
            "clusterIP" | "clusterIPs" => self.check_cluster_ip(entry, kind),
            "sessionAffinityConfig"
                if tree::get(spec, "sessionAffinity").and_then(Node::as_str) != Some("ClientIP") =>
            {
                self.affinity_config_alone(&entry.key);
            }
            "selector" if kind == "ExternalName" => {
                self.field_of_other_type(&entry.key, kind, &["ClusterIP"]);
            }
            _ => {}
        }
    }

    /// karmada f8fdd02 `pkg/resourceinterpreter/default/native/prune/prune.go` takes every address but `None` away.
    fn check_cluster_ip(&mut self, entry: &Entry, kind: &str) {
        let addresses = entry.value.as_sequence().unwrap_or(std::slice::from_ref(&entry.value));
        for address in addresses {
            match address.as_str() {
                Some("None") if kind != "ClusterIP" => self.headless_of_other_type(address.span, kind),
                Some("None" | "") | None => {}
                Some(_) => self.cluster_ip_stripped(address),
            }
        }
    }

    fn check_service_ports(&mut self, ports: &[Node], kind: &str) {
        let mut first: BTreeMap<(&str, String, String), &Node> = BTreeMap::new();
        for port in ports {
            let protocol = tree::get(port, "protocol").and_then(Node::as_str).unwrap_or("TCP");
            for key in ["port", "nodePort"] {
                let Some(number) = tree::get(port, key) else { continue };
                let same = (key, number.to_json().to_string(), protocol.to_owned());
                if let Some(first) = first.insert(same, number) {
                    self.service_port_twice(number, first.span);
                }
            }
            let Some(entry) = port.as_mapping().and_then(|port| port.entry("nodePort")) else { continue };
            if !matches!(kind, "NodePort" | "LoadBalancer") {
                self.field_of_other_type(&entry.key, kind, &["NodePort", "LoadBalancer"]);
            } else if let Some(number) =
                entry.value.to_json().as_i64().filter(|number| !NODE_PORTS.contains(number))
            {
                self.unusual_node_port(Spanned::new(number, entry.value.span));
            }
        }
    }

    /// Generates Karmada's object for a Service that reaches other clusters.
    pub(super) fn lower_multi_cluster(&mut self, name: Spanned<&str>, service: &Service) -> Option<Object> {
        let written = service.multi_cluster.as_ref()?;
        let identity = Identity {
            api_version: "networking.karmada.io/v1alpha1",
            kind: "MultiClusterService",
            name: name.value,
            at: name.span,
            labels: &service.labels,
            annotations: &service.annotations,
        };
        self.check_service_release(written);
        let mut spec = tree::Map::new(written.at);
        spec.set("types", self.exposure_types(written));
        let ports = self.exposed_ports(written, service);
        if !ports.is_empty() {
            spec.set("ports", tree::list(written.at, ports));
        }
        let lists = [
            ("providerClusters", &written.provider_clusters),
            ("consumerClusters", &written.consumer_clusters),
        ];
        for (key, clusters) in lists.into_iter().filter(|(_, clusters)| !clusters.is_empty()) {
            let clusters = clusters.iter().map(|cluster| {
                let name = tree::text(cluster.0.span, cluster.0.value.as_str());
                tree::Map::new(cluster.0.span).with("name", name).into_node()
            });
            spec.set(key, tree::list(written.at, clusters.collect()));
        }
        let object = self.start_object(&identity).with("spec", spec.into_node());
        Some(self.finish_object(&identity, Role::Service, object))
    }

    /// karmada f8fdd02 `pkg/webhook/multiclusterservice/validating.go` refuses more than one.
    fn exposure_types(&mut self, written: &MultiCluster) -> Node {
        if let [first, second, ..] = written.types.as_slice() {
            self.second_exposure_type(second.span, first.span);
        }
        let mut types: Vec<Node> =
            written.types.iter().map(|kind| tree::text(kind.span, kind.value.word())).collect();
        if types.is_empty() {
            types.push(tree::text(written.at, ExposureType::CrossCluster.word()));
        }
        tree::list(written.at, types)
    }

    fn exposed_ports(&mut self, written: &MultiCluster, service: &Service) -> Vec<Node> {
        let mut ports = Vec::new();
        for wanted in &written.ports {
            let named =
                |name: &Option<Spanned<String>>| name.as_ref().is_some_and(|name| name.value == wanted.value);
            let Some(port) = service.ports.0.iter().find(|port| named(&port.name)) else {
                let known: Vec<&str> = service
                    .ports
                    .0
                    .iter()
                    .filter_map(|port| Some(port.name.as_ref()?.value.as_str()))
                    .collect();
                self.unknown_exposed_port(wanted, &known);
                continue;
            };
            let number = port.port.number.value.0;
            let node = tree::Map::new(wanted.span)
                .with("name", tree::text(wanted.span, wanted.value.as_str()))
                .with("port", tree::integer(wanted.span, i64::from(number)));
            ports.push(node.into_node());
        }
        ports
    }

    /// Providers run the pods, so the placement must have them; consumers may be any clusters of the Fleet.
    pub(super) fn check_multi_cluster(&mut self, placed: &Placed) {
        let app = self.app;
        for written in app.spec.services.0.iter().filter_map(|(_, service)| service.multi_cluster.as_ref()) {
            for cluster in &written.provider_clusters {
                self.check_named_cluster(Spanned::new(cluster.0.value.as_str(), cluster.0.span), placed);
            }
            let Some(inventory) = self.world.inventory else { continue };
            for cluster in &written.consumer_clusters {
                if !inventory.clusters.contains_key(cluster.0.value.as_str()) {
                    self.unknown_cluster(Spanned::new(cluster.0.value.as_str(), cluster.0.span), inventory);
                }
            }
        }
    }

    /// A Service that reaches other clusters by its name is carried by its `MultiClusterService`, which takes it away from every
    /// policy: karmada f8fdd02 `pkg/controllers/multiclusterservice/mcs_controller.go` `claimMultiClusterServiceForService`.
    pub(super) fn is_carried_by_service(&self, object: &Object) -> bool {
        let service =
            self.app.spec.services.0.get(&object.key.name).filter(|_| object.key.gvk.kind() == "Service");
        let Some(written) = service.and_then(|service| service.multi_cluster.as_ref()) else { return false };
        let kind = written.types.first().map_or(ExposureType::CrossCluster, |kind| kind.value);
        object.role == Role::Service && kind == ExposureType::CrossCluster
    }
}
