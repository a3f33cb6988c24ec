//! Hosts, paths and certificates of an Ingress: maps, or the lists that Kubernetes takes.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::name::check_dns_subdomain;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::KeyRule;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ObjectName;
use crate::spec::ObjectNameKey;
use crate::spec::ingress::Backend;
use crate::spec::ingress::backend::LongBackend;
use crate::spec::ingress::backend::short_schema;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;
use std::net::IpAddr;

choice! {
    /// How a path is compared.
    PathType {
        /// Element by element from the start.
        Prefix "Prefix",
        /// As a whole.
        Exact "Exact",
        /// As the controller likes.
        ImplementationSpecific "ImplementationSpecific",
    }
}

/// The rules of an Ingress, in the order written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules(pub Vec<IngressRule>);

/// What a host leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct IngressRule {
    /// The place of the host, or of the rule.
    pub at: Span,
    /// The host; nothing stands for every host.
    pub host: Option<Spanned<String>>,
    /// The paths; none leads all to the default backend.
    pub paths: Vec<IngressPath>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct IngressPath {
    /// The path.
    pub path: Spanned<String>,
    /// How it is compared; Prefix where left out.
    pub path_type: Option<Spanned<PathType>>,
    /// What it leads to.
    pub backend: Backend,
}

/// Keys that are hosts of an Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostKey;

/// Keys that are paths of an Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathKey;

type Complaint = (Code, String, Option<String>);

impl KeyRule for HostKey {
    fn check(key: &str) -> Result<(), Complaint> {
        if key == "*" { Ok(()) } else { check_host(key) }
    }
}

impl KeyRule for PathKey {
    fn check(key: &str) -> Result<(), Complaint> {
        check_path(key)
    }

    fn schema() -> Option<Json> {
        Some(json!({ "pattern": "^/" }))
    }
}

/// kubernetes v1.33 `pkg/apis/networking/validation` `validateIngressRules`.
fn check_host(host: &str) -> Result<(), Complaint> {
    if host.parse::<IpAddr>().is_ok() {
        let message = format!("invalid host `{host}`: a host is a name, not an address");
        return Err((codes::INVALID_NAME, message, None));
    }
    check_dns_subdomain(host.strip_prefix("*.").unwrap_or(host)).map_err(|error| {
        let reason = if host.contains('/') {
            "a host has no scheme and no path".to_owned()
        } else if host.contains(':') {
            "a host has no port".to_owned()
        } else {
            error.to_string()
        };
        let lower = Some(host.to_lowercase()).filter(|lower| lower != host && check_host(lower).is_ok());
        (codes::INVALID_NAME, format!("invalid host `{host}`: {reason}"), lower)
    })
}

/// kubernetes v1.33 `pkg/apis/networking/validation` `validateHTTPIngressPath`.
fn check_path(path: &str) -> Result<(), Complaint> {
    let refused = ["//", "/./", "/../", "%2f", "%2F"];
    let said = if !path.starts_with('/') {
        "a path begins with `/`".to_owned()
    } else if let Some(part) = refused.iter().find(|part| path.contains(*part)) {
        format!("a path has no `{part}`")
    } else if path.ends_with("/..") || path.ends_with("/.") {
        "a path does not end with a dot alone".to_owned()
    } else {
        return Ok(());
    };
    let suggestion = (!path.starts_with('/')).then(|| format!("/{path}"));
    Err((codes::INVALID_VALUE, format!("invalid path `{path}`: {said}"), suggestion))
}

record! {
    /// What a path leads to.
    LongPath flat backend: LongBackend {
        /// How the path is compared.
        path_type "pathType": Option<Spanned<PathType>>, default "Prefix", example "Exact";
    }
}

/// The backend of a path: `service:port`, or a map.
struct PathBackend(Option<Spanned<PathType>>, Backend);

impl Shape for PathBackend {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if !matches!(node.value, Value::Mapping(_)) {
            return Backend::decode(node, decoder).map(|backend| Self(None, backend));
        }
        let long = LongPath::decode(node, decoder)?;
        let backend = long.backend.into_backend(decoder)?;
        Ok(Self(long.path_type, backend))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [short_schema(), LongPath::schema(definitions)] })
    }
}

record! {
    /// A path, as Kubernetes writes it.
    ListedPath {
        /// The path.
        path "path": Option<Spanned<String>>, default "/";
        /// How the path is compared.
        path_type "pathType": Option<Spanned<PathType>>, default "Prefix";
        /// What the path leads to.
        backend "backend": Backend;
    }
}

impl Shape for IngressPath {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let listed = ListedPath::decode(node, decoder)?;
        let path = listed.path.unwrap_or_else(|| Spanned::new("/".to_owned(), listed.backend.at));
        report(check_path(&path.value), path.span, decoder)?;
        Ok(Self { path, path_type: listed.path_type, backend: listed.backend })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        ListedPath::schema(definitions)
    }
}

record! {
    /// The paths of a host, as Kubernetes writes them.
    ListedPaths {
        /// The paths.
        paths "paths": Vec<IngressPath>;
    }
}

