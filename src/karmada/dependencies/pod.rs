//! What a pod refers to.
//!
//! Karmada f8fdd02 `pkg/util/helper/pod.go` `GetDependenciesFromPodTemplate` and `pkg/util/lifted/visitpod.go`.

use crate::karmada::dependencies::collector::Collector;
use crate::karmada::dependencies::node::Node;

/// The volumes that name a Secret: their field, and the field within it that holds the reference.
const SECRET_VOLUMES: &[(&str, &str)] = &[
    ("cephfs", "secretRef"),
    ("cinder", "secretRef"),
    ("flexVolume", "secretRef"),
    ("rbd", "secretRef"),
    ("scaleIO", "secretRef"),
    ("iscsi", "secretRef"),
    ("storageos", "secretRef"),
    ("csi", "nodePublishSecretRef"),
];

/// Collects what the spec of a pod refers to.
pub(super) fn collect_pod(collector: &mut Collector, spec: &Node<'_>) {
    collect_running_containers(collector, spec);
    collect_containers(collector, &spec.child("ephemeralContainers"));
    collect_around(collector, spec);
    for volume in spec.child("volumes").items() {
        collect_secret(collector, &volume.child("secret"), "secretName");
        collect_volume(collector, &volume);
    }
}

/// Collects what the containers and init containers refer to.
pub(super) fn collect_running_containers(collector: &mut Collector, spec: &Node<'_>) {
    collect_containers(collector, &spec.child("initContainers"));
    collect_containers(collector, &spec.child("containers"));
}

/// Collects what a list of containers refers to.
pub(super) fn collect_containers(collector: &mut Collector, containers: &Node<'_>) {
    for container in containers.items() {
        for source in container.child("envFrom").items() {
            collect_config_map(collector, &source.child("configMapRef"));
            collect_secret(collector, &source.child("secretRef"), "name");
        }
        for variable in container.child("env").items() {
            let source = variable.child("valueFrom");
            collect_config_map(collector, &source.child("configMapKeyRef"));
            collect_secret(collector, &source.child("secretKeyRef"), "name");
        }
    }
}

/// Collects the pull secrets and the service account, unless that is the default one.
pub(super) fn collect_around(collector: &mut Collector, spec: &Node<'_>) {
    for secret in spec.child("imagePullSecrets").items() {
        collect_secret(collector, &secret, "name");
    }
    let account = spec.child("serviceAccountName");
    if account.text() != Some("default") {
        collector.add_plain("ServiceAccount", &account);
    }
}

/// Collects what a volume refers to, but for the Secret of a `secret` volume.
pub(super) fn collect_volume(collector: &mut Collector, volume: &Node<'_>) {
    collect_config_map(collector, &volume.child("configMap"));
    collect_projected(collector, volume);
    collect_secret(collector, &volume.child("azureFile"), "secretName");
    for (kind, reference) in SECRET_VOLUMES {
        collect_secret(collector, &volume.child(kind).child(reference), "name");
    }
    collector.add_plain("PersistentVolumeClaim", &volume.child("persistentVolumeClaim").child("claimName"));
}

/// Collects what a projected volume refers to.
pub(super) fn collect_projected(collector: &mut Collector, volume: &Node<'_>) {
    for source in volume.child("projected").child("sources").items() {
        collect_config_map(collector, &source.child("configMap"));
        collect_secret(collector, &source.child("secret"), "name");
    }
}

fn collect_config_map(collector: &mut Collector, reference: &Node<'_>) {
    collector.add("ConfigMap", &reference.child("name"), reference);
}

/// Collects a Secret; `name` is the field that holds its name.
pub(super) fn collect_secret(collector: &mut Collector, reference: &Node<'_>, name: &str) {
    collector.add("Secret", &reference.child(name), reference);
}
