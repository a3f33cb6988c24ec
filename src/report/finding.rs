//! A diagnostic as all formats show it: places within their texts, and no value of a Secret in any sentence.

use crate::diagnostic::Applicability;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Help;
use crate::diagnostic::Label;
use crate::diagnostic::Severity;
use crate::report::texts::Place;
use crate::report::texts::Texts;

/// What stands for a value in a sentence.
const REDACTED: &str = "(redacted)";

/// A value of fewer bytes is found in a sentence only where it stands in quotes.
const LONG_ENOUGH: usize = 4;

/// A diagnostic that can be shown.
#[derive(Debug)]
pub(super) struct Finding<'a> {
    pub(super) code: &'a str,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) primary: Mark,
    pub(super) secondary: Vec<Mark>,
    pub(super) notes: Vec<String>,
    pub(super) helps: Vec<Advice>,
}

/// A place and what it has to do with the fault.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) place: Place,
    pub(super) text: String,
}

/// What the user can do.
#[derive(Debug)]
pub(super) struct Advice {
    pub(super) message: String,
    pub(super) replacement: Option<Replacement>,
}

/// The text to write at a place.
#[derive(Debug)]
pub(super) struct Replacement {
    pub(super) place: Place,
    pub(super) text: String,
    pub(super) applicability: Applicability,
}

impl<'a> Finding<'a> {
    /// Prepares a diagnostic.
    pub(super) fn of(diagnostic: &'a Diagnostic, texts: &Texts<'_>) -> Self {
        let places = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        let hidden: Vec<&str> = places
            .flat_map(|label| texts.find_hidden(&texts.place(label.span)))
            .map(|value| value.trim_matches(['"', '\'', ' ']))
            .filter(|value| !value.is_empty())
            .collect();
        let mark = |label: &Label| Mark { place: texts.place(label.span), text: scrub(&label.text, &hidden) };
        Self {
            code: diagnostic.code.id,
            severity: diagnostic.severity,
            message: scrub(&diagnostic.message, &hidden),
            primary: mark(&diagnostic.primary),
            secondary: diagnostic.secondary.iter().map(mark).collect(),
            notes: diagnostic.notes.iter().map(|note| scrub(note, &hidden)).collect(),
            helps: diagnostic.helps.iter().map(|help| advice(help, &hidden, texts)).collect(),
        }
    }
}

impl Finding<'_> {
    /// The message, `note: …` for each note, and `help: …` for what to do.
    pub(super) fn into_sentences(self) -> Vec<String> {
        let notes = self.notes.into_iter().map(|note| format!("note: {note}"));
        let helps = self.helps.into_iter().map(|help| format!("help: {}", help.message));
        std::iter::once(self.message).chain(notes).chain(helps).collect()
    }
}

fn advice(help: &Help, hidden: &[&str], texts: &Texts<'_>) -> Advice {
    let (message, span, replacement, applicability) = match help {
        Help::Text(message) => return Advice { message: scrub(message, hidden), replacement: None },
        Help::Replace { message, span, replacement, applicability } => {
            (message, *span, replacement, *applicability)
        }
    };
    let place = texts.place(span);
    let is_shown = !texts.is_hidden(&place) && scrub(replacement, hidden) == *replacement;
    let replacement = is_shown.then(|| Replacement { place, text: replacement.clone(), applicability });
    Advice { message: scrub(message, hidden), replacement }
}

/// Takes values out of a sentence.
fn scrub(sentence: &str, hidden: &[&str]) -> String {
    let mut scrubbed = sentence.to_owned();
    for value in hidden {
        if value.len() >= LONG_ENOUGH {
            scrubbed = scrubbed.replace(value, REDACTED);
        }
        for quote in ['`', '"', '\''] {
            let quoted = format!("{quote}{value}{quote}");
            if scrubbed.contains(&quoted) {
                scrubbed = scrubbed.replace(&quoted, REDACTED);
            }
        }
    }
    scrubbed
}
