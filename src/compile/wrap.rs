//! Adds to a stream of objects the policies that send them to clusters.

use crate::bundle::App;
use crate::compile::Compilation;
use crate::compile::Input;
use crate::compile::Request;
use crate::compile::compile_input;
use crate::compile::default_namespace::add_flag;
use crate::compile::diagnostics;
use crate::compile::is_template;
use crate::compile::parse_all;
use crate::compile::settle::settle;
use crate::diagnostic::Diagnostics;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::document::Attachments;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::error::Error;
use crate::import::no_object;
use crate::k8s::name::check_dns_label;
use crate::parse::API_VERSION;
use crate::parse::parse;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::WorkloadKind;
use crate::system::System;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

/// The label in which charts repeat the name of the release.
const INSTANCE: &str = "app.kubernetes.io/instance";

/// Where a stream goes, and what is said about it elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrapping {
    /// Who says it.
    pub author: Author,
    /// What the App is compiled with; its paths are not read. An App of another namespace than the one it asks for is an error.
    pub request: Request,
}

/// Who says where a stream goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// The one App in a file or folder; a Fleet may stand beside it.
    App(PathBuf),
    /// The command line.
    Flags(Flags),
}

impl Default for Author {
    fn default() -> Self {
        Self::Flags(Flags::default())
    }
}

/// An App that is written as flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// Its name; without one, that of the release, else of the first workload, else of the first object.
    pub name: Option<String>,
    /// The clusters of its placement.
    pub clusters: Vec<String>,
    /// The placement of the Fleet that it has, or starts from.
    pub placement: Option<String>,
    /// How replicas are shared out.
    pub strategy: Option<String>,
    /// What the objects refer to and is on the control plane already.
    pub external: Vec<External>,
}

/// An object that is on the control plane already, as in `Secret/web-login`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct External {
    text: String,
    /// The key of an App's spec that has its kind.
    section: &'static str,
    /// Where the name begins.
    name: usize,
}

impl FromStr for External {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, name) = text.split_once('/').ok_or("expected KIND/NAME, as in `Secret/web-login`")?;
        let section = match kind.to_lowercase().as_str() {
            "configmap" | "configmaps" | "cm" => "configMaps",
            "secret" | "secrets" => "secrets",
            "persistentvolumeclaim" | "persistentvolumeclaims" | "pvc" => "persistentVolumeClaims",
            _ => return Err("expected a ConfigMap, a Secret, or a PersistentVolumeClaim".to_owned()),
        };
        Ok(Self { text: text.to_owned(), section, name: text.len() - name.len() })
    }
}

/// Compiles an App around the objects of a stream, which is read from standard input and is the first of the sources. What comes
/// of it holds the objects of the stream too, in their order.
///
/// Reports E0601, E0702, E0703, and all that `compile` does.
///
/// # Errors
/// A file that is named cannot be read, or there is no App in it; nothing tells how the policies are to be called.
pub fn wrap<T: Send>(
    wrapping: &Wrapping,
    system: &dyn System,
    finish: impl Fn(App) -> T + Sync + Send,
) -> Result<Compilation<T>, Error> {
    let mut input = Input::default();
    let Input { sources, diagnostics, .. } = &mut input;
    let files = discover(&[PathBuf::from("-")], Quarry::Objects, system, (sources, diagnostics))?;
    let objects: Vec<Node> =
        files.iter().flat_map(|(file, _)| read_objects(*file, sources, diagnostics)).collect();
    if !input.diagnostics.has_errors() {
        add_app(wrapping, &objects, &mut input, system)?;
    }
    if input.diagnostics.has_errors() {
        // What cannot be read of the stream would be missed by the rest.
        let diagnostics = settle(input.diagnostics, &input.sources, &wrapping.request);
        return Ok(Compilation { sources: input.sources, diagnostics, apps: Vec::new(), manifests: 0 });
    }
    input.stream = Some(objects);
    compile_input(input, &wrapping.request, system, finish)
}

/// Adds the App to what is compiled, with the namespace of the command line.
fn add_app(
    wrapping: &Wrapping,
    objects: &[Node],
    input: &mut Input,
    system: &dyn System,
) -> Result<(), Error> {
    let app = match &wrapping.author {
        Author::App(path) => Some(read_app(path, input, system)?),
        Author::Flags(flags) => write_app(flags, objects, input)?,
    };
    if let Some((namespace, app)) = wrapping.request.namespace.as_ref().zip(app) {
        let namespace = add_flag("--namespace", namespace, &mut input.sources);
        set_namespace(input.documents.get_mut(app), &namespace, &mut input.diagnostics);
    }
    Ok(())
}

/// Reads the objects of a stream in their order, those of a list each for itself.
fn read_objects(file: FileId, sources: &SourceMap, diagnostics: &mut Diagnostics) -> Vec<Node> {
    let mut objects = Vec::new();
    let mut found = Diagnostics::default();
    let documents = parse(file, sources, &mut found);
    if is_template((&documents, &found), sources) {
        diagnostics.report(diagnostics::template((file, "pelago wrap"), (0, sources)));
        return objects;
    }
    diagnostics.extend(found);
    for document in documents {
        if matches!(document.kind, DocumentKind::App | DocumentKind::Fleet) {
            diagnostics.report(diagnostics::own_document(&document));
            continue;
        }
        for object in tree::into_objects(document.root) {
            let is_text = |key: &str| tree::get(&object, key).and_then(Node::as_str).is_some();
            if is_text("apiVersion") && is_text("kind") {
                objects.push(object);
            } else if !object.has_fault() {
                diagnostics.report(no_object(&object));
            }
        }
    }
    objects
}

