//! Purge modes, which have other names since Karmada 1.15.

use crate::karmada::version::KarmadaVersion;
use crate::karmada::version::PURGE_MODES_RENAMED;
use serde_json::Value as Json;

/// Where policies name a purge mode.
pub const PURGE_MODE_PATHS: [&str; 2] =
    ["spec.failover.application.purgeMode", "spec.failover.cluster.purgeMode"];

/// The old and the new name of each purge mode that has two.
pub const RENAMED_PURGE_MODES: [(&str, &str); 2] =
    [("Graciously", "Gracefully"), ("Immediately", "Directly")];

/// Puts today's names in the place of the purge modes of an older release: this admission is that of the newest.
pub fn rename_purge_modes(policy: &mut Json, version: Option<KarmadaVersion>) {
    if version.is_none_or(|version| version >= PURGE_MODES_RENAMED) {
        return;
    }
    for path in PURGE_MODE_PATHS {
        let Some(mode) = policy.pointer_mut(&format!("/{}", path.replace('.', "/"))) else { continue };
        if let Some((_, new)) = RENAMED_PURGE_MODES.iter().find(|(old, _)| mode.as_str() == Some(old)) {
            *mode = Json::from(*new);
        }
    }
}
