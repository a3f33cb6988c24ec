//! YAML as Go's `sigs.k8s.io/yaml` 1.6 writes it: sorted keys, lists not indented, long lines folded.
//!
//! Only for documents that Karmada rewrites itself; all other YAML is written by [`crate::yaml`].

mod order;
mod scalar;
mod sheet;

use serde_json::Map;
use serde_json::Value;

use crate::karmada::go_yaml::order::compare_keys;
use crate::karmada::go_yaml::scalar::is_long;
use crate::karmada::go_yaml::scalar::scalar_text;
use crate::karmada::go_yaml::scalar::write_scalar;
use crate::karmada::go_yaml::sheet::Sheet;

/// Writes a value as a YAML document, with a line break at the end.
#[must_use]
pub fn write(value: &Value) -> String {
    let mut sheet = Sheet::default();
    write_value(&mut sheet, value, Place { indent: None, is_map_value: false });
    sheet.end_document();
    sheet.into_text()
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place {
    /// The indentation of the list or map around it, in spaces; none at the root.
    indent: Option<usize>,
    /// Whether it is the value of a key, which lists need no deeper indentation than.
    is_map_value: bool,
}

impl Place {
    fn deeper(self) -> usize {
        self.indent.map_or(0, |indent| indent + 2)
    }
}

fn write_value(sheet: &mut Sheet, value: &Value, place: Place) {
    match value {
        Value::Array(items) if items.is_empty() => sheet.word("[]"),
        Value::Object(fields) if fields.is_empty() => sheet.word("{}"),
        Value::Array(items) => write_list(sheet, items, place),
        Value::Object(fields) => write_map(sheet, fields, place),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            // The very first scalar is not indented, all others two spaces more than what they are in.
            write_scalar(sheet, value, place.indent.map_or(2, |indent| indent + 2));
        }
    }
}

fn write_list(sheet: &mut Sheet, items: &[Value], place: Place) {
    let indent = match place.indent {
        Some(indent) if place.is_map_value => indent,
        Some(_) | None => place.deeper(),
    };
    for item in items {
        sheet.start_line(indent);
        sheet.indicator("-");
        write_value(sheet, item, Place { indent: Some(indent), is_map_value: false });
    }
}

fn write_map(sheet: &mut Sheet, fields: &Map<String, Value>, place: Place) {
    let indent = place.deeper();
    let mut entries: Vec<(&String, &Value)> = fields.iter().collect();
    entries.sort_by(|(left, _), (right, _)| compare_keys(left, right));
    for (key, value) in entries {
        sheet.start_line(indent);
        let is_long = is_long(key);
        if is_long {
            sheet.indicator("?");
            write_scalar(sheet, &Value::String(key.clone()), indent + 2);
            sheet.start_line(indent);
            sheet.indicator(":");
        } else {
            sheet.word(&scalar_text(key));
            sheet.colon();
        }
        write_value(sheet, value, Place { indent: Some(indent), is_map_value: !is_long });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_stand_below_their_key_and_keys_are_sorted() {
        let value = json!({"b": [1, {"z": null, "a": []}, [true, {}]], "a10": 1.5, "a9": {"x": "y"}});
        let expected = "a9:\n  x: \"y\"\na10: 1.5\nb:\n- 1\n- a: []\n  z: null\n- - true\n  - {}\n";
        assert_eq!(write(&value), expected);
    }

    #[test]
    fn texts_that_would_be_read_otherwise_are_quoted() {
        let value = json!([
            "",
            "on",
            "1e3",
            "2024-07-11",
            "12:30",
            " a",
            "a: b",
            "# c",
            "a # c",
            "-",
            "x\ty",
            "'q'",
            "é"
        ]);
        let expected = "- \"\"\n- \"on\"\n- \"1e3\"\n- \"2024-07-11\"\n- \"12:30\"\n- ' a'\n- 'a: b'\n- '# c'\n\
                        - 'a # c'\n- '-'\n- \"x\\ty\"\n- '''q'''\n- é\n";
        assert_eq!(write(&value), expected);
    }

    #[test]
    fn texts_of_several_lines_are_blocks() {
        let value =
            json!({"a": "x\ny\n", "b": "x\ny", "c": "x\n\n", "d": " x\n", "e": "x \ny", "f": ["x\n"]});
        let expected = "a: |\n  x\n  \
                        y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2\n   x\ne: \"x \\ny\"\nf:\n- |\n  x\n";
        assert_eq!(write(&value), expected);
    }

    #[test]
    fn long_texts_are_folded_behind_the_eightieth_column() {
        let words = "abcde ".repeat(30);
        let text = write(&json!({"k": words.trim()}));
        let longest = text.lines().map(str::len).max();
        assert_eq!(longest, Some(86), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("  abcde")));
    }
}
