//! What the objects refer to, and whether it is there.

use crate::bundle::Carrier;
use crate::bundle::Dependency;
use crate::bundle::DependencyState;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::pointer::Pointer;
use crate::karmada::dependencies::Dependencies as Found;
use crate::karmada::dependencies::DependencyError;
use crate::karmada::dependencies::Place;
use crate::karmada::dependencies::Reference;
use crate::karmada::dependencies::Target;
use crate::karmada::dependencies::find_dependencies;
use crate::lower::Lowering;
use crate::lower::config::is_external;
use crate::lower::policies::stays_on_control_plane;
use crate::spec::ConfigMap;
use crate::spec::Dependencies;
use crate::spec::Secret;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Objects that Kubernetes makes in every namespace of every cluster.
const PROVIDED: &[(&str, &str)] = &[
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ServiceAccount", "default"),
];

/// How many values of wrong types are passed over in one object.
const MOST_FAULTS: usize = 64;

/// All references of an App's objects.
pub(super) struct Analysis {
    /// The references, in the order of the objects and of the places in them.
    pub(super) dependencies: Vec<Dependency>,
    /// The App's own objects that are referred to: something other than a selector carries them, or nothing shall.
    pub(super) carried: BTreeSet<ObjectKey>,
}

impl Dependency {
    /// Tells whether the object is not the App's own, but shall be carried too.
    pub(super) fn is_outside(&self) -> bool {
        matches!(self.state, DependencyState::External | DependencyState::Found)
    }
}

impl<'a> Lowering<'a> {
    /// Finds all references, by Karmada's rules, and reports those that nothing meets.
    pub(super) fn analyse_dependencies(&mut self, objects: &[Object]) -> Analysis {
        let by_key: BTreeMap<&ObjectKey, &Object> =
            objects.iter().map(|object| (&object.key, object)).collect();
        let mut analysis = Analysis { dependencies: Vec::new(), carried: BTreeSet::new() };
        for owner in objects.iter().filter(|object| can_refer(object.role)) {
            let Some(found) = find_beside_faults(read_by_karmada(owner)) else { continue };
            for reference in &found.references {
                self.take_reference((owner, reference), &by_key, &mut analysis);
            }
        }
        analysis.dependencies.sort_by(|left, right| {
            (left.at.file, left.at.start, &left.target).cmp(&(right.at.file, right.at.start, &right.target))
        });
        analysis
    }

    fn take_reference(
        &mut self,
        (owner, reference): (&Object, &Reference),
        by_key: &BTreeMap<&ObjectKey, &Object>,
        analysis: &mut Analysis,
    ) {
        let Some(target) = target_key(reference) else { return };
        let own = by_key.get(&target).copied();
        let state = self.state_of(&target, own.is_some());
        let stays = stays_on_control_plane(&owner.key);
        let carrier = if stays { Carrier::Nothing } else { self.carrier_of(state) };
        let is_first = own.is_some() && analysis.carried.insert(target.clone());
        let mut is_left_behind = is_first && carrier == Carrier::Nothing && !stays;
        let holder = own.map(|object| &object.root).or_else(|| find_found(self.world.found, &target));
        let known_keys = holder.map(keys_of).or_else(|| self.external_keys(&target));
        for place in &reference.places {
            let Ok(pointer) = Pointer::parse(&place.pointer) else { continue };
            let at = tree::find_nearest(&owner.root, &pointer).span;
            let dependency = Dependency {
                owner: owner.key.clone(),
                target: target.clone(),
                key: place.keys.first().cloned().filter(|_| place.keys.len() == 1),
                is_optional: place.is_optional,
                at,
                state,
                carrier,
            };
            if state == DependencyState::Missing && !self.could_not_be_read(target.gvk.kind(), &target.name) {
                let known: Vec<String> = self.known_names(&target, by_key);
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.missing_dependency((&dependency, owner.role), &known);
            }
            if std::mem::take(&mut is_left_behind) {
                self.left_behind(&dependency);
            }
            if let Some(known) = &known_keys {
                self.check_keys(&dependency, place, (Some(owner), known));
            }
            analysis.dependencies.push(dependency);
        }
    }

