//! What the flags of a run put over every App: the profile, values files, and settings.

use crate::compile::Request;
use crate::compile::diagnostics;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::document::Document;
use crate::error::Error;
use crate::parse::parse;
use crate::resolve::Layers;
use crate::resolve::Setting;
use crate::resolve::Typing;
use crate::resolve::parse_settings;
use crate::resolve::written_name;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::system::System;
use crate::tree;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Reads what the flags name; each flag becomes a text of its own, so that faults can point into it.
pub(super) fn read_layers(
    request: &Request,
    system: &dyn System,
    (sources, diagnostics): (&mut SourceMap, &mut Diagnostics),
) -> Result<Layers, Error> {
    let profile = request.profile.as_ref().map(|name| {
        let file = sources.add(PathBuf::from("--profile"), name.clone());
        let end = u32::try_from(name.len()).unwrap_or(u32::MAX);
        Spanned::new(name.clone(), Span { file, start: 0, end })
    });
    let mut values = Vec::new();
    for path in &request.values {
        for (file, _) in
            discover(std::slice::from_ref(path), Quarry::Manifests, system, (sources, diagnostics))?
        {
            for document in parse(file, sources, diagnostics) {
                match document.root.as_mapping() {
                    Some(_) => values.push(document.root),
                    None => {
                        diagnostics.report(diagnostics::values_are_no_map(&document.root));
                    }
                }
            }
        }
    }
    let mut settings = read_settings("--set", &request.set, Typing::Guessed, (sources, diagnostics));
    settings.extend(read_settings("--set-string", &request.set_string, Typing::Text, (sources, diagnostics)));
    Ok(Layers { profile, values, settings })
}

/// All uses of one flag make one text, each on a line of its own.
fn read_settings(
    flag: &str,
    uses: &[String],
    typing: Typing,
    (sources, diagnostics): (&mut SourceMap, &mut Diagnostics),
) -> Vec<Setting> {
    if uses.is_empty() {
        return Vec::new();
    }
    let text = uses.join("\n");
    let file = sources.add(PathBuf::from(flag), text.clone());
    let mut settings = Vec::new();
    let mut start = 0;
    for written in uses {
        let end = start + written.len();
        match parse_settings((file, &text), start..end, typing) {
            Ok(parsed) => settings.extend(parsed),
            Err(fault) => {
                diagnostics.report(*fault);
            }
        }
        start = end + 1;
    }
    settings
}

/// Reports a profile that no App has, and settings for Apps that there are not.
pub(super) fn check_layers(apps: &[Document], layers: &Layers, diagnostics: &mut Diagnostics) {
    if let Some(profile) = &layers.profile {
        let names = apps.iter().filter_map(|app| tree::find(&app.root, &["spec", "profiles"])?.as_mapping());
        let mut names: Vec<&str> = names.flatten().map(|entry| entry.key.value.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if !names.contains(&profile.value.as_str()) && !apps.is_empty() {
            diagnostics.report(diagnostics::unknown_profile(profile, &names));
        }
    }
    let names = apps.iter().filter_map(|app| app.root.as_mapping()).map(written_name);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    for app in layers.settings.iter().filter_map(|setting| setting.app.as_ref()) {
        if !names.contains(&app.value.as_str()) {
            diagnostics.report(diagnostics::setting_of_unknown_app(app, &names));
        }
    }
}

/// Looks at what all Apps tell of one flag or values file: each fault counts once, whatever else its App says of it, and
/// that a variable is not used counts where no App uses it.
pub(super) fn join_outside(
    mut resolved: Vec<(Document, Diagnostics)>,
    layers: &Layers,
) -> Vec<(Document, Diagnostics)> {
    let values = layers.values.iter().map(|node| node.span.file);
    let settings = layers.settings.iter().map(|setting| setting.value.span.file);
    let outside: BTreeSet<FileId> = values.chain(settings).collect();
    if outside.is_empty() {
        return resolved;
    }
    let is_outside = |diagnostic: &Diagnostic| outside.contains(&diagnostic.primary.span.file);
    let mut counts: BTreeMap<(Span, &str, String), usize> = BTreeMap::new();
    let key =
        |diagnostic: &Diagnostic| (diagnostic.primary.span, diagnostic.code.id, diagnostic.message.clone());
    for diagnostic in resolved.iter().flat_map(|(_, found)| found.iter()).filter(|found| is_outside(found)) {
        *counts.entry(key(diagnostic)).or_default() += 1;
    }
    let apps = resolved.len();
    for (_, found) in &mut resolved {
        found.retain(|diagnostic| {
            if !is_outside(diagnostic) {
                return true;
            }
            let is_unused = diagnostic.code == codes::UNUSED_VARIABLE;
            counts.remove(&key(diagnostic)).is_some_and(|count| !is_unused || count == apps)
        });
    }
    resolved
}
