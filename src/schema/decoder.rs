//! Walks what the user wrote: reports every fault at the smallest place, and goes on.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::k8s::fields::Field;
use crate::k8s::version::MinorVersion;
use crate::schema::Kubernetes;
use crate::schema::Rest;
use crate::schema::Shape;
use crate::schema::kubernetes::check;
use crate::schema::kubernetes::is_other_version;
use crate::source::SourceMap;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;

/// Carries what decoding needs, and takes the faults.
pub struct Decoder<'a> {
    sources: &'a SourceMap,
    diagnostics: &'a mut Diagnostics,
    kubernetes: &'a Kubernetes,
    key: Span,
    is_confidential: bool,
}

impl<'a> Decoder<'a> {
    /// Begins at a document.
    pub fn new(
        document: Span,
        sources: &'a SourceMap,
        kubernetes: &'a Kubernetes,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self { sources, diagnostics, kubernetes, key: document, is_confidential: false }
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
        let outer = std::mem::replace(&mut self.key, key);
        let value = read(self);
        self.key = outer;
        value
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
        if let Some(replacement) = self.find_replacement(node, expected) {
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
            Value::String(_) if expected.starts_with("a list") && !written.contains('\n') => {
                Some(format!("[{written}]"))
            }
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

    /// Opens a map with known keys.
    ///
    /// # Errors
    /// Reports E0202 where the value is no map.
    pub fn open<'node>(&mut self, node: &'node Node) -> Result<Fields<'node>, Reported> {
        match &node.value {
            Value::Mapping(mapping) => {
                let at = if self.key.covers(node.span) { first_key(node.span, mapping) } else { self.key };
                Ok(Fields { mapping: Some(mapping), ..Fields::empty(at) })
            }
            Value::Null => Ok(Fields::empty(self.key)),
            Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Err(self.wrong_type(node, "a map")),
        }
    }
}

/// A map that no key introduces is shown by its first key: nobody reads a label over a whole file.
fn first_key(document: Span, mapping: &Mapping) -> Span {
    mapping.iter().next().map_or(document, |entry| entry.key.span)
}

/// A map with known keys, while its fields are read.
pub struct Fields<'node> {
    /// The place of the key that the map belongs to.
    pub at: Span,
    mapping: Option<&'node Mapping>,
    known: Vec<&'static str>,
    known_of_kubernetes: Vec<(&'static str, Field)>,
    taken: Vec<&'node str>,
    is_recovering: bool,
    lost: Vec<String>,
}

impl<'node> Fields<'node> {
    fn empty(at: Span) -> Self {
        Self {
            at,
            mapping: None,
            known: Vec::new(),
            known_of_kubernetes: Vec::new(),
            taken: Vec::new(),
            is_recovering: false,
            lost: Vec::new(),
        }
    }

    /// Takes note of the keys that the map may have.
    pub fn know(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// From here on, a field that cannot be read counts as left out, where it may be left out.
    pub fn recover(&mut self) {
        self.is_recovering = true;
    }

    /// The keys of the fields that could not be read, in the order they were asked for.
    #[must_use]
    pub fn lost(&self) -> Vec<String> {
        self.lost.clone()
    }

    /// Reads one field. A misspelt key that is near to this one and to no other is reported, and read as this one, so
    /// that what it stands for is not reported as missing.
    ///
    /// # Errors
    /// The field could not be read, or is needed and missing (E0203), which has been reported.
    pub fn take<T: Shape>(&mut self, key: &str, decoder: &mut Decoder<'_>) -> Result<T, Reported> {
        let written = self.mapping.and_then(|mapping| mapping.entry(key));
        let Some(entry) = written.or_else(|| self.find_misspelt(key)) else {
            return T::absent().ok_or_else(|| self.missing(key, decoder));
        };
        if written.is_some() {
            self.taken.push(&entry.key.value);
        }
        let value = decoder.inside(entry.key.span, |decoder| T::decode(&entry.value, decoder));
        match (value, T::absent()) {
            (Err(_), Some(absent)) if self.is_recovering => {
                self.lost.push(key.to_owned());
                Ok(absent)
            }
            (value, _) => value,
        }
    }

    fn find_misspelt(&self, key: &str) -> Option<&'node Entry> {
        let known = || self.known.iter().copied();
        self.unknown_keys().find(|entry| nearest(&entry.key.value, known()) == Some(key))
    }

    fn missing(&self, key: &str, decoder: &mut Decoder<'_>) -> Reported {
        let message = format!("missing key `{key}`");
        let diagnostic = Diagnostic::new(codes::MISSING_KEY, self.at, message)
            .with_label(format!("`{key}` is needed here"));
        decoder.report(diagnostic.with_help(format!("add `{key}:` below it")))
    }

