//! One hidden region: from the word that starts it to the next section that is known.

use crate::report::redact::Line;
use crate::report::redact::trigger::Start;
use crate::report::redact::trigger::Triggers;
use crate::report::redact::trigger::indicators;
use std::ops::Range;

/// Keys that end a region when they stand no further in than it: after a slip of the indentation, others do not.
const SECTIONS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "status",
    "items",
    "vars",
    "deployment",
    "statefulSet",
    "daemonSet",
    "job",
    "cronJob",
    "services",
    "ingresses",
    "configMaps",
    "persistentVolumeClaims",
    "serviceAccount",
    "autoscaling",
    "disruptionBudget",
    "manifests",
    "placement",
    "propagation",
    "overrides",
    "profiles",
    "initContainers",
    "containers",
    "pod",
    "clusters",
    "images",
    "target",
];

/// What the last line left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// A quote of this kind.
    Quote(u8),
    /// A scalar that goes on with every line at least this far in.
    Scalar(usize),
}

/// A key of a block map, and its column.
#[derive(Debug)]
struct Frame {
    column: usize,
    key: String,
}

/// The region, and how far it was read.
#[derive(Debug)]
pub(super) struct Region<'a> {
    text: &'a str,
    base: usize,
    frames: Vec<Frame>,
    /// The key of each open `{` or `[`.
    flow: Vec<Option<String>>,
    open: Open,
    hidden: Vec<Range<usize>>,
    made_of: Triggers,
}

impl<'a> Region<'a> {
    /// Opens a region, and hides what stands on the line of its start.
    pub(super) fn open(text: &'a str, line: Line, start: Start) -> Self {
        let mut region = Self {
            text,
            base: start.column,
            frames: vec![Frame { column: start.column, key: start.key }],
            flow: Vec::new(),
            open: Open::Nothing,
            hidden: Vec::new(),
            made_of: Triggers::default(),
        };
        let is_anchor = region.frames.first().is_some_and(|frame| frame.key == "&");
        let outer = if is_anchor { start.column } else { start.column + 1 };
        region.mask_value(start.value..line.end, outer);
        region
    }

    /// Tells whether a line is part of the region.
    pub(super) fn continues(&self, line: Line, triggers: Triggers) -> bool {
        let content = self.piece(line.content..line.end);
        let is_inside =
            !self.flow.is_empty() || matches!(self.open, Open::Quote(_)) || line.indent > self.base;
        if is_inside || content.is_empty() || content.starts_with('#') {
            return true;
        }
        let marks = indicators(content);
        let key = self.find_key(line.content + marks..line.end).map(|(key, _)| self.piece(key));
        match key {
            None => true,
            Some(_) if marks > 0 => line.indent == self.base || content.starts_with(':'),
            Some(key) => !SECTIONS.contains(&key) && !triggers.starts(key),
        }
    }

    /// Hides the values of a line.
    pub(super) fn mask_line(&mut self, line: Line) {
        let content = line.content..line.end;
        if content.is_empty() {
            return;
        }
        if let Open::Quote(quote) = self.open {
            let rest = self.mask_quoted(content, quote)..line.end;
            if self.open == Open::Nothing {
                self.mask_rest(rest);
            }
            return;
        }
        if !self.flow.is_empty() {
            self.mask_rest(content);
            return;
        }
        match self.open {
            Open::Scalar(indent) if line.indent >= indent => return self.hide(content),
            Open::Scalar(_) | Open::Nothing | Open::Quote(_) => self.open = Open::Nothing,
        }
        self.mask_block(line);
    }

    /// What the hidden values are made of.
    pub(super) fn made_of(&self) -> Triggers {
        self.made_of
    }

    /// All hidden pieces, in their order.
    pub(super) fn into_hidden(self) -> Vec<Range<usize>> {
        self.hidden
    }

    fn mask_block(&mut self, line: Line) {
        let marks = indicators(self.piece(line.content..line.end));
        let content = line.content + marks..line.end;
        let column = content.start - line.start;
        let Some((key, value)) = self.find_key(content.clone()) else {
            let parent = self.frames.last().map_or(0, |frame| frame.column + 1);
            let outer = if marks > 0 { line.indent.saturating_add(1) } else { parent };
            return self.mask_value(content, outer);
        };
        self.frames.retain(|frame| frame.column < column);
        let key = self.piece(key).to_owned();
        self.frames.push(Frame { column, key });
        self.mask_value(value..line.end, column + 1);
    }

