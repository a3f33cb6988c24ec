//! How a Service reaches other clusters, and what Karmada takes away from it.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::lower::placement::Placed;
use crate::schema::Choice;
use crate::schema::Entry;
use crate::schema::Text;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Service;
use crate::spec::service::ExposureType;
use crate::spec::service::MultiCluster;
use crate::tree;
use crate::yaml::Node;
use std::net::IpAddr;

/// What begins every annotation of MetalLB; its newer releases read this prefix too.
const METAL_LB: &str = "metallb.universe.tf/";

/// Karmada's group of what reaches across clusters.
pub(super) const NETWORKING: &str = "networking.karmada.io";

impl Lowering<'_> {
    /// The annotations as written, and those that MetalLB reads: metallb v0.14 `website/content/usage/_index.md`.
    pub(super) fn service_annotations(&mut self, service: &Service) -> Annotations {
        let mut annotations = service.annotations.clone();
        let Some(written) = &service.metal_lb else { return annotations };
        let kind = service.rest.fields.iter().find(|(key, _)| key.value == "type");
        if kind.and_then(|(_, node)| node.as_str()) != Some("LoadBalancer") {
            self.needs_load_balancer(written.at);
        }
        let pool = written.address_pool.as_ref().map(|pool| Spanned::new(pool.value.as_str(), pool.span));
        let addresses = written.load_balancer_ips.as_ref();
        let addresses = addresses.map(|addresses| Spanned::new(addresses.value.as_str(), addresses.span));
        if let Some(addresses) = addresses {
            self.check_addresses(addresses);
        }
        for (key, text) in [("address-pool", pool), ("loadBalancerIPs", addresses)] {
            let Some(text) = text else { continue };
            let full = format!("{METAL_LB}{key}");
            if let Some(other) = annotations.entries.get(&full) {
                self.said_twice(("`metalLB`", text.span), (&format!("the annotation `{full}`"), other.key));
            }
            annotations.entries.insert(full, Entry { key: text.span, value: Text(text.value.to_owned()) });
        }
        annotations
    }

    fn check_addresses(&mut self, addresses: Spanned<&str>) {
        for address in addresses.value.split(',').map(str::trim) {
            if address.parse::<IpAddr>().is_err() {
                self.invalid_address(address, addresses.span);
            }
        }
    }

    /// Reports the addresses that Karmada takes away: karmada f8fdd02 `pkg/resourceinterpreter/default/native/prune/prune.go` leaves
    /// none but `None`.
    pub(super) fn check_cluster_ip(&mut self, spec: &tree::Map) {
        for address in ["clusterIP", "clusterIPs"].iter().filter_map(|key| spec.get(key)) {
            let addresses = address.as_sequence().unwrap_or(std::slice::from_ref(address));
            for address in addresses
                .iter()
                .filter(|address| address.as_str().is_some_and(|text| !matches!(text, "None" | "")))
            {
                self.cluster_ip_stripped(address);
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
