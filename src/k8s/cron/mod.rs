//! Schedules of `CronJobs`: cron expressions and time zones.
//!
//! *Source*: kubernetes v1.33 `pkg/apis/batch/validation/validation.go` `validateScheduleFormat`, `validateTimeZone`;
//! robfig/cron v3.0.1 `parser.go` `ParseStandard`.

mod zone;

use std::ops::Range;

pub use zone::check_time_zone;

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronError {
    /// The part of the text that is wrong, in bytes.
    pub part: Range<usize>,
    /// What is wrong, as a message has it.
    pub message: String,
    /// What to write in place of the part.
    pub suggestion: Option<String>,
    /// A fact that explains it.
    pub note: Option<&'static str>,
}

impl CronError {
    fn new(part: Range<usize>, message: impl Into<String>) -> Self {
        Self { part, message: message.into(), suggestion: None, note: None }
    }

    fn with_suggestion(self, suggestion: impl Into<String>) -> Self {
        Self { suggestion: Some(suggestion.into()), ..self }
    }

    fn with_note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

/// One of the five fields.
struct Field {
    name: &'static str,
    low: u8,
    high: u8,
    /// The words for its values, from `low` on.
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", low: 0, high: 59, words: &[] },
    Field { name: "hour", low: 0, high: 23, words: &[] },
    Field { name: "day of the month", low: 1, high: 31, words: &[] },
    Field {
        name: "month",
        low: 1,
        high: 12,
        words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field {
        name: "day of the week",
        low: 0,
        high: 6,
        words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

const MACROS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// The days of each month, in the longest of years.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Checks a schedule, as [`find_faults`] does.
///
/// # Errors
///
/// [`CronError`] for the first part that Kubernetes would refuse, or that would never come.
pub fn check_schedule(text: &str) -> Result<(), CronError> {
    find_faults(text).into_iter().next().map_or(Ok(()), Err)
}

/// Finds the parts of a schedule that Kubernetes would refuse, or that would never come: five fields of numbers, names, ranges and
/// steps, or a macro; at most one fault of each field.
///
/// Stricter than Kubernetes in two points: an empty entry of a list is refused, and so are days that no month has.
#[must_use]
pub fn find_faults(text: &str) -> Vec<CronError> {
    let whole = 0..text.len();
    if let Some(zone) = find_zone(text) {
        let message = "a schedule has no time zone in it";
        return vec![CronError::new(zone, message).with_note("the time zone stands in `timeZone`")];
    }
    let trimmed = text.trim();
    if trimmed.starts_with('@') {
        let fault = check_macro(trimmed).err();
        return fault.map(|error| CronError { part: whole, ..error }).into_iter().collect();
    }
    let words = words(text);
    let [minute, hour, day, month, weekday] = words.as_slice() else {
        let message = format!("expected five fields in the schedule, found {}", words.len());
        let error = CronError::new(whole, message);
        return vec![match words.len() {
            6 | 7 => error.with_note("a CronJob's schedule has no seconds and no year"),
            _ => error.with_note("they are minute, hour, day of the month, month, and day of the week"),
        }];
    };
    let mut values = Vec::new();
    let mut faults = Vec::new();
    for (field, part) in FIELDS.iter().zip([minute, hour, day, month, weekday]) {
        match check_field(field, text, part) {
            Ok(found) => values.push(found),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        faults.extend(check_days(&values, day).err());
    }
    faults
}

/// Where a `TZ=` stands: Kubernetes refuses it anywhere in the text.
fn find_zone(text: &str) -> Option<Range<usize>> {
    let start = text.find("CRON_TZ").or_else(|| text.find("TZ"))?;
    let length = text.get(start..)?.find(char::is_whitespace).unwrap_or(text.len() - start);
    Some(start..start + length)
}

fn check_macro(text: &str) -> Result<(), CronError> {
    let unplaced = 0..0;
    if let Some(duration) = text.strip_prefix("@every ") {
        return match parse_duration(duration) {
            Some(seconds) if seconds > 0 => Ok(()),
            Some(_) | None => Err(CronError::new(unplaced, format!("invalid length of time `{duration}`"))
                .with_note("write a text such as `@every 90s` or `@every 1h30m`")),
        };
    }
    if MACROS.contains(&text) {
        return Ok(());
    }
    let error = CronError::new(unplaced, format!("unknown macro `{text}`"))
        .with_note("the macros are `@yearly`, `@monthly`, `@weekly`, `@daily`, and `@hourly`");
    let lower = text.to_ascii_lowercase();
    Err(if MACROS.contains(&lower.as_str()) { error.with_suggestion(lower) } else { error })
}

/// The words of a text, in bytes.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (index, character) in text.char_indices().filter(|(_, character)| !character.is_whitespace()) {
        let end = index + character.len_utf8();
        match words.last_mut().filter(|word| word.end == index) {
            Some(word) => word.end = end,
            None => words.push(index..end),
        }
    }
    words
}

/// The values that one field stands for; none where it stands for all.
fn check_field(field: &Field, text: &str, part: &Range<usize>) -> Result<Option<Vec<u8>>, CronError> {
    let mut values = Vec::new();
    let mut is_all = false;
    let mut start = part.start;
    for entry in text.get(part.clone()).unwrap_or_default().split(',') {
        let place = start..start + entry.len();
        start = place.end + 1;
        let place = if place.is_empty() { part.clone() } else { place };
        let (low, high, step) = check_entry(field, entry, &place)?;
        is_all |= entry.starts_with(['*', '?']) && step == 1;
        values.extend((low..=high).step_by(usize::from(step)));
    }
    Ok(if is_all { None } else { Some(values) })
}

/// One entry of a list: `*`, `5`, `5-9`, each with `/2` or without.
fn check_entry(field: &Field, entry: &str, place: &Range<usize>) -> Result<(u8, u8, u8), CronError> {
    let fault = |message: String| CronError::new(place.clone(), message);
    let (range, step) = match entry.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (entry, None),
    };
    let (low, high) = match range.split_once('-') {
        _ if matches!(range, "*" | "?") => (field.low, field.high),
        Some((low, high)) => (value(field, low, place)?, value(field, high, place)?),
        // A step without an end goes on to the last value.
        None if step.is_some() => (value(field, range, place)?, field.high),
        None => {
            let only = value(field, range, place)?;
            (only, only)
        }
    };
    if low > high {
        return Err(fault(format!("the {} range `{range}` begins after its end", field.name)));
    }
    let step = match step {
        None => 1,
        Some(text) => text
            .parse::<u8>()
            .ok()
            .filter(|step| *step > 0)
            .ok_or_else(|| fault(format!("invalid step `{text}` in the {} `{entry}`", field.name)))?,
    };
    Ok((low, high, step))
}

fn value(field: &Field, text: &str, place: &Range<usize>) -> Result<u8, CronError> {
    let lower = text.to_ascii_lowercase();
    if let Some(number) = (field.low..=field.high).zip(field.words).find(|(_, word)| **word == lower) {
        return Ok(number.0);
    }
    let number = text.parse::<u32>().ok();
    let small = number.and_then(|number| u8::try_from(number).ok());
    if let Some(number) = small.filter(|number| (field.low..=field.high).contains(number)) {
        return Ok(number);
    }
    let message = match number {
        Some(number) => format!("the {} is from {} to {}, found {number}", field.name, field.low, field.high),
        None if text.is_empty() => format!("the {} has an empty entry", field.name),
        None => format!("invalid {} `{text}`", field.name),
    };
    let error = CronError::new(place.clone(), message);
    let short: String = lower.chars().take(3).collect();
    Err(if number == Some(7) && field.high == 6 {
        let error = error.with_note("Sunday is 0");
        if place.len() == 1 { error.with_suggestion("0") } else { error }
    } else if field.words.contains(&short.as_str()) && place.len() == text.len() {
        error.with_suggestion(short)
    } else if matches!(text, "L" | "W") || text.ends_with(['L', 'W', '#']) || text.contains('#') {
        error.with_note("Kubernetes has no `L`, `W` and `#` in a schedule")
    } else {
        error
    })
}

/// A day that no month of the schedule has never comes; a day of the week beside it comes nevertheless.
fn check_days(values: &[Option<Vec<u8>>], place: &Range<usize>) -> Result<(), CronError> {
    let [_, _, Some(days), months, None] = values else { return Ok(()) };
    let all: Vec<u8> = (1..=12).collect();
    let longest = months
        .as_ref()
        .unwrap_or(&all)
        .iter()
        .filter_map(|month| DAYS.get(usize::from(*month).saturating_sub(1)))
        .max();
    match (days.iter().min(), longest) {
        (Some(first), Some(longest)) if first > longest => {
            let message = format!("no month of the schedule has a day {first}");
            Err(CronError::new(place.clone(), message).with_note("the CronJob would never run"))
        }
        _ => Ok(()),
    }
}

/// Reads a length of time such as `90s`, `10m` or `1h30m`, in whole seconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut digits = String::new();
    for character in text.chars() {
        let unit = match character {
            digit if digit.is_ascii_digit() => {
                digits.push(digit);
                continue;
            }
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        let number: i64 = digits.parse().ok()?;
        total = total.checked_add(number.checked_mul(unit)?)?;
        digits.clear();
    }
    (digits.is_empty() && !text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests;
