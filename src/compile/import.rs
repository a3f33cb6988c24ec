//! Makes Apps of existing objects, and proves that they build to the same objects again.

use crate::admit::admit;
use crate::bundle::App;
use crate::bundle::Role;
use crate::compile::Job;
use crate::compile::Request;
use crate::compile::Rigour;
use crate::compile::default_namespace::give_namespace;
use crate::compile::diagnostics;
use crate::compile::is_sought;
use crate::compile::is_template;
use crate::compile::settle::settle;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Severity;
use crate::discover::Finding;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::document::Attachments;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::error::Error;
use crate::expression::Expressions;
use crate::fleet::Inventory;
use crate::fleet::read_clusters;
use crate::import::Collection;
use crate::import::Draft;
use crate::import::Forms;
use crate::import::Group;
use crate::import::Misfits;
use crate::import::Options;
use crate::import::Original;
use crate::import::Policies;
use crate::import::collect;
use crate::import::collect_members;
use crate::import::draft;
use crate::import::normal;
use crate::import::overrides::Plan;
use crate::import::sort;
use crate::import::write_fleet;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::canonical::canonical;
use crate::karmada::cluster::Cluster;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::lower::World;
use crate::parallel::in_parallel;
use crate::parse::parse;
use crate::raise;
use crate::raise::Raised;
use crate::raise::raise;
use crate::resolve::Inputs;
use crate::resolve::Layers;
use crate::resolve::read_beside;
use crate::resolve::resolve;
use crate::schema::Kubernetes;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::System;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The Apps that were made of objects.
#[derive(Debug, Clone)]
pub struct Importation {
    /// All texts that were read.
    pub sources: SourceMap,
    /// All that is to be said about them: sorted by path and place, each once.
    pub diagnostics: Vec<Diagnostic>,
    /// The Apps, sorted by namespace and name.
    pub apps: Vec<Draft>,
    /// The Fleet that was made of Karmada's clusters, where there are any.
    pub fleet: Option<Node>,
    /// What they were made of.
    pub collection: Collection,
    /// How many objects and policies were found, in all clusters together.
    pub objects: usize,
}

