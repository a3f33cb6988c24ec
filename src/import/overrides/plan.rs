//! Which override policies become overrides of Apps: all that change an object do, or none.

use crate::import::Collection;
use crate::import::Members;
use crate::import::Original;
use crate::import::Policies;
use crate::import::overrides::apply_where_it_can;
use crate::import::overrides::worlds::Rule;
use crate::k8s::pointer::Pointer;
use crate::karmada::overrides::rules_for;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::overriding::Overriders;
use crate::source::Span;
use crate::tree;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The override policies that change each object.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    collection: &'a Collection,
    policies: &'a [OverridePolicy],
    members: Option<&'a Members>,
    index: Index<'a>,
    /// The place of each policy among the policies of the collection.
    places: Vec<Option<usize>>,
    /// The numbers of the policies that change an object, by the number of the object.
    changing: BTreeMap<usize, BTreeSet<usize>>,
    /// The numbers of the objects that each policy changes.
    changed: BTreeMap<usize, Vec<usize>>,
    /// The numbers of the policies that stay as they are.
    kept: BTreeSet<usize>,
}

/// The numbers of policies by what they select.
#[derive(Debug, Clone, Default)]
struct Index<'a> {
    /// By kind and name.
    named: BTreeMap<(&'a str, &'a str), BTreeSet<usize>>,
    /// Those that select something without naming it.
    open: BTreeSet<usize>,
}

/// A rule of a policy that changes an object, and where it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cause<'a> {
    /// The number of the policy.
    pub policy: usize,
    /// The index of the rule; none for the deprecated single rule.
    pub rule: Option<usize>,
    /// The rule.
    pub applied: Rule<'a>,
}

impl<'a> Plan<'a> {
    /// Finds what each policy changes. A policy that changes none of the objects stays as it is, and so does one that changes
    /// something of which no App has the values.
    #[must_use]
    pub fn new(collection: &'a Collection, policies: Policies<'a>) -> Self {
        let Policies { overrides: policies, members, .. } = policies;
        let mut plan = Self {
            collection,
            policies,
            members,
            index: Index::new(policies),
            places: places(collection, policies),
            changing: BTreeMap::new(),
            changed: BTreeMap::new(),
            kept: BTreeSet::new(),
        };
        for (number, object) in (0..).zip(&collection.objects) {
            let found: BTreeSet<usize> = plan.find_causes(object).iter().map(|cause| cause.policy).collect();
            for policy in &found {
                plan.changed.entry(*policy).or_default().push(number);
            }
            if !found.is_empty() {
                plan.changing.insert(number, found);
            }
        }
        let of_secrets = collection.secrets.values().flat_map(|secret| plan.find_causes(secret));
        let of_secrets: BTreeSet<usize> = of_secrets.map(|cause| cause.policy).collect();
        let unused = (0..policies.len()).filter(|number| !plan.changes_anything(*number));
        let unused: Vec<usize> = unused.collect();
        plan.keep(of_secrets.into_iter().chain(unused));
        plan.keep_what_matches_by_new_labels();
        plan
    }

    /// Cluster override policies come first, and the others see the labels that they set.
    fn keep_what_matches_by_new_labels(&mut self) {
        let by_labels: Vec<usize> = self.numbers_of(|policy| {
            let mut selectors = policy.spec.resource_selectors.iter();
            policy.kind == OverridePolicyKind::OverridePolicy
                && selectors.any(|selector| selector.name.is_empty() && selector.label_selector.is_some())
        });
        let changes_labels = |policy: &OverridePolicy| {
            let rules = policy.spec.override_rules.iter().map(|rule| &rule.overriders);
            policy.kind == OverridePolicyKind::ClusterOverridePolicy
                && rules.chain([&policy.spec.overriders]).any(sets_labels)
        };
        if !by_labels.is_empty() && self.policies.iter().any(changes_labels) {
            self.keep(by_labels);
        }
    }

    fn numbers_of(&self, is_wanted: impl Fn(&OverridePolicy) -> bool) -> Vec<usize> {
        let numbered = (0..).zip(self.policies);
        numbered.filter(|(_, policy)| is_wanted(policy)).map(|(number, _)| number).collect()
    }

    /// Keeps policies as they are, and with them all that change the same objects; tells whether that is news.
    pub fn keep(&mut self, policies: impl IntoIterator<Item = usize>) -> bool {
        let before = self.kept.len();
        let mut waiting: Vec<usize> = policies.into_iter().collect();
        while let Some(policy) = waiting.pop() {
            if self.kept.insert(policy) {
                let objects = self.changed.get(&policy).into_iter().flatten();
                waiting.extend(objects.filter_map(|object| self.changing.get(object)).flatten());
            }
        }
        self.kept.len() != before
    }

    /// Tells whether a policy stays as it is.
    #[must_use]
    pub fn is_kept(&self, policy: usize) -> bool {
        self.kept.contains(&policy)
    }

