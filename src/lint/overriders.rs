//! What an override policy alone shows: overriders that Karmada does not read, or reads otherwise than they are meant.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::k8s::image::is_digest;
use crate::k8s::image::is_tag;
use crate::karmada::policy::overriding::ImageComponent;
use crate::karmada::policy::overriding::ImageOverrider;
use crate::karmada::policy::overriding::OverrideSpec;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::PlaintextOverrider;
use crate::lint::object::Object;
use crate::lint::world::World;

/// Reports `overriders-ignored`, `overriders-deprecated`, `override-path-without-slash`, `override-value-missing`, and `override-tag-invalid`.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for policy in world.written_overridings() {
        check_ignored(policy.object, &policy.spec, diagnostics);
        check_deprecated(policy.object, &policy.spec, diagnostics);
        for (pointer, overriders) in rules_of(&policy.spec) {
            for (index, overrider) in overriders.plaintext.iter().enumerate() {
                let pointer = format!("{pointer}/plaintext/{index}");
                check_plaintext(policy.object, (&pointer, overrider), diagnostics);
            }
            for (index, overrider) in overriders.image_overrider.iter().enumerate() {
                let pointer = format!("{pointer}/imageOverrider/{index}");
                check_image(policy.object, (&pointer, overrider), diagnostics);
            }
        }
    }
}

/// The overriders that Karmada applies, each with its place in the policy.
pub(super) fn rules_of(spec: &OverrideSpec) -> Vec<(String, &Overriders)> {
    if spec.override_rules.is_empty() {
        return vec![("/spec/overriders".to_owned(), &spec.overriders)];
    }
    let rules = spec.override_rules.iter().enumerate();
    rules.map(|(index, rule)| (format!("/spec/overrideRules/{index}/overriders"), &rule.overriders)).collect()
}

fn check_ignored(policy: &Object<'_>, spec: &OverrideSpec, diagnostics: &mut Diagnostics) {
    if spec.override_rules.is_empty() || spec.overriders.is_empty() {
        return;
    }
    diagnostics.report(
        Diagnostic::new(
            codes::OVERRIDERS_IGNORED,
            policy.key("/spec/overriders"),
            "the `overriders` have no effect beside `overrideRules`",
        )
        .with_secondary(policy.key("/spec/overrideRules"), "these rules alone apply")
        .with_help("make it a rule: `overrideRules: [{overriders: …}]`"),
    );
}

fn check_deprecated(policy: &Object<'_>, spec: &OverrideSpec, diagnostics: &mut Diagnostics) {
    if !spec.override_rules.is_empty() || spec.overriders.is_empty() {
        return;
    }
    let diagnostic = Diagnostic::new(
        codes::OVERRIDERS_DEPRECATED,
        policy.key("/spec/overriders"),
        "`overriders` directly in the spec are deprecated",
    )
    .with_note("Karmada still applies them as one rule, and announces to remove them");
    let help = if spec.target_cluster.is_some() {
        "write them as a rule: `overrideRules: [{targetCluster: …, overriders: …}]`"
    } else {
        "write them as a rule: `overrideRules: [{overriders: …}]`"
    };
    diagnostics.report(diagnostic.with_help(help));
}

fn check_plaintext(
    policy: &Object<'_>,
    (pointer, overrider): (&str, &PlaintextOverrider),
    diagnostics: &mut Diagnostics,
) {
    let at = policy.span(&format!("{pointer}/path"));
    let path = overrider.path.as_str();
    if path.is_empty() {
        let diagnostic = Diagnostic::new(codes::OVERRIDE_PATH_WITHOUT_SLASH, at, "the path is empty")
            .with_note(if overrider.operator == OverriderOperator::Remove {
                "it stands for the whole object, which cannot be taken away: the object does not reach its clusters"
            } else {
                "it stands for the whole object: Karmada puts the value in its place"
            })
            .with_help("write the path of a field, beginning with `/`");
        diagnostics.report(diagnostic);
    } else if !path.starts_with('/') {
        let lost = path.split('/').next().unwrap_or_default();
        let slashed = if path.contains('/') { path.to_owned() } else { path.replace('.', "/") };
        let message = format!("the path `{path}` does not begin with `/`");
        diagnostics.report(
            Diagnostic::new(codes::OVERRIDE_PATH_WITHOUT_SLASH, at, message)
                .with_note(if path.contains('/') {
                    format!("Karmada drops the first step, `{lost}`, and writes somewhere else")
                } else {
                    "Karmada finds no step in it, and the object does not reach its clusters".to_owned()
                })
                .with_replacement("begin with a `/`", at, format!("/{slashed}")),
        );
    }
    if overrider.operator != OverriderOperator::Remove && overrider.value.is_none() {
        let operator = policy.span(&format!("{pointer}/operator"));
        diagnostics.report(
            Diagnostic::new(
                codes::OVERRIDE_VALUE_MISSING,
                operator,
                format!("the override of `{path}` has no value"),
            )
            .with_note("Karmada writes null, which a cluster takes for nothing or refuses")
            .with_help("add `value:`, or use the operator `remove`"),
        );
    }
}

fn check_image(
    policy: &Object<'_>,
    (pointer, overrider): (&str, &ImageOverrider),
    diagnostics: &mut Diagnostics,
) {
    let is_written = match overrider.operator {
        OverriderOperator::Replace => true,
        // What is added stands behind a tag that is not known here.
        OverriderOperator::Add | OverriderOperator::Remove => false,
    };
    let is_tagged = overrider.component == ImageComponent::Tag && is_written;
    if !is_tagged || is_tag(&overrider.value) || is_digest(&overrider.value) {
        return;
    }
    let at = policy.span(&format!("{pointer}/value"));
    let message = format!("`{}` is neither a tag nor a digest", overrider.value);
    let diagnostic = Diagnostic::new(codes::OVERRIDE_TAG_INVALID, at, message)
        .with_note("Karmada then leaves the tag as it is, and drops a digest beside it");
    let bare = overrider.value.trim_start_matches([':', '@']);
    let is_fixed = is_tag(bare) || is_digest(bare);
    diagnostics.report(if is_fixed {
        diagnostic.with_replacement("leave the separator out", at, format!("\"{bare}\""))
    } else {
        diagnostic.with_help("write a tag of letters, digits, `_`, `.` and `-`, 128 at most")
    });
}
