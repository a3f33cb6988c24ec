//! Takes objects and policies as the API server of Karmada's control plane does: namespaces and defaults are added, and
//! policies pass Karmada's webhooks, or are refused.

mod diagnostics;

use crate::admit::diagnostics::duplicate;
use crate::admit::diagnostics::refused;
use crate::admit::diagnostics::unread_policy;
use crate::admit::diagnostics::unreadable;
use crate::control_plane::ControlPlane;
use crate::control_plane::Scopes;
use crate::control_plane::Template;
use crate::diagnostic::Diagnostics;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::gvk::Scope;
use crate::karmada::admission::read_policy;
use crate::karmada::admit::AdmissionRequest;
use crate::karmada::admit::Verdict;
use crate::karmada::admit::admit as judge;
use crate::karmada::admit::rename_purge_modes;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::karmada::replicas::defaults::add_defaults;
use crate::karmada::replicas::interpret;
use crate::karmada::version::KarmadaVersion;
use crate::source::Span;
use crate::tree;
use crate::yaml::Node;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The namespace of an object that names none.
const DEFAULT_NAMESPACE: &str = "default";

/// Takes objects and policies, in any order and mixed. What has no `apiVersion`, kind or name is passed over: it is no
/// object.
///
/// Reports E0417 for two objects with one key, E0501 for a policy that Karmada refuses, and E0502 for an object that its
/// typed readers cannot read; all of these are left out. Policies may use the words of the version of Karmada.
pub fn admit<'a>(
    objects: impl IntoIterator<Item = &'a Node>,
    karmada: Option<KarmadaVersion>,
    diagnostics: &mut Diagnostics,
) -> ControlPlane {
    let objects: Vec<&Node> = objects.into_iter().collect();
    let scopes = Scopes::of(objects.iter().copied());
    let mut plane = ControlPlane::default();
    let mut places: BTreeMap<ObjectKey, Span> = BTreeMap::new();
    for root in objects {
        let Some(key) = key_of(root, &scopes) else { continue };
        let at = tree::find(root, &["metadata", "name"]).map_or(root.span, |name| name.span);
        if let Some(first) = places.get(&key) {
            diagnostics.report(duplicate(&key, at, *first));
            continue;
        }
        places.insert(key.clone(), at);
        if key.gvk.api_version() == POLICY_API_VERSION {
            admit_policy(&mut plane, (key, root), karmada, diagnostics);
        } else {
            plane.templates.extend(read_template(key, root, diagnostics));
        }
    }
    plane
}

fn key_of(root: &Node, scopes: &Scopes) -> Option<ObjectKey> {
    let text = |path: &[&str]| tree::find(root, path).and_then(Node::as_str).filter(|text| !text.is_empty());
    let gvk = GroupVersionKind::parse(text(&["apiVersion"])?, text(&["kind"])?).ok()?;
    let name = text(&["metadata", "name"])?.to_owned();
    let is_clusterwide = scopes.find(&gvk) == Some(Scope::Cluster);
    let namespace = text(&["metadata", "namespace"]).unwrap_or(DEFAULT_NAMESPACE).to_owned();
    Some(ObjectKey { gvk, namespace: (!is_clusterwide).then_some(namespace), name })
}

fn read_template(key: ObjectKey, root: &Node, diagnostics: &mut Diagnostics) -> Option<Template> {
    let mut object = root.to_json();
    set_namespace(&mut object, key.namespace.as_deref());
    add_defaults(&mut object);
    match interpret(&object) {
        Ok(replicas) => Some(Template { key, object, written: root.clone(), replicas }),
        Err(wrong) => {
            diagnostics.report(unreadable(&key, root, &wrong));
            None
        }
    }
}

fn set_namespace(object: &mut Json, namespace: Option<&str>) {
    let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) else { return };
    match namespace {
        Some(namespace) if metadata.get("namespace").and_then(Json::as_str) != Some(namespace) => {
            let place = metadata.keys().position(|key| key == "name").map_or(0, |place| place + 1);
            metadata.shift_insert(place, "namespace".to_owned(), Json::from(namespace));
        }
        Some(_) => {}
        None => {
            metadata.shift_remove("namespace");
        }
    }
}

fn admit_policy(
    plane: &mut ControlPlane,
    (key, root): (ObjectKey, &Node),
    karmada: Option<KarmadaVersion>,
    diagnostics: &mut Diagnostics,
) {
    let mut policy = root.to_json();
    rename_purge_modes(&mut policy, karmada);
    set_namespace(&mut policy, key.namespace.as_deref());
    match judge(&AdmissionRequest { object: &policy, namespace: None, old: None }) {
        Verdict::Admitted(spec) => {
            if let Some(policy) = policy.as_object_mut() {
                policy.insert("spec".to_owned(), spec);
                policy.shift_remove("status");
            }
            let is_read = if key.gvk.kind().ends_with("PropagationPolicy") {
                push(&mut plane.propagation, &policy)
            } else {
                push(&mut plane.overrides, &policy)
            };
            if is_read {
                plane.written_policies.insert(key, root.clone());
            } else {
                diagnostics.report(unread_policy(&key, root));
            }
        }
        Verdict::Refused { mut faults, later, .. } => {
            faults.extend(later);
            for fault in faults.iter().filter(|fault| !fault.is_consequence(&faults)) {
                diagnostics.report(refused(&key, root, fault));
            }
        }
    }
}

fn push<T: DeserializeOwned>(policies: &mut Vec<T>, policy: &Json) -> bool {
    let read = read_policy(policy);
    let is_read = read.is_ok();
    policies.extend(read);
    is_read
}
