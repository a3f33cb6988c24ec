//! Paths with `*`, `?`, and `**`.

/// A path with wildcards: `*` and `?` stand for text without `/`, `**` as a whole segment for any folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob<'a> {
    segments: Vec<&'a str>,
}

impl<'a> Glob<'a> {
    /// Takes a path apart; `.` segments and doubled `/` do not count.
    pub(super) fn new(pattern: &'a str) -> Self {
        Self { segments: split(pattern) }
    }

    /// The folders before the first segment with a wildcard; the last segment is never among them.
    pub(super) fn fixed_folders(&self) -> &[&'a str] {
        let last = self.segments.len().saturating_sub(1);
        let wild = self.segments.iter().position(|segment| is_wild(segment)).unwrap_or(last);
        self.segments.get(..wild.min(last)).unwrap_or_default()
    }

    /// Tells whether the path has a wildcard at all.
    pub(super) fn is_wild(&self) -> bool {
        self.segments.iter().any(|segment| is_wild(segment))
    }

    /// The path without what does not count.
    pub(super) fn to_path(&self) -> String {
        self.segments.join("/")
    }

    /// Compares with a path below the same folder.
    pub(super) fn matches(&self, path: &str) -> bool {
        let is_any = |segment: &&str| *segment == "**";
        matches(&self.segments, &split(path), is_any, |segment, name| matches_name(segment, name))
    }
}

fn split(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect()
}

fn is_wild(segment: &str) -> bool {
    segment.contains(['*', '?'])
}

fn matches_name(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches(&pattern, &name, |character| *character == '*', |wanted, found| *wanted == '?' || wanted == found)
}

/// Compares item by item; an item of the pattern that `is_any` stands for any number of items. Takes no more steps
/// than the product of both lengths: only the last such item is ever tried again.
fn matches<P, T>(
    pattern: &[P],
    items: &[T],
    is_any: impl Fn(&P) -> bool,
    is_match: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), items.get(item)) {
            (None, None) => return true,
            (Some(wanted), _) if is_any(wanted) => {
                retry = Some((at, item));
                at += 1;
                continue;
            }
            (Some(wanted), Some(found)) if is_match(wanted, found) => {
                at += 1;
                item += 1;
                continue;
            }
            (_, None) => return false,
            (_, Some(_)) => {}
        }
        let Some((any, from)) = retry else { return false };
        retry = Some((any, from + 1));
        at = any + 1;
        item = from + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stay_within_a_segment() {
        assert!(Glob::new("extra/*.yaml").matches("extra/a.yaml"));
        assert!(!Glob::new("extra/*.yaml").matches("extra/b/a.yaml"));
        assert!(!Glob::new("extra/*.yaml").matches("extra/a.yml"));
        assert!(Glob::new("./a?c*").matches("abcd"));
        assert!(!Glob::new("a?c").matches("ac"));
    }

    #[test]
    fn two_stars_stand_for_any_folders() {
        let glob = Glob::new("a/**/b*.yaml");
        assert!(glob.matches("a/b.yaml"));
        assert!(glob.matches("a/x/y/b1.yaml"));
        assert!(!glob.matches("b.yaml"));
        assert!(Glob::new("**").matches("x/y"));
    }

    #[test]
    fn many_wildcards_end() {
        assert!(!matches_name(&"*a".repeat(200), &"a".repeat(2000).replace('a', "ab")));
    }

    #[test]
    fn folders_before_the_first_wildcard_are_fixed() {
        assert_eq!(Glob::new("a/b/*/c/*.yaml").fixed_folders(), ["a", "b"]);
        assert_eq!(Glob::new("a/b.yaml").fixed_folders(), ["a"]);
        assert_eq!(Glob::new("*").fixed_folders(), [""; 0]);
    }
}
