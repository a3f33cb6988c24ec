//! Volumes and where they are mounted: kubernetes v1.33 `pkg/apis/core/validation` `ValidateVolumes`, `ValidateVolumeMounts`.

use crate::diagnostic::codes;
use crate::k8s::name::check_dns_label;
use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_twice;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata::invalid;

/// Checks the volumes of a pod.
pub(super) fn check_volumes(pod: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(volumes) = pod.get("volumes") else { return };
    refuse_twice(Some(&volumes), "name", |name| format!("the pod has two volumes `{name}`"), found);
    for volume in volumes.items() {
        check_volume(&volume, found);
    }
}

fn check_volume(volume: &Cursor<'_>, found: &mut Vec<Breach>) {
    let name = volume.text("name").unwrap_or_default();
    if let (Some(at), Err(error)) = (volume.get("name"), check_dns_label(name)) {
        found.push(invalid(Breach::value, (&at, name, "name"), &error, codes::INVALID_NAME));
    }
    let sources: Vec<Cursor<'_>> =
        volume.entries().filter(|(key, _)| *key != "name").map(|(_, source)| source).collect();
    match sources.as_slice() {
        [] => {
            let message = format!("the volume `{name}` does not say what it holds");
            found.push(Breach::missing(volume, message).help("add a source, such as `emptyDir: {}`"));
        }
        [_] => {}
        [first, second, ..] => {
            let message =
                format!("the volume `{name}` holds two things, `{}` and `{}`", first.key(), second.key());
            found.push(Breach::key(second, message).related(first, "the first one"));
        }
    }
    for source in &sources {
        if let Some(path) = source.get("path").filter(|_| source.key() == "hostPath") {
            refuse_backsteps(&path, found);
            refuse_relative(&path, found);
        }
        let Some(items) = source.get("items") else { continue };
        for item in items.items() {
            if let Some(path) = item.get("path") {
                check_descending(&path, found);
            }
        }
    }
}

/// Checks where the volumes are mounted in a container.
pub(super) fn check_mounts(container: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(mounts) = container.get("volumeMounts") else { return };
    refuse_twice(Some(&mounts), "mountPath", |path| format!("two volumes are mounted at `{path}`"), found);
    for mount in mounts.items() {
        for key in ["subPath", "subPathExpr"] {
            if let Some(path) = mount.get(key) {
                check_descending(&path, found);
            }
        }
        if let (Some(first), Some(second)) = (mount.get("subPath"), mount.get("subPathExpr")) {
            found.push(
                Breach::key(&second, "`subPathExpr` stands beside `subPath`")
                    .related(&first, "the other one"),
            );
        }
        let is_privileged =
            container.get("securityContext").is_some_and(|context| context.is_true("privileged"));
        if let Some(propagation) = mount.get("mountPropagation")
            && propagation.value.as_str() == Some("Bidirectional")
            && !is_privileged
        {
            found.push(Breach::value(&propagation, "`Bidirectional` needs a privileged container"));
        }
    }
}

fn check_descending(path: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = path.value.as_str().unwrap_or_default();
    if text.starts_with('/') {
        let message = format!("the path `{text}` is counted from the volume, so it does not begin with `/`");
        found.push(Breach::value(path, message).replace(text.trim_start_matches('/').to_owned()));
    }
    refuse_backsteps(path, found);
}

/// Kubernetes takes it, and no kubelet mounts it. A path of Windows begins with a drive.
fn refuse_relative(path: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = path.value.as_str().unwrap_or_default();
    let has_drive = matches!(text.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic());
    if !text.starts_with(['/', '\\']) && !has_drive {
        let message = format!("the path `{text}` on the node does not begin with `/`");
        found.push(Breach::value(path, message).replace(format!("/{text}")));
    }
}

fn refuse_backsteps(path: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = path.value.as_str().unwrap_or_default();
    if text.split('/').any(|step| step == "..") {
        found.push(Breach::value(path, format!("the path `{text}` has a `..`, which Kubernetes refuses")));
    }
}
