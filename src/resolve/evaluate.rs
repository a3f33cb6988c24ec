//! Walks a document and puts values in the places of expressions.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::expression::Evaluated;
use crate::expression::ExpressionFault;
use crate::expression::Expressions;
use crate::expression::FaultKind;
use crate::expression::Role;
use crate::expression::Scope;
use crate::expression::Undefined;
use crate::expression::Uses;
use crate::expression::find_uses;
use crate::resolve::Inputs;
use crate::resolve::diagnostics;
use crate::resolve::layers::Layered;
use crate::resolve::layers::Origin;
use crate::resolve::layers::origin_of;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Scalar;
use crate::yaml::Style;
use crate::yaml::Value;
use crate::yaml::locate;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What the evaluation of one document needs.
pub(super) struct Evaluator<'a> {
    pub(super) scope: Scope,
    /// The variables that are not defined yet, with their keys' places; the one under way is among them.
    pub(super) later: BTreeMap<String, Span>,
    /// The variable under way.
    pub(super) current: Option<String>,
    pub(super) knows_app: bool,
    pub(super) uses: Uses,
    /// The cluster under way, and its place in the Fleet.
    pub(super) cluster: Option<(String, Span)>,
    pub(super) inputs: Inputs<'a>,
    pub(super) diagnostics: &'a mut Diagnostics,
    /// Most documents have no expression, and are left alone.
    has_expressions: bool,
    /// The places that values came from which are not in the spec.
    origins: Vec<Origin>,
    /// What the places are called that variables came from, where they are not in the spec.
    variables: BTreeMap<String, String>,
    /// See [`crate::document::Document::origins`].
    pub(super) used: Vec<(Span, String)>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(inputs: Inputs<'a>, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            scope: Scope::default(),
            later: BTreeMap::new(),
            current: None,
            knows_app: false,
            uses: Uses::default(),
            cluster: None,
            inputs,
            diagnostics,
            has_expressions: false,
            origins: Vec::new(),
            variables: BTreeMap::new(),
            used: Vec::new(),
        }
    }

    /// Takes note of what was put over the spec.
    pub(super) fn take(&mut self, layered: Layered) {
        self.origins = layered.origins;
        for fault in layered.faults {
            self.report(fault);
        }
    }

    /// Tells whether a text stands in another file than the App: in a flag, or in a values file.
    pub(super) fn is_from_outside(&self, span: Span) -> bool {
        self.inputs.layers.values.iter().any(|values| values.span.file == span.file)
            || self.inputs.layers.settings.iter().any(|setting| setting.value.span.file == span.file)
    }

    /// Takes note of where a variable came from.
    pub(super) fn remember_origin(&mut self, name: &str, span: Span) {
        if let Some(origin) = origin_of(span, &self.origins) {
            self.variables.insert(name.to_owned(), origin.to_owned());
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.report(diagnostic);
    }

    /// Takes note of every name that an expression uses, in parts that are evaluated elsewhere too.
    pub(super) fn find_uses(&mut self, mapping: &Mapping) {
        for entry in mapping {
            if Expressions::has_expression(&entry.key.value) {
                self.take_uses(&entry.key.value);
            }
            self.find_uses_in(&entry.value);
        }
    }

    fn find_uses_in(&mut self, node: &Node) {
        match &node.value {
            Value::String(scalar) if Expressions::has_expression(&scalar.text) => {
                self.take_uses(&scalar.text);
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.find_uses_in(item)),
            Value::Mapping(mapping) => self.find_uses(mapping),
            // A text that could not be read may use any name.
            Value::Poisoned => self.uses.takes_all = true,
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn take_uses(&mut self, text: &str) {
        self.has_expressions = true;
        let uses = find_uses(text);
        self.uses.names.extend(uses.names);
        self.uses.takes_all |= uses.takes_all;
    }

    /// Evaluates all strings of a value in place.
    pub(super) fn rewrite(&mut self, node: &mut Node) {
        if self.has_expressions {
            self.rewrite_value(node);
        }
    }

    fn rewrite_value(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::String(scalar) if Expressions::has_expression(&scalar.text) => {
                node.value = self.evaluate(scalar, node.span);
            }
            Value::Sequence(items) => items.iter_mut().for_each(|item| self.rewrite_value(item)),
            Value::Mapping(mapping) => {
                let entries = std::mem::take(mapping);
                let had_entries = !entries.is_empty();
                for mut entry in entries {
                    self.rewrite_value(&mut entry.value);
                    self.insert(mapping, entry);
                }
                if had_entries && mapping.is_empty() {
                    node.value = Value::Poisoned;
                }
            }
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::String(_) | Value::Poisoned => {}
        }
    }

    /// Puts an entry back; one whose key was meant as an expression is left out, so that nobody else complains.
    pub(super) fn insert(&mut self, mapping: &mut Mapping, entry: Entry) {
        if Expressions::has_expression(&entry.key.value) {
            self.report(diagnostics::expression_in_key(entry.key.span));
        } else {
            mapping.insert(entry);
        }
    }

    fn evaluate(&mut self, scalar: &Scalar, span: Span) -> Value {
        match self.inputs.expressions.evaluate(&scalar.text, &self.scope) {
            Ok(Evaluated::Value(json)) => {
                let notes: Vec<String> = self.origins_of(&scalar.text).collect();
                self.used.extend(notes.into_iter().map(|note| (span, note)));
                to_value(json, span)
            }
            Ok(Evaluated::Poisoned) => Value::Poisoned,
            Err(faults) => {
                for fault in faults {
                    let text = &self.inputs.sources.file(span.file).text;
                    let place = locate(text, span, scalar, fault.range.clone());
                    self.report(self.with_origins(self.explain(fault, place), &scalar.text));
                }
                Value::Poisoned
            }
        }
    }

    /// Says which of the values that a text uses came from elsewhere, and for which cluster it is evaluated.
    fn with_origins(&self, mut diagnostic: Diagnostic, text: &str) -> Diagnostic {
        for note in self.origins_of(text) {
            diagnostic = diagnostic.with_note(note);
        }
        let uses = find_uses(text);
        match &self.cluster {
            Some((name, place)) if uses.names.contains("cluster") => {
                diagnostic.with_secondary(*place, format!("for the cluster `{name}`"))
            }
            Some(_) | None => diagnostic,
        }
    }

    /// Says where each value of a text came from that is not in the spec.
    fn origins_of(&self, text: &str) -> impl Iterator<Item = String> {
        let names = if self.variables.is_empty() { BTreeSet::new() } else { find_uses(text).names };
        let used = self.variables.iter().filter(move |(name, _)| names.contains(*name));
        used.map(|(name, origin)| format!("`{name}` comes from {origin}"))
    }

    fn explain(&self, fault: ExpressionFault, span: Span) -> Diagnostic {
        match &fault.kind {
            FaultKind::Syntax => diagnostics::expression_syntax(fault, span),
            FaultKind::Undefined(undefined) => self.explain_undefined(&fault, undefined, span),
            FaultKind::Value => diagnostics::expression_value(fault, span),
            FaultKind::Limit => diagnostics::expression_limit(fault, span),
            FaultKind::Failed => diagnostics::expression_failed(fault, span),
        }
    }

    fn explain_undefined(&self, fault: &ExpressionFault, undefined: &Undefined, span: Span) -> Diagnostic {
        let name = undefined.name.as_str();
        let is_variable = match &undefined.role {
            Role::Name | Role::Function => true,
            Role::Attribute { parent } => parent == "vars",
            Role::Filter | Role::Test => false,
        };
        match self.later.get(name) {
            Some(_) if is_variable && self.current.as_deref() == Some(name) => {
                return diagnostics::used_in_itself(name, span);
            }
            Some(definition) if is_variable => {
                return diagnostics::used_before_definition(name, span, *definition);
            }
            Some(_) | None => {}
        }
        match (&undefined.role, name) {
            (Role::Name, "app") if !self.knows_app => diagnostics::app_before_metadata(span),
            (Role::Name, "cluster") if self.cluster.is_none() => diagnostics::cluster_outside_of_each(span),
            (Role::Name | Role::Attribute { .. } | Role::Filter | Role::Test | Role::Function, _) => {
                diagnostics::undefined_name(fault.message.clone(), undefined, span)
            }
        }
    }
}

/// Gives a value the place of the text that it came from. A text counts as quoted: it is one, whatever it looks like.
fn to_value(json: Json, span: Span) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(boolean) => Value::Boolean(boolean),
        Json::Number(number) => Value::Number(number),
        Json::String(text) => Value::String(Scalar { text, style: Style::DoubleQuoted }),
        Json::Array(items) => Value::Sequence(items.into_iter().map(|item| to_node(item, span)).collect()),
        Json::Object(entries) => {
            let mut mapping = Mapping::default();
            for (key, value) in entries {
                mapping.insert(Entry { key: Spanned::new(key, span), value: to_node(value, span) });
            }
            Value::Mapping(mapping)
        }
    }
}

fn to_node(json: Json, span: Span) -> Node {
    Node { value: to_value(json, span), span }
}
