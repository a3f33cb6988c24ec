//! JSON texts that keep the spelling of their numbers and strings.
//!
//! Karmada's JSON patch library carries values it does not look into as text. Here such a text is a tree whose
//! numbers, strings, and booleans are strings with the text as written, so that the common patch works on it.

use serde_json::Map;
use serde_json::Value;

/// How deep a document may be; Go's reader stops at ten times as much.
const MAX_DEPTH: usize = 1_000;

/// A text that is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invalid;

/// Reads a JSON text into a tree of raw texts.
///
/// Of two equal keys the last value counts, at the place of the first.
pub(super) fn read(text: &str) -> Result<Value, Invalid> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = reader.read_value()?;
    reader.skip_space();
    if reader.rest.is_empty() { Ok(value) } else { Err(Invalid) }
}

/// Turns a value into a tree of raw texts.
pub(super) fn from_value(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(from_value).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), from_value(value))).collect()
        }
        Value::Null => Value::Null,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::String(value.to_string()),
    }
}

/// Writes a tree of raw texts without spaces, as Go does: `<`, `>`, `&`, and two line separators are escaped.
pub(super) fn write(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, &mut text);
    text
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::String(raw) => push_escaped(raw, text),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                write_value(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (index, (name, value)) in fields.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                push_escaped(&Value::String(name.clone()).to_string(), text);
                text.push(':');
                write_value(value, text);
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => text.push_str(&value.to_string()),
    }
}

fn push_escaped(raw: &str, text: &mut String) {
    for letter in raw.chars() {
        match letter {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            other => text.push(other),
        }
    }
}

/// What is left of a text, and how deep the reader is within it.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, expected: &str) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes the first `length` bytes.
    fn split(&mut self, length: usize) -> Result<&'a str, Invalid> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Invalid)?;
        self.rest = rest;
        Ok(taken)
    }

    fn read_value(&mut self) -> Result<Value, Invalid> {
        self.skip_space();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.read_nested(Self::read_object),
            Some(b'[') => self.read_nested(Self::read_list),
            Some(b'"') => Ok(Value::String(self.read_string()?.to_owned())),
            Some(b'-' | b'0'..=b'9') => Ok(Value::String(self.read_number()?.to_owned())),
            Some(_) => self.read_literal(),
            None => Err(Invalid),
        }
    }

    fn read_nested(&mut self, read: fn(&mut Self) -> Result<Value, Invalid>) -> Result<Value, Invalid> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Invalid);
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn read_object(&mut self) -> Result<Value, Invalid> {
        let mut fields = Map::new();
        self.split(1)?;
        self.skip_space();
        if self.take("}") {
            return Ok(Value::Object(fields));
        }
        loop {
            self.skip_space();
            if !self.rest.starts_with('"') {
                return Err(Invalid);
            }
            let name = serde_json::from_str(self.read_string()?).map_err(|_| Invalid)?;
            self.skip_space();
            if !self.take(":") {
                return Err(Invalid);
            }
            let value = self.read_value()?;
            fields.insert(name, value);
            self.skip_space();
            if self.take("}") {
                return Ok(Value::Object(fields));
            }
            if !self.take(",") {
                return Err(Invalid);
            }
        }
    }

    fn read_list(&mut self) -> Result<Value, Invalid> {
        let mut items = Vec::new();
        self.split(1)?;
        self.skip_space();
        if self.take("]") {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.read_value()?);
            self.skip_space();
            if self.take("]") {
                return Ok(Value::Array(items));
            }
            if !self.take(",") {
                return Err(Invalid);
            }
        }
    }

    /// Reads a string with its quotes, escapes as written.
    fn read_string(&mut self) -> Result<&'a str, Invalid> {
        let mut letters = self.rest.bytes().enumerate().skip(1);
        while let Some((index, letter)) = letters.next() {
            match letter {
                b'"' => return self.split(index + 1),
                b'\\' => match letters.next() {
                    Some((_, b'u')) => {
                        let is_hexadecimal = (0..4)
                            .all(|_| letters.next().is_some_and(|(_, digit)| digit.is_ascii_hexdigit()));
                        if !is_hexadecimal {
                            return Err(Invalid);
                        }
                    }
                    Some((_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => {}
                    Some(_) | None => return Err(Invalid),
                },
                0..0x20 => return Err(Invalid),
                _ => {}
            }
        }
        Err(Invalid)
    }

    fn read_number(&mut self) -> Result<&'a str, Invalid> {
        let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E');
        let length = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        let text = self.split(length)?;
        if is_number(text) { Ok(text) } else { Err(Invalid) }
    }

    fn read_literal(&mut self) -> Result<Value, Invalid> {
        if self.take("null") {
            return Ok(Value::Null);
        }
        let literal = ["true", "false"].into_iter().find(|literal| self.take(literal));
        literal.map(|literal| Value::String(literal.to_owned())).ok_or(Invalid)
    }
}

/// The grammar of JSON's numbers.
fn is_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (decimal, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((decimal, exponent)) => (decimal, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match decimal.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (decimal, None),
    };
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_kept_and_spaces_are_not() {
        let tree = read(" { \"b\" : [ 1.0, 1e-07,\"\\u00e9 <\u{2028}\" ], \"a\":null} ").unwrap();
        assert_eq!(write(&tree), "{\"b\":[1.0,1e-07,\"\\u00e9 \\u003c\\u2028\"],\"a\":null}");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "{",
            "{\"a\"}",
            "[1,]",
            "01",
            "1.",
            "-",
            "\"\\x\"",
            "\"\\u12\"",
            "nul",
            "{} {}",
            "'a'",
            "\"\n\"",
        ] {
            assert_eq!(read(text), Err(Invalid), "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), Err(Invalid));
    }
}
