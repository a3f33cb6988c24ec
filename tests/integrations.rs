//! What `integrations/` and the files at the root give to other tools: each is run as its tool would run it.

use crate::support::assert_file;
use crate::support::files;
use crate::support::has_tool;
use crate::support::own_tools;
use crate::support::root;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// All YAML documents of a file, by a reader that is not ours.
#[track_caller]
fn documents(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap()).collect()
}

#[track_caller]
fn document(path: &str) -> Value {
    documents(path).into_iter().next().unwrap()
}

/// What a script leaves behind: its status, and all that it prints.
type Outcome = (i32, String);

/// Runs a script of bash as the services for automation do, with nothing in the environment but these variables.
fn run(script: &str, folder: &Path, variables: &BTreeMap<String, String>) -> Outcome {
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &format!("exec 2>&1\n{script}")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", own_tools()))
        .env("HOME", folder)
        .envs(variables)
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[track_caller]
fn run_well(script: &str, folder: &Path, variables: &BTreeMap<String, String>) -> String {
    let (status, printed) = run(script, folder, variables);
    assert_eq!(status, 0, "{script}\n{printed}");
    printed
}

/// A repository with two Apps, a Fleet, and the golden files of the Apps.
fn write_repository(folder: &Path) {
    let copy = "mkdir apps && cp \"$EXAMPLE\"/*.yaml apps && git init --quiet --initial-branch main . && git add . \
                && git -c user.name=a -c user.email=a@example.com commit --quiet --message Apps";
    let example = root().join("examples/guestbook").display().to_string();
    run_well(copy, folder, &BTreeMap::from([("EXAMPLE".to_owned(), example)]));
}

fn variables<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Runs the scripts of the action in their order, as long as each ends well; gives all that comes of it as one text.
fn run_action(folder: &Path, inputs: &[(&str, &str)]) -> String {
    let action = document("action.yml");
    let mut context = variables([("GITHUB_PATH", "path"), ("GITHUB_OUTPUT", "output")]);
    context.extend(variables([("GITHUB_STEP_SUMMARY", "summary"), ("RUNNER_TEMP", "temporary")]));
    let mut text = String::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        let Some(script) = step["run"].as_str() else { continue };
        let mut environment = context.clone();
        for (name, value) in step["env"].as_object().unwrap() {
            let input = value.as_str().unwrap();
            let input = input.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")).unwrap();
            let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| *value);
            let default = action["inputs"][input]["default"].as_str().unwrap();
            environment.insert(name.clone(), given.unwrap_or(default).to_owned());
        }
        let (status, printed) = run(script, folder, &environment);
        writeln!(text, "== {}: {status}\n{printed}", step["name"].as_str().unwrap()).unwrap();
        if status != 0 {
            break;
        }
    }
    for file in ["output", "summary"] {
        let written = fs::read_to_string(folder.join(file)).unwrap_or_default();
        writeln!(text, "== {file}\n{written}").unwrap();
    }
    text
}

#[test]
fn the_action_reports_what_its_fixtures_say() {
    if !has_tool("jq", &["--version"]) {
        return;
    }
    let fine = tempfile::tempdir().unwrap();
    write_repository(fine.path());
    run_well("pelago build apps --output golden", fine.path(), &BTreeMap::new());
    let inputs = [("pelago", env!("CARGO_BIN_EXE_pelago")), ("paths", "apps"), ("golden", "golden")];
    let fixtures = root().join("fixtures/integrations");
    assert_file(&fixtures.join("action_that_is_fine.txt"), &run_action(fine.path(), &inputs));

    let changed = tempfile::tempdir().unwrap();
    write_repository(changed.path());
    let change = "pelago build apps --output golden && sed -i 's/replicas: 4/replicas: 5/' apps/backend.yaml";
    run_well(change, changed.path(), &BTreeMap::new());
    assert_file(&fixtures.join("action_that_finds_a_change.txt"), &run_action(changed.path(), &inputs));

    let wrong = tempfile::tempdir().unwrap();
    write_repository(wrong.path());
    run_well("sed -i 's/replicas: 4/replcias: 4/' apps/backend.yaml", wrong.path(), &BTreeMap::new());
    let flags = [("flags", "--deny warnings"), ("fleet", "apps/fleet.yaml")];
    let inputs = [&inputs[..], &flags[..]].concat();
    assert_file(&fixtures.join("action_that_finds_an_error.txt"), &run_action(wrong.path(), &inputs));
    let messages = fs::read_to_string(wrong.path().join("pelago-report/messages.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&messages).unwrap()["summary"]["errors"], 1);
}

#[test]
fn the_job_of_gitlab_ends_well_where_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    write_repository(folder.path());
    run_well("pelago build apps --output golden", folder.path(), &BTreeMap::new());
    let job = &document("integrations/gitlab/pelago.gitlab-ci.yml")["pelago"];
    let lines = job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    // The shell of an image may be a plain one.
    let script = format!("sh -e << 'END'\n{}\nEND", lines.collect::<Vec<_>>().join("\n"));
    let given = job["variables"].as_object().unwrap();
    let given = variables(given.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())));
    run_well(&script, folder.path(), &given);
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(read("report/golden.diff"), "");
    assert_eq!(
        read("report/build/guestbook/backend/kustomization.yaml"),
        read("golden/guestbook/backend/kustomization.yaml")
    );

    run_well("sed -i 's/replicas: 4/replicas: 5/' apps/backend.yaml", folder.path(), &BTreeMap::new());
    assert_eq!(run(&script, folder.path(), &given).0, 1);
    assert!(!read("report/golden.diff").is_empty());
}

