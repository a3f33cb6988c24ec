//! Which objects become one App.
//!
//! Each workload has an App of its own, with all that is for it alone: what it refers to, what leads to its pods, what scales
//! them. What is for several workloads, or for none, has an App without a workload. And an App has one policy: what another one
//! carries, or none, is in another App.

use crate::import::Collection;
use crate::import::Misfits;
use crate::import::Original;
use crate::import::carriage::Carriage;
use crate::import::carriage::replicas;
use crate::import::claims::Claim;
use crate::import::claims::Claims;
use crate::import::claims::is_uniform;
use crate::import::owners::Owners;
use crate::import::owners::namespace;
use crate::import::references::references;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::name::check_dns_label;
use crate::karmada::policy::Metadata;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::selector::is_own_group;
use crate::spec::Dependencies;
use crate::spec::default_namespace;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What an App without a workload is called.
const SHARED: &str = "shared";

/// The objects of one App.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The namespace of the App.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The number of the workload in the collection.
    pub workload: Option<usize>,
    /// The numbers of all objects, the workload included, in the order written.
    pub members: Vec<usize>,
    /// Who carries the objects.
    pub claim: Claim,
    /// How what the workload refers to follows it where the policy does not see to it.
    pub(super) unfollowed: Dependencies,
    /// How the App says that.
    pub(super) carriage: Carriage,
    /// The policy of the App's own name, whose labels and annotations all objects of the App have.
    pub(super) namesake: Option<Metadata>,
    /// Whether the App asks for the Namespace that it lives in.
    pub brings_namespace: bool,
    /// The numbers of the policies that are kept as they are.
    pub(super) policies: Vec<usize>,
    /// What differs from cluster to cluster.
    pub(super) overrides: Vec<Node>,
}

/// Sorts the objects into Apps; sorted by namespace and name, each object in one.
pub(super) fn group(collection: &Collection, claims: &Claims<'_>, misfits: &Misfits) -> Vec<Group> {
    let objects = &collection.objects;
    let owners = Owners::find(objects);
    let of = |object: &Original| claims.of(&object.key, &object.root.to_json());
    let mut grouping = Grouping {
        collection,
        claims,
        misfits,
        of: objects.iter().map(of).collect(),
        groups: Vec::new(),
        others: BTreeMap::new(),
    };
    grouping.start_groups(&owners);
    grouping.share_out(&owners);
    grouping.place_others();
    grouping.part_unfollowed();
    let mut groups = grouping.groups;
    for group in &mut groups {
        group.members.sort_unstable();
    }
    groups.sort_by(|left, right| (&left.namespace, &left.name).cmp(&(&right.namespace, &right.name)));
    groups
}

struct Grouping<'a> {
    collection: &'a Collection,
    claims: &'a Claims<'a>,
    misfits: &'a Misfits,
    /// Who carries each object.
    of: Vec<Claim>,
    groups: Vec<Group>,
    /// What is in no App of a workload, by namespace and who carries it.
    others: BTreeMap<(Option<&'a str>, Claim), Vec<usize>>,
}