    /// Hides a value in a block; `outer` is the indentation from which on the next lines belong to it.
    fn mask_value(&mut self, range: Range<usize>, outer: usize) {
        let mut value = self.trim_start(range);
        while self.piece(value.clone()).starts_with(['!', '&']) {
            let piece = self.piece(value.clone());
            let length = piece.find([' ', '\t']).unwrap_or(piece.len());
            self.hide(value.start..value.start + length);
            value = self.trim_start(value.start + length..value.end);
        }
        match self.piece(value.clone()).as_bytes().first().copied() {
            None => {}
            Some(b'#') => self.hide(value),
            Some(b'|' | b'>') if self.is_block_header(value.clone()) => self.open = Open::Scalar(outer),
            Some(b'{' | b'[') => self.mask_rest(value),
            Some(quote @ (b'"' | b'\'')) => {
                let closed = find_quote(self.text, value.start + 1..value.end, quote);
                if closed.is_some() && self.is_readable(value.clone()) {
                    return;
                }
                self.hide(value);
                self.open = if closed.is_some() { Open::Scalar(outer) } else { Open::Quote(quote) };
            }
            Some(_) => {
                if !self.is_readable(value.clone()) {
                    self.hide(value);
                }
                self.open = Open::Scalar(outer);
            }
        }
    }

    /// Goes on with the open braces, and hides what stands behind the last one.
    fn mask_rest(&mut self, range: Range<usize>) {
        let starts_flow = self.flow.is_empty() && self.piece(range.clone()).starts_with(['{', '[']);
        let rest = if self.flow.is_empty() && !starts_flow { range } else { self.mask_flow(range) };
        let rest = self.trim_start(rest);
        let is_end = self.piece(rest.clone()).trim_start_matches(['}', ']', ',', ' ', '\t']).is_empty();
        if self.flow.is_empty() && !is_end {
            self.hide(rest);
        }
    }

    /// Hides the values between braces; returns what is left behind the last closing one.
    fn mask_flow(&mut self, range: Range<usize>) -> Range<usize> {
        let mut rest = self.trim_start(range);
        while let Some(byte) = self.text.as_bytes().get(rest.start).filter(|_| !rest.is_empty()).copied() {
            let next = rest.start + 1..rest.end;
            rest = match byte {
                b'{' | b'[' => {
                    self.made_of.has_expression |= self.piece(rest.clone()).starts_with("{{");
                    self.flow.push(None);
                    next
                }
                b'}' | b']' => {
                    self.flow.pop();
                    if self.flow.is_empty() {
                        return next;
                    }
                    next
                }
                b',' => {
                    self.set_flow_key(None);
                    next
                }
                b':' | b'?' if indicators(self.piece(rest.clone())) > 0 => next,
                b'#' => {
                    self.hide(rest.clone());
                    rest.end..rest.end
                }
                b'"' | b'\'' => self.mask_flow_quoted(rest, byte),
                _ => self.mask_flow_plain(rest),
            };
            rest = self.trim_start(rest);
        }
        rest
    }

    fn mask_flow_quoted(&mut self, rest: Range<usize>, quote: u8) -> Range<usize> {
        let Some(close) = find_quote(self.text, rest.start + 1..rest.end, quote) else {
            self.hide(rest.clone());
            self.open = Open::Quote(quote);
            return rest.end..rest.end;
        };
        let after = self.trim_start(close + 1..rest.end);
        if self.piece(after.clone()).starts_with(':') {
            self.take_flow_key(rest.start..close + 1);
            return after.start + 1..after.end;
        }
        if !self.is_readable(rest.start..close + 1) {
            self.hide(rest.start..close + 1);
        }
        after
    }

    fn mask_flow_plain(&mut self, rest: Range<usize>) -> Range<usize> {
        let length = plain_length(self.piece(rest.clone()));
        let end = rest.start + length;
        let scalar = rest.start..rest.start + self.piece(rest.start..end).trim_end().len();
        let after = end..rest.end;
        if self.piece(after.clone()).starts_with(':') {
            self.take_flow_key(scalar);
            return after.start + 1..after.end;
        }
        if !self.is_readable(scalar.clone()) {
            self.hide(scalar);
        }
        after
    }

    /// Remembers a key between braces; hides it where it does not look like one.
    fn take_flow_key(&mut self, range: Range<usize>) {
        let key = self.piece(range.clone()).trim_matches(['"', '\'']).to_owned();
        let is_key = is_key(&key) && self.flow.last().is_some_and(Option::is_none);
        if !is_key {
            self.hide(range);
        }
        self.set_flow_key(Some(key));
    }

    fn set_flow_key(&mut self, key: Option<String>) {
        if let Some(level) = self.flow.last_mut() {
            *level = key;
        }
    }

    /// Hides the rest of a quoted text; returns where it ends.
    fn mask_quoted(&mut self, range: Range<usize>, quote: u8) -> usize {
        let close = find_quote(self.text, range.clone(), quote);
        let end = close.map_or(range.end, |close| close + 1);
        self.hide(range.start..end);
        if close.is_some() {
            self.open = Open::Nothing;
        }
        end
    }

