//! What can be wrong with an expression.

use std::ops::Range;

/// Something wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionFault {
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// The smallest text that is wrong: bytes of the decoded string.
    pub range: Range<usize>,
    /// What is wrong, understandable alone.
    pub message: String,
    /// What to do, in the imperative.
    pub help: Option<String>,
}

/// Sorts of faults; each has a code of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is no expression.
    Syntax,
    /// A name that is not defined.
    Undefined(Box<Undefined>),
    /// The value cannot stand where the expression stands.
    Value,
    /// The expression is too long, too deep, or takes too many steps.
    Limit,
    /// The evaluation failed.
    Failed,
}

/// A name that is not defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undefined {
    /// The name as written.
    pub name: String,
    /// What it would name.
    pub role: Role,
    /// The names that are defined there, in the order to show them.
    pub known: Vec<String>,
}

/// What a name stands for in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A value in scope.
    Name,
    /// An entry of a map.
    Attribute {
        /// The map as written, as in `app` or `vars.images`.
        parent: String,
    },
    /// A filter behind `|`.
    Filter,
    /// A test behind `is`.
    Test,
    /// A function.
    Function,
}

impl ExpressionFault {
    pub(super) fn new(kind: FaultKind, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, range, message: message.into(), help: None }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
