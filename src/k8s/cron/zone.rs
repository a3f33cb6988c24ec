//! Names of time zones. The database itself lives with Kubernetes, and may be newer than the names that are known here: what is
//! surely none of it is refused.

use crate::diagnostic::nearest;

/// The names of the IANA database, sorted.
const NAMES: &str = include_str!("zones.txt");

/// Cities that people write, and whose zone has the name of another one.
const CITIES: &[(&str, &str)] = &[
    ("America/Austin", "America/Chicago"),
    ("America/Boston", "America/New_York"),
    ("America/Dallas", "America/Chicago"),
    ("America/San_Francisco", "America/Los_Angeles"),
    ("America/Seattle", "America/Los_Angeles"),
    ("America/Washington", "America/New_York"),
    ("Asia/Bangalore", "Asia/Kolkata"),
    ("Asia/Beijing", "Asia/Shanghai"),
    ("Asia/Delhi", "Asia/Kolkata"),
    ("Asia/Hanoi", "Asia/Ho_Chi_Minh"),
    ("Asia/Mumbai", "Asia/Kolkata"),
    ("Asia/Shenzhen", "Asia/Shanghai"),
    ("Europe/Barcelona", "Europe/Madrid"),
    ("Europe/Frankfurt", "Europe/Berlin"),
    ("Europe/Geneva", "Europe/Zurich"),
    ("Europe/Milan", "Europe/Rome"),
    ("Europe/Munich", "Europe/Berlin"),
];

/// Checks the name of a time zone: one of the database, or one that a newer database may have.
///
/// # Errors
///
/// What is wrong, and a name that would do where one is near.
pub fn check_time_zone(text: &str) -> Result<(), (String, Option<String>)> {
    if names().any(|name| name == text) {
        return Ok(());
    }
    let near = find_near(text);
    if near.is_none() && may_be_newer(text) {
        return Ok(());
    }
    let message =
        format!("unknown time zone `{text}`: expected a name of the IANA database such as `Europe/Berlin`");
    Err((message, near))
}

fn names() -> impl Iterator<Item = &'static str> {
    NAMES.lines().filter(|line| !line.starts_with('#'))
}

/// The name that was meant, as far as one can tell.
fn find_near(text: &str) -> Option<String> {
    let city = CITIES.iter().find(|(city, _)| city.eq_ignore_ascii_case(text)).map(|(_, name)| *name);
    let spaced = text.replace(' ', "_");
    let same = names().find(|name| name.eq_ignore_ascii_case(&spaced));
    let known = city.or(same).map(str::to_owned);
    known
        .or_else(|| find_offset(&text.to_ascii_uppercase()))
        .or_else(|| nearest(text, names()).map(str::to_owned))
}

/// An area that there is, and below it the form of a name.
fn may_be_newer(text: &str) -> bool {
    let Some((area, place)) = text.split_once('/') else { return false };
    let is_name = |part: &str| {
        let mut characters = part.chars();
        !part.is_empty() && characters.all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '+'))
    };
    let has_area = names().filter_map(|name| name.split_once('/')).any(|(known, _)| known == area);
    has_area && place.split('/').all(is_name)
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