impl<'a> Grouping<'a> {
    fn object(&self, number: usize) -> Option<&'a Original> {
        self.collection.objects.get(number)
    }

    fn claim(&self, number: usize) -> Claim {
        self.of.get(number).copied().unwrap_or(Claim::Nobody)
    }

    /// An App for each workload.
    fn start_groups(&mut self, owners: &Owners<'_>) {
        for ((namespace, name), workload) in &owners.workloads {
            self.groups.push(Group {
                namespace: (*namespace).to_owned(),
                name: (*name).to_owned(),
                workload: Some(*workload),
                members: Vec::new(),
                claim: self.claim(*workload),
                unfollowed: Dependencies::Listed,
                carriage: Carriage::Everywhere,
                namesake: None,
                brings_namespace: false,
                policies: Vec::new(),
                overrides: Vec::new(),
            });
        }
    }

    /// Puts what is for one workload alone into its App, where the same policy carries it.
    fn share_out(&mut self, owners: &Owners<'_>) {
        let mut candidates: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, object) in (0..).zip(&self.collection.objects) {
            let found = owners.owners_of(number);
            match found.first().filter(|_| found.len() == 1) {
                Some(owner) => candidates.entry(*owner).or_default().push(number),
                None => self.add_other(number, object),
            }
        }
        for place in 0..self.groups.len() {
            let workload = self.groups.get(place).and_then(|group| group.workload);
            let members = workload.and_then(|workload| candidates.remove(&workload)).unwrap_or_default();
            self.fill(place, members);
        }
    }

    fn add_other(&mut self, number: usize, object: &'a Original) {
        let claim = self.claim(number);
        self.others.entry((object.key.namespace.as_deref(), claim)).or_default().push(number);
    }

    fn fill(&mut self, place: usize, members: Vec<usize>) {
        let Some(group) = self.groups.get(place) else { return };
        let claim = group.claim;
        let referred = self.referred_by(&members, claim);
        let policy = match claim {
            Claim::Policy(number) => self.claims.policy(number),
            Claim::New | Claim::Nobody => None,
        };
        let follows = policy.is_none_or(|policy| policy.spec.propagate_deps);
        let unfollowed = self.unfollowed(&referred, (&members, claim));
        let replicas = group.workload.and_then(|workload| self.object(workload)).and_then(replicas);
        let is_uniform = policy.is_none_or(|policy| is_uniform(&policy.spec, replicas));
        let mut own = Vec::new();
        for number in members {
            let Some(object) = self.object(number) else { continue };
            let is_referred = referred.contains(&object.key);
            let has_claim = self.claim(number) == claim || stays_on_control_plane(&object.key);
            let is_own = match (is_referred, has_claim) {
                (false, _) => has_claim,
                // Karmada sends it along, and not where the policy sends it besides.
                (true, true) if follows => is_uniform,
                (true, true) => unfollowed == Dependencies::Listed,
                (true, false) => {
                    self.claim(number) == Claim::Nobody && (follows || unfollowed == Dependencies::None)
                }
            };
            if is_own { own.push(number) } else { self.add_apart(number, object, place) }
        }
        if let Some(group) = self.groups.get_mut(place) {
            group.members = own;
            group.unfollowed = unfollowed;
        }
    }

    /// What a policy carries itself, though it is for the workload of another App, or of one that carries it otherwise.
    fn add_apart(&mut self, number: usize, object: &'a Original, place: usize) {
        let claim = self.claim(number);
        let group = self.groups.get(place).filter(|group| group.claim == claim);
        let Some(base) = group.map(|group| format!("{}-dependencies", group.name)) else {
            return self.add_other(number, object);
        };
        let namespace = namespace(object).to_owned();
        let known = self
            .groups
            .iter_mut()
            .find(|group| group.namespace == namespace && group.name == base && group.workload.is_none());
        if let Some(known) = known {
            known.members.push(number);
        } else {
            let name = self.free_name(&namespace, &base);
            self.groups.push(Group::without_workload((namespace, name), vec![number], claim));
        }
    }

    /// What those members refer to that the policy carries.
    fn referred_by(&self, members: &[usize], claim: Claim) -> BTreeSet<ObjectKey> {
        let carried = members.iter().filter(|number| self.claim(**number) == claim);
        let objects = carried.filter_map(|number| self.object(*number));
        objects.flat_map(references).map(|reference| reference.target).collect()
    }

    /// Without `propagateDeps`, an App either names all that its workload refers to in its policy, or nothing of it: what is in
    /// another App is named there.
    fn unfollowed(
        &self,
        referred: &BTreeSet<ObjectKey>,
        (members, claim): (&[usize], Claim),
    ) -> Dependencies {
        let own = members.iter().filter_map(|number| self.object(*number));
        let is_own = own.into_iter().any(|object| referred.contains(&object.key));
        let is_elsewhere = |key: &ObjectKey| self.collection.has_object(key);
        if !is_own && !referred.is_empty() && referred.iter().all(is_elsewhere) {
            return Dependencies::None;
        }
        let is_carried = |key: &ObjectKey| {
            let found = self.collection.find(key);
            let of = found.map_or_else(
                || self.claims.of_name(key),
                |object| self.claims.of(key, &object.root.to_json()),
            );
            of == claim
        };
        if referred.iter().all(is_carried) { Dependencies::Listed } else { Dependencies::None }
    }

    /// What is for several workloads or none goes to the only App with the same policy in the namespace, else to one without a
    /// workload.
    fn place_others(&mut self) {
        let (everywhere, of_namespaces): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.others).into_iter().partition(|((namespace, _), _)| namespace.is_none());
        for ((namespace, claim), members) in of_namespaces.into_iter().chain(everywhere) {
            let (neutral, carried): (Vec<usize>, Vec<usize>) = members.into_iter().partition(|number| {
                self.object(*number).is_some_and(|object| stays_on_control_plane(&object.key))
            });
            for number in neutral {
                self.place_neutral(number);
            }
            let carried = if namespace.is_none() { self.place_by_policy(carried) } else { carried };
            if carried.is_empty() {
                continue;
            }
            let is_there = |group: &Group| namespace.is_none_or(|namespace| group.namespace == namespace);
            let mut fitting: Vec<&mut Group> =
                self.groups.iter_mut().filter(|group| is_there(group) && group.claim == claim).collect();
            if fitting.len() > 1 {
                fitting.retain(|group| group.workload.is_none());
            }
            if let [only] = fitting.as_mut_slice() {
                only.members.extend(carried);
            } else {
                self.add_group(namespace.unwrap_or(default_namespace()), claim, carried);
            }
        }
    }

    /// Without `propagateDeps`, what an App refers to is named in its policy, or is in another App; so are those that came to it last.
    fn part_unfollowed(&mut self) {
        for place in 0..self.groups.len() {
            let Some(group) = self.groups.get(place) else { continue };
            let (claim, members) = (group.claim, group.members.clone());
            let Claim::Policy(number) = claim else { continue };
            if self.claims.policy(number).is_none_or(|policy| policy.spec.propagate_deps) {
                continue;
            }
            let mut referred = self.referred_by(&members, claim);
            let copies = members.iter().filter_map(|number| self.collection.elsewhere.get(number));
            referred.extend(copies.flatten().flat_map(references).map(|reference| reference.target));
            let unfollowed = self.unfollowed(&referred, (&members, claim));
            let is_apart = |number: &usize| {
                unfollowed == Dependencies::None
                    && self.object(*number).is_some_and(|object| referred.contains(&object.key))
            };
            let (apart, own): (Vec<usize>, Vec<usize>) = members.into_iter().partition(is_apart);
            for number in apart {
                if let Some(object) = self.object(number) {
                    self.add_apart(number, object, place);
                }
            }
            if let Some(group) = self.groups.get_mut(place) {
                group.members = own;
                group.unfollowed = unfollowed;
            }
        }
    }

    /// A build names the policy of objects without a namespace after the App; gives those back that have no such policy.
    fn place_by_policy(&mut self, members: Vec<usize>) -> Vec<usize> {
        let mut rest = Vec::new();
        for number in members {
            let object = self.object(number);
            let policy = object.and_then(|object| self.claims.number_of(&object.key, &object.root.to_json()));
            let name =
                policy.and_then(|policy| self.claims.policy(policy)).map(|policy| &policy.metadata.name);
            let claim = self.claim(number);
            let is_its = |group: &&mut Group| {
                group.claim == claim && Some(&format!("{}.{}", group.namespace, group.name)) == name
            };
            match self.groups.iter_mut().find(is_its) {
                Some(group) => group.members.push(number),
                None => rest.push(number),
            }
        }
        rest
    }

    /// A build names the policy that sends the Namespace after it: an App of the namespace asks for it. Tells whether one does.
    fn place_namespace(&mut self, number: usize, object: &Original) -> bool {
        let carrier = self.claims.number_of(&object.key, &object.root.to_json());
        let Some(policy) = carrier.filter(|carrier| !self.misfits.kept.contains(carrier)) else {
            return false;
        };
        let Some(policy) = self.claims.policy(policy) else { return false };
        let affinity =
            |policy: &PropagationPolicy| policy.spec.placement.clone().and_then(|it| it.cluster_affinity);
        let claims = self.claims;
        let goes_along = |group: &Group| match group.claim {
            Claim::Policy(number) => claims.policy(number).map(affinity) == Some(affinity(policy)),
            Claim::New | Claim::Nobody => false,
        };
        let there = self.groups.iter_mut().filter(|group| group.namespace == object.key.name);
        let sent = there.filter(|group| matches!(group.claim, Claim::Policy(_)));
        let first = sent.min_by_key(|group| (!goes_along(group), group.name.clone()));
        let asking = first.filter(|_| policy.metadata.name == format!("namespace-{}", object.key.name));
        let Some(group) = asking else { return false };
        group.members.push(number);
        group.brings_namespace = true;
        true
    }

    /// What no policy carries goes to an App of its namespace, best to one without a workload.
    fn place_neutral(&mut self, number: usize) {
        let Some(object) = self.object(number) else { return };
        if object.key.gvk.kind() == "Namespace" && self.place_namespace(number, object) {
            return;
        }
        let of_itself = (object.key.gvk.kind() == "Namespace").then_some(object.key.name.as_str());
        let namespace = of_itself.unwrap_or_else(|| namespace(object));
        let mut there: Vec<&mut Group> =
            self.groups.iter_mut().filter(|group| group.namespace == namespace).collect();
        there.sort_by_key(|group| group.workload.is_some());
        let is_only = there.len() == 1;
        match there.into_iter().next().filter(|group| is_only || group.workload.is_none()) {
            Some(group) => group.members.push(number),
            None => self.add_group(namespace, Claim::New, vec![number]),
        }
    }

    fn add_group(&mut self, namespace: &str, claim: Claim, members: Vec<usize>) {
        let policy = match claim {
            Claim::Policy(number) => self.claims.policy(number),
            Claim::New | Claim::Nobody => None,
        };
        let base =
            policy.map(|policy| policy.metadata.name.as_str()).filter(|name| check_dns_label(name).is_ok());
        let name = self.free_name(namespace, base.unwrap_or(SHARED));
        self.groups.push(Group::without_workload((namespace.to_owned(), name), members, claim));
    }

    /// The name, or with a number behind it where it is taken.
    fn free_name(&self, namespace: &str, base: &str) -> String {
        let is_taken =
            |name: &str| self.groups.iter().any(|group| group.namespace == namespace && group.name == name);
        let mut name = base.to_owned();
        let mut number = 2;
        while is_taken(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        name
    }
}

