//! Selectors of labels: apimachinery `pkg/apis/meta/v1/validation ValidateLabelSelector`.

use crate::diagnostic::codes;
use crate::diagnostic::or_list;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata::check_labels;

/// What an operator wants of `values`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// At least one.
    Some,
    /// None at all.
    None,
    /// One that is an integer.
    Integer,
}

/// The operators of a selector of labels.
pub(super) const OF_LABELS: &[(&str, Values)] = &[
    ("In", Values::Some),
    ("NotIn", Values::Some),
    ("Exists", Values::None),
    ("DoesNotExist", Values::None),
];

/// Checks a `LabelSelector`.
pub(super) fn check_selector(selector: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(labels) = selector.get("matchLabels") {
        check_labels(&labels, found);
    }
    check_expressions(selector, OF_LABELS, found);
}

/// Checks that each of `matchExpressions` has the values that its operator wants.
pub(super) fn check_expressions(holder: &Cursor<'_>, operators: &[(&str, Values)], found: &mut Vec<Breach>) {
    let Some(list) = holder.get("matchExpressions") else { return };
    for expression in list.items() {
        check_expression(&expression, operators, found);
    }
}

fn check_expression(expression: &Cursor<'_>, operators: &[(&str, Values)], found: &mut Vec<Breach>) {
    let Some(operator) = expression.get("operator") else { return };
    let word = operator.value.as_str().unwrap_or_default();
    let Some((_, wanted)) = operators.iter().find(|(known, _)| *known == word) else {
        let known: Vec<&str> = operators.iter().map(|(known, _)| *known).collect();
        let message = format!("expected {}, found `{word}`", or_list(&known));
        found.push(Breach::value(&operator, message).code(codes::INVALID_CHOICE));
        return;
    };
    let values = expression.get("values");
    let count = values.as_ref().map_or(0, Cursor::len);
    match (wanted, values) {
        (Values::Some, _) if count == 0 => {
            found.push(Breach::value(&operator, format!("`{word}` needs `values`")));
        }
        (Values::None, Some(values)) if count > 0 => {
            found.push(Breach::key(&values, format!("`{word}` takes no `values`")));
        }
        (Values::Integer, values) => check_integer(word, &operator, values.as_ref(), found),
        (Values::Some | Values::None, _) => {}
    }
}

/// kubernetes v1.33 `pkg/apis/core/validation` `ValidateNodeSelectorRequirement`.
fn check_integer(word: &str, operator: &Cursor<'_>, values: Option<&Cursor<'_>>, found: &mut Vec<Breach>) {
    let only: Vec<Cursor<'_>> = values.map(|values| values.items().collect()).unwrap_or_default();
    match only.as_slice() {
        [value] => {
            let text = value.value.as_str().unwrap_or_default();
            if text.parse::<i64>().is_err() {
                found.push(Breach::value(value, format!("`{word}` compares integers, found `{text}`")));
            }
        }
        [] | [..] => found.push(Breach::value(operator, format!("`{word}` needs one value"))),
    }
}
