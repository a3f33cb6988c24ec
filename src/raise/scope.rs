//! What placeholders stand for: metadata, and what resources give.

use crate::diagnostic::Diagnostics;
use crate::k8s::name::check_dns_subdomain;
use crate::raise::diagnostics;
use crate::raise::placeholder::Segment;
use crate::raise::placeholder::segments;
use crate::raise::placeholder::words;
use crate::raise::workload::Resource;
use crate::raise::workload::Workload;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The ports of all workloads, by the names of both.
pub(super) type Neighbours<'a> = BTreeMap<&'a str, BTreeMap<&'a str, u16>>;

/// A piece of a text whose placeholders are filled in as far as they can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text.
    Text(String),
    /// What a resource gives.
    Output(Output),
}

/// What a resource gives: a key of the Secret that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// The name of the resource.
    pub(super) resource: String,
    /// The name of the Secret.
    pub(super) secret: String,
    /// The key.
    pub(super) key: String,
    /// The placeholder as it is written.
    pub(super) written: String,
    /// Where it stands.
    pub(super) at: Span,
}

/// How a workload uses a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// The keys of its Secret.
    pub(super) keys: BTreeSet<String>,
    /// Whether it is mounted.
    pub(super) is_mounted: bool,
}

/// The objects that are there already, by kind and name.
pub(super) type Present = BTreeSet<(String, String)>;

/// What the placeholders of a workload may refer to.
pub(super) struct Scope<'a> {
    /// The workload.
    pub(super) workload: &'a Workload,
    pub(super) neighbours: &'a Neighbours<'a>,
    pub(super) present: &'a Present,
    pub(super) sources: &'a SourceMap,
    /// How each resource is used that is.
    pub(super) uses: BTreeMap<String, Use>,
    /// The keys of metadata that are used.
    pub(super) metadata: BTreeSet<String>,
    /// The claims that are mounted by their own names.
    pub(super) claims: Vec<Spanned<String>>,
}

/// Finds the places of placeholders in a text, in the order written.
pub(super) struct Places<'a> {
    text: Span,
    /// The text as it is written, from behind the last placeholder on; nothing once one is written otherwise.
    rest: Option<&'a str>,
}

impl<'a> Places<'a> {
    /// Begins at a text.
    pub(super) fn of(text: Span, sources: &'a SourceMap) -> Self {
        Self { text, rest: Some(sources.text(text)) }
    }

    /// The place of the next placeholder; all of the text where that cannot be told.
    pub(super) fn next(&mut self, inner: &str) -> Span {
        let written = format!("${{{inner}}}");
        let found = self.rest.and_then(|rest| rest.split_once(&written));
        self.rest = found.map(|(_, behind)| behind);
        let behind = self.rest.and_then(|rest| u32::try_from(rest.len()).ok());
        let end = behind.map(|behind| self.text.end - behind);
        match (end, u32::try_from(written.len())) {
            (Some(end), Ok(length)) => Span { start: end - length, end, ..self.text },
            _ => self.text,
        }
    }
}

