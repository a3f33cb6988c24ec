//! A line each: `file:line:column: error[E0203]: message`, as compilers print and editors match.

use crate::error::Error;
use crate::report::finding::Finding;
use crate::report::texts::Texts;
use std::fmt::Write;

/// Shows each diagnostic on one line.
pub(super) fn write(findings: &[Finding<'_>], texts: &Texts<'_>) -> String {
    let mut out = String::new();
    for finding in findings {
        let place = &finding.primary.place;
        let text = texts.get(place.file);
        let position = text.position(place.range.start);
        let message = on_one_line(&finding.message);
        let (severity, code) = (finding.severity.name(), finding.code);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}:{}:{}: {severity}[{code}]: {message}",
            text.path, position.line, position.column
        );
    }
    out
}

/// Shows why a run could not be made.
pub(super) fn write_error(error: &Error) -> String {
    let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("error: {}\n", on_one_line(&format!("{}{help}", error.message)))
}

fn on_one_line(message: &str) -> String {
    message.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
