//! Evaluates `{{ … }}` in strings. The only place that names minijinja.
//!
//! Only expressions exist: `{% … %}` and `{# … #}` are literal text.

mod evaluation;
mod explain;
mod fault;
mod function;
mod path;
mod scope;
mod segment;
#[cfg(test)]
mod tests;
mod token;
mod value;

pub use fault::ExpressionFault;
pub use fault::FaultKind;
pub use fault::Role;
pub use fault::Undefined;
pub use scope::Scope;

use crate::expression::evaluation::Evaluation;
use crate::expression::path::find_paths;
use crate::expression::segment::Segment;
use crate::expression::segment::split;
use minijinja::Environment;
use minijinja::UndefinedBehavior;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Steps of one expression, in the evaluator's own measure: one an instruction, and one for 64 bytes.
const FUEL: u64 = 50_000;

/// Evaluates expressions: made once a run, and shared between threads.
#[derive(Debug)]
pub struct Expressions {
    environment: Environment<'static>,
}

/// What a string stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Evaluated {
    /// A value: of any type where the string is one expression and nothing else, a text otherwise.
    Value(Json),
    /// Nothing, because of a value that was reported before.
    Poisoned,
}

/// The variables that the expressions of a string name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// The names, variables or not, that stand first or behind `vars`.
    pub names: BTreeSet<String>,
    /// Some expression takes `vars` as a whole, so that each variable may be used.
    pub takes_all: bool,
}

impl Default for Expressions {
    fn default() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        // Ranges of errors, and the names of undefined values, are kept in this mode only.
        environment.set_debug(true);
        function::install(&mut environment);
        Self { environment }
    }
}

impl Expressions {
    /// Tells whether a string holds anything to evaluate.
    #[must_use]
    pub fn has_expression(text: &str) -> bool {
        text.contains("{{")
    }

    /// Evaluates a string.
    ///
    /// A string that is one expression keeps the type of its value, and a whole float is an integer then; in a
    /// longer text only strings, numbers, and booleans can stand.
    ///
    /// # Errors
    /// All faults in the order of their places; never empty.
    pub fn evaluate(&self, text: &str, scope: &Scope) -> Result<Evaluated, Vec<ExpressionFault>> {
        let (segments, faults) = split(text);
        let evaluation = Evaluation { environment: &self.environment, text, scope };
        match (segments.as_slice(), faults.as_slice()) {
            ([Segment::Expression(source)], []) => evaluation.keep_type(source).map_err(|fault| vec![fault]),
            _ => evaluation.join(&segments, faults),
        }
    }
}

/// Finds the names that the expressions of a string use; a broken expression may use any.
#[must_use]
pub fn find_uses(text: &str) -> Uses {
    let (segments, faults) = split(text);
    let mut uses = Uses { takes_all: !faults.is_empty(), ..Uses::default() };
    for segment in segments {
        let Segment::Expression(source) = segment else { continue };
        for path in find_paths(text, &source.tokens) {
            let mut names = path.segments.iter().map(|piece| piece.name);
            match (names.next(), names.next()) {
                (Some("vars"), None) => uses.takes_all = true,
                (Some("vars"), Some(name)) | (Some(name), _) => {
                    uses.names.insert(name.to_owned());
                }
                (None, _) => {}
            }
        }
    }
    uses
}
