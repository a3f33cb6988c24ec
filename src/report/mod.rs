//! Shows diagnostics: to a person, to an editor's line matcher, to a program. No format shows the value of a Secret.

mod finding;
mod human;
mod json;
pub mod redact;
mod short;
#[cfg(test)]
mod tests;
mod texts;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::report::finding::Finding;
use crate::report::texts::Texts;
use crate::source::SourceMap;

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With excerpts, for a person; coloured, so that the stream must take colour away where there is no terminal.
    Human,
    /// A line each.
    Short,
    /// One document after `schemas/diagnostics.v1.json`.
    Json,
}

/// The JSON Schema of [`Format::Json`].
pub const JSON_SCHEMA: &str = include_str!("../../schemas/diagnostics.v1.json");

/// Shows diagnostics in the order given, and how many there are. Empty where there are none, but for JSON.
#[must_use]
pub fn report(sources: &SourceMap, diagnostics: &[Diagnostic], format: Format) -> String {
    let texts = Texts::of(sources, diagnostics);
    let findings: Vec<Finding<'_>> =
        diagnostics.iter().map(|diagnostic| Finding::of(diagnostic, &texts)).collect();
    let counts = Counts::of(diagnostics);
    match format {
        Format::Human => human::write(&findings, &texts, counts),
        Format::Short => short::write(&findings, &texts),
        Format::Json => json::write(&findings, &texts, counts),
    }
}

/// The sentences of each diagnostic: the message, the notes, and what to do.
#[must_use]
pub fn sentences(sources: &SourceMap, diagnostics: &[Diagnostic]) -> Vec<Vec<String>> {
    let texts = Texts::of(sources, diagnostics);
    diagnostics.iter().map(|diagnostic| Finding::of(diagnostic, &texts).into_sentences()).collect()
}

/// Shows why a run could not be made.
#[must_use]
pub fn report_error(error: &Error, format: Format) -> String {
    match format {
        Format::Human => human::write_error(error),
        Format::Short => short::write_error(error),
        Format::Json => json::write_error(error),
    }
}

/// How many diagnostics of each severity there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    errors: usize,
    warnings: usize,
}

impl Counts {
    fn of(diagnostics: &[Diagnostic]) -> Self {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        Self { errors, warnings: diagnostics.len() - errors }
    }
}