/// Reads the App, and what stands beside it; gives its place among the documents.
fn read_app(path: &Path, input: &mut Input, system: &dyn System) -> Result<usize, Error> {
    let Input { sources, diagnostics, documents, .. } = input;
    let paths = [path.to_path_buf()];
    let files = discover(&paths, Quarry::Own, system, (sources, diagnostics))?;
    *documents = parse_all((&files, Quarry::Own), sources, diagnostics);
    let mut apps = documents.iter().enumerate().filter(|(_, document)| document.kind == DocumentKind::App);
    let Some((place, first)) = apps.next() else {
        let message = format!("there is no App in `{}`", path.display());
        let help = "such an App says where the objects go, as in `spec: {placement: {clusters: [eu-1]}}`";
        return Err(Error::new(message).with_help(help));
    };
    for (_, other) in apps {
        diagnostics.report(diagnostics::second_app(other.span, first.span));
    }
    Ok(place)
}

/// Writes the App that flags stand for, each value at its place in a text that holds the flag; nothing for a stream of nothing.
fn write_app(flags: &Flags, objects: &[Node], input: &mut Input) -> Result<Option<usize>, Error> {
    let sources = &mut input.sources;
    let name = match &flags.name {
        Some(name) => add_flag("--name", name, sources),
        None if objects.is_empty() => return Ok(None),
        None => {
            let name = find_name(objects).ok_or_else(|| {
                Error::new("no object of the stream has a name that a policy can have")
                    .with_help("name the policies: `--name NAME`")
            })?;
            tree::text(name.span, name.value)
        }
    };
    let at = name.span;
    let mut spec = tree::Map::new(at).with("placement", write_placement(flags, at, sources));
    for section in ["configMaps", "secrets", "persistentVolumeClaims"] {
        spec.set_some(section, write_external(flags, (section, at), sources));
    }
    let root = tree::Map::new(at)
        .with("apiVersion", tree::text(at, API_VERSION))
        .with("kind", tree::text(at, "App"))
        .with("metadata", tree::Map::new(at).with("name", name).into_node())
        .with("spec", spec.into_node())
        .into_node();
    input.documents.push(Document {
        kind: DocumentKind::App,
        file: at.file,
        span: at,
        root,
        attachments: Attachments::default(),
        origins: Vec::new(),
    });
    Ok(Some(input.documents.len() - 1))
}

fn write_placement(flags: &Flags, at: Span, sources: &mut SourceMap) -> Node {
    let mut placement = tree::Map::new(at);
    placement.set_some("from", flags.placement.as_ref().map(|from| add_flag("--placement", from, sources)));
    if !flags.clusters.is_empty() {
        let Span { file, start, end } = add_flag("--clusters", &flags.clusters.join(","), sources).span;
        let mut next = 0;
        let mut names = Vec::new();
        for cluster in &flags.clusters {
            names.push(tree::text(piece(file, next..next + cluster.len()), cluster.as_str()));
            next += cluster.len() + 1;
        }
        placement.set("clusters", tree::list(Span { file, start, end }, names));
    }
    let strategy = flags.strategy.as_ref().map(|strategy| add_flag("--strategy", strategy, sources));
    placement.set_some("strategy", strategy);
    placement.into_node()
}

/// Writes the objects of one kind that are there already.
fn write_external(flags: &Flags, (section, at): (&str, Span), sources: &mut SourceMap) -> Option<Node> {
    let mut objects = tree::Map::new(at);
    let of_section: BTreeSet<&External> =
        flags.external.iter().filter(|object| object.section == section).collect();
    for object in of_section {
        let file = add_flag("--external", &object.text, sources).span.file;
        let span = piece(file, object.name..object.text.len());
        let name = Spanned::new(object.text.get(object.name..).unwrap_or_default().to_owned(), span);
        let is_external = tree::Map::new(span).with("external", tree::boolean(span, true));
        objects.set_written(&name, is_external.into_node());
    }
    objects.into_some()
}

/// The name that the policies of a stream get: the one that charts give to the release, else that of the first workload, else of
/// the first object that has one which can be used.
fn find_name(objects: &[Node]) -> Option<Spanned<&str>> {
    let is_workload = |object: &&Node| {
        let kind = tree::get(object, "kind").and_then(Node::as_str);
        WorkloadKind::ALL.iter().any(|known| kind == Some(known.name()))
    };
    let name = |object| usable(object, &["metadata", "name"]);
    objects
        .iter()
        .find_map(|object| usable(object, &["metadata", "labels", INSTANCE]))
        .or_else(|| objects.iter().filter(is_workload).find_map(name))
        .or_else(|| objects.iter().find_map(name))
}

/// The text at a path, where it can name an App.
fn usable<'a>(object: &'a Node, path: &[&str]) -> Option<Spanned<&'a str>> {
    let found = tree::find(object, path)?;
    let name = found.as_str().filter(|name| check_dns_label(name).is_ok())?;
    Some(Spanned::new(name, found.span))
}

/// Gives the App the namespace of the command line, unless it has another one.
fn set_namespace(app: Option<&mut Document>, namespace: &Node, diagnostics: &mut Diagnostics) {
    let Some((app, name)) = app.zip(namespace.as_str()) else { return };
    match tree::find(&app.root, &["metadata", "namespace"]) {
        Some(own) if own.as_str() != Some(name) => {
            diagnostics.report(diagnostics::other_namespace(own, namespace));
        }
        Some(_) => {}
        None => tree::set_namespace(&mut app.root, name, namespace.span),
    }
}

fn piece(file: FileId, range: Range<usize>) -> Span {
    let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: place(range.start), end: place(range.end) }
}
