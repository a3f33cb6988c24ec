//! `images.jsonl`, op `override`: what override policies make of images.

use crate::conformance::overrides::check;
use crate::conformance::vectors;
use serde_json::Value;

#[test]
fn images_are_overridden_as_by_karmada() {
    let mut lines = vectors::read("images.jsonl");
    lines.retain(|vector| vector["op"] == "override");
    let differences: Vec<String> = lines.iter().filter_map(|vector: &Value| check(vector)).collect();
    vectors::report("images.jsonl", lines.len(), &differences);
}
