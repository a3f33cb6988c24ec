//! Objects about propagated pods that stay behind: pods do not refer to them, so `propagateDeps` does not carry them.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::world::World;
use crate::lint::world::is_same_namespace;
use serde_json::Map;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Reports `service-left-behind` and `companion-left-behind`; nothing where a policy is refused, as it may be the one.
///
/// *Source*: karmada f8fdd02 `pkg/resourceinterpreter/default/native/dependencies.go`: what is collected.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    if world.has_refused {
        return;
    }
    let pods = Pods::new(world);
    for index in 0..world.objects.len() {
        let object = world.object(index);
        let is_left = world.claims(index).is_empty() && object.author == Author::User;
        let Some(found) = pods.find(object).filter(|_| is_left) else { continue };
        let (owner, relation) = (world.object(found.owner), found.relation);
        let message = format!("{} {relation} {}, which no policy propagates", owner.title(), object.title());
        let code = match object.kind {
            "Service" => codes::SERVICE_LEFT_BEHIND,
            _ => codes::COMPANION_LEFT_BEHIND,
        };
        diagnostics.report(
            Diagnostic::new(code, object.at(), message)
                .with_secondary(owner.at(), "this is propagated")
                .with_note(format!(
                    "`propagateDeps` carries what pods refer to, and of an Ingress its Secrets; no {}",
                    plural(object.kind)
                ))
                .with_help(format!("select the {} in the policy of the {}", object.kind, owner.kind)),
        );
    }
}

fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    }
}

/// What an object that is left behind has to do with one that is propagated.
struct Found {
    owner: usize,
    /// Between the two, as a sentence has it.
    relation: &'static str,
}

/// What is propagated, by what others find it by.
struct Pods<'w, 'a> {
    world: &'w World<'a>,
    /// Workloads by each label of their pods.
    by_label: BTreeMap<(&'w str, &'w str), Vec<usize>>,
    /// Workloads by the ServiceAccount of their pods.
    by_account: BTreeMap<&'w str, Vec<usize>>,
    /// Ingresses by the Services that they lead to.
    by_backend: BTreeMap<&'w str, Vec<usize>>,
}

impl<'w, 'a> Pods<'w, 'a> {
    fn new(world: &'w World<'a>) -> Self {
        let mut pods = Self {
            world,
            by_label: BTreeMap::new(),
            by_account: BTreeMap::new(),
            by_backend: BTreeMap::new(),
        };
        for index in (0..world.objects.len()).filter(|index| !world.claims(*index).is_empty()) {
            let object = world.object(index);
            for (key, value) in pod_labels(object).into_iter().flatten() {
                pods.by_label.entry((key, value.as_str().unwrap_or_default())).or_default().push(index);
            }
            let account =
                object.json.pointer("/spec/template/spec/serviceAccountName").and_then(Json::as_str);
            if let Some(account) = account {
                pods.by_account.entry(account).or_default().push(index);
            }
            for service in backends(object) {
                pods.by_backend.entry(service).or_default().push(index);
            }
        }
        pods
    }

    fn find(&self, object: &Object<'_>) -> Option<Found> {
        let found = |relation| move |owner| Found { owner, relation };
        match (object.group(), object.kind) {
            ("", "Service") => {
                let backend = || self.beside(object.namespace, self.by_backend.get(object.name));
                let selected = self.selected(object, "/spec/selector");
                selected.map(found("is reached through")).or_else(|| backend().map(found("leads to")))
            }
            ("policy", "PodDisruptionBudget") => {
                self.selected(object, "/spec/selector/matchLabels").map(found("is guarded by"))
            }
            ("networking.k8s.io", "NetworkPolicy") => {
                self.selected(object, "/spec/podSelector/matchLabels").map(found("is guarded by"))
            }
            ("autoscaling", "HorizontalPodAutoscaler") => self.scaled(object).map(found("is scaled by")),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                self.bound(object).map(found("gets its rights by"))
            }
            _ => None,
        }
    }

    /// The first workload all of whose labels a selector asks for.
    fn selected(&self, object: &Object<'_>, pointer: &str) -> Option<usize> {
        let selector = object.json.pointer(pointer)?.as_object()?;
        let (key, value) = selector.iter().next()?;
        let owners = self.by_label.get(&(key.as_str(), value.as_str().unwrap_or_default()));
        let is_picked = |owner: &usize| {
            let owner = self.world.object(*owner);
            let labels = pod_labels(owner);
            is_same_namespace(owner.namespace, object.namespace)
                && selector
                    .iter()
                    .all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
        };
        owners.into_iter().flatten().copied().find(is_picked)
    }

    fn scaled(&self, scaler: &Object<'_>) -> Option<usize> {
        let target = scaler.json.pointer("/spec/scaleTargetRef")?;
        let text = |field: &str| target.get(field).and_then(Json::as_str);
        let named = self.world.named(text("kind")?, text("name")?);
        let is_scaled = |index: &&usize| {
            !self.world.claims(**index).is_empty()
                && is_same_namespace(self.world.object(**index).namespace, scaler.namespace)
        };
        named.iter().find(is_scaled).copied()
    }

    fn bound(&self, binding: &Object<'_>) -> Option<usize> {
        let subjects = binding.json.get("subjects").and_then(Json::as_array)?;
        subjects.iter().find_map(|subject| {
            let text = |field: &str| subject.get(field).and_then(Json::as_str);
            let name = text("name").filter(|_| text("kind") == Some("ServiceAccount"))?;
            self.beside(text("namespace").or(binding.namespace), self.by_account.get(name))
        })
    }

    /// The first of some objects that may be in a namespace.
    fn beside(&self, namespace: Option<&str>, owners: Option<&Vec<usize>>) -> Option<usize> {
        let is_beside = |owner: &usize| is_same_namespace(self.world.object(*owner).namespace, namespace);
        owners.into_iter().flatten().copied().find(is_beside)
    }
}

/// The labels of the pods that an object makes.
fn pod_labels<'o>(object: &'o Object<'_>) -> Option<&'o Map<String, Json>> {
    let is_workload =
        matches!((object.api_version, object.kind), ("apps/v1", "Deployment" | "StatefulSet" | "DaemonSet"));
    object.json.pointer("/spec/template/metadata/labels").filter(|_| is_workload)?.as_object()
}

/// The Services that an Ingress leads to.
fn backends<'o>(object: &'o Object<'_>) -> BTreeSet<&'o str> {
    let mut services = BTreeSet::new();
    if (object.group(), object.kind) != ("networking.k8s.io", "Ingress") {
        return services;
    }
    let Some(spec) = object.json.get("spec") else { return services };
    let name = |backend: &'o Json| backend.pointer("/service/name").and_then(Json::as_str);
    services.extend(spec.get("defaultBackend").and_then(name));
    let rules = spec.get("rules").and_then(Json::as_array).into_iter().flatten();
    let paths = rules.filter_map(|rule| rule.pointer("/http/paths").and_then(Json::as_array)).flatten();
    services.extend(paths.filter_map(|path| path.get("backend").and_then(name)));
    services
}
