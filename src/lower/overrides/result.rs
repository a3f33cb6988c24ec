//! Whether Kubernetes takes what overrides make of an object, and which of them is at fault where it does not.

use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::k8s::pointer::Pointer;
use crate::k8s::rules::Breach;
use crate::k8s::validate::Fault;
use crate::k8s::validate::FaultKind;
use crate::k8s::validate::Place;
use crate::lower::Lowering;
use crate::lower::diagnostics::NOT_WITHOUT_OVERRIDE;
use crate::lower::diagnostics::refused_object;
use crate::lower::kubernetes::Findings;
use crate::lower::kubernetes::place_of;
use crate::lower::overrides::Edit;
use crate::lower::overrides::Rule;
use crate::source::Span;
use crate::spec::Patch;
use crate::yaml::Node;
use serde_json::Value as Json;

impl Lowering<'_> {
    /// Reports what Kubernetes refuses of the result, unless it refuses the same without the overrides.
    pub(super) fn check_result(
        &mut self,
        (object, own): (&Object, &Findings),
        result: &Json,
        rules: &[&Rule<'_>],
    ) {
        let Findings { faults, breaches } = Findings::of(result, self.world.kubernetes);
        for fault in faults.iter().filter(|fault| !own.faults.contains(fault)) {
            let Some(at) = culprit_of_fault((rules, result), fault) else { continue };
            self.report_result(refused_object(object, fault, at));
        }
        for breach in breaches.into_iter().filter(|breach| !own.breaches.contains(breach)) {
            if let Some(diagnostic) = broken_rule(&object.root, &without_replacement(breach), (rules, result))
            {
                self.report_result(diagnostic);
            }
        }
    }

    fn report_result(&mut self, diagnostic: Diagnostic) {
        if !self.diagnostics.has_error_at(diagnostic.primary.span) {
            self.diagnostics.report(diagnostic.with_note(NOT_WITHOUT_OVERRIDE));
        }
    }
}

/// An edit stands for its key, which must not be replaced with a value.
fn without_replacement(mut breach: Breach) -> Breach {
    if let Some(text) = breach.replacement.take() {
        breach.helps.push(format!("write `{text}`"));
    }
    breach
}

/// A rule that the result breaks, at the edit that is nearest to the fault: one of what is at fault, else of what is related to it,
/// else the last one of all.
fn broken_rule(root: &Node, breach: &Breach, (rules, result): (&[&Rule<'_>], &Json)) -> Option<Diagnostic> {
    let find = |path: &Pointer| find_culprit((rules, result), (path, Place::Value));
    let related = breach.related.as_ref().map(|(path, _)| path);
    if let Some(at) = find_culprit((rules, result), (&breach.path, breach.place)) {
        let unchanged = |path| place_of(root, (path, Place::Value));
        let related = related.map(|path| find(path).unwrap_or_else(|| unchanged(path)));
        return Some(breach.diagnostic(at, related));
    }
    let at = related.and_then(find).or_else(|| last_edit(rules))?;
    let against = place_of(root, (&breach.path, breach.place));
    Some(breach.diagnostic(at, None).with_secondary(against, "it goes against this"))
}

/// The edit that a field at fault comes from; one that is missing from the edit that took it away.
fn culprit_of_fault((rules, result): (&[&Rule<'_>], &Json), fault: &Fault) -> Option<Span> {
    let find = |path: &Pointer| find_culprit((rules, result), (path, fault.place));
    let missing = match &fault.kind {
        FaultKind::Missing { field } => {
            let mut path = fault.path.clone();
            path.push_key(field);
            find(&path)
        }
        FaultKind::UnknownField { .. }
        | FaultKind::OtherVersion { .. }
        | FaultKind::WrongType { .. }
        | FaultKind::NotAmong { .. }
        | FaultKind::TooLarge { .. }
        | FaultKind::Quantity(_) => None,
    };
    missing.or_else(|| find(&fault.path)).or_else(|| last_edit(rules))
}

/// The place of the last edit that has to do with a path of the result.
pub(super) fn find_culprit(
    (rules, result): (&[&Rule<'_>], &Json),
    (path, place): (&Pointer, Place),
) -> Option<Span> {
    let mut edits = rules.iter().rev().flat_map(|rule| rule.edits.iter().rev().map(move |edit| (rule, edit)));
    let (rule, edit) = edits.find(|(_, edit)| edit.change.concerns(path, result))?;
    Some(place_in(&rule.written.patches, edit, (path, place)))
}

fn last_edit(rules: &[&Rule<'_>]) -> Option<Span> {
    rules.last()?.edits.last().map(|edit| edit.at)
}

/// The place of an edit; within the value of a patch, as near to the path as can be.
fn place_in(patches: &[Patch], edit: &Edit, (path, place): (&Pointer, Place)) -> Span {
    let written = patches.iter().find(|patch| patch.path.span == edit.at);
    let Some(value) = written.and_then(|written| written.value.as_ref()) else {
        return edit.value.filter(|_| place == Place::Value).unwrap_or(edit.at);
    };
    let mut below = Pointer::default();
    for step in path.tokens().skip(edit.change.path().tokens().count()) {
        below.push_key(step);
    }
    place_of(value, (&below, Place::Value))
}
