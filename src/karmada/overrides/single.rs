//! The overriders of a rule one by one, for those who ask which of them did what.

use crate::karmada::policy::overriding::Overriders;

/// One overrider, alone.
#[derive(Debug, Clone, PartialEq)]
pub struct SingleOverrider {
    /// Its place below `overriders`, as in `plaintext/0`.
    pub place: String,
    /// It alone.
    pub overriders: Overriders,
}

/// Takes the overriders of a rule apart, in the order in which Karmada applies them.
///
/// Applied one after the other, they make the same of an object as the rule does, unless one of them fails.
///
/// *Source*: karmada f8fdd02 `pkg/util/overridemanager/overridemanager.go` `applyPolicyOverriders`.
#[must_use]
pub fn split(overriders: &Overriders) -> Vec<SingleOverrider> {
    let mut singles = Vec::new();
    let mut add = |field: &str, index: usize, fill: &dyn Fn(&mut Overriders)| {
        let mut alone = Overriders::default();
        fill(&mut alone);
        singles.push(SingleOverrider { place: format!("{field}/{index}"), overriders: alone });
    };
    for (index, it) in overriders.image_overrider.iter().enumerate() {
        add("imageOverrider", index, &|alone| alone.image_overrider.push(it.clone()));
    }
    for (index, it) in overriders.command_overrider.iter().enumerate() {
        add("commandOverrider", index, &|alone| alone.command_overrider.push(it.clone()));
    }
    for (index, it) in overriders.args_overrider.iter().enumerate() {
        add("argsOverrider", index, &|alone| alone.args_overrider.push(it.clone()));
    }
    for (index, it) in overriders.labels_overrider.iter().enumerate() {
        add("labelsOverrider", index, &|alone| alone.labels_overrider.push(it.clone()));
    }
    for (index, it) in overriders.annotations_overrider.iter().enumerate() {
        add("annotationsOverrider", index, &|alone| alone.annotations_overrider.push(it.clone()));
    }
    for (index, it) in overriders.field_overrider.iter().enumerate() {
        add("fieldOverrider", index, &|alone| alone.field_overrider.push(it.clone()));
    }
    for (index, it) in overriders.plaintext.iter().enumerate() {
        add("plaintext", index, &|alone| alone.plaintext.push(it.clone()));
    }
    singles
}
