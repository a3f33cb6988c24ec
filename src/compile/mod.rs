//! The driver: joins the phases, and is the only place that names all of them.

mod assemble;
mod default_namespace;
mod diagnostics;
mod fleet;
mod found;
mod import;
mod layers;
mod namespaces;
mod overriding;
mod settle;
mod wrap;

pub use assemble::Assembly;
pub use assemble::assemble;
pub use import::Importation;
pub use import::import_members;
pub use import::import_objects;
pub use wrap::Author;
pub use wrap::External;
pub use wrap::Flags;
pub use wrap::Wrapping;
pub use wrap::wrap;

use crate::bundle;
use crate::bundle::App;
use crate::bundle::NamespaceRequest;
use crate::compile::default_namespace::give_namespace;
use crate::compile::fleet::read_inventory;
use crate::compile::found::read_found;
use crate::compile::layers::check_layers;
use crate::compile::layers::join_outside;
use crate::compile::layers::read_layers;
use crate::compile::namespaces::brings;
use crate::compile::namespaces::check_namespaces;
use crate::compile::namespaces::find_bringers;
use crate::compile::settle::settle;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Levels;
use crate::diagnostic::Severity;
use crate::discover::Finding;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::emit::emit;
use crate::error::Error;
use crate::expression::Expressions;
use crate::fleet::Inventory;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::version::MinorVersion;
use crate::karmada::version::KarmadaVersion;
use crate::lint::Given;
use crate::lint::lint;
use crate::lower::World;
use crate::lower::lower;
use crate::parallel::in_parallel;
use crate::parse::explain_fault;
use crate::parse::parse;
use crate::resolve::FileReader;
use crate::resolve::Inputs;
use crate::resolve::Layers;
use crate::resolve::read_attachments;
use crate::resolve::read_manifests;
use crate::resolve::resolve;
use crate::schema::Kubernetes;
use crate::schema::Validator;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::spec;
use crate::system::System;
use crate::tree;
use crate::validate::validate;
use crate::validate::validate_profiles;
use crate::validate::validate_schema;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

/// From this many Apps on, the field tables are read once for all.
const MANY: usize = 16;

/// How much is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rigour {
    /// What a build needs.
    #[default]
    Build,
    /// What a build needs; Apps with an error are given too, to be shown and not written.
    Show,
    /// The published schema too, which takes some milliseconds to make ready; and plain manifests and policies, which a
    /// build leaves alone.
    Check,
}

/// What to compile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Files, folders, and `-` for standard input; in any order.
    pub paths: Vec<PathBuf>,
    /// The namespace of Apps and objects that name none.
    pub namespace: Option<String>,
    /// The file of the Fleet; without it, the Fleet among the paths, if there is one.
    pub fleet: Option<PathBuf>,
    /// Files and folders of objects that live on the control plane already.
    pub with: Vec<PathBuf>,
    /// The profile that is merged over the spec of each App that has it.
    pub profile: Option<String>,
    /// Files with maps that are merged over the spec of each App after the profile, the last one on top.
    pub values: Vec<PathBuf>,
    /// Settings as in `vars.version=2`, over all else; `NAME:` before one chooses an App.
    pub set: Vec<String>,
    /// Settings whose values are texts whatever they look like, over the others.
    pub set_string: Vec<String>,
    /// The version of Karmada; without it, that of the Fleet, else the newest.
    pub karmada_version: Option<KarmadaVersion>,
    /// The version of Kubernetes; without it, that of the Fleet, else 1.33.
    pub kubernetes_version: Option<MinorVersion>,
    /// How much is checked.
    pub rigour: Rigour,
    /// Which lints are errors, and which are not told.
    pub levels: Levels,
}

/// What was read already, for a run that does not start at paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Input {
    /// All texts that were read.
    pub sources: SourceMap,
    /// What is to be said about them.
    pub diagnostics: Diagnostics,
    /// Apps, Fleets and clusters.
    pub documents: Vec<Document>,
    /// Objects that live on the control plane already, or come there together with the Apps.
    pub found: BTreeMap<ObjectKey, Node>,
    /// The objects of a stream that the one App wraps.
    pub stream: Option<Vec<Node>>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Compilation<T> {
    /// All texts that were read.
    pub sources: SourceMap,
    /// All that is to be said about them: sorted by path and place, each once.
    pub diagnostics: Vec<Diagnostic>,
    /// The Apps, sorted by namespace and name, the one that brings the Namespace first; those with an error are left out, unless they are to be shown.
    pub apps: Vec<T>,
    /// How many objects that are written by hand were checked.
    pub manifests: usize,
}

