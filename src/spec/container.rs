//! Containers, and where their environment comes from.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Map;
use crate::schema::Named;
use crate::schema::Needed;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::check;
use crate::schema::choice;
use crate::schema::or_null;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::EnvName;
use crate::spec::Image;
use crate::spec::Mount;
use crate::spec::ObjectName;
use crate::spec::Ports;
use crate::spec::autoscaling::Amount;
use crate::spec::mount::MountPath;
use crate::spec::name::ConfigKeyName;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// One container. Takes every other field of Kubernetes' Container.
    Container rest "core.v1.Container" except ["name"] recovering lost {
        /// The image, with its registry, tag or digest.
        image "image": Needed<Spanned<Image>>, example "registry.example.com/shop/storefront:1.4.2";
        /// Ports by name: a number, or a map with `containerPort`.
        ports "ports": Ports, example {"http": 8080};
        /// Environment variables by name: a value, or where it comes from.
        env "env": Named<EnvValue, EnvName>, example {"LOG_LEVEL": "info"};
        /// ConfigMaps and Secrets whose keys all become environment variables.
        env_from "envFrom": Vec<EnvFrom>, example [{"configMap": "storefront-settings"}];
        /// What is mounted, by path in the container.
        mounts "mounts": Map<Mount, MountPath>, example {"/etc/storefront": {"configMap": "storefront-settings"}};
    }
}

impl Container {
    /// Tells whether a field is written and could not be read, which was reported.
    #[must_use]
    pub fn has_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }
}

choice! {
    /// Which kind of object config comes from.
    ResourceKind {
        /// A ConfigMap.
        ConfigMap "ConfigMap",
        /// A Secret.
        Secret "Secret",
    }
}

/// Where the value of an environment variable comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum EnvValue {
    /// The value itself.
    Literal(Spanned<String>),
    /// A key of a `ConfigMap` or Secret.
    Key {
        /// The kind of the object.
        kind: ResourceKind,
        /// Its name.
        name: Spanned<ObjectName>,
        /// The key.
        key: Spanned<ConfigKeyName>,
        /// Whether the pod starts without it.
        optional: Option<bool>,
    },
    /// A field of the pod, like `status.podIP`.
    Field {
        /// The path of the field.
        path: Spanned<String>,
    },
    /// A request or limit of a container.
    Resource {
        /// The resource, like `limits.cpu`.
        resource: Spanned<String>,
        /// The container; its own where left out.
        container: Option<Spanned<String>>,
        /// The unit, as a quantity.
        divisor: Option<Node>,
    },
    /// Kubernetes' own `valueFrom`, kept as written.
    ValueFrom(Node),
}

record! {
    /// Where the value of an environment variable comes from: one of secret, configMap, field, resource, value and valueFrom.
    EnvSource {
        /// The Secret that has the key.
        secret "secret": Option<Spanned<ObjectName>>, example "storefront-db";
        /// The ConfigMap that has the key.
        config_map "configMap": Option<Spanned<ObjectName>>, example "site";
        /// The key of the Secret or ConfigMap.
        key "key": Option<Spanned<ConfigKeyName>>, example "password";
        /// Whether the pod starts without the object or the key.
        optional "optional": Option<Spanned<bool>>, default false;
        /// A field of the pod.
        field "field": Option<Spanned<String>>, example "status.podIP";
        /// A request or limit of a container.
        resource "resource": Option<Spanned<String>>, example "limits.cpu";
        /// The container whose request or limit is meant; its own where left out.
        container "container": Option<Spanned<String>>;
        /// The unit that the request or limit is counted in.
        divisor "divisor": Option<Amount>, example "1m";
        /// The value itself.
        value "value": Option<Spanned<Text>>;
        /// Kubernetes' own form.
        value_from "valueFrom": Option<Node>;
    }
}

impl Shape for EnvValue {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => EnvSource::decode(node, decoder)?.into_value(decoder),
            Value::Null => Ok(Self::Literal(Spanned::new(String::new(), node.span))),
            Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => {
                Text::decode(node, decoder).map(|text| Self::Literal(Spanned::new(text.0, node.span)))
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        or_null(json!({ "anyOf": [Text::schema(definitions), EnvSource::schema(definitions)] }))
    }
}

