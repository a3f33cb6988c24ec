//! Reads the conformance vectors and tells which of them agree.

use serde_json::Value;
use std::panic::catch_unwind;
use std::path::PathBuf;

/// The lines of one file of vectors, from the folder in `PELAGO_VECTORS`, else from `fixtures/conformance`; empty lines are
/// passed over.
pub(crate) fn read(file: &str) -> Vec<Value> {
    let fallback = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/conformance");
    let folder = std::env::var("PELAGO_VECTORS").unwrap_or_else(|_| fallback.to_owned());
    let path = PathBuf::from(folder).join(file);
    let shown = path.display();
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {shown}: {error}"));
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = |(index, line)| {
        serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("line {} of {shown} is no vector: {error}", index + 1))
    };
    let vectors: Vec<Value> = lines.map(read).collect();
    assert!(!vectors.is_empty(), "there is no vector in {shown}");
    vectors
}

/// Checks all vectors of a file, and fails with a line for each that does not agree, or that the check cannot read.
#[track_caller]
pub(crate) fn check_all(file: &str, check: fn(&Value) -> Option<String>) {
    check_each(file, &read(file), check);
}

/// The same with some vectors of a file.
#[track_caller]
pub(crate) fn check_each(title: &str, vectors: &[Value], check: fn(&Value) -> Option<String>) {
    let difference = |vector: &Value| {
        catch_unwind(|| check(vector))
            .unwrap_or_else(|_| Some(format!("{}: cannot be checked", vector["name"])))
    };
    let differences: Vec<String> = vectors.iter().filter_map(difference).collect();
    report(title, vectors.len(), &differences);
}

/// Prints how many vectors of `file` agree, and fails with a line for each that does not.
#[track_caller]
pub(crate) fn report(file: &str, checked: usize, differences: &[String]) {
    println!("{file}: {} of {checked} agree", checked - differences.len());
    assert!(differences.is_empty(), "{file} differs:\n{}", differences.join("\n"));
}
