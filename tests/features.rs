//! `docs/features.md`: its snippets are built, what it shows of the outcome is what comes out, and no row of the list of
//! features is missing.
//!
//! A fenced block `yaml fleet` is the Fleet of all snippets, `text file=PATH` a file that they may name, and `yaml app` the `spec` of
//! an App, or with `metadata` the whole; `karmada=1.14` beside it sets the version. A block `yaml makes KIND PATH…` below it is the part of that object
//! which the paths pick; with `UPDATE_FIXTURES` set, it is written. The whole outcome is in `fixtures/features`.

use crate::support::assert_file;
use crate::support::root;
use pelago::bundle::App;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::karmada::version::FIELD_RELEASES;
use pelago::karmada::version::KIND_RELEASES;
use pelago::report::Format;
use pelago::report::report;
use pelago::system::Memory;
use pelago::write::write_app;
use pelago::yaml::write;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// What stands before a snippet.
const KIND: &str = "apiVersion: pelago.dev/v1alpha1\nkind: App\n";

/// What stands between, unless the snippet has it.
const METADATA: &str = "metadata: {name: storefront, namespace: shop}\nspec:\n";

/// The page while it is read.
#[derive(Default)]
struct Page {
    /// What it should say.
    text: String,
    /// The ids of all rows, in the order of the page.
    rows: Vec<String>,
    /// The files that snippets may name.
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// The ids of the last rows.
    entry: String,
    /// How many snippets these rows had so far.
    snippets: usize,
    /// The last snippet, built.
    built: Option<App>,
    /// What is wrong.
    faults: Vec<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            page.text += line;
            page.text += "\n";
            if let Some(rows) = line.strip_prefix("<!-- rows ") {
                page.begin(rows.trim_end_matches(" -->"));
            }
            let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = page.block(info, block.join("\n") + "\n");
            page.text += &block;
            page.text += "```\n";
        }
        page
    }

    fn begin(&mut self, rows: &str) {
        let rows: Vec<&str> = rows.split(' ').collect();
        self.rows.extend(rows.iter().map(|row| (*row).to_owned()));
        rows[0].clone_into(&mut self.entry);
        self.snippets = 0;
        self.built = None;
    }

    /// What a block should hold.
    fn block(&mut self, info: &str, block: String) -> String {
        let words: Vec<&str> = info.split(' ').collect();
        match words.as_slice() {
            ["yaml", "fleet"] => {
                self.files.insert(PathBuf::from("fleet.yaml"), block.clone().into_bytes());
            }
            ["text", "releases"] => return releases(),
            ["text", file] => {
                let path = file.strip_prefix("file=").unwrap();
                self.files.insert(PathBuf::from(path), block.clone().into_bytes());
            }
            ["yaml", "app", settings @ ..] => self.build(&block, settings),
            ["yaml", "makes", kind, paths @ ..] => return self.excerpt(kind, paths),
            _ => self.faults.push(format!("{}: unknown block `{info}`", self.entry)),
        }
        block
    }

    fn build(&mut self, snippet: &str, settings: &[&str]) {
        self.snippets += 1;
        let text = if snippet.starts_with("metadata:") {
            format!("{KIND}{snippet}")
        } else {
            let spec: Vec<String> = snippet.lines().map(|line| format!("  {line}\n")).collect();
            format!("{KIND}{METADATA}{}", spec.concat())
        };
        let mut files = self.files.clone();
        let path = PathBuf::from("app.yaml");
        files.insert(path.clone(), text.into_bytes());
        let variables = BTreeMap::from([("DB_PASSWORD".to_owned(), "example".to_owned())]);
        let version = settings.iter().find_map(|setting| setting.strip_prefix("karmada="));
        let request = Request {
            paths: vec![path, PathBuf::from("fleet.yaml")],
            rigour: Rigour::Check,
            karmada_version: version.map(|version| version.parse().unwrap()),
            ..Request::default()
        };
        let compilation =
            compile(&request, &Memory { files, variables, ..Memory::default() }, |app| app).unwrap();
        if !compilation.diagnostics.is_empty() {
            let told = report(&compilation.sources, &compilation.diagnostics, Format::Short);
            self.faults.push(format!("{}:\n{snippet}{told}", self.entry));
        }
        self.built = compilation.apps.into_iter().next();
        let Some(app) = &self.built else { return };
        let number = if self.snippets == 1 { String::new() } else { format!("_{}", self.snippets) };
        let golden = root().join(format!("fixtures/features/{}{number}.yaml", self.entry));
        assert_file(&golden, &write_app(app, pelago::write::Format::Yaml));
    }

    /// The parts of an object of the last snippet; `KIND/NAME` picks one of several.
    fn excerpt(&mut self, object: &str, paths: &[&str]) -> String {
        let (kind, name) = object.split_once('/').unwrap_or((object, ""));
        let objects = self.built.iter().flat_map(|app| &app.objects);
        let found = objects
            .filter(|object| object.key.gvk.kind() == kind && (name.is_empty() || object.key.name == name))
            .map(|object| object.root.to_json());
        let found: Vec<Value> = found.collect();
        let [object] = found.as_slice() else {
            self.faults.push(format!("{}: {} objects `{object}`", self.entry, found.len()));
            return String::new();
        };
        let mut excerpt = Value::Null;
        for path in paths {
            let steps: Vec<&str> = path.split('.').collect();
            if !copy(object, &steps, &mut excerpt) {
                self.faults.push(format!("{}: no `{path}` in the {kind}", self.entry));
            }
        }
        write(&excerpt)
    }
}

