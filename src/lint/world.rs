//! All objects and policies of the input, and which policy selects which object.

use crate::diagnostic::Diagnostics;
use crate::fleet::Inventory;
use crate::k8s::gvk::Scope;
use crate::k8s::version::MinorVersion;
use crate::karmada::policy::ResourceSelector;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::selector::ImplicitPriority;
use crate::karmada::selector::selector_priority;
use crate::karmada::version::KarmadaVersion;
use crate::lint::Given;
use crate::lint::admission::check_kind;
use crate::lint::admission::read_spec;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::object::PolicyKind;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// All that the rules look at.
pub(super) struct World<'a> {
    /// All objects, policies too, in the order of the input.
    pub(super) objects: &'a [Object<'a>],
    /// The propagation policies that Karmada takes.
    pub(super) propagations: Vec<Policy<'a, PropagationSpec>>,
    /// The override policies that Karmada takes.
    pub(super) overridings: Vec<Policy<'a, OverrideSpec>>,
    /// The clusters there are, if known.
    pub(super) inventory: Option<&'a Inventory>,
    /// The version of Kubernetes that the objects are for.
    pub(super) version: MinorVersion,
    /// The version of Karmada, where anybody says it.
    pub(super) karmada: Option<KarmadaVersion>,
    /// Whether there is a policy that Karmada refuses: nothing is said about what is missing then.
    pub(super) has_refused: bool,
    /// By object: the propagation policies that select it, best first.
    claims: Vec<Vec<Claim>>,
    /// By kind, then by name.
    by_name: BTreeMap<&'a str, BTreeMap<&'a str, Vec<usize>>>,
}

/// A policy with the defaults that admission adds.
pub(super) struct Policy<'a, S> {
    /// The policy as written.
    pub(super) object: &'a Object<'a>,
    /// Its spec.
    pub(super) spec: S,
    /// What it selects, by selector: the same object may come more than once.
    pub(super) selections: Vec<Selection>,
}

/// An object that a policy selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    /// The index of the selector; none for a policy without.
    pub(super) selector: Option<usize>,
    /// The index of the object.
    pub(super) object: usize,
    /// How precisely.
    pub(super) precision: ImplicitPriority,
}

/// A propagation policy that selects an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    /// The index of the policy.
    pub(super) policy: usize,
    /// The index of the selector that selects the object most precisely.
    pub(super) selector: usize,
    /// What ranks the policy among others: its scope, its priority, and its precision.
    pub(super) rank: (Reach, i32, ImplicitPriority),
}

/// Whose objects a policy may select, least first: policies of the object's namespace come before all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Those of all namespaces, and those of none.
    Cluster,
    /// Those of its own namespace.
    Namespace,
}

impl<S> Policy<'_, S> {
    /// Whose objects the policy may select.
    pub(super) fn reach(&self) -> Reach {
        reach(self.object)
    }

    /// The objects it selects, each once.
    pub(super) fn selected(&self) -> Vec<usize> {
        let mut objects: Vec<usize> = self.selections.iter().map(|selection| selection.object).collect();
        objects.sort_unstable();
        objects.dedup();
        objects
    }
}

/// Whose objects a policy may select.
pub(super) fn reach(policy: &Object<'_>) -> Reach {
    if policy.kind.starts_with("Cluster") { Reach::Cluster } else { Reach::Namespace }
}

impl<'a> World<'a> {
    /// Reads all policies, and finds what they select; reports E0501.
    pub(super) fn read(objects: &'a [Object<'a>], given: &Given<'a>, diagnostics: &mut Diagnostics) -> Self {
        let index = Index::new(objects);
        let mut propagations = Vec::new();
        let mut overridings = Vec::new();
        let mut has_refused = false;
        for object in objects {
            match object.policy_kind() {
                None => check_kind(object, diagnostics),
                Some(PolicyKind::Propagation) => {
                    match read_spec::<PropagationSpec>(object, given, diagnostics) {
                        Some(spec) => {
                            let selections = index.select_all(object, &spec.resource_selectors);
                            propagations.push(Policy { object, spec, selections });
                        }
                        None => has_refused = true,
                    }
                }
                Some(PolicyKind::Override) => match read_spec::<OverrideSpec>(object, given, diagnostics) {
                    Some(spec) => {
                        let selections = index.select_for_override(object, &spec.resource_selectors);
                        overridings.push(Policy { object, spec, selections });
                    }
                    None => has_refused = true,
                },
            }
        }
        let claims = rank_claims(objects.len(), &propagations);
        let by_name = index.by_name();
        let (inventory, version, karmada) = (given.inventory, given.kubernetes.version, given.karmada);
        Self { objects, propagations, overridings, inventory, version, karmada, has_refused, claims, by_name }
    }

    /// An object by its index.
    pub(super) fn object(&self, index: usize) -> &'a Object<'a> {
        let Some(object) = self.objects.get(index) else {
            unreachable!("indices of objects are made from the list of objects");
        };
        object
    }

    /// The propagation policies that select an object, best first.
    pub(super) fn claims(&self, object: usize) -> &[Claim] {
        self.claims.get(object).map_or(&[], Vec::as_slice)
    }

    /// The propagation policy that takes an object.
    pub(super) fn policy_of(&self, object: usize) -> Option<&Policy<'a, PropagationSpec>> {
        self.claims(object).first().and_then(|claim| self.propagations.get(claim.policy))
    }

    /// All objects of a kind with a name, whatever their group and namespace.
    pub(super) fn named(&self, kind: &str, name: &str) -> &[usize] {
        self.by_name.get(kind).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// The policies that the user wrote.
    pub(super) fn written_propagations(&self) -> impl Iterator<Item = &Policy<'a, PropagationSpec>> {
        self.propagations.iter().filter(|policy| policy.object.author == Author::User)
    }

    /// The override policies that the user wrote.
    pub(super) fn written_overridings(&self) -> impl Iterator<Item = &Policy<'a, OverrideSpec>> {
        self.overridings.iter().filter(|policy| policy.object.author == Author::User)
    }
}

