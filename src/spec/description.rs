//! What an application is, in a sentence.

use crate::diagnostic::Code;
use crate::diagnostic::codes;
use crate::schema::PatternText;
use crate::schema::checked_text;
use serde_json::Value as Json;
use serde_json::json;

/// The most characters of a description: what tables and forms have room for.
const LIMIT: usize = 512;

/// A text of at most 512 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description(pub String);

impl PatternText for Description {
    const CODE: Code = codes::INVALID_VALUE;

    fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
        match text.chars().count() {
            length if length > LIMIT => {
                Err((format!("a description has at most {LIMIT} characters, found {length}"), None))
            }
            _ => Ok(Self(text.to_owned())),
        }
    }

    fn pattern_schema() -> Json {
        json!({ "type": "string", "maxLength": LIMIT })
    }
}

checked_text!(Description);
