//! Changes of images: the parts that change, where that is all that happens to the image, else another image.

use crate::import::overrides::body::Body;
use crate::import::overrides::home::Container;
use crate::k8s::image::ImageReference;
use crate::k8s::image::is_digest;
use crate::karmada::policy::overriding::ImageComponent;
use crate::karmada::policy::overriding::ImageOverrider;
use crate::karmada::policy::overriding::OverriderOperator;
use serde_json::Map;
use serde_json::Value as Json;

/// The key of an entry for a part of an image.
type Part = (&'static str, String);

/// The part of an image that an overrider sets.
pub(super) fn part_of(overrider: &ImageOverrider) -> Option<Part> {
    if overrider.operator != OverriderOperator::Replace {
        return None;
    }
    let key = match overrider.component {
        ImageComponent::Registry => "registry",
        ImageComponent::Repository => "repository",
        ImageComponent::Tag if is_digest(&overrider.value) => "digest",
        ImageComponent::Tag => "tag",
    };
    Some((key, overrider.value.clone()))
}

/// The change of an image from one text to another: a part added to those that change already, where they together make the
/// new image of the first one.
pub(super) fn image_change(
    original: &str,
    changed: &str,
    (known, part): (Option<&Json>, Option<Part>),
) -> Json {
    let parts = match (known, part) {
        (None, Some(part)) => Some((Map::new(), part)),
        (Some(Json::Object(parts)), Some(part)) => Some((parts.clone(), part)),
        (_, _) => None,
    };
    let Some((mut parts, (key, value))) = parts else { return Json::from(changed) };
    parts.insert(key.to_owned(), Json::String(value));
    if with_parts(original, &parts).as_deref() == Some(changed) {
        Json::Object(parts)
    } else {
        Json::from(changed)
    }
}

/// The image with other parts, as an App changes it: another tag drops the digest, unless there is another one too.
fn with_parts(image: &str, parts: &Map<String, Json>) -> Option<String> {
    let part = |key: &str| parts.get(key).and_then(Json::as_str);
    let mut reference = ImageReference::parse(image).ok()?;
    if let Some(registry) = part("registry") {
        reference = reference.with_registry(registry).ok()?;
    }
    if let Some(repository) = part("repository") {
        reference = reference.with_repository(repository).ok()?;
    }
    if let Some(tag) = part("tag") {
        reference = reference.with_tag(tag).ok()?;
    }
    if let Some(digest) = part("digest") {
        reference = reference.with_digest(digest).ok()?;
    }
    Some(reference.to_string())
}

/// Where all containers and init containers get the same parts, it is a change of `images`. Images that are written whole and
/// are the same ones on another registry change their registry alone.
pub(super) fn gather_images(body: &mut Body, object: &Json, containers: &[Container]) {
    let path = |container: &Container| ["containers", &container.name, "image"].map(str::to_owned);
    let changes: Option<Vec<Map<String, Json>>> = containers
        .iter()
        .map(|container| {
            let change = body.get(&path(container))?;
            let parts = change.as_object().cloned();
            parts.or_else(|| other_registry(container.image(object)?, change.as_str()?))
        })
        .collect();
    let Some(changes) = changes else { return };
    let Some(first) = changes.first() else { return };
    if changes.iter().any(|change| change != first) {
        return;
    }
    let parts = Json::Object(first.clone());
    if let [only] = containers {
        body.set(&path(only), parts);
        return;
    }
    for container in containers {
        body.remove(&path(container));
    }
    body.set(&["images".to_owned()], parts);
}

/// The registry, where it is all that tells two images apart.
fn other_registry(original: &str, changed: &str) -> Option<Map<String, Json>> {
    let registry = ImageReference::parse(changed).ok()?.registry()?.to_owned();
    let parts = Map::from_iter([("registry".to_owned(), Json::String(registry))]);
    (with_parts(original, &parts)? == changed).then_some(parts)
}
