//! Containers: lists of Kubernetes become maps by name, where each entry has one of its own.

use crate::import::draft::fields::Fields;
use crate::import::draft::fields::are_unique;
use crate::import::draft::fields::texts;
use crate::import::draft::mount::Mounts;
use crate::k8s::name::check_environment_variable;
use crate::k8s::name::check_port_name;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

/// How people write a container; what is not named here stands between the environment and the mounts.
const FRONT: &[&str] =
    &["image", "imagePullPolicy", "command", "args", "workingDir", "ports", "envFrom", "env"];
const BACK: &[&str] = &[
    "mounts",
    "resources",
    "startupProbe",
    "readinessProbe",
    "livenessProbe",
    "lifecycle",
    "securityContext",
];

/// Writes a list of containers as a map by name, in short words.
pub(super) fn short_containers(list: &Node, mounts: &mut Mounts) -> Node {
    let mut map = tree::Map::new(list.span);
    for container in list.as_sequence().unwrap_or_default() {
        let mut fields = Fields::of(Some(container), container.span);
        let mut short = tree::Map::new(container.span);
        let name = name_of(&mut fields, container.span);
        short.set_some("ports", fields.take("ports").map(|ports| short_ports(&ports)));
        short.set_some("envFrom", fields.take("envFrom").map(|sources| short_sources(&sources)));
        short.set_some("env", fields.take("env").map(|env| short_env(&env)));
        mounts.take(&mut fields, &mut short);
        fields.put_rest(&mut short);
        map.set_written(&name, short.in_order(FRONT, BACK).into_node());
    }
    map.into_node()
}

/// Writes a list of containers as a map by name, all else in Kubernetes' own words.
pub(super) fn long_containers(list: &Node) -> Node {
    let mut map = tree::Map::new(list.span);
    for container in list.as_sequence().unwrap_or_default() {
        let mut fields = Fields::of(Some(container), container.span);
        let mut long = tree::Map::new(container.span);
        let name = name_of(&mut fields, container.span);
        fields.put_rest(&mut long);
        map.set_written(&name, long.into_node());
    }
    map.into_node()
}

fn name_of(fields: &mut Fields, at: Span) -> Spanned<String> {
    let span = fields.get("name").map_or(at, |name| name.span);
    Spanned::new(fields.take_text("name").unwrap_or_default(), span)
}

/// `{http: 8080}`, where each port has a name.
fn short_ports(list: &Node) -> Node {
    let ports = list.as_sequence().unwrap_or_default();
    let names = texts(ports, "name").filter(|names| {
        are_unique(names.iter().copied()) && names.iter().all(|name| check_port_name(name).is_ok())
    });
    if names.is_none() || ports.iter().any(|port| tree::get(port, "containerPort").is_none()) {
        return list.clone();
    }
    let mut map = tree::Map::new(list.span);
    for port in ports {
        let mut fields = Fields::of(Some(port), port.span);
        let name = name_of(&mut fields, port.span);
        let number = fields.take("containerPort");
        let value = match number {
            Some(number) if fields.is_empty() => number,
            number => {
                let mut long = tree::Map::new(port.span);
                long.set_some("containerPort", number);
                fields.put_rest(&mut long);
                long.into_node()
            }
        };
        map.set_written(&name, value);
    }
    map.into_node()
}

/// `{configMap: settings, prefix: APP_}` for each.
fn short_sources(list: &Node) -> Node {
    let items = list.as_sequence().unwrap_or_default();
    tree::list(list.span, items.iter().map(short_source).collect())
}

fn short_source(source: &Node) -> Node {
    let mut fields = Fields::of(Some(source), source.span);
    let mut short = tree::Map::new(source.span);
    for (long, word) in [("configMapRef", "configMap"), ("secretRef", "secret")] {
        let Some(reference) = fields.take(long) else { continue };
        let mut reference = Fields::of(Some(&reference), reference.span);
        short.set_some(word, reference.take("name"));
        short.set_some("optional", reference.take("optional"));
        if !reference.is_empty() {
            return source.clone();
        }
    }
    fields.put_rest(&mut short);
    short.into_node()
}

/// `{NAME: value}`, where no two variables have one name.
fn short_env(list: &Node) -> Node {
    let variables = list.as_sequence().unwrap_or_default();
    let is_plain = texts(variables, "name").is_some_and(|names| {
        are_unique(names.iter().copied()) && names.iter().all(|name| check_environment_variable(name).is_ok())
    });
    if !is_plain {
        return list.clone();
    }
    let mut map = tree::Map::new(list.span);
    for variable in variables {
        let mut fields = Fields::of(Some(variable), variable.span);
        let name = name_of(&mut fields, variable.span);
        let value = match (fields.take("value"), fields.take("valueFrom")) {
            (None, None) => tree::text(variable.span, ""),
            (Some(value), None) => value,
            (None, Some(source)) => short_value(&source),
            (Some(value), Some(source)) => {
                tree::Map::new(variable.span).with("value", value).with("valueFrom", source).into_node()
            }
        };
        map.set_written(&name, value);
    }
    map.into_node()
}

/// `{secret: db, key: password}` and the like; `{valueFrom: …}` for what has no short form.
fn short_value(source: &Node) -> Node {
    let long = || tree::Map::new(source.span).with("valueFrom", source.clone()).into_node();
    let mut sources = Fields::of(Some(source), source.span);
    let mut short = tree::Map::new(source.span);
    let rest = if let Some(reference) = sources.take("configMapKeyRef") {
        take_key_reference("configMap", &reference, &mut short)
    } else if let Some(reference) = sources.take("secretKeyRef") {
        take_key_reference("secret", &reference, &mut short)
    } else if let Some(reference) = sources.take("fieldRef") {
        let mut fields = Fields::of(Some(&reference), reference.span);
        short.set_some("field", fields.take("fieldPath"));
        fields
    } else if let Some(reference) = sources.take("resourceFieldRef") {
        let mut fields = Fields::of(Some(&reference), reference.span);
        short.set_some("resource", fields.take("resource"));
        short.set_some("container", fields.take("containerName"));
        short.set_some("divisor", fields.take("divisor"));
        fields
    } else {
        return long();
    };
    if rest.is_empty() && sources.is_empty() { short.into_node() } else { long() }
}

fn take_key_reference(word: &str, reference: &Node, short: &mut tree::Map) -> Fields {
    let mut fields = Fields::of(Some(reference), reference.span);
    short.set_some(word, fields.take("name"));
    short.set_some("key", fields.take("key"));
    short.set_some("optional", fields.take("optional"));
    fields
}
