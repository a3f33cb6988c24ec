//! The fields of objects that an override has keys for: what a change there means, key by key.

use crate::import::overrides::home::Home;
use crate::spec::WorkloadKind;
use serde_json::Value as Json;

/// A field that an override has a key for.
pub(super) struct Spot {
    /// The steps that lead to the field.
    pub(super) place: Vec<String>,
    /// The keys of the entry that stand for it.
    pub(super) keys: Vec<String>,
    pub(super) form: Form,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A number of replicas.
    Replicas,
    /// A text that is an image.
    Image,
    /// Texts by key.
    Texts,
    /// Requests and limits.
    Resources,
    /// A list of variables.
    Variables,
    /// A list of texts.
    List,
    /// The fields of a spec.
    Fields,
}

/// The fields of a spec that no override changes.
const FIXED_FIELDS: [&str; 3] = ["ports", "scaleTargetRef", "selector"];

/// The fields of a pod that no override changes by their key.
const FIXED_IN_POD: [&str; 3] = ["containers", "initContainers", "volumes"];

impl Home {
    /// The field that some steps lead to or into, where an override has a key for it.
    pub(super) fn find_spot(&self, object: &Json, steps: &[String]) -> Option<Spot> {
        let home = self.keys()?;
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let spot = |place: &[&str], keys: &[&str], form: Form| {
            let owned = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
            Some(Spot { place: owned(place), keys: [home.clone(), owned(keys)].concat(), form })
        };
        match (self, steps.as_slice()) {
            (_, ["metadata", section @ ("labels" | "annotations"), ..]) => {
                spot(&["metadata", section], &[section], Form::Texts)
            }
            (Self::Workload(kind), ["spec", field]) if kind.replicas_field() == Some(*field) => {
                spot(&["spec", field], &["replicas"], Form::Replicas)
            }
            (Self::Workload(kind), steps) => {
                let (place, keys, form) = self.find_in_pod(*kind, object, steps)?;
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                spot(&place, &keys, form)
            }
            (Self::ConfigMap(_), ["data", ..]) => spot(&["data"], &["data"], Form::Texts),
            (
                Self::Service(_)
                | Self::Ingress(_)
                | Self::PersistentVolumeClaim(_)
                | Self::Autoscaler
                | Self::DisruptionBudget,
                ["spec", field, ..],
            ) if !self.is_fixed(field) => spot(&["spec"], &[], Form::Fields),
            (_, _) => None,
        }
    }

    fn is_fixed(&self, field: &str) -> bool {
        let is_service = matches!(self, Self::Service(_));
        FIXED_FIELDS.contains(&field) && !(is_service && field == "selector")
    }

    fn find_in_pod<'s>(
        &self,
        kind: WorkloadKind,
        object: &Json,
        steps: &[&'s str],
    ) -> Option<(Vec<&'s str>, Vec<String>, Form)> {
        let template = kind.pod_template();
        let within = steps.strip_prefix(template)?;
        let place = |length: usize| steps.iter().take(template.len() + length).copied().collect();
        let pod = |key: &str| vec!["pod".to_owned(), key.to_owned()];
        match within {
            ["metadata", section @ ("labels" | "annotations"), ..] => {
                Some((place(2), pod(section), Form::Texts))
            }
            ["spec", "nodeSelector", ..] => Some((place(2), pod("nodeSelector"), Form::Texts)),
            ["spec", list @ ("containers" | "initContainers"), index, field, ..] => {
                let form = match *field {
                    "image" => Form::Image,
                    "command" | "args" => Form::List,
                    "env" => Form::Variables,
                    "resources" => Form::Resources,
                    "name" | "ports" | "volumeMounts" => return None,
                    _ => Form::Fields,
                };
                let index: usize = index.parse().ok()?;
                let containers = self.containers(object);
                let container =
                    containers.into_iter().find(|known| known.list == *list && known.index == index)?;
                let keys = vec!["containers".to_owned(), container.name, (*field).to_owned()];
                Some((place(4), keys, form))
            }
            ["spec", field, ..] if !FIXED_IN_POD.contains(field) => {
                Some((place(2), pod(field), Form::Fields))
            }
            _ => None,
        }
    }
}
