//! The README and some other pages are true: their commands are run, and what they print is what they show.

use crate::kubectl::has_kubectl;
use crate::support::assert_file;
use crate::support::has_tool;
use crate::support::own_tools;
use crate::support::root;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs one command line and gives all that it prints.
fn run(line: &str, folder: &Path) -> String {
    let path = format!("{}:{}", own_tools(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {line}; }} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("HELM_DATA_HOME", folder.join("helm"))
        .env_remove("CI")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn commands_of_the_readme_print_what_it_shows() {
    if has_kubectl() {
        check_page("README.md");
    }
}

#[test]
fn commands_of_the_page_of_placement_print_what_it_shows() {
    check_page("docs/placement.md");
}

#[test]
fn commands_of_the_page_of_import_print_what_it_shows() {
    check_page("docs/import.md");
}

#[test]
fn commands_of_the_integrations_print_what_is_shown() {
    let tools = ["kustomize", "kpt", "helm3", "helm4"];
    if has_kubectl() && tools.iter().all(|name| has_tool(name, &["version"])) {
        check_page("docs/integrations.md");
    }
}

/// Writes the files of a page, runs its commands, and compares what they print with what it shows.
#[track_caller]
fn check_page(page: &str) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["examples", "integrations"] {
        std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    let path = root().join(page);
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
            let target = folder.path().join(file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, block.join("\n") + "\n").unwrap();
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
