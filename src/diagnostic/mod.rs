//! Facts about the user's input: what is wrong, where, why, and what to do.

mod code;
mod comment;
mod levels;
mod list;
mod nearest;

pub use code::CODES;
pub use code::Code;
pub use code::Severity;
pub use code::codes;
pub use comment::Allowances;
pub use levels::LevelError;
pub use levels::Levels;
pub use levels::QUIET;
pub use list::and_list;
pub use list::listed;
pub use list::or_list;
pub use list::there_are;
pub use nearest::nearest;

use crate::source::SourceMap;
use crate::source::Span;
use std::collections::BTreeSet;

/// How sure it is that a replacement keeps the user's meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// A tool may apply it unseen.
    MachineApplicable,
    /// Likely what was meant; a person decides.
    MaybeIncorrect,
}

/// What the user can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Help {
    /// A sentence in the imperative.
    Text(String),
    /// A sentence, and the exact text to write at a place.
    Replace {
        /// What the replacement does, in the imperative.
        message: String,
        /// The text to be replaced.
        span: Span,
        /// What to write instead.
        replacement: String,
        /// How sure it is.
        applicability: Applicability,
    },
}

/// A place and what it has to do with the fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What it has to do with the fault; empty where the message says all.
    pub text: String,
}

/// One fact about the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of fault, for ever.
    pub code: Code,
    /// Error or warning; at first the code's own severity.
    pub severity: Severity,
    /// What is wrong, understandable alone, on one line.
    pub message: String,
    /// The smallest text that is wrong.
    pub primary: Label,
    /// Other places involved, in the order to show them.
    pub secondary: Vec<Label>,
    /// Facts: where a value came from, what Karmada does with it.
    pub notes: Vec<String>,
    /// What to do, the best first.
    pub helps: Vec<Help>,
}

impl Diagnostic {
    /// A fault with its message and place, and nothing else yet. Line ends that the message quotes are written as `\n`.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into().replace('\r', "\\r").replace('\n', "\\n"),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// Says what the wrong text has to do with the fault.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points to another place that is involved.
    #[must_use]
    pub fn with_secondary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(Help::Text(help.into()));
        self
    }

    /// Adds the text to write instead, one that a person should look at.
    #[must_use]
    pub fn with_replacement(
        mut self,
        message: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        self.helps.push(Help::Replace {
            message: message.into(),
            span,
            replacement: replacement.into(),
            applicability: Applicability::MaybeIncorrect,
        });
        self
    }

    /// Suggests the nearest of the known names, where one is near enough.
    #[must_use]
    pub fn with_nearest<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let span = self.primary.span;
        match nearest(name, known) {
            Some(near) => self.with_replacement(format!("a similar name exists: `{near}`"), span, near),
            None => self,
        }
    }
}

/// Proof that a fault was reported: only [`Diagnostics`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported(());

/// All facts found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Takes a fact, and gives the proof.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.found.push(diagnostic);
        Reported(())
    }

    /// The proof for a value that is left out because of something reported before, or because it is a draft that
    /// is checked again once its expressions are evaluated.
    #[must_use]
    pub fn reported_before(&self) -> Reported {
        Reported(())
    }

    /// Takes all facts of another collection.
    pub fn extend(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Tells whether any fact is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Tells whether an error points at exactly this text.
    #[must_use]
    pub fn has_error_at(&self, span: Span) -> bool {
        let is_here = |diagnostic: &&Diagnostic| diagnostic.primary.span == span;
        self.found.iter().filter(is_here).any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Adds a note to all that is said of a text, or of a part of it.
    pub fn add_note(&mut self, text: Span, note: &str) {
        for diagnostic in &mut self.found {
            let span = diagnostic.primary.span;
            let is_within = span.file == text.file && text.start <= span.start && span.end <= text.end;
            if is_within && !diagnostic.notes.iter().any(|known| known == note) {
                diagnostic.notes.push(note.to_owned());
            }
        }
    }

    /// The number of errors taken so far.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// The proof that an error was reported since there were `before` of them.
    #[must_use]
    pub fn error_since(&self, before: usize) -> Option<Reported> {
        (self.error_count() > before).then_some(Reported(()))
    }

    /// The number of facts taken so far, the ones told twice included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All facts in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Keeps some facts, and forgets the others.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// Gives all facts up, in the order they were found.
    #[must_use]
    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    /// All facts, sorted by path, place and code, each once; an error says all about its place, so a warning about the
    /// same text is left out.
    #[must_use]
    pub fn into_sorted(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        self.found.sort_by(|left, right| {
            let order = |diagnostic: &Diagnostic| {
                let span = diagnostic.primary.span;
                (sources.path(span).to_path_buf(), span.start, diagnostic.code.id, span.end)
            };
            order(left).cmp(&order(right)).then_with(|| left.message.cmp(&right.message))
        });
        self.found.dedup();
        let errors = self.found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let told: BTreeSet<Span> = errors.map(|diagnostic| diagnostic.primary.span).collect();
        self.found.retain(|diagnostic| {
            diagnostic.severity == Severity::Error || !told.contains(&diagnostic.primary.span)
        });
        self.found
    }
}
