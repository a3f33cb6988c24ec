//! Names, each checked by Kubernetes' rule for it.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::name::NameError;
use crate::k8s::name::NameRule;
use crate::k8s::name::check_affinity_name;
use crate::k8s::name::check_annotation_key;
use crate::k8s::name::check_config_key;
use crate::k8s::name::check_dns_1035_label;
use crate::k8s::name::check_dns_label;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::name::check_environment_variable;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::k8s::name::check_port_name;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::KeyRule;
use crate::schema::PatternText;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::checked_text;
use crate::schema::or_expression;
use crate::yaml::Node;
use serde_json::Value as Json;
use serde_json::json;

const DNS_LABEL: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
const DNS_SUBDOMAIN: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const DNS_1035_LABEL: &str = "^[a-z]([-a-z0-9]*[a-z0-9])?$";
const CONFIG_KEY: &str = "^[-._a-zA-Z0-9]+$";
const QUALIFIED_NAME: &str = "^([^/]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

/// Defines the type of a name.
macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident $check:ident $limit:literal $pattern:expr;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
            pub struct $name(String);

            impl $name {
                /// The text.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl PatternText for $name {
                const CODE: Code = codes::INVALID_NAME;

                fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
                    $check(text).map(|()| Self(text.to_owned())).map_err(|error| told(text, error))
                }

                fn pattern_schema() -> Json {
                    or_expression(&json!({ "type": "string", "maxLength": $limit, "pattern": $pattern }))
                }
            }

            checked_text!($name);
        )+
    };
}

/// Defines the rule of a map's keys.
macro_rules! keys {
    ($($(#[doc = $doc:literal])+ $key:ident $check:ident $code:ident $limit:literal $pattern:expr;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $key;

            impl KeyRule for $key {
                fn check(key: &str) -> Result<(), (Code, String, Option<String>)> {
                    $check(key)
                        .map_err(|error| told(key, error))
                        .map_err(|(message, suggestion)| (codes::$code, message, suggestion))
                }

                fn schema() -> Option<Json> {
                    Some(json!({ "maxLength": $limit, "pattern": $pattern }))
                }
            }
        )+
    };
}

/// Says what is wrong with a name, and a name that would do.
pub(super) fn told(text: &str, error: NameError) -> (String, Option<String>) {
    let noun = match error.rule {
        NameRule::DnsLabel | NameRule::DnsSubdomain | NameRule::Dns1035Label | NameRule::AffinityName => {
            "name"
        }
        NameRule::KeyPrefix | NameRule::KeyName | NameRule::ConfigKey => "key",
        NameRule::LabelValue => "label value",
        NameRule::EnvironmentVariable | NameRule::StrictEnvironmentVariable => "variable name",
        NameRule::PortName => "port name",
    };
    (format!("invalid {noun} `{text}`: {error}"), error.suggestion)
}

names! {
    /// A DNS label: the name of an App, a namespace, a container.
    LabelName check_dns_label 63 DNS_LABEL;
    /// A DNS subdomain: the name of most objects.
    ObjectName check_dns_subdomain 253 DNS_SUBDOMAIN;
    /// The name of a cluster.
    ClusterName check_dns_subdomain 253 DNS_SUBDOMAIN;
    /// The name of a Service: a DNS label that begins with a letter.
    ServiceName check_dns_1035_label 63 DNS_1035_LABEL;
    /// A key of a `ConfigMap` or Secret.
    ConfigKeyName check_config_key 253 CONFIG_KEY;
    /// The key of a label.
    LabelKeyName check_label_key 317 QUALIFIED_NAME;
    /// The name of a group of clusters.
    GroupName check_affinity_name 32 QUALIFIED_NAME;
}

keys! {
    /// Keys that are DNS labels: the names of containers.
    LabelNameKey check_dns_label INVALID_NAME 63 DNS_LABEL;
    /// Keys that are DNS subdomains: the names of most objects.
    ObjectNameKey check_dns_subdomain INVALID_NAME 253 DNS_SUBDOMAIN;
    /// Keys that are names of clusters.
    ClusterNameKey check_dns_subdomain INVALID_NAME 253 DNS_SUBDOMAIN;
    /// Keys that are DNS labels that begin with a letter: the names of Services.
    ServiceNameKey check_dns_1035_label INVALID_NAME 63 "^[a-z]([-a-z0-9]*[a-z0-9])?$";
    /// Keys that are names of groups of clusters.
    GroupNameKey check_affinity_name INVALID_NAME 32 QUALIFIED_NAME;
    /// Keys of `ConfigMaps` and Secrets.
    ConfigKey check_config_key INVALID_NAME 253 CONFIG_KEY;
    /// Keys that are names of environment variables.
    EnvName check_environment_variable INVALID_NAME 4096 "^[^=]+$";
    /// Keys that are names of ports.
    PortName check_port_name INVALID_PORT 15 "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
    /// Keys of labels.
    LabelKey check_label_key INVALID_LABEL 317 QUALIFIED_NAME;
    /// Keys of annotations.
    AnnotationKey check_annotation_key INVALID_LABEL 317 QUALIFIED_NAME;
}

/// The value of a label; numbers and booleans are taken as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelText(pub String);

impl Shape for LabelText {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Text(text) = Text::decode(node, decoder)?;
        check_label_value(&text).map(|()| Self(text.clone())).map_err(|error| {
            let (message, suggestion) = told(&text, error);
            let mut diagnostic = Diagnostic::new(codes::INVALID_LABEL, node.span, message);
            if let Some(suggestion) = suggestion {
                let written = decoder.requoted(node.span, &suggestion);
                diagnostic = diagnostic.with_replacement(format!("write `{suggestion}`"), node.span, written);
            }
            decoder.report(diagnostic)
        })
    }

    fn schema(_: &mut Definitions) -> Json {
        or_expression(&json!({
            "type": ["string", "number", "boolean"],
            "maxLength": 63,
            "pattern": "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
        }))
    }
}
