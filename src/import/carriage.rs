//! How an App says who carries its objects: in words of its own, or by leaving them to the policies there are.

use crate::diagnostic::Diagnostics;
use crate::import::Collection;
use crate::import::Group;
use crate::import::Misfits;
use crate::import::Original;
use crate::import::claims::Claim;
use crate::import::claims::Claims;
use crate::import::claims::is_written;
use crate::import::claims::overrides;
use crate::import::diagnostics;
use crate::import::diagnostics::Fate;
use crate::import::group::stays_on_control_plane;
use crate::import::policy::RaisedPropagation;
use crate::import::policy::Remark;
use crate::import::policy::Subject;
use crate::import::policy::Unsayable;
use crate::import::policy::raise_propagation;
use crate::import::references::workload_kind;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::PropagationPolicy;
use crate::karmada::policy::PropagationPolicyKind;
use crate::karmada::policy::ResourceSelector;
use crate::spec::WorkloadKind;
use crate::spec::default_namespace;
use crate::tree;
use crate::yaml::Value;
use std::collections::BTreeSet;

/// How an App says who carries its objects.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Carriage {
    /// Nothing is said: to every cluster.
    Everywhere,
    /// As the policy says.
    Raised(RaisedPropagation),
    /// The App has no policy of its own.
    External,
}

