//! Values in their places, and faults with line and column.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Help;
use crate::diagnostic::codes;
use crate::document::Attachments;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::expression::Expressions;
use crate::k8s::version::MinorVersion;
use crate::resolve::FileReader;
use crate::resolve::Inputs;
use crate::resolve::Layers;
use crate::resolve::read_manifests;
use crate::resolve::resolve;
use crate::schema::Kubernetes;
use crate::source::SourceMap;
use crate::source::Spanned;
use crate::system::FileTree;
use crate::system::Memory;
use crate::system::PathKind;
use crate::system::System;
use crate::yaml::Fault;
use crate::yaml::Limits;
use crate::yaml::read;
use std::io;
use std::path::Path;
use std::path::PathBuf;

const METADATA: &str = "metadata: {name: shop}\n";

fn document(sources: &mut SourceMap, path: &str, text: &str) -> Document {
    let file = sources.add(PathBuf::from(path), text.to_owned());
    let stream = read(text, file, Limits::default());
    assert_eq!(stream.faults, []);
    let read = stream.documents.into_iter().next().unwrap();
    let attachments = Attachments::default();
    Document {
        kind: DocumentKind::App,
        file,
        span: read.span,
        root: read.root,
        attachments,
        origins: Vec::new(),
    }
}

fn run(text: &str) -> (String, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let document = document(&mut sources, "app.yaml", text);
    let mut diagnostics = Diagnostics::default();
    let inputs = Inputs {
        expressions: &Expressions::default(),
        sources: &sources,
        layers: &Layers::default(),
        inventory: None,
        kubernetes: &Kubernetes::new(MinorVersion::default()),
    };
    let resolved = resolve(document, inputs, &mut diagnostics);
    let found = diagnostics.into_sorted(&sources);
    (resolved.root.to_json()["spec"].to_string(), found, sources)
}

#[track_caller]
fn assert_spec(spec: &str, expected: &str) {
    let (found, diagnostics, _) = run(&format!("{METADATA}spec:\n{spec}"));
    assert_eq!(diagnostics, []);
    assert_eq!(found, expected);
}

