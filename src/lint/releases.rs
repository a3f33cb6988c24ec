//! Policies for an older release of Karmada: fields and words that it does not know yet.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::karmada::admit::PURGE_MODE_PATHS;
use crate::karmada::admit::RENAMED_PURGE_MODES;
use crate::karmada::version::FIELD_RELEASES;
use crate::karmada::version::KarmadaVersion;
use crate::karmada::version::PURGE_MODES_RENAMED;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::world::World;
use crate::source::Span;
use crate::yaml::Entry;
use crate::yaml::Node;

/// Reports E0217 for each field of a policy that came after the release of Karmada that is said.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let Some(version) = world.karmada else { return };
    let is_written = |object: &&Object<'_>| object.author == Author::User && object.is_known_policy();
    for policy in world.objects.iter().filter(is_written) {
        check_policy(policy, version, diagnostics);
    }
}

fn check_policy(policy: &Object<'_>, version: KarmadaVersion, diagnostics: &mut Diagnostics) {
    let is_within =
        |path: &str, above: &str| path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'));
    let mut newer: Vec<&str> = Vec::new();
    for field in FIELD_RELEASES.iter().filter(|field| field.since > version) {
        // What lies within a field that is not known needs no word of its own.
        if newer.iter().any(|above| is_within(field.path, above)) {
            continue;
        }
        newer.push(field.path);
        for entry in find_entries(policy.root, field.path) {
            let lack = format!("does not know `{}`", field.path);
            diagnostics.report(needs_release((version, field.since), &lack, entry.key.span));
        }
    }
    if version >= PURGE_MODES_RENAMED {
        return;
    }
    let known = PURGE_MODE_PATHS.iter().filter(|path| !newer.iter().any(|above| is_within(path, above)));
    for entry in known.flat_map(|path| find_entries(policy.root, path)) {
        let text = entry.value.as_str().unwrap_or_default();
        if let Some((old, new)) = RENAMED_PURGE_MODES.iter().find(|(_, new)| *new == text) {
            let lack = format!("does not know the purge mode `{new}`");
            diagnostics.report(
                needs_release((version, PURGE_MODES_RENAMED), &lack, entry.value.span).with_replacement(
                    "write its old name",
                    entry.value.span,
                    *old,
                ),
            );
        }
    }
}

/// The entries at a path, in all items of lists on the way.
fn find_entries<'a>(node: &'a Node, path: &str) -> Vec<&'a Entry> {
    if let Some(items) = node.as_sequence() {
        return items.iter().flat_map(|item| find_entries(item, path)).collect();
    }
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let entry = node.as_mapping().and_then(|mapping| mapping.entry(name));
    match (entry, rest) {
        (Some(entry), None) => vec![entry],
        (Some(entry), Some(rest)) => find_entries(&entry.value, rest),
        (None, _) => Vec::new(),
    }
}

fn needs_release((version, since): (KarmadaVersion, KarmadaVersion), lack: &str, at: Span) -> Diagnostic {
    Diagnostic::new(codes::NEWER_FIELD, at, format!("Karmada {version} {lack}"))
        .with_note(format!("it comes with Karmada {since}"))
}
