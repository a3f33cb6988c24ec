//! What is mounted into a container.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::KeyRule;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::check;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::LabelName;
use crate::spec::ObjectName;
use crate::spec::container::one_of;
use crate::spec::file_mode::FileMode;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// The longest name of a volume.
const NAME_LIMIT: usize = 63;

/// What is mounted, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// The place of the path that it is mounted at.
    pub at: Span,
    /// What is mounted.
    pub source: MountSource,
    /// The path within the volume; the whole volume where left out.
    pub sub_path: Option<Spanned<String>>,
    /// The same, with `$(VARIABLES)`.
    pub sub_path_expr: Option<Spanned<String>>,
    /// Whether the container may only read.
    pub read_only: Option<bool>,
    /// Kubernetes' `mountPropagation`.
    pub mount_propagation: Option<String>,
    /// Kubernetes' `recursiveReadOnly`.
    pub recursive_read_only: Option<String>,
}

/// Keys that are paths in a container; those of Windows begin with a drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MountPath;

impl KeyRule for MountPath {
    fn check(key: &str) -> Result<(), (Code, String, Option<String>)> {
        if key.starts_with('/') || matches!(key.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic())
        {
            return Ok(());
        }
        let message = format!("invalid path `{key}`: a path in a container begins with `/`");
        Err((codes::INVALID_VALUE, message, (!key.is_empty()).then(|| format!("/{key}"))))
    }

    fn schema() -> Option<Json> {
        Some(json!({ "pattern": "^(/|[A-Za-z]:)" }))
    }
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq)]
pub enum MountSource {
    /// A volume that `pod.volumes` names.
    Volume(Spanned<String>),
    /// A claim template of the StatefulSet.
    ClaimTemplate(Spanned<String>),
    /// One of Kubernetes' volume sources: its key, and its fields with the sugar written out.
    Source {
        /// The key in Kubernetes' Volume, like `configMap`.
        key: String,
        /// What the user named: the object, the claim, the path; nothing for other sources.
        name: Option<Spanned<String>>,
        /// What the volume is called; nothing where a name of its own will do.
        volume: Option<Spanned<String>>,
        /// The fields, in the order to write them, each with the place it was written at.
        fields: SourceFields,
    },
}

/// The fields of a volume source, in the order to write them, each with the place it was written at.
pub type SourceFields = Vec<(String, Json, Span)>;

record! {
    /// What is mounted, and how: one of configMap, secret, persistentVolumeClaim, hostPath, volume, or any other source of Kubernetes' Volume.
    LongMount rest "core.v1.Volume" except ["name"] {
        /// A ConfigMap, by name or in Kubernetes' own form.
        config_map "configMap": Option<NameOrSource>, example "storefront-settings";
        /// A Secret, by name or in Kubernetes' own form.
        secret "secret": Option<NameOrSource>, example "storefront-tls";
        /// A PersistentVolumeClaim, by name or in Kubernetes' own form.
        persistent_volume_claim "persistentVolumeClaim": Option<NameOrSource>, example "storefront-data";
        /// A path on the node, alone or in Kubernetes' own form.
        host_path "hostPath": Option<PathOrSource>, example "/var/log";
        /// A volume that `pod.volumes` or another mount names; beside a source, the name of the volume that is made of it.
        volume "volume": Option<Spanned<LabelName>>, example "settings";
        /// The claim of the pod's own that a StatefulSet's `volumeClaimTemplates` names.
        claim_template "claimTemplate": Option<Spanned<String>>, example "data";
        /// Which keys of a ConfigMap or Secret become which files. Left out: each key a file of its name.
        items "items": Option<Items>, example {"tls.crt": "cert.pem"};
        /// The mode of the files.
        mode "mode": Option<Spanned<FileMode>>, example 256;
        /// Whether the pod starts without the ConfigMap or Secret.
        optional "optional": Option<Spanned<bool>>, default false;
        /// Whether the container may only read.
        read_only "readOnly": Option<bool>, default false, example true;
        /// The path within the volume. Left out: the whole volume.
        sub_path "subPath": Option<Spanned<String>>;
        /// The path within the volume, with `$(VARIABLES)`.
        sub_path_expr "subPathExpr": Option<Spanned<String>>;
        /// Whether mounts made later are seen on the other side.
        mount_propagation "mountPropagation": Option<String>, default "None";
        /// Whether mounts below are read-only too.
        recursive_read_only "recursiveReadOnly": Option<String>;
    }
}

