//! Writes policies out as objects, and puts everything in order. Cannot fail: everything was checked in its type.

use crate::bundle::App;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::ir;
use crate::ir::Policy;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::pointer::Pointer;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::tree;
use serde::Serialize;
use serde_json::Value as Json;

/// Puts the objects of an App in the order of the output.
#[must_use]
pub fn emit(app: ir::App) -> App {
    let mut objects = app.objects;
    for policy in &app.propagation {
        objects.push(policy_object(policy, &policy.policy.metadata, Role::PropagationPolicy));
    }
    for policy in &app.overrides {
        objects.push(policy_object(policy, &policy.policy.metadata, Role::OverridePolicy));
    }
    objects.sort_by_key(|object| object.role);
    App {
        name: app.name,
        namespace: app.namespace,
        at: app.at,
        objects,
        dependencies: app.dependencies,
        clusters: app.clusters,
        namespace_request: app.namespace_request,
    }
}

fn policy_object<T: Serialize>(policy: &Policy<T>, metadata: &Metadata, role: Role) -> Object {
    let Ok(json) = serde_json::to_value(&policy.policy) else { unreachable!("a policy has text keys alone") };
    let kind = json.get("kind").and_then(Json::as_str).unwrap_or_default();
    let Ok(gvk) = GroupVersionKind::parse(POLICY_API_VERSION, kind) else {
        unreachable!("a policy has a kind");
    };
    let key = ObjectKey { gvk, namespace: metadata.namespace.clone(), name: metadata.name.clone() };
    let mut root = tree::from_json(policy.at, &json);
    for (pointer, at) in &policy.parts {
        let place = Pointer::parse(pointer).ok().and_then(|pointer| tree::find_mut(&mut root, &pointer));
        if let Some((place, part)) = place.zip(json.pointer(pointer)) {
            *place = tree::from_json(*at, part);
        }
    }
    Object { key, role, root }
}
