//! What an image overrider does to the images of an object, in words.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::k8s::image::ImageReference;
use crate::karmada::policy::overriding::ImageComponent;
use crate::karmada::policy::overriding::ImageOverrider;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::lint::object::Object;
use crate::lint::overriders::rules_of;
use crate::lint::world::Policy;
use crate::source::Span;
use serde_json::Value as Json;

const KINDS: &str = "Karmada finds the images of Pod, ReplicaSet, Deployment, DaemonSet, StatefulSet and Job";

/// What an image overrider that was applied does besides, or does not.
pub(super) fn compare(
    overrider: &ImageOverrider,
    (policy, at): (&Policy<'_, OverrideSpec>, Span),
    (object, before, after): (&Object<'_>, &Json, &Json),
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    match overrider.component {
        ImageComponent::Tag => found.extend(refused_tag(overrider, at, (object, before, after))),
        ImageComponent::Registry | ImageComponent::Repository => {
            found.extend(lost_digest(at, object, (before, after)));
            found.extend(broken_image(at, object, (before, after)));
        }
    }
    if overrider.predicate.is_none() && object.kind == "CronJob" {
        found.push(skipped_cron_job(at, object));
    }
    if overrider.predicate.is_none() && overrider.component == ImageComponent::Registry {
        found.extend(skipped_init_containers(policy, at, (object, before, after)));
    }
    found
}

/// An image overrider that did nothing for any object.
pub(super) fn idle(overrider: &ImageOverrider, all: &str, new: impl Fn(String) -> Diagnostic) -> Diagnostic {
    let word = match overrider.component {
        ImageComponent::Registry => "registry",
        ImageComponent::Repository => "repository",
        ImageComponent::Tag => "tag",
    };
    let diagnostic = new(format!("the image override does nothing for {all}"));
    if overrider.operator == OverriderOperator::Remove {
        return diagnostic
            .with_note(format!("no image that it finds has a {word}"))
            .with_help("leave the override out");
    }
    diagnostic.with_note(KINDS).with_help("say where the image is: `predicate: {path: …}`")
}

/// Where the pods of a kind are described.
pub(super) fn pod_path(kind: &str) -> Option<&'static str> {
    match kind {
        "Pod" => Some("/spec"),
        "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" | "Job" => Some("/spec/template/spec"),
        "CronJob" => Some("/spec/jobTemplate/spec/template/spec"),
        _ => None,
    }
}

/// The images of one list of containers, in order.
fn images<'o>(object: &'o Json, list: &str) -> Vec<&'o str> {
    let kind = object.get("kind").and_then(Json::as_str).unwrap_or_default();
    let containers = pod_path(kind).and_then(|path| object.pointer(&format!("{path}/{list}"))?.as_array());
    let image = |container: &'o Json| container.get("image").and_then(Json::as_str).unwrap_or_default();
    containers.into_iter().flatten().map(image).collect()
}

fn lost_digest(at: Span, object: &Object<'_>, (before, after): (&Json, &Json)) -> Option<Diagnostic> {
    for list in ["containers", "initContainers"] {
        let pairs = images(before, list).into_iter().zip(images(after, list));
        for (index, (was, is)) in pairs.enumerate() {
            let Some((_, digest)) = was.split_once('@').filter(|_| !is.contains('@')) else { continue };
            let place = format!("{}/{list}/{index}/image", pod_path(object.kind)?);
            let message = format!("the override drops the digest of an image of {}", object.title());
            return Some(
                Diagnostic::new(codes::DIGEST_LOST, at, message)
                    .with_secondary(object.span(&place), "this image has a tag and a digest")
                    .with_note(format!("`{is}` comes out: of a tag and a digest Karmada keeps the tag"))
                    .with_help(format!(
                        "replace the whole image: `{{path: {place}, operator: replace, value: \"{is}@{digest}\"}}`"
                    )),
            );
        }
    }
    None
}

fn skipped_cron_job(at: Span, object: &Object<'_>) -> Diagnostic {
    let message = format!("the image override does nothing for {}", object.title());
    Diagnostic::new(codes::OVERRIDE_NO_EFFECT, at, message)
        .with_secondary(object.at(), "the object")
        .with_note(KINDS)
        .with_help(format!(
            "say where the image is: `predicate: {{path: {}/containers/0/image}}`",
            pod_path("CronJob").unwrap_or_default()
        ))
}

fn skipped_init_containers(
    policy: &Policy<'_, OverrideSpec>,
    at: Span,
    (object, before, after): (&Object<'_>, &Json, &Json),
) -> Option<Diagnostic> {
    let has_changed = images(before, "containers") != images(after, "containers");
    if !has_changed || images(before, "initContainers").is_empty() {
        return None;
    }
    let is_aware = rules_of(&policy.spec).iter().any(|(_, overriders)| {
        let predicates = overriders.image_overrider.iter().filter_map(|it| it.predicate.as_ref());
        let mut paths = predicates.map(|it| &it.path).chain(overriders.plaintext.iter().map(|it| &it.path));
        paths.any(|path| path.contains("initContainers"))
    });
    let place = format!("{}/initContainers/0/image", pod_path(object.kind)?);
    let message = format!("the image override leaves the init containers of {} alone", object.title());
    (!is_aware).then(|| {
        Diagnostic::new(codes::INIT_CONTAINERS_SKIPPED, at, message)
            .with_secondary(object.span(&place), "this image comes from its old registry")
            .with_note("without a `predicate` Karmada looks at `containers` only")
            .with_help(format!("add the same overrider with `predicate: {{path: {place}}}`"))
    })
}

/// What is added to a tag must give a tag; otherwise Karmada leaves it as it was.
fn refused_tag(
    overrider: &ImageOverrider,
    at: Span,
    (object, before, after): (&Object<'_>, &Json, &Json),
) -> Option<Diagnostic> {
    let is_added = overrider.operator == OverriderOperator::Add && !overrider.value.is_empty();
    let image = *images(before, "containers").first().filter(|_| is_added && before == after)?;
    let message = format!("`{}` is not added to the tag of `{image}`", overrider.value);
    Some(
        Diagnostic::new(codes::OVERRIDE_TAG_INVALID, at, message)
            .with_secondary(object.at(), "the object")
            .with_note("what comes out would be no tag, and Karmada then leaves the image as it is")
            .with_help("replace the tag: `operator: replace` with the whole one"),
    )
}

/// A registry or repository that makes a reference which no container runtime can read.
fn broken_image(at: Span, object: &Object<'_>, (before, after): (&Json, &Json)) -> Option<Diagnostic> {
    let is_read = |image: &str| ImageReference::parse(image).is_ok();
    for list in ["containers", "initContainers"] {
        let mut pairs = images(before, list).into_iter().zip(images(after, list));
        let Some((was, is)) = pairs.find(|(was, is)| is_read(was) && !is_read(is)) else { continue };
        let message = format!("the override makes an image of {} invalid: `{is}`", object.title());
        return Some(
            Diagnostic::new(codes::INVALID_RESULT, at, message)
                .with_secondary(object.at(), "the object")
                .with_note(format!("`{was}` becomes `{is}`, which no container runtime can pull"))
                .with_help("replace the registry or the repository as a whole"),
        );
    }
    None
}
