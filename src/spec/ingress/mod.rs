//! Ingresses: which host and path leads to which Service.

pub mod backend;
pub mod rules;

pub use backend::Backend;
pub use backend::BackendPort;
pub use backend::BackendTarget;
pub use rules::IngressPath;
pub use rules::IngressRule;
pub use rules::PathType;
pub use rules::Rules;
pub use rules::Tls;
pub use rules::TlsEntry;

use crate::diagnostic::Code;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Integer;
use crate::schema::PatternText;
use crate::schema::Shape;
use crate::schema::checked_text;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::LabelChanges;
use crate::spec::ObjectName;
use crate::spec::container::one_of;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// An Ingress. Takes every other field of Kubernetes' IngressSpec.
    Ingress rest "networking.v1.IngressSpec" except [] {
        /// The class of the controller that serves it; Kubernetes' `ingressClassName`. Left out: the default class of each cluster.
        class_name "className": Option<Spanned<ObjectName>>, example "nginx";
        /// Hosts by the Secret with their certificate, or Kubernetes' list.
        tls "tls": Tls, example {"shop-tls": ["shop.example.com"]};
        /// Backends by host and path, or Kubernetes' list. The host `*` is every host.
        rules "rules": Rules, example {"shop.example.com": {"/": "storefront:http"}};
        /// The backend of what no rule matches: `service:port`, or a map.
        default_backend "defaultBackend": Option<Backend>, example "storefront:http";
        /// Which pod a client comes back to; for ingress-nginx.
        session_affinity "sessionAffinity": Option<Spanned<IngressAffinity>>, example {"cookie": "route"};
        /// The path that the backend sees; for ingress-nginx. With `$1`, the paths are patterns, and `$1` is their first group.
        rewrite "rewrite": Option<Spanned<String>>, example "/$2";
        /// Where every request is sent on to; for ingress-nginx.
        redirect "redirect": Option<Spanned<String>>, example "https://shop.example.com";
        /// Which part of the requests this Ingress takes from another one with the same host and path; for ingress-nginx.
        canary "canary": Option<Canary>, example {"weight": 10};
        /// Whether Karmada serves it for all clusters at once: a MultiClusterIngress on the control plane in its place.
        multi_cluster "multiCluster": Option<Spanned<bool>>, default false;
        /// Labels on the Ingress alone.
        labels "labels": LabelChanges;
        /// Annotations on the Ingress alone.
        annotations "annotations": Annotations, example {"nginx.ingress.kubernetes.io/proxy-body-size": "8m"};
    }
}

/// What decides which pod a client comes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IngressAffinity {
    /// The address of the client.
    ClientIp,
    /// A cookie of this name.
    Cookie(Spanned<Token>),
    /// A header of this name.
    Header(Spanned<Token>),
}

/// The name of a cookie or a header: ingress-nginx v1.12 `internal/ingress/annotations/parser/validators.go` `BasicCharsRegex`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl PatternText for Token {
    const CODE: Code = codes::INVALID_VALUE;

    fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
        let is_basic = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if !text.is_empty() && text.chars().all(is_basic) {
            return Ok(Self(text.to_owned()));
        }
        Err((format!("expected a name of letters, digits, `-`, and `_`, found `{text}`"), None))
    }

    fn pattern_schema() -> Json {
        json!({ "type": "string", "pattern": "^[-_A-Za-z0-9]+$|\\{\\{" })
    }
}

checked_text!(Token);

record! {
    /// What decides which pod a client comes back to.
    AffinityBy {
        /// A cookie of this name, which the controller sets.
        cookie "cookie": Option<Spanned<Token>>, example "route";
        /// A header of this name, which the client sends.
        header "header": Option<Spanned<Token>>, example "X-User";
    }
}

choice! {
    /// What of the connection decides which pod a client comes back to.
    AffinityWord {
        /// The address of the client.
        ClientIp "ClientIP",
    }
}

impl Shape for IngressAffinity {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                let by = AffinityBy::decode(node, decoder)?;
                let places = [&by.cookie, &by.header].map(|name| name.as_ref().map(|name| name.span));
                one_of(by.at, &places, "`cookie` and `header`", decoder)?;
                let found = by.cookie.map(Self::Cookie).or(by.header.map(Self::Header));
                found.ok_or_else(|| decoder.reported_before())
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => {
                AffinityWord::decode(node, decoder).map(|AffinityWord::ClientIp| Self::ClientIp)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [AffinityWord::schema(definitions), AffinityBy::schema(definitions)] })
    }
}

record! {
    /// Which requests go to this Ingress rather than to the one beside it. A header comes before a cookie, and a cookie before the weight.
    Canary {
        /// In percent of all requests.
        weight "weight": Option<Spanned<Weight>>, example 10;
        /// A cookie of this name: `always` leads here, `never` to the other.
        cookie "cookie": Option<Spanned<Token>>, example "try-next";
        /// A header of this name: `always` leads here, `never` to the other.
        header "header": Option<Spanned<Token>>, example "X-Canary";
        /// The value of the header that leads here, in the place of `always`.
        header_value "headerValue": Option<Spanned<String>>, example "beta";
    }
}

/// A share of requests in percent.
pub type Weight = Integer<0, 100>;