record! {
    /// What a host leads to, as Kubernetes writes it.
    ListedRule {
        /// The host. Left out: every host.
        host "host": Option<Spanned<String>>, example "shop.example.com";
        /// The paths. Left out: all goes to the default backend.
        http "http": Option<ListedPaths>;
    }
}

/// The paths of one host.
struct Paths(Vec<IngressPath>);

impl Shape for Paths {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if matches!(node.value, Value::Sequence(_)) {
            return Vec::decode(node, decoder).map(Self);
        }
        let paths: Map<PathBackend, PathKey> = whole(Map::decode(node, decoder)?, decoder)?;
        let paths = paths.entries.into_iter().map(|(path, entry)| {
            let PathBackend(path_type, backend) = entry.value;
            IngressPath { path: Spanned::new(path, entry.key), path_type, backend }
        });
        Ok(Self(paths.collect()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<PathBackend, PathKey>::schema(definitions);
        json!({ "anyOf": [map, { "type": "array", "items": IngressPath::schema(definitions) }] })
    }
}

impl Shape for Rules {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if !matches!(node.value, Value::Sequence(_)) {
            let hosts: Map<Paths, HostKey> = whole(Map::decode(node, decoder)?, decoder)?;
            let rules = hosts.entries.into_iter().map(|(host, entry)| IngressRule {
                at: entry.key,
                host: (host != "*").then(|| Spanned::new(host, entry.key)),
                paths: entry.value.0,
            });
            return Ok(Self(rules.collect()));
        }
        let listed: Vec<ListedRule> = Vec::decode(node, decoder)?;
        let mut rules = Vec::new();
        for rule in listed {
            if let Some(host) = &rule.host {
                report(check_host(&host.value), host.span, decoder)?;
            }
            let paths = rule.http.map_or_else(Vec::new, |http| http.paths);
            rules.push(IngressRule { at: rule.at, host: rule.host, paths });
        }
        Ok(Self(rules))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<Paths, HostKey>::schema(definitions);
        json!({ "anyOf": [map, { "type": "array", "items": ListedRule::schema(definitions) }] })
    }
}

/// Which certificate serves which hosts, in the order written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tls(pub Vec<TlsEntry>);

/// The hosts of one certificate.
#[derive(Debug, Clone, PartialEq)]
pub struct TlsEntry {
    /// The place of the Secret's name, or of the entry.
    pub at: Span,
    /// The Secret; nothing stands for the certificate of the controller.
    pub secret: Option<Spanned<String>>,
    /// The hosts; none stands for all.
    pub hosts: Vec<Spanned<String>>,
}

record! {
    /// The hosts of a certificate, as Kubernetes writes them.
    ListedTls {
        /// The hosts.
        hosts "hosts": Vec<Spanned<String>>, example ["shop.example.com"];
        /// The Secret with the certificate.
        secret_name "secretName": Option<Spanned<ObjectName>>, example "shop-tls";
    }
}

impl Shape for Tls {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let entries: Vec<TlsEntry> = if matches!(node.value, Value::Sequence(_)) {
            let listed: Vec<ListedTls> = Vec::decode(node, decoder)?;
            let secret = |name: Spanned<ObjectName>| Spanned::new(name.value.as_str().to_owned(), name.span);
            let entries = listed.into_iter().map(|tls| TlsEntry {
                at: tls.at,
                secret: tls.secret_name.map(secret),
                hosts: tls.hosts,
            });
            entries.collect()
        } else {
            let secrets: Map<Vec<Spanned<String>>, ObjectNameKey> =
                whole(Map::decode(node, decoder)?, decoder)?;
            let entries = secrets.entries.into_iter().map(|(name, entry)| TlsEntry {
                at: entry.key,
                secret: Some(Spanned::new(name, entry.key)),
                hosts: entry.value,
            });
            entries.collect()
        };
        for host in entries.iter().flat_map(|entry| &entry.hosts) {
            report(check_host(&host.value), host.span, decoder)?;
        }
        Ok(Self(entries))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<Vec<Spanned<String>>, ObjectNameKey>::schema(definitions);
        json!({ "anyOf": [map, { "type": "array", "items": ListedTls::schema(definitions) }] })
    }
}

fn report(checked: Result<(), Complaint>, at: Span, decoder: &mut Decoder<'_>) -> Result<(), Reported> {
    checked.map_err(|(code, message, suggestion)| {
        let mut diagnostic = Diagnostic::new(code, at, message);
        if let Some(suggestion) = suggestion {
            diagnostic = diagnostic.with_replacement(format!("write `{suggestion}`"), at, suggestion);
        }
        decoder.report(diagnostic)
    })
}

/// The map, where all its entries could be read: half an Ingress would be told to lead nowhere.
fn whole<T, K>(map: Map<T, K>, decoder: &Decoder<'_>) -> Result<Map<T, K>, Reported> {
    if map.lost.is_empty() { Ok(map) } else { Err(decoder.reported_before()) }
}
