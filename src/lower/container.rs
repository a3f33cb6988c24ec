//! Containers.

use crate::lower::Lowering;
use crate::lower::volume::Volumes;
use crate::schema::Map;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Container;
use crate::spec::EnvFrom;
use crate::spec::EnvValue;
use crate::spec::LabelNameKey;
use crate::spec::PodOwner;
use crate::spec::Port;
use crate::spec::ResourceKind;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// How people write a container: what it is, how it runs, what it is told, what it needs.
const FRONT: &[&str] = &[
    "name",
    "image",
    "imagePullPolicy",
    "command",
    "args",
    "workingDir",
    "ports",
    "envFrom",
    "env",
    "resources",
    "volumeMounts",
];

/// The probes and hooks of a container that name a port, and where.
const PORT_REFERENCES: &[&[&str]] = &[
    &["livenessProbe", "httpGet", "port"],
    &["livenessProbe", "tcpSocket", "port"],
    &["readinessProbe", "httpGet", "port"],
    &["readinessProbe", "tcpSocket", "port"],
    &["startupProbe", "httpGet", "port"],
    &["startupProbe", "tcpSocket", "port"],
    &["lifecycle", "postStart", "httpGet", "port"],
    &["lifecycle", "preStop", "httpGet", "port"],
];

impl Lowering<'_> {
    /// Generates containers, in the order written.
    pub(super) fn lower_containers(
        &mut self,
        containers: &Map<Container, LabelNameKey>,
        volumes: &mut Volumes,
    ) -> Vec<Node> {
        containers.iter().map(|(name, container)| self.lower_container(name, container, volumes)).collect()
    }

    fn lower_container(&mut self, name: Spanned<&str>, container: &Container, volumes: &mut Volumes) -> Node {
        let at = container.at;
        let mut node = tree::Map::new(at).with("name", tree::text(name.span, name.value));
        let image = container.image.0.as_ref();
        node.set_some("image", image.map(|image| tree::text(image.span, image.value.text.as_str())));
        for (key, value) in &container.rest.fields {
            if key.value != "volumeMounts" {
                node.set_written(key, value.clone());
            }
        }
        let ports: Vec<Node> =
            container.ports.0.iter().map(|port| port_node(port.name.as_ref(), &port.port)).collect();
        set_list(&mut node, "ports", ports, at);
        set_list(&mut node, "envFrom", container.env_from.iter().map(env_from_node).collect(), at);
        let env = container.env.0.iter().map(|(name, value)| env_node(name, value));
        set_list(&mut node, "env", env.collect(), at);
        let mounts = self.lower_mounts(container, volumes);
        set_list(&mut node, "volumeMounts", mounts, at);
        self.check_port_references(container);
        node.in_order(FRONT, &[]).into_node()
    }

    /// Reports probes and hooks that name a port the container does not have.
    fn check_port_references(&mut self, container: &Container) {
        if container.has_lost("ports") {
            return;
        }
        let known: Vec<&str> = container
            .ports
            .0
            .iter()
            .filter_map(|port| port.name.as_ref())
            .map(|name| name.value.as_str())
            .collect();
        for (key, node) in &container.rest.fields {
            for path in PORT_REFERENCES.iter().filter_map(|path| path.strip_prefix(&[key.value.as_str()])) {
                let Some(port) = tree::find(node, path) else { continue };
                let is_name =
                    |name: &&str| !known.contains(name) && !name.bytes().all(|byte| byte.is_ascii_digit());
                if let Some(name) = port.as_str().filter(is_name) {
                    self.unknown_port_name(Spanned::new(name, port.span), &known);
                }
            }
        }
    }

    /// All containers of a pod share its ports: two of one number and protocol cannot both be opened.
    pub(super) fn check_ports(&mut self, owner: &PodOwner) {
        let mut opened: BTreeMap<(u16, String), Span> = BTreeMap::new();
        for (_, container) in owner.containers.0.iter() {
            for port in &container.ports.0 {
                let number = port.port.number;
                let protocol = protocol(&port.port);
                if let Some(first) = opened.insert((number.value.0, protocol), number.span) {
                    self.duplicate_port(number, first);
                }
            }
        }
    }
}

fn protocol(port: &Port) -> String {
    let fields = port.long.iter().flat_map(|long| &long.rest.fields);
    let written = fields.filter(|(key, _)| key.value == "protocol").find_map(|(_, node)| node.as_str());
    written.unwrap_or("TCP").to_owned()
}

fn set_list(map: &mut tree::Map, key: &str, items: Vec<Node>, at: Span) {
    if !items.is_empty() {
        map.set(key, tree::list(at, items));
    }
}

fn port_node(name: Option<&Spanned<String>>, port: &Port) -> Node {
    let span = port.number.span;
    let mut node = tree::Map::new(span);
    node.set_some("name", name.map(|name| tree::text(name.span, name.value.as_str())));
    node.set("containerPort", tree::integer(span, i64::from(port.number.value.0)));
    for (key, value) in port.long.iter().flat_map(|long| &long.rest.fields) {
        node.set_written(key, value.clone());
    }
    node.into_node()
}

fn env_from_node(source: &EnvFrom) -> Node {
    let span = source.name.span;
    let key = match source.kind {
        ResourceKind::ConfigMap => "configMapRef",
        ResourceKind::Secret => "secretRef",
    };
    let mut node = tree::Map::new(span);
    node.set_some("prefix", source.prefix.as_ref().map(|prefix| tree::text(span, prefix.as_str())));
    let mut reference = tree::Map::new(span).with("name", tree::text(span, source.name.value.as_str()));
    reference.set_some("optional", source.optional.map(|optional| tree::boolean(span, optional)));
    node.set(key, reference.into_node());
    node.into_node()
}

/// Writes one environment variable as Kubernetes takes it.
pub(super) fn env_node(name: Spanned<&str>, value: &EnvValue) -> Node {
    let node = tree::Map::new(name.span).with("name", tree::text(name.span, name.value));
    let from =
        |key: &str, source: tree::Map| tree::Map::new(name.span).with(key, source.into_node()).into_node();
    let source = match value {
        EnvValue::Literal(text) => {
            return node.with("value", tree::text(text.span, text.value.as_str())).into_node();
        }
        EnvValue::ValueFrom(source) => source.clone(),
        EnvValue::Field { path } => {
            let source =
                tree::Map::new(path.span).with("fieldPath", tree::text(path.span, path.value.as_str()));
            from("fieldRef", source)
        }
        EnvValue::Resource { resource, container, divisor } => {
            let mut source = tree::Map::new(resource.span);
            let container = container.as_ref();
            source
                .set_some("containerName", container.map(|name| tree::text(name.span, name.value.as_str())));
            source.set("resource", tree::text(resource.span, resource.value.as_str()));
            source.set_some("divisor", divisor.clone());
            from("resourceFieldRef", source)
        }
        EnvValue::Key { kind, name: object, key, optional } => {
            let mut source = tree::Map::new(object.span)
                .with("name", tree::text(object.span, object.value.as_str()))
                .with("key", tree::text(key.span, key.value.as_str()));
            source.set_some("optional", optional.map(|optional| tree::boolean(key.span, optional)));
            match kind {
                ResourceKind::ConfigMap => from("configMapKeyRef", source),
                ResourceKind::Secret => from("secretKeyRef", source),
            }
        }
    };
    node.with("valueFrom", source).into_node()
}
