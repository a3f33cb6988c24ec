//! Writes an App for a group of objects.

mod config;
mod container;
mod eligible;
mod escape;
mod fields;
mod hashed;
mod ingress;
mod labels;
mod mount;
mod pod;
mod scaling;
mod service;
mod workload;

use crate::import::API_VERSION;
use crate::import::Collection;
use crate::import::Form;
use crate::import::Forms;
use crate::import::Group;
use crate::import::Original;
use crate::import::carriage::Carriage;
use crate::import::draft::eligible::Candidates;
use crate::import::draft::eligible::account_name;
use crate::import::draft::escape::escape;
use crate::import::draft::fields::Fields;
use crate::import::draft::hashed::Hashed;
use crate::import::draft::hashed::with_hash;
use crate::import::draft::labels::Inherited;
use crate::import::draft::labels::null;
use crate::import::draft::pod::map_of;
use crate::import::draft::service::Backing;
use crate::import::draft::workload::Surroundings;
use crate::import::external::External;
use crate::import::references::text;
use crate::import::references::workload_kind;
use crate::import::strip::find_mut;
use crate::import::strip::mapping;
use crate::import::strip::remove;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::namespace::SKIP_LABEL;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::WorkloadKind;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An App that was made of objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The document; each node has the place in the objects that it comes from.
    pub root: Node,
    /// The numbers in the collection of the objects that it must build to.
    pub members: Vec<usize>,
    /// The names that it has for objects whose names end with a hash of their content.
    pub written: BTreeMap<ObjectKey, String>,
}

/// The keys of an App's `spec` that hold objects by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Services,
    Ingresses,
    ConfigMaps,
    Secrets,
    PersistentVolumeClaims,
}

impl Section {
    const ALL: [Self; 5] =
        [Self::Services, Self::Ingresses, Self::ConfigMaps, Self::Secrets, Self::PersistentVolumeClaims];

    fn key(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Ingresses => "ingresses",
            Self::ConfigMaps => "configMaps",
            Self::Secrets => "secrets",
            Self::PersistentVolumeClaims => "persistentVolumeClaims",
        }
    }

    /// The section of an object.
    fn of(key: &ObjectKey) -> Option<Self> {
        match (key.gvk.api_version().as_str(), key.gvk.kind()) {
            ("v1", "Service") => Some(Self::Services),
            ("networking.k8s.io/v1", "Ingress")
            | ("networking.karmada.io/v1alpha1", "MultiClusterIngress") => Some(Self::Ingresses),
            ("v1", "ConfigMap") => Some(Self::ConfigMaps),
            ("v1", "Secret") => Some(Self::Secrets),
            ("v1", "PersistentVolumeClaim") => Some(Self::PersistentVolumeClaims),
            _ => None,
        }
    }
}

/// Writes an App, each object in its form.
#[must_use]
pub fn draft(group: &Group, collection: &Collection, forms: &Forms) -> Draft {
    let find = |number: &usize| collection.objects.get(*number);
    let members: Vec<&Original> = group.members.iter().filter_map(find).collect();
    let hashed = Hashed::of(&members, &group.namespace, forms);
    let copies = group.members.iter().filter_map(|number| collection.elsewhere.get(number)).flatten();
    let objects = Objects {
        workload: group.workload.as_ref().and_then(find).map(|workload| hashed.rename(workload)),
        members: members.iter().map(|member| hashed.rename(member)).collect(),
        copies: copies.map(|copy| hashed.rename(copy)).collect(),
        hashed,
    };
    let drafting = Drafting::new(group, (collection, &objects), forms);
    let mut root = drafting.document();
    escape(&mut root);
    Draft {
        namespace: group.namespace.clone(),
        name: group.name.clone(),
        root,
        members: group.members.clone(),
        written: objects.hashed.written,
    }
}

/// The objects of an App, under the names that it has for them.
struct Objects<'a> {
    workload: Option<Cow<'a, Original>>,
    members: Vec<Cow<'a, Original>>,
    /// What they are where something changes them on their way to a cluster.
    copies: Vec<Cow<'a, Original>>,
    hashed: Hashed,
}

struct Drafting<'a> {
    group: &'a Group,
    at: Span,
    form: Form,
    workload: Option<(&'a Original, WorkloadKind)>,
    /// The objects that are said in words of the language, but for the workload.
    short: Vec<&'a Original>,
    manifests: Vec<&'a Original>,
    /// The Namespace that the App asks for.
    namespace: Option<&'a Original>,
    external: External,
    inherited: Inherited,
    hashed: &'a Hashed,
}

