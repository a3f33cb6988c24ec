//! Settings in a `functionConfig`: a `ConfigMap` whose keys are the names of flags.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::document::DocumentKind;
use crate::k8s::version::MinorVersion;
use crate::karmada::version::KarmadaVersion;
use crate::krm::Fate;
use crate::krm::Options;
use crate::krm::diagnostics as messages;
use crate::krm::list::List;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use std::path::PathBuf;

/// The settings that there are.
pub(super) const SETTINGS: [&str; 12] = [
    "allow",
    "deny",
    "fleet",
    "karmadaVersion",
    "kubernetesVersion",
    "namespace",
    "profile",
    "set",
    "setString",
    "sources",
    "values",
    "with",
];

/// Takes the settings of the `functionConfig`, over those of the command line.
///
/// Reports E0721 to E0723.
pub(super) fn read_settings(list: &List, options: &mut Options, diagnostics: &mut Diagnostics) {
    for item in list.config.iter().filter(|item| item.kind == DocumentKind::Other) {
        for fault in read_config_map(&item.root, options) {
            diagnostics.report(fault);
        }
    }
}

fn read_config_map(root: &Node, options: &mut Options) -> Vec<Diagnostic> {
    let text = |key: &str| tree::get(root, key).and_then(Node::as_str).unwrap_or_default();
    if (text("apiVersion"), text("kind")) != ("v1", "ConfigMap") {
        return vec![messages::unknown_config(root)];
    }
    let Some(data) = tree::get(root, "data") else { return Vec::new() };
    let entries = data.as_mapping().into_iter().flatten();
    entries.filter_map(|entry| read_setting(entry, options).err()).map(|fault| *fault).collect()
}

fn read_setting(entry: &Entry, options: &mut Options) -> Result<(), Box<Diagnostic>> {
    let key = entry.key.value.as_str();
    let Some(text) = entry.value.as_str() else {
        return Err(Box::new(messages::setting_is_no_text(key, &entry.value)));
    };
    let invalid = |reason: String| Box::new(messages::invalid_setting(key, entry.value.span, &reason));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let request = &mut options.request;
    match key {
        "namespace" => request.namespace = Some(text.to_owned()),
        "profile" => request.profile = Some(text.to_owned()),
        "fleet" => request.fleet = Some(PathBuf::from(text)),
        "values" => request.values.extend(lines.map(PathBuf::from)),
        "with" => request.with.extend(lines.map(PathBuf::from)),
        "set" => request.set.extend(lines.map(str::to_owned)),
        "setString" => request.set_string.extend(lines.map(str::to_owned)),
        "karmadaVersion" => {
            let version = text.parse::<KarmadaVersion>();
            request.karmada_version = Some(version.map_err(|error| invalid(error.to_string()))?);
        }
        "kubernetesVersion" => {
            let version = MinorVersion::parse(text);
            request.kubernetes_version = Some(version.map_err(|error| invalid(error.to_string()))?);
        }
        "allow" | "deny" => {
            for id in lines {
                let levels = &mut request.levels;
                let set = if key == "allow" { levels.allow(id) } else { levels.deny(id) };
                set.map_err(|error| invalid(error.to_string()))?;
            }
        }
        "sources" => {
            let fate = read_fate(text).ok_or_else(|| invalid("expected `keep` or `drop`".to_owned()));
            options.sources = Some(fate?);
        }
        _ => return Err(Box::new(messages::unknown_setting(&entry.key))),
    }
    Ok(())
}

fn read_fate(text: &str) -> Option<Fate> {
    match text {
        "keep" => Some(Fate::Keep),
        "drop" => Some(Fate::Drop),
        _ => None,
    }
}
