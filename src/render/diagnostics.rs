//! What keeps a cluster from receiving an object as it should.

use crate::control_plane::ControlPlane;
use crate::control_plane::Template;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::forecast::Cause;
use crate::forecast::Change;
use crate::forecast::ObjectPreview;
use crate::forecast::Reason;
use crate::forecast::short;
use crate::k8s::pointer::Pointer;
use crate::k8s::validate::Fault;
use crate::karmada::overrides::OverrideFailure;
use crate::karmada::render::RenderError;
use crate::karmada::typed::WrongType;
use crate::render::trace::cause;
use crate::source::Span;
use crate::tree;
use std::collections::BTreeMap;

/// It is open what a wanted cluster receives.
pub(super) fn report_open(
    template: &Template,
    object: &ObjectPreview,
    wanted: &[String],
    diagnostics: &mut Diagnostics,
) {
    let open = object.clusters.iter().find(|row| row.reason.is_open() && wanted.contains(&row.cluster));
    let Some(row) = open else { return };
    let message = format!("what `{}` receives of {} {}", row.cluster, short(&template.key), row.reason);
    let diagnostic = Diagnostic::new(codes::OPEN_RESULT, name_place(template), message);
    diagnostics.report(if row.reason == Reason::OpenRegions {
        diagnostic.with_help("spread over fewer regions, or give a smaller `maxGroups`")
    } else {
        diagnostic
            .with_note("replicas are shared out by room here")
            .with_help("give the cluster `allocatable` in the Fleet: cpu, memory and pods; or read Karmada's own Cluster objects")
    });
}

/// What wrote a rule, and the clusters on which it fails.
type Failing = (Option<Cause>, Vec<String>);

/// The rules that fail, each once with all its clusters.
pub(super) fn report_failures(
    template: &Template,
    failed: &[(String, OverrideFailure<'_>)],
    plane: &ControlPlane,
    diagnostics: &mut Diagnostics,
) {
    let mut grouped: BTreeMap<(String, Option<usize>, String), Failing> = BTreeMap::new();
    for (cluster, failure) in failed {
        let key = (failure.rule.policy.metadata.name.clone(), failure.rule.rule, failure.fault.to_string());
        let group = grouped.entry(key).or_insert_with(|| (cause(&failure.rule, plane), Vec::new()));
        group.1.push(format!("`{cluster}`"));
    }
    for ((policy, _, fault), (cause, mut clusters)) in grouped {
        clusters.sort();
        let at = cause.and_then(|cause| cause.at).unwrap_or_else(|| name_place(template));
        let message =
            format!("the override policy `{policy}` cannot be applied to {}: {fault}", short(&template.key));
        let receive = if clusters.len() == 1 { "receives" } else { "receive" };
        diagnostics.report(
            Diagnostic::new(codes::OVERRIDE_FAILS, at, message)
                .with_secondary(name_place(template), "the object")
                .with_note(format!("{} {receive} nothing of it", clusters.join(", "))),
        );
    }
}

/// Nothing can be rendered on any cluster.
pub(super) fn report_error(
    template: &Template,
    error: &RenderError,
    plane: &ControlPlane,
    diagnostics: &mut Diagnostics,
) {
    match error {
        RenderError::WrongType(wrong) => {
            diagnostics.report(unreadable(template, wrong));
        }
        RenderError::Crash { policy, reason } => {
            let written = plane.written_policies.iter().find(|(key, _)| {
                key.name == *policy
                    && key.gvk.kind().ends_with("OverridePolicy")
                    && (key.namespace.is_none() || key.namespace == template.key.namespace)
            });
            let at = written.and_then(|(_, root)| tree::find(root, &["metadata", "name"]));
            let at = at.map_or_else(|| name_place(template), |name| name.span);
            let message = format!(
                "the override policy `{policy}` crashes Karmada at {}: {reason}",
                short(&template.key)
            );
            diagnostics.report(
                Diagnostic::new(codes::OVERRIDE_FAILS, at, message)
                    .with_note("Karmada then stops at all clusters of the object, and tries again for ever"),
            );
        }
    }
}

fn unreadable(template: &Template, wrong: &WrongType) -> Diagnostic {
    let pointer = Pointer::parse(&wrong.pointer).unwrap_or_default();
    let message = format!("the replicas of {} cannot be set: {wrong}", short(&template.key));
    Diagnostic::new(codes::OBJECT_UNREADABLE, tree::find_nearest(&template.written, &pointer).span, message)
}

/// A field that Kubernetes refuses: of the template, or of what overrides made of it.
pub(super) fn report_invalid(
    (template, cluster): (&Template, Option<&str>),
    fault: &Fault,
    changes: Option<&[Change]>,
    diagnostics: &mut Diagnostics,
) {
    let path = fault.path.to_string();
    let change = changes
        .unwrap_or_default()
        .iter()
        .rev()
        .find(|change| path.starts_with(&change.pointer) || change.pointer.starts_with(&path));
    let written: Span = tree::find_nearest(&template.written, &fault.path).span;
    let at = change.and_then(|change| change.cause.at).unwrap_or(written);
    let place = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
    let object = short(&template.key);
    let message = match cluster {
        None => format!("Kubernetes refuses {object}{place}: {}", fault.kind),
        Some(cluster) => format!("Kubernetes refuses {object} on `{cluster}`{place}: {}", fault.kind),
    };
    let mut diagnostic = Diagnostic::new(codes::INVALID_RESULT, at, message);
    if let Some(change) = change {
        diagnostic = diagnostic.with_note(format!("{} makes it so", short(&change.cause.policy)));
    }
    diagnostics.report(diagnostic);
}

fn name_place(template: &Template) -> Span {
    tree::find(&template.written, &["metadata", "name"]).map_or(template.written.span, |name| name.span)
}
