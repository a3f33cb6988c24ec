//! Reads the conformance vectors and tells which of them agree.

use serde_json::Value;
use std::path::PathBuf;

/// The lines of one file of vectors, from the folder in `PELAGO_VECTORS`, else from `fixtures/conformance`.
pub(crate) fn read(file: &str) -> Vec<Value> {
    let fallback = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/conformance");
    let folder = std::env::var("PELAGO_VECTORS").unwrap_or_else(|_| fallback.to_owned());
    let path = PathBuf::from(folder).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Prints how many vectors of `file` agree, and fails with a line for each that does not.
#[track_caller]
pub(crate) fn report(file: &str, checked: usize, differences: &[String]) {
    println!("{file}: {} of {checked} agree", checked - differences.len());
    assert!(differences.is_empty(), "{file} differs:\n{}", differences.join("\n"));
}