    pub(super) fn state_of(&self, target: &ObjectKey, is_own: bool) -> DependencyState {
        let name = target.name.as_str();
        let external = match target.gvk.kind() {
            "ConfigMap" => self.app.spec.config_maps.0.get(name).is_some_and(|map| is_external(map.external)),
            "Secret" => self.app.spec.secrets.0.get(name).is_some_and(|secret| is_external(secret.external)),
            "PersistentVolumeClaim" => self
                .app
                .spec
                .persistent_volume_claims
                .0
                .get(name)
                .is_some_and(|claim| is_external(claim.external)),
            "ServiceAccount" => self
                .app
                .spec
                .service_account
                .as_ref()
                .is_some_and(|account| account.create.is_some_and(|create| !create.value)),
            _ => false,
        };
        if is_own {
            DependencyState::Defined
        } else if external {
            DependencyState::External
        } else if find_found(self.world.found, target).is_some() {
            DependencyState::Found
        } else if PROVIDED.contains(&(target.gvk.kind(), name)) {
            DependencyState::Provided
        } else {
            DependencyState::Missing
        }
    }

    /// Tells whether the App defines an object of this kind and name in a way that was reported already.
    pub(super) fn could_not_be_read(&self, kind: &str, name: &str) -> bool {
        let spec = &self.app.spec;
        let (key, has_lost_entry) = match kind {
            "ConfigMap" => ("configMaps", spec.config_maps.0.has_lost(name)),
            "Secret" => ("secrets", spec.secrets.0.has_lost(name)),
            "PersistentVolumeClaim" => {
                ("persistentVolumeClaims", spec.persistent_volume_claims.0.has_lost(name))
            }
            "Service" => ("services", spec.services.0.has_lost(name)),
            "Ingress" => ("ingresses", spec.ingresses.0.has_lost(name)),
            "ServiceAccount" => ("serviceAccount", false),
            _ => ("manifests", false),
        };
        has_lost_entry || spec.has_lost(key)
    }

    /// The keys that the App says an external object has; nothing where it does not say.
    fn external_keys(&self, target: &ObjectKey) -> Option<BTreeSet<&'a str>> {
        let (app, name) = (self.app, target.name.as_str());
        let keys = match target.gvk.kind() {
            "ConfigMap" => &app.spec.config_maps.0.get(name)?.keys,
            "Secret" => &app.spec.secrets.0.get(name)?.keys,
            _ => return None,
        };
        (!keys.is_empty()).then(|| keys.iter().map(|key| key.value.as_str()).collect())
    }

    /// The names that the App has for its objects of the same kind.
    fn known_names(&self, target: &ObjectKey, by_key: &BTreeMap<&ObjectKey, &Object>) -> Vec<String> {
        let same_kind =
            by_key.keys().filter(|key| key.gvk == target.gvk && key.namespace == target.namespace);
        same_kind.map(|key| self.written_name(key).to_owned()).collect()
    }

    pub(super) fn carrier_of(&self, state: DependencyState) -> Carrier {
        match (state, self.dependencies_choice()) {
            (DependencyState::Provided, _) => Carrier::Cluster,
            (DependencyState::Missing, _) => Carrier::Nothing,
            _ if self.external_policies().is_some() => Carrier::ExternalPolicy,
            (_, Dependencies::None) => Carrier::Nothing,
            (
                DependencyState::Defined | DependencyState::Found | DependencyState::External,
                Dependencies::Auto,
            ) => Carrier::PropagateDependencies,
            (
                DependencyState::Defined | DependencyState::Found | DependencyState::External,
                Dependencies::Listed,
            ) => Carrier::Selector,
        }
    }

    /// Reports what an override refers to and is not there, the object or its keys.
    pub(super) fn check_override_reference(
        &mut self,
        dependency: &Dependency,
        place: &Place,
        objects: &[Object],
    ) {
        let by_key: BTreeMap<&ObjectKey, &Object> =
            objects.iter().map(|object| (&object.key, object)).collect();
        let target = &dependency.target;
        if dependency.state == DependencyState::Missing
            && !self.could_not_be_read(target.gvk.kind(), &target.name)
        {
            let known: Vec<String> = self.known_names(target, &by_key);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.missing_dependency((dependency, Role::Workload), &known);
        }
        let own = by_key.get(target).map(|object| &object.root);
        let holder = own.or_else(|| find_found(self.world.found, target));
        if let Some(known) = holder.map(keys_of).or_else(|| self.external_keys(target)) {
            self.check_keys(dependency, place, (None, &known));
        }
    }

    /// Reports every key that the object at hand does not have.
    fn check_keys(
        &mut self,
        dependency: &Dependency,
        place: &Place,
        (owner, known): (Option<&Object>, &BTreeSet<&str>),
    ) {
        if place.keys.iter().all(|key| known.contains(key.as_str())) {
            return;
        }
        let spec = &self.app.spec;
        let written = self.written_name(&dependency.target);
        let lost: Vec<&str> = match dependency.target.gvk.kind() {
            "ConfigMap" => {
                spec.config_maps.0.get(written).into_iter().flat_map(ConfigMap::lost_keys).collect()
            }
            "Secret" => spec.secrets.0.get(written).into_iter().flat_map(Secret::lost_keys).collect(),
            _ => Vec::new(),
        };
        if lost.contains(&"") {
            return;
        }
        let known: BTreeSet<&str> = known.iter().copied().chain(lost).collect();
        for key in place.keys.iter().filter(|key| !known.contains(key.as_str())) {
            let at = owner.and_then(|owner| key_place(&owner.root, place, key)).unwrap_or(dependency.at);
            self.missing_dependency_key(dependency, (key, at), &known);
        }
    }
}

