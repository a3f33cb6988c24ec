//! What differs from cluster to cluster: each override becomes rules of Karmada, proved against the generated objects.

mod change;
mod collect;
mod compose;
mod document;
mod objects;
mod prove;
mod references;
mod result;
mod workload;

use crate::bundle::Object;
use crate::bundle::Role;
use crate::ir::Policy;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::name::check_dns_subdomain;
use crate::karmada::policy::OverridePolicy;
use crate::karmada::policy::OverridePolicyKind;
use crate::karmada::policy::POLICY_API_VERSION;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::RuleWithCluster;
use crate::lower::Lowering;
use crate::lower::dependencies::Analysis;
use crate::lower::hook::Hook;
pub(super) use crate::lower::overrides::change::Change;
pub(super) use crate::lower::overrides::change::Edit;
use crate::lower::overrides::compose::Effects;
use crate::lower::overrides::workload::PodKind;
use crate::lower::overrides::workload::Reach;
use crate::lower::overrides::workload::find_workloads;
use crate::lower::placement::Placed;
use crate::lower::policies::selector;
use crate::lower::policies::stays_on_control_plane;
use crate::lower::real_name::policy_name;
use crate::lower::selection::Selection;
use crate::lower::selection::to_affinity;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Override;
use indexmap::IndexMap;
use serde_json::Value as Json;

/// What one override changes in one object.
pub(super) struct Rule<'a> {
    pub(super) written: &'a Override,
    pub(super) selection: Selection,
    pub(super) edits: Vec<Edit>,
    pub(super) overriders: Overriders,
    /// The places of what causes parts of it, each with the part's JSON pointer.
    pub(super) places: Vec<(String, Span)>,
}

impl Lowering<'_> {
    /// Writes a policy for each object that an override touches, in the order of the objects, and adds what overrides refer to.
    pub(super) fn lower_overrides(
        &mut self,
        placed: &Placed,
        (objects, analysis): (&[Object], &mut Analysis),
    ) -> Vec<Policy<OverridePolicy>> {
        let app = self.app;
        let workloads = find_workloads(objects);
        let mut rules: IndexMap<&ObjectKey, Vec<Rule<'_>>> = IndexMap::new();
        for written in &app.spec.overrides {
            let selection = self.select(&written.target.selector());
            self.check_override_target(written, &selection, placed);
            let collected = self.collect_edits(written, (objects, &workloads));
            if collected.is_empty() && written.for_each.is_none() && !self.diagnostics.has_errors() {
                self.override_of_nothing(written);
            }
            for (object, mut edits) in collected.into_values() {
                self.rename_in_edits(object, &mut edits);
                if stays_on_control_plane(&object.key) {
                    self.override_on_control_plane(object, &edits);
                    continue;
                }
                self.check_divided(object, &edits);
                let selection = selection.clone();
                let overriders = Overriders::default();
                let rule = Rule { written, selection, edits, overriders, places: Vec::new() };
                rules.entry(&object.key).or_default().push(rule);
            }
        }
        let hooks = Hook::all(objects);
        let mut policies = Vec::new();
        let mut effects = Effects::default();
        for object in objects {
            let Some(mut rules) = rules.swap_remove(&object.key) else { continue };
            let base = object.root.to_json();
            let reach = PodKind::find(&object.key.gvk).map_or(Reach::All, |kind| kind.reach);
            self.compose((&base, reach), &mut rules, &mut effects);
            self.prove((object, &base), &rules, placed);
            self.take_override_references((object, &base), &rules, (objects, analysis));
            policies.extend(self.override_policy(object, rules, hooks.get(&object.key)));
        }
        for (at, subject) in effects.missed() {
            self.edit_without_effect(at, subject);
        }
        policies
    }

    fn override_policy(
        &self,
        object: &Object,
        rules: Vec<Rule<'_>>,
        hook: Option<&Hook>,
    ) -> Option<Policy<OverridePolicy>> {
        let rules: Vec<Rule<'_>> = rules.into_iter().filter(|rule| !rule.overriders.is_empty()).collect();
        let at = rules.first()?.written.at;
        let key = &object.key;
        let kind = match key.namespace {
            Some(_) => OverridePolicyKind::OverridePolicy,
            None => OverridePolicyKind::ClusterOverridePolicy,
        };
        let parts = rules.iter().enumerate().flat_map(|(index, rule)| {
            let at = format!("/spec/overrideRules/{index}");
            let within = rule.places.iter().map(|(place, span)| (format!("{at}{place}"), *span));
            std::iter::once((at.clone(), rule.written.at)).chain(within).collect::<Vec<_>>()
        });
        let parts = parts.collect();
        let override_rules = rules
            .into_iter()
            .map(|rule| RuleWithCluster {
                target_cluster: to_affinity(&rule.written.target.selector()),
                overriders: rule.overriders,
            })
            .collect();
        let mut metadata = self.policy_metadata(self.override_name(object), key.namespace.as_deref());
        metadata.annotations.extend(hook.into_iter().flat_map(Hook::annotations_before));
        let policy = OverridePolicy {
            api_version: POLICY_API_VERSION.to_owned(),
            kind,
            metadata,
            spec: OverrideSpec {
                resource_selectors: vec![selector(key)],
                override_rules,
                ..OverrideSpec::default()
            },
        };
        Some(Policy { policy, at, parts })
    }

    /// The App's name for its workload; with kind and name for every other object.
    fn override_name(&self, object: &Object) -> String {
        let kind = object.key.gvk.kind().to_lowercase();
        match object.role {
            Role::Workload => self.name().to_owned(),
            Role::Namespace
            | Role::ServiceAccount
            | Role::ConfigMap
            | Role::Secret
            | Role::PersistentVolumeClaim
            | Role::Service
            | Role::Ingress
            | Role::Autoscaler
            | Role::DisruptionBudget
            | Role::Manifest
            | Role::Streamed
            | Role::PropagationPolicy
            | Role::OverridePolicy => {
                let name = format!("{}-{kind}-{}", self.name(), self.written_name(&object.key));
                if check_dns_subdomain(&name).is_ok() { name } else { policy_name(&name) }
            }
        }
    }

    /// An override must concern a cluster that the placement picks, and name no other.
    fn check_override_target(&mut self, written: &Override, selection: &Selection, placed: &Placed) {
        let mut is_reported = false;
        for name in written.target.clusters.iter() {
            if placed.selection.leaves_out(name.value.as_str()) {
                is_reported = true;
                let is_unknown = self
                    .world
                    .inventory
                    .is_some_and(|inventory| !inventory.clusters.contains_key(name.value.as_str()));
                if !is_unknown {
                    self.outside_of_placement(Spanned::new(name.value.as_str(), name.span), placed);
                }
            }
        }
        let (Selection::Known(picked), Selection::Known(placed_names)) = (selection, &placed.selection)
        else {
            return;
        };
        if !is_reported && picked.is_disjoint(placed_names) && !placed_names.is_empty() {
            self.override_without_cluster(written, picked, placed);
        }
    }
}

/// The object after all edits of a rule, in the order written; an edit that cannot be made changes nothing.
pub(super) fn edited(mut object: Json, rule: &Rule<'_>) -> Json {
    for edit in &rule.edits {
        edit.change.make(&mut object);
    }
    object
}
