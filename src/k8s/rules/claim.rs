//! Claims of storage: kubernetes v1.33 `pkg/apis/core/validation` `ValidatePersistentVolumeClaimSpec`.

use crate::k8s::quantity::Quantity;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::resources::check_bytes;
use crate::k8s::rules::selector::check_selector;
use std::cmp::Ordering;

/// Checks what a claim asks for.
pub(super) fn check(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    check_modes(spec, found);
    if let Some(selector) = spec.get("selector") {
        check_selector(&selector, found);
    }
    if let Some(source) = spec.get("dataSource") {
        check_source(&source, found);
    }
    let Some(resources) = spec.get("resources") else { return };
    let Some(requests) = resources.get("requests") else { return };
    let Some(size) = requests.get("storage") else { return };
    let Ok(quantity) = Quantity::from_json(size.value) else { return };
    if quantity.sign() == Ordering::Greater {
        check_bytes(("storage", "Gi"), (&size, &quantity), found);
    } else {
        found.push(Breach::value(&size, "a claim asks for more than no storage"));
    }
}

fn check_modes(spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(modes) = spec.get("accessModes") else { return };
    if modes.is_empty_list() {
        found.push(Breach::value(&modes, "a claim needs an access mode"));
    }
    if let Some(alone) = modes.items().find(|mode| mode.value.as_str() == Some("ReadWriteOncePod"))
        && modes.len() > 1
    {
        found.push(
            Breach::value(&alone, "`ReadWriteOncePod` stands alone")
                .note("a volume for one pod is for no other node either"),
        );
    }
}

/// kubernetes v1.33 `pkg/apis/core/validation` `validateDataSource`.
fn check_source(source: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(kind) = source.get("kind") else { return };
    let word = kind.value.as_str().unwrap_or_default();
    if source.text("apiGroup").unwrap_or_default().is_empty() && word != "PersistentVolumeClaim" {
        let breach = Breach::value(&kind, format!("the core group has no `{word}` to fill a volume from"));
        found.push(if word == "VolumeSnapshot" {
            breach.help("add `apiGroup: snapshot.storage.k8s.io` beside it")
        } else {
            breach.help("add the `apiGroup` of the kind, or take a `PersistentVolumeClaim`")
        });
    }
}
