//! What an Ingress leads to.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::PatternText;
use crate::schema::Shape;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ObjectName;
use crate::spec::PortTarget;
use crate::spec::container::one_of;
use crate::spec::port::PortNumber;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// What an Ingress leads to, and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Backend {
    /// The place.
    pub at: Span,
    /// What it is.
    pub target: BackendTarget,
}

/// What an Ingress leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum BackendTarget {
    /// A port of a Service.
    Service {
        /// The Service.
        name: Spanned<ObjectName>,
        /// Its port, by name or number.
        port: Spanned<PortTarget>,
    },
    /// Another object of the namespace.
    Resource(LongResource),
}

record! {
    /// What an Ingress leads to.
    LongBackend {
        /// The Service: its name, or Kubernetes' `{name, port}`.
        service "service": Option<BackendService>, example "storefront";
        /// The port of the Service, by name or number.
        port "port": Option<Spanned<BackendPort>>, example "http";
        /// Another object of the namespace in the place of a Service.
        resource "resource": Option<LongResource>;
    }
}

record! {
    /// An object of the same namespace.
    LongResource {
        /// The group of its kind. Left out: the core group.
        api_group "apiGroup": Option<Spanned<String>>, example "k8s.example.com";
        /// Its kind.
        kind "kind": Spanned<String>, example "StorageBucket";
        /// Its name.
        name "name": Spanned<String>, example "icons";
    }
}

/// The name of a Service, or Kubernetes' form with the port.
#[derive(Debug, Clone, PartialEq)]
pub struct BackendService {
    name: Spanned<ObjectName>,
    port: Option<Spanned<BackendPort>>,
}

record! {
    /// A Service with the port, as Kubernetes writes it.
    LongService {
        /// The name of the Service.
        name "name": Spanned<ObjectName>;
        /// The port.
        port "port": Option<Spanned<BackendPort>>;
    }
}

impl Shape for BackendService {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                LongService::decode(node, decoder).map(|long| Self { name: long.name, port: long.port })
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(|name| Self { name, port: None }),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [ObjectName::schema(definitions), LongService::schema(definitions)] })
    }
}

/// A port by name or number, or as Kubernetes writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct BackendPort(pub PortTarget);

record! {
    /// A port as Kubernetes writes it.
    LongBackendPort {
        /// The name of the port.
        name "name": Option<Spanned<PortTarget>>, example "http";
        /// The number of the port.
        number "number": Option<Spanned<PortNumber>>, example 80;
    }
}

impl Shape for BackendPort {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                let long = LongBackendPort::decode(node, decoder)?;
                let places =
                    [long.name.as_ref().map(|name| name.span), long.number.map(|number| number.span)];
                one_of(long.at, &places, "`name` and `number`", decoder)?;
                let number = long.number.map(|number| PortTarget::Number(number.value));
                let port = long.name.map(|name| name.value).or(number);
                port.map(Self).ok_or_else(|| decoder.reported_before())
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => PortTarget::decode(node, decoder).map(Self),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [PortTarget::schema(definitions), LongBackendPort::schema(definitions)] })
    }
}

impl Shape for Backend {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => decode_short(node, &scalar.text, decoder),
            Value::Mapping(_) => LongBackend::decode(node, decoder)?.into_backend(decoder),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Sequence(_) | Value::Poisoned => {
                Err(decoder.wrong_type(node, "a backend like `storefront:http`"))
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [short_schema(), LongBackend::schema(definitions)] })
    }
}

/// What the schema says of `service:port`.
pub(super) fn short_schema() -> Json {
    json!({ "type": "string", "pattern": "^[^:]+:[^:]+$|\\{\\{", "description": "A Service and its port: `service:port`." })
}

impl LongBackend {
    /// Checks that the parts make one backend.
    pub(super) fn into_backend(self, decoder: &mut Decoder<'_>) -> Result<Backend, Reported> {
        let at = self.at;
        let places = [
            self.service.as_ref().map(|service| service.name.span),
            self.resource.as_ref().map(|resource| resource.at),
        ];
        one_of(at, &places, "`service` and `resource`", decoder)?;
        if let Some(resource) = self.resource {
            return Ok(Backend { at, target: BackendTarget::Resource(resource) });
        }
        let Some(service) = self.service else { return Err(decoder.reported_before()) };
        let port = match (service.port, self.port) {
            (Some(port), None) | (None, Some(port)) => port,
            (Some(first), Some(second)) => {
                return Err(decoder.report(
                    Diagnostic::new(codes::CONFLICTING_KEYS, second.span, "the port is written twice")
                        .with_secondary(first.span, "first written here"),
                ));
            }
            (None, None) => {
                let message = format!("the backend `{}` has no port", service.name.value.as_str());
                return Err(decoder.report(
                    Diagnostic::new(codes::MISSING_KEY, service.name.span, message)
                        .with_label("`port` is needed beside it"),
                ));
            }
        };
        let port = Spanned::new(port.value.0, port.span);
        Ok(Backend { at, target: BackendTarget::Service { name: service.name, port } })
    }
}

/// Reads `service:port`.
fn decode_short(node: &Node, text: &str, decoder: &mut Decoder<'_>) -> Result<Backend, Reported> {
    let parts = text.split_once(':').filter(|(service, port)| !service.is_empty() && !port.is_empty());
    let Some((service, port)) = parts else {
        let message = format!("expected a Service and its port like `storefront:http`, found `{text}`");
        return Err(decoder.report(Diagnostic::new(codes::INVALID_VALUE, node.span, message)));
    };
    let (service_span, port_span) = part_spans(node.span, (service, port), decoder);
    let name = ObjectName::parse(service).map_err(|(message, _)| {
        decoder.report(Diagnostic::new(codes::INVALID_NAME, service_span, message))
    })?;
    let written = match port.parse::<i64>() {
        Ok(number) => tree::integer(port_span, number),
        Err(_) => tree::text(port_span, port),
    };
    let port = Spanned::new(PortTarget::decode(&written, decoder)?, port_span);
    let name = Spanned::new(name, service_span);
    Ok(Backend { at: node.span, target: BackendTarget::Service { name, port } })
}

/// The places of the two parts, where the text stands in the source as it is; else that of the whole.
fn part_spans(span: Span, (service, port): (&str, &str), decoder: &Decoder<'_>) -> (Span, Span) {
    let source = decoder.source_text(span);
    let text = format!("{service}:{port}");
    let (Some(before), Ok(first)) = (source.find(&text), u32::try_from(service.len())) else {
        return (span, span);
    };
    let Ok(before) = u32::try_from(before) else { return (span, span) };
    let start = span.start + before;
    let (colon, end) = (start + first, start + u32::try_from(text.len()).unwrap_or_default());
    (Span { start, end: colon, ..span }, Span { start: colon + 1, end, ..span })
}
