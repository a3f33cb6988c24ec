//! Claims of storage.

use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::LabelChanges;
use crate::spec::ObjectName;
use crate::spec::workload::claim::AccessMode;
use crate::spec::workload::claim::Size;

record! {
    /// A PersistentVolumeClaim. Takes every other field of Kubernetes' PersistentVolumeClaimSpec: `volumeName`, `dataSource`, `volumeMode`, and so on.
    PersistentVolumeClaim rest "core.v1.PersistentVolumeClaimSpec" except [] {
        /// How much storage is asked for; Kubernetes' `resources.requests.storage`.
        size "size": Option<Size>, example "10Gi";
        /// The class that makes the volume. Left out: the default class of each cluster.
        storage_class_name "storageClassName": Option<Spanned<String>>, example "fast";
        /// The VolumeSnapshot that the volume begins with; Kubernetes' `dataSource`.
        snapshot "snapshot": Option<Spanned<ObjectName>>, example "nightly";
        /// How many nodes and pods may use the volume.
        access_modes "accessModes": Vec<Spanned<AccessMode>>, default ["ReadWriteOnce"], example ["ReadWriteMany"];
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false;
        /// Labels on the claim alone.
        labels "labels": LabelChanges;
        /// Annotations on the claim alone.
        annotations "annotations": Annotations;
    }
}