impl<'a> Drafting<'a> {
    fn new(
        group: &'a Group,
        (collection, objects): (&'a Collection, &'a Objects<'a>),
        forms: &Forms,
    ) -> Self {
        let members: Vec<&Original> = objects.members.iter().map(|member| &**member).collect();
        let copies: Vec<&Original> = objects.copies.iter().map(|copy| &**copy).collect();
        let named = objects.workload.as_deref();
        let workload = named
            .filter(|workload| forms.of(&workload.key) != Form::Manifest)
            .and_then(|workload| Some((workload, workload_kind(&workload.key)?)));
        let is_workload =
            |object: &Original| workload.is_some_and(|(workload, _)| workload.key == object.key);
        let others: Vec<&Original> = members.iter().copied().filter(|object| !is_workload(object)).collect();
        let is_sayable = |object: &&Original| forms.of(&object.key) != Form::Manifest;
        let sayable: Vec<&Original> = others.iter().copied().filter(is_sayable).collect();
        let candidates = Candidates { group, workload, members: &sayable };
        let (short, mut manifests): (Vec<&Original>, Vec<&Original>) =
            others.into_iter().partition(|object| is_sayable(object) && candidates.has_words(object));
        let is_namespace = |object: &&&Original| {
            group.brings_namespace && object.key.gvk.kind() == "Namespace" && is_sayable(object)
        };
        let namespace = manifests.iter().find(is_namespace).copied();
        manifests.retain(|object| Some(&object.key) != namespace.map(|namespace| &namespace.key));
        let policies: Vec<&Original> =
            group.policies.iter().filter_map(|policy| collection.policies.get(*policy)).collect();
        manifests.extend(&policies);
        let labelled = workload.iter().map(|(workload, _)| *workload).chain(short.iter().copied());
        let labelled: Vec<&Node> = labelled.map(|object| &object.root).collect();
        let first = named.or(members.first().copied()).or(policies.first().copied());
        let at = first.map_or_else(|| unreachable!("a group has an object or a policy"), |first| first.at);
        Self {
            group,
            at,
            form: named.map_or(Form::Short, |workload| forms.of(&workload.key)),
            workload,
            external: External::of((&members, &copies), collection),
            inherited: Inherited::of(&group.name, at, (&labelled, group.namesake.as_ref())),
            short,
            manifests,
            namespace,
            hashed: &objects.hashed,
        }
    }

    fn document(&self) -> Node {
        let mut metadata =
            tree::Map::new(self.at).with("name", tree::text(self.at, self.group.name.as_str()));
        if self.group.namespace != default_namespace() {
            metadata.set("namespace", tree::text(self.at, self.group.namespace.as_str()));
        }
        self.inherited.put_written(&mut metadata);
        tree::Map::new(self.at)
            .with("apiVersion", tree::text(self.at, API_VERSION))
            .with("kind", tree::text(self.at, "App"))
            .with("metadata", metadata.into_node())
            .with("spec", self.spec())
            .into_node()
    }

    fn spec(&self) -> Node {
        let mut spec = tree::Map::new(self.at);
        let account = self.account();
        if let Some((workload, kind)) = self.workload {
            let surroundings = Surroundings {
                app: &self.group.name,
                form: self.form,
                inherited: &self.inherited,
                has_account: account.is_some(),
                headless: self.headless(),
            };
            spec.set(kind.key(), workload::write_workload(&workload.root, kind, &surroundings));
        }
        for section in Section::ALL {
            spec.set_some(section.key(), self.section(section));
        }
        spec.set_some("serviceAccount", account);
        spec.set_some("autoscaling", self.autoscaling());
        spec.set_some("disruptionBudget", self.budget());
        let manifests: Vec<Node> = self.manifests.iter().map(|object| self.manifest(object)).collect();
        if !manifests.is_empty() {
            spec.set("manifests", tree::list(self.at, manifests));
        }
        self.say_carriage(&mut spec);
        if !self.group.overrides.is_empty() {
            spec.set("overrides", tree::list(self.at, self.group.overrides.clone()));
        }
        spec.into_node()
    }

    /// Where the objects go, and how.
    fn say_carriage(&self, spec: &mut tree::Map) {
        match &self.group.carriage {
            Carriage::Everywhere => {}
            Carriage::Raised(raised) => {
                spec.set_some("placement", raised.placement.clone());
                let mut propagation = tree::Map::new(self.at);
                Fields::of(raised.propagation.as_ref(), self.at).put_rest(&mut propagation);
                propagation.set_some("namespace", self.namespace.map(namespace_choice));
                spec.set_some("propagation", propagation.into_some());
            }
            Carriage::External => {
                let external = tree::Map::new(self.at).with("external", tree::boolean(self.at, true));
                spec.set("propagation", external.into_node());
            }
        }
    }

    /// The objects of a section, then those that are only referred to.
    fn section(&self, section: Section) -> Option<Node> {
        let backing = self.workload.map(|(workload, kind)| Backing::of(&workload.root, kind));
        let mut map = tree::Map::new(self.at);
        for object in self.short.iter().filter(|object| Section::of(&object.key) == Some(section)) {
            let mut node = match section {
                Section::Services => service::write_service(&object.root, backing.as_ref(), &self.inherited),
                Section::Ingresses => ingress::write_ingress(&object.root, &self.inherited),
                Section::ConfigMaps | Section::Secrets => config::write_config(&object.root, &self.inherited),
                Section::PersistentVolumeClaims => config::write_claim(&object.root, &self.inherited),
            };
            if let (Section::Services, Some(multi)) = (section, self.multi_cluster(&object.key.name)) {
                node = service::with_multi_cluster(&node, multi);
            }
            if self.hashed.has(&object.key) {
                node = with_hash(&node);
            }
            map.set(&object.key.name, node);
        }
        for (name, keys) in self.external.of_kind(section.kind()) {
            map.set(name, config::write_external(self.at, keys));
        }
        map.into_some()
    }

    fn multi_cluster(&self, service: &str) -> Option<&Node> {
        let found = self.short_of_kind("MultiClusterService").find(|object| object.key.name == service);
        tree::get(&found?.root, "spec")
    }

    fn short_of_kind(&self, kind: &'a str) -> impl Iterator<Item = &&'a Original> {
        self.short.iter().filter(move |object| object.key.gvk.kind() == kind)
    }

    /// The only headless Service, by which a StatefulSet finds its own.
    fn headless(&self) -> Option<&'a str> {
        let is_headless = |object: &&&Original| text(&object.root, &["spec", "clusterIP"]) == Some("None");
        let mut headless = self.short_of_kind("Service").filter(is_headless);
        let first = headless.next()?;
        headless.next().is_none().then_some(first.key.name.as_str())
    }

    /// The account of the workload, generated or not.
    fn account(&self) -> Option<Node> {
        if let Some(account) = self.short_of_kind("ServiceAccount").next() {
            return Some(config::write_account(&account.root, &self.group.name, &self.inherited));
        }
        let (name, _) = self.external.of_kind("ServiceAccount").next()?;
        let of_workload = self.workload.and_then(|(workload, kind)| account_name(workload, kind));
        let mut account = tree::Map::new(self.at).with("create", tree::boolean(self.at, false));
        if of_workload == Some(name) {
            account.set("name", tree::text(self.at, name));
        }
        Some(account.into_node())
    }

    fn autoscaling(&self) -> Option<Node> {
        let scaler =
            self.short_of_kind("HorizontalPodAutoscaler").chain(self.short_of_kind("FederatedHPA")).next();
        let written = scaler.map(|scaler| scaling::write_autoscaling(&scaler.root, &self.inherited));
        let schedule = self.short_of_kind("CronFederatedHPA").next();
        scaling::with_schedule(written, schedule.map(|schedule| &schedule.root), &self.inherited)
    }

    fn budget(&self) -> Option<Node> {
        let budget = self.short_of_kind("PodDisruptionBudget").next()?;
        let (workload, kind) = self.workload?;
        Some(scaling::write_budget(&budget.root, (&workload.root, kind), &self.inherited))
    }

    /// The object as it is; it gets the namespace of the App unless it has another one.
    fn manifest(&self, object: &Original) -> Node {
        let mut root = object.root.clone();
        if object.key.namespace.as_ref() == Some(&self.group.namespace) {
            remove(&mut root, &["metadata"], "namespace");
        }
        if object.key.namespace.is_none()
            && object.key.gvk.find_scope().is_none()
            && let Some(metadata) = find_mut(&mut root, &["metadata"]).and_then(mapping)
        {
            let key = Spanned::new("namespace".to_owned(), object.at);
            metadata.insert(Entry { key, value: null(object.at) });
        }
        root
    }
}

/// Asks for the Namespace, with the labels and annotations that a build does not write anyway.
fn namespace_choice(object: &Original) -> Node {
    let mut choice = tree::Map::new(object.at);
    let mut labels = Fields::of(tree::find(&object.root, &["metadata", "labels"]), object.at);
    labels.take(SKIP_LABEL);
    choice.set_some("labels", map_of(labels));
    let annotations = tree::find(&object.root, &["metadata", "annotations"]);
    choice.set_some("annotations", annotations.cloned());
    choice.into_some().unwrap_or_else(|| tree::boolean(object.at, true))
}

impl Section {
    /// The kind of its objects.
    fn kind(self) -> &'static str {
        match self {
            Self::Services => "Service",
            Self::Ingresses => "Ingress",
            Self::ConfigMaps => "ConfigMap",
            Self::Secrets => "Secret",
            Self::PersistentVolumeClaims => "PersistentVolumeClaim",
        }
    }
}