impl<T> Compilation<T> {
    /// Tells whether anything is wrong; nothing may be written then.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// One App, from its document to what `finish` makes of it.
struct Compiled<T> {
    /// Namespace and name.
    name: (String, String),
    at: Span,
    objects: Vec<(ObjectKey, Span)>,
    clusters: Option<BTreeSet<String>>,
    namespace_request: Option<NamespaceRequest>,
    /// For a check, what comes out.
    emitted: Vec<bundle::Object>,
    finished: Option<T>,
}

/// Compiles all Apps at the paths. `finish` is called for each App on whichever thread compiled it, so that a large
/// build need not hold all objects at once.
///
/// # Errors
/// A path that cannot be read.
pub fn compile<T: Send>(
    request: &Request,
    system: &dyn System,
    finish: impl Fn(App) -> T + Sync + Send,
) -> Result<Compilation<T>, Error> {
    let quarry = match request.rigour {
        Rigour::Build | Rigour::Show => Quarry::Own,
        Rigour::Check => Quarry::Objects,
    };
    Ok(run((request, quarry), system, finish)?.into_compilation(request))
}

/// Compiles all Apps of an input; the paths of the request are not read.
///
/// # Errors
/// A file that the request names cannot be read.
pub fn compile_input<T: Send>(
    input: Input,
    request: &Request,
    system: &dyn System,
    finish: impl Fn(App) -> T + Sync + Send,
) -> Result<Compilation<T>, Error> {
    let run = run_input(input, (request, Quarry::Own), system, finish)?;
    Ok(run.into_compilation(request))
}

/// All that was read and compiled.
struct Run<T> {
    sources: SourceMap,
    diagnostics: Diagnostics,
    apps: Vec<T>,
    /// What is not Pelago's, where manifests were looked for.
    manifests: Vec<Document>,
    /// What is on the control plane already.
    found: BTreeMap<ObjectKey, Node>,
    inventory: Option<Inventory>,
    /// How many objects that are written by hand were checked.
    checked: usize,
}

impl<T> Run<T> {
    fn into_compilation(self, request: &Request) -> Compilation<T> {
        let diagnostics = settle(self.diagnostics, &self.sources, request);
        Compilation { sources: self.sources, diagnostics, apps: self.apps, manifests: self.checked }
    }
}

fn run<T: Send>(
    (request, quarry): (&Request, Quarry),
    system: &dyn System,
    finish: impl Fn(App) -> T + Sync + Send,
) -> Result<Run<T>, Error> {
    let mut input = Input::default();
    let Input { sources, diagnostics, .. } = &mut input;
    let files = discover(&request.paths, quarry, system, (sources, diagnostics))?;
    input.documents = parse_all((&files, quarry), &input.sources, &mut input.diagnostics);
    run_input(input, (request, quarry), system, finish)
}

fn run_input<T: Send>(
    input: Input,
    (request, quarry): (&Request, Quarry),
    system: &dyn System,
    finish: impl Fn(App) -> T + Sync + Send,
) -> Result<Run<T>, Error> {
    let Input { mut sources, mut diagnostics, mut documents, mut found, stream } = input;
    give_namespace(&mut documents, request.namespace.as_deref(), &mut sources);
    found.extend(read_found(&request.with, system, (&mut sources, &mut diagnostics))?);
    let (apps, others): (Vec<Document>, Vec<Document>) =
        documents.into_iter().partition(|document| document.kind == DocumentKind::App);
    let layers = read_layers(request, system, (&mut sources, &mut diagnostics))?;
    check_layers(&apps, &layers, &mut diagnostics);
    let inventory = read_inventory((request, &others), system, (&mut sources, &mut diagnostics))?;
    let kubernetes = read_tables(request, inventory.as_ref(), apps.len());
    let fleet_version = inventory.as_ref().and_then(|inventory| inventory.karmada);
    let karmada = request.karmada_version.or(fleet_version);
    let surroundings = (&layers, inventory.as_ref(), &kubernetes);
    let apps = resolve_all(apps, surroundings, system, &mut sources);
    let bringers = find_bringers(apps.iter().map(|(document, _)| document));
    let world = World {
        inventory: inventory.as_ref(),
        found: &found,
        karmada: karmada.unwrap_or_default(),
        kubernetes: &kubernetes,
        bringers: &bringers,
    };
    let schema = OnceLock::new();
    let streams = std::iter::once(stream).chain(std::iter::repeat_with(|| None));
    let apps: Vec<_> = apps.into_iter().zip(streams).collect();
    let compiled = in_parallel(apps, |((document, mut diagnostics), stream)| {
        let job = Job { sources: &sources, kubernetes: &kubernetes, world, rigour: request.rigour };
        let compiled = job
            .compile((&document, stream), &schema, &mut diagnostics)
            .map(|app| finished(app, request.rigour, &finish));
        for (text, origin) in &document.origins {
            diagnostics.add_note(*text, origin);
        }
        (compiled, diagnostics)
    });
    let mut apps = Vec::new();
    for (app, found) in compiled {
        diagnostics.extend(found);
        apps.extend(app);
    }
    put_together(&mut apps, &bringers, &mut diagnostics);
    let emitted: Vec<bundle::Object> =
        apps.iter_mut().flat_map(|app| std::mem::take(&mut app.emitted)).collect();
    let apps = apps.into_iter().filter_map(|app| app.finished).collect();
    let is_manifest = |document: &Document| document.kind == DocumentKind::Other;
    let manifests: Vec<Document> = others.into_iter().filter(is_manifest).collect();
    let checked = match quarry {
        Quarry::Own | Quarry::Manifests => 0,
        Quarry::Objects => {
            let given = Given {
                documents: &manifests,
                emitted: &emitted,
                inventory: inventory.as_ref(),
                karmada,
                kubernetes: &kubernetes,
                sources: &sources,
            };
            lint(&given, &mut diagnostics)
        }
    };
    Ok(Run { sources, diagnostics, apps, manifests, found, inventory, checked })
}

/// Puts all Apps in their order, and checks what shows only when all are seen.
fn put_together<T>(
    apps: &mut [Compiled<T>],
    bringers: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) {
    apps.sort_by_cached_key(|app| {
        let (namespace, name) = app.name.clone();
        (namespace, !brings(app, bringers), name)
    });
    diagnostics::check_identities(apps, diagnostics);
    check_namespaces(apps, diagnostics);
}

/// The field tables of the version that is built for.
fn read_tables(request: &Request, inventory: Option<&Inventory>, apps: usize) -> Kubernetes {
    let version = request.kubernetes_version.or_else(|| inventory?.kubernetes).unwrap_or_default();
    if apps >= MANY { Kubernetes::preloaded(version) } else { Kubernetes::new(version) }
}

fn finished<T>(app: App, rigour: Rigour, finish: &impl Fn(App) -> T) -> Compiled<T> {
    let emitted = match rigour {
        Rigour::Build | Rigour::Show => Vec::new(),
        Rigour::Check => app.objects.clone(),
    };
    let objects = app.objects.iter().map(|object| (object.key.clone(), object.root.span)).collect();
    Compiled {
        name: (app.namespace.clone(), app.name.clone()),
        at: app.at,
        objects,
        clusters: app.clusters.clone(),
        namespace_request: app.namespace_request.clone(),
        emitted,
        finished: Some(finish(app)),
    }
}

/// Reads the documents of all files. What nobody looks for is passed over in a folder, and reported in a file that was
/// named.
fn parse_all(
    (files, quarry): (&[(FileId, Finding)], Quarry),
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let parsed = in_parallel(files.to_vec(), |(file, finding)| {
        let mut diagnostics = Diagnostics::default();
        let documents = parse(file, sources, &mut diagnostics);
        if finding == Finding::Found && is_template((&documents, &diagnostics), sources) {
            return (finding, Vec::new(), Diagnostics::default());
        }
        (finding, documents, diagnostics)
    });
    let mut documents = Vec::new();
    for (finding, parsed, found) in parsed {
        diagnostics.extend(found);
        for document in parsed {
            match (document.kind, finding) {
                (DocumentKind::Other, _) if is_sought(&document, quarry) => {
                    documents.push(document);
                }
                (DocumentKind::Other | DocumentKind::Score, Finding::Found) => {}
                (DocumentKind::Other | DocumentKind::Score, Finding::Named) => {
                    diagnostics.report(diagnostics::unknown_document(&document));
                }
                (DocumentKind::App | DocumentKind::Fleet | DocumentKind::Clusters, _) => {
                    documents.push(document);
                }
            }
        }
    }
    documents
}

/// Tells whether a text that is no YAML is the template of a chart, which becomes some: what is wrong is an action of the template.
fn is_template((documents, diagnostics): (&[Document], &Diagnostics), sources: &SourceMap) -> bool {
    let is_action = |diagnostic: &Diagnostic| {
        let line = sources.line(diagnostic.primary.span);
        diagnostic.severity == Severity::Error && (line.contains("{{") || line.contains("}}"))
    };
    documents.iter().all(|document| document.kind == DocumentKind::Other) && diagnostics.iter().any(is_action)
}

/// Tells whether a document is what is looked for: an object of Kubernetes, or a list of them; a check also looks at the
/// configuration of kustomize, which says what is only a part of an object.
fn is_sought(document: &Document, quarry: Quarry) -> bool {
    let text = |key: &str| tree::get(&document.root, key).and_then(Node::as_str);
    let is_configuration = |api_version: &str| api_version.starts_with("kustomize.config.k8s.io/");
    let Some(api_version) = text("apiVersion").filter(|_| text("kind").is_some()) else { return false };
    match quarry {
        Quarry::Own => false,
        Quarry::Manifests => !is_configuration(api_version),
        Quarry::Objects => true,
    }
}

/// Checks the profiles of all Apps, evaluates their expressions, and then reads the files that they name.
fn resolve_all(
    apps: Vec<Document>,
    (layers, inventory, kubernetes): (&Layers, Option<&Inventory>, &Kubernetes),
    system: &dyn System,
    sources: &mut SourceMap,
) -> Vec<(Document, Diagnostics)> {
    let expressions = Expressions::default();
    let inputs = Inputs { expressions: &expressions, sources, layers, inventory, kubernetes };
    let resolved = in_parallel(apps, |document| {
        let mut diagnostics = Diagnostics::default();
        validate_profiles(&document, kubernetes, inputs.sources, &mut diagnostics);
        let document = resolve(document, inputs, &mut diagnostics);
        (document, diagnostics)
    });
    let resolved = join_outside(resolved, layers);
    let mut reader = FileReader::new(system, sources, &explain_fault);
    let read = resolved.into_iter().map(|(document, mut diagnostics)| {
        let document = read_manifests(document, &mut reader, &mut diagnostics);
        let document = read_attachments(document, &mut reader, &mut diagnostics);
        (document, diagnostics)
    });
    read.collect()
}

/// What one App is compiled with.
struct Job<'a> {
    sources: &'a SourceMap,
    kubernetes: &'a Kubernetes,
    world: World<'a>,
    rigour: Rigour,
}

