//! Which workloads an object is for: those that refer to it, whose pods it leads to, or that it acts on.

use crate::import::Original;
use crate::import::references::Pods;
use crate::import::references::backends;
use crate::import::references::items;
use crate::import::references::references;
use crate::import::references::text;
use crate::import::references::workload_kind;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::name::check_dns_label;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Who an object is for, by the numbers of the objects.
pub(super) struct Owners<'a> {
    objects: &'a [Original],
    by_key: BTreeMap<&'a ObjectKey, usize>,
    pods: Pods<'a>,
    /// The workloads that have an App of their own.
    pub(super) workloads: BTreeMap<(&'a str, &'a str), usize>,
    /// The workloads that each object is for.
    of: Vec<BTreeSet<usize>>,
    /// The workloads that run as an account, which need not be among the objects.
    accounts: BTreeMap<(&'a str, String), BTreeSet<usize>>,
}

impl<'a> Owners<'a> {
    /// Finds whom each object is for.
    pub(super) fn find(objects: &'a [Original]) -> Self {
        let mut owners = Self {
            objects,
            by_key: objects.iter().map(|object| &object.key).zip(0..).collect(),
            pods: Pods::default(),
            workloads: BTreeMap::new(),
            of: vec![BTreeSet::new(); objects.len()],
            accounts: BTreeMap::new(),
        };
        let mut workloads: Vec<(usize, &Original)> =
            (0..).zip(objects).filter(|(_, object)| can_name_an_app(&object.key)).collect();
        // Of two workloads with one name, the one whose kind comes first names the App.
        workloads
            .sort_by_key(|(number, object)| (workload_kind(&object.key).map(|kind| kind as usize), *number));
        for (number, object) in workloads {
            let name = (namespace(object), object.key.name.as_str());
            let owner = *owners.workloads.entry(name).or_insert(number);
            owners.own(number, [owner]);
            if owner == number {
                owners.pods.add(number, object);
            }
        }
        owners.find_owners();
        owners
    }

    fn own(&mut self, object: usize, owners: impl IntoIterator<Item = usize>) {
        if let Some(known) = self.of.get_mut(object) {
            known.extend(owners);
        }
    }

    /// The numbers of the workloads that an object is for.
    pub(super) fn owners_of(&self, object: usize) -> BTreeSet<usize> {
        self.of.get(object).cloned().unwrap_or_default()
    }

