//! Checks what clusters would receive against Kubernetes' own types.

use crate::control_plane::ControlPlane;
use crate::control_plane::Template;
use crate::diagnostic::Diagnostics;
use crate::k8s::fields::TypeName;
use crate::k8s::fields::find_kind;
use crate::k8s::validate::Fault;
use crate::k8s::validate::validate;
use crate::k8s::version::MinorVersion;
use crate::karmada::render::RenderRequest;
use crate::karmada::render::Work;
use crate::render::diagnostics::report_invalid;
use crate::render::trace::trace;
use serde_json::Value as Json;

/// Checks a template, and of each set of rules one work: other works differ in numbers alone. A fault of the template is
/// told once; a custom resource has no type to check against.
pub(super) fn verify(
    (request, template): (&RenderRequest<'_>, &Template),
    (works, version): (&[Work<'_>], MinorVersion),
    plane: &ControlPlane,
    diagnostics: &mut Diagnostics,
) {
    let own = validate_object(&template.object, version);
    for fault in &own {
        report_invalid((template, None), fault, None, diagnostics);
    }
    let mut seen: Vec<Vec<(&str, Option<usize>)>> = Vec::new();
    for work in works.iter().filter(|work| !work.applied.is_empty()) {
        let rules: Vec<(&str, Option<usize>)> =
            work.applied.iter().map(|rule| (rule.policy.metadata.name.as_str(), rule.rule)).collect();
        if seen.contains(&rules) {
            continue;
        }
        seen.push(rules);
        let faults: Vec<Fault> =
            validate_object(&work.object, version).into_iter().filter(|fault| !own.contains(fault)).collect();
        if faults.is_empty() {
            continue;
        }
        let changes = trace(request, work, plane);
        for fault in &faults {
            report_invalid((template, Some(&work.cluster)), fault, Some(&changes), diagnostics);
        }
    }
}

fn validate_object(object: &Json, version: MinorVersion) -> Vec<Fault> {
    let text = |key: &str| object.get(key).and_then(Json::as_str);
    let kind: Option<TypeName> = text("apiVersion")
        .zip(text("kind"))
        .and_then(|(api_version, kind)| find_kind(api_version, kind, version));
    kind.map(|kind| validate(object, kind, version)).unwrap_or_default()
}