impl Group {
    /// Tells whether the App leaves its objects to policies that are kept as they are.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.carriage == Carriage::External
    }

    /// Tells whether the App keeps any of some policies, by their places in the collection.
    #[must_use]
    pub fn keeps(&self, policies: &BTreeSet<usize>) -> bool {
        self.policies.iter().any(|policy| policies.contains(policy))
    }

    /// The same App with overrides in place of some of the policies that it keeps, by their places in the collection.
    #[must_use]
    pub fn with_overrides(&self, said: &BTreeSet<usize>, overrides: &[Node]) -> Self {
        let mut group = self.clone();
        group.policies.retain(|policy| !said.contains(policy));
        group.overrides = overrides.to_vec();
        group
    }

    /// An App that keeps a policy, and nothing else.
    pub(super) fn of_policy(namespace: &str, policy: usize) -> Self {
        let name = (namespace.to_owned(), SHARED.to_owned());
        Self { policies: vec![policy], ..Self::without_workload(name, Vec::new(), Claim::New) }
    }

    fn without_workload((namespace, name): (String, String), members: Vec<usize>, claim: Claim) -> Self {
        Self {
            namespace,
            name,
            workload: None,
            members,
            claim,
            unfollowed: Dependencies::Listed,
            carriage: Carriage::Everywhere,
            namesake: None,
            brings_namespace: false,
            policies: Vec::new(),
            overrides: Vec::new(),
        }
    }
}

/// Tells whether no policy ever carries an object: Karmada acts on it, or brings it by itself.
pub(super) fn stays_on_control_plane(key: &ObjectKey) -> bool {
    is_own_group(key.gvk.group()) || (key.gvk.group().is_empty() && key.gvk.kind() == "Namespace")
}