    /// An object is for whom that is for which refers to it; so those that refer come first.
    fn find_owners(&mut self) {
        let objects = self.objects;
        let of_kind = |kinds: &'static [&'static str]| {
            (0..).zip(objects).filter(move |(_, object)| kinds.contains(&object.key.gvk.kind()))
        };
        for (number, object) in (0..).zip(objects) {
            if workload_kind(&object.key).is_some() {
                self.own_references(number, object);
            }
        }
        of_kind(&["Service"]).for_each(|(number, object)| self.own_service(number, object));
        for (number, object) in of_kind(&["Ingress", "MultiClusterIngress"]) {
            self.own_ingress(number, object);
            self.own_references(number, object);
        }
        for (number, object) in of_kind(&["PodDisruptionBudget", "NetworkPolicy"]) {
            let selector =
                ["selector", "podSelector"].iter().find_map(|key| tree::find(&object.root, &["spec", key]));
            let found = selector.map(|selector| self.pods.select_by(namespace(object), selector));
            self.own(number, found.unwrap_or_default());
        }
        for kinds in [
            &["HorizontalPodAutoscaler", "FederatedHPA"][..],
            &["CronFederatedHPA"],
            &["MultiClusterService"],
        ] {
            of_kind(kinds).for_each(|(number, object)| self.own_by_name(number, object));
        }
        for (number, object) in of_kind(&["RoleBinding", "ClusterRoleBinding"]) {
            self.own_binding(number, object);
        }
        for (number, object) in of_kind(&["ServiceAccount"]) {
            self.own_secrets(number, object);
        }
        let callers = [
            "APIService",
            "CustomResourceDefinition",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration",
        ];
        for (number, object) in
            (0..).zip(objects).filter(|(_, object)| callers.contains(&object.key.gvk.kind()))
        {
            self.own_called(number, object);
        }
    }

    /// What an object refers to is for whom the object is for.
    fn own_references(&mut self, number: usize, object: &'a Original) {
        let owners = self.owners_of(number);
        for reference in references(object) {
            if reference.target.gvk.kind() == "ServiceAccount" {
                let account = (namespace(object), reference.target.name.clone());
                self.accounts.entry(account).or_default().extend(&owners);
            }
            self.own_key(&reference.target, &owners);
        }
        if let Some(service) = text(&object.root, &["spec", "serviceName"]) {
            self.own_key(&core_key("Service", object, service), &owners);
        }
    }

    fn own_key(&mut self, key: &ObjectKey, owners: &BTreeSet<usize>) {
        if let Some(number) = self.by_key.get(key) {
            self.own(*number, owners.iter().copied());
        }
    }

    /// A Service is for the workloads whose pods it selects.
    fn own_service(&mut self, number: usize, object: &Original) {
        let selector =
            tree::find(&object.root, &["spec", "selector"]).and_then(crate::yaml::Node::as_mapping);
        let labels: Vec<(&str, &str)> = selector
            .into_iter()
            .flatten()
            .filter_map(|entry| Some((entry.key.value.as_str(), entry.value.as_str()?)))
            .collect();
        let found = self.pods.select(namespace(object), &labels);
        if !found.is_empty() {
            self.own(number, found);
        }
    }

    /// An Ingress is for whom its Services are for.
    fn own_ingress(&mut self, number: usize, object: &Original) {
        for service in backends(&object.root) {
            let key = core_key("Service", object, service);
            if let Some(service) = self.by_key.get(&key) {
                self.own(number, self.owners_of(*service));
            }
        }
    }

    /// What scales a workload, or an autoscaler, names it; what reaches a Service has its name.
    fn own_by_name(&mut self, number: usize, object: &Original) {
        let target = |path: &[&str]| text(&object.root, path).unwrap_or_default();
        let name = target(&["spec", "scaleTargetRef", "name"]);
        let found = if object.key.gvk.kind() == "MultiClusterService" {
            self.by_key.get(&core_key("Service", object, &object.key.name)).copied()
        } else {
            let parsed = GroupVersionKind::parse(
                target(&["spec", "scaleTargetRef", "apiVersion"]),
                target(&["spec", "scaleTargetRef", "kind"]),
            );
            parsed.ok().and_then(|gvk| {
                let key = ObjectKey { gvk, namespace: object.key.namespace.clone(), name: name.to_owned() };
                self.by_key.get(&key).copied()
            })
        };
        if let Some(found) = found {
            self.own(number, self.owners_of(found));
        }
    }

    /// A binding, and the role that it gives, are for the workloads whose accounts get it.
    fn own_binding(&mut self, number: usize, object: &'a Original) {
        let mut owners = BTreeSet::new();
        for subject in items(&object.root, &["subjects"]) {
            let of_account = text(subject, &["kind"]) == Some("ServiceAccount");
            let Some(name) = text(subject, &["name"]).filter(|_| of_account) else { continue };
            let namespace = text(subject, &["namespace"]).unwrap_or_else(|| namespace(object));
            owners.extend(self.accounts.get(&(namespace, name.to_owned())).into_iter().flatten());
        }
        self.own(number, owners.iter().copied());
        let role = (text(&object.root, &["roleRef", "kind"]), text(&object.root, &["roleRef", "name"]));
        let (Some(kind), Some(name)) = role else { return };
        let Ok(gvk) = GroupVersionKind::parse(&object.key.gvk.api_version(), kind) else { return };
        let namespace = object.key.namespace.clone().filter(|_| kind == "Role");
        self.own_key(&ObjectKey { gvk, namespace, name: name.to_owned() }, &owners);
    }

    /// What the API server calls a Service for is for whom the Service is for.
    fn own_called(&mut self, number: usize, object: &Original) {
        let root = &object.root;
        let hooks = items(root, &["webhooks"]).map(|hook| tree::find(hook, &["clientConfig", "service"]));
        let conversion = tree::find(root, &["spec", "conversion", "webhook", "clientConfig", "service"]);
        let services: Vec<&Node> =
            hooks.chain([conversion, tree::find(root, &["spec", "service"])]).flatten().collect();
        for service in services {
            let (Some(namespace), Some(name)) = (text(service, &["namespace"]), text(service, &["name"]))
            else {
                continue;
            };
            let key =
                ObjectKey { namespace: Some(namespace.to_owned()), ..core_key("Service", object, name) };
            if let Some(service) = self.by_key.get(&key) {
                self.own(number, self.owners_of(*service));
            }
        }
    }

    /// The Secrets of an account are for whom the account is for.
    fn own_secrets(&mut self, number: usize, object: &Original) {
        let owners = self.owners_of(number);
        let secrets = items(&object.root, &["imagePullSecrets"]).chain(items(&object.root, &["secrets"]));
        for name in secrets.filter_map(|secret| text(secret, &["name"])) {
            self.own_key(&core_key("Secret", object, name), &owners);
        }
    }
}

/// The namespace of the App that an object belongs to; one without a namespace is sent by an App of `default`.
pub(super) fn namespace(object: &Original) -> &str {
    object.key.namespace.as_deref().unwrap_or(default_namespace())
}

/// An App has the name of its workload.
fn can_name_an_app(key: &ObjectKey) -> bool {
    workload_kind(key).is_some() && check_dns_label(&key.name).is_ok()
}

/// Names an object of the core group beside another one.
fn core_key(kind: &str, beside: &Original, name: &str) -> ObjectKey {
    let Ok(gvk) = GroupVersionKind::parse("v1", kind) else {
        unreachable!("a kind of the core group has a version");
    };
    ObjectKey { gvk, namespace: beside.key.namespace.clone(), name: name.to_owned() }
}
