//! Maps with known keys, while their fields are read; and the keys that they do not have.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::diagnostic::or_list;
use crate::k8s::fields::Field;
use crate::schema::Decoder;
use crate::schema::Rest;
use crate::schema::Shape;
use crate::schema::home::Level;
use crate::schema::home::find_homes;
use crate::schema::kubernetes::check;
use crate::schema::kubernetes::is_other_version;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use std::collections::BTreeSet;

/// A map with known keys, while its fields are read.
pub struct Fields<'node> {
    /// The place of the key that the map belongs to.
    pub at: Span,
    mapping: Option<&'node Mapping>,
    known: Vec<&'static str>,
    known_of_kubernetes: Vec<(&'static str, Field)>,
    replaced: Vec<&'static str>,
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
            replaced: Vec::new(),
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

    /// The keys of the fields that could not be read, in the order they were asked for, and those that are written otherwise.
    #[must_use]
    pub fn lost(&self) -> Vec<String> {
        let misplaced = self.replaced.iter().filter(|key| {
            !self.known.contains(*key) && self.mapping.is_some_and(|mapping| mapping.entry(key).is_some())
        });
        self.lost.iter().cloned().chain(misplaced.map(|key| (*key).to_owned())).collect()
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
        let is_meant =
            |written: &str| nearest(written, known()).or_else(|| find_longer(written, known())) == Some(key);
        self.unknown_keys().find(|entry| is_meant(&entry.key.value))
    }

    fn missing(&self, key: &str, decoder: &mut Decoder<'_>) -> Reported {
        let message = format!("missing key `{key}`");
        let diagnostic = Diagnostic::new(codes::MISSING_KEY, self.at, message)
            .with_label(format!("`{key}` is needed here"));
        let mut keys = self.mapping.into_iter().flat_map(Mapping::iter).map(|entry| entry.key.span);
        let place = if keys.any(|key| key == self.at) { "beside" } else { "below" };
        decoder.report(diagnostic.with_help(format!("add `{key}:` {place} it")))
    }

    fn unknown_keys(&self) -> impl Iterator<Item = &'node Entry> {
        self.mapping.into_iter().flat_map(Mapping::iter).filter(|entry| {
            let key = entry.key.value.as_str();
            !self.known.contains(&key)
                && !self.taken.contains(&key)
                && !self.known_of_kubernetes.iter().any(|(_, field)| field.name == key)
        })
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
    pub fn know_kubernetes(
        &mut self,
        kubernetes: &'static str,
        except: &[&'static str],
        decoder: &mut Decoder<'_>,
    ) {
        if self.unknown_keys().next().is_some() {
            self.replaced.extend(except);
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
                None if !self.replaced.contains(&key)
                    && is_other_version(kubernetes, &entry.key, decoder) =>
                {
                    self.taken.push(key);
                }
                Some(_) | None => {}
            }
        }
        self.known_of_kubernetes = fields;
        rest
    }

    /// Reports the keys that nobody took.
    pub fn close(self, decoder: &mut Decoder<'_>) {
        for entry in self.unknown_keys() {
            decoder.misread = Some(self.at);
            let key = entry.key.value.as_str();
            if let Some(help) = written_otherwise(key).filter(|_| self.replaced.contains(&key)) {
                let diagnostic =
                    Diagnostic::new(codes::UNKNOWN_KEY, entry.key.span, format!("unknown key `{key}`"));
                decoder.report(diagnostic.with_help(help));
                continue;
            }
            let known = self
                .known
                .iter()
                .copied()
                .chain(self.known_of_kubernetes.iter().map(|(_, field)| field.name));
            decoder.unknown_key(&entry.key, known);
        }
        decoder.levels.pop();
    }
}

