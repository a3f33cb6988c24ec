//! Services.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::config::is_external;
use crate::lower::identity::Identity;
use crate::schema::Choice;
use crate::schema::Rest;
use crate::source::Spanned;
use crate::spec::Container;
use crate::spec::Manifest;
use crate::spec::PortTarget;
use crate::spec::Service;
use crate::spec::ServicePort;
use crate::spec::Workload;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeSet;

/// The protocol of a port that says none.
const TCP: &str = "TCP";

/// A port that a container opens.
struct OpenPort<'a> {
    name: Option<&'a str>,
    number: u16,
    protocol: &'a str,
}

/// The ports that containers open, and what finds them.
struct OpenPorts<'a> {
    all: Vec<OpenPort<'a>>,
    names: BTreeSet<&'a str>,
    numbers: BTreeSet<u16>,
}

impl Lowering<'_> {
    /// Generates the Services.
    pub(super) fn lower_services(&mut self, workload: Option<&Object>) -> Vec<Object> {
        let app = self.app;
        let mut objects = Vec::new();
        for (name, service) in
            app.spec.services.0.iter().filter(|(_, service)| !is_external(service.external))
        {
            objects.push(self.lower_service(name, service, workload));
            objects.extend(self.lower_multi_cluster(name, service));
        }
        objects
    }

    fn lower_service(&mut self, name: Spanned<&str>, service: &Service, workload: Option<&Object>) -> Object {
        let annotations = self.service_annotations(service);
        let identity = Identity {
            api_version: "v1",
            kind: "Service",
            name: name.value,
            at: name.span,
            labels: &service.labels,
            annotations: &annotations,
        };
        let mut spec = tree::Map::new(name.span);
        for (key, node) in &service.rest.fields {
            spec.set_written(key, node.clone());
        }
        if !spec.has("type") {
            let kind = if spec.has("externalName") { "ExternalName" } else { "ClusterIP" };
            spec.set("type", tree::text(name.span, kind));
        }
        self.session_affinity(service, &mut spec);
        spec.set_some("selector", self.service_selector(service, workload, &spec));
        let ports = self.service_ports(service, self.leads_to_workload(service, workload));
        if !ports.is_empty() {
            spec.set("ports", tree::list(service.at, ports));
        }
        self.check_cluster_ip(&spec);
        let spec = spec.in_order(&["type", "clusterIP", "externalName", "selector", "ports"], &[]);
        let object = self.start_object(&identity).with("spec", spec.into_node());
        self.finish_object(&identity, Role::Service, object)
    }

    /// Tells whether the ports of the Service must be those of the containers, and all of these could be read.
    fn leads_to_workload(&self, service: &Service, workload: Option<&Object>) -> bool {
        let is_whole = self.app.spec.workload().is_some_and(|workload| {
            let owner = workload.owner();
            let maps = [&owner.containers.0, &owner.init_containers.0];
            !workload.has_lost_containers()
                && maps.iter().all(|map| {
                    map.lost.is_empty() && map.iter().all(|(_, container)| !container.has_lost("ports"))
                })
        });
        workload.is_some() && service.selector.is_none() && is_whole
    }

    fn session_affinity(&mut self, service: &Service, spec: &mut tree::Map) {
        let Some(affinity) = service.session_affinity else { return };
        spec.set("sessionAffinity", tree::text(affinity.at, affinity.kind.word()));
        let Some(seconds) = affinity.timeout_seconds else { return };
        if let Some((key, _)) =
            service.rest.fields.iter().find(|(key, _)| key.value == "sessionAffinityConfig")
        {
            self.said_twice(
                ("`sessionAffinity.timeoutSeconds`", seconds.span),
                ("`sessionAffinityConfig`", key.span),
            );
        }
        let time = tree::Map::new(seconds.span)
            .with("timeoutSeconds", tree::integer(seconds.span, seconds.value.get()))
            .into_node();
        spec.set("sessionAffinityConfig", tree::Map::new(seconds.span).with("clientIP", time).into_node());
    }

    fn service_ports(&mut self, service: &Service, leads_to_workload: bool) -> Vec<Node> {
        let owner = self.app.spec.workload().map(Workload::owner);
        let containers =
            owner.iter().flat_map(|owner| owner.containers.0.iter().chain(owner.init_containers.0.iter()));
        let open = OpenPorts::of(containers.map(|(_, container)| container));
        let mut ports = Vec::new();
        for port in &service.ports.0 {
            if port.name.is_none() && service.ports.0.len() > 1 {
                self.unnamed_port(port.port.number.span);
            }
            let target = self.service_target((port.name.as_ref(), &port.port), &open, leads_to_workload);
            ports.push(port_node(port.name.as_ref(), &port.port, target));
        }
        ports
    }

    /// The port that is written; else the container port of the same name, else of the same number.
    fn service_target(
        &mut self,
        (name, port): (Option<&Spanned<String>>, &ServicePort),
        open: &OpenPorts<'_>,
        leads_to_workload: bool,
    ) -> Node {
        let own = protocol(port.long.as_ref().map(|long| &long.rest));
        let written = port.long.as_ref().and_then(|long| long.target_port.as_ref());
        if let Some(target) = written {
            return match &target.value {
                PortTarget::Number(number) => tree::integer(target.span, i64::from(number.0)),
                PortTarget::Name(text) => {
                    if leads_to_workload && !open.names.contains(text.as_str()) {
                        let known: Vec<&str> = open.all.iter().filter_map(|port| port.name).collect();
                        self.unknown_port_name(Spanned::new(text, target.span), &known);
                    }
                    if leads_to_workload {
                        self.check_protocol((text, own.unwrap_or(Spanned::new(TCP, target.span))), &open.all);
                    }
                    tree::text(target.span, text.as_str())
                }
            };
        }
        let span = port.number.span;
        if let Some(name) = name.filter(|name| open.names.contains(name.value.as_str())) {
            if leads_to_workload {
                self.check_protocol((&name.value, own.unwrap_or(Spanned::new(TCP, span))), &open.all);
            }
            return tree::text(name.span, name.value.as_str());
        }
        let number = port.number.value.0;
        if leads_to_workload && !open.numbers.contains(&number) {
            let known: Vec<String> = open.all.iter().map(OpenPort::describe).collect();
            self.service_port_without_target(name, port, &known);
        }
        tree::integer(span, i64::from(number))
    }

    /// Of an App without a workload, what the Service leads to must be said, if only that somebody else writes its endpoints.
    fn check_endpoints(&mut self, service: &Service) {
        let app = self.app;
        let has_endpoints = app.spec.manifests.iter().any(|manifest| match manifest {
            Manifest::Object(node) => tree::objects(node)
                .iter()
                .filter_map(|object| tree::get(object, "kind")?.as_str())
                .any(|kind| matches!(kind, "Endpoints" | "EndpointSlice")),
            Manifest::Path(_) => false,
        });
        if !has_endpoints && !app.spec.has_lost_workload() {
            self.service_without_pods(service.at);
        }
    }

    /// A name stands for the port that has the protocol too: kubernetes v1.33 `pkg/api/v1/pod` `FindPort`.
    fn check_protocol(&mut self, (name, protocol): (&str, Spanned<&str>), open: &[OpenPort<'_>]) {
        let mut named = open.iter().filter(|port| port.name == Some(name));
        let Some(first) = named.clone().next() else { return };
        if named.all(|port| port.protocol != protocol.value) {
            self.port_of_other_protocol((name, first.protocol), protocol);
        }
    }

    /// The selector that is written; else the workload's, or of a Job the label of its pods. A Service that leads to an
    /// outside name selects nothing.
    fn service_selector(
        &mut self,
        service: &Service,
        workload: Option<&Object>,
        spec: &tree::Map,
    ) -> Option<Node> {
        if let Some(labels) = &service.selector {
            let mut selector = tree::Map::new(service.at);
            for (key, value) in labels.iter() {
                selector.set(key.value, tree::text(key.span, value.0.as_str()));
            }
            return selector.into_some();
        }
        if spec.has("externalName") || spec.text("type") == Some("ExternalName") {
            return None;
        }
        if workload.is_none() {
            self.check_endpoints(service);
        }
        let selected = tree::find(&workload?.root, &["spec", "selector", "matchLabels"]).cloned();
        let app = self.app;
        selected.or_else(|| self.selected_labels(app.spec.workload()?.owner()))
    }
}

