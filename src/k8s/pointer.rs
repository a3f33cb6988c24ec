//! JSON pointers: places in a JSON tree (RFC 6901).

use serde_json::Value;
use std::fmt;

/// A place in a JSON tree: keys and list indices from the root. Empty is the root itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// Why a text is no JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerError {
    /// The text is not empty and does not start with `/`.
    NoLeadingSlash,
    /// A `~` stands for itself; it must be written `~0`.
    BareTilde,
}

impl Pointer {
    /// Reads a pointer; the empty text is the root.
    ///
    /// # Errors
    ///
    /// See [`PointerError`].
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let rest = text.strip_prefix('/').ok_or(PointerError::NoLeadingSlash)?;
        let tilde_is_escaped = |part: &str| part.starts_with(['0', '1']);
        if !rest.split('~').skip(1).all(tilde_is_escaped) {
            return Err(PointerError::BareTilde);
        }
        Ok(Self { tokens: rest.split('/').map(unescape).collect() })
    }

    /// The keys and indices from the root, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    /// Goes one step down, to a key.
    pub fn push_key(&mut self, key: &str) {
        self.tokens.push(key.to_owned());
    }

    /// Goes one step down, to a list index from 0.
    pub fn push_index(&mut self, index: usize) {
        self.tokens.push(index.to_string());
    }

    /// Goes one step up and returns the step that is undone; `None` at the root.
    pub fn pop(&mut self) -> Option<String> {
        self.tokens.pop()
    }

    /// Finds the value at this place.
    #[must_use]
    pub fn resolve<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        self.tokens().try_fold(root, |value, token| match value {
            Value::Object(fields) => fields.get(token),
            Value::Array(items) => items.get(parse_index(token)?),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
    }
}

/// Writes one key the way a pointer holds it: `~` as `~0`, `/` as `~1`.
#[must_use]
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Undoes [`escape`]; a `~` before anything else stays as it is.
#[must_use]
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn parse_index(token: &str) -> Option<usize> {
    let is_plain =
        token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    if is_plain { token.parse().ok() } else { None }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(formatter, "/{}", escape(token)))
    }
}

impl fmt::Display for PointerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoLeadingSlash => "a JSON pointer starts with `/`",
            Self::BareTilde => "in a JSON pointer `~` is written `~0`, and `/` within a key `~1`",
        })
    }
}

impl std::error::Error for PointerError {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_with_slashes_and_tildes_are_escaped() {
        let pointer = Pointer::parse("/a~1b/c~0d/~01").unwrap();
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b", "c~d", "~1"]);
        assert_eq!(pointer.to_string(), "/a~1b/c~0d/~01");
    }

    #[test]
    fn texts_that_are_no_pointers_are_refused() {
        assert_eq!(Pointer::parse("a/b"), Err(PointerError::NoLeadingSlash));
        assert_eq!(Pointer::parse("/a~2"), Err(PointerError::BareTilde));
        assert_eq!(Pointer::parse("/a~"), Err(PointerError::BareTilde));
    }

    #[test]
    fn places_are_found() {
        let tree = json!({"list": [{"a": 1}], "": 2});
        let find = |text| Pointer::parse(text).unwrap().resolve(&tree).cloned();
        assert_eq!(find("/list/0/a"), Some(json!(1)));
        assert_eq!(find("/"), Some(json!(2)));
        assert_eq!(find(""), Some(tree.clone()));
        for missing in ["/list/1", "/list/-", "/list/00", "/list/+0", "/list/0/a/b", "/none"] {
            assert_eq!(find(missing), None, "{missing}");
        }
    }
}
