//! What a difference looks like.

use crate::diff::ChangeKind;
use crate::diff::diff;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn files(files: &[(&str, &str)]) -> BTreeMap<PathBuf, String> {
    files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
}

#[track_caller]
fn check(old: &str, new: &str, expected: &str) {
    let changes = diff(&files(&[("f", old)]), &files(&[("f", new)]));
    let texts: Vec<&str> = changes.iter().map(|change| change.text.as_str()).collect();
    assert_eq!(texts, [format!("--- a/f\n+++ b/f\n{expected}")]);
}

#[test]
fn files_are_added_removed_and_changed() {
    let changes = diff(
        &files(&[("a", "1\n"), ("b", "1\n"), ("d", "")]),
        &files(&[("b", "2\n"), ("c", "3\n"), ("d", "")]),
    );
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change.path.to_str().unwrap(), change.kind, change.text.as_str()))
        .collect();
    let expected = [
        ("a", ChangeKind::Removed, "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"),
        ("b", ChangeKind::Changed, "--- a/b\n+++ b/b\n@@ -1 +1 @@\n-1\n+2\n"),
        ("c", ChangeKind::Added, "--- /dev/null\n+++ b/c\n@@ -0,0 +1 @@\n+3\n"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_missing_line_break_at_the_end_is_shown() {
    check("a\n", "a", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
}

#[test]
fn values_of_a_secret_are_told_apart_and_not_shown() {
    check(
        "kind: Secret\ndata:\n  a: b25l\n  b: c2FtZQ==\n",
        "kind: Secret\ndata:\n  a: dHdv\n  b: c2FtZQ==\n  c: bmV3\n",
        "@@ -1,4 +1,5 @@\n kind: Secret\n data:\n-  a: (redacted, 4 bytes)\n+  a: (redacted, 4 bytes, changed)\n   \
         b: (redacted, 8 bytes)\n+  c: (redacted, 4 bytes)\n",
    );
}

#[test]
fn a_secret_that_cannot_be_read_is_not_shown() {
    check(
        "kind: Secret\ndata: {k: one\n",
        "kind: Secret\ndata: {k: two}\n",
        "@@ -1 +1 @@\n-(redacted, 27 bytes that cannot be read as YAML)\n\
         +(redacted, 28 bytes that cannot be read as YAML, changed)\n",
    );
}

#[test]
fn what_an_override_writes_to_a_secret_is_not_shown() {
    check(
        "spec:\n  resourceSelectors: [{kind: Secret}]\n  overrideRules:\n  - overriders:\n      plaintext:\n      \
         - {path: /data/k, value: b25l}\n",
        "spec:\n  resourceSelectors: [{kind: Secret}]\n  overrideRules:\n  - overriders:\n      plaintext:\n      \
         - {path: /data/k, value: dHdv}\n",
        "@@ -5,4 +5,4 @@\n   - overriders:\n       plaintext:\n       - path: /data/k\n-        value: (redacted, 4 bytes)\n\
         +        value: (redacted, 4 bytes, changed)\n",
    );
}
