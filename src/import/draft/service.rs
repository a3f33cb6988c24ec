//! Services.

use crate::import::draft::fields::Fields;
use crate::import::draft::fields::are_unique;
use crate::import::draft::fields::texts;
use crate::import::draft::labels::Inherited;
use crate::import::draft::labels::default_selector;
use crate::import::draft::pod::short_references;
use crate::import::references::items;
use crate::source::Spanned;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// The workload that the Services of an App lead to unless they say otherwise.
pub(super) struct Backing<'a> {
    /// The labels that select its pods.
    selector: Option<Json>,
    /// The names and numbers of its ports.
    ports: Vec<(Option<&'a str>, Json)>,
}

impl<'a> Backing<'a> {
    /// What Services see of a workload.
    pub(super) fn of(root: &'a Node, kind: WorkloadKind) -> Self {
        let template = tree::find(root, kind.pod_template());
        let selector =
            tree::find(root, &["spec", "selector", "matchLabels"]).map(Node::to_json).or_else(|| {
                let (key, value) = default_selector(template?)?;
                Some(serde_json::json!({ key: value }))
            });
        let pod = template.and_then(|template| tree::get(template, "spec"));
        let containers = pod
            .into_iter()
            .flat_map(|pod| items(pod, &["containers"]).chain(items(pod, &["initContainers"])));
        let ports = containers.flat_map(|container| items(container, &["ports"])).map(|port| {
            let number = tree::get(port, "containerPort").map_or(Json::Null, Node::to_json);
            (tree::get(port, "name").and_then(Node::as_str), number)
        });
        Self { selector, ports: ports.collect() }
    }
}

/// What a port of a Service may lead to.
struct Targets<'a> {
    backing: Option<&'a Backing<'a>>,
    /// Whether the ports must be those of the containers.
    leads_to_workload: bool,
}

/// Writes a Service.
pub(super) fn write_service(root: &Node, backing: Option<&Backing<'_>>, inherited: &Inherited) -> Node {
    let mut spec = Fields::of(tree::get(root, "spec"), root.span);
    let mut service = tree::Map::new(root.span);
    service.set_some("type", spec.take("type"));
    let selector = spec.take("selector");
    let ports = spec.take("ports");
    if spec.get("sessionAffinity").and_then(Node::as_str) == Some("ClientIP") {
        short_affinity(&mut spec);
    }
    let leads_elsewhere = spec.get("externalName").is_some();
    let leads_to_workload = backing.filter(|backing| {
        let written = selector.as_ref().map(Node::to_json);
        written.is_some() && written == backing.selector
    });
    let targets = Targets { backing, leads_to_workload: leads_to_workload.is_some() };
    service.set_some("ports", ports.map(|ports| short_ports(&ports, &targets)));
    match selector {
        Some(_) if leads_to_workload.is_some() => {}
        Some(selector) => service.set("selector", selector),
        // Nothing is selected: without a word, it would be the pods of the workload.
        None if backing.is_some() && !leads_elsewhere => {
            service.set("selector", tree::Map::new(root.span).into_node());
        }
        None => {}
    }
    spec.put_rest(&mut service);
    inherited.put_own(root, &mut service);
    service.into_node()
}

/// Adds how a Service reaches other clusters.
pub(super) fn with_multi_cluster(service: &Node, spec: &Node) -> Node {
    let mut multi = Fields::of(Some(spec), spec.span);
    let mut short = tree::Map::new(spec.span);
    for key in ["providerClusters", "consumerClusters"] {
        short.set_some(key, multi.take(key).map(|clusters| short_references(&clusters)));
    }
    let ports = multi.take("ports").map(|ports| {
        let names = items(&ports, &[]).map(|port| tree::get(port, "name").cloned());
        names
            .collect::<Option<Vec<Node>>>()
            .map_or_else(|| ports.clone(), |names| tree::list(ports.span, names))
    });
    short.set_some("ports", ports);
    multi.put_rest(&mut short);
    let mut whole = tree::Map::new(service.span);
    Fields::of(Some(service), service.span).put_rest(&mut whole);
    whole.with("multiCluster", short.into_node()).into_node()
}

/// `{timeoutSeconds: 30}` for a time of one's own.
fn short_affinity(spec: &mut Fields) {
    let path = ["clientIP", "timeoutSeconds"];
    let seconds = spec.get("sessionAffinityConfig").and_then(|config| tree::find(config, &path)).cloned();
    let Some(seconds) = seconds else { return };
    spec.take("sessionAffinityConfig");
    let timed = tree::Map::new(seconds.span).with("timeoutSeconds", seconds).into_node();
    spec.set("sessionAffinity", timed);
}

/// `{http: 80}`, where each port has a name; a target that is not the usual one is said.
fn short_ports(list: &Node, targets: &Targets<'_>) -> Node {
    let ports = list.as_sequence().unwrap_or_default();
    let names = texts(ports, "name").filter(|names| are_unique(names.iter().copied()));
    let entries = ports.iter().map(|port| short_port(port, targets));
    let Some(names) = names else {
        let items = entries.zip(ports).map(|(entry, port)| {
            let mut item = tree::Map::new(port.span);
            item.set_some("name", tree::get(port, "name").cloned());
            item.join(entry).into_node()
        });
        return tree::list(list.span, items.collect());
    };
    let mut map = tree::Map::new(list.span);
    for ((name, entry), port) in names.into_iter().zip(entries).zip(ports) {
        let at = tree::get(port, "name").map_or(port.span, |name| name.span);
        let entry = entry.into_node();
        let is_number = entry.as_mapping().is_some_and(|fields| fields.len() == 1);
        let number = tree::get(&entry, "port").filter(|_| is_number).cloned();
        map.set_written(&Spanned::new(name.to_owned(), at), number.unwrap_or(entry));
    }
    map.into_node()
}

fn short_port(port: &Node, targets: &Targets<'_>) -> tree::Map {
    let mut fields = Fields::of(Some(port), port.span);
    let mut short = tree::Map::new(port.span);
    let name = fields.take("name");
    let number = fields.take("port").unwrap_or_else(|| tree::text(port.span, ""));
    let target = fields.take("targetPort").unwrap_or_else(|| number.clone());
    let usual = targets.usual(name.as_ref().and_then(Node::as_str), &number.to_json());
    let is_usual = usual == Some(target.to_json());
    short.set("port", number);
    if !is_usual {
        short.set("targetPort", target);
    }
    fields.put_rest(&mut short);
    short
}

impl Targets<'_> {
    /// The target of a port that says none: the container port of the same name, else of the same number; where the Service
    /// leads to a workload without such a port, one must be said.
    fn usual(&self, name: Option<&str>, number: &Json) -> Option<Json> {
        let ports = self.backing.map_or(&[][..], |backing| &backing.ports);
        if let Some(name) = name.filter(|name| ports.iter().any(|(open, _)| *open == Some(*name))) {
            return Some(Json::from(name));
        }
        let is_open = !self.leads_to_workload || ports.iter().any(|(_, open)| open == number);
        is_open.then(|| number.clone())
    }
}