impl<'a> Scope<'a> {
    /// The name of the workload.
    pub(super) fn name(&self) -> &'a str {
        self.workload.metadata.name.value.as_str()
    }

    /// Fills the placeholders of a text in. Reports E0641.
    pub(super) fn fill(&mut self, text: &Spanned<String>, diagnostics: &mut Diagnostics) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut places = Places::of(text.span, self.sources);
        for segment in segments(&text.value) {
            let piece = match segment {
                Segment::Text(segment) => Piece::Text(segment.to_owned()),
                Segment::Placeholder(inner) => {
                    self.resolve(&Spanned::new(inner, places.next(inner)), diagnostics)
                }
            };
            match (pieces.last_mut(), piece) {
                (Some(Piece::Text(last)), Piece::Text(next)) => last.push_str(&next),
                (_, piece) => pieces.push(piece),
            }
        }
        pieces
    }

    /// Tells whether an object is there already.
    pub(super) fn is_present(&self, kind: &str, name: &str) -> bool {
        self.present.contains(&(kind.to_owned(), name.to_owned()))
    }

    fn resolve(&mut self, inner: &Spanned<&str>, diagnostics: &mut Diagnostics) -> Piece {
        let words = words(inner.value);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["metadata", key, path @ ..] => self.resolve_metadata((key, path), inner, diagnostics),
            ["resources", resource, path @ ..] => self.resolve_output((resource, path), inner, diagnostics),
            _ => {
                diagnostics.report(diagnostics::unknown_root(inner));
                Piece::Text(String::new())
            }
        }
    }

    fn resolve_metadata(
        &mut self,
        (key, path): (&str, &[&str]),
        inner: &Spanned<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Piece {
        let mut node = &self.workload.metadata.root;
        for word in [key].iter().chain(path) {
            let Some(below) = tree::get(node, word) else {
                let known = node.as_mapping().into_iter().flatten();
                let known: Vec<&str> = known.map(|entry| entry.key.value.as_str()).collect();
                diagnostics.report(diagnostics::unknown_metadata(inner, word, &known));
                return Piece::Text(String::new());
            };
            node = below;
        }
        self.metadata.insert(key.to_owned());
        Piece::Text(plain(node))
    }

    fn resolve_output(
        &mut self,
        (name, path): (&str, &[&str]),
        inner: &Spanned<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Piece {
        let Some(resource) = self.find_resource(name, inner, diagnostics) else {
            return Piece::Text(String::new());
        };
        let used = self.uses.entry(name.to_owned()).or_default();
        if path.iter().all(|word| word.is_empty()) {
            diagnostics.report(diagnostics::no_output(inner, name));
            return Piece::Text(String::new());
        }
        let key = path.join(".");
        if let Some(text) = known_output((name, resource), &key, self.neighbours) {
            return Piece::Text(text);
        }
        let key = usable(&key, |character| character.is_ascii_alphanumeric() || "-_.".contains(character));
        used.keys.insert(key.clone());
        Piece::Output(Output {
            resource: name.to_owned(),
            secret: self.stand_in(name, resource),
            key,
            written: format!("${{{}}}", inner.value),
            at: inner.span,
        })
    }

    /// The resource that a placeholder names. Reports E0641.
    pub(super) fn find_resource(
        &self,
        name: &str,
        inner: &Spanned<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<&'a Resource> {
        let resources = &self.workload.resources;
        let found = resources.get(name);
        let is_lost = resources.has_lost(name) || self.workload.lost.iter().any(|key| key == "resources");
        if found.is_none() && !is_lost {
            let known: Vec<&str> = resources.keys().collect();
            diagnostics.report(diagnostics::unknown_resource(inner, name, &known));
        }
        found
    }

    /// The name of the Secret or the claim that stands for a resource: of the workload's own, or of one that several share.
    pub(super) fn stand_in(&self, name: &str, resource: &Resource) -> String {
        let parts = match &resource.id {
            Some(id) => {
                let class = resource.class.as_deref().filter(|class| *class != "default");
                [Some(resource.resource_type.value.as_str()), class, Some(id)]
            }
            None => [Some(self.name()), None, Some(name)],
        };
        let text: Vec<&str> = parts.into_iter().flatten().collect();
        let text = text.join("-").to_lowercase();
        let name = usable(&text, |character| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '.'
        });
        if check_dns_subdomain(&name).is_ok() { name } else { name.replace('.', "-") }
    }
}

/// The text with `-` for each character that will not do.
fn usable(text: &str, is_usable: impl Fn(char) -> bool) -> String {
    text.chars().map(|character| if is_usable(character) { character } else { '-' }).collect()
}

/// What is known of a resource without anybody who provides it.
fn known_output(
    (name, resource): (&str, &Resource),
    key: &str,
    neighbours: &Neighbours<'_>,
) -> Option<String> {
    let workload = other_workload((name, resource));
    let port = || {
        let port = plain(resource.params.get("port")?);
        let number = neighbours.get(workload?).and_then(|ports| ports.get(port.as_str()));
        Some((number.map(u16::to_string), port))
    };
    // The name of another workload is that of its Service.
    let known = match (resource.resource_type.value.as_str(), key) {
        ("service", "name") | ("service-port", "hostname") => workload.map(str::to_owned),
        ("service", "url") => workload.map(|host| match port() {
            Some((number, port)) => format!("http://{host}:{}", number.unwrap_or(port)),
            None => format!("http://{host}"),
        }),
        ("service-port", "port") => port().and_then(|(number, _)| number),
        _ => None,
    };
    known.or_else(|| Some(resource.properties.get(key)?.default.as_ref()?.0.clone()))
}

/// The workload that a resource leads to, as the provisioners that Score's community shares know it.
pub(super) fn other_workload<'a>((name, resource): (&'a str, &'a Resource)) -> Option<&'a str> {
    match resource.resource_type.value.as_str() {
        "service" => resource.id.as_deref().unwrap_or(name).rsplit('.').next(),
        "service-port" => resource.params.get("workload").and_then(Node::as_str),
        _ => None,
    }
}

/// A value as text.
pub(super) fn plain(node: &Node) -> String {
    node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned)
}
