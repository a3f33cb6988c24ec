//! One JSON document, a contract: `schemas/diagnostics.v1.json`. Fields are only ever added.

use crate::diagnostic::Applicability;
use crate::error::Error;
use crate::report::Counts;
use crate::report::finding::Advice;
use crate::report::finding::Finding;
use crate::report::finding::Mark;
use crate::report::texts::Place;
use crate::report::texts::Texts;
use serde_json::Value;
use serde_json::json;

/// The version of the contract.
const VERSION: u32 = 1;

/// Shows all diagnostics in one document.
pub(super) fn write(findings: &[Finding<'_>], texts: &Texts<'_>, counts: Counts) -> String {
    let diagnostics: Vec<Value> = findings.iter().map(|finding| to_json(finding, texts)).collect();
    finish(&json!({
        "version": VERSION,
        "summary": { "errors": counts.errors, "warnings": counts.warnings },
        "failure": null,
        "diagnostics": diagnostics,
    }))
}

/// Shows why a run could not be made.
pub(super) fn write_error(error: &Error) -> String {
    finish(&json!({
        "version": VERSION,
        "summary": { "errors": 0, "warnings": 0 },
        "failure": { "message": error.message, "help": error.help },
        "diagnostics": [],
    }))
}

fn finish(document: &Value) -> String {
    format!("{document:#}\n")
}

fn to_json(finding: &Finding<'_>, texts: &Texts<'_>) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity.name(),
        "message": finding.message,
        "file": texts.get(finding.primary.place.file).path,
        "span": span(&finding.primary.place, texts),
        "label": finding.primary.text,
        "labels": finding.secondary.iter().map(|mark| label(mark, texts)).collect::<Vec<_>>(),
        "notes": finding.notes,
        "helps": finding.helps.iter().map(|advice| help(advice, texts)).collect::<Vec<_>>(),
    })
}

fn label(mark: &Mark, texts: &Texts<'_>) -> Value {
    json!({
        "file": texts.get(mark.place.file).path,
        "span": span(&mark.place, texts),
        "message": mark.text,
    })
}

fn help(advice: &Advice, texts: &Texts<'_>) -> Value {
    let replacement = advice.replacement.as_ref().map(|replacement| {
        json!({
            "file": texts.get(replacement.place.file).path,
            "span": span(&replacement.place, texts),
            "text": replacement.text,
            "applicability": match replacement.applicability {
                Applicability::MachineApplicable => "machineApplicable",
                Applicability::MaybeIncorrect => "maybeIncorrect",
            },
        })
    });
    json!({ "message": advice.message, "replacement": replacement })
}

fn span(place: &Place, texts: &Texts<'_>) -> Value {
    let point = |offset: usize| {
        let position = texts.get(place.file).position(offset);
        json!({ "line": position.line, "column": position.column, "offset": offset })
    };
    json!({ "start": point(place.range.start), "end": point(place.range.end) })
}
