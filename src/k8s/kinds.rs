//! Whether a kind that claims to be one of Kubernetes' own is one, and which one is meant where it is not.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::k8s::fields::kind_versions;
use crate::k8s::fields::kinds;
use crate::k8s::version::MinorVersion;
use crate::source::Span;
use std::collections::BTreeMap;

/// The kinds of one version of Kubernetes.
pub struct Kinds {
    version: MinorVersion,
    by_kind: BTreeMap<&'static str, Vec<&'static str>>,
    by_group: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Kinds {
    /// Reads the table.
    #[must_use]
    pub fn new(version: MinorVersion) -> Self {
        let mut all = Self { version, by_kind: BTreeMap::new(), by_group: BTreeMap::new() };
        for (api_version, kind) in kinds(version) {
            all.by_kind.entry(kind).or_default().push(api_version);
            all.by_group.entry(api_version).or_default().push(kind);
        }
        all
    }

    /// Tells whether a kind stands in the table.
    #[must_use]
    pub fn has(&self, api_version: &str, kind: &str) -> bool {
        self.by_group.get(api_version).is_some_and(|kinds| kinds.contains(&kind))
    }
}

/// What is wrong with a kind that claims to be one of Kubernetes' own; nothing for a kind of somebody else.
#[must_use]
pub fn explain_kind(
    known: &Kinds,
    (api_version, kind): (&str, &str),
    (at_version, at_kind): (Span, Span),
) -> Option<Diagnostic> {
    if known.has(api_version, kind) {
        return None;
    }
    let new = |at, message: String| Diagnostic::new(codes::UNKNOWN_API_VERSION, at, message);
    let ranges = kind_versions(api_version, kind);
    if let Some(range) = ranges.first() {
        let message = format!("Kubernetes {} has no `{api_version} {kind}`", known.version);
        return Some(new(at_version, message).with_note(format!("it is in {range}")));
    }
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let is_own = is_own_group(known, group);
    let elsewhere = known.by_kind.get(kind).map(Vec::as_slice).unwrap_or_default();
    let same_group = elsewhere.iter().find(|other| other.split_once('/').map_or("", |it| it.0) == group);
    if let Some(other) = same_group.or_else(|| elsewhere.first().filter(|_| is_own)) {
        let message = format!("Kubernetes has no `{api_version} {kind}`");
        return Some(
            new(at_version, message)
                .with_note(format!("the API server knows {kind} as `{other}` only"))
                .with_replacement("write the apiVersion that there is", at_version, *other),
        );
    }
    let kinds = known.by_group.get(api_version)?;
    let message = format!("`{api_version}` has no kind `{kind}`");
    let diagnostic = new(at_kind, message);
    let near = nearest(kind, kinds.iter().copied());
    // Without a near name it may be a kind that only newer versions have.
    near.map(|near| diagnostic.with_replacement(format!("a similar name exists: `{near}`"), at_kind, near))
}

/// Whether a group is one of Kubernetes' own, those that are gone included.
fn is_own_group(known: &Kinds, group: &str) -> bool {
    group == "extensions"
        || known.by_group.keys().any(|api_version| api_version.split_once('/').map_or("", |it| it.0) == group)
}