/// A name, or Kubernetes' own form of a volume source.
#[derive(Debug, Clone, PartialEq)]
pub enum NameOrSource {
    /// The name.
    Name(Spanned<String>),
    /// Kubernetes' own form.
    Source(Node),
}

impl Shape for NameOrSource {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => Ok(Self::Source(node.clone())),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => {
                let name: Spanned<ObjectName> = Spanned::decode(node, decoder)?;
                Ok(Self::Name(Spanned::new(name.value.as_str().to_owned(), name.span)))
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "object"] })
    }
}

/// A path, or Kubernetes' own form of a volume source.
#[derive(Debug, Clone, PartialEq)]
pub struct PathOrSource(pub NameOrSource);

impl Shape for PathOrSource {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if let Value::Mapping(_) = &node.value {
            return Ok(Self(NameOrSource::Source(node.clone())));
        }
        let path = decoder.text(node)?;
        Ok(Self(NameOrSource::Name(Spanned::new(path, node.span))))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        NameOrSource::schema(definitions)
    }
}

/// Keys and the files they become: a map, or Kubernetes' list.
#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    /// Where they are written.
    pub span: Span,
    /// The list that Kubernetes takes.
    pub list: Vec<Json>,
}

impl Shape for Items {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if let Value::Sequence(_) = &node.value {
            if let Some(field) = decoder.kubernetes().find_field("core.v1.ConfigMapVolumeSource", "items") {
                check(&field.field_type, node, decoder);
            }
            let list = node.to_json().as_array().cloned().unwrap_or_default();
            return Ok(Self { span: node.span, list });
        }
        let map: Map<Spanned<String>> = Map::decode(node, decoder)?;
        let list = map.iter().map(|(key, path)| json!({ "key": key.value, "path": path.value }));
        Ok(Self { span: node.span, list: list.collect() })
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "anyOf": [
            { "type": "object", "additionalProperties": { "type": "string" } },
            { "type": "array", "items": { "type": "object", "required": ["key", "path"] } },
        ] })
    }
}

impl Shape for Mount {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if let Value::String(scalar) = &node.value {
            let message = format!("expected a map, found {}", decoder.describe(node));
            let help = format!(
                "say what it is, as in `{{configMap: {0}}}`, `{{persistentVolumeClaim: {0}}}`, `{{claimTemplate: {0}}}`, or `{{volume: {0}}}`",
                scalar.text,
            );
            let diagnostic = Diagnostic::new(codes::WRONG_TYPE, node.span, message);
            return Err(decoder.report(diagnostic.with_label("expected a map").with_help(help)));
        }
        let long = LongMount::decode(node, decoder)?;
        let source = long.source(decoder)?;
        Ok(Self {
            at: long.at,
            source,
            sub_path: long.sub_path,
            sub_path_expr: long.sub_path_expr,
            read_only: long.read_only,
            mount_propagation: long.mount_propagation,
            recursive_read_only: long.recursive_read_only,
        })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        LongMount::schema(definitions)
    }
}

impl LongMount {
    fn source(&self, decoder: &mut Decoder<'_>) -> Result<MountSource, Reported> {
        let sugar = [
            ("configMap", "name", self.config_map.as_ref()),
            ("secret", "secretName", self.secret.as_ref()),
            ("persistentVolumeClaim", "claimName", self.persistent_volume_claim.as_ref()),
            ("hostPath", "path", self.host_path.as_ref().map(|path| &path.0)),
        ];
        let mut places: Vec<Option<Span>> =
            sugar.iter().map(|(_, _, source)| source.map(NameOrSource::span)).collect();
        places.extend(self.rest.fields.iter().map(|(key, _)| Some(key.span)));
        let has_source = places.iter().any(Option::is_some);
        places.push(self.claim_template.as_ref().map(|template| template.span));
        places.push(self.volume.as_ref().filter(|_| !has_source).map(|volume| volume.span));
        let volume = self.volume.as_ref().map(|name| Spanned::new(name.value.as_str().to_owned(), name.span));
        one_of(
            self.at,
            &places,
            "`configMap`, `secret`, `persistentVolumeClaim`, or another source of a volume",
            decoder,
        )?;
        if let Some(volume) = volume.as_ref().filter(|_| !has_source) {
            self.refuse_file_options("volume", decoder)?;
            return Ok(MountSource::Volume(volume.clone()));
        }
        if let Some(template) = &self.claim_template {
            self.refuse_file_options("claimTemplate", decoder)?;
            return Ok(MountSource::ClaimTemplate(template.clone()));
        }
        for (key, name_key, source) in sugar {
            if let Some(source) = source {
                return self.sugar_source(key, (name_key, source), decoder).map(|(name, fields)| {
                    MountSource::Source { key: key.to_owned(), name: Some(name), volume, fields }
                });
            }
        }
        let Some((key, node)) = self.rest.fields.first() else { return Err(decoder.reported_before()) };
        self.refuse_file_options(&key.value, decoder)?;
        let fields = fields_of(node, "");
        Ok(MountSource::Source { key: key.value.clone(), name: None, volume, fields })
    }

