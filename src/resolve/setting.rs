//! Reads `--set`: paths and values as Helm writes them, with the place of every piece.
//!
//! Source: helm v3 `pkg/strvals/parser.go`, whose keys, escapes, lists, and types are kept.

use crate::diagnostic::Diagnostic;
use crate::resolve::diagnostics;
use crate::source::FileId;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::Scalar;
use crate::yaml::Style;
use crate::yaml::Value;
use std::ops::Range;

/// Steps of one path; no field of an App lies deeper.
const DEPTH_LIMIT: usize = 64;

/// One value that a flag sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The App that it is for; without one, it is for each.
    pub app: Option<Spanned<String>>,
    /// The path from `spec` on; never empty, and the first step is a key.
    pub path: Vec<Spanned<Step>>,
    /// The value; null removes the key.
    pub value: Node,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

/// What a value is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// `true`, `false`, `null`, and integers are what they look like.
    Guessed,
    /// Everything is a text.
    Text,
}

/// Reads all settings of one flag, which stands on its own line of a text.
///
/// # Errors
/// Reports E0321 at the first piece that has no meaning.
pub fn parse_settings(
    (file, text): (FileId, &str),
    line: Range<usize>,
    typing: Typing,
) -> Result<Vec<Setting>, Box<Diagnostic>> {
    let text = text.get(..line.end).unwrap_or_default();
    let mut reader = Reader { file, text, at: line.start, typing };
    let app = reader.read_app();
    let mut settings = Vec::new();
    loop {
        let path = reader.read_path()?;
        let value = reader.read_value()?;
        settings.push(Setting { app: app.clone(), path, value });
        // Helm, too, lets a comma stand at the end.
        if !reader.skip(',') || reader.rest().is_empty() {
            return Ok(settings);
        }
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    typing: Typing,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, character: char) -> bool {
        let is_there = self.rest().starts_with(character);
        if is_there {
            self.at += character.len_utf8();
        }
        is_there
    }

    fn span(&self, start: usize) -> Span {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: place(start), end: place(self.at) }
    }

    /// `NAME:` before the path; no key at the top of `spec` has a colon.
    fn read_app(&mut self) -> Option<Spanned<String>> {
        let start = self.at;
        let end = self.rest().find([':', '.', '=', '[', ',', '\\'])?;
        let name = self.rest().get(..end)?;
        if name.is_empty() || !self.rest().get(end..)?.starts_with(':') {
            return None;
        }
        self.at += end;
        let span = self.span(start);
        self.at += 1;
        Some(Spanned::new(name.to_owned(), span))
    }

    /// Reads up to one of the characters; what a backslash precedes stands for itself.
    fn read_until(&mut self, ends: &[char]) -> Spanned<String> {
        let start = self.at;
        let mut text = String::new();
        while let Some(character) = self.rest().chars().next() {
            if ends.contains(&character) {
                break;
            }
            if let Some(length) = self.expression_length().filter(|_| !ends.contains(&'=')) {
                text.push_str(self.rest().get(..length).unwrap_or_default());
                self.at += length;
                continue;
            }
            self.at += character.len_utf8();
            let escaped = self.rest().chars().next().filter(|_| character == '\\');
            self.at += escaped.map_or(0, char::len_utf8);
            text.push(escaped.unwrap_or(character));
        }
        Spanned::new(text, self.span(start))
    }

    /// The length of the expression that stands here: its commas and braces belong to it.
    fn expression_length(&self) -> Option<usize> {
        let content = self.rest().strip_prefix("{{")?;
        content.find("}}").map(|end| end + 4)
    }

    fn read_path(&mut self) -> Result<Vec<Spanned<Step>>, Box<Diagnostic>> {
        let start = self.at;
        let mut path = Vec::new();
        loop {
            let key = self.read_until(&['.', '=', '[', ',']);
            let span = key.span;
            let is_behind_index = path.last().is_some_and(is_index);
            if !key.value.is_empty() {
                path.push(Spanned::new(Step::Key(key.value), span));
            } else if !(is_behind_index && self.rest().starts_with(['=', '['])) {
                return Err(self.fault(start, "expected a key"));
            }
            while self.skip('[') {
                path.push(self.read_index(start)?);
            }
            if path.len() > DEPTH_LIMIT {
                return Err(self.fault(start, "the path is too long"));
            }
            if self.skip('=') {
                return Ok(path);
            }
            if !self.skip('.') {
                return Err(self.fault(start, "expected `KEY=VALUE`"));
            }
        }
    }

    fn read_index(&mut self, start: usize) -> Result<Spanned<Step>, Box<Diagnostic>> {
        let number = self.read_until(&[']', '.', '=', ',']);
        let index = number.value.parse().map_err(|_| self.fault(start, "expected an index in `[…]`"))?;
        if self.skip(']') && self.rest().starts_with(['.', '=', '[']) {
            return Ok(Spanned::new(Step::Index(index), number.span));
        }
        Err(self.fault(start, "expected `.` or `=` behind an index in `[…]`"))
    }

    fn read_value(&mut self) -> Result<Node, Box<Diagnostic>> {
        let start = self.at;
        if self.expression_length().is_some() || !self.skip('{') {
            let text = self.read_until(&[',']);
            return Ok(self.to_node(text));
        }
        let mut items = Vec::new();
        while !self.skip('}') {
            let text = self.read_until(&[',', '}']);
            if self.rest().is_empty() {
                return Err(self.fault(start, "`{` is not closed"));
            }
            items.push(self.to_node(text));
            self.skip(',');
        }
        if !self.rest().is_empty() && !self.rest().starts_with(',') {
            return Err(self.fault(start, "expected `,` or the end behind a list in `{…}`"));
        }
        Ok(Node { value: Value::Sequence(items), span: self.span(start) })
    }

    fn to_node(&self, text: Spanned<String>) -> Node {
        let value = match self.typing {
            Typing::Guessed => guess(&text.value),
            Typing::Text => None,
        };
        let value = value.unwrap_or(Value::String(Scalar { text: text.value, style: Style::Plain }));
        Node { value, span: text.span }
    }

    fn fault(&mut self, start: usize, message: &str) -> Box<Diagnostic> {
        self.at = self.at.max(start);
        Box::new(diagnostics::invalid_setting(self.span(start), message))
    }
}

fn is_index(step: &Spanned<Step>) -> bool {
    match step.value {
        Step::Index(_) => true,
        Step::Key(_) => false,
    }
}

/// What a value looks like; a number with a leading zero or a fraction is a text, as it is to Helm.
fn guess(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" => return Some(Value::Boolean(true)),
        "false" => return Some(Value::Boolean(false)),
        "null" => return Some(Value::Null),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_integer = text == "0"
        || !digits.starts_with('0') && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_integer { text.parse::<i64>().ok() } else { None };
    number.map(|number| Value::Number(number.into()))
}
