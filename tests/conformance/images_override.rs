//! `images.jsonl`, op `override`: what override policies make of images.

use crate::conformance::overrides::check;
use crate::conformance::vectors;

#[test]
fn images_are_overridden_as_by_karmada() {
    let mut lines = vectors::read("images.jsonl");
    lines.retain(|vector| vector["op"] == "override");
    vectors::check_each("images.jsonl", &lines, check);
}
