//! Selectors that select nothing, or otherwise than they read.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::k8s::gvk::Scope;
use crate::k8s::kinds::Kinds;
use crate::k8s::kinds::explain_kind;
use crate::karmada::policy::ResourceSelector;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::object::PolicyKind;
use crate::lint::object::scope_of;
use crate::lint::world::Policy;
use crate::lint::world::Reach;
use crate::lint::world::World;
use crate::lint::world::is_same_namespace;
use crate::lint::world::reach;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Reports the lints of selectors.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    let kinds = Kinds::new(world.version);
    let names = NamesByKind::new(world);
    let overridden = world.overridings.iter().flat_map(Policy::selected).collect();
    let mut look = Look { world, kinds, names, overridden, diagnostics };
    for policy in world.written_propagations() {
        look.check_policy(policy, &policy.spec.resource_selectors);
    }
    for policy in world.written_overridings() {
        look.check_policy(policy, &policy.spec.resource_selectors);
        if policy.spec.resource_selectors.is_empty() {
            look.without_selector(policy.object);
        }
    }
    look.check_left_out();
}

/// The names of all objects by kind, for suggestions.
struct NamesByKind<'a> {
    names: BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
}

impl<'a> NamesByKind<'a> {
    fn new(world: &World<'a>) -> Self {
        let mut names: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for object in world.objects.iter().filter(|object| !object.name.is_empty()) {
            names.entry((object.api_version, object.kind)).or_default().insert(object.name);
        }
        Self { names }
    }
}

struct Look<'a, 'd> {
    world: &'a World<'a>,
    kinds: Kinds,
    names: NamesByKind<'a>,
    overridden: BTreeSet<usize>,
    diagnostics: &'d mut Diagnostics,
}

/// A selector and where it stands.
#[derive(Clone, Copy)]
struct Written<'a> {
    policy: &'a Object<'a>,
    selector: &'a ResourceSelector,
    index: usize,
}

impl Written<'_> {
    fn pointer(self, field: &str) -> String {
        format!("/spec/resourceSelectors/{}/{field}", self.index)
    }

    fn title(self) -> String {
        let ResourceSelector { api_version, kind, name, .. } = self.selector;
        if name.is_empty() {
            format!("`{api_version} {kind}`")
        } else {
            format!("`{api_version} {kind} {name}`")
        }
    }
}

