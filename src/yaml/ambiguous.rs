//! Plain scalars that Kubernetes' own tools do not read alike.

use crate::yaml::timestamp::is_timestamp;

/// Tells whether `kubectl` and `kustomize` take a plain scalar for different things.
///
/// `yes` is a boolean for `kubectl` and a string for `kustomize`; a date stays as it is with `kubectl`, and `kustomize`
/// writes it anew as a full time. Numbers in all their forms are read alike. Seen with kubectl v1.32 and
/// kustomize v5.5.
#[must_use]
pub fn is_ambiguous(plain_text: &str) -> bool {
    match plain_text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off"
        | "Off" | "OFF" => true,
        text => is_timestamp(text) && !is_written_in_full(text),
    }
}

/// Tells whether a timestamp has the form that it would be given: `2001-12-14T21:59:43.1Z`.
fn is_written_in_full(timestamp: &str) -> bool {
    let Some((date, time)) = timestamp.split_once('T') else { return false };
    let clock = time.get(..8).unwrap_or_default();
    let zone = time.rfind(['Z', '+', '-']).unwrap_or(time.len());
    let fraction = time.get(8..zone).unwrap_or_default();
    date.len() == 10
        && clock.split(':').all(|part| part.len() == 2)
        && !fraction.starts_with(',')
        && !fraction.ends_with('0')
        && !time.ends_with("00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_dates_are_ambiguous() {
        for text in ["y", "No", "ON", "2020-01-01", "2001-12-14t21:59:43.10-05:00", "2001-12-13 21:59:43"] {
            assert!(is_ambiguous(text), "{text}");
        }
        for text in ["true", "yEs", "0777", "1:30", "2024-13-01", "2001-12-14T21:59:43Z", ""] {
            assert!(!is_ambiguous(text), "{text}");
        }
    }
}