impl EnvSource {
    fn into_value(self, decoder: &mut Decoder<'_>) -> Result<EnvValue, Reported> {
        let sources = [
            self.secret.as_ref().map(|secret| secret.span),
            self.config_map.as_ref().map(|config_map| config_map.span),
            self.field.as_ref().map(|field| field.span),
            self.resource.as_ref().map(|resource| resource.span),
            self.value.as_ref().map(|value| value.span),
            self.value_from.as_ref().map(|node| node.span),
        ];
        one_of(self.at, &sources, "`secret`, `configMap`, `field`, `resource`, or a value", decoder)?;
        let optional = self.optional.map(|optional| optional.value);
        if let Some(name) = self.secret {
            return key_reference(ResourceKind::Secret, name, (self.key, optional), decoder);
        }
        if let Some(name) = self.config_map {
            return key_reference(ResourceKind::ConfigMap, name, (self.key, optional), decoder);
        }
        if let Some(path) = self.field {
            return Ok(EnvValue::Field { path });
        }
        if let Some(resource) = self.resource {
            return Ok(EnvValue::Resource {
                resource,
                container: self.container,
                divisor: self.divisor.map(|amount| amount.0),
            });
        }
        if let Some(value) = self.value {
            return Ok(EnvValue::Literal(Spanned::new(value.value.0, value.span)));
        }
        let Some(node) = self.value_from else { return Err(decoder.reported_before()) };
        if let Some(field) = decoder.kubernetes().find_field("core.v1.EnvVar", "valueFrom") {
            check(&field.field_type, &node, decoder);
        }
        Ok(EnvValue::ValueFrom(node))
    }
}

fn key_reference(
    kind: ResourceKind,
    name: Spanned<ObjectName>,
    (key, optional): (Option<Spanned<ConfigKeyName>>, Option<bool>),
    decoder: &mut Decoder<'_>,
) -> Result<EnvValue, Reported> {
    let Some(key) = key else {
        let message = "missing key `key`";
        let diagnostic = Diagnostic::new(codes::MISSING_KEY, name.span, message)
            .with_label(format!("which key of `{}` is meant", name.value.as_str()))
            .with_help("to take all keys of the object, use `envFrom`");
        return Err(decoder.report(diagnostic));
    };
    Ok(EnvValue::Key { kind, name, key, optional })
}

/// Reports E0213 unless exactly one of the places is written.
pub(crate) fn one_of(
    at: Span,
    places: &[Option<Span>],
    words: &str,
    decoder: &mut Decoder<'_>,
) -> Result<(), Reported> {
    let written: Vec<Span> = places.iter().copied().flatten().collect();
    match written.as_slice() {
        [_] => Ok(()),
        [] if decoder.was_misread(at) => Err(decoder.reported_before()),
        [] => {
            let message = format!("expected one of {words}");
            Err(decoder.report(Diagnostic::new(codes::CONFLICTING_KEYS, at, message)))
        }
        [first, second, ..] => {
            let message = format!("expected only one of {words}");
            let diagnostic = Diagnostic::new(codes::CONFLICTING_KEYS, *second, message)
                .with_label("the second one")
                .with_secondary(*first, "the first one");
            Err(decoder.report(diagnostic))
        }
    }
}

/// A `ConfigMap` or Secret whose keys all become environment variables.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvFrom {
    /// The kind of the object.
    pub kind: ResourceKind,
    /// Its name.
    pub name: Spanned<ObjectName>,
    /// What stands before each variable's name.
    pub prefix: Option<String>,
    /// Whether the pod starts without the object.
    pub optional: Option<bool>,
}

record! {
    /// A ConfigMap or Secret whose keys all become environment variables.
    EnvFromSource {
        /// The ConfigMap.
        config_map "configMap": Option<Spanned<ObjectName>>, example "storefront-settings";
        /// The Secret.
        secret "secret": Option<Spanned<ObjectName>>, example "storefront-env";
        /// The ConfigMap, in Kubernetes' own form.
        config_map_ref "configMapRef": Option<LongEnvReference>;
        /// The Secret, in Kubernetes' own form.
        secret_ref "secretRef": Option<LongEnvReference>;
        /// What stands before each variable's name.
        prefix "prefix": Option<String>, example "APP_";
        /// Whether the pod starts without the object.
        optional "optional": Option<bool>, default false;
    }
}

record! {
    /// Kubernetes' own form of a reference.
    LongEnvReference {
        /// The name of the object.
        name "name": Spanned<ObjectName>;
        /// Whether the pod starts without the object.
        optional "optional": Option<bool>, default false;
    }
}

impl Shape for EnvFrom {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let source = EnvFromSource::decode(node, decoder)?;
        let long = |reference: Option<LongEnvReference>| {
            reference.map_or((None, None), |reference| (Some(reference.name), reference.optional))
        };
        let (config_map_ref, config_map_optional) = long(source.config_map_ref);
        let (secret_ref, secret_optional) = long(source.secret_ref);
        let candidates = [
            source.config_map.map(|name| (ResourceKind::ConfigMap, name)),
            config_map_ref.map(|name| (ResourceKind::ConfigMap, name)),
            source.secret.map(|name| (ResourceKind::Secret, name)),
            secret_ref.map(|name| (ResourceKind::Secret, name)),
        ];
        let places: Vec<Option<Span>> =
            candidates.iter().map(|found| found.as_ref().map(|(_, name)| name.span)).collect();
        one_of(source.at, &places, "`configMap` or `secret`", decoder)?;
        let Some((kind, name)) = candidates.into_iter().flatten().next() else {
            return Err(decoder.reported_before());
        };
        let optional = source.optional.or(config_map_optional).or(secret_optional);
        Ok(Self { kind, name, prefix: source.prefix, optional })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        EnvFromSource::schema(definitions)
    }
}
