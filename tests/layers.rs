//! A module names lower layers only, never one of its own.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The layers from the bottom: `docs/architecture.md` shows them.
const LAYERS: &[&[&str]] = &[
    &["source", "system", "error", "parallel"],
    &["diagnostic"],
    &["yaml"],
    &["k8s", "document", "expression"],
    &["tree", "schema", "karmada"],
    &["spec"],
    &["fleet"],
    &["bundle", "control_plane"],
    &["forecast"],
    &["ir"],
    &[
        "discover", "parse", "resolve", "validate", "lower", "emit", "lint", "diff", "admit", "preview",
        "render", "import", "raise",
    ],
    &["compile"],
    &["write", "report"],
    &["krm"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn modules_name_lower_layers_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut faults = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap();
        let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(own) = layer(module) else {
            faults.push(format!("{module} is in no layer"));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for word in text.split("crate::").skip(1) {
            let name: String = word
                .chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect();
            if name == module || name.is_empty() {
                continue;
            }
            match layer(&name) {
                Some(other) if other < own => {}
                Some(_) => faults.push(format!("{} names {name}, which is not below it", path.display())),
                None => {}
            }
        }
        let lines = text.lines().count();
        let tests = text.find("#[cfg(test)]").map_or(0, |start| text[start..].lines().count());
        if lines - tests > 600 {
            faults.push(format!("{} has {} lines", path.display(), lines - tests));
        }
    }
    faults.sort();
    faults.dedup();
    assert_eq!(faults, Vec::<String>::new());
}