impl Job<'_> {
    /// Validates, lowers and emits one App; `diagnostics` holds what was found in it so far. The published schema takes longer
    /// to make ready than a small App to compile, so it has its say where a check asks for it, and only about an App in
    /// which nothing else is wrong.
    fn compile(
        &self,
        (document, stream): (&Document, Option<Vec<Node>>),
        schema: &OnceLock<Validator>,
        diagnostics: &mut Diagnostics,
    ) -> Option<App> {
        let validated: Result<spec::App, _> = validate(document, self.kubernetes, self.sources, diagnostics);
        // With a fault in one field, the others are lowered all the same: one run tells all.
        let is_valid = !diagnostics.has_errors();
        let (app, outcome) =
            lower((&validated.ok()?, stream), &document.attachments, self.world, diagnostics);
        let is_sound = is_valid && outcome.is_ok() && !document.root.has_fault();
        if is_sound && self.rigour == Rigour::Check {
            let validator = schema.get_or_init(|| {
                let Ok(validator) = Validator::new(&spec::schema_of(self.kubernetes)) else {
                    unreachable!("a test makes the published schema ready");
                };
                validator
            });
            validate_schema(&document.root, validator, diagnostics);
        }
        let is_wanted = self.rigour == Rigour::Show || is_sound && !diagnostics.has_errors();
        is_wanted.then(|| emit(app))
    }
}
