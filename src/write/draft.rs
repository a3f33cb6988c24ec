//! Apps as files that a person goes on with.

use crate::import::Draft;
use crate::yaml::Layout;
use crate::yaml::write_compact;

/// Leads an editor to the schema.
const SCHEMA: &str = "# yaml-language-server: $schema=https://pelago.dev/schemas/app.v1alpha1.json\n";

/// As the examples are written.
const LAYOUT: Layout = Layout {
    width: 100,
    height: 2,
    open: &[
        "spec",
        "containers",
        "initContainers",
        "env",
        "mounts",
        "services",
        "ingresses",
        "configMaps",
        "secrets",
        "persistentVolumeClaims",
    ],
};

/// Writes one App after another.
#[must_use]
pub fn write_drafts(drafts: &[Draft]) -> Vec<String> {
    let mut texts = Vec::new();
    for draft in drafts {
        if !texts.is_empty() {
            texts.push("---\n".to_owned());
        }
        texts.push(write_draft(draft));
    }
    texts
}

/// Writes one App.
#[must_use]
pub fn write_draft(draft: &Draft) -> String {
    format!("{SCHEMA}{}", write_compact(&draft.root.to_json(), LAYOUT))
}
