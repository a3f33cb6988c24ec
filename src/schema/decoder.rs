//! Walks what the user wrote: reports every fault at the smallest place, and goes on.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::version::MinorVersion;
use crate::schema::Kubernetes;
use crate::schema::home::Level;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Value;
use crate::yaml::is_ambiguous;

/// Carries what decoding needs, and takes the faults.
pub struct Decoder<'a> {
    sources: &'a SourceMap,
    diagnostics: &'a mut Diagnostics,
    kubernetes: &'a Kubernetes,
    key: Span,
    /// The key that names what is read; of an entry of a list, that of the list.
    named: Span,
    pub(super) levels: Vec<Level>,
    /// The place of the last map with an unknown key: what seems to be missing in it may be misspelt.
    pub(super) misread: Option<Span>,
    pub(super) is_confidential: bool,
}

impl<'a> Decoder<'a> {
    /// Begins at a document.
    pub fn new(
        document: Span,
        sources: &'a SourceMap,
        kubernetes: &'a Kubernetes,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            sources,
            diagnostics,
            kubernetes,
            key: document,
            named: document,
            levels: Vec::new(),
            misread: None,
            is_confidential: false,
        }
    }

    /// The place of the key whose value is read.
    #[must_use]
    pub fn key(&self) -> Span {
        self.key
    }

    /// The Kubernetes version that is built for.
    #[must_use]
    pub fn version(&self) -> MinorVersion {
        self.kubernetes.version
    }

    /// The field tables of the Kubernetes version that is built for.
    #[must_use]
    pub fn kubernetes(&self) -> &'a Kubernetes {
        self.kubernetes
    }

    /// The text as the user wrote it, quotes included.
    #[must_use]
    pub fn source_text(&self, span: Span) -> &'a str {
        self.sources.text(span)
    }

    /// Tells whether the map at this place, closed last, has an unknown key.
    #[must_use]
    pub fn was_misread(&self, at: Span) -> bool {
        self.misread == Some(at)
    }

    /// A text in the quotes that the text at the place has, or in those that it needs.
    #[must_use]
    pub fn requoted(&self, span: Span, text: &str) -> String {
        match self.source_text(span).chars().next() {
            Some(quote @ ('"' | '\'')) => format!("{quote}{text}{quote}"),
            _ if text.starts_with(|first: char| first.is_ascii_digit()) => format!("\"{text}\""),
            Some(_) | None => text.to_owned(),
        }
    }

    /// Takes a fault.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.report(diagnostic)
    }

    /// The proof for a value that was reported before.
    #[must_use]
    pub fn reported_before(&self) -> Reported {
        self.diagnostics.reported_before()
    }

    /// Reads with another key as the one in charge.
    pub fn inside<T>(&mut self, key: Span, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = (std::mem::replace(&mut self.key, key), std::mem::replace(&mut self.named, key));
        let value = read(self);
        (self.key, self.named) = outer;
        value
    }

    /// Reads an entry of a list: its first key is in charge of it, else the entry itself.
    pub fn inside_item<T>(&mut self, item: &Node, read: impl FnOnce(&mut Self) -> T) -> T {
        let first = item.as_mapping().and_then(|mapping| mapping.iter().next());
        let place = first.map_or(item.span, |entry| entry.key.span);
        let outer = std::mem::replace(&mut self.key, place);
        let value = read(self);
        self.key = outer;
        value
    }

    /// The key that names the map that is opened.
    pub(super) fn named(&self) -> Span {
        self.named
    }

    /// Reads values that no message may repeat.
    pub fn confidentially<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.is_confidential, true);
        let value = read(self);
        self.is_confidential = outer;
        value
    }

    /// Says what was found, as a message has it: ``the string `"3"` ``, or ``the string``
    /// where the value is secret.
    #[must_use]
    pub fn describe(&self, node: &Node) -> String {
        let kind = match &node.value {
            Value::Null => return "nothing".to_owned(),
            Value::Sequence(_) => return "a list".to_owned(),
            Value::Mapping(_) => return "a map".to_owned(),
            Value::Poisoned => return "a value that was reported before".to_owned(),
            Value::Boolean(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
        };
        let text = self.source_text(node.span);
        if self.is_confidential || text.is_empty() || text.contains('\n') || text.chars().count() > 60 {
            return format!("the {kind}");
        }
        if text.contains("{{") {
            return match &node.value {
                Value::String(scalar) => format!("the string `\"{}\"`", scalar.text),
                Value::Null
                | Value::Boolean(_)
                | Value::Number(_)
                | Value::Sequence(_)
                | Value::Mapping(_)
                | Value::Poisoned => format!("the {kind} `{}`", node.to_json()),
            };
        }
        match &node.value {
            Value::String(scalar) if text == scalar.text => format!("the {kind} `\"{text}\"`"),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => format!("the {kind} `{text}`"),
        }
    }

    /// Reports that a value has another type than `expected` says, with its article.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) -> Reported {
        if node.value == Value::Poisoned {
            return self.reported_before();
        }
        let message = format!("expected {expected}, found {}", self.describe(node));
        let mut diagnostic = Diagnostic::new(codes::WRONG_TYPE, self.place(node), message)
            .with_label(format!("expected {expected}"));
        let is_expression = self.source_text(node.span).contains("{{");
        if is_expression {
            diagnostic = diagnostic.with_note("the value comes from the expression");
        } else if let Some(replacement) = self.find_replacement(node, expected) {
            diagnostic = diagnostic.with_replacement(format!("write {expected}"), node.span, replacement);
        }
        self.report(diagnostic)
    }

    /// A missing value has no text of its own: the key stands for it. Of a map or list, the first line is enough.
    fn place(&self, node: &Node) -> Span {
        match &node.value {
            Value::Null if node.span.start == node.span.end => self.key,
            Value::Sequence(_) | Value::Mapping(_) if self.source_text(node.span).contains('\n') => self.key,
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => node.span,
        }
    }

    /// The text that means the same in the type that was expected, where there is one.
    fn find_replacement(&self, node: &Node, expected: &str) -> Option<String> {
        if self.is_confidential {
            return None;
        }
        let written = self.source_text(node.span);
        match &node.value {
            Value::String(scalar) if expected.starts_with("an integer") => {
                scalar.text.trim().parse::<i64>().ok().map(|number| number.to_string())
            }
            Value::String(scalar) if expected.starts_with("a boolean") => {
                match scalar.text.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "on" => Some("true".to_owned()),
                    "false" | "no" | "off" => Some("false".to_owned()),
                    _ => None,
                }
            }
            Value::String(scalar) if expected.starts_with("a list") && !written.contains('\n') => {
                let is_plain =
                    written == scalar.text && !written.contains(['[', ']', '{', '}', ',', '"', '\'', '#']);
                if self.is_setting(node.span) {
                    return Some(format!("{{{}}}", written.trim_matches(['[', ']'])));
                }
                let words: Vec<String> = written.split_whitespace().map(list_word).collect();
                Some(if is_plain { format!("[{}]", words.join(", ")) } else { format!("[{written}]") })
            }
            Value::Sequence(items) if expected.starts_with("a string") => match items.as_slice() {
                [only] if only.as_str().is_some() => Some(self.source_text(only.span).to_owned()),
                _ => None,
            },
            Value::Number(_) | Value::Boolean(_) if expected.starts_with("a string") => {
                Some(format!("\"{written}\""))
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => None,
        }
    }

    /// Tells whether a place is in a flag such as `--set`, which has a syntax of its own.
    fn is_setting(&self, span: Span) -> bool {
        self.sources.file(span.file).path.to_str().is_some_and(|path| path.starts_with("--set"))
    }

    /// Reads a string, and nothing else.
    ///
    /// # Errors
    /// Reports E0202 for a value of another type.
    pub fn text(&mut self, node: &Node) -> Result<String, Reported> {
        match &node.value {
            Value::String(scalar) => Ok(scalar.text.clone()),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => Err(self.wrong_type(node, "a string")),
        }
    }

    /// Reports the second of two list entries with one name.
    pub fn duplicate_name(&mut self, name: &Spanned<String>, first: Span) -> Reported {
        let message = format!("the name `{}` is used twice", name.value);
        self.report(
            Diagnostic::new(codes::DUPLICATE_NAME, name.span, message)
                .with_secondary(first, "first used here"),
        )
    }
}

/// A word as an entry of a list of strings: with quotes where it would be read as something else.
fn list_word(word: &str) -> String {
    let is_typed = word.starts_with(|first: char| first.is_ascii_digit() || "-+.~&*!|>%@`?:".contains(first))
        && !word.starts_with("--");
    let is_word = matches!(word, "true" | "false" | "null") || is_ambiguous(word);
    if is_typed || is_word { format!("\"{word}\"") } else { word.to_owned() }
}
