//! When a `CronJob` runs, and for how long a Job may.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::cron::check_time_zone;
use crate::k8s::cron::find_faults;
use crate::k8s::cron::parse_duration;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::PatternText;
use crate::schema::Shape;
use crate::schema::checked_text;
use crate::schema::or_expression;
use crate::source::Span;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// A cron expression that Kubernetes takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(pub String);

impl Shape for Schedule {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let text = decoder.text(node)?;
        let mut outcome = Ok(());
        for error in find_faults(&text) {
            let at = part_of(node, &text, &error.part, decoder);
            let mut diagnostic = Diagnostic::new(codes::INVALID_VALUE, at, error.message);
            if let Some(suggestion) = error.suggestion {
                diagnostic = diagnostic.with_replacement(format!("write `{suggestion}`"), at, suggestion);
            }
            if let Some(note) = error.note {
                diagnostic = diagnostic.with_note(note);
            }
            outcome = Err(decoder.report(diagnostic));
        }
        outcome.map(|()| Self(text))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "pattern": "^@[a-z]+|^\\s*(\\S+\\s+){4}\\S+\\s*$|\\{\\{" })
    }
}

/// The place of a part of a text, where the text stands in the source as it is.
fn part_of(node: &Node, text: &str, part: &std::ops::Range<usize>, decoder: &Decoder<'_>) -> Span {
    let offset = decoder.source_text(node.span).find(text);
    let place = |index: usize| u32::try_from(index).ok();
    match (offset, offset.and_then(|offset| place(offset + part.start)), place(part.len())) {
        (Some(_), Some(start), Some(length)) => {
            let start = node.span.start + start;
            Span { file: node.span.file, start, end: start + length }
        }
        _ => node.span,
    }
}

/// A time zone that the IANA database may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(pub String);

impl PatternText for TimeZone {
    const CODE: Code = codes::INVALID_VALUE;

    fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
        check_time_zone(text).map(|()| Self(text.to_owned()))
    }

    fn pattern_schema() -> Json {
        json!({ "type": "string" })
    }
}

checked_text!(TimeZone);

/// A length of time in whole seconds, at least one: a number, or a text such as `90s` or `1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(pub i64);

impl Shape for Seconds {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let seconds = match &node.value {
            Value::Number(number) => number.as_i64(),
            Value::String(scalar) => parse_duration(&scalar.text),
            Value::Null | Value::Boolean(_) | Value::Sequence(_) | Value::Mapping(_) | Value::Poisoned => {
                return Err(decoder.wrong_type(node, "a number of seconds"));
            }
        };
        match seconds {
            Some(seconds) if seconds > 0 => Ok(Self(seconds)),
            Some(seconds) => {
                let message = format!("expected at least 1 second, found {seconds}");
                let diagnostic = Diagnostic::new(codes::OUT_OF_RANGE, node.span, message);
                Err(decoder.report(diagnostic.with_help("leave it out to set no limit")))
            }
            None => {
                let message = format!("invalid length of time `{}`", decoder.source_text(node.span));
                let diagnostic = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
                Err(decoder.report(
                    diagnostic.with_help("write whole seconds, or a text such as `90s`, `10m`, or `1h30m`"),
                ))
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        or_expression(&json!({ "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": "^([0-9]+[hms])+$" },
        ] }))
    }
}
