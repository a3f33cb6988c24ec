//! What is told of small Apps, many to a file: `fixtures/told/<subject>.txt` begins with the App that all its cases share,
//! each case adds lines, and below them stands all that is told, with line and column within the case.

use crate::support::assert_file;
use crate::support::files;
use crate::support::root;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::system::Memory;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// What begins a line that tells.
const MARK: &str = "# ~ ";

fn tell(shared: &str, case: &str) -> String {
    let path = PathBuf::from("app.yaml");
    let files = BTreeMap::from([(path.clone(), format!("{shared}{case}").into_bytes())]);
    let system = Memory { files, ..Memory::default() };
    let request = Request { paths: vec![path], rigour: Rigour::Check, ..Request::default() };
    let compilation = compile(&request, &system, |_| ()).unwrap();
    let lines = compilation.diagnostics.iter().map(|diagnostic| {
        let start = compilation.sources.position(diagnostic.primary.span);
        let place = match start.line.checked_sub(shared.lines().count()) {
            Some(line) if line > 0 => format!("{line}:{}", start.column),
            Some(_) | None => format!("shared {}:{}", start.line, start.column),
        };
        format!("{MARK}{place} {} {}\n", diagnostic.code.id, diagnostic.message)
    });
    lines.collect()
}

#[test]
fn each_fault_is_told_once_at_its_place() {
    let files = files(&root().join("fixtures/told"));
    assert!(!files.is_empty());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let mut blocks = text.split("\n\n").map(|block| format!("{}\n", block.trim_end()));
        let shared = blocks.next().unwrap();
        let told = blocks.map(|block| {
            let lines: Vec<&str> = block.lines().filter(|line| !line.starts_with(MARK)).collect();
            let case = lines.join("\n") + "\n";
            format!("\n{case}{}", tell(&shared, &case))
        });
        let told: String = told.collect();
        assert_file(&path, &format!("{shared}{told}"));
    }
}
