//! Writes YAML as people do: what is short on one line in braces, the rest line by line, lists indented under their key.

use serde_json::Value;

use crate::yaml::quote::Quotes;
use crate::yaml::quote::choose;
use crate::yaml::write::SIMPLE_KEY_LIMIT;
use crate::yaml::write::push_indent;
use crate::yaml::write::write_line;
use crate::yaml::write::write_quoted;
use crate::yaml::write::write_scalar_text;
use crate::yaml::write::write_text_block;

/// When a map or a list is short enough for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The most bytes of a line that has braces.
    pub width: usize,
    /// How many maps and lists there may be within each other on one line.
    pub height: usize,
    /// The keys whose maps and lists have a line for each entry where there is more than one.
    pub open: &'static [&'static str],
}

/// Writes one document, which is a map, keys in their order, with one line break at the end.
///
/// ```
/// use pelago::yaml::Layout;
/// let layout = Layout { width: 40, height: 2, open: &["env"] };
/// let value = serde_json::json!({ "env": { "A": "1", "B": "x" }, "limits": { "cpu": 1, "args": ["-v", "a,b"] } });
/// let text = "env:\n  A: \"1\"\n  B: x\nlimits: {cpu: 1, args: [-v, 'a,b']}\n";
/// assert_eq!(pelago::yaml::write_compact(&value, layout), text);
/// ```
#[must_use]
pub fn write_compact(value: &Value, layout: Layout) -> String {
    let mut writer = Writer { out: String::new(), layout };
    match value {
        Value::Object(entries) if !entries.is_empty() => writer.write_entries(entries, 0),
        Value::Array(items) if !items.is_empty() => writer.write_items(items, 0),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => writer.write_value(value, 0),
    }
    writer.out
}

struct Writer {
    out: String,
    layout: Layout,
}

impl Writer {
    /// Writes the entries of a map; the first one stands where the writer is, the others on lines of their own.
    fn write_entries(&mut self, entries: &serde_json::Map<String, Value>, indent: usize) {
        for (number, (key, value)) in entries.iter().enumerate() {
            if number > 0 {
                push_indent(&mut self.out, indent);
            }
            if key.len() > SIMPLE_KEY_LIMIT {
                self.out.push_str("? ");
                write_line(&mut self.out, key);
                self.out.push('\n');
                push_indent(&mut self.out, indent);
            } else {
                write_line(&mut self.out, key);
            }
            self.out.push(':');
            self.write_below(key, value, indent);
        }
    }

    fn write_items(&mut self, items: &[Value], indent: usize) {
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                push_indent(&mut self.out, indent);
            }
            self.out.push_str("- ");
            match item {
                Value::Object(entries) if !self.is_short(item) && !entries.is_empty() => {
                    self.write_entries(entries, indent + 2);
                }
                Value::Array(items) if !self.is_short(item) && !items.is_empty() => {
                    self.write_items(items, indent + 2);
                }
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => self.write_value(item, indent),
            }
        }
    }

    /// Writes a value behind its key: on the same line where it is short.
    fn write_below(&mut self, key: &str, value: &Value, indent: usize) {
        let inner = indent + 2;
        let must_open = self.layout.open.contains(&key) && len(value) > 1;
        match value {
            Value::Object(entries) if !entries.is_empty() && (must_open || !self.is_short(value)) => {
                self.start_line(inner);
                self.write_entries(entries, inner);
            }
            Value::Array(items) if !items.is_empty() && (must_open || !self.is_short(value)) => {
                self.start_line(inner);
                self.write_items(items, inner);
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                self.out.push(' ');
                self.write_value(value, indent);
            }
        }
    }

    fn start_line(&mut self, indent: usize) {
        self.out.push('\n');
        push_indent(&mut self.out, indent);
    }

    /// Writes a value on this line, and the line break behind it; text of several lines becomes a block.
    fn write_value(&mut self, value: &Value, indent: usize) {
        if let Value::String(text) = value
            && write_text_block(&mut self.out, text, indent + 2)
        {
            return;
        }
        match value {
            Value::Object(_) | Value::Array(_) => self.out.push_str(&flow(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                write_scalar_text(&mut self.out, value);
            }
        }
        self.out.push('\n');
    }

    /// Tells whether a value fits on the rest of the line.
    fn is_short(&self, value: &Value) -> bool {
        let line = self.out.rfind('\n').map_or(0, |newline| newline + 1);
        let used = self.out.len() - line + 1;
        let room = self.layout.width.checked_sub(used);
        room.and_then(|room| measure(value, self.layout.height, room)).is_some()
    }
}

/// How many entries or items a value has.
fn len(value: &Value) -> usize {
    match value {
        Value::Object(entries) => entries.len(),
        Value::Array(items) => items.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The room that is left behind a value on one line; nothing where it does not fit, is too high, or has a line break. Looks
/// no further than the room goes.
fn measure(value: &Value, height: usize, room: usize) -> Option<usize> {
    match value {
        Value::Object(entries) => {
            let height = height.checked_sub(1)?;
            let mut room = room.checked_sub(2)?;
            for (key, value) in entries {
                room = room.checked_sub(key.len() + 4)?;
                room = measure(value, height, room)?;
            }
            Some(room)
        }
        Value::Array(items) => {
            let height = height.checked_sub(1)?;
            items
                .iter()
                .try_fold(room.checked_sub(2)?, |room, item| measure(item, height, room.checked_sub(2)?))
        }
        Value::String(text) if text.contains('\n') => None,
        Value::String(text) => room.checked_sub(text.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => room.checked_sub(value.to_string().len()),
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", flow_text(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => flow_text(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let mut out = String::new();
            write_scalar_text(&mut out, value);
            out
        }
    }
}

/// A text between braces, where some signs end a plain one.
fn flow_text(text: &str) -> String {
    let mut out = String::new();
    match choose(text) {
        Quotes::Plain if text.contains([',', '[', ']', '{', '}', '?']) => {
            write_quoted(&mut out, text, Quotes::Single);
        }
        quotes @ (Quotes::Plain | Quotes::Single | Quotes::Double) => write_quoted(&mut out, text, quotes),
    }
    out
}
