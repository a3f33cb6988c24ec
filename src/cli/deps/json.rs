//! The references of all Apps as one JSON document. Fields are only ever added.

use crate::bundle::Dependency;
use crate::cli::deps::Graph;
use crate::k8s::gvk::ObjectKey;
use crate::source::SourceMap;
use serde_json::Value;
use serde_json::json;

/// Writes all Apps.
pub(super) fn write(apps: &[Graph], sources: &SourceMap) -> String {
    let apps: Vec<Value> = apps.iter().map(|app| write_app(app, sources)).collect();
    format!("{:#}\n", json!({ "version": 1, "apps": apps }))
}

fn write_app(app: &Graph, sources: &SourceMap) -> Value {
    let dependencies: Vec<Value> =
        app.dependencies.iter().map(|dependency| write_dependency(dependency, sources)).collect();
    json!({ "namespace": app.namespace, "name": app.name, "dependencies": dependencies })
}

fn write_dependency(dependency: &Dependency, sources: &SourceMap) -> Value {
    let position = sources.position(dependency.at);
    json!({
        "from": write_key(&dependency.owner),
        "to": write_key(&dependency.target),
        "key": dependency.key,
        "optional": dependency.is_optional,
        "state": dependency.state.name(),
        "carrier": dependency.carrier.name(),
        "file": sources.path(dependency.at).display().to_string(),
        "line": position.line,
        "column": position.column,
    })
}

fn write_key(key: &ObjectKey) -> Value {
    json!({
        "apiVersion": key.gvk.api_version(),
        "kind": key.gvk.kind(),
        "namespace": key.namespace,
        "name": key.name,
    })
}