/// Gives each App its words for the policy that carries it. A policy that has a part without words is kept as it is, by the
/// first App that it is for; so are those that carry nothing, and those that change objects.
pub(super) fn carry(
    groups: &mut Vec<Group>,
    (collection, claims): (&Collection, &Claims<'_>),
    (carriers, misfits): (&[Option<usize>], &Misfits),
    diagnostics: &mut Diagnostics,
) {
    let mut kept: BTreeSet<usize> = misfits.kept.iter().map(|number| claims.class(*number)).collect();
    for number in &misfits.kept {
        if let Some(policy) = written(*number, (collection, claims)) {
            diagnostics.report(diagnostics::policy_misfit(policy));
        }
    }
    for group in groups.iter_mut() {
        group.carriage = match group.claim {
            Claim::New => Carriage::Everywhere,
            Claim::Nobody => Carriage::External,
            Claim::Policy(number) => match raise(group, number, (collection, claims)) {
                Ok(raised) => Carriage::Raised(raised),
                Err(parts) => {
                    if let Some(policy) =
                        written(number, (collection, claims)).filter(|_| kept.insert(number))
                    {
                        for part in &parts {
                            diagnostics.report(diagnostics::policy_kept(policy, part));
                        }
                    }
                    Carriage::External
                }
            },
        };
    }
    for group in groups.iter_mut() {
        if matches!(group.claim, Claim::Policy(number) if kept.contains(&number)) {
            group.carriage = Carriage::External;
        }
    }
    let mut keeper = Keeper { groups, collection, claims, carriers };
    keeper.keep_propagation(&kept, diagnostics);
    keeper.keep_overrides(claims.overrides());
    tell_unclaimed(groups, collection, diagnostics);
}

/// What no policy carries, where there are policies.
fn tell_unclaimed(groups: &[Group], collection: &Collection, diagnostics: &mut Diagnostics) {
    for group in groups.iter().filter(|group| group.claim == Claim::Nobody) {
        let members = group.members.iter().filter_map(|member| collection.objects.get(*member));
        for object in members.filter(|object| !stays_on_control_plane(&object.key)) {
            diagnostics.report(diagnostics::object_without_policy(object));
        }
    }
}

fn raise(
    group: &Group,
    number: usize,
    (collection, claims): (&Collection, &Claims<'_>),
) -> Result<RaisedPropagation, Vec<Unsayable>> {
    let workload = group.workload.and_then(|workload| collection.objects.get(workload));
    let at = written(number, (collection, claims)).map(|policy| policy.at);
    let at = at.or_else(|| group.members.first().and_then(|first| Some(collection.objects.get(*first)?.at)));
    let (Some(policy), Some(at)) = (claims.policy(number), at) else { return Err(Vec::new()) };
    let subject = Subject { at, replicas: workload.and_then(replicas), unfollowed: group.unfollowed };
    raise_propagation(&policy.spec, subject)
}

/// The replicas that a workload says, as Karmada counts them.
pub(super) fn replicas(workload: &Original) -> Option<i64> {
    let field = workload_kind(&workload.key).and_then(WorkloadKind::replicas_field)?;
    match &tree::find(&workload.root, &["spec", field])?.value {
        Value::Number(number) => number.as_i64(),
        Value::Null
        | Value::Boolean(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Mapping(_)
        | Value::Poisoned => None,
    }
}

/// What the user wrote for a policy.
fn written<'a>(number: usize, (collection, claims): (&'a Collection, &Claims<'_>)) -> Option<&'a Original> {
    claims.policies().written(number, collection)
}

/// Finds an App for each policy that is kept as it is.
struct Keeper<'a> {
    groups: &'a mut Vec<Group>,
    collection: &'a Collection,
    claims: &'a Claims<'a>,
    /// The very policy that carries each object.
    carriers: &'a [Option<usize>],
}

impl Keeper<'_> {
    fn keep_propagation(&mut self, kept: &BTreeSet<usize>, diagnostics: &mut Diagnostics) {
        for (number, policy) in (0..).zip(self.claims.all()) {
            let place = self.collection.policies.iter().position(|original| is_written(policy, original));
            let Some((place, original)) =
                place.and_then(|place| Some((place, self.collection.policies.get(place)?)))
            else {
                continue;
            };
            let homes = self.homes(number);
            if homes.is_empty() && !self.carries_secret(number) {
                diagnostics.report(diagnostics::policy_without_object(original));
                self.keep_at_home(place, original);
            } else if kept.contains(&self.claims.class(number)) {
                if let Some(group) = homes.first().and_then(|home| self.groups.get_mut(*home)) {
                    group.policies.push(place);
                }
            } else {
                if !self.claims.is_joined(number) {
                    self.tell_replaced((policy, original), &homes, diagnostics);
                }
                self.take_labels(policy);
            }
        }
    }

    /// The Apps that have an object which a policy carries.
    fn homes(&self, number: usize) -> Vec<usize> {
        let is_carried = |member: &usize| self.carriers.get(*member).copied().flatten() == Some(number);
        let groups = (0..).zip(self.groups.iter());
        groups.filter(|(_, group)| group.members.iter().any(is_carried)).map(|(place, _)| place).collect()
    }

    fn carries_secret(&self, number: usize) -> bool {
        let mut secrets = self.collection.secrets.iter();
        secrets.any(|(key, secret)| self.claims.number_of(key, &secret.root.to_json()) == Some(number))
    }

    /// What a build writes has the labels and annotations of its App.
    fn take_labels(&mut self, policy: &PropagationPolicy) {
        let metadata = &policy.metadata;
        let is_own = |group: &&mut Group| {
            policy.kind == PropagationPolicyKind::PropagationPolicy
                && group.name == metadata.name
                && Some(&group.namespace) == metadata.namespace.as_ref()
                && matches!(group.carriage, Carriage::Raised(_))
        };
        if metadata.labels.is_empty() && metadata.annotations.is_empty() {
            return;
        }
        if let Some(group) = self.groups.iter_mut().find(is_own) {
            group.namesake = Some(metadata.clone());
        }
    }

    /// Says what becomes of a policy that is said in words now, and which of its selectors nobody stands for any more.
    fn tell_replaced(
        &self,
        (policy, original): (&PropagationPolicy, &Original),
        homes: &[usize],
        diagnostics: &mut Diagnostics,
    ) {
        let apps: Vec<&Group> = homes.iter().filter_map(|home| self.groups.get(*home)).collect();
        let is_same = |group: &&Group| {
            let is_own = policy.kind == PropagationPolicyKind::PropagationPolicy
                && group.name == policy.metadata.name
                && Some(&group.namespace) == policy.metadata.namespace.as_ref();
            let of_cluster = if group.brings_namespace {
                format!("namespace-{}", group.namespace)
            } else {
                format!("{}.{}", group.namespace, group.name)
            };
            is_own || of_cluster == policy.metadata.name
        };
        if !(apps.len() == 1 && apps.iter().all(is_same)) {
            let names: Vec<&str> = apps.iter().map(|group| group.name.as_str()).collect();
            let fate = if apps.iter().any(is_same) { Fate::Changed } else { Fate::Left };
            diagnostics.report(diagnostics::policy_replaced(original, &names, fate));
        }
        for remark in apps.iter().flat_map(|group| group.carriage.remarks()) {
            diagnostics.report(diagnostics::policy_changed(original, remark));
        }
        for (index, selector) in policy.spec.resource_selectors.iter().enumerate() {
            if selector.name.is_empty() {
                diagnostics.report(diagnostics::open_selector(original, index));
            } else if !self.is_there(selector) {
                diagnostics.report(diagnostics::selector_without_object(original, (index, selector)));
            }
        }
    }

    fn is_there(&self, selector: &ResourceSelector) -> bool {
        let objects = self.collection.objects.iter().chain(self.collection.secrets.values());
        let mut named = objects.filter(|object| object.key.name == selector.name);
        named.any(|object| {
            object.key.gvk.kind() == selector.kind
                && object.key.gvk.api_version() == selector.api_version
                && (selector.namespace.is_empty()
                    || object.key.namespace.as_ref() == Some(&selector.namespace))
        })
    }

    /// Puts the policies that change objects beside the first object that each changes.
    fn keep_overrides(&mut self, policies: &[OverridePolicy]) {
        for policy in policies {
            let place =
                self.collection.policies.iter().position(|original| is_written_override(policy, original));
            let Some((place, original)) =
                place.and_then(|place| Some((place, self.collection.policies.get(place)?)))
            else {
                continue;
            };
            let objects = &self.collection.objects;
            let changes =
                |member: &usize| objects.get(*member).is_some_and(|object| overrides(policy, object));
            let group = self.groups.iter_mut().find(|group| group.members.iter().any(changes));
            match group {
                Some(group) => group.policies.push(place),
                None => self.keep_at_home(place, original),
            }
        }
    }

    /// Puts a policy into an App of its namespace.
    fn keep_at_home(&mut self, place: usize, policy: &Original) {
        let namespace = policy.key.namespace.as_deref().unwrap_or(default_namespace());
        let there = self.groups.iter_mut().filter(|group| group.namespace == namespace);
        match there.min_by_key(|group| group.workload.is_some()) {
            Some(group) => group.policies.push(place),
            None => self.groups.push(Group::of_policy(namespace, place)),
        }
    }
}

fn is_written_override(policy: &OverridePolicy, original: &Original) -> bool {
    let kind = match policy.kind {
        OverridePolicyKind::OverridePolicy => "OverridePolicy",
        OverridePolicyKind::ClusterOverridePolicy => "ClusterOverridePolicy",
    };
    let namespace = policy.metadata.namespace.as_ref().filter(|_| kind == "OverridePolicy");
    original.key.gvk.kind() == kind
        && original.key.name == policy.metadata.name
        && original.key.namespace.as_ref() == namespace
}

impl Carriage {
    /// What Karmada does not do of the policy as it is written.
    fn remarks(&self) -> &[Remark] {
        match self {
            Self::Raised(raised) => &raised.remarks,
            Self::Everywhere | Self::External => &[],
        }
    }
}
