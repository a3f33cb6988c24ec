//! Short hashes at the end of names.

use serde_json::Value as Json;
use sha2::Digest;
use sha2::Sha256;
use std::collections::BTreeMap;

/// The hexadecimal digits of a hash in a name: 40 bits.
const DIGITS: usize = 10;

/// The first bits of the SHA-256 of a text.
#[must_use]
pub fn short_hash(text: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(text));
    digits.truncate(DIGITS);
    digits
}

/// The hash of the kind and the content of an object: of all but its metadata, keys sorted.
#[must_use]
pub fn content_hash(kind: &str, content: &Json) -> String {
    short_hash(&sort(&serde_json::json!({ "kind": kind, "body": content })).to_string())
}

/// The name before the hash that a name ends with, where it may end with one.
#[must_use]
pub fn split_hash(name: &str) -> Option<(&str, &str)> {
    let (front, hash) = name.rsplit_once('-')?;
    let is_hash = hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && !front.is_empty()).then_some((front, hash))
}

/// The same value with the keys of all maps sorted: the order written is not content.
fn sort(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let sorted: BTreeMap<&String, Json> = map.iter().map(|(key, value)| (key, sort(value))).collect();
            sorted
                .into_iter()
                .map(|(key, value)| (key.clone(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        Json::Array(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}
