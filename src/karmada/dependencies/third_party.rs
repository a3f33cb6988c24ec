//! The custom resources for which Karmada brings a script that finds their references.
//!
//! Karmada f8fdd02 `pkg/resourceinterpreter/default/thirdparty/resourcecustomizations`, one folder a kind. Each
//! script is a rule of its own, with its own gaps; they are kept.

use crate::karmada::dependencies::DependencyError;
use crate::karmada::dependencies::collector::Collector;
use crate::karmada::dependencies::node::Node;
use crate::karmada::dependencies::pod::collect_around;
use crate::karmada::dependencies::pod::collect_containers;
use crate::karmada::dependencies::pod::collect_pod;
use crate::karmada::dependencies::pod::collect_projected;
use crate::karmada::dependencies::pod::collect_running_containers;
use crate::karmada::dependencies::pod::collect_secret;
use crate::karmada::dependencies::pod::collect_volume;
use crate::karmada::typed::TypedKind;
use crate::karmada::typed::check_types;

const KRUISE: &str = "apps.kruise.io/v1alpha1";
const FLUX_SOURCE: &str = "source.toolkit.fluxcd.io/v1beta2";

/// Collects the references of a custom resource, and tells whether there is a script for its kind.
pub(super) fn collect(
    collector: &mut Collector,
    root: &Node<'_>,
    kind: (&str, &str),
) -> Result<bool, DependencyError> {
    let spec = root.child("spec");
    match kind {
        (KRUISE, "CloneSet" | "BroadcastJob" | "UnitedDeployment")
        | ("apps.kruise.io/v1beta1", "StatefulSet") => {
            collect_template(collector, &spec_field(&spec, "template")?)?;
            refuse_none(collector)?;
        }
        (KRUISE, "DaemonSet") => collect_template(collector, &spec_field(&spec, "template")?)?,
        (KRUISE, "AdvancedCronJob") => collect_advanced_cron_job(collector, &spec)?,
        (KRUISE, "SidecarSet") => collect_sidecar_set(collector, &spec)?,
        ("argoproj.io/v1alpha1", "Workflow") => collect_workflow(collector, existing(&spec)?),
        ("helm.toolkit.fluxcd.io/v2beta1", "HelmRelease") => {
            collect_helm_release(collector, existing(&spec)?)?;
        }
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization") => {
            collect_secret_reference(collector, &existing(&spec)?.child("decryption").child("secretRef"))?;
            collect_secret_reference(collector, &spec.child("kubeConfig").child("secretRef"))?;
            collector.add_plain("ServiceAccount", &spec.child("serviceAccountName"));
        }
        ("source.toolkit.fluxcd.io/v1", "GitRepository")
        | (FLUX_SOURCE, "Bucket" | "HelmChart" | "HelmRepository" | "OCIRepository") => {
            collect_source(collector, existing(&spec)?, kind.1)?;
        }
        ("kubeflow.org/v1", "PyTorchJob") => {
            collect_replica_specs(collector, &spec.child("pytorchReplicaSpecs"), &["Master", "Worker"])?;
        }
        ("kubeflow.org/v1", "TFJob") => {
            let types = ["PS", "Worker", "Chief", "Master", "Evaluator"];
            collect_replica_specs(collector, &spec.child("tfReplicaSpecs"), &types)?;
        }
        ("ray.io/v1", "RayJob") => {
            collect_ray_cluster(collector, &spec.child("rayClusterSpec"));
            collect_ray_pod(collector, &spec.child("submitterPodTemplate"));
        }
        ("ray.io/v1", "RayService") => collect_ray_cluster(collector, &spec.child("rayClusterConfig")),
        _ => return Ok(false),
    }
    match collector.find_nameless() {
        Some(place) => Err(DependencyError::EmptyDependency { pointer: place.pointer.clone() }),
        None => Ok(true),
    }
}

fn fault<T>(reason: &'static str) -> Result<T, DependencyError> {
    Err(DependencyError::ThirdPartyScript { reason })
}

/// A script that looks into a field that is not there stops.
fn existing<'n, 'v>(node: &'n Node<'v>) -> Result<&'n Node<'v>, DependencyError> {
    match node.value() {
        Some(_) => Ok(node),
        None => fault("Karmada's script for this kind needs a `spec`"),
    }
}

fn spec_field<'v>(spec: &Node<'v>, name: &str) -> Result<Node<'v>, DependencyError> {
    Ok(existing(spec)?.child(name))
}

/// `kube.getPodDependencies` of Karmada's script library: reads the template into its type first.
fn collect_template(collector: &mut Collector, template: &Node<'_>) -> Result<(), DependencyError> {
    let Some(value) = template.value() else {
        return fault("Karmada's script for this kind needs a pod template");
    };
    if check_types(value, TypedKind::PodTemplateSpec).is_err() {
        return fault("Karmada's script for this kind cannot read the pod template");
    }
    collect_pod(collector, &template.child("spec"));
    Ok(())
}

/// The library returns nothing, not an empty list, for a pod without references; most scripts pass that on.
fn refuse_none(collector: &Collector) -> Result<(), DependencyError> {
    if collector.is_empty() {
        fault("Karmada's script for this kind fails when there is no reference")
    } else {
        Ok(())
    }
}

/// The template of the broadcast job comes second in the script, and so wins.
fn collect_advanced_cron_job(collector: &mut Collector, spec: &Node<'_>) -> Result<(), DependencyError> {
    let template = spec_field(spec, "template")?;
    existing(&template)?;
    let jobs = ["broadcastJobTemplate", "jobTemplate"];
    if let Some(job) = jobs.iter().find_map(|name| template.field(name)) {
        collect_template(collector, &existing(&job.child("spec"))?.child("template"))?;
    }
    refuse_none(collector)
}

