//! The evaluation of one string.

use crate::expression::Evaluated;
use crate::expression::explain::explain_failure;
use crate::expression::explain::explain_refusal;
use crate::expression::explain::explain_syntax;
use crate::expression::explain::explain_text;
use crate::expression::explain::explain_undefined;
use crate::expression::explain::find_fault;
use crate::expression::fault::ExpressionFault;
use crate::expression::fault::FaultKind;
use crate::expression::path::count_operators;
use crate::expression::path::find_paths;
use crate::expression::scope::Scope;
use crate::expression::segment::Segment;
use crate::expression::segment::Source;
use crate::expression::value::Refusal;
use crate::expression::value::Weight;
use crate::expression::value::to_json;
use crate::expression::value::to_text;
use minijinja::Environment;
use minijinja::Error;
use minijinja::ErrorKind;
use minijinja::Value;
use serde_json::Value as Json;

/// Bytes of one expression.
const LENGTH_LIMIT: usize = 2048;

/// Operators of one expression; the evaluator's reader takes stack for each.
const OPERATOR_LIMIT: usize = 64;

/// The evaluation of one string.
pub(super) struct Evaluation<'a> {
    pub(super) environment: &'a Environment<'static>,
    pub(super) text: &'a str,
    pub(super) scope: &'a Scope,
}

impl Evaluation<'_> {
    /// Evaluates a string that is one expression.
    pub(super) fn keep_type(&self, source: &Source) -> Result<Evaluated, ExpressionFault> {
        let Some(value) = self.evaluate(source)? else { return Ok(Evaluated::Poisoned) };
        let mut weight = Weight::new(self.scope.weight_left());
        let json = to_json(&value, 0, &mut weight);
        self.scope.set_weight_left(weight.left);
        json.map(Evaluated::Value).map_err(|refusal| match refusal {
            Refusal::Undefined => self.find_undefined(source),
            Refusal::Integer(_) | Refusal::NotFinite | Refusal::Kind(_) | Refusal::TooLarge => {
                explain_refusal(source, &refusal)
            }
        })
    }

    /// Evaluates a string of several pieces to a text; `faults` are those that were found before.
    pub(super) fn join(
        &self,
        segments: &[Segment],
        mut faults: Vec<ExpressionFault>,
    ) -> Result<Evaluated, Vec<ExpressionFault>> {
        let mut joined = String::new();
        let mut weight = Weight::new(self.scope.weight_left());
        let mut is_poisoned = false;
        for segment in segments {
            let source = match segment {
                Segment::Literal(range) => {
                    joined.push_str(self.text.get(range.clone()).unwrap_or_default());
                    continue;
                }
                Segment::Expression(source) => source,
            };
            match self.evaluate_text(source, &mut weight) {
                Ok(Some(piece)) => joined.push_str(&piece),
                Ok(None) => is_poisoned = true,
                Err(fault) => faults.push(fault),
            }
        }
        self.scope.set_weight_left(weight.left);
        faults.sort_by_key(|fault| fault.range.start);
        match (faults.is_empty(), is_poisoned) {
            (true, false) => Ok(Evaluated::Value(Json::String(joined))),
            (true, true) => Ok(Evaluated::Poisoned),
            (false, _) => Err(faults),
        }
    }

    fn evaluate_text(&self, source: &Source, weight: &mut Weight) -> Result<Option<String>, ExpressionFault> {
        let Some(value) = self.evaluate(source)? else { return Ok(None) };
        let piece = to_text(&value).map_err(|refusal| explain_text(source, &refusal))?;
        weight.take(piece.len()).map_err(|refusal| explain_refusal(source, &refusal))?;
        Ok(Some(piece))
    }

    /// Evaluates one expression; nothing where it uses a value that was reported before.
    fn evaluate(&self, source: &Source) -> Result<Option<Value>, ExpressionFault> {
        check_limits(self.text, source)?;
        if let Some(fault) = find_fault(self.text, source) {
            return Err(fault);
        }
        let content = self.text.get(source.content.clone()).unwrap_or_default();
        let expression = self
            .environment
            .compile_expression_owned(content.to_owned())
            .map_err(|error| explain_syntax(self.text, source, &error))?;
        if self.uses_broken(source) {
            return Ok(None);
        }
        match expression.eval(self.scope.to_context()) {
            Ok(value) if value.is_undefined() => Err(self.find_undefined(source)),
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(explain_failure(self.text, source, self.scope, &error)),
        }
    }

    fn uses_broken(&self, source: &Source) -> bool {
        find_paths(self.text, &source.tokens).iter().any(|path| {
            let names: Vec<&str> = path.segments.iter().map(|piece| piece.name).collect();
            self.scope.is_broken(&names)
        })
    }

    /// The evaluator gives an undefined value back without a word; taking a text from it makes it say which.
    fn find_undefined(&self, source: &Source) -> ExpressionFault {
        let content = self.text.get(source.content.clone()).unwrap_or_default();
        let error = self
            .environment
            .compile_expression_owned(format!("({content}) ~ \"\""))
            .and_then(|expression| expression.eval(self.scope.to_context()))
            .err()
            .unwrap_or_else(|| Error::from(ErrorKind::UndefinedError));
        explain_undefined(self.text, source, self.scope, &error)
    }
}

fn check_limits(text: &str, source: &Source) -> Result<(), ExpressionFault> {
    let length = source.content.len();
    let message = if length > LENGTH_LIMIT {
        format!("the expression is {length} bytes long, {LENGTH_LIMIT} are allowed")
    } else {
        let operators = count_operators(text, &source.tokens);
        if operators <= OPERATOR_LIMIT {
            return Ok(());
        }
        format!("the expression has {operators} operators, {OPERATOR_LIMIT} are allowed")
    };
    let braces = source.whole.start..source.whole.start + 2;
    let fault = ExpressionFault::new(FaultKind::Limit, braces, message);
    Err(fault.with_help("give parts of it names of their own in `vars`"))
}
