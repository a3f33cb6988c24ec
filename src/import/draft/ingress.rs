//! Ingresses.

use crate::import::draft::fields::Fields;
use crate::import::draft::fields::are_unique;
use crate::import::draft::fields::texts;
use crate::import::draft::labels::Inherited;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

/// Writes an Ingress, of one cluster or of all.
pub(super) fn write_ingress(root: &Node, inherited: &Inherited) -> Node {
    let mut spec = Fields::of(tree::get(root, "spec"), root.span);
    let mut ingress = tree::Map::new(root.span);
    if tree::get(root, "kind").and_then(Node::as_str) == Some("MultiClusterIngress") {
        ingress.set("multiCluster", tree::boolean(root.span, true));
    }
    ingress.set_some("className", spec.take("ingressClassName"));
    ingress.set_some("tls", spec.take("tls").map(|tls| short_tls(&tls)));
    let backend = spec.take("defaultBackend");
    ingress.set_some("defaultBackend", backend.map(|backend| short_backend(&backend).unwrap_or(backend)));
    ingress.set_some("rules", spec.take("rules").map(|rules| short_rules(&rules).unwrap_or(rules)));
    spec.put_rest(&mut ingress);
    inherited.put_own(root, &mut ingress);
    ingress.into_node()
}

/// `{shop-tls: [shop.example.com]}`, where each entry has a Secret of its own.
fn short_tls(list: &Node) -> Node {
    let entries = list.as_sequence().unwrap_or_default();
    let names = texts(entries, "secretName").filter(|names| are_unique(names.iter().copied()));
    let Some(names) = names else { return list.clone() };
    let mut map = tree::Map::new(list.span);
    for (name, entry) in names.into_iter().zip(entries) {
        let hosts = tree::get(entry, "hosts").cloned();
        let at = tree::get(entry, "secretName").map_or(entry.span, |name| name.span);
        let hosts = hosts.unwrap_or_else(|| tree::list(entry.span, Vec::new()));
        map.set_written(&Spanned::new(name.to_owned(), at), hosts);
    }
    map.into_node()
}

/// `{shop.example.com: {/: storefront:http}}`, where hosts and paths come once.
fn short_rules(list: &Node) -> Option<Node> {
    let mut map = tree::Map::new(list.span);
    for rule in list.as_sequence()? {
        let host = tree::get(rule, "host");
        let text = host.map_or(Some("*"), Node::as_str)?;
        if map.has(text) {
            return None;
        }
        let paths = tree::find(rule, &["http", "paths"]);
        let paths = match paths {
            Some(paths) => short_paths(paths)?,
            None => tree::Map::new(rule.span).into_node(),
        };
        map.set_written(&Spanned::new(text.to_owned(), host.map_or(rule.span, |host| host.span)), paths);
    }
    Some(map.into_node())
}

fn short_paths(list: &Node) -> Option<Node> {
    let mut map = tree::Map::new(list.span);
    for path in list.as_sequence()? {
        let text = tree::get(path, "path")?;
        if map.has(text.as_str()?) {
            return None;
        }
        let backend = short_backend(tree::get(path, "backend")?)?;
        let path_type = tree::get(path, "pathType")?;
        let value = if path_type.as_str() == Some("Prefix") {
            backend
        } else {
            let (service, port) = backend.as_str()?.split_once(':')?;
            let port = match port.parse() {
                Ok(number) => tree::integer(backend.span, number),
                Err(_) => tree::text(backend.span, port),
            };
            tree::Map::new(path.span)
                .with("service", tree::text(backend.span, service))
                .with("port", port)
                .with("pathType", path_type.clone())
                .into_node()
        };
        map.set_written(&Spanned::new(text.as_str()?.to_owned(), text.span), value);
    }
    Some(map.into_node())
}

/// `storefront:http`.
fn short_backend(backend: &Node) -> Option<Node> {
    let service = tree::get(backend, "service")?;
    let name = tree::get(service, "name")?.as_str()?;
    let port = tree::find(service, &["port", "name"]).or_else(|| tree::find(service, &["port", "number"]))?;
    let port = port.as_str().map_or_else(|| port.to_json().to_string(), str::to_owned);
    Some(tree::text(service.span, format!("{name}:{port}")))
}
