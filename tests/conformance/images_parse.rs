//! `images.jsonl`, op `image`: how Karmada's image overrider reads references.

use crate::conformance::vectors;
use pelago::k8s::image::ImageReference;
use serde_json::Value;
use serde_json::json;

#[test]
fn image_references_are_read_as_karmada_reads_them() {
    let mut lines = vectors::read("images.jsonl");
    lines.retain(|vector| vector["op"] == "image");
    vectors::check_each("images.jsonl (image)", &lines, check);
}

fn check(vector: &Value) -> Option<String> {
    let expected = &vector["out"];
    let found = match ImageReference::parse_as_karmada(vector["in"]["image"].as_str().unwrap()) {
        Ok(image) => describe(&image),
        Err(_) => json!({"ok": false, "class": "image-reference"}),
    };
    let agrees = if expected["ok"] == true {
        found == *expected
    } else {
        found["ok"] == false && found["class"] == expected["class"]
    };
    (!agrees).then(|| format!("{}: {found}", vector["name"]))
}

fn describe(image: &ImageReference) -> Value {
    json!({
        "ok": true,
        "registry": image.registry().unwrap_or_default(),
        "repository": image.repository(),
        "tag": image.tag().unwrap_or_default(),
        "digest": image.digest().unwrap_or_default(),
        "string": image.to_string(),
    })
}
