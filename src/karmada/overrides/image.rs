//! Changes of images.
//!
//! Karmada f8fdd02 `pkg/util/overridemanager/imageoverride.go` and `pkg/util/imageparser/parser.go`.

use serde_json::Map;
use serde_json::Value;

use crate::k8s::image::ImageReference;
use crate::k8s::image::is_digest;
use crate::k8s::image::is_tag;
use crate::k8s::patch::Operation;
use crate::karmada::overrides::fault::OverrideFault;
use crate::karmada::policy::overriding::ImageComponent;
use crate::karmada::policy::overriding::ImageOverrider;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::typed::TypedKind;
use crate::karmada::typed::check_types;

/// Builds the patch of the images that an overrider concerns.
pub(super) fn build_operations(
    object: &Value,
    overrider: &ImageOverrider,
) -> Result<Vec<Operation>, OverrideFault> {
    let Some(predicate) = &overrider.predicate else {
        return build_for_containers(object, overrider);
    };
    let path = &predicate.path;
    let image = find_image(object, path)?;
    if !path.starts_with('/') {
        return Err(OverrideFault::ImagePredicate { path: path.clone() });
    }
    let value = Value::String(override_image(image, overrider)?);
    Ok(vec![Operation::Replace { path: path.clone(), value }])
}

/// Without a path: all containers, but no init containers, of six kinds, whatever their API group.
fn build_for_containers(object: &Value, overrider: &ImageOverrider) -> Result<Vec<Operation>, OverrideFault> {
    let (kind, prefix) = match object.get("kind").and_then(Value::as_str) {
        Some("Pod") => (TypedKind::Pod, "/spec"),
        Some("ReplicaSet") => (TypedKind::ReplicaSet, "/spec/template/spec"),
        Some("Deployment") => (TypedKind::Deployment, "/spec/template/spec"),
        Some("DaemonSet") => (TypedKind::DaemonSet, "/spec/template/spec"),
        Some("StatefulSet") => (TypedKind::StatefulSet, "/spec/template/spec"),
        Some("Job") => (TypedKind::Job, "/spec/template/spec"),
        _ => return Ok(Vec::new()),
    };
    check_types(object, kind).map_err(OverrideFault::WrongType)?;
    let containers = object.pointer(prefix).and_then(|spec| spec.get("containers")).and_then(Value::as_array);
    let containers = containers.map(Vec::as_slice).unwrap_or_default().iter().enumerate();
    containers
        .map(|(index, container)| {
            let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
            let value = Value::String(override_image(image, overrider)?);
            Ok(Operation::Replace { path: format!("{prefix}/containers/{index}/image"), value })
        })
        .collect()
}

/// Follows the path of a predicate, which is split at every `/` and knows no `~1`.
fn find_image<'a>(object: &'a Value, path: &str) -> Result<&'a str, OverrideFault> {
    let missing = || OverrideFault::ImagePredicate { path: path.to_owned() };
    let mut segments = path.trim_matches('/').split('/').peekable();
    let mut fields = object.as_object().ok_or_else(missing)?;
    while let Some(segment) = segments.next() {
        let value = fields.get(segment);
        if segments.peek().is_none() {
            return value.and_then(Value::as_str).ok_or_else(missing);
        }
        fields = match value {
            Some(Value::Object(inner)) => inner,
            Some(Value::Array(items)) => {
                let index =
                    segments.next().and_then(|index| index.parse::<i32>().ok()).ok_or_else(missing)?;
                find_item(items, index, path)?
            }
            _ => return Err(missing()),
        };
    }
    // The path ends with a list's index: the same segment is then looked for within that item.
    let last = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
    fields.get(last).and_then(Value::as_str).ok_or_else(missing)
}

/// Karmada takes the item without looking whether there is one, and whether it is an object.
fn find_item<'a>(
    items: &'a [Value],
    index: i32,
    path: &str,
) -> Result<&'a Map<String, Value>, OverrideFault> {
    let item = usize::try_from(index).ok().and_then(|index| items.get(index)).and_then(Value::as_object);
    item.ok_or_else(|| OverrideFault::Panic { reason: format!("`{path}` has no object with index {index}") })
}

/// The parts of an image as Karmada changes them: plain texts, which need not make an image again.
#[derive(Debug)]
struct Parts {
    registry: String,
    repository: String,
    version: Version,
}

#[derive(Debug)]
enum Version {
    None,
    Tag(String),
    Digest(String),
}

/// Changes one part of an image; a tag wins over a digest, which is lost.
fn override_image(image: &str, overrider: &ImageOverrider) -> Result<String, OverrideFault> {
    let parsed = ImageReference::parse_as_karmada(image)
        .map_err(|_| OverrideFault::ImageReference { image: image.to_owned() })?;
    let version = match (parsed.tag(), parsed.digest()) {
        (Some(tag), _) => Version::Tag(tag.to_owned()),
        (None, Some(digest)) => Version::Digest(digest.to_owned()),
        (None, None) => Version::None,
    };
    let mut parts = Parts {
        registry: parsed.registry().unwrap_or_default().to_owned(),
        repository: parsed.repository().to_owned(),
        version,
    };
    match overrider.component {
        ImageComponent::Registry => change_text(&mut parts.registry, overrider),
        ImageComponent::Repository => change_text(&mut parts.repository, overrider),
        ImageComponent::Tag => change_version(&mut parts.version, overrider),
    }
    Ok(parts.join())
}

fn change_text(text: &mut String, overrider: &ImageOverrider) {
    match overrider.operator {
        OverriderOperator::Add => text.push_str(&overrider.value),
        OverriderOperator::Replace => text.clone_from(&overrider.value),
        OverriderOperator::Remove => text.clear(),
    }
}

/// A text that is neither a tag nor a digest leaves the image as it is.
fn change_version(version: &mut Version, overrider: &ImageOverrider) {
    let mut text = match &version {
        Version::None => String::new(),
        Version::Tag(text) | Version::Digest(text) => text.clone(),
    };
    change_text(&mut text, overrider);
    if overrider.operator == OverriderOperator::Remove {
        *version = Version::None;
    } else if is_tag(&text) {
        *version = Version::Tag(text);
    } else if is_digest(&text) {
        *version = Version::Digest(text);
    }
}

impl Parts {
    fn join(&self) -> String {
        let slash = if self.registry.is_empty() { "" } else { "/" };
        let version = match &self.version {
            Version::None => String::new(),
            Version::Tag(tag) => format!(":{tag}"),
            Version::Digest(digest) => format!("@{digest}"),
        };
        format!("{}{slash}{}{version}", self.registry, self.repository)
    }
}
