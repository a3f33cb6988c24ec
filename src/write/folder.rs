//! A folder of files: one below it for each App, a file for each object, and what kustomize needs to read it.

use crate::bundle::App;
use crate::k8s::gvk::ObjectKey;
use crate::write::file_name::take_name;
use crate::write::index::INDEX;
use crate::write::index::write_index;
use crate::yaml::write;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The file that kustomize reads first.
const KUSTOMIZATION: &str = "kustomization.yaml";

/// The files of one App.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    namespace: String,
    name: String,
    /// Names and texts, the kustomization included.
    files: BTreeMap<String, String>,
}

/// Makes the files of one App: `<kind>-<name>.yaml` each, and a kustomization that lists them in the order of the bundle.
#[must_use]
pub fn write_folder(app: &App) -> Folder {
    let mut taken = BTreeSet::from([KUSTOMIZATION.to_owned()]);
    let mut files = BTreeMap::new();
    let mut resources = Vec::new();
    for object in &app.objects {
        let name = take_object_name(&object.key, &mut taken);
        files.insert(name.clone(), write(&object.root.to_json()));
        resources.push(name);
    }
    files.insert(KUSTOMIZATION.to_owned(), kustomization(resources));
    Folder { namespace: app.namespace.clone(), name: app.name.clone(), files }
}

/// Puts the folders of all Apps below one, `<namespace>/<app>/`, with a kustomization that lists them in their order and
/// the index of all files.
#[must_use]
pub fn folder(apps: Vec<Folder>) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut resources = Vec::new();
    let mut taken = BTreeMap::new();
    let mut namespaces = BTreeMap::new();
    let mut taken_namespaces = BTreeSet::from([KUSTOMIZATION.to_owned()]);
    for app in apps {
        let namespace = namespaces
            .entry(app.namespace.clone())
            .or_insert_with(|| take_name(&app.namespace, &app.namespace, &mut taken_namespaces));
        let names: &mut BTreeSet<String> = taken.entry(app.namespace).or_default();
        let path = format!("{namespace}/{}", take_name(&app.name, &app.name, names));
        files.extend(
            app.files.into_iter().map(|(name, text)| (PathBuf::from(format!("{path}/{name}")), text)),
        );
        resources.push(path);
    }
    files.insert(PathBuf::from(KUSTOMIZATION), kustomization(resources));
    let index = write_index(&files);
    files.insert(PathBuf::from(INDEX), index);
    files
}

/// The name of an object's file, `<kind>-<name>.yaml`, or with a hash where that is taken. Takes it, without its ending.
pub fn take_object_name(key: &ObjectKey, taken: &mut BTreeSet<String>) -> String {
    let identity = format!("{} {} {:?} {}", key.gvk.api_version(), key.gvk.kind(), key.namespace, key.name);
    let kind = key.gvk.kind().to_lowercase();
    let stem = take_name(&format!("{kind}-{}", key.name), &identity, taken);
    format!("{stem}.yaml")
}

fn kustomization(resources: Vec<String>) -> String {
    let resources: Vec<Value> = resources.into_iter().map(Value::String).collect();
    write(&json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }))
}
