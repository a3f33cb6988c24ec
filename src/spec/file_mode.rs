//! The mode of files: a number that people write in octal.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Integer;
use crate::schema::Shape;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;

/// The highest mode.
const MOST: i64 = 0o777;

/// The mode of files, from 0 to 0777 in octal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMode(Integer<0, MOST>);

impl FileMode {
    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0.get()
    }
}

impl Shape for FileMode {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => Err(decoder.report(quoted(node, &scalar.text))),
            Value::Number(number) if number.as_i64().is_some_and(|number| !(0..=MOST).contains(&number)) => {
                Err(decoder.report(out_of_range(node, decoder.source_text(node.span))))
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => Integer::decode(node, decoder).map(Self),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        Integer::<0, MOST>::schema(definitions)
    }
}

/// Modes are often quoted, as `chmod` takes them: in octal, with or without the zero.
fn quoted(node: &Node, text: &str) -> Diagnostic {
    let message = format!("expected an integer, found the string `\"{text}\"`");
    let diagnostic = Diagnostic::new(codes::WRONG_TYPE, node.span, message).with_label("expected an integer");
    let digits = text.trim_start_matches('0');
    let is_octal =
        digits.len() <= 3 && !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    if !is_octal {
        return diagnostic;
    }
    diagnostic.with_replacement("write it in octal", node.span, format!("0{digits:0>3}"))
}

/// Modes are written in octal, and everybody forgets the zero now and then.
fn out_of_range(node: &Node, written: &str) -> Diagnostic {
    let message = format!("expected a mode from 0000 to 0777, found `{written}`");
    let diagnostic = Diagnostic::new(codes::OUT_OF_RANGE, node.span, message);
    let is_octal = written.len() == 3 && written.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    if !is_octal {
        return diagnostic;
    }
    let octal = format!("0{written}");
    diagnostic.with_note("without a zero before it, the number is decimal").with_replacement(
        "write it in octal",
        node.span,
        octal,
    )
}
