//! The variables of an App: each can use those before it.

use crate::diagnostic::nearest;
use crate::expression::Expressions;
use crate::expression::Scope;
use crate::resolve::diagnostics;
use crate::resolve::evaluate::Evaluator;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Value;
use std::collections::BTreeSet;

/// Evaluates and defines all variables in the order written, and warns about those that nothing uses.
///
/// The values that win over those of the App are merged into `vars` before.
pub(super) fn evaluate_variables(vars: &mut Node, evaluator: &mut Evaluator<'_>) {
    let Value::Mapping(mapping) = &mut vars.value else { return evaluator.rewrite(vars) };
    evaluator.later = mapping.iter().map(|entry| (entry.key.value.clone(), entry.key.span)).collect();
    let names: BTreeSet<String> = evaluator.later.keys().cloned().collect();
    for mut entry in std::mem::take(mapping) {
        let name = entry.key.value.clone();
        check_name(&entry.key, &names, evaluator);
        evaluator.current = Some(name.clone());
        evaluator.remember_origin(&name, entry.value.span);
        evaluator.rewrite(&mut entry.value);
        evaluator.later.remove(&name);
        if entry.value.has_fault() {
            evaluator.scope.poison(&name);
        }
        evaluator.scope.define_variable(&name, &entry.value.to_json());
        evaluator.insert(mapping, entry);
    }
    evaluator.current = None;
}

fn check_name(key: &Spanned<String>, names: &BTreeSet<String>, evaluator: &mut Evaluator<'_>) {
    let name = key.value.as_str();
    // A name that is misspelt where it is used is reported there.
    let is_misspelt = |used: &String| !names.contains(used) && nearest(used, [name]).is_some();
    if Scope::RESERVED.contains(&name) {
        evaluator.report(diagnostics::reserved_variable(name, key.span));
    } else if !evaluator.uses.takes_all
        && !evaluator.uses.names.contains(name)
        && !evaluator.uses.names.iter().any(is_misspelt)
        && !Expressions::has_expression(name)
    {
        let diagnostic = if evaluator.is_from_outside(key.span) {
            diagnostics::unused_value(name, key.span, evaluator.uses.names.iter().map(String::as_str))
        } else {
            diagnostics::unused_variable(name, key.span)
        };
        evaluator.report(diagnostic);
    }
}