/// Each fault as `line:column-column code message`, the columns of the first and behind the last character.
fn tell(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<String> {
    let line = |diagnostic: &Diagnostic| {
        let span = diagnostic.primary.span;
        let position = sources.position(span);
        let end = position.column + sources.text(span).chars().count();
        let (line, column) = (position.line, position.column);
        format!("{line}:{column}-{end} {} {}", diagnostic.code.id, diagnostic.message)
    };
    diagnostics.iter().map(line).collect()
}

#[track_caller]
fn assert_faults(spec: &str, expected: &[&str]) {
    let (_, diagnostics, sources) = run(&format!("{METADATA}spec:\n{spec}"));
    assert_eq!(tell(&diagnostics, &sources), expected);
}

#[test]
fn values_stand_where_their_expressions_stood() {
    assert_spec(
        "  vars: {k: 2, m: \"{{ k + 1 }}\", l: [a]}\n  deployment: {replicas: '{{ m }}', list: \"{{ l }}\", text: \"{{ app.name }}-{{ app.namespace }}\"}\n",
        r#"{"vars":{"k":2,"m":3,"l":["a"]},"deployment":{"replicas":3,"list":["a"],"text":"shop-default"}}"#,
    );
}

#[test]
fn metadata_uses_variables_and_its_labels_use_the_name() {
    let text = "metadata: {name: 'a-{{ v }}', labels: {app: '{{ app.name }}', raw: '{{ \"{{\" }}'}}\nspec: {vars: {v: 1}}\n";
    let mut sources = SourceMap::default();
    let document = document(&mut sources, "app.yaml", text);
    let layers = Layers { profile: Some(Spanned::new("eu".to_owned(), document.span)), ..Layers::default() };
    let mut diagnostics = Diagnostics::default();
    let inputs = Inputs {
        expressions: &Expressions::default(),
        sources: &sources,
        layers: &layers,
        inventory: None,
        kubernetes: &Kubernetes::new(MinorVersion::default()),
    };
    let resolved = resolve(document, inputs, &mut diagnostics);
    assert!(diagnostics.is_empty());
    assert_eq!(
        resolved.root.to_json()["metadata"].to_string(),
        r#"{"name":"a-1","labels":{"app":"a-1","raw":"{{"}}"#
    );
}

#[test]
fn profiles_are_left_alone() {
    assert_spec(
        "  vars: {b: 2}\n  overrides: [{x: '{{ b }}'}]\n  profiles: {p: {z: '{{ nope }}'}}\n",
        r#"{"vars":{"b":2},"overrides":[{"x":2}],"profiles":{"p":{"z":"{{ nope }}"}}}"#,
    );
}

#[test]
fn carets_stand_under_the_name_in_every_style() {
    assert_faults("  a: é {{ nmae }}\n", &["3:11-15 E0302 name `nmae` is not defined"]);
    assert_faults("  a: 'it''s {{ app.nmae }}'\n", &["3:20-24 E0302 `app` has no `nmae`"]);
    assert_faults("  a: \"\\u00e9\\t{{ nmae }}\"\n", &["3:18-22 E0302 name `nmae` is not defined"]);
    assert_faults("  a: |\n    x\n\n      {{ nmae }}\n", &["6:10-14 E0302 name `nmae` is not defined"]);
    assert_faults("  a: >-\n    x\n    {{ nmae }}\n", &["5:8-12 E0302 name `nmae` is not defined"]);
    assert_faults("  a: x\n    {{ nmae }}\n", &["4:8-12 E0302 name `nmae` is not defined"]);
}

#[test]
fn every_code_has_its_place() {
    assert_faults("  a: 'x {{ (1 }}'\n", &["3:12-13 E0301 `(` is not closed"]);
    assert_faults("  a: {'{{ x }}': 1}\n", &["3:7-16 E0301 an expression stands in a key"]);
    assert_faults(
        "  a: 'x {{ [1] }}'\n",
        &["3:12-15 E0303 the expression gives a list, which cannot stand within a text"],
    );
    assert_faults(
        "  a: '{{ \"x\" * 1000000000 }}'\n",
        &["3:10-26 E0304 the expression takes too many steps"],
    );
    assert_faults(
        "  a: '{{ 1 // 0 }}'\n",
        &["3:10-16 E0305 cannot evaluate the expression: unable to calculate 1 // 0"],
    );
}

#[test]
fn a_fault_is_told_once_and_its_users_keep_silent() {
    assert_faults(
        "  vars: {a: '{{ nope }}', b: '{{ a }}'}\n  c: '{{ vars.b }}'\n",
        &["3:17-21 E0302 name `nope` is not defined"],
    );
    let (spec, _, _) = run("spec: {vars: {a: '{{ nope }}'}, c: '{{ a }}'}\n");
    assert_eq!(spec, r#"{"vars":{"a":null},"c":null}"#);
}

#[test]
fn variables_see_only_those_before_them() {
    assert_faults(
        "  vars: {a: '{{ b }}', b: '{{ vars.b }}', c: '{{ app.name }}'}\n  x: '{{ a }}{{ c }}'\n",
        &[
            "3:17-18 E0302 variable `b` is used before it is defined",
            "3:36-37 E0302 variable `b` is used in its own value",
            "3:50-53 E0302 name `app` is not defined here",
        ],
    );
}

#[test]
fn variables_with_our_names_or_without_use_are_told() {
    assert_faults(
        "  vars: {app: 1, unused: 2, '{{ k }}': 3}\n",
        &[
            "3:10-13 E0213 variable `app` has the name of a built-in value",
            "3:18-24 unused-variable variable `unused` is not used",
            "3:29-38 E0301 an expression stands in a key",
        ],
    );
    assert_spec("  vars: {a: 1}\n  x: '{{ vars }}'\n", r#"{"vars":{"a":1},"x":{"a":1}}"#);
}

#[test]
fn names_that_exist_are_named() {
    let (_, diagnostics, _) =
        run("metadata: {name: a}\nspec: {vars: {version: 1}, a: '{{ verison }}', b: '{{ version }}'}\n");
    let known = "defined names are `app`, `profile`, `vars`, and `version`".to_owned();
    assert_eq!(diagnostics[0].notes, [known]);
    let Some(Help::Replace { message, replacement, .. }) = diagnostics[0].helps.first() else {
        panic!("no suggestion");
    };
    assert_eq!((message.as_str(), replacement.as_str()), ("a similar name exists: `version`", "version"));
    let (_, diagnostics, _) = run("metadata: {name: a}\nspec: {b: '{{ cluster.name }}'}\n");
    assert_eq!(diagnostics[0].notes, ["`cluster` is defined in an override with `forEach: cluster` only"]);
    let (_, diagnostics, _) = run("metadata: {name: a}\nspec: {b: '{{ app.nmae }}'}\n");
    assert_eq!(diagnostics[0].notes, ["`app` has `name` and `namespace`"]);
}

#[test]
fn deep_documents_and_many_faults_end() {
    let deep = format!("{METADATA}spec: {}'{{{{ app.name }}}}'{}\n", "{k: ".repeat(190), "}".repeat(190));
    assert_eq!(run(&deep).1, []);
    let variables: Vec<String> =
        (0..3000).map(|place| format!("    v{place}: '{{{{ nope{place} }}}}'\n")).collect();
    let variables = variables.concat();
    let (_, faults, _) = run(&format!("{METADATA}spec:\n  vars:\n{variables}  x: '{{{{ vars }}}}'\n"));
    assert_eq!(faults.len(), 3000);
}

/// Files in memory, of which `extra/link.yaml` is a link to another place.
struct Linked(Memory);

impl System for Linked {
    fn find_kind(&self, path: &Path) -> io::Result<Option<PathKind>> {
        self.0.find_kind(path)
    }

    fn find_real_path(&self, path: &Path) -> io::Result<PathBuf> {
        let is_link = path.ends_with("link.yaml");
        Ok(if is_link { PathBuf::from("/etc/passwd") } else { Path::new("/root").join(path) })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn read_standard_input(&self) -> io::Result<Vec<u8>> {
        self.0.read_standard_input()
    }

    fn list_files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.0.list_files(folder)
    }

    fn write_tree(&self, folder: &Path, tree: &FileTree) -> io::Result<()> {
        self.0.write_tree(folder, tree)
    }

    fn find_variable(&self, name: &str) -> Option<String> {
        self.0.find_variable(name)
    }
}

const FILES: &[(&str, &[u8])] = &[
    ("shop/extra/b.yaml", b"kind: B\n"),
    ("shop/extra/a.yaml", b"kind: A1\n---\nkind: A2\nx: '{{ kept }}'\n"),
    ("shop/extra/link.yaml", b"kind: L\n"),
    ("shop/deep/er/c.yaml", b"kind: C\n"),
    ("shop/odd/list.yaml", b"- a\n"),
    ("shop/odd/app.yaml", b"apiVersion: pelago.dev/v1alpha1\nkind: App\n"),
    ("shop/odd/bytes.yaml", b"a: \xff\n"),
    ("shop/odd/twice.yaml", b"a: 1\na: 2\n"),
    ("other.yaml", b"kind: O\n"),
];

fn gather(path: &str, manifests: &str) -> (String, Vec<String>) {
    let files = FILES.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec())).collect();
    let system = Linked(Memory { files, ..Memory::default() });
    let mut sources = SourceMap::default();
    let document = document(&mut sources, path, &format!("spec: {{manifests: {manifests}}}\n"));
    let mut diagnostics = Diagnostics::default();
    let explain = |fault: &Fault| Diagnostic::new(codes::SYNTAX, fault.span, "fault");
    let mut reader = FileReader::new(&system, &mut sources, &explain);
    let resolved = read_manifests(document, &mut reader, &mut diagnostics);
    let found = diagnostics.into_sorted(&sources);
    (resolved.root.to_json()["spec"]["manifests"].to_string(), tell(&found, &sources))
}

#[track_caller]
fn assert_manifests(manifests: &str, expected: &str) {
    assert_eq!(gather("shop/app.yaml", manifests), (expected.to_owned(), Vec::new()));
}

#[track_caller]
fn assert_refused(manifests: &str, expected: &str) {
    assert_eq!(gather("shop/app.yaml", manifests).1, [expected]);
}

#[test]
fn objects_take_the_places_of_their_paths() {
    assert_manifests(
        "['extra/?.yaml', {kind: Inline}, extra/a.yaml, './deep/**/*.yaml']",
        r#"[{"kind":"A1"},{"kind":"A2","x":"{{ kept }}"},{"kind":"B"},{"kind":"Inline"},{"kind":"C"}]"#,
    );
    assert_eq!(gather("-", "[other.yaml]"), (r#"[{"kind":"O"}]"#.to_owned(), Vec::new()));
    assert_eq!(gather("-", "['o*.yaml']"), (r#"[{"kind":"O"}]"#.to_owned(), Vec::new()));
}

#[test]
fn paths_that_cannot_be_read_are_told_at_the_path() {
    assert_refused("[nope.yaml]", "1:20-29 E0306 no file matches `nope.yaml`");
    assert_refused("['no/*.yaml']", "1:20-31 E0306 no file matches `no/*.yaml`");
    assert_refused("[extra/]", "1:20-26 E0306 `extra/` is a folder");
    assert_refused("[../other.yaml]", "1:20-33 E0307 `../other.yaml` leads out of the App's folder");
    assert_refused("[/etc/a.yaml]", "1:20-31 E0307 `/etc/a.yaml` leads out of the App's folder");
    assert_refused("['extra/*']", "1:20-29 E0307 `extra/*` leads out of the App's folder");
    assert_refused("[odd/bytes.yaml]", "1:20-34 E0108 `shop/odd/bytes.yaml` is not UTF-8 text");
}

#[test]
fn faults_within_a_file_stand_in_the_file() {
    assert_refused("[odd/list.yaml]", "1:1-4 E0202 expected a Kubernetes object, found a list");
    assert_refused("[odd/app.yaml]", "2:7-10 E0215 a manifest cannot be an App of Pelago");
    assert_refused("[odd/twice.yaml]", "2:1-2 E0101 fault");
}