/// Neither init containers nor pull secrets; and a reference without a name is one.
fn collect_sidecar_set(collector: &mut Collector, spec: &Node<'_>) -> Result<(), DependencyError> {
    for container in spec.child("containers").items() {
        for variable in container.child("env").items() {
            let source = variable.child("valueFrom");
            refuse_nameless(&source.child("configMapKeyRef"), "name")?;
            refuse_nameless(&source.child("secretKeyRef"), "name")?;
        }
        for source in container.child("envFrom").items() {
            refuse_nameless(&source.child("configMapRef"), "name")?;
            refuse_nameless(&source.child("secretRef"), "name")?;
        }
    }
    collect_containers(collector, &spec.child("containers"));
    for volume in spec.child("volumes").items() {
        let config_map = volume.child("configMap");
        refuse_nameless(&config_map, "name")?;
        refuse_nameless(&volume.child("secret"), "secretName")?;
        for source in volume.child("projected").child("sources").items() {
            refuse_nameless(&source.child("configMap"), "name")?;
            refuse_nameless(&source.child("secret"), "name")?;
        }
        collector.add("ConfigMap", &config_map.child("name"), &config_map);
        collect_secret(collector, &volume.child("secret"), "secretName");
        collect_projected(collector, &volume);
    }
    Ok(())
}

/// A reference that is there must have a name.
fn refuse_nameless(reference: &Node<'_>, name: &str) -> Result<(), DependencyError> {
    let name = reference.child(name);
    if reference.value().is_none() || name.text().is_some_and(|text| !text.is_empty()) {
        return Ok(());
    }
    Err(DependencyError::EmptyDependency { pointer: name.into_pointer() })
}

/// The script reads `name`, not `secretName`, of a `secret` volume, and looks into no template.
fn collect_workflow(collector: &mut Collector, spec: &Node<'_>) {
    collector.add_plain("ServiceAccount", &spec.child("executor").child("serviceAccountName"));
    for claim in spec.child("volumeClaimTemplates").items() {
        collector.add_plain("PersistentVolumeClaim", &claim.child("metadata").child("name"));
    }
    for volume in spec.child("volumes").items() {
        collect_volume(collector, &volume);
        collect_secret(collector, &volume.child("secret"), "name");
    }
    collect_around(collector, spec);
}

fn collect_helm_release(collector: &mut Collector, spec: &Node<'_>) -> Result<(), DependencyError> {
    for source in spec.child("valuesFrom").items() {
        let kind = match source.child("kind").text() {
            Some("Secret") => "Secret",
            Some("ConfigMap") => "ConfigMap",
            _ => continue,
        };
        collect_required(collector, kind, &source)?;
    }
    let verify = spec.child("chart").child("spec").child("verify");
    collect_secret_reference(collector, &verify.child("secretRef"))?;
    collect_secret_reference(collector, &spec.child("kubeConfig").child("secretRef"))?;
    collector.add_plain("ServiceAccount", &spec.child("serviceAccountName"));
    Ok(())
}

/// Values may come from a config map or a Secret whose name is empty, which is then refused.
fn collect_required(
    collector: &mut Collector,
    kind: &'static str,
    source: &Node<'_>,
) -> Result<(), DependencyError> {
    let name = source.child("name");
    match name.text() {
        None => fault("Karmada's script for this kind fails on a reference without a name"),
        Some("") => Err(DependencyError::EmptyDependency { pointer: name.into_pointer() }),
        Some(_) => {
            collector.add(kind, &name, source);
            Ok(())
        }
    }
}

fn collect_source(collector: &mut Collector, spec: &Node<'_>, kind: &str) -> Result<(), DependencyError> {
    if kind != "HelmChart" {
        collect_secret_reference(collector, &spec.child("secretRef"))?;
    }
    if matches!(kind, "GitRepository" | "HelmChart" | "OCIRepository") {
        collect_secret_reference(collector, &spec.child("verify").child("secretRef"))?;
    }
    if kind == "OCIRepository" {
        collect_secret_reference(collector, &spec.child("certSecretRef"))?;
        let account = spec.child("serviceAccountName");
        if account.text().is_none() {
            return fault("Karmada's script for this kind fails without a `serviceAccountName`");
        }
        collector.add_plain("ServiceAccount", &account);
    }
    Ok(())
}

/// A Secret reference of the flux scripts: an empty name is skipped, an absent one stops the script.
fn collect_secret_reference(collector: &mut Collector, reference: &Node<'_>) -> Result<(), DependencyError> {
    if reference.value().is_none() {
        return Ok(());
    }
    if reference.child("name").text().is_none() {
        return fault("Karmada's script for this kind fails on a reference without a name");
    }
    collect_secret(collector, reference, "name");
    Ok(())
}

fn collect_replica_specs(
    collector: &mut Collector,
    specs: &Node<'_>,
    types: &[&str],
) -> Result<(), DependencyError> {
    for name in types {
        if let Some(template) = specs.path(&[name, "template"]) {
            collect_template(collector, &template)?;
        }
    }
    Ok(())
}

fn collect_ray_cluster(collector: &mut Collector, cluster: &Node<'_>) {
    collect_ray_pod(collector, &cluster.child("headGroupSpec").child("template"));
    for group in cluster.child("workerGroupSpecs").items() {
        collect_ray_pod(collector, &group.child("template"));
    }
}

/// The Ray scripts read a pod themselves, without ephemeral containers.
fn collect_ray_pod(collector: &mut Collector, template: &Node<'_>) {
    let spec = template.child("spec");
    collect_running_containers(collector, &spec);
    collect_around(collector, &spec);
    for volume in spec.child("volumes").items() {
        collect_secret(collector, &volume.child("secret"), "secretName");
        collect_volume(collector, &volume);
    }
}