    fn unknown_keys(&self) -> impl Iterator<Item = &'node Entry> {
        self.mapping.into_iter().flat_map(Mapping::iter).filter(|entry| {
            let key = entry.key.value.as_str();
            !self.known.contains(&key)
                && !self.taken.contains(&key)
                && !self.known_of_kubernetes.iter().any(|(_, field)| field.name == key)
        })
    }

    /// Reports the keys of the language that this version does not build yet.
    pub fn leave_out(&mut self, later: &[&str], decoder: &mut Decoder<'_>) {
        for key in later {
            let Some(entry) = self.mapping.and_then(|mapping| mapping.entry(key)) else { continue };
            self.taken.push(&entry.key.value);
            let message = format!("`{key}` is not supported yet");
            decoder.report(
                Diagnostic::new(codes::NOT_SUPPORTED_YET, entry.key.span, message)
                    .with_note("the language has this key, and this version of Pelago does not build it"),
            );
        }
    }

    /// Reports the keys of other shapes that are written here, each with the reason why it is none of this one.
    pub fn refuse(&mut self, refused: &[(&str, &str)], decoder: &mut Decoder<'_>) {
        for (key, why) in refused {
            let Some(entry) = self.mapping.and_then(|mapping| mapping.entry(key)) else { continue };
            self.taken.push(&entry.key.value);
            decoder.report(Diagnostic::new(codes::UNKNOWN_KEY, entry.key.span, *why));
        }
    }

    /// Takes note of the fields of a Kubernetes type, but for some, where the map has any key that is not known without
    /// them.
    pub fn know_kubernetes(&mut self, kubernetes: &'static str, except: &[&str], decoder: &mut Decoder<'_>) {
        if self.unknown_keys().next().is_some() {
            let object = decoder.kubernetes().find_type(kubernetes);
            let fields = object.iter().flat_map(|object| &object.fields);
            let fields = fields.filter(|field| !except.contains(&field.name));
            self.known_of_kubernetes.extend(fields.map(|field| (kubernetes, field.clone())));
        }
    }

    /// Takes the fields of a Kubernetes type that was taken note of, checked against its table.
    pub fn rest(&mut self, kubernetes: &'static str, decoder: &mut Decoder<'_>) -> Rest {
        let mut rest = Rest::default();
        let fields = std::mem::take(&mut self.known_of_kubernetes);
        let open: Vec<&'node Entry> = self.unknown_keys().collect();
        for entry in open {
            let key = entry.key.value.as_str();
            match fields.iter().find(|(_, field)| field.name == key) {
                Some((holder, field)) if *holder == kubernetes => {
                    decoder.inside(entry.key.span, |decoder| check(&field.field_type, &entry.value, decoder));
                    rest.fields.push((entry.key.clone(), entry.value.clone()));
                    self.taken.push(key);
                }
                None if is_other_version(kubernetes, &entry.key, decoder) => self.taken.push(key),
                Some(_) | None => {}
            }
        }
        self.known_of_kubernetes = fields;
        rest
    }

    /// Reports the keys that nobody took.
    pub fn close(self, decoder: &mut Decoder<'_>) {
        for entry in self.unknown_keys() {
            let known = self
                .known
                .iter()
                .copied()
                .chain(self.known_of_kubernetes.iter().map(|(_, field)| field.name));
            decoder.unknown_key(&entry.key, known);
        }
    }
}

impl Decoder<'_> {
    /// Reports a key that its map does not have.
    pub fn unknown_key<'k>(
        &mut self,
        key: &Spanned<String>,
        known: impl Iterator<Item = &'k str>,
    ) -> Reported {
        let known: Vec<&str> = known.collect();
        // Where a text is secret, `{text}` makes a key of it.
        let message = if self.is_confidential {
            "unknown key".to_owned()
        } else {
            format!("unknown key `{}`", key.value)
        };
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_KEY, key.span, message)
            .with_nearest(&key.value, known.iter().copied());
        if diagnostic.helps.is_empty() && !known.is_empty() && known.len() <= 12 {
            diagnostic = diagnostic.with_note(format!("the keys here are {}", and_list(&known)));
        }
        self.report(diagnostic)
    }
}

/// Joins words as a sentence has them: `a`, `b`, and `c`.
fn and_list(words: &[&str]) -> String {
    super::choice::list_of_words(words).replace(", or `", ", and `").replace("` or `", "` and `")
}
