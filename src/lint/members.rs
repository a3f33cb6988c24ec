//! Fields that a controller in each cluster sets, and that Karmada sets back to what it has.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::lint::object::Object;
use crate::lint::world::World;
use crate::source::Span;
use crate::tree;
use serde_json::Value as Json;

/// Annotations and labels that ask a controller to fill in an object.
const INJECTED: &[&str] = &[
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/inject-ca-from-secret",
    "cert-manager.io/inject-apiserver-ca",
    "service.beta.openshift.io/inject-cabundle",
    "config.openshift.io/inject-trusted-cabundle",
];

/// The kinds that a controller fills in by such a mark.
const FILLED_IN: &[&str] = &[
    "APIService",
    "ConfigMap",
    "CustomResourceDefinition",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Reports `member-sets-field`.
///
/// *Source*: karmada f8fdd02 `pkg/resourceinterpreter/default/native/retain.go`
/// `getAllDefaultRetentionInterpreter`: what is not there is written over.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for index in 0..world.objects.len() {
        let object = world.object(index);
        if world.claims(index).is_empty() {
            continue;
        }
        if let Some(found) = find(object) {
            diagnostics.report(found);
        }
    }
}

fn find(object: &Object<'_>) -> Option<Diagnostic> {
    if (object.api_version, object.kind) == ("v1", "Secret") {
        return token(object);
    }
    if let Some(mark) = mark(object).filter(|_| FILLED_IN.contains(&object.kind)) {
        return Some(fought(mark, object, "a bundle"));
    }
    let configs = match object.kind {
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => {
            let webhooks = object.json.get("webhooks").and_then(Json::as_array).map_or(0, Vec::len);
            (0..webhooks).map(|webhook| format!("/webhooks/{webhook}/clientConfig")).collect()
        }
        "CustomResourceDefinition" => vec!["/spec/conversion/webhook/clientConfig".to_owned()],
        _ => Vec::new(),
    };
    let place = configs.into_iter().find(|place| object.json.pointer(place).is_some_and(lacks_bundle))?;
    Some(fought(object.span(&place), object, "`caBundle`"))
}

/// The place of an annotation or label that asks for a bundle.
fn mark(object: &Object<'_>) -> Option<Span> {
    ["annotations", "labels"].into_iter().find_map(|field| {
        let entries = tree::find(object.root, &["metadata", field])?.as_mapping()?;
        entries.iter().find(|entry| INJECTED.contains(&entry.key.value.as_str())).map(|entry| entry.key.span)
    })
}

/// A Service is trusted by a bundle that somebody writes; a `url` may be trusted by the system's own.
fn lacks_bundle(config: &Json) -> bool {
    let bundle = config.get("caBundle").and_then(Json::as_str).unwrap_or_default();
    config.get("service").is_some() && matches!(bundle, "" | "Cg==")
}

fn fought(at: Span, object: &Object<'_>, what: &str) -> Diagnostic {
    let message = format!("each cluster fills in {what} of {}, and Karmada empties it again", object.title());
    Diagnostic::new(codes::MEMBER_SETS_FIELD, at, message)
        .with_note("Karmada writes its own object over that of a cluster whenever they differ")
        .with_help("write the bundle here, or retain the field by a ResourceInterpreterCustomization")
}

/// *Source*: karmada `pkg/resourceinterpreter/default/native/prune/prune.go` `removeSecretIrrelevantField`.
fn token(object: &Object<'_>) -> Option<Diagnostic> {
    let is_token =
        object.json.get("type").and_then(Json::as_str) == Some("kubernetes.io/service-account-token");
    let field = ["data", "stringData"].into_iter().find(|field| object.json.get(field).is_some())?;
    let message = format!("the `{field}` of {} does not reach the clusters", object.title());
    is_token.then(|| {
        Diagnostic::new(codes::MEMBER_SETS_FIELD, object.key(&format!("/{field}")), message)
            .with_note("the token of a ServiceAccount is made by each cluster, and Karmada takes it out")
            .with_help(format!("leave `{field}` out"))
    })
}
