//! Where an App holds an object, and with it the keys under which an override changes the object.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::pointer::Pointer;
use crate::spec::WorkloadKind;
use serde_json::Value as Json;

/// Where an App holds an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// It is the workload.
    Workload(WorkloadKind),
    /// It is one of `configMaps`, by this name.
    ConfigMap(String),
    /// It is one of `services`, by this name.
    Service(String),
    /// It is one of `ingresses`, by this name.
    Ingress(String),
    /// It is one of `persistentVolumeClaims`, by this name.
    PersistentVolumeClaim(String),
    /// It is the autoscaler.
    Autoscaler,
    /// It is the disruption budget.
    DisruptionBudget,
    /// It is something that an override reaches by patches alone.
    Elsewhere,
}

/// A container of a workload.
pub(super) struct Container {
    pub(super) name: String,
    /// The list that it stands in.
    pub(super) list: &'static str,
    /// Its place in the list, from 0.
    pub(super) index: usize,
    /// The steps that lead to it.
    place: Vec<String>,
}

impl Container {
    /// The steps that lead to one of its fields.
    pub(super) fn place_of(&self, field: &str) -> Vec<String> {
        [self.place.as_slice(), &[field.to_owned()]].concat()
    }

    /// Its image.
    pub(super) fn image<'j>(&self, object: &'j Json) -> Option<&'j str> {
        find(object, &self.place_of("image")).and_then(Json::as_str)
    }
}

/// The value that some steps lead to.
pub(super) fn find<'j>(object: &'j Json, steps: &[String]) -> Option<&'j Json> {
    let mut pointer = Pointer::default();
    for step in steps {
        pointer.push_key(step);
    }
    pointer.resolve(object)
}

impl Home {
    /// Where the App that builds an object holds it, under a name of its own.
    #[must_use]
    pub fn of(object: &Object, name: &str) -> Self {
        let name = name.to_owned();
        match object.role {
            Role::Workload => WorkloadKind::ALL
                .into_iter()
                .find(|kind| kind.name() == object.key.gvk.kind())
                .map_or(Self::Elsewhere, Self::Workload),
            Role::ConfigMap => Self::ConfigMap(name),
            Role::Service => Self::Service(name),
            Role::Ingress => Self::Ingress(name),
            Role::PersistentVolumeClaim => Self::PersistentVolumeClaim(name),
            Role::Autoscaler if object.key.gvk.kind() == "HorizontalPodAutoscaler" => Self::Autoscaler,
            Role::DisruptionBudget => Self::DisruptionBudget,
            Role::Autoscaler
            | Role::Namespace
            | Role::ServiceAccount
            | Role::Secret
            | Role::Manifest
            | Role::Streamed
            | Role::PropagationPolicy
            | Role::OverridePolicy => Self::Elsewhere,
        }
    }

    /// The keys above those of the object in an entry; nothing where it has none.
    pub(super) fn keys(&self) -> Option<Vec<String>> {
        let keys: &[&str] = match self {
            Self::Workload(_) => &[],
            Self::ConfigMap(name) => &["configMaps", name],
            Self::Service(name) => &["services", name],
            Self::Ingress(name) => &["ingresses", name],
            Self::PersistentVolumeClaim(name) => &["persistentVolumeClaims", name],
            Self::Autoscaler => &["autoscaling"],
            Self::DisruptionBudget => &["disruptionBudget"],
            Self::Elsewhere => return None,
        };
        Some(keys.iter().map(|key| (*key).to_owned()).collect())
    }

    /// The name that the App has for it; nothing where it is that of the object.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::ConfigMap(name)
            | Self::Service(name)
            | Self::Ingress(name)
            | Self::PersistentVolumeClaim(name) => Some(name),
            Self::Workload(_) | Self::Autoscaler | Self::DisruptionBudget | Self::Elsewhere => None,
        }
    }

    /// The kind of workload, where it is one.
    pub(super) fn workload(&self) -> Option<WorkloadKind> {
        match self {
            Self::Workload(kind) => Some(*kind),
            Self::ConfigMap(_)
            | Self::Service(_)
            | Self::Ingress(_)
            | Self::PersistentVolumeClaim(_)
            | Self::Autoscaler
            | Self::DisruptionBudget
            | Self::Elsewhere => None,
        }
    }

    /// The containers of a workload, init containers first.
    pub(super) fn containers(&self, object: &Json) -> Vec<Container> {
        let Some(kind) = self.workload() else { return Vec::new() };
        let mut containers = Vec::new();
        for list in ["initContainers", "containers"] {
            let steps = kind.pod_template().iter().copied().chain(["spec", list]);
            let steps: Vec<String> = steps.map(str::to_owned).collect();
            let entries = find(object, &steps).and_then(Json::as_array);
            for (index, entry) in entries.into_iter().flatten().enumerate() {
                if let Some(name) = entry.get("name").and_then(Json::as_str) {
                    let place = [steps.as_slice(), &[index.to_string()]].concat();
                    containers.push(Container { name: name.to_owned(), list, index, place });
                }
            }
        }
        containers
    }
}
