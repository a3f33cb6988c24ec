//! Names of time zones. The database itself lives with Kubernetes: only what it cannot have is refused here.

use crate::diagnostic::nearest;

/// The areas of the IANA database, which stand before a `/`.
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// The names of the IANA database without an area.
const LONE: &[&str] = &[
    "CET",
    "CST6CDT",
    "Cuba",
    "EET",
    "EST",
    "EST5EDT",
    "Egypt",
    "Eire",
    "Factory",
    "GB",
    "GB-Eire",
    "GMT",
    "GMT+0",
    "GMT-0",
    "GMT0",
    "Greenwich",
    "HST",
    "Hongkong",
    "Iceland",
    "Iran",
    "Israel",
    "Jamaica",
    "Japan",
    "Kwajalein",
    "Libya",
    "MET",
    "MST",
    "MST7MDT",
    "NZ",
    "NZ-CHAT",
    "Navajo",
    "PRC",
    "PST8PDT",
    "Poland",
    "Portugal",
    "ROC",
    "ROK",
    "Singapore",
    "Turkey",
    "UCT",
    "UTC",
    "Universal",
    "W-SU",
    "WET",
    "Zulu",
];

/// Checks the name of a time zone: an area and a place, or one of the few names without an area.
///
/// # Errors
///
/// What is wrong, and a name that would do where one is near.
pub fn check_time_zone(text: &str) -> Result<(), (String, Option<String>)> {
    let message =
        format!("unknown time zone `{text}`: expected a name of the IANA database such as `Europe/Berlin`");
    match text.split_once('/') {
        None if LONE.contains(&text) => Ok(()),
        None => {
            let upper = text.to_ascii_uppercase();
            let same = LONE.iter().find(|name| name.to_ascii_uppercase() == upper);
            Err((message, same.map(|name| (*name).to_owned()).or_else(|| find_offset(&upper))))
        }
        Some((area, place)) if AREAS.contains(&area) => {
            let is_name = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|character| {
                        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '+')
                    })
            };
            if place.split('/').all(is_name) { Ok(()) } else { Err((message, None)) }
        }
        Some((area, place)) => {
            let near = AREAS.iter().find(|name| name.eq_ignore_ascii_case(area)).copied();
            let near = near.or_else(|| nearest(area, AREAS.iter().copied()));
            Err((message, near.map(|near| format!("{near}/{place}"))))
        }
    }
}

/// `UTC+8` is written `Etc/GMT-8`: the sign is that of POSIX.
fn find_offset(upper: &str) -> Option<String> {
    let offset = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT"))?;
    let (sign, hours) = match offset.split_at_checked(1)? {
        ("+", hours) => ("-", hours),
        ("-", hours) => ("+", hours),
        _ => return None,
    };
    let hours: u8 = hours.parse().ok()?;
    (1..=12).contains(&hours).then(|| format!("Etc/GMT{sign}{hours}"))
}
