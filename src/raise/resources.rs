//! What a workload needs of others: what they must provide, and what nobody needs.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::quantity::Quantity;
use crate::raise::diagnostics;
use crate::raise::scope::Scope;
use crate::raise::scope::other_workload;
use crate::raise::workload::Resource;
use crate::source::Spanned;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The parameters of a volume that say how large it is.
const SIZES: &[&str] = &["size", "storage"];

/// The type of a resource that scales the workload.
const AUTOSCALER: &str = "horizontal-pod-autoscaler";

/// Takes note of what resources ask of each other. Reports E0641.
pub(super) fn read_params(scope: &mut Scope<'_>, diagnostics: &mut Diagnostics) {
    let mut texts = Vec::new();
    for (_, resource) in scope.workload.resources.iter() {
        resource.params.iter().for_each(|(_, param)| find_texts(param, &mut texts));
    }
    for text in texts {
        scope.fill(&text, diagnostics);
    }
    // Whoever provides a resource fills these in; the App needs none of them.
    scope.uses.values_mut().for_each(|used| used.keys.clear());
}

fn find_texts(node: &Node, texts: &mut Vec<Spanned<String>>) {
    match &node.value {
        Value::String(scalar) => texts.push(Spanned::new(scalar.text.clone(), node.span)),
        Value::Sequence(items) => items.iter().for_each(|item| find_texts(item, texts)),
        Value::Mapping(mapping) => mapping.iter().for_each(|entry| find_texts(&entry.value, texts)),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Poisoned => {}
    }
}

/// The claims of volumes whose size is said, and that are not there already.
pub(super) fn write_claims(scope: &Scope<'_>) -> Vec<(Spanned<String>, tree::Map)> {
    let mounted = scope
        .workload
        .resources
        .iter()
        .filter(|(name, _)| scope.uses.get(name.value).is_some_and(|used| used.is_mounted));
    let claims = mounted.filter_map(|(name, resource)| {
        let claim = scope.stand_in(name.value, resource);
        if scope.is_present("PersistentVolumeClaim", &claim) {
            return None;
        }
        let size = size_of(resource)?;
        let at = size.span;
        let requests = tree::Map::new(at).with("storage", size).into_node();
        let spec = tree::Map::new(at)
            .with("accessModes", tree::list(at, vec![tree::text(at, "ReadWriteOnce")]))
            .with("resources", tree::Map::new(at).with("requests", requests).into_node());
        let body = tree::Map::new(at).with("spec", spec.into_node());
        Some((Spanned::new(claim, name.span), body))
    });
    claims.collect()
}

fn size_of(resource: &Resource) -> Option<Node> {
    let written = SIZES.iter().filter_map(|key| resource.params.get(key));
    written.into_iter().find(|size| Quantity::from_json(&size.to_json()).is_ok()).cloned()
}

/// Autoscalers as the provisioners that Score's community shares know them, where the most replicas are said.
pub(super) fn write_autoscalers(scope: &mut Scope<'_>) -> Vec<tree::Map> {
    let mut autoscalers = Vec::new();
    for (name, resource) in scope.workload.resources.iter() {
        let params = &resource.params;
        let (AUTOSCALER, Some(most)) = (resource.resource_type.value.as_str(), params.get("maxReplicas"))
        else {
            continue;
        };
        scope.uses.entry(name.value.to_owned()).or_default();
        let at = name.span;
        let text = |text: &str| tree::text(at, text);
        let target = tree::Map::new(at)
            .with("apiVersion", text("apps/v1"))
            .with("kind", text("Deployment"))
            .with("name", text(scope.name()));
        let mut spec = tree::Map::new(at).with("scaleTargetRef", target.into_node());
        spec.set_some("minReplicas", params.get("minReplicas").cloned());
        spec.set("maxReplicas", most.clone());
        if let Some(percent) = params.get("targetCPUUtilizationPercentage") {
            let share = tree::Map::new(at)
                .with("type", text("Utilization"))
                .with("averageUtilization", percent.clone());
            let cpu = tree::Map::new(at).with("name", text("cpu")).with("target", share.into_node());
            let metric = tree::Map::new(at).with("type", text("Resource")).with("resource", cpu.into_node());
            spec.set("metrics", tree::list(at, vec![metric.into_node()]));
        }
        autoscalers.push(tree::Map::new(at).with("spec", spec.into_node()));
    }
    autoscalers
}