impl Importation {
    /// Tells whether anything is wrong; nothing may be written then.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Reads all objects at the paths, and makes Apps of them that build to the same objects.
///
/// # Errors
/// A path that cannot be read.
pub fn import_objects(
    request: &Request,
    options: Options,
    system: &dyn System,
) -> Result<Importation, Error> {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::default();
    let files = discover(&request.paths, Quarry::Objects, system, (&mut sources, &mut diagnostics))?;
    let documents = read_documents(&files, &sources, &mut diagnostics);
    let mut raised = raise_workloads(documents, (request, &sources), system, &mut diagnostics);
    give_namespace(&mut raised.documents, request.namespace.as_deref(), &mut sources);
    let mut collection = collect(&raised.documents, options, &mut diagnostics);
    collection.needed = raised.keys;
    let plane = admit(
        collection.policies.iter().map(|policy| &policy.root),
        request.karmada_version,
        &mut diagnostics,
    );
    let policies = Policies { propagation: &plane.propagation, overrides: &plane.overrides, members: None };
    collection.elsewhere = Plan::new(&collection, policies).outcomes();
    let fleet = import_clusters(&collection, &mut diagnostics);
    let (apps, found) = make_apps((&collection, policies), &sources, request);
    diagnostics.extend(found);
    let diagnostics = settle(diagnostics, &sources, request);
    let objects = collection.objects.len() + collection.policies.len();
    Ok(Importation { sources, diagnostics, apps, fleet, collection, objects })
}

/// Reads all objects of each cluster, at the path that it has, and makes Apps of them that build to what each cluster has.
///
/// # Errors
/// A path that cannot be read, or at which there is no object.
pub fn import_members(
    clusters: &BTreeMap<String, PathBuf>,
    options: Options,
    system: &dyn System,
) -> Result<Importation, Error> {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::default();
    let mut documents = BTreeMap::new();
    for (cluster, path) in clusters {
        let paths = std::slice::from_ref(path);
        let files = discover(paths, Quarry::Objects, system, (&mut sources, &mut diagnostics))?;
        let found = read_documents(&files, &sources, &mut diagnostics);
        if found.is_empty() && !diagnostics.has_errors() {
            return Err(without_objects(cluster, path));
        }
        documents.insert(cluster.clone(), found);
    }
    let (collection, members) = collect_members(&documents, options, &mut diagnostics);
    let request = Request::default();
    let policies = Policies {
        propagation: &members.propagation,
        overrides: &members.overrides,
        members: Some(&members),
    };
    let (apps, found) = make_apps((&collection, policies), &sources, &request);
    diagnostics.extend(found);
    let diagnostics = settle(diagnostics, &sources, &request);
    Ok(Importation { sources, diagnostics, apps, fleet: None, collection, objects: members.found })
}

fn without_objects(cluster: &str, path: &Path) -> Error {
    Error::new(format!(
        "there is no object in `{}`, where those of the cluster `{cluster}` should be",
        path.display()
    ))
    .with_help("leave the cluster out if it has none")
}

/// Sorts objects into Apps until each App is proved, and says what their policies say.
fn make_apps(
    (collection, policies): (&Collection, Policies<'_>),
    sources: &SourceMap,
    request: &Request,
) -> (Vec<Draft>, Diagnostics) {
    let mut misfits = Misfits::default();
    loop {
        let mut found = Diagnostics::default();
        let sorted = sort(collection, policies, &misfits, &mut found);
        let kubernetes = super::read_tables(request, None, sorted.groups.len());
        let prover = Prover {
            collection,
            policies,
            carriers: &sorted.carriers,
            sources,
            kubernetes: &kubernetes,
            request,
            expressions: Expressions::default(),
        };
        let proofs = in_parallel(sorted.groups.iter().collect(), |group| prover.prove(group));
        let known = misfits.clone();
        for misfit in proofs.iter().flat_map(|proof| &proof.misfits) {
            if !misfits.parted.insert(*misfit) {
                misfits.kept.insert(*misfit);
            }
        }
        if misfits == known {
            let proofs = prover.say_overrides(&sorted.groups, proofs, &mut found);
            let mut apps = Vec::new();
            for proof in proofs {
                apps.push(proof.draft);
                found.extend(proof.diagnostics);
            }
            return (apps, found);
        }
    }
}

/// Replaces workloads of Score by objects.
fn raise_workloads(
    documents: Vec<Document>,
    (request, sources): (&Request, &SourceMap),
    system: &dyn System,
    diagnostics: &mut Diagnostics,
) -> Raised {
    let count = documents.iter().filter(|document| document.kind == DocumentKind::Score).count();
    let kubernetes = super::read_tables(request, None, count);
    let read = |path: &str, named_at: Span| read_beside(path, named_at, sources, system);
    raise(documents, raise::Inputs { sources, kubernetes: &kubernetes, read: &read }, diagnostics)
}

/// Makes a Fleet of Karmada's clusters.
fn import_clusters(collection: &Collection, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut inventory = Inventory::default();
    let mut versions = Vec::new();
    for root in &collection.clusters {
        for fault in read_clusters(root, &mut inventory) {
            diagnostics.report(diagnostics::cluster_fault(&fault));
        }
        let items = tree::get(root, "items").and_then(Node::as_sequence);
        let items = items.unwrap_or(std::slice::from_ref(root)).iter();
        versions
            .extend(items.filter_map(|item| tree::find(item, &["status", "kubernetesVersion"])?.as_str()));
    }
    let clusters: Vec<(&Cluster, Span)> =
        inventory.clusters.values().map(|(cluster, at)| (cluster, *at)).collect();
    write_fleet(&clusters, &versions)
}

/// An App, and what there is to say about it.
pub(super) struct Proof {
    pub(super) draft: Draft,
    /// How its objects are written.
    pub(super) forms: Forms,
    /// What it builds to, where policies change that.
    pub(super) app: Option<App>,
    /// The errors of an App that does not compile in any form.
    diagnostics: Diagnostics,
    /// The numbers of the policies that its objects would no longer be carried by alike.
    misfits: BTreeSet<usize>,
}

/// Compiles Apps while they are made, and compares what comes of them with what they were made of.
pub(super) struct Prover<'a> {
    pub(super) collection: &'a Collection,
    pub(super) policies: Policies<'a>,
    /// The number of the policy that carries each object.
    carriers: &'a [Option<usize>],
    sources: &'a SourceMap,
    kubernetes: &'a Kubernetes,
    request: &'a Request,
    expressions: Expressions,
}

impl Prover<'_> {
    /// Writes an App in the shortest forms that come back as they were.
    pub(super) fn prove(&self, group: &Group) -> Proof {
        let mut forms = Forms::default();
        loop {
            let draft = self.draft(group, &forms);
            let mut diagnostics = Diagnostics::default();
            let app = self.compile(&draft, group, &mut diagnostics);
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            let mut has_changed = false;
            for key in self.find_wrong(&draft, app.as_ref(), &diagnostics) {
                has_changed |= forms.give_way(key);
            }
            if !has_changed {
                let misfits = match &app {
                    Some(app) => self.find_misfits(group, app),
                    None => self.find_faulty(&diagnostics),
                };
                let app = app.filter(|_| !self.policies.overrides.is_empty());
                return Proof { draft, forms, app, diagnostics, misfits };
            }
        }
    }

    /// An App in these forms.
    pub(super) fn draft(&self, group: &Group, forms: &Forms) -> Draft {
        draft(group, self.collection, forms)
    }

    /// The policies that an error points into: an App does not take what they say.
    fn find_faulty(&self, diagnostics: &Diagnostics) -> BTreeSet<usize> {
        let at_fault = |number: &usize| {
            let written = self.policies.written(*number, self.collection);
            written.is_some_and(|policy| {
                diagnostics.iter().any(|diagnostic| policy.root.span.covers(diagnostic.primary.span))
            })
        };
        (0..self.policies.propagation.len()).filter(at_fault).collect()
    }

