//! Writes policies out as objects, and puts everything in order. Cannot fail: everything was checked in its type.

use crate::bundle::App;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::ir;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::source::Span;
use crate::tree;
use serde::Serialize;
use serde_json::Value as Json;

/// Puts the objects of an App in the order of the output.
#[must_use]
pub fn emit(app: ir::App) -> App {
    let mut objects = app.objects;
    for policy in &app.propagation {
        let metadata = &policy.policy.metadata;
        objects.push(policy_object(&policy.policy, metadata, (Role::PropagationPolicy, policy.at)));
    }
    for policy in &app.overrides {
        let metadata = &policy.policy.metadata;
        objects.push(policy_object(&policy.policy, metadata, (Role::OverridePolicy, policy.at)));
    }
    objects.sort_by_key(|object| object.role);
    App { name: app.name, namespace: app.namespace, at: app.at, objects, dependencies: app.dependencies }
}

fn policy_object(policy: &impl Serialize, metadata: &Metadata, (role, at): (Role, Span)) -> Object {
    let Ok(json) = serde_json::to_value(policy) else { unreachable!("a policy has text keys alone") };
    let kind = json.get("kind").and_then(Json::as_str).unwrap_or_default();
    let Ok(gvk) = GroupVersionKind::parse(POLICY_API_VERSION, kind) else {
        unreachable!("a policy has a kind");
    };
    let key = ObjectKey { gvk, namespace: metadata.namespace.clone(), name: metadata.name.clone() };
    Object { key, role, root: tree::from_json(at, &json) }
}
