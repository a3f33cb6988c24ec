//! Applies the overrides to the generated object with Karmada's own rules: what comes out must be what the App says, on
//! every cluster, whichever overrides meet there, and an object that Kubernetes takes.

use crate::bundle::Object;
use crate::karmada::affinity::cluster_matches;
use crate::karmada::overrides::apply_overriders;
use crate::lower::Lowering;
use crate::lower::kubernetes::Findings;
use crate::lower::overrides::Rule;
use crate::lower::overrides::edited;
use crate::lower::placement::Placed;
use crate::lower::selection::Selection;
use crate::lower::selection::to_affinity;
use serde_json::Value as Json;
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// Reports the rules that cannot be applied, alone or together with those that may meet them on a cluster.
    pub(super) fn prove(&mut self, (object, base): (&Object, &Json), rules: &[Rule<'_>], placed: &Placed) {
        let own = Findings::of(base, self.world.kubernetes);
        let mut refused: BTreeSet<usize> = BTreeSet::new();
        for meeting in self.meetings(rules, placed) {
            if meeting.is_empty() || meeting.iter().any(|index| refused.contains(index)) {
                continue;
            }
            let together: Vec<&Rule<'_>> = meeting.iter().filter_map(|index| rules.get(*index)).collect();
            let Some(last) = together.last() else { continue };
            let outcome = apply_all(base, &together);
            let expected = together.iter().fold(base.clone(), |object, rule| edited(object, rule));
            if outcome.as_ref() == Ok(&expected) {
                self.check_result((object, &own), &expected, &together);
                continue;
            }
            refused.extend(meeting.last());
            match together.as_slice() {
                [alone] => self.rule_does_not_apply(alone, outcome.err()),
                [.., before, _] => self.rules_collide(last, before),
                [] => {}
            }
        }
    }

    /// The sets of rules that may meet on a cluster: exactly those, where the clusters are known; else each rule alone, and each pair
    /// that nothing keeps apart. Smaller sets come first.
    fn meetings(&self, rules: &[Rule<'_>], placed: &Placed) -> BTreeSet<Vec<usize>> {
        let mut meetings: BTreeSet<Vec<usize>> = (0..rules.len()).map(|index| vec![index]).collect();
        if let (Some(inventory), Selection::Known(names)) = (self.world.inventory, &placed.selection) {
            for cluster in inventory.clusters().filter(|cluster| names.contains(&cluster.metadata.name)) {
                let matching = |rule: &Rule<'_>| {
                    to_affinity(&rule.written.target.selector())
                        .is_none_or(|affinity| cluster_matches(cluster, &affinity))
                };
                meetings.insert(matching_rules(rules, matching));
            }
            return meetings;
        }
        let named: BTreeSet<&String> = rules
            .iter()
            .filter_map(|rule| match &rule.selection {
                Selection::Known(names) | Selection::AtMost(names) => Some(names),
                Selection::AnyBut(_) => None,
            })
            .flatten()
            .collect();
        for name in named {
            meetings.insert(matching_rules(rules, |rule| !rule.selection.leaves_out(name)));
        }
        let is_open = |rule: &Rule<'_>| matches!(rule.selection, Selection::AnyBut(_));
        meetings.insert(matching_rules(rules, is_open));
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| is_open(rule)) {
            for (other, second) in rules.iter().enumerate().skip(index + 1) {
                if is_open(second) && is_open(rule) {
                    meetings.insert(vec![index, other]);
                }
            }
        }
        meetings
    }
}

fn matching_rules(rules: &[Rule<'_>], is_matching: impl Fn(&Rule<'_>) -> bool) -> Vec<usize> {
    rules.iter().enumerate().filter(|(_, rule)| is_matching(rule)).map(|(index, _)| index).collect()
}

fn apply_all(base: &Json, rules: &[&Rule<'_>]) -> Result<Json, String> {
    let mut object = base.clone();
    for rule in rules {
        apply_overriders(&mut object, &rule.overriders).map_err(|fault| fault.to_string())?;
    }
    Ok(object)
}