/// The references of an object. Karmada finds none where any value has a wrong type; that is an error of its own, and shall hide
/// no reference beside it.
fn find_beside_faults(mut object: Json) -> Option<Found> {
    for _ in 0..MOST_FAULTS {
        match find_dependencies(&object) {
            Ok(found) => return Some(found),
            Err(DependencyError::WrongType(wrong)) => *object.pointer_mut(&wrong.pointer)? = Json::Null,
            Err(_) => return None,
        }
    }
    None
}

/// The object as it is read for its references: an Ingress of all clusters has those of any other.
pub(super) fn read_by_karmada(owner: &Object) -> Json {
    let mut root = owner.root.to_json();
    if owner.key.gvk.kind() == "MultiClusterIngress"
        && let Some(object) = root.as_object_mut()
    {
        object.insert("apiVersion".to_owned(), Json::from("networking.k8s.io/v1"));
        object.insert("kind".to_owned(), Json::from("Ingress"));
    }
    root
}

/// An object of a `--with` folder; one that names no namespace stands for any.
pub(super) fn find_found<'a>(found: &'a BTreeMap<ObjectKey, Node>, target: &ObjectKey) -> Option<&'a Node> {
    found.get(target).or_else(|| found.get(&ObjectKey { namespace: None, ..target.clone() }))
}

/// Karmada finds nothing in the other kinds that are generated, so they need not be read.
pub(super) fn can_refer(role: Role) -> bool {
    match role {
        Role::Workload | Role::Ingress | Role::Manifest | Role::Streamed => true,
        Role::Namespace
        | Role::ServiceAccount
        | Role::ConfigMap
        | Role::Secret
        | Role::PersistentVolumeClaim
        | Role::Service
        | Role::Autoscaler
        | Role::DisruptionBudget
        | Role::PropagationPolicy
        | Role::OverridePolicy => false,
    }
}

pub(super) fn target_key(reference: &Reference) -> Option<ObjectKey> {
    match &reference.target {
        Target::Name(name) => {
            let gvk = GroupVersionKind::parse(reference.api_version, reference.kind).ok()?;
            Some(ObjectKey { gvk, namespace: reference.namespace.clone(), name: name.clone() })
        }
        Target::Label { .. } => None,
    }
}

/// The keys of a `ConfigMap` or Secret.
fn keys_of(holder: &Node) -> BTreeSet<&str> {
    ["data", "binaryData", "stringData"]
        .iter()
        .filter_map(|field| tree::get(holder, field).and_then(Node::as_mapping))
        .flatten()
        .map(|entry| entry.key.value.as_str())
        .collect()
}

/// The place of a key beside the name that a reference gives: `key` itself, or the one of `items`.
fn key_place(root: &Node, place: &Place, key: &str) -> Option<crate::source::Span> {
    let mut above = Pointer::parse(&place.pointer).ok()?;
    above.pop();
    let source = tree::find_nearest(root, &above);
    let is_key = |node: &&Node| node.as_str() == Some(key);
    if let Some(found) = tree::get(source, "key").filter(is_key) {
        return Some(found.span);
    }
    let items = tree::get(source, "items").and_then(Node::as_sequence)?;
    items.iter().filter_map(|item| tree::get(item, "key")).find(is_key).map(|found| found.span)
}
