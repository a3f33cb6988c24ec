//! Scalars: which of them need quotes, and how they are broken into lines.
//!
//! goyaml v2 `encode.go` `stringv` and `emitterc.go`.

use serde_json::Value;

use crate::karmada::go_yaml::sheet::Sheet;

/// Behind this column a line is broken at the next single space.
const WIDTH: usize = 80;

/// Keys of more bytes are written with a `?`.
const KEY_LIMIT: usize = 128;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// Tells whether a key cannot stand on one line with its `:`.
pub(super) fn is_long(key: &str) -> bool {
    key.len() > KEY_LIMIT || key.contains(is_break)
}

/// The text of a key that is not long, on one line.
pub(super) fn scalar_text(key: &str) -> String {
    let mut sheet = Sheet::default();
    match choose_style(key) {
        Style::Plain => sheet.letters(key),
        Style::SingleQuoted => sheet.letters(&format!("'{}'", key.replace('\'', "''"))),
        Style::DoubleQuoted | Style::Literal => {
            sheet.letters("\"");
            key.chars().for_each(|letter| sheet.letters(&escape(letter)));
            sheet.letters("\"");
        }
    }
    sheet.into_text()
}

/// Writes a scalar; lines after its first are indented.
pub(super) fn write_scalar(sheet: &mut Sheet, value: &Value, indent: usize) {
    match value {
        Value::String(text) => match choose_style(text) {
            Style::Plain => {
                sheet.word("");
                write_folded(sheet, text, indent, Style::Plain);
            }
            Style::SingleQuoted => {
                sheet.word("'");
                write_folded(sheet, text, indent, Style::SingleQuoted);
                sheet.letters("'");
            }
            Style::DoubleQuoted => write_double_quoted(sheet, text, indent),
            Style::Literal => write_literal(sheet, text, indent),
        },
        Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            sheet.word(&format_float(number.as_f64().unwrap_or_default()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            sheet.word(&value.to_string());
        }
    }
}

/// Go's `strconv.FormatFloat(…, 'g', -1, 64)`: an exponent of two digits below 1e-4 and from 1e6 on.
fn format_float(float: f64) -> String {
    let size = float.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        return format!("{float}");
    }
    let text = format!("{float:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

fn choose_style(text: &str) -> Style {
    let has_special = text.chars().any(|letter| !is_printable(letter));
    let letters: Vec<char> = text.chars().collect();
    let pair = |first: fn(char) -> bool, second: fn(char) -> bool| {
        letters.windows(2).any(|pair| matches!(pair, [left, right] if first(*left) && second(*right)))
    };
    if text.contains('\n') {
        let is_block = !has_special && !text.ends_with(' ') && !pair(is_space, is_break);
        return if is_block { Style::Literal } else { Style::DoubleQuoted };
    }
    if !reads_as_string(text) || has_special || pair(is_space, is_break) || pair(is_break, is_space) {
        return Style::DoubleQuoted;
    }
    let is_edge = |letter: char| is_space(letter) || is_break(letter);
    let is_plain = !text.starts_with(is_edge) && !text.ends_with(is_edge) && !text.contains(is_break);
    if is_plain && !has_indicator(&letters) { Style::Plain } else { Style::SingleQuoted }
}

fn is_space(letter: char) -> bool {
    letter == ' '
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The printable characters of goyaml v2: no tab, and nothing beyond the basic plane.
fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Tells whether a text holds something that means something else outside quotes.
fn has_indicator(letters: &[char]) -> bool {
    if letters.starts_with(&['-', '-', '-']) || letters.starts_with(&['.', '.', '.']) {
        return true;
    }
    let is_blank = |letter: Option<&char>| letter.is_none_or(|letter| matches!(letter, ' ' | '\t'));
    letters.iter().enumerate().any(|(index, letter)| {
        let before_blank = is_blank(letters.get(index + 1));
        match letter {
            '#' => index == 0 || is_blank(letters.get(index - 1)),
            ':' => before_blank,
            '?' | '-' => index == 0 && before_blank,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                index == 0
            }
            _ => false,
        }
    })
}

/// Writes a text without `\n`, broken at single spaces; behind other line breaks the next line is indented.
fn write_folded(sheet: &mut Sheet, text: &str, indent: usize, style: Style) {
    let mut before = None;
    let mut after_break = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let may_break = sheet.column() > WIDTH
            && before != Some(' ')
            && letters.peek().is_some_and(|next| *next != ' ')
            && (style == Style::Plain || before.is_some());
        if letter == ' ' && may_break {
            sheet.start_line(indent);
        } else if is_break(letter) {
            sheet.foreign_break(letter);
            after_break = true;
        } else {
            if after_break && letter != ' ' {
                sheet.start_line(indent);
                after_break = false;
            }
            if letter == '\'' && style == Style::SingleQuoted {
                sheet.letters("'");
            }
            sheet.letters(letter.encode_utf8(&mut [0; 4]));
        }
        before = Some(letter);
    }
}

fn write_double_quoted(sheet: &mut Sheet, text: &str, indent: usize) {
    sheet.word("\"");
    let mut after_space = false;
    let mut letters = text.chars().peekable();
    let mut is_first = true;
    while let Some(letter) = letters.next() {
        let may_break = !after_space && sheet.column() > WIDTH && !is_first && letters.peek().is_some();
        if letter == ' ' && may_break {
            sheet.start_line(indent);
            if letters.peek() == Some(&' ') {
                sheet.letters("\\");
            }
        } else {
            sheet.letters(&escape(letter));
        }
        after_space = letter == ' ';
        is_first = false;
    }
    sheet.letters("\"");
}

/// A character within double quotes.
fn escape(letter: char) -> String {
    let short = match letter {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ if is_printable(letter) => return letter.to_string(),
        _ => {
            let code = u32::from(letter);
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}

/// Writes a text of several lines as it is, behind a `|` with hints about its first and last line.
fn write_literal(sheet: &mut Sheet, text: &str, indent: usize) {
    sheet.word("|");
    if text.starts_with(|letter| is_space(letter) || is_break(letter)) {
        sheet.letters("2");
    }
    let breaks_at_end = text.chars().rev().take_while(|letter| is_break(*letter)).count();
    let is_all_breaks = breaks_at_end == text.chars().count();
    match breaks_at_end {
        0 => sheet.letters("-"),
        1 if !is_all_breaks => {}
        _ => sheet.letters("+"),
    }
    sheet.line_break();
    let mut after_break = true;
    for letter in text.chars() {
        if letter == '\n' {
            sheet.line_break();
        } else if is_break(letter) {
            sheet.foreign_break(letter);
        } else {
            if after_break {
                sheet.start_line(indent);
            }
            sheet.letters(letter.encode_utf8(&mut [0; 4]));
        }
        after_break = is_break(letter);
    }
}

/// Tells whether goyaml v2 reads a text without quotes as that text: `resolve.go` and `isBase60Float`.
fn reads_as_string(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On",
        "ON", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", ".nan", ".NaN",
        ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ];
    !WORDS.contains(&text) && !is_number(text) && !is_sexagesimal(text) && !is_timestamp(text)
}

fn is_number(text: &str) -> bool {
    let is_candidate =
        text.starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '.'));
    if !is_candidate {
        return false;
    }
    let plain: String = if text.starts_with('.') { text.to_owned() } else { text.replace('_', "") };
    is_float(&plain) || (!text.starts_with('.') && is_integer(&plain))
}

