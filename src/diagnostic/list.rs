//! Lists of names in sentences.

/// Joins names as a sentence has them: `a`, `b`, and `c`; long lists are cut.
#[must_use]
pub fn and_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [front @ .., last] if names.len() <= SHOWN => format!("{}, and {last}", front.join(", ")),
        _ => {
            let shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
            format!("{}, and {} more", shown.join(", "), names.len() - SHOWN)
        }
    }
}

/// Joins words of which one is meant: `a`, `b`, or `c`.
#[must_use]
pub fn or_list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first, second] => format!("`{first}` or `{second}`"),
        [front @ .., last] => {
            let front: Vec<String> = front.iter().map(|word| format!("`{word}`")).collect();
            format!("{}, or `{last}`", front.join(", "))
        }
    }
}

/// Says which names there are.
#[must_use]
pub fn there_are<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    listed(("there is", "there are"), names)
}

/// Names behind the words for one of them, or for more.
#[must_use]
pub fn listed<'a>((one, more): (&str, &str), names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let words = if names.len() < 2 { one } else { more };
    format!("{words} {}", and_list(names))
}