impl<'a> OpenPorts<'a> {
    fn of(containers: impl Iterator<Item = &'a Container>) -> Self {
        let ports = containers.flat_map(|container| &container.ports.0);
        let all: Vec<OpenPort<'_>> = ports
            .map(|port| OpenPort {
                name: port.name.as_ref().map(|name| name.value.as_str()),
                number: port.port.number.value.0,
                protocol: protocol(port.port.long.as_ref().map(|long| &long.rest)).map_or(TCP, |it| it.value),
            })
            .collect();
        let names = all.iter().filter_map(|port| port.name).collect();
        let numbers = all.iter().map(|port| port.number).collect();
        Self { all, names, numbers }
    }
}

/// The protocol that a port says.
fn protocol(rest: Option<&Rest>) -> Option<Spanned<&str>> {
    let (_, node) = rest?.fields.iter().find(|(key, _)| key.value == "protocol")?;
    Some(Spanned::new(node.as_str()?, node.span))
}

impl OpenPort<'_> {
    fn describe(&self) -> String {
        match self.name {
            Some(name) => format!("`{name}` ({})", self.number),
            None => format!("`{}`", self.number),
        }
    }
}

fn port_node(name: Option<&Spanned<String>>, port: &ServicePort, target: Node) -> Node {
    let span = port.number.span;
    let mut node = tree::Map::new(span);
    node.set_some("name", name.map(|name| tree::text(name.span, name.value.as_str())));
    node.set("port", tree::integer(span, i64::from(port.number.value.0)));
    node.set("targetPort", target);
    for (key, value) in port.long.iter().flat_map(|long| &long.rest.fields) {
        node.set_written(key, value.clone());
    }
    node.into_node()
}
