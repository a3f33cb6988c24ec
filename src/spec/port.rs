//! Ports of containers and Services.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::KeyRule;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::or_expression;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::PortName;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// A port number, from 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortNumber(pub u16);

impl Shape for PortNumber {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Value::Number(number) = &node.value else {
            return Err(decoder.wrong_type(node, "an integer"));
        };
        let port = number.as_u64().and_then(|number| u16::try_from(number).ok()).filter(|port| *port > 0);
        port.map(Self).ok_or_else(|| {
            let message = format!("invalid port {number}: expected a number from 1 to 65535");
            decoder.report(Diagnostic::new(codes::INVALID_PORT, node.span, message))
        })
    }

    fn schema(_: &mut Definitions) -> Json {
        or_expression(&json!({ "type": "integer", "minimum": 1, "maximum": 65535 }))
    }
}

/// One port of a list: its name, if it has one, and the port.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPort<T> {
    /// The name, with its place.
    pub name: Option<Spanned<String>>,
    /// The port.
    pub port: T,
}

/// Ports, keyed by name, or as the list that Kubernetes takes (where a name may be left out); in the order written.
#[derive(Debug, Clone, PartialEq)]
pub struct PortList<T>(pub Vec<NamedPort<T>>);

/// The ports of a container.
pub type Ports = PortList<Port>;

impl<T> Default for PortList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Shape> Shape for PortList<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if let Value::Number(number) = &node.value {
            let message = format!("expected a map of ports by name, found the integer `{number}`");
            let diagnostic = Diagnostic::new(codes::WRONG_TYPE, node.span, message);
            let named = format!("{{http: {number}}}");
            return Err(decoder.report(diagnostic.with_replacement("name the port", node.span, named)));
        }
        let Value::Sequence(items) = &node.value else {
            let map: Map<T, PortName> = Map::decode(node, decoder)?;
            if !map.lost.is_empty() {
                return Err(decoder.reported_before());
            }
            let ports = map.entries.into_iter().map(|(name, entry)| NamedPort {
                name: Some(Spanned::new(name, entry.key)),
                port: entry.value,
            });
            return Ok(Self(ports.collect()));
        };
        let mut ports: Vec<NamedPort<T>> = Vec::new();
        let mut outcome = Ok(());
        for item in items {
            match decode_item(item, decoder) {
                Ok(port) => match find_same_name(&ports, &port) {
                    Some((name, first)) => outcome = Err(decoder.duplicate_name(&name, first)),
                    None => ports.push(port),
                },
                Err(reported) => outcome = Err(reported),
            }
        }
        outcome.map(|()| Self(ports))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<T, PortName>::schema(definitions);
        json!({ "anyOf": [map, { "type": "array", "items": { "type": "object" } }] })
    }
}

fn find_same_name<T>(ports: &[NamedPort<T>], port: &NamedPort<T>) -> Option<(Spanned<String>, Span)> {
    let name = port.name.as_ref()?;
    let first =
        ports.iter().filter_map(|other| other.name.as_ref()).find(|other| other.value == name.value)?;
    Some((name.clone(), first.span))
}

fn decode_item<T: Shape>(item: &Node, decoder: &mut Decoder<'_>) -> Result<NamedPort<T>, Reported> {
    let Value::Mapping(mapping) = &item.value else {
        return Err(decoder.wrong_type(item, "a map with the port"));
    };
    let mut mapping = mapping.clone();
    let written = mapping.remove("name").map(|entry| entry.value);
    let name = written.as_ref().map(|node| decode_name(node, decoder)).transpose();
    let node = Node { value: Value::Mapping(mapping), span: item.span };
    let at = written.map_or(item.span, |node| node.span);
    let port = decoder.inside(at, |decoder| T::decode(&node, decoder));
    name.and_then(|name| port.map(|port| NamedPort { name, port }))
}

fn decode_name(node: &Node, decoder: &mut Decoder<'_>) -> Result<Spanned<String>, Reported> {
    let name = Spanned::new(decoder.text(node)?, node.span);
    match PortName::check(&name.value) {
        Ok(()) => Ok(name),
        Err((code, message, _)) => Err(decoder.report(Diagnostic::new(code, name.span, message))),
    }
}

/// A port of a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// The number.
    pub number: Spanned<PortNumber>,
    /// The other fields of Kubernetes' `ContainerPort`, where the long form is written.
    pub long: Option<LongPort>,
}

record! {
    /// A port of a container. Takes every other field of Kubernetes' ContainerPort.
    LongPort rest "core.v1.ContainerPort" except ["name"] {
        /// The number, from 1 to 65535.
        container_port "containerPort": Spanned<PortNumber>, example 9090;
    }
}

impl Shape for Port {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                let long = LongPort::decode(node, decoder)?;
                Ok(Self { number: long.container_port, long: Some(long) })
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(|number| Self { number, long: None }),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [PortNumber::schema(definitions), LongPort::schema(definitions)] })
    }
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq)]
pub struct ServicePort {
    /// The number.
    pub number: Spanned<PortNumber>,
    /// The other fields of Kubernetes' `ServicePort`, where the long form is written.
    pub long: Option<LongServicePort>,
}

record! {
    /// A port of a Service. Takes every other field of Kubernetes' ServicePort.
    LongServicePort rest "core.v1.ServicePort" except ["name"] {
        /// The number, from 1 to 65535.
        port "port": Spanned<PortNumber>, example 80;
        /// The container's port, by name or number. Left out: the container port of the same name, else of the same number.
        target_port "targetPort": Option<Spanned<PortTarget>>, example "http";
    }
}

/// Where a port leads: a port of the containers, by name or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortTarget {
    /// By number.
    Number(PortNumber),
    /// By name.
    Name(String),
}

impl Shape for PortTarget {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => match PortName::check(&scalar.text) {
                Ok(()) => Ok(Self::Name(scalar.text.clone())),
                Err((code, message, _)) => Err(decoder.report(Diagnostic::new(code, node.span, message))),
            },
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => PortNumber::decode(node, decoder).map(Self::Number),
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 65535 }, { "type": "string" }] })
    }
}

impl Shape for ServicePort {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                let long = LongServicePort::decode(node, decoder)?;
                Ok(Self { number: long.port, long: Some(long) })
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(|number| Self { number, long: None }),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [PortNumber::schema(definitions), LongServicePort::schema(definitions)] })
    }
}
