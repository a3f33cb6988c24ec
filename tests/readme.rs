//! The README is true: its commands are run, and what they print is what it shows.

use crate::kubectl::has_kubectl;
use crate::support::assert_file;
use crate::support::root;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs one command line and gives all that it prints.
fn run(line: &str, folder: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_pelago")).parent().unwrap().display().to_string();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {line}; }} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("CI")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn commands_of_the_readme_print_what_it_shows() {
    if !has_kubectl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("examples"), folder.path().join("examples")).unwrap();
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut rewritten = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        rewritten += line;
        rewritten += "\n";
        let file = line.strip_prefix("```yaml file=");
        if line != "```console" && file.is_none() {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(file) = file {
            fs::write(folder.path().join(file), block.join("\n") + "\n").unwrap();
            rewritten += &(block.join("\n") + "\n");
        } else {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                let printed = run(command, folder.path());
                rewritten.extend(["$ ", command, "\n", &printed]);
            }
        }
        rewritten += "```\n";
    }
    assert_file(&path, &rewritten);
}
