//! How a workload is reached: its Service, and the Ingress that its routes ask for.

use crate::diagnostic::Diagnostics;
use crate::k8s::name::check_port_name;
use crate::raise::diagnostics;
use crate::raise::diagnostics::Gap;
use crate::raise::scope::Piece;
use crate::raise::scope::Scope;
use crate::raise::scope::plain;
use crate::raise::workload::Port;
use crate::raise::workload::Resource;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use indexmap::IndexMap;

/// The ports of the only container, named as those of the Service that lead to them.
pub(super) fn container_ports(scope: &Scope<'_>) -> Option<Node> {
    let named = named_targets(scope);
    let (_, (first, _)) = named.first()?;
    let ports = named.values().map(|(name, port)| {
        let (number, at) = target(port);
        let mut map = tree::Map::new(name.span)
            .with("name", tree::text(name.span, name.value))
            .with("containerPort", tree::integer(at, number));
        map.set_some("protocol", protocol(port));
        map.into_node()
    });
    Some(tree::list(first.span, ports.collect()))
}

/// Ports by what a container listens on: its number and protocol.
type Targets<'a> = IndexMap<(i64, &'a str), (Spanned<&'a str>, &'a Port)>;

/// The ports whose names a container can have: where there is only one, that listens to them. The first of those with one number
/// counts.
fn named_targets<'a>(scope: &Scope<'a>) -> Targets<'a> {
    let mut named = Targets::new();
    let containers = scope.workload.containers.value.iter();
    if containers.filter(|(_, container)| container.before.is_empty()).count() != 1 {
        return named;
    }
    let ports = scope.workload.service.iter().flat_map(|service| service.ports.iter());
    for (name, port) in ports.filter(|(name, _)| check_port_name(name.value).is_ok()) {
        named.entry((target(port).0, protocol_of(port))).or_insert((name, port));
    }
    named
}

/// The port that a container listens on.
fn target(port: &Port) -> (i64, Span) {
    let target = port.target_port.as_ref().unwrap_or(&port.port);
    (i64::from(target.value.0), target.span)
}

fn protocol_of(port: &Port) -> &str {
    port.protocol.as_ref().map_or("TCP", |protocol| protocol.value.0.as_str())
}

fn protocol(port: &Port) -> Option<Node> {
    let protocol = port.protocol.as_ref().filter(|protocol| protocol.value.0 != "TCP")?;
    Some(tree::text(protocol.span, protocol.value.0.as_str()))
}

/// The `ports` of the Service, where the workload has any.
pub(super) fn service_ports(scope: &Scope<'_>) -> Option<Node> {
    let ports = &scope.workload.service.as_ref()?.ports;
    let named = named_targets(scope);
    let nodes: Vec<Node> = ports
        .iter()
        .map(|(name, port)| {
            let (number, at) = target(port);
            let same = named.get(&(number, protocol_of(port)));
            let target =
                same.map_or_else(|| tree::integer(at, number), |(name, _)| tree::text(at, name.value));
            let mut map = tree::Map::new(name.span)
                .with("name", tree::text(name.span, name.value))
                .with("port", tree::integer(port.port.span, i64::from(port.port.value.0)))
                .with("targetPort", target);
            map.set_some("protocol", protocol(port));
            map.into_node()
        })
        .collect();
    let first = nodes.first()?.span;
    Some(tree::list(first, nodes))
}

/// A route as far as it is said.
struct Route {
    host: Spanned<String>,
    path: Spanned<String>,
    port: Node,
}

/// The `rules` of the Ingress, where any route says enough. Reports the lints `score-open` and `score-left-out`.
pub(super) fn ingress_rules(scope: &mut Scope<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let workload = scope.workload;
    let mut routes: IndexMap<String, Vec<Route>> = IndexMap::new();
    for (name, resource) in workload.resources.iter() {
        if resource.resource_type.value != "route" {
            continue;
        }
        scope.uses.entry(name.value.to_owned()).or_default();
        if let Some(route) = read_route((name, resource), scope, diagnostics) {
            routes.entry(route.host.value.clone()).or_default().push(route);
        }
    }
    // Who provides a host fills it in; the containers, which come later, need no Secret for it.
    scope.uses.values_mut().for_each(|used| used.keys.clear());
    let service = scope.name();
    let mut rules = Vec::new();
    for routes in routes.values() {
        let first = routes.first()?;
        let paths = routes.iter().map(|route| {
            let key = if route.port.as_str().is_some() { "name" } else { "number" };
            let at = route.path.span;
            let port = tree::Map::new(route.port.span).with(key, route.port.clone());
            let backend =
                tree::Map::new(at).with("name", tree::text(at, service)).with("port", port.into_node());
            tree::Map::new(at)
                .with("path", tree::text(at, route.path.value.as_str()))
                .with("pathType", tree::text(at, "Prefix"))
                .with("backend", tree::Map::new(at).with("service", backend.into_node()).into_node())
                .into_node()
        });
        let paths = tree::list(first.path.span, paths.collect());
        let host = tree::text(first.host.span, first.host.value.as_str());
        let http = tree::Map::new(first.path.span).with("paths", paths).into_node();
        rules.push(tree::Map::new(first.host.span).with("host", host).with("http", http).into_node());
    }
    let first = rules.first()?.span;
    Some(tree::list(first, rules))
}

fn read_route(
    (name, resource): (Spanned<&str>, &Resource),
    scope: &mut Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Route> {
    if scope.workload.service.as_ref().is_none_or(|service| service.ports.is_empty()) {
        diagnostics.report(diagnostics::route_without_service(name));
        return None;
    }
    let param = |key: &str| resource.params.get(key);
    let path = param("path").and_then(text_of);
    let path = path.unwrap_or_else(|| Spanned::new("/".to_owned(), name.span));
    let port = param("port").map(|port| by_service(port, scope));
    let host = param("host").and_then(text_of).unwrap_or_else(|| Spanned::new(String::new(), name.span));
    let known = match scope.fill(&host, diagnostics).as_slice() {
        [Piece::Text(host)] => Some(host.clone()),
        _ => None,
    };
    let is_pattern = path.value.contains(['*', '[', '(', '^', '$', '+', '?']);
    let gap = match (&known, &port) {
        (None, _) => (Gap::Host, host.span),
        _ if is_pattern => (Gap::Path, path.span),
        (_, None) => (Gap::Port, name.span),
        (Some(known), Some(port)) => {
            return Some(Route { host: Spanned::new(known.clone(), host.span), path, port: port.clone() });
        }
    };
    let port = port.as_ref().map_or("PORT".to_owned(), plain);
    let host = known.as_deref().unwrap_or("HOST");
    let service = scope.name();
    let path = if is_pattern { "PATH" } else { &path.value };
    let rules = format!("{{{service}: {{rules: {{{host}: {{{path}: {service}:{port}}}}}}}}}");
    diagnostics.report(diagnostics::route_open(Spanned::new(name.value, gap.1), gap.0, &rules));
    None
}

/// The port of the Service by its name, where a number is written as a text or is that of a port.
fn by_service(port: &Node, scope: &Scope<'_>) -> Node {
    let ports = scope.workload.service.iter().flat_map(|service| service.ports.iter());
    let found = ports.into_iter().find(|(_, known)| known.port.value.0.to_string() == plain(port));
    found.map_or_else(|| port.clone(), |(name, _)| tree::text(port.span, name.value))
}

fn text_of(node: &Node) -> Option<Spanned<String>> {
    node.as_str().map(|text| Spanned::new(text.to_owned(), node.span))
}
