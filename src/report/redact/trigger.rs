//! The words behind which values are hidden.

use crate::diagnostic::nearest;
use crate::report::redact::Line;

/// Which words hide what follows them, besides `secrets` and `stringData`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Triggers {
    /// `data` and `value`: the document speaks of a Secret.
    pub(super) has_secret: bool,
    /// Anchors: a hidden value has an alias.
    pub(super) has_alias: bool,
    /// `vars`: a hidden value has an expression.
    pub(super) has_expression: bool,
}

/// Where a hidden region starts.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// The word.
    pub(super) key: String,
    /// The column of the first word on its line.
    pub(super) column: usize,
    /// Where the value may start.
    pub(super) value: usize,
}

/// Keys of the pod template and of references that look like `secrets` and hold no value.
const REFERENCES: &[&str] = &["secretRef", "secretKeyRef", "secretName", "services", "service"];

impl Triggers {
    /// Takes the words of both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            has_secret: self.has_secret,
            has_alias: self.has_alias || other.has_alias,
            has_expression: self.has_expression || other.has_expression,
        }
    }

    /// Finds the first place of a line behind which values are hidden.
    pub(super) fn find(self, text: &str, line: Line) -> Option<Start> {
        let content = text.get(line.content..line.end)?;
        let column = line.content - line.start + indicators(content);
        let mut rest = content;
        let mut before = ' ';
        while !rest.is_empty() {
            let at = line.end - rest.len();
            let word_end = rest.find(|character: char| !is_word(character)).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(word_end);
            let key = if word.is_empty() { None } else { key_end(tail, before) };
            if let Some(value) = key.filter(|length| self.is_trigger(word, tail, *length)) {
                return Some(Start { key: word.to_owned(), column, value: at + word_end + value });
            }
            if self.has_alias && word.is_empty() && tail.starts_with('&') {
                return Some(Start { key: "&".to_owned(), column, value: at });
            }
            if word.is_empty() && is_escaped_key(content, tail) {
                return Some(Start { key: "\\".to_owned(), column, value: at + 1 });
            }
            before = word.chars().next_back().or_else(|| tail.chars().next()).unwrap_or(' ');
            let skip = if word.is_empty() { tail.chars().next().map_or(0, char::len_utf8) } else { word_end };
            rest = rest.get(skip..).unwrap_or_default();
        }
        None
    }

    /// Tells whether a word hides what stands behind it; `length` is that of the `:` and all before it.
    fn is_trigger(self, word: &str, tail: &str, length: usize) -> bool {
        let is_near = |known: &'static str| word == known || nearest(word, [known]).is_some();
        let value = tail.get(length..).unwrap_or_default().trim_start();
        let holds_map = value.is_empty() || value.starts_with(['{', '[', '#', '&', '!', '*']);
        match word {
            "" => false,
            "data" | "binaryData" | "value" => self.has_secret,
            "vars" => self.has_expression,
            "secret" => holds_map && !value.contains("secretName"),
            _ if REFERENCES.contains(&word) => false,
            _ => word.len() > 4 && (is_near("secrets") || is_near("stringData")),
        }
    }

    /// Tells whether a key starts a region wherever it stands.
    pub(super) fn starts(self, key: &str) -> bool {
        self.is_trigger(key, ":", 1)
    }
}

/// Tells whether a document may hold or change a Secret: a `kind` that is one, is near to one, or is not known.
pub(super) fn speaks_of_secret(document: &str) -> bool {
    let mut rest = document;
    while let Some(at) = rest.find("ind") {
        rest = rest.get(at + 3..).unwrap_or_default();
        let Some(value) = find_value(rest) else { continue };
        let kind: &str = value.split(|character: char| !is_word(character)).next().unwrap_or_default();
        let lower = kind.to_ascii_lowercase();
        if value.starts_with('*') || lower.starts_with("secret") || nearest(kind, ["Secret"]).is_some() {
            return true;
        }
    }
    false
}

/// The value behind the last letters of a key: behind a quote, `:`, blanks, tags and anchors.
fn find_value(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['d', 'D', 's']);
    let rest = rest.trim_start_matches(['"', '\'']).trim_start();
    let mut value = rest.strip_prefix(':')?.trim_start();
    for _ in 0..8 {
        if !value.starts_with(['!', '&', '#']) {
            break;
        }
        let is_comment = value.starts_with('#');
        let end = value
            .find(|character: char| if is_comment { character == '\n' } else { character.is_whitespace() })?;
        value = value.get(end..)?.trim_start();
    }
    // With more than that before the value, it counts as unknown.
    let is_known = !value.starts_with(['!', '&', '#']);
    Some(if is_known { value.trim_start_matches(['"', '\'', '[', ' ']) } else { "*" })
}

/// The length of the quote, the blanks and the `:` behind a key; nothing where no `:` makes it a key.
fn key_end(tail: &str, before: char) -> Option<usize> {
    let unquoted = tail.strip_prefix(['"', '\'']).unwrap_or(tail);
    let rest = unquoted.trim_start_matches([' ', '\t']);
    match rest.strip_prefix(':') {
        Some(rest) => Some(tail.len() - rest.len()),
        // `? key` on a line of its own, its `:` on the next one.
        None if rest.is_empty() && matches!(before, ' ' | '"' | '\'') => Some(tail.len()),
        None => None,
    }
}

/// Tells whether a text goes on with the end of a quoted key that is written with escapes.
fn is_escaped_key(content: &str, tail: &str) -> bool {
    let is_key_end = tail.strip_prefix('"').is_some_and(|rest| rest.trim_start().starts_with(':'));
    let before = content.get(..content.len() - tail.len()).unwrap_or_default();
    is_key_end && before.rsplit('"').next().is_some_and(|key| key.contains('\\'))
}

/// The length of the marks `- `, `? ` and `: ` and their blanks.
pub(super) fn indicators(content: &str) -> usize {
    let mut rest = content;
    while let Some(after) = rest.strip_prefix(['-', '?', ':']) {
        let trimmed = after.trim_start_matches([' ', '\t']);
        if trimmed.len() == after.len() && !after.is_empty() {
            break;
        }
        rest = trimmed;
    }
    content.len() - rest.len()
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}