/// Tells whether two places may be in one namespace; one that names none may be applied to any.
pub(super) fn is_same_namespace(left: Option<&str>, right: Option<&str>) -> bool {
    left.is_none() || right.is_none() || left == right
}

/// The objects that policies can select, by kind and by name.
struct Index<'a> {
    objects: &'a [Object<'a>],
    by_kind: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    by_name: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(objects: &'a [Object<'a>]) -> Self {
        let mut index = Self { objects, by_kind: BTreeMap::new(), by_name: BTreeMap::new() };
        for (number, object) in objects.iter().enumerate().filter(|(_, object)| !is_karmadas_own(object)) {
            let (api_version, kind, name) = (object.api_version, object.kind, object.name);
            index.by_kind.entry((api_version, kind)).or_default().push(number);
            index.by_name.entry((api_version, kind, name)).or_default().push(number);
        }
        index
    }

    fn by_name(self) -> BTreeMap<&'a str, BTreeMap<&'a str, Vec<usize>>> {
        let mut named: BTreeMap<&str, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for ((_, kind, name), objects) in self.by_name {
            named.entry(kind).or_default().entry(name).or_default().extend(objects);
        }
        named
    }

    fn select_for_override(&self, policy: &Object<'_>, selectors: &[ResourceSelector]) -> Vec<Selection> {
        if !selectors.is_empty() {
            return self.select_all(policy, selectors);
        }
        let all = self.by_kind.values().flatten().filter(|number| self.is_within_reach(policy, **number));
        let mut all: Vec<Selection> = all
            .map(|object| Selection {
                selector: None,
                object: *object,
                precision: ImplicitPriority::MatchAll,
            })
            .collect();
        all.sort_by_key(|selection| selection.object);
        all
    }

    fn select_all(&self, policy: &Object<'_>, selectors: &[ResourceSelector]) -> Vec<Selection> {
        let mut selections = Vec::new();
        for (number, selector) in selectors.iter().enumerate() {
            let (api_version, kind) = (selector.api_version.as_str(), selector.kind.as_str());
            let candidates = if selector.name.is_empty() {
                self.by_kind.get(&(api_version, kind))
            } else {
                self.by_name.get(&(api_version, kind, selector.name.as_str()))
            };
            // Namespaces are compared here, because an object need not say its own.
            let anywhere = ResourceSelector { namespace: String::new(), ..selector.clone() };
            for object in candidates.into_iter().flatten() {
                let Some(found) = self.objects.get(*object) else { continue };
                let asked = Some(selector.namespace.as_str()).filter(|namespace| !namespace.is_empty());
                let asked = if reach(policy) == Reach::Namespace { policy.namespace } else { asked };
                if !self.is_within_reach(policy, *object) || !is_same_namespace(found.namespace, asked) {
                    continue;
                }
                let precision = selector_priority(&found.json, &anywhere);
                if precision > ImplicitPriority::Mismatch {
                    selections.push(Selection { selector: Some(number), object: *object, precision });
                }
            }
        }
        selections
    }

    fn is_within_reach(&self, policy: &Object<'_>, object: usize) -> bool {
        let Some(object) = self.objects.get(object) else { return false };
        match reach(policy) {
            Reach::Cluster => true,
            Reach::Namespace => {
                object.scope() != Some(Scope::Cluster)
                    && is_same_namespace(object.namespace, policy.namespace)
            }
        }
    }
}

/// Policies and the like stay on the control plane.
fn is_karmadas_own(object: &Object<'_>) -> bool {
    object.group().ends_with("karmada.io")
}

fn rank_claims(objects: usize, policies: &[Policy<'_, PropagationSpec>]) -> Vec<Vec<Claim>> {
    let mut claims: Vec<Vec<Claim>> = vec![Vec::new(); objects];
    for (number, policy) in policies.iter().enumerate() {
        let priority = policy.spec.priority.unwrap_or_default();
        let mut best: BTreeMap<usize, Claim> = BTreeMap::new();
        for selection in &policy.selections {
            let rank = (policy.reach(), priority, selection.precision);
            let claim = Claim { policy: number, selector: selection.selector.unwrap_or_default(), rank };
            let known = best.entry(selection.object).or_insert(claim);
            if known.rank < rank {
                *known = claim;
            }
        }
        for (object, claim) in best {
            claims.get_mut(object).into_iter().for_each(|claims| claims.push(claim));
        }
    }
    for of_object in &mut claims {
        of_object.sort_by_key(|claim| {
            let name = policies.get(claim.policy).map(|policy| policy.object.name);
            (Reverse(claim.rank), name, claim.policy)
        });
    }
    claims
}
