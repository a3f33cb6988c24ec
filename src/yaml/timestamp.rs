//! Whether a scalar is a YAML 1.1 date or time in the forms that Go's readers know.
//!
//! Source: sigs.k8s.io/yaml v1.4 `goyaml.v2/resolve.go` `parseTimestamp` and `allowedTimestampFormats`.

/// Tells whether a text is `2001-1-2`, `2001-1-2 3:4:5.6`, or `2001-1-2T3:4:5.6Z` (with `t`, or an offset such
/// as `-05:00`), and a day that exists.
pub(super) fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        None => (text, None),
    };
    if !is_date(date) {
        return false;
    }
    match time.map(|time| time.split_at(1)) {
        None => true,
        Some((" ", time)) => is_time(time),
        Some((_, time)) => strip_zone(time).is_some_and(is_time),
    }
}

fn is_date(date: &str) -> bool {
    let mut parts = date.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) =
        (digits(year, 4..=4), digits(month, 1..=2), digits(day, 1..=2))
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(time: &str) -> bool {
    let mut parts = time.splitn(3, ':');
    let (Some(hour), Some(minute), Some(second)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (second, fraction) = match second.split_once(['.', ',']) {
        Some((second, fraction)) => (second, Some(fraction)),
        None => (second, None),
    };
    digits(hour, 1..=2).is_some_and(|hour| hour < 24)
        && digits(minute, 1..=2).is_some_and(|minute| minute < 60)
        && digits(second, 1..=2).is_some_and(|second| second < 60)
        && fraction
            .is_none_or(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Takes `Z` or `+hh:mm` off the end.
fn strip_zone(time: &str) -> Option<&str> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some(time);
    }
    let (time, zone) = time.split_at(time.rfind(['+', '-'])?);
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let is_zone = digits(hours, 2..=2)? <= 24 && digits(minutes, 2..=2)? < 60;
    is_zone.then_some(time)
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    (lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_in_the_forms_of_go() {
        for text in ["2001-01-01", "2001-1-2", "2001-12-14 21:59:43", "2001-12-24t21:59:43.10-05:00"] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in ["2001-02-29", "2001-12", "2001-12-14 21:59:43.10 -5", "20011214", "2001-1-1T", "é-1-1"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
