//! Claims that each pod of a StatefulSet gets of its own.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::fields::FieldType;
use crate::k8s::quantity::Quantity;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::check;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::LabelNameKey;
use crate::spec::Labels;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;
use std::cmp::Ordering;

choice! {
    /// How many nodes may mount a volume, and how.
    AccessMode {
        /// One node reads and writes.
        ReadWriteOnce "ReadWriteOnce",
        /// One pod reads and writes.
        ReadWriteOncePod "ReadWriteOncePod",
        /// Many nodes read.
        ReadOnlyMany "ReadOnlyMany",
        /// Many nodes read and write.
        ReadWriteMany "ReadWriteMany",
    }
}

record! {
    /// A claim that each pod gets of its own. Takes every other field of Kubernetes' PersistentVolumeClaimSpec.
    ShortClaim rest "core.v1.PersistentVolumeClaimSpec" except [] {
        /// How much storage: the short form of `resources.requests.storage`.
        size "size": Option<Size>, example "10Gi";
        /// The class of the storage. Left out: the default class of each cluster.
        storage_class_name "storageClassName": Option<Spanned<String>>, example "fast";
        /// How many nodes may mount it, and how.
        access_modes "accessModes": Vec<Spanned<AccessMode>>, default ["ReadWriteOnce"], example ["ReadWriteOnce"];
        /// Labels on the claims.
        labels "labels": Labels;
        /// Annotations on the claims.
        annotations "annotations": Annotations;
    }
}

/// A quantity of storage.
#[derive(Debug, Clone, PartialEq)]
pub struct Size(pub Node);

impl Shape for Size {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if node.value == Value::Null {
            return Err(decoder.wrong_type(node, "a quantity"));
        }
        check(&FieldType::Quantity, node, decoder);
        let sign = Quantity::from_json(&node.to_json()).map(|size| size.sign());
        let is_written = node.value != Value::Poisoned;
        if is_written && matches!(sign, Ok(Ordering::Less | Ordering::Equal)) {
            let message = format!("expected a size of more than 0, found {}", decoder.source_text(node.span));
            decoder.report(Diagnostic::new(codes::OUT_OF_RANGE, node.span, message));
        }
        Ok(Self(node.clone()))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "number"], "exclusiveMinimum": 0 })
    }
}

/// One claim template.
#[derive(Debug, Clone, PartialEq)]
pub enum ClaimTemplate {
    /// The short form.
    Short(Box<ShortClaim>),
    /// Kubernetes' own `PersistentVolumeClaim`, kept as written.
    Long(Node),
}

/// Claim templates keyed by name, or as the list of `PersistentVolumeClaims` that Kubernetes takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimTemplates {
    /// The templates, in the order written; no two of one name.
    pub entries: Vec<(Spanned<String>, ClaimTemplate)>,
    /// The names of those that could not be read, which was reported; empty for one whose name is not known.
    pub lost: Vec<String>,
}

impl Shape for ClaimTemplates {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Value::Sequence(items) = &node.value else {
            let map: Map<Box<ShortClaim>, LabelNameKey> = Map::decode(node, decoder)?;
            let short = map
                .entries
                .into_iter()
                .map(|(name, entry)| (Spanned::new(name, entry.key), ClaimTemplate::Short(entry.value)));
            return Ok(Self { entries: short.collect(), lost: map.lost });
        };
        let mut templates = Self::default();
        for item in items {
            let Ok(name) = decode_item(item, decoder) else {
                templates.lost.push(String::new());
                continue;
            };
            match templates.entries.iter().find(|(known, _)| known.value == name.value) {
                Some((first, _)) => {
                    decoder.duplicate_name(&name, first.span);
                }
                None => templates.entries.push((name, ClaimTemplate::Long(item.clone()))),
            }
        }
        Ok(templates)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<ShortClaim, LabelNameKey>::schema(definitions);
        let list = json!({
            "type": "array",
            "description": "The list that Kubernetes takes: each entry is a PersistentVolumeClaim.",
            "items": { "type": "object", "required": ["metadata", "spec"] },
        });
        json!({ "anyOf": [map, list] })
    }
}

/// Checks Kubernetes' own form, and finds its name.
fn decode_item(item: &Node, decoder: &mut Decoder<'_>) -> Result<Spanned<String>, Reported> {
    let Value::Mapping(_) = &item.value else {
        return Err(decoder.wrong_type(item, "a PersistentVolumeClaim"));
    };
    for path in [&["metadata", "name"][..], &["spec"]] {
        if tree::find(item, path).is_none() {
            let message = format!("missing key `{}`", path.join("."));
            return Err(decoder.report(
                Diagnostic::new(codes::MISSING_KEY, first_key(item), message)
                    .with_note("in the list form, each entry is a PersistentVolumeClaim")
                    .with_help("write a map with the name as the key: `{data: {size: 10Gi}}`"),
            ));
        }
    }
    if let Some(field) = decoder.kubernetes().find_field("apps.v1.StatefulSetSpec", "volumeClaimTemplates") {
        let list = Node { value: Value::Sequence(vec![item.clone()]), span: item.span };
        check(&field.field_type, &list, decoder);
    }
    let Some(name) = tree::find(item, &["metadata", "name"]) else {
        return Err(decoder.reported_before());
    };
    Ok(Spanned::new(decoder.text(name)?, name.span))
}

fn first_key(item: &Node) -> Span {
    item.as_mapping().and_then(|mapping| mapping.iter().next()).map_or(item.span, |entry| entry.key.span)
}