    /// Tells whether a value may be shown: one that a Secret has besides its content.
    fn is_readable(&self, value: Range<usize>) -> bool {
        let value = self.piece(value).trim_end().trim_matches(['"', '\'']);
        let flow = self.flow.iter().filter_map(|key| key.as_deref());
        let path: Vec<&str> =
            self.frames.iter().map(|frame| frame.key.as_str()).chain(flow).take(6).collect();
        let is_content =
            |key: &&str| matches!(*key, "data" | "stringData" | "binaryData" | "&" | "\\" | "vars" | "value");
        if let [.., "data" | "stringData", _, "env"] = path.as_slice() {
            return is_variable(value);
        }
        if path.iter().any(is_content) {
            return false;
        }
        let is_map = |key: &str| matches!(key, "labels" | "annotations" | "files");
        let is_simple = !value.contains(['{', '*', '&', '!', '#', ':', '"', '\'', ' ']);
        match path.as_slice() {
            ["type"] | [_, "type"] | [_, _, "type"] => value == "Opaque" || value.contains(".io/"),
            ["external" | "immutable"] | [_, "external" | "immutable"] | [_, _, "external" | "immutable"] => {
                matches!(value, "true" | "false")
            }
            [_, "name" | "envFile"] | [_, _, "envFile"] => is_simple,
            [_, map, _] | [_, _, map, _] => is_map(map) && is_simple,
            _ => false,
        }
    }

    /// Finds the key that a text starts with, and where its value may start.
    fn find_key(&self, range: Range<usize>) -> Option<(Range<usize>, usize)> {
        let content = self.piece(range.clone());
        let quote = content.as_bytes().first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let (key, end) = if let Some(quote) = quote {
            let close = find_quote(self.text, range.start + 1..range.end, quote)?;
            (range.start + 1..close, close + 1)
        } else {
            let end = range.start + plain_length(content);
            (range.start..range.start + self.piece(range.start..end).trim_end().len(), end)
        };
        let after = self.trim_start(end..range.end);
        let has_colon = self.piece(after.clone()).starts_with(':');
        (has_colon && is_key(self.piece(key.clone()))).then_some((key, after.start + 1))
    }

    fn is_block_header(&self, range: Range<usize>) -> bool {
        let rest = self.piece(range).trim_start_matches(['|', '>']);
        let rest = rest.trim_start_matches(|mark: char| mark.is_ascii_digit() || matches!(mark, '+' | '-'));
        rest.trim().is_empty()
    }

    fn hide(&mut self, range: Range<usize>) {
        let end = range.start + self.piece(range.clone()).trim_end().len();
        let piece = self.piece(range.start..end);
        self.made_of.has_alias |= piece.contains('*');
        self.made_of.has_expression |= piece.contains("{{");
        if !piece.is_empty() {
            self.hidden.push(range.start..end);
        }
    }

    fn trim_start(&self, range: Range<usize>) -> Range<usize> {
        let piece = self.piece(range.clone());
        range.start + (piece.len() - piece.trim_start_matches([' ', '\t']).len())..range.end
    }

    fn piece(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }
}

/// The length of a plain text between braces: up to a brace, a comma, a `: ` or a comment.
fn plain_length(content: &str) -> usize {
    let bytes = content.as_bytes();
    let ends = |index: usize, byte: u8| {
        let next = bytes.get(index + 1).copied();
        let before = index.checked_sub(1).and_then(|before| bytes.get(before)).copied();
        match byte {
            b',' | b'{' | b'}' | b'[' | b']' => true,
            b':' => next.is_none_or(|next| matches!(next, b' ' | b'\t' | b',' | b'{' | b'}' | b'[' | b']')),
            b'#' => before.is_some_and(|before| matches!(before, b' ' | b'\t')),
            _ => false,
        }
    };
    bytes.iter().enumerate().position(|(index, byte)| ends(index, *byte)).unwrap_or(bytes.len())
}

/// Finds the quote that closes a text.
fn find_quote(text: &str, range: Range<usize>, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes().get(range.clone())?;
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let is_escape = quote == b'"' && *byte == b'\\';
        let is_doubled = quote == b'\'' && *byte == quote && bytes.get(index + 1) == Some(&quote);
        if *byte == quote && !is_doubled {
            return Some(range.start + index);
        }
        index += if is_escape || is_doubled { 2 } else { 1 };
    }
    None
}

/// Tells whether a text is the name of a variable of the environment, in the letters that such names have by custom.
fn is_variable(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}

/// Tells whether a text looks like a key of a Secret, a label or an annotation, and not like a value.
fn is_key(key: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b'<');
    !key.is_empty() && key.len() <= 253 && key.bytes().all(is_part)
}
