//! Apps and Fleets as files that a person goes on with.

use crate::import::Draft;
use crate::yaml::Layout;
use crate::yaml::Node;
use crate::yaml::write_compact;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Leads an editor to the schema of an App.
const APP_SCHEMA: &str = "# yaml-language-server: $schema=https://pelago.dev/schemas/app.v1alpha1.json\n";

/// Leads an editor to the schema of a Fleet.
const FLEET_SCHEMA: &str = "# yaml-language-server: $schema=https://pelago.dev/schemas/fleet.v1alpha1.json\n";

/// The file of a Fleet.
const FLEET: &str = "fleet";

/// As the examples are written.
const LAYOUT: Layout = Layout {
    width: 120,
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
        "clusters",
    ],
};

/// Writes one App after another, the Fleet first.
#[must_use]
pub fn write_drafts(drafts: &[Draft], fleet: Option<&Node>) -> Vec<String> {
    let mut texts: Vec<String> = fleet.map(write_fleet).into_iter().collect();
    for draft in drafts {
        if !texts.is_empty() {
            texts.push("---\n".to_owned());
        }
        texts.push(write_draft(draft));
    }
    texts
}

/// A file for each App, `<app>.yaml`, below a folder for each namespace where there are several; and `fleet.yaml`.
#[must_use]
pub fn draft_files(drafts: &[Draft], fleet: Option<&Node>) -> BTreeMap<PathBuf, String> {
    let namespaces: BTreeSet<&str> = drafts.iter().map(|draft| draft.namespace.as_str()).collect();
    let path = |draft: &Draft| {
        // An App may have the name of the Fleet's file.
        let ending = if draft.name == FLEET { "-app" } else { "" };
        let file = format!("{}{ending}.yaml", draft.name);
        if namespaces.len() > 1 { PathBuf::from(&draft.namespace).join(file) } else { PathBuf::from(file) }
    };
    let apps = drafts.iter().map(|draft| (path(draft), write_draft(draft)));
    let fleet = fleet.map(|fleet| (PathBuf::from(format!("{FLEET}.yaml")), write_fleet(fleet)));
    apps.chain(fleet).collect()
}

fn write_draft(draft: &Draft) -> String {
    format!("{APP_SCHEMA}{}", write_compact(&draft.root.to_json(), LAYOUT))
}

fn write_fleet(fleet: &Node) -> String {
    format!("{FLEET_SCHEMA}{}", write_compact(&fleet.to_json(), LAYOUT))
}
