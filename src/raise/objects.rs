//! The objects of one workload.

use crate::diagnostic::Diagnostics;
use crate::document::Attachments;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::k8s::name::check_dns_1035_label;
use crate::raise::Inputs;
use crate::raise::container::write_container;
use crate::raise::diagnostics;
use crate::raise::network::container_ports;
use crate::raise::network::ingress_rules;
use crate::raise::network::service_ports;
use crate::raise::order::Placed;
use crate::raise::order::in_order;
use crate::raise::placeholder::Segment;
use crate::raise::placeholder::segments;
use crate::raise::resources::read_params;
use crate::raise::resources::write_autoscalers;
use crate::raise::resources::write_claims;
use crate::raise::scope::Neighbours;
use crate::raise::scope::Places;
use crate::raise::scope::Present;
use crate::raise::scope::Scope;
use crate::raise::storage::Storage;
use crate::raise::workload::Workload;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The annotations that tools of Score read for themselves, as `k8s.score.dev/kind`.
const OWN: &str = ".score.dev";

/// The raising of one workload.
pub(super) struct Raising<'a, 'd> {
    /// Where it stands.
    pub(super) document: &'a Document,
    pub(super) inputs: Inputs<'a>,
    pub(super) diagnostics: &'d mut Diagnostics,
}

/// An object: its apiVersion and kind, its name, and what it says beside `metadata`.
pub(super) type Object<'a> = ((&'a str, &'a str), Spanned<&'a str>, tree::Map);