impl<'a> Look<'a, '_> {
    fn check_policy<S>(&mut self, policy: &'a Policy<'a, S>, selectors: &'a [ResourceSelector]) {
        let hit: BTreeSet<usize> = policy.selections.iter().filter_map(|it| it.selector).collect();
        for (index, selector) in selectors.iter().enumerate() {
            let written = Written { policy: policy.object, selector, index };
            self.check_ignored_labels(written);
            let is_explained = self.check_wildcards(written) || self.check_scope(written);
            if !is_explained && !hit.contains(&index) && !self.check_kind(written) {
                self.check_near(written);
            }
        }
    }

    fn check_ignored_labels(&mut self, written: Written<'_>) {
        if written.selector.name.is_empty() || written.selector.label_selector.is_none() {
            return;
        }
        self.diagnostics.report(
            Diagnostic::new(
                codes::LABEL_SELECTOR_IGNORED,
                written.policy.key(&written.pointer("labelSelector")),
                "the label selector has no effect beside a name",
            )
            .with_secondary(written.policy.span(&written.pointer("name")), "the name alone decides")
            .with_note("Karmada selects the object of this name, whatever its labels")
            .with_help("leave the `labelSelector` out, or the `name`"),
        );
    }

    fn check_wildcards(&mut self, written: Written<'_>) -> bool {
        let ResourceSelector { api_version, kind, name, namespace, .. } = written.selector;
        let fields = [("apiVersion", api_version), ("kind", kind), ("name", name), ("namespace", namespace)];
        let Some((field, text)) = fields.into_iter().find(|(_, text)| text.contains(['*', '?'])) else {
            return false;
        };
        let message = format!("`{text}` stands for itself, not for every {field}");
        let help = match field {
            "name" => "leave `name` out to select every object of the kind, or select by `labelSelector`",
            "namespace" => "leave `namespace` out to select objects of every namespace",
            _ => "write a selector for each kind",
        };
        self.diagnostics.report(
            Diagnostic::new(codes::SELECTOR_WILDCARD, written.policy.span(&written.pointer(field)), message)
                .with_note("Karmada compares texts as they are, so this selects nothing")
                .with_help(help),
        );
        true
    }

    fn check_scope(&mut self, written: Written<'_>) -> bool {
        let ResourceSelector { api_version, kind, .. } = written.selector;
        if reach(written.policy) != Reach::Namespace || scope_of(api_version, kind) != Some(Scope::Cluster) {
            return false;
        }
        let policy = written.policy.kind;
        let message = format!("a {policy} does not select {kind} objects: they have no namespace");
        self.diagnostics.report(
            Diagnostic::new(codes::SELECTOR_SCOPE, written.policy.span(&written.pointer("kind")), message)
                .with_secondary(written.policy.span("/kind"), "a policy for objects of its own namespace")
                .with_note("Karmada says nothing and does nothing with it")
                .with_help(format!("select them in a Cluster{policy}")),
        );
        true
    }

    fn check_kind(&mut self, written: Written<'_>) -> bool {
        let ResourceSelector { api_version, kind, .. } = written.selector;
        let empty = [("apiVersion", api_version), ("kind", kind)].into_iter().find(|it| it.1.is_empty());
        if let Some((field, _)) = empty {
            self.diagnostics.report(without_field(written, field));
            return true;
        }
        let places = ["apiVersion", "kind"].map(|field| written.policy.span(&written.pointer(field)));
        let [version_at, kind_at] = places;
        let Some(diagnostic) = explain_kind(&self.kinds, (api_version, kind), (version_at, kind_at)) else {
            return false;
        };
        self.diagnostics.report(diagnostic);
        true
    }

    /// Says which object was meant, where one is near; else that there is none.
    fn check_near(&mut self, written: Written<'_>) {
        let diagnostic = self.find_near(written).unwrap_or_else(|| {
            let message = format!("none of the given objects is selected by {}", written.title());
            Diagnostic::new(
                codes::SELECTOR_WITHOUT_OBJECT,
                written.policy.span(&written.pointer(if written.selector.name.is_empty() {
                    "kind"
                } else {
                    "name"
                })),
                message,
            )
            .with_note("the object may be elsewhere: only the given files were looked at")
        });
        self.diagnostics.report(diagnostic);
    }

    fn find_near(&self, written: Written<'_>) -> Option<Diagnostic> {
        let ResourceSelector { api_version, kind, name, namespace, .. } = written.selector;
        if name.is_empty() {
            return None;
        }
        let miss = |field: &str, message: String| {
            let at = written.policy.span(&written.pointer(field));
            Diagnostic::new(codes::SELECTOR_NEAR_MISS, at, message)
                .with_note("Karmada compares texts exactly, so the selector selects nothing")
        };
        let asked = written.policy.namespace.or(Some(namespace.as_str()).filter(|it| !it.is_empty()));
        let alike = self.world.named(kind, name).iter().map(|index| self.world.object(*index));
        let alike: Vec<&Object<'_>> = alike.collect();
        let fits = |object: &&&Object<'_>| is_same_namespace(object.namespace, asked);
        if let Some(object) = alike.iter().find(|it| it.api_version != api_version && fits(it)) {
            let message =
                format!("{} is of `{}`, not of `{api_version}`", object.title(), object.api_version);
            let at = written.policy.span(&written.pointer("apiVersion"));
            return Some(
                miss("apiVersion", message).with_secondary(object.at(), "this object").with_replacement(
                    "write its apiVersion",
                    at,
                    object.api_version,
                ),
            );
        }
        if let Some(object) = alike.iter().find(|object| object.api_version == api_version) {
            let other = object.namespace.unwrap_or_default();
            let asked = asked.unwrap_or_default();
            let message = format!("{} is in the namespace `{other}`, not in `{asked}`", object.title());
            let help = if reach(written.policy) == Reach::Namespace {
                format!("move the policy to the namespace `{other}`, or use a Cluster{}", written.policy.kind)
            } else {
                format!("write `namespace: {other}`")
            };
            return Some(miss("name", message).with_secondary(object.at(), "this object").with_help(help));
        }
        let names = self.names.names.get(&(api_version.as_str(), kind.as_str()))?;
        let near = nearest(name, names.iter().copied())?;
        let is_taken =
            names.contains(name.as_str()) || self.is_selected_elsewhere(written.policy, (kind, near));
        let at = written.policy.span(&written.pointer("name"));
        let object = self.world.named(kind, near).first().map(|index| self.world.object(*index))?;
        (!is_taken && fits(&&object)).then(|| {
            miss("name", format!("there is no {kind} `{name}`"))
                .with_secondary(object.at(), "this object has a similar name")
                .with_replacement(format!("write `{near}`"), at, near)
        })
    }

    /// A name that is selected already is most likely not the one that was meant.
    fn is_selected_elsewhere(&self, policy: &Object<'_>, (kind, name): (&str, &str)) -> bool {
        let is_selected = |object: &usize| match policy.policy_kind() {
            Some(PolicyKind::Override) => self.overridden.contains(object),
            Some(PolicyKind::Propagation) | None => !self.world.claims(*object).is_empty(),
        };
        self.world.named(kind, name).iter().all(is_selected)
    }

    fn without_selector(&mut self, policy: &Object<'_>) {
        let reach = match reach(policy) {
            Reach::Cluster => "every object that Karmada propagates",
            Reach::Namespace => "every object of its namespace",
        };
        self.diagnostics.report(
            Diagnostic::new(
                codes::OVERRIDE_WITHOUT_SELECTOR,
                policy.key("/spec"),
                format!("the policy selects nothing, so it changes {reach}"),
            )
            .with_note("an override that does not fit an object keeps that object from its clusters")
            .with_help("add `resourceSelectors:` with the objects that are meant"),
        );
    }

    fn check_left_out(&mut self) {
        if self.world.has_refused || self.world.propagations.is_empty() {
            return;
        }
        for (index, object) in self.world.objects.iter().enumerate() {
            let is_sent = !self.world.claims(index).is_empty() || object.group().ends_with("karmada.io");
            if is_sent
                || object.kind == "Namespace"
                || object.author == Author::Pelago
                || object.name.is_empty()
            {
                continue;
            }
            let names = self.world.propagations.iter().take(8).map(|policy| policy.object.name);
            self.diagnostics.report(
                Diagnostic::new(
                    codes::OBJECT_WITHOUT_POLICY,
                    object.at(),
                    format!("no policy selects {}", object.title()),
                )
                .with_note(format!("it stays on the control plane; the policies are {}", and_list(names))),
            );
        }
    }
}

/// Karmada's webhook writes a field that is missing as an empty text, and the schema lets that pass.
fn without_field(written: Written<'_>, field: &str) -> Diagnostic {
    let at = written.policy.span(&written.pointer(field));
    Diagnostic::new(codes::UNKNOWN_API_VERSION, at, format!("the selector has no `{field}`"))
        .with_note("Karmada takes it for an empty text, and so selects nothing")
        .with_help(format!("add `{field}:` as the objects have it"))
}