    /// The policies whose objects the App's own ones would carry otherwise.
    fn find_misfits(&self, group: &Group, app: &App) -> BTreeSet<usize> {
        let mut misfits = BTreeSet::new();
        if group.is_external() {
            return misfits;
        }
        let built = app.objects.iter().filter(|object| object.role == Role::PropagationPolicy);
        let built: Vec<PropagationPolicy> =
            built.filter_map(|object| serde_json::from_value(object.root.to_json()).ok()).collect();
        for member in &group.members {
            let carrier = self.carriers.get(*member).copied().flatten();
            let policy = carrier.and_then(|carrier| self.policies.propagation.get(carrier));
            let Some((number, policy)) = carrier.zip(policy) else { continue };
            let Some(object) = self.collection.objects.get(*member) else { continue };
            let own = built.iter().find(|own| names(own, &object.key));
            // What is referred to follows without being named; a Namespace does not.
            let is_lost = own.is_none() && object.key.gvk.kind() == "Namespace";
            if is_lost || own.is_some_and(|own| effect(own) != effect(policy)) {
                misfits.insert(number);
            }
        }
        misfits
    }

    pub(super) fn compile(&self, draft: &Draft, group: &Group, diagnostics: &mut Diagnostics) -> Option<App> {
        let mut bringers = BTreeMap::new();
        if group.brings_namespace {
            bringers.insert(group.namespace.clone(), group.name.clone());
        }
        let span = draft.root.span;
        let attachments = Attachments::default();
        let document = Document {
            kind: DocumentKind::App,
            file: span.file,
            span,
            root: draft.root.clone(),
            attachments,
            origins: Vec::new(),
        };
        let layers = Layers::default();
        let inputs = Inputs {
            expressions: &self.expressions,
            sources: self.sources,
            layers: &layers,
            inventory: None,
            kubernetes: self.kubernetes,
        };
        let document = resolve(document, inputs, diagnostics);
        let world = World {
            inventory: None,
            found: &BTreeMap::new(),
            karmada: self.request.karmada_version.unwrap_or_default(),
            kubernetes: self.kubernetes,
            bringers: &bringers,
        };
        let job = Job { sources: self.sources, kubernetes: self.kubernetes, world, rigour: Rigour::Build };
        job.compile((&document, None), &OnceLock::new(), diagnostics)
    }

    /// The objects that an error points into, or that come out otherwise.
    fn find_wrong(&self, draft: &Draft, app: Option<&App>, diagnostics: &Diagnostics) -> Vec<&ObjectKey> {
        let members = draft.members.iter().filter_map(|number| self.collection.objects.get(*number));
        let Some(app) = app else {
            let is_at_fault = |original: &&Original| {
                diagnostics.iter().any(|diagnostic| original.root.span.covers(diagnostic.primary.span))
            };
            return members.filter(is_at_fault).map(|original| &original.key).collect();
        };
        let generated = app
            .objects
            .iter()
            .filter(|object| !matches!(object.role, Role::PropagationPolicy | Role::OverridePolicy));
        let built: BTreeMap<&ObjectKey, &Node> =
            generated.map(|object| (&object.key, &object.root)).collect();
        let is_lost = |original: &&Original| {
            let found = built.get(&original.key);
            found.is_none_or(|root| normal(&original.key, root) != normal(&original.key, &original.root))
        };
        members.filter(is_lost).map(|original| &original.key).collect()
    }
}

/// Tells whether a policy that a build wrote carries an object.
fn names(policy: &PropagationPolicy, key: &ObjectKey) -> bool {
    policy.spec.resource_selectors.iter().any(|selector| {
        selector.name == key.name
            && selector.kind == key.gvk.kind()
            && selector.api_version == key.gvk.api_version()
            && selector.namespace == key.namespace.as_deref().unwrap_or_default()
    })
}

/// What a policy does with the objects that it selects.
fn effect(policy: &PropagationPolicy) -> PropagationSpec {
    PropagationSpec { resource_selectors: Vec::new(), ..canonical(&policy.spec) }
}

/// Reads the documents of all files; what is no object is passed over in a file that was not named.
fn read_documents(
    files: &[(FileId, Finding)],
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let parsed = in_parallel(files.to_vec(), |(file, finding)| {
        let mut diagnostics = Diagnostics::default();
        let mut documents = parse(file, sources, &mut diagnostics);
        if finding == Finding::Found {
            documents.retain(|document| {
                document.kind != DocumentKind::Other || is_sought(document, Quarry::Objects)
            });
        }
        let is_template = is_template((&documents, &diagnostics), sources);
        (documents, diagnostics, is_template.then_some(file))
    });
    let mut documents = Vec::new();
    let mut templates = Vec::new();
    for (found, told, template) in parsed {
        if let Some(file) = template {
            templates.push(file);
        } else {
            documents.extend(found);
            diagnostics.extend(told);
        }
    }
    if let Some(first) = templates.first() {
        diagnostics
            .report(diagnostics::template((*first, "pelago import -"), (templates.len() - 1, sources)));
    }
    documents
}