/// Go's `strconv.ParseInt` and `ParseUint` with base 0, and a binary form of goyaml's own.
fn is_integer(text: &str) -> bool {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = unsigned.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)),
        Some("0b") => (2, lower.get(2..)),
        Some("0o") => (8, lower.get(2..)),
        Some(_) if lower.starts_with('0') => (8, lower.get(1..)),
        _ => (10, Some(lower.as_str())),
    };
    let digits = digits.unwrap_or_default();
    let number = if digits.starts_with(['+', '-']) { None } else { u64::from_str_radix(digits, radix).ok() };
    number.is_some_and(|number| !is_negative || number <= 1 << 63)
}

/// The shape of floats: digits with at most one point, then perhaps an exponent.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (decimal, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((decimal, exponent)) => (decimal, Some(exponent)),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_decimal = match decimal.split_once('.') {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction) && decimal != ".",
        None => is_digits(decimal) && !decimal.is_empty(),
    };
    let is_exponent = |exponent: &str| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        is_digits(digits) && !digits.is_empty()
    };
    is_decimal && exponent.is_none_or(is_exponent) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Numbers to the base 60, such as `12:30`, which YAML 1.1 knew and goyaml quotes.
fn is_sexagesimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_part = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let Some((first, rest)) = whole.split_once(':') else {
        return false;
    };
    let is_minute = |text: &str| match text.as_bytes() {
        [digit] | [b'0'..=b'5', digit] => digit.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|letter: char| letter.is_ascii_digit())
        && is_part(first)
        && rest.split(':').all(is_minute)
        && is_part(fraction)
}

/// A date, perhaps with a time, in one of goyaml's four layouts.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        None => (text, None),
    };
    is_date(date) && time.is_none_or(is_time_of_day)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(month), Some(day)) = (read_short(month), read_short(day)) else {
        return false;
    };
    let Some(year) = year.parse::<u32>().ok().filter(|_| year.len() == 4 && !year.starts_with('+')) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// A time behind a date; with `T` or `t` it has a zone, behind a space it has none.
fn is_time_of_day(text: &str) -> bool {
    let Some(clock) = text.get(1..) else {
        return false;
    };
    let clock = if text.starts_with(' ') {
        clock
    } else {
        match (clock.strip_suffix('Z'), clock.len().checked_sub(6).and_then(|at| clock.split_at_checked(at)))
        {
            (Some(clock), _) => clock,
            (None, Some((clock, zone))) if is_zone(zone) => clock,
            _ => return false,
        }
    };
    let (clock, fraction) =
        clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let parts: Vec<Option<u32>> = clock.split(':').map(read_short).collect();
    let is_fraction = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [Some(0..=23), Some(0..=59), Some(0..=59)]) && fraction.is_none_or(is_fraction)
}

fn is_zone(text: &str) -> bool {
    let Some((hours, minutes)) = text.strip_prefix(['+', '-']).and_then(|zone| zone.split_once(':')) else {
        return false;
    };
    hours.len() == 2
        && minutes.len() == 2
        && read_short(hours) <= Some(24)
        && read_short(minutes) <= Some(60)
        && read_short(hours).is_some()
        && read_short(minutes).is_some()
}

/// Reads one or two digits.
fn read_short(text: &str) -> Option<u32> {
    let is_short = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { text.parse().ok() } else { None }
}
