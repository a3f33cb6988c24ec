//! Checks the profiles of an App, chosen or not: nothing is needed in them, and any value may be an expression.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::codes;
use crate::document::Document;
use crate::expression::Expressions;
use crate::schema::Decoder;
use crate::schema::Kubernetes;
use crate::schema::Shape;
use crate::source::SourceMap;
use crate::spec::Spec;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;

/// Reports the faults within each profile, as they show when it alone is merged over the spec.
pub fn validate_profiles(
    document: &Document,
    kubernetes: &Kubernetes,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) {
    let Some(profiles) = tree::find(&document.root, &["spec", "profiles"]).and_then(Node::as_mapping) else {
        return;
    };
    let Some(base) = tree::get(&document.root, "spec").map(to_draft) else { return };
    for profile in profiles.iter().filter(|profile| profile.value.as_mapping().is_some()) {
        let mut draft = base.clone();
        tree::merge(&mut draft, &to_draft(&profile.value));
        let mut faults = Diagnostics::default();
        let mut decoder = Decoder::new(document.span, sources, kubernetes, &mut faults);
        let _ = decoder.inside(profile.key.span, |decoder| Spec::decode(&draft, decoder));
        for fault in faults.into_found() {
            let is_within = profile.value.span.covers(fault.primary.span);
            if is_within && fault.code != codes::MISSING_KEY {
                diagnostics.report(fault);
            }
        }
    }
}

/// A value that counts as any: expressions, and null, which removes. Profiles are no part of a profile.
fn to_draft(node: &Node) -> Node {
    let mut draft = draft(node);
    if let Value::Mapping(mapping) = &mut draft.value {
        mapping.remove("profiles");
    }
    draft
}

fn draft(node: &Node) -> Node {
    let value = match &node.value {
        Value::String(scalar) if Expressions::has_expression(&scalar.text) => Value::Poisoned,
        Value::Sequence(items) => Value::Sequence(items.iter().map(draft).collect()),
        Value::Mapping(mapping) => {
            let mut drafted = Mapping::default();
            for entry in mapping {
                let value = match entry.value.value {
                    Value::Null => Node { value: Value::Poisoned, span: entry.value.span },
                    Value::Boolean(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Sequence(_)
                    | Value::Mapping(_)
                    | Value::Poisoned => draft(&entry.value),
                };
                drafted.insert(Entry { key: entry.key.clone(), value });
            }
            Value::Mapping(drafted)
        }
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {
            node.value.clone()
        }
    };
    Node { value, span: node.span }
}