    fn sugar_source(
        &self,
        key: &str,
        (name_key, source): (&str, &NameOrSource),
        decoder: &mut Decoder<'_>,
    ) -> Result<(Spanned<String>, SourceFields), Reported> {
        let (name, mut fields) = match source {
            NameOrSource::Name(name) => (name.clone(), Vec::new()),
            NameOrSource::Source(node) => {
                if let Some(field) = decoder.kubernetes().find_field("core.v1.Volume", key) {
                    check(&field.field_type, node, decoder);
                }
                let found = match &node.value {
                    Value::Mapping(mapping) => mapping.get(name_key),
                    Value::Null
                    | Value::Boolean(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Sequence(_)
                    | Value::Poisoned => None,
                };
                let Some(found) = found else {
                    let message = format!("missing key `{name_key}`");
                    return Err(decoder.report(Diagnostic::new(codes::MISSING_KEY, self.at, message)));
                };
                (Spanned::new(decoder.text(found)?, found.span), fields_of(node, name_key))
            }
        };
        fields.insert(0, (name_key.to_owned(), Json::from(name.value.as_str()), name.span));
        if !matches!(key, "configMap" | "secret") {
            self.refuse_file_options(key, decoder)?;
        }
        if let Some(items) = &self.items {
            fields.push(("items".to_owned(), Json::Array(items.list.clone()), items.span));
        }
        if let Some(mode) = self.mode {
            fields.push(("defaultMode".to_owned(), Json::from(mode.value.get()), mode.span));
        }
        if let Some(optional) = self.optional {
            fields.push(("optional".to_owned(), Json::from(optional.value), optional.span));
        }
        Ok((name, fields))
    }

    /// Reports the options that only a `ConfigMap` or Secret has.
    fn refuse_file_options(&self, key: &str, decoder: &mut Decoder<'_>) -> Result<(), Reported> {
        let written = [
            ("items", self.items.as_ref().map(|items| items.span)),
            ("mode", self.mode.map(|mode| mode.span)),
            ("optional", self.optional.map(|optional| optional.span)),
        ];
        let mut outcome = Ok(());
        for (option, span) in written {
            if let Some(span) = span {
                let message = format!("`{option}` does not go with `{key}`");
                let diagnostic = Diagnostic::new(codes::CONFLICTING_KEYS, span, message)
                    .with_note("only a ConfigMap or a Secret is mounted as files with a key and a mode each");
                outcome = Err(decoder.report(diagnostic));
            }
        }
        outcome
    }
}

impl NameOrSource {
    fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Source(node) => node.span,
        }
    }
}

/// The fields of a map but one, each with its place.
fn fields_of(node: &Node, except: &str) -> SourceFields {
    match &node.value {
        Value::Mapping(mapping) => mapping
            .iter()
            .filter(|entry| entry.key.value != except)
            .map(|entry| (entry.key.value.clone(), entry.value.to_json(), entry.value.span))
            .collect(),
        Value::Null
        | Value::Boolean(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Poisoned => Vec::new(),
    }
}

/// What a volume is called unless the user says otherwise: a DNS label that says what is mounted, the kind of the source and
/// its name or path.
#[must_use]
pub fn volume_name(key: &str, name: &str) -> String {
    let kind = match key {
        "configMap" => "config",
        "persistentVolumeClaim" => "claim",
        "hostPath" => "host",
        "emptyDir" => "empty",
        other => other,
    };
    let mut text = String::new();
    for character in kind.chars().chain(['-']).chain(name.chars()) {
        match character.to_ascii_lowercase() {
            plain if plain.is_ascii_alphanumeric() => text.push(plain),
            _ if text.ends_with('-') => {}
            _ => text.push('-'),
        }
    }
    let text = text.trim_matches('-');
    // Room for a number behind it.
    if text.len() <= NAME_LIMIT - 4 {
        return text.to_owned();
    }
    let front: String = text.chars().take(NAME_LIMIT - 13).collect();
    format!("{}-{:08x}", front.trim_end_matches('-'), stable_hash(name))
}

/// FNV-1a, 32 bits: the same name for the same source in every build.
fn stable_hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
