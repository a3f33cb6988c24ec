//! What the output looks like.

use crate::bundle::App;
use crate::bundle::Object;
use crate::bundle::Role;
use crate::k8s::gvk::GroupVersionKind;
use crate::k8s::gvk::ObjectKey;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::Memory;
use crate::tree::from_json;
use crate::write::Format;
use crate::write::INDEX;
use crate::write::folder;
use crate::write::join;
use crate::write::read_index;
use crate::write::read_own;
use crate::write::write_app;
use crate::write::write_folder;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

fn file() -> FileId {
    SourceMap::default().add(PathBuf::from("app.yaml"), String::new())
}

fn app(namespace: &str, name: &str, objects: &[(&str, &str)]) -> App {
    let at = Span { file: file(), start: 0, end: 0 };
    let object = |(kind, name): &(&str, &str)| Object {
        key: ObjectKey {
            gvk: GroupVersionKind::parse("v1", kind).unwrap(),
            namespace: Some(namespace.to_owned()),
            name: (*name).to_owned(),
        },
        role: Role::Manifest,
        root: from_json(at, &json!({ "kind": kind, "text": "a\nb" })),
    };
    App {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        at,
        objects: objects.iter().map(object).collect(),
        dependencies: Vec::new(),
        clusters: None,
        namespace_request: None,
    }
}

#[test]
fn a_stream_has_separators_between_all_objects() {
    let apps =
        [app("a", "x", &[("Pod", "p"), ("Job", "j")]), app("a", "none", &[]), app("b", "y", &[("Pod", "q")])];
    let parts: Vec<String> = apps.iter().map(|app| write_app(app, Format::Yaml)).collect();
    let expected = "kind: Pod\ntext: |-\n  a\n  b\n---\nkind: Job\ntext: |-\n  a\n  b\n---\nkind: Pod\ntext: |-\n  a\n  b\n";
    assert_eq!(join(&parts, Format::Yaml).concat(), expected);
    assert_eq!(join(&[], Format::Yaml).concat(), "");
}

#[test]
fn a_list_is_json_laid_out_as_a_whole() {
    let apps = [app("a", "x", &[("Pod", "p"), ("Job", "j")]), app("b", "y", &[("Pod", "q")])];
    let parts: Vec<String> = apps.iter().map(|app| write_app(app, Format::Json)).collect();
    let list = join(&parts, Format::Json).concat();
    let read: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(read["items"][2], json!({ "kind": "Pod", "text": "a\nb" }));
    assert_eq!(format!("{read:#}\n"), list);
    let none: Value = serde_json::from_str(&join(&[], Format::Json).concat()).unwrap();
    assert_eq!(none["items"], json!([]));
}

#[test]
fn a_folder_lists_what_it_holds_in_order() {
    let files = folder(vec![write_folder(&app("shop", "web", &[("Pod", "p"), ("Job", "j")]))]);
    let paths: Vec<&str> = files.keys().map(|path| path.to_str().unwrap()).collect();
    let below = ["shop/web/job-j.yaml", "shop/web/kustomization.yaml", "shop/web/pod-p.yaml"];
    assert_eq!(paths, [INDEX, "kustomization.yaml", below[0], below[1], below[2]]);
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";
    assert_eq!(files[Path::new("kustomization.yaml")], format!("{head}- shop/web\n"));
    assert_eq!(
        files[Path::new("shop/web/kustomization.yaml")],
        format!("{head}- pod-p.yaml\n- job-j.yaml\n")
    );
    let own: BTreeSet<PathBuf> = files.keys().filter(|path| *path != Path::new(INDEX)).cloned().collect();
    assert_eq!(read_index(&files[Path::new(INDEX)]), own);
}

#[test]
fn names_of_files_are_safe_and_told_apart() {
    let long = "n".repeat(253);
    let objects = [
        ("Role", "system:node"),
        ("Role", "system-node"),
        ("Role", "../x"),
        ("Role", &long),
        ("Role", "a"),
        ("ROLE", "A"),
    ];
    let files = folder(vec![write_folder(&app("shop", "web", &objects))]);
    let names: Vec<&str> = files.keys().filter_map(|path| path.file_name()?.to_str()).collect();
    assert_eq!(names.len(), objects.len() + 3, "{names:?}");
    for name in names {
        assert!(
            name.len() < 230
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789-.".contains(&byte)),
            "{name}"
        );
    }
}

#[test]
fn own_files_are_those_of_the_index() {
    let mut disk = Memory::default();
    assert_eq!(read_own(Path::new("out"), &disk), Ok(BTreeSet::new()));
    disk.files.insert(PathBuf::from("out/.pelago-index"), b"# x\na/b.yaml\n../c\n/etc/d\n".to_vec());
    let own = BTreeSet::from([PathBuf::from(INDEX), PathBuf::from("a/b.yaml")]);
    assert_eq!(read_own(Path::new("out"), &disk), Ok(own));
}