/// The first release of each field of a policy, and of each kind.
fn releases() -> String {
    let fields = FIELD_RELEASES.iter().map(|field| (field.since, field.path));
    let kinds = KIND_RELEASES.iter().map(|kind| (kind.since, kind.kind));
    let mut releases: Vec<_> = fields.chain(kinds).collect();
    releases.sort_by_key(|(since, _)| *since);
    let lines: Vec<String> =
        releases.iter().map(|(since, what)| format!("{:<6}{what}\n", since.to_string())).collect();
    lines.concat()
}

/// Copies what a path leads to, with what is above it; of a list, the item alone.
fn copy(from: &Value, steps: &[&str], to: &mut Value) -> bool {
    let [step, below @ ..] = steps else {
        *to = from.clone();
        return true;
    };
    if let (Some(items), Ok(index)) = (from.as_array(), step.parse::<usize>()) {
        if !to.is_array() {
            *to = Value::Array(vec![Value::Null]);
        }
        return items.get(index).is_some_and(|item| copy(item, below, &mut to[0]));
    }
    if !to.is_object() {
        *to = Value::Object(Map::new());
    }
    from.get(step).is_some_and(|value| copy(value, below, &mut to[*step]))
}

#[test]
fn snippets_of_the_features_make_what_is_shown() {
    let path = root().join("docs/features.md");
    let page = Page::read(&fs::read_to_string(&path).unwrap());
    assert!(page.faults.is_empty(), "{}", page.faults.join("\n"));
    assert_file(&path, &page.text);
}

#[test]
fn every_row_of_the_list_of_features_is_there_once() {
    let page = Page::read(&fs::read_to_string(root().join("docs/features.md")).unwrap());
    let list = fs::read_to_string(root().join("fixtures/features/rows.txt")).unwrap();
    let known: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
    let mut told = page.rows.clone();
    told.sort_by_key(|row| known.iter().position(|known| known == row));
    assert_eq!(told, known);
    let goldens: BTreeSet<String> = crate::support::files(&root().join("fixtures/features"))
        .iter()
        .filter(|path| path.extension() == Some("yaml".as_ref()))
        .map(|path| path.file_stem().unwrap().to_string_lossy().split('_').next().unwrap().to_owned())
        .collect();
    let without: Vec<&String> = goldens.iter().filter(|golden| !page.rows.contains(golden)).collect();
    assert_eq!(without, Vec::<&String>::new(), "whole outcomes that no row makes");
}