/// The commands of a plugin: words, and then arguments.
fn command_of(plugin: &Value) -> Vec<String> {
    let words =
        [&plugin["command"], &plugin["args"]].map(|words| words.as_array().cloned().unwrap_or_default());
    words.concat().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Runs a command of a plugin in the folder of an application, as the sidecar does.
#[track_caller]
fn run_plugin(command: &Value, folder: &Path, variables: &BTreeMap<String, String>) -> String {
    let words = command_of(command);
    let output = Command::new(&words[0])
        .args(&words[1..])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", own_tools()))
        .envs(variables)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_plugin_of_argo_cd_finds_and_builds_apps() {
    let folder = tempfile::tempdir().unwrap();
    write_repository(folder.path());
    let apps = folder.path().join("apps");
    let none = BTreeMap::new();
    let change = "mv apps/fleet.yaml . && mkdir other && touch other/values.yaml \
                  && echo '  profiles: {staging: {deployment: {replicas: 1}}}' >> apps/backend.yaml";
    run_well(change, folder.path(), &none);
    let plugin = &document("integrations/argocd/plugin.yaml")["spec"];
    assert!(!run_plugin(&plugin["discover"]["find"], &apps, &none).is_empty());
    assert!(run_plugin(&plugin["discover"]["find"], &folder.path().join("other"), &none).is_empty());
    let application = document("integrations/argocd/application.yaml");
    let given = application["spec"]["source"]["plugin"]["env"].as_array().unwrap().iter().map(|variable| {
        (
            format!("ARGOCD_ENV_{}", variable["name"].as_str().unwrap()),
            variable["value"].as_str().unwrap().to_owned(),
        )
    });
    let built = run_plugin(&plugin["generate"], &apps, &given.collect());
    assert_eq!(
        built,
        run_well("pelago build apps --fleet fleet.yaml --profile staging", folder.path(), &none)
    );
}

#[test]
fn the_workflow_for_flux_renders_into_a_branch() {
    let folder = tempfile::tempdir().unwrap();
    let origin = folder.path().join("origin");
    fs::create_dir(&origin).unwrap();
    write_repository(&origin);
    let none = BTreeMap::new();
    let workflow = document("integrations/flux/render.yaml");
    let steps = workflow["jobs"]["render"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == "Render").unwrap();
    let log = |name: &str, change: &str| {
        run_well(&format!("git clone --quiet origin {name} && cd {name} && {change}"), folder.path(), &none);
        let temporary = folder.path().join(format!("{name}-temporary")).display().to_string();
        let given = variables([("PATHS", "apps"), ("RUNNER_TEMP", &temporary), ("GITHUB_SHA", name)]);
        run_well(step["run"].as_str().unwrap(), &folder.path().join(name), &given);
        run_well("git log --format=%s rendered", &origin, &none)
    };
    assert_eq!(log("first", "true"), "Render first\n");
    assert_eq!(log("same", "true"), "Render first\n");
    let change = "sed -i 's/replicas: 4/replicas: 5/' apps/backend.yaml && rm apps/store.yaml";
    assert_eq!(log("second", change), "Render second\nRender first\n");
    let changed = run_well("git diff --name-status rendered~ rendered", &origin, &none);
    assert_file(&root().join("fixtures/integrations/rendered_branch.txt"), &changed);
}

/// The hooks run with the `pelago` that is there: building it as `language: rust` does takes minutes.
#[test]
fn the_hooks_of_pre_commit_run() {
    if !has_tool("pre-commit", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    fs::create_dir(folder.path().join("hooks")).unwrap();
    let hooks = hooks.replace("language: rust", "language: system");
    fs::write(folder.path().join("hooks/.pre-commit-hooks.yaml"), hooks).unwrap();
    let repository = folder.path().join("repository");
    fs::create_dir(&repository).unwrap();
    write_repository(&repository);
    let none = BTreeMap::new();
    let commit = "git init --quiet hooks && cd hooks && git add . \
                  && git -c user.name=a -c user.email=a@example.com commit --quiet --message Hooks && git rev-parse HEAD";
    let revision = run_well(commit, folder.path(), &none);
    let config = format!(
        "repos:\n- repo: ../hooks\n  rev: {}\n  hooks:\n  - {{id: pelago-check, args: [apps]}}\n  - {{id: pelago-diff, args: [golden, apps]}}\n",
        revision.trim()
    );
    fs::write(repository.join(".pre-commit-config.yaml"), config).unwrap();
    let hook = "pelago build apps --output golden && git add . && pre-commit run --color never";
    let fixtures = root().join("fixtures/integrations");
    assert_file(&fixtures.join("hooks_that_pass.txt"), &run_well(hook, &repository, &none));
    let change = "sed -i 's/replicas: 4/replicas: 5/' apps/backend.yaml && git add apps && pre-commit run --color never";
    let (status, printed) = run(change, &repository, &none);
    assert_eq!(status, 1);
    assert_file(&fixtures.join("hooks_that_fail.txt"), &printed);
}

/// Every `pelago COMMAND --flag` in these files.
fn calls(text: &str) -> Vec<(String, Vec<String>)> {
    let mut calls = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for call in line.split("pelago ").skip(1) {
            let words = call.split(['|', ';', '>']).next().unwrap().split_whitespace();
            let mut words = words.map(|word| word.trim_matches(['"', '\'', '`']).to_owned());
            let Some(command) =
                words.next().filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
            else {
                continue;
            };
            calls.push((command, words.filter(|word| word.starts_with("--")).collect()));
        }
    }
    calls
}

#[test]
fn commands_and_flags_exist() {
    let mut paths = files(&root().join("integrations"));
    paths.extend(["action.yml", ".pre-commit-hooks.yaml"].map(|name| root().join(name)));
    let mut checked = 0;
    for path in paths {
        for (command, flags) in calls(&fs::read_to_string(&path).unwrap()) {
            let help =
                Command::new(env!("CARGO_BIN_EXE_pelago")).args([&command, "--help"]).output().unwrap();
            let help = String::from_utf8(help.stdout).unwrap();
            assert!(!help.is_empty(), "{}: there is no command {command}", path.display());
            for flag in flags {
                assert!(help.contains(&flag), "{}: {command} takes no {flag}", path.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 5, "{checked}");
}

#[test]
fn files_for_other_tools_are_yaml() {
    let is_yaml = |path: &&PathBuf| {
        // What Helm makes YAML of is none itself.
        path.extension() == Some("yaml".as_ref()) && !path.iter().any(|folder| folder == "templates")
    };
    for path in files(&root().join("integrations")).iter().filter(is_yaml) {
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap();
        assert!(documents(path).iter().all(Value::is_object), "{path}");
    }
    let hooks = document(".pre-commit-hooks.yaml");
    assert!(hooks.as_array().unwrap().iter().all(|hook| hook["id"].is_string() && hook["entry"].is_string()));
}

#[test]
fn the_plugin_of_helm_has_the_version_of_pelago() {
    assert_eq!(document("integrations/helm/pelago/plugin.yaml")["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_container_is_made_of_files_that_are_there() {
    let text = fs::read_to_string(root().join("Dockerfile")).unwrap();
    let copied =
        text.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|line| !line.starts_with("--from"));
    let mut sources: Vec<&str> = Vec::new();
    for line in copied {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words.pop();
        sources.extend(words);
    }
    assert!(
        sources.contains(&"src") && sources.iter().all(|source| root().join(source).exists()),
        "{sources:?}"
    );
    // All that Cargo reads before it compiles.
    let manifest: Vec<&str> = ["Cargo.toml", "Cargo.lock", "src", "benches", "tests"].into();
    assert!(manifest.iter().all(|path| sources.contains(path)), "{sources:?}");
}