impl Decoder<'_> {
    /// Opens a map with known keys, those of the shape; [`Fields::close`] closes it.
    ///
    /// # Errors
    /// Reports E0202 where the value is no map.
    pub fn open<'node, T: Shape>(&mut self, node: &'node Node) -> Result<Fields<'node>, Reported> {
        let fields = self.fields(node)?;
        self.levels.push(Level { key: self.named(), find: T::find_homes });
        Ok(fields)
    }

    fn fields<'node>(&mut self, node: &'node Node) -> Result<Fields<'node>, Reported> {
        match &node.value {
            Value::Mapping(mapping) => {
                let at =
                    if self.key().covers(node.span) { first_key(node.span, mapping) } else { self.key() };
                Ok(Fields { mapping: Some(mapping), ..Fields::empty(at) })
            }
            Value::Null => Ok(Fields::empty(self.key())),
            Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Err(self.wrong_type(node, "a map")),
        }
    }

    /// Reports a key that its map does not have.
    pub fn unknown_key<'k>(
        &mut self,
        key: &Spanned<String>,
        known: impl Iterator<Item = &'k str>,
    ) -> Reported {
        let mut seen = BTreeSet::new();
        let known: Vec<&str> = known.filter(|key| seen.insert(*key)).collect();
        // Where a text is secret, `{text}` makes a key of it.
        let message = if self.is_confidential {
            "unknown key".to_owned()
        } else {
            format!("unknown key `{}`", key.value)
        };
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_KEY, key.span, message)
            .with_nearest(&key.value, known.iter().copied());
        if diagnostic.helps.is_empty() {
            diagnostic = self.with_home(&key.value, diagnostic);
        }
        if let Some(longer) = find_longer(&key.value, known.iter().copied())
            && diagnostic.helps.is_empty()
        {
            diagnostic = diagnostic.with_replacement(
                format!("a similar name exists: `{longer}`"),
                key.span,
                self.requoted(key.span, longer),
            );
        }
        if diagnostic.helps.is_empty() && !known.is_empty() && known.len() <= 12 {
            diagnostic = diagnostic.with_note(format!("the keys here are {}", and_list(&known)));
        }
        self.report(diagnostic)
    }

    /// Tells where the key belongs, if the language has it a level higher or lower.
    fn with_home(&self, key: &str, diagnostic: Diagnostic) -> Diagnostic {
        let root = self.levels.first().map(|level| level.key);
        let name_of = |level: &Level| {
            let name = self.source_text(level.key).trim_matches(['"', '\'']);
            if Some(level.key) == root { String::new() } else { name.to_owned() }
        };
        let levels: Vec<(String, Level)> = self.levels.iter().map(|level| (name_of(level), *level)).collect();
        let homes = find_homes(key, &levels, self.kubernetes());
        let homes: Vec<&str> = homes.iter().map(String::as_str).collect();
        if homes.is_empty() {
            return diagnostic;
        }
        diagnostic.with_help(format!("write it under {}", or_list(&homes)))
    }
}

/// The only known key that says the same with a word before or behind it: `className` for `class`.
fn find_longer<'k>(key: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let mut capital = key.to_owned();
    capital.get_mut(..1)?.make_ascii_uppercase();
    let is_longer = |other: &&str| {
        let behind = other.strip_prefix(key).and_then(|rest| rest.chars().next());
        behind.is_some_and(char::is_uppercase)
            || other.strip_suffix(&capital).is_some_and(|rest| !rest.is_empty())
    };
    let mut longer = known.filter(is_longer);
    longer.next().filter(|_| longer.next().is_none())
}

/// A map that no key introduces is shown by its first key: nobody reads a label over a whole file.
fn first_key(document: Span, mapping: &Mapping) -> Span {
    mapping.iter().next().map_or(document, |entry| entry.key.span)
}

/// How the language writes a field of Kubernetes that it does not take as it is.
fn written_otherwise(key: &str) -> Option<&'static str> {
    match key {
        "template" => Some("write the pod's fields under `pod`, and its containers under `containers`"),
        "name" => Some("leave it out: the key that the map stands under is the name"),
        "apiVersion" | "kind" | "metadata" => Some("leave it out: Pelago writes it"),
        _ => None,
    }
}

/// Joins words as a sentence has them: `a`, `b`, and `c`.
fn and_list(words: &[&str]) -> String {
    or_list(words).replace(", or `", ", and `").replace("` or `", "` and `")
}
