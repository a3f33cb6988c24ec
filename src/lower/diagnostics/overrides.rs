//! Overrides that would not do what they say.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::diagnostic::there_are;
use crate::k8s::patch::Operation;
use crate::lower::Lowering;
use crate::lower::overrides::Change;
use crate::lower::overrides::Edit;
use crate::lower::overrides::Rule;
use crate::lower::placement::Placed;
use crate::lower::selection::Selection;
use crate::schema::Choice;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Override;
use crate::spec::Strategy;
use std::collections::BTreeSet;

impl Lowering<'_> {
    pub(in crate::lower) fn override_without_cluster(
        &mut self,
        written: &Override,
        picked: &BTreeSet<String>,
        placed: &Placed,
    ) {
        let message = "the override concerns no cluster of the placement";
        let mut diagnostic =
            Diagnostic::new(codes::OVERRIDE_OUTSIDE_OF_PLACEMENT, place_of(written), message)
                .with_secondary(placed.at, "the placement")
                .with_note(format!("the override picks {}", and_list(picked.iter().map(String::as_str))));
        if let Selection::Known(names) = &placed.selection {
            diagnostic = diagnostic
                .with_note(format!("the placement picks {}", and_list(names.iter().map(String::as_str))));
        }
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn edit_does_not_apply(&mut self, edit: &Edit, reason: &str) {
        let message = match &edit.change {
            Change::Raw(_) => format!("the patch cannot be applied: {reason}"),
            Change::Set(..)
            | Change::Remove(_)
            | Change::SetEntry { .. }
            | Change::RemoveEntry { .. }
            | Change::Image { .. }
            | Change::Metadata { .. }
            | Change::Document(_)
            | Change::List { .. } => format!("{} cannot be changed: {reason}", edit.subject),
        };
        let diagnostic = Diagnostic::new(codes::PATCH_DOES_NOT_APPLY, edit.at, message)
            .with_note("Karmada would send nothing to the cluster");
        self.diagnostics.report(match &edit.change {
            Change::Raw(Operation::Replace { .. }) => {
                diagnostic.with_help("take `op: add`, which sets a field whether it is there or not")
            }
            Change::Raw(_)
            | Change::Set(..)
            | Change::Remove(_)
            | Change::SetEntry { .. }
            | Change::RemoveEntry { .. }
            | Change::Image { .. }
            | Change::Metadata { .. }
            | Change::Document(_)
            | Change::List { .. } => diagnostic,
        });
    }

    pub(in crate::lower) fn override_of_nothing(&mut self, written: &Override) {
        let at = written.name.as_ref().map_or(written.at, |name| name.span);
        self.diagnostics.report(
            Diagnostic::new(codes::OVERRIDE_WITHOUT_EFFECT, at, "the override does not say what it changes")
                .with_help(
                    "say what differs, such as `containers: {web: {env: {MODE: fast}}}`, or take it away",
                ),
        );
    }

    pub(in crate::lower) fn edit_without_effect(&mut self, at: Span, subject: &str) {
        let message = format!("the override of {subject} changes nothing");
        self.diagnostics.report(
            Diagnostic::new(codes::OVERRIDE_WITHOUT_EFFECT, at, message)
                .with_label("this is so without the override")
                .with_help("take it out of the override"),
        );
    }

    pub(in crate::lower) fn rule_does_not_apply(&mut self, rule: &Rule<'_>, reason: Option<String>) {
        let reason = reason.unwrap_or_else(|| "another object than written comes out".to_owned());
        let message = format!("Karmada cannot apply the override: {reason}");
        self.diagnostics.report(Diagnostic::new(
            codes::PATCH_DOES_NOT_APPLY,
            place_of(rule.written),
            message,
        ));
    }

    pub(in crate::lower) fn rules_collide(&mut self, rule: &Rule<'_>, before: &Rule<'_>) {
        let message = "the override does not work on a cluster where the one before it applies too";
        self.diagnostics.report(
            Diagnostic::new(codes::OVERRIDES_COLLIDE, place_of(rule.written), message)
                .with_secondary(
                    place_of(before.written),
                    "this one comes first, and changes the same list or map",
                )
                .with_note("Karmada's patches count list entries from the object as it was written")
                .with_help(
                    "let each override pick other clusters, or write what they share into one override",
                ),
        );
    }

    pub(in crate::lower) fn invalid_quantity(&mut self, at: Span, reason: &str) {
        let message = format!("invalid quantity: {reason}");
        self.diagnostics.report(Diagnostic::new(codes::INVALID_QUANTITY, at, message));
    }

    /// `workloads` is how many were looked at.
    pub(in crate::lower) fn unknown_container(
        &mut self,
        name: Spanned<&str>,
        (workloads, known): (usize, &[&str]),
    ) {
        let message = match workloads {
            1 => format!("the workload has no container `{}`", name.value),
            _ => format!("none of the {workloads} workloads has a container `{}`", name.value),
        };
        self.report_unknown_name(name, message, known);
    }

    pub(in crate::lower) fn unknown_object(&mut self, kind: &str, name: Spanned<&str>, known: &[&str]) {
        let message = format!("the App has no {kind} `{}`", name.value);
        self.report_unknown_name(name, message, known);
    }

    fn report_unknown_name(&mut self, name: Spanned<&str>, message: String, known: &[&str]) {
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_CONTAINER, name.span, message)
            .with_nearest(name.value, known.iter().copied());
        if diagnostic.helps.is_empty() {
            diagnostic = diagnostic.with_note(there_are(known.iter().copied()));
        }
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn no_workload_to_override(&mut self, at: Span, what: &str) {
        let message = format!("the App has no workload for {what} to change");
        self.diagnostics.report(Diagnostic::new(codes::UNKNOWN_CONTAINER, at, message));
    }

    pub(in crate::lower) fn no_replicas_to_override(&mut self, at: Span, kinds: &BTreeSet<&str>) {
        let message = match kinds.first().filter(|_| kinds.len() == 1) {
            Some(kind) => format!("a {kind} has no replicas to override"),
            None => "none of the workloads has replicas to override".to_owned(),
        };
        self.diagnostics.report(Diagnostic::new(codes::UNKNOWN_CONTAINER, at, message));
    }

    pub(in crate::lower) fn divided_replicas_overridden(&mut self, at: Span, strategy: Spanned<Strategy>) {
        let message = "the override sets replicas that Karmada divides";
        self.diagnostics.report(
            Diagnostic::new(codes::REPLICAS_OVERRIDDEN, at, message)
                .with_secondary(strategy.span, format!("the strategy here is `{}`", strategy.value.word()))
                .with_note("the override comes last and wins, and the replicas no longer add up to the total")
                .with_help("give the clusters weights, or with the strategy `Fixed` their numbers"),
        );
    }

    pub(in crate::lower) fn patch_of_many_workloads(&mut self, at: Span) {
        let message = "the patch does not say which of the workloads it is for";
        self.diagnostics.report(
            Diagnostic::new(codes::UNKNOWN_CONTAINER, at, message)
                .with_help("add a `target`, as in `target: {kind: Deployment, name: web}`"),
        );
    }

    pub(in crate::lower) fn ambiguous_target(
        &mut self,
        kind: &Spanned<String>,
        is_known: bool,
        known: &[&str],
    ) {
        let diagnostic = if is_known {
            let message = format!("the App has more than one {}", kind.value);
            Diagnostic::new(codes::UNKNOWN_CONTAINER, kind.span, message)
                .with_help("add the `name` of the one to patch")
        } else {
            let message = format!("the App has no {}", kind.value);
            Diagnostic::new(codes::UNKNOWN_CONTAINER, kind.span, message)
                .with_nearest(&kind.value, known.iter().copied())
        };
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn invalid_patch_path(&mut self, path: &Spanned<String>) {
        if path.value.is_empty() {
            let message = "the path is empty: the patch would replace the whole object";
            self.diagnostics.report(
                Diagnostic::new(codes::INVALID_PATCH, path.span, message)
                    .with_help("name the field, as in `/spec/replicas`"),
            );
            return;
        }
        let message = format!("`{}` is no JSON pointer", path.value);
        let diagnostic = Diagnostic::new(codes::INVALID_PATCH, path.span, message)
            .with_note("Karmada drops the first step of a path that does not begin with `/`");
        let slashed = format!("/{}", path.value.replace('.', "/"));
        self.diagnostics.report(if path.value.starts_with('/') {
            diagnostic.with_help("write each step behind a `/`, `~1` for a `/` in a key, and `~0` for a `~`")
        } else {
            diagnostic.with_replacement("begin with a `/`", path.span, slashed)
        });
    }

    pub(in crate::lower) fn identity_patched(&mut self, path: &Spanned<String>) {
        let message = format!("an override cannot change `{}`", path.value);
        self.diagnostics.report(
            Diagnostic::new(codes::IMMUTABLE_IDENTITY, path.span, message)
                .with_note("the cluster would get another object, which Karmada then loses sight of"),
        );
    }

    pub(in crate::lower) fn patch_value(&mut self, at: Span, message: &str) {
        self.diagnostics.report(Diagnostic::new(codes::INVALID_PATCH, at, message));
    }
}

/// The place that stands for an override: its name, else its first key.
fn place_of(written: &Override) -> Span {
    written.name.as_ref().map_or(written.at, |name| name.span)
}
