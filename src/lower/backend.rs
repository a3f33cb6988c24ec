//! Whether the Services that Ingresses lead to are there, with the port.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::config::is_external;
use crate::lower::dependencies::find_found;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Reports every backend that is no port of a known Service.
    pub(super) fn check_backends(&mut self, objects: &[Object]) {
        for ingress in objects.iter().filter(|object| object.role == Role::Ingress) {
            if let Some(spec) = tree::get(&ingress.root, "spec") {
                self.check_backends_of(spec, objects);
            }
        }
    }

    /// Reports every backend in the spec of an Ingress, or in a part of one, that is no port of a known Service.
    pub(super) fn check_backends_of(&mut self, spec: &Node, objects: &[Object]) {
        for service in backends(spec) {
            self.check_backend(service, objects);
        }
    }

    fn check_backend(&mut self, service: &Node, objects: &[Object]) {
        let Some(node) = tree::get(service, "name") else { return };
        let Some(name) = node.as_str() else { return };
        let key = self.key("v1", "Service", name);
        let external = self.app.spec.services.0.get(name).filter(|service| is_external(service.external));
        let own = objects.iter().find(|object| object.key == key).map(|object| &object.root);
        let Some(found) = own.or_else(|| find_found(self.world.found, &key)) else {
            if external.is_none() && !self.could_not_be_read("Service", name) {
                let services = objects.iter().filter(|object| object.key.gvk == key.gvk);
                let known: Vec<&str> = services.map(|object| object.key.name.as_str()).collect();
                self.unknown_backend(Spanned::new(name, node.span), &known);
            }
            return;
        };
        let is_outside = tree::find(found, &["spec", "type"]).and_then(Node::as_str) == Some("ExternalName");
        let ports = tree::find(found, &["spec", "ports"]).and_then(Node::as_sequence).unwrap_or_default();
        let Some(port) = tree::get(service, "port") else { return };
        let wanted = ["number", "name"].iter().find_map(|key| Some((*key, tree::get(port, key)?)));
        let Some((field, wanted)) = wanted else { return };
        let field = if field == "number" { "port" } else { "name" };
        let is_wanted = |known: &Node| known.to_json() == wanted.to_json();
        let has_port = ports.iter().filter_map(|port| tree::get(port, field)).any(is_wanted);
        if !(has_port || is_outside && ports.is_empty()) {
            self.unknown_backend_port(name, wanted, ports);
        }
    }
}

/// The Services in the backends of an Ingress.
fn backends(spec: &Node) -> Vec<&Node> {
    let mut found: Vec<&Node> = Vec::new();
    found.extend(tree::find(spec, &["defaultBackend", "service"]));
    let rules = tree::get(spec, "rules").and_then(Node::as_sequence).unwrap_or_default();
    for rule in rules {
        let paths = tree::find(rule, &["http", "paths"]).and_then(Node::as_sequence).unwrap_or_default();
        found.extend(paths.iter().filter_map(|path| tree::find(path, &["backend", "service"])));
    }
    found
}
