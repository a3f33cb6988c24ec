//! Writes YAML, always the same way: block style, two spaces, lists not indented under their key, LF.

use std::fmt::Write;

use serde_json::Number;
use serde_json::Value;

use crate::yaml::quote::Quotes;
use crate::yaml::quote::choose;
use crate::yaml::quote::may_need_escape;
use crate::yaml::quote::must_escape;

/// The most bytes of a key on one line with its value; readers stop looking for the `:` at 1024 characters.
pub(super) const SIMPLE_KEY_LIMIT: usize = 512;

/// What stands before a value on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing: the value is the whole document.
    Start,
    /// `key:`, so that a space or a new line must follow.
    Key,
    /// `- `.
    Item,
}

/// Writes one document, keys in the order of the maps, with one line break at the end.
///
/// ```
/// let value = serde_json::json!({ "replicas": 2, "args": ["-v", "no"], "schedule": "@daily" });
/// assert_eq!(pelago::yaml::write(&value), "replicas: 2\nargs:\n- -v\n- \"no\"\nschedule: '@daily'\n");
/// ```
#[must_use]
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0, Place::Start);
    out
}

/// Writes documents one after another, with `---` between them.
#[must_use]
pub fn write_stream<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut out = String::new();
    for value in values {
        if !out.is_empty() {
            out.push_str("---\n");
        }
        write_value(&mut out, value, 0, Place::Start);
    }
    out
}

/// Writes a value and the line break behind it; `indent` is that of the map's keys or the list's dashes.
fn write_value(out: &mut String, value: &Value, indent: usize, place: Place) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            if place == Place::Key {
                out.push('\n');
            }
            for (number, (key, value)) in map.iter().enumerate() {
                // The first key stands on the line of its dash.
                if number > 0 || place == Place::Key {
                    push_indent(out, indent);
                }
                write_entry(out, key, value, indent);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            if place == Place::Key {
                out.push('\n');
            }
            for (number, item) in items.iter().enumerate() {
                if number > 0 || place == Place::Key {
                    push_indent(out, indent);
                }
                out.push_str("- ");
                write_value(out, item, indent + 2, Place::Item);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            if place == Place::Key {
                out.push(' ');
            }
            write_scalar(out, value, indent, place);
        }
    }
}

fn write_entry(out: &mut String, key: &str, value: &Value, indent: usize) {
    let is_long = key.len() > SIMPLE_KEY_LIMIT;
    if is_long {
        out.push_str("? ");
    }
    write_line(out, key);
    if is_long {
        out.push('\n');
        push_indent(out, indent);
    }
    out.push(':');
    let inner = if matches!(value, Value::Object(_)) { indent + 2 } else { indent };
    write_value(out, value, inner, Place::Key);
}

fn write_scalar(out: &mut String, value: &Value, indent: usize, place: Place) {
    // An item's content is already indented behind its dash, a key's value is not.
    let inner = if place == Place::Item { indent } else { indent + 2 };
    if let Value::String(text) = value
        && write_text_block(out, text, inner)
    {
        return;
    }
    write_scalar_text(out, value);
    out.push('\n');
}

/// Writes a scalar, or an empty map or list, on this line.
pub(super) fn write_scalar_text(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_line(out, text),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Writes a text of several lines as a block with its line break, where a block can say it; tells whether it did.
pub(super) fn write_text_block(out: &mut String, text: &str, indent: usize) -> bool {
    let is_block = text.contains('\n') && can_be_block(text);
    if is_block {
        write_block(out, text, indent);
    }
    is_block
}

/// Writes a number so that a YAML 1.1 reader takes a float for one: with a dot, and a sign in the exponent.
fn write_number(out: &mut String, number: &Number) {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else {
        out.push_str(&text);
        return;
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with(['+', '-']) {
        out.push('+');
    }
    out.push_str(exponent);
}

/// Tells whether a block says exactly this text: no character needs an escape, and there is more than blanks.
fn can_be_block(text: &str) -> bool {
    let has_content = text.bytes().any(|byte| !matches!(byte, b' ' | b'\t' | b'\n'));
    has_content
        && (!text.bytes().any(|byte| !matches!(byte, b'\n' | b'\t') && may_need_escape(byte))
            || text.chars().all(|character| matches!(character, '\n' | '\t') || !must_escape(character)))
}

fn write_block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with([' ', '\t', '\n']) {
        // A reader could not tell the indentation from the first line.
        out.push('2');
    }
    let body = text.trim_end_matches('\n');
    match text.len() - body.len() {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    out.push('\n');
    for line in body.split('\n') {
        if !line.is_empty() {
            push_indent(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
    for _ in body.len() + 1..text.len() {
        out.push('\n');
    }
}

/// Writes a text on this line.
pub(super) fn write_line(out: &mut String, text: &str) {
    write_quoted(out, text, choose(text));
}

/// Writes a text with these quotes.
pub(super) fn write_quoted(out: &mut String, text: &str, quotes: Quotes) {
    match quotes {
        Quotes::Plain => out.push_str(text),
        Quotes::Single => {
            out.push('\'');
            for (number, part) in text.split('\'').enumerate() {
                if number > 0 {
                    out.push_str("''");
                }
                out.push_str(part);
            }
            out.push('\'');
        }
        Quotes::Double => write_escaped(out, text),
    }
}

fn write_escaped(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if must_escape(character) => write_code(out, u32::from(character)),
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn write_code(out: &mut String, code: u32) {
    let written = if code <= 0xff { write!(out, "\\x{code:02X}") } else { write!(out, "\\u{code:04X}") };
    debug_assert!(written.is_ok(), "writing into a string succeeds");
}

/// Writes spaces.
pub(super) fn push_indent(out: &mut String, indent: usize) {
    const SPACES: &str = "                                                                ";
    let mut rest = indent;
    while rest > 0 {
        let count = rest.min(SPACES.len());
        out.push_str(SPACES.get(..count).unwrap_or_default());
        rest -= count;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_stand_at_the_indentation_of_their_key() {
        let value = json!({ "a": { "b": [{ "c": 1, "d": [] }, [2, {}], "x\ny\n"] }, "y": null });
        let text = "a:\n  b:\n  - c: 1\n    d: []\n  - - 2\n    - {}\n  - |\n    x\n    y\n\"y\": null\n";
        assert_eq!(write(&value), text);
    }

    #[test]
    fn text_of_several_lines_is_a_block_that_says_it_exactly() {
        let value = json!({ "a": "x\ny", "b": "x\n\n\n", "c": "  x\ny\n", "d": "\n", "e": "x\r\ny\n" });
        let text = "a: |-\n  x\n  y\nb: |+\n  x\n\n\nc: |2\n    x\n  y\nd: \"\\n\"\ne: \"x\\r\\ny\\n\"\n";
        assert_eq!(write(&value), text);
    }

    #[test]
    fn documents_are_separated_and_the_first_one_has_no_line_of_its_own() {
        assert_eq!(write_stream(&[json!({ "a": 1 }), json!("b")]), "a: 1\n---\nb\n");
    }

    #[test]
    fn floats_are_floats_for_every_reader() {
        assert_eq!(write(&json!([1e300, 1e-9, 0.5])), "- 1.0e+300\n- 1.0e-9\n- 0.5\n");
    }
}