    /// The rules that change an object of the collection, in the order in which Karmada applies them; none where their policies stay
    /// as they are.
    #[must_use]
    pub fn causes(&self, object: usize) -> Vec<Cause<'a>> {
        let is_said = self.changing.get(&object).is_some_and(|changing| changing.is_disjoint(&self.kept));
        let found = self.collection.objects.get(object).filter(|_| is_said);
        found.map_or_else(Vec::new, |found| self.find_causes(found))
    }

    /// Tells whether the policies are those that make what each cluster has.
    #[must_use]
    pub fn is_of_members(&self) -> bool {
        self.members.is_some()
    }

    /// An object of the collection.
    pub(super) fn object(&self, number: usize) -> Option<&'a Original> {
        self.collection.objects.get(number)
    }

    /// All policies with their numbers, each with what the user wrote for it.
    pub fn policies(&self) -> impl Iterator<Item = (usize, &'a OverridePolicy, usize)> {
        let numbered = (0..).zip(self.policies.iter().zip(&self.places));
        numbered.filter_map(|(number, (policy, place))| Some((number, policy, (*place)?)))
    }

    /// The rules of all policies that select an object, in the order in which Karmada applies them.
    fn find_causes(&self, object: &Original) -> Vec<Cause<'a>> {
        let candidates: Vec<(usize, &'a OverridePolicy)> = self
            .index
            .candidates(object)
            .filter_map(|number| Some((number, self.policies.get(number)?)))
            .collect();
        if candidates.is_empty() {
            return Vec::new();
        }
        let template = object.template();
        let kinds = [OverridePolicyKind::ClusterOverridePolicy, OverridePolicyKind::OverridePolicy];
        let rules = kinds
            .into_iter()
            .flat_map(|kind| rules_for(&template, candidates.iter().map(|(_, policy)| *policy), kind));
        let causes = rules.filter_map(|(rule, target)| {
            let (number, _) = candidates.iter().find(|(_, policy)| std::ptr::eq(*policy, rule.policy))?;
            let at = self.place_of(*number, rule.rule)?;
            Some(Cause {
                policy: *number,
                rule: rule.rule,
                applied: Rule { target, overriders: rule.overriders, at },
            })
        });
        causes.collect()
    }

    /// What objects are after each rule that changes them alone.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<usize, Vec<Original>> {
        let mut outcomes: BTreeMap<usize, Vec<Original>> = BTreeMap::new();
        for (number, object) in
            self.changing.keys().filter_map(|number| Some((*number, self.object(*number)?)))
        {
            for cause in self.find_causes(object) {
                let mut changed = object.template();
                apply_where_it_can(cause.applied.overriders, &mut changed);
                let root = tree::from_json(object.at, &changed);
                outcomes.entry(number).or_default().push(Original { root, ..object.clone() });
            }
        }
        outcomes
    }

    /// Where a rule is written.
    fn place_of(&self, policy: usize, rule: Option<usize>) -> Option<Span> {
        let place = self.places.get(policy).copied().flatten()?;
        let original = self.collection.policies.get(place)?;
        let mut pointer = Pointer::default();
        pointer.push_key("spec");
        match rule {
            Some(index) => {
                pointer.push_key("overrideRules");
                pointer.push_index(index);
            }
            None => pointer.push_key("overriders"),
        }
        Some(tree::find_nearest(&original.root, &pointer).span)
    }

    /// Tells whether a policy changes any of the objects.
    pub(super) fn changes_anything(&self, policy: usize) -> bool {
        self.changed.contains_key(&policy)
    }

    /// The objects that a policy changes, by their numbers in the collection.
    pub(super) fn objects_of(&self, policy: usize) -> impl Iterator<Item = usize> {
        self.changed.get(&policy).into_iter().flatten().copied()
    }

    /// The places, among the policies of the collection, of those that become overrides.
    #[must_use]
    pub fn said(&self) -> BTreeSet<usize> {
        let said = self.policies().filter(|(number, _, _)| !self.is_kept(*number));
        said.map(|(_, _, place)| place).collect()
    }
}

fn sets_labels(overriders: &Overriders) -> bool {
    let is_label = |path: &str| path.starts_with("/metadata/labels") || path == "/metadata";
    !overriders.labels_overrider.is_empty()
        || overriders.plaintext.iter().any(|overrider| is_label(&overrider.path))
}

/// The place of each policy among those of the collection.
fn places(collection: &Collection, policies: &[OverridePolicy]) -> Vec<Option<usize>> {
    let written = (0..).zip(&collection.policies);
    let by_key: BTreeMap<(&str, Option<&str>, &str), usize> = written
        .map(|(place, original)| {
            let key = &original.key;
            ((key.gvk.kind(), key.namespace.as_deref(), key.name.as_str()), place)
        })
        .collect();
    let place = |policy: &OverridePolicy| {
        let namespace = policy.metadata.namespace.as_deref();
        let (kind, namespace) = match policy.kind {
            OverridePolicyKind::OverridePolicy => ("OverridePolicy", namespace),
            OverridePolicyKind::ClusterOverridePolicy => ("ClusterOverridePolicy", None),
        };
        by_key.get(&(kind, namespace, policy.metadata.name.as_str())).copied()
    };
    policies.iter().map(place).collect()
}

impl<'a> Index<'a> {
    fn new(policies: &'a [OverridePolicy]) -> Self {
        let mut index = Self::default();
        for (number, policy) in (0..).zip(policies) {
            let selectors = &policy.spec.resource_selectors;
            if selectors.is_empty() {
                index.open.insert(number);
            }
            for selector in selectors {
                let same = match selector.name.as_str() {
                    "" => &mut index.open,
                    name => index.named.entry((&selector.kind, name)).or_default(),
                };
                same.insert(number);
            }
        }
        index
    }

    /// The policies that may select an object.
    fn candidates(&self, object: &Original) -> impl Iterator<Item = usize> {
        let named = self.named.get(&(object.key.gvk.kind(), object.key.name.as_str()));
        let all: BTreeSet<usize> = named.into_iter().flatten().chain(&self.open).copied().collect();
        all.into_iter()
    }
}
