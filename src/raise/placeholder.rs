//! Placeholders: `${resources.db.host}` in a text; `$$` stands for `$`.
//!
//! score-spec/score-go `framework/substitution.go` `SubstituteString` takes texts apart the same way.

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// Text that stands for itself.
    Text(&'a str),
    /// What stands between `${` and `}`.
    Placeholder(&'a str),
}

/// Takes a text apart, in the order written.
pub(super) fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = text;
    // Nothing ends behind the last brace: a text of many `${` takes no longer than another.
    let behind_braces = text.rfind('}').map_or(text.len(), |last| text.len() - last - 1);
    let inner = |text: &str| {
        let braced = text.strip_prefix('{').filter(|text| text.len() > behind_braces);
        braced.and_then(|text| text.find('}'))
    };
    while let Some((before, behind)) = rest.split_once('$') {
        if !before.is_empty() {
            segments.push(Segment::Text(before));
        }
        let (segment, length) = if let Some(escaped) = behind.strip_prefix('$') {
            let length = 1 + inner(escaped).map_or(0, |inner| inner + "{}".len());
            (Segment::Text(behind.get(..length).unwrap_or(behind)), length)
        } else if let Some(inner) = inner(behind) {
            (Segment::Placeholder(behind.get(1..=inner).unwrap_or_default()), inner + "{}".len())
        } else {
            (Segment::Text("$"), 0)
        };
        segments.push(segment);
        rest = behind.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        segments.push(Segment::Text(rest));
    }
    segments
}

/// The words of a placeholder: `.` parts them, `\.` is part of one.
pub(super) fn words(placeholder: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut rest = placeholder.chars().peekable();
    while let Some(character) = rest.next() {
        let word = match character {
            '.' => {
                words.push(String::new());
                continue;
            }
            '\\' if rest.peek() == Some(&'.') => rest.next().unwrap_or(character),
            _ => character,
        };
        if let Some(last) = words.last_mut() {
            last.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_as_the_tools_of_score_do() {
        use Segment::Placeholder;
        use Segment::Text;
        assert_eq!(segments("a${b.c}d"), [Text("a"), Placeholder("b.c"), Text("d")]);
        assert_eq!(segments("$$"), [Text("$")]);
        assert_eq!(segments("$${b}"), [Text("${b}")]);
        assert_eq!(segments("$$$${b}"), [Text("$"), Text("${b}")]);
        assert_eq!(segments("$$${b}"), [Text("$"), Placeholder("b")]);
        assert_eq!(segments("${b"), [Text("$"), Text("{b")]);
        assert_eq!(segments("5 $ and é$"), [Text("5 "), Text("$"), Text(" and é"), Text("$")]);
        assert_eq!(segments("$(b)"), [Text("$"), Text("(b)")]);
        assert_eq!(segments("${}"), [Placeholder("")]);
    }

    #[test]
    fn a_dot_may_be_part_of_a_word() {
        assert_eq!(words("resources.db.host"), ["resources", "db", "host"]);
        assert_eq!(words(r"metadata.a\.b.c"), ["metadata", "a.b", "c"]);
        assert_eq!(words(r"a\b"), [r"a\b"]);
        assert_eq!(words(""), [""]);
    }
}
