//! Claims of storage.

use crate::diagnostic::Reported;
use crate::k8s::fields::FieldType;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Shape;
use crate::schema::check;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Labels;
use crate::yaml::Node;
use serde_json::Value as Json;
use serde_json::json;

choice! {
    /// How many nodes and pods may use a volume.
    AccessMode {
        /// One node, for reading and writing.
        ReadWriteOnce "ReadWriteOnce",
        /// Many nodes, for reading.
        ReadOnlyMany "ReadOnlyMany",
        /// Many nodes, for reading and writing.
        ReadWriteMany "ReadWriteMany",
        /// One pod, for reading and writing.
        ReadWriteOncePod "ReadWriteOncePod",
    }
}

record! {
    /// A PersistentVolumeClaim. Takes every other field of Kubernetes' PersistentVolumeClaimSpec: `volumeName`, `dataSource`, `volumeMode`, and so on.
    PersistentVolumeClaim rest "core.v1.PersistentVolumeClaimSpec" except [] {
        /// How much storage is asked for; Kubernetes' `resources.requests.storage`.
        size "size": Option<Size>, example "10Gi";
        /// The class that makes the volume. Left out: the default class of each cluster.
        storage_class_name "storageClassName": Option<Spanned<String>>, example "fast";
        /// How many nodes and pods may use the volume.
        access_modes "accessModes": Vec<Spanned<AccessMode>>, default ["ReadWriteOnce"], example ["ReadWriteMany"];
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false;
        /// Labels on the claim alone.
        labels "labels": Labels;
        /// Annotations on the claim alone.
        annotations "annotations": Annotations;
    }
}

/// An amount of storage, checked, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Size(pub Node);

impl Shape for Size {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        check(&FieldType::Quantity, node, decoder);
        Ok(Self(node.clone()))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "number"] })
    }
}