impl<'a> Raising<'a, '_> {
    /// Writes the objects of a workload, and finds how it uses its resources.
    pub(super) fn objects(
        &mut self,
        workload: &'a Workload,
        (neighbours, present): (&'a Neighbours<'a>, &'a Present),
    ) -> (Vec<Document>, Scope<'a>) {
        let mut scope = Scope {
            workload,
            neighbours,
            present,
            sources: self.inputs.sources,
            uses: BTreeMap::new(),
            metadata: BTreeSet::new(),
            claims: Vec::new(),
        };
        read_params(&mut scope, self.diagnostics);
        let rules = ingress_rules(&mut scope, self.diagnostics);
        let mut storage = Storage::default();
        let pods = self.pods(&mut scope, &mut storage);
        let name = Spanned::new(scope.name(), workload.metadata.name.span);
        let mut documents = Vec::new();
        for (config_map, body) in storage.config_maps {
            let config_map = Spanned::new(config_map.value.as_str(), config_map.span);
            documents.push(self.object((("v1", "ConfigMap"), config_map, body), name));
        }
        for (claim, body) in write_claims(&scope) {
            let claim = Spanned::new(claim.value.as_str(), claim.span);
            documents.push(self.object((("v1", "PersistentVolumeClaim"), claim, body), name));
        }
        documents.push(self.object((("apps/v1", "Deployment"), name, pods), name));
        if let Some(ports) = service_ports(&scope) {
            if let Err(error) = check_dns_1035_label(name.value) {
                self.diagnostics.report(diagnostics::service_name(name, &error));
            }
            let spec = tree::Map::new(ports.span).with("selector", labels(name)).with("ports", ports);
            documents.push(self.object((("v1", "Service"), name, below_spec(spec)), name));
        }
        if let Some(rules) = rules {
            let spec = tree::Map::new(rules.span).with("rules", rules);
            documents.push(self.object((("networking.k8s.io/v1", "Ingress"), name, below_spec(spec)), name));
        }
        for body in write_autoscalers(&mut scope) {
            documents.push(self.object((("autoscaling/v2", "HorizontalPodAutoscaler"), name, body), name));
        }
        (documents, scope)
    }

    /// A document with an object.
    fn object(&self, ((api_version, kind), name, body): Object<'_>, app: Spanned<&str>) -> Document {
        let at = name.span;
        let metadata =
            tree::Map::new(at).with("name", tree::text(at, name.value)).with("labels", labels(app));
        let head = tree::Map::new(at)
            .with("apiVersion", tree::text(at, api_version))
            .with("kind", tree::text(at, kind))
            .with("metadata", metadata.into_node());
        let body = body.into_node();
        let mut root = head.into_node();
        tree::merge_keeping_nulls(&mut root, &body);
        root.span = body.span;
        Document {
            kind: DocumentKind::Other,
            file: self.document.file,
            span: self.document.span,
            root,
            attachments: Attachments::default(),
            origins: Vec::new(),
        }
    }

    /// What the Deployment says beside its metadata.
    fn pods(&mut self, scope: &mut Scope<'_>, storage: &mut Storage) -> tree::Map {
        let containers = &scope.workload.containers;
        let at = tree::get(&self.document.root, "containers").map_or(containers.key, |node| node.span);
        let name = Spanned::new(scope.name(), scope.workload.metadata.name.span);
        let (waited_for, others) = in_order(&containers.value, self.diagnostics);
        let mut pod = tree::Map::new(at);
        for (key, containers) in [("initContainers", waited_for), ("containers", others)] {
            pod.set_some(key, self.containers(containers, scope, storage));
        }
        pod.set_some("volumes", storage.volumes());
        let mut metadata = tree::Map::new(at).with("labels", labels(name));
        metadata.set_some("annotations", self.annotations(scope.workload));
        let template =
            tree::Map::new(at).with("metadata", metadata.into_node()).with("spec", pod.into_node());
        let selector = tree::Map::new(at).with("matchLabels", labels(name));
        let spec =
            tree::Map::new(at).with("selector", selector.into_node()).with("template", template.into_node());
        below_spec(spec)
    }

    fn containers(
        &mut self,
        containers: Vec<Placed<'_>>,
        scope: &mut Scope<'_>,
        storage: &mut Storage,
    ) -> Option<Node> {
        let first = containers.first()?.0.span;
        let mut ports = container_ports(scope);
        let written = containers.into_iter().map(|(name, container, start)| {
            let ports = if start.is_none() { ports.take() } else { None };
            write_container((name, container), (ports, start), (&mut *scope, self), storage)
        });
        Some(tree::list(first, written.collect()))
    }

    fn annotations(&mut self, workload: &Workload) -> Option<Node> {
        let mut annotations = tree::Map::new(workload.metadata.name.span);
        for (key, text) in workload.metadata.annotations.iter() {
            if key.value.split_once('/').is_some_and(|(prefix, _)| prefix.ends_with(OWN)) {
                self.diagnostics.report(diagnostics::own_annotation(key));
                continue;
            }
            self.tell_unfilled(text);
            let key = Spanned::new(key.value.to_owned(), key.span);
            annotations.set_written(&key, tree::text(text.span, text.value.as_str()));
        }
        annotations.into_some()
    }

    /// Reports placeholders where Score fills none in.
    pub(super) fn tell_unfilled(&mut self, text: &Spanned<String>) {
        let mut places = Places::of(text.span, self.inputs.sources);
        for segment in segments(&text.value) {
            if let Segment::Placeholder(inner) = segment
                && (inner.starts_with("metadata.") || inner.starts_with("resources."))
            {
                let at = places.next(inner);
                self.diagnostics.report(diagnostics::unfilled(&Spanned::new(inner, at)));
            }
        }
    }

    /// Reads a file that the workload names. Reports E0306 and E0307.
    pub(super) fn read(&mut self, source: &Spanned<String>) -> Option<Vec<u8>> {
        match (self.inputs.read)(&source.value, source.span) {
            Ok(bytes) => Some(bytes),
            Err(fault) => {
                self.diagnostics.report(*fault);
                None
            }
        }
    }
}

/// The label by which all objects of an App are known.
fn labels(name: Spanned<&str>) -> Node {
    tree::Map::new(name.span).with("app", tree::text(name.span, name.value)).into_node()
}

fn below_spec(spec: tree::Map) -> tree::Map {
    let spec = spec.into_node();
    let at: Span = spec.span;
    tree::Map::new(at).with("spec", spec)
}