/// Reports the metadata that is of no use.
pub(super) fn tell_metadata(scope: &Scope<'_>, diagnostics: &mut Diagnostics) {
    for entry in scope.workload.metadata.root.as_mapping().into_iter().flatten() {
        let key = &entry.key;
        let is_known = matches!(key.value.as_str(), "name" | "annotations");
        if !is_known && !scope.metadata.contains(&key.value) {
            diagnostics.report(diagnostics::unused_metadata(key));
        }
    }
}

/// The keys that Secrets must have.
type Keys = BTreeMap<ObjectKey, BTreeSet<String>>;

/// What others must provide: several workloads may need the same.
#[derive(Debug, Default)]
pub(super) struct Needs<'a> {
    /// By the names of the Secrets.
    secrets: BTreeMap<String, NeededSecret<'a>>,
    /// What there is to say of each claim.
    claims: BTreeMap<String, Diagnostic>,
}

/// A Secret that somebody must provide.
#[derive(Debug)]
struct NeededSecret<'a> {
    /// The first resource that becomes this Secret, and its type.
    resource: (Spanned<&'a str>, &'a str),
    keys: BTreeSet<String>,
}

impl<'a> Needs<'a> {
    /// Takes note of what a workload needs. Reports the resources that it does not use.
    pub(super) fn take(&mut self, scope: &Scope<'a>, diagnostics: &mut Diagnostics) {
        let mut unused = Vec::new();
        for (name, resource) in scope.workload.resources.iter() {
            let resource_type = resource.resource_type.value.as_str();
            let Some(used) = scope.uses.get(name.value) else {
                let other = other_workload((name.value, resource));
                // Who depends on whom is nothing that an App says, and the other one is there.
                if other.is_none_or(|other| !scope.neighbours.contains_key(other)) {
                    unused.push((name, resource_type));
                }
                continue;
            };
            let stand_in = scope.stand_in(name.value, resource);
            let has_claim =
                size_of(resource).is_some() || scope.is_present("PersistentVolumeClaim", &stand_in);
            if used.is_mounted && !has_claim {
                let diagnostic = || diagnostics::volume_needed(name, &stand_in);
                self.claims.entry(stand_in.clone()).or_insert_with(diagnostic);
            }
            if used.keys.is_empty() || scope.is_present("Secret", &stand_in) {
                continue;
            }
            let resource = (name, resource_type);
            let needed = self.secrets.entry(stand_in);
            let needed = needed.or_insert_with(|| NeededSecret { resource, keys: BTreeSet::new() });
            needed.keys.extend(used.keys.iter().cloned());
        }
        for claim in
            scope.claims.iter().filter(|claim| !scope.is_present("PersistentVolumeClaim", &claim.value))
        {
            let diagnostic = || diagnostics::claim_needed(claim);
            self.claims.entry(claim.value.clone()).or_insert_with(diagnostic);
        }
        if let Some(diagnostic) = diagnostics::unused_resources(&unused) {
            diagnostics.report(diagnostic);
        }
    }

    /// Reports all of it, each once; gives the keys of the Secrets.
    pub(super) fn tell(self, diagnostics: &mut Diagnostics) -> Keys {
        for diagnostic in self.claims.into_values() {
            diagnostics.report(diagnostic);
        }
        let mut keys = Keys::new();
        for (secret, NeededSecret { resource: (name, resource_type), keys: needed }) in self.secrets {
            let names: Vec<&str> = needed.iter().map(String::as_str).collect();
            diagnostics.report(diagnostics::secret_needed(name, (resource_type, &secret), &names));
            if let Ok(gvk) = GroupVersionKind::parse("v1", "Secret") {
                let namespace = Some(default_namespace().to_owned());
                keys.insert(ObjectKey { gvk, namespace, name: secret }, needed);
            }
        }
        keys
    }
}
