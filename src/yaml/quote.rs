//! How a string must be written so that every reader of YAML 1.1 or 1.2 takes it for that string.

/// The least form that is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// None.
    Plain,
    /// `'…'`: the text has signs of YAML in it.
    Single,
    /// `"…"`: the text would be read as another type, or has characters to be escaped.
    Double,
}

/// Kinds of bytes, as bits: those that a look at their neighbours, or at the whole character, must decide.
const SIGN: u8 = 1;
const CONTROL: u8 = 2;
const WIDE: u8 = 4;

/// Chooses the form for a string on one line.
pub(super) fn choose(text: &str) -> Quotes {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Quotes::Double };
    let classes = bytes.iter().fold(0, |classes, byte| classes | class(*byte));
    if classes & CONTROL != 0 || (classes & WIDE != 0 && text.chars().any(must_escape)) {
        return Quotes::Double;
    }
    if looks_typed(text) {
        return Quotes::Double;
    }
    let is_special = is_indicator(*first, bytes.get(1).copied())
        || *last == b' '
        || *last == b':'
        || text.starts_with("---")
        || text.starts_with("...")
        || (classes & SIGN != 0 && (text.contains(": ") || text.contains(" #")));
    if is_special { Quotes::Single } else { Quotes::Plain }
}

/// Tells whether a character must be written as an escape: what readers refuse, take for a line break, or drop, and
/// what no human can tell from a space.
pub(super) fn must_escape(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}'
            | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// Tells whether a byte can be the start of a character that [`must_escape`] holds for.
pub(super) fn may_need_escape(byte: u8) -> bool {
    class(byte) & (CONTROL | WIDE) != 0
}

/// Tells whether some reader takes the text, without quotes, for something else than a string.
fn looks_typed(text: &str) -> bool {
    match text.as_bytes() {
        [b'0'..=b'9' | b'+' | b'-' | b'.' | b'_', ..] => {
            if text.contains('_') {
                looks_numeric(&text.replace('_', ""))
            } else {
                looks_numeric(text)
            }
        }
        [b'=' | b'~'] | [b'<', b'<'] => true,
        [first, ..] if text.len() <= 5 && b"yYnNtTfFoO".contains(first) => {
            ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
                .iter()
                .any(|word| word.eq_ignore_ascii_case(text))
        }
        _ => false,
    }
}

/// Tells whether a text without `_` has the form of a number, a time in base 60, or a date.
fn looks_numeric(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = || unsigned.to_ascii_lowercase();
    match unsigned.as_bytes() {
        [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', rest @ ..] => {
            let digits = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b"+")).unwrap_or(rest);
            digits.iter().all(u8::is_ascii_hexdigit)
        }
        [b'.', b'i' | b'I' | b'n' | b'N', ..] => matches!(lower().as_str(), ".inf" | ".nan"),
        [b'0'..=b'9' | b'.', ..] => is_decimal(unsigned) || is_base_60(unsigned) || is_date(unsigned),
        _ => false,
    }
}

/// Digits with a dot and an exponent, each of which may be incomplete.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    whole.len() + fraction.len() > 0
        && [whole, fraction, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)]
            .into_iter()
            .all(are_digits)
}

fn is_base_60(text: &str) -> bool {
    text.split(':').all(|part| {
        let (whole, fraction) = part.split_once('.').unwrap_or((part, ""));
        are_digits(whole) && are_digits(fraction)
    })
}

/// Starts with a date, and a time follows or nothing.
fn is_date(text: &str) -> bool {
    let (date, time) = text.find(['t', 'T', ' ']).map_or((text, ""), |at| text.split_at(at));
    let may_be_time = time.len() <= 1 || time.bytes().any(|byte| byte.is_ascii_digit());
    may_be_time
        && date.split('-').count() == 3
        && date.split('-').all(|part| !part.is_empty() && are_digits(part))
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether a first byte has a meaning of its own.
fn is_indicator(first: u8, second: Option<u8>) -> bool {
    match first {
        b'-' => matches!(second, None | Some(b' ')),
        _ => b" ?:#,[]{}&*!|>'\"%@`".contains(&first),
    }
}

fn class(byte: u8) -> u8 {
    match byte {
        0..=0x1f | 0x7f => CONTROL,
        b':' | b'#' => SIGN,
        // Each character to be escaped starts with one of these.
        0xc2 | 0xe1 | 0xe2 | 0xef => WIDE,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_another_type_gets_double_quotes() {
        for text in [
            "",
            "y",
            "No",
            "on",
            "OFF",
            "~",
            "null",
            "=",
            "<<",
            "1",
            "0777",
            "1_000",
            "_1",
            "0_X2",
            "12:30:45",
            "1e3",
            ".5",
            "-.inf",
            ".NaN",
            "0x1",
            "0o7",
            "0b1",
            "2020-01-01",
            "2001-12-14 21:59:43.10 -5",
            "+1",
            "1.",
            "6e",
            "a\tb",
            "a\u{a0}b",
        ] {
            assert_eq!(choose(text), Quotes::Double, "{text}");
        }
    }

    #[test]
    fn what_is_special_to_the_syntax_only_gets_single_quotes() {
        for text in [
            "{{ x }}",
            "*/5 * * * *",
            "@daily",
            "a: b",
            "a #b",
            "a:",
            " a",
            "a ",
            "- a",
            "-",
            "---",
            "?x",
            "it's: x",
        ] {
            assert_eq!(choose(text), Quotes::Single, "{text}");
        }
    }

    #[test]
    fn the_rest_stays_plain() {
        for text in [
            "a",
            "a b",
            "1.2.3",
            "10.0.0.1",
            "http://x:80/",
            "-a",
            "yesterday",
            "a#b",
            "100m",
            "1Gi",
            "é 😀",
            "it's",
            "5%",
        ] {
            assert_eq!(choose(text), Quotes::Plain, "{text}");
        }
    }
}
