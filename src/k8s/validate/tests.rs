//! What objects are accepted, and what is said about the others.

use super::*;
use crate::k8s::fields::find_kind;
use serde_json::json;

fn deployment(container: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web"}, "creationTimestamp": null},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}},
        },
    })
}

fn faults_in(object: &Value, version: &str) -> Vec<String> {
    let version = MinorVersion::parse(version).unwrap();
    let api_version = object["apiVersion"].as_str().unwrap();
    let kind = object["kind"].as_str().unwrap();
    let type_name = find_kind(api_version, kind, version).expect("a kind of the table");
    let faults = validate(object, type_name, version);
    faults.iter().map(|fault| format!("{} {:?}: {}", fault.path, fault.place, fault.kind)).collect()
}

#[track_caller]
fn assert_container(container: &Value, version: &str, faults: &[&str]) {
    let prefix = "/spec/template/spec/containers/0";
    let expected: Vec<String> = faults.iter().map(|fault| format!("{prefix}{fault}")).collect();
    assert_eq!(faults_in(&deployment(container), version), expected);
}

#[test]
fn valid_objects_have_no_faults() {
    let container = json!({
        "name": "web",
        "image": "web:1",
        "imagePullPolicy": "",
        "command": null,
        "ports": [{"containerPort": 8080, "protocol": "TCP"}, null],
        "resources": {"limits": {"cpu": 1.5, "memory": "1Gi", "example.com/gpu": 1}},
        "livenessProbe": {"httpGet": {"port": "http"}, "periodSeconds": 3.0},
    });
    assert_container(&container, "1.33", &[]);
}

#[test]
fn faults_name_their_place() {
    assert_container(
        &json!({"name": 1, "imag": "web", "ports": {}, "imagePullPolicy": "always"}),
        "1.33",
        &[
            "/name Value: expected a string, found an integer",
            "/imag Key: Container has no such field",
            "/ports Value: expected a list, found an object",
            "/imagePullPolicy Value: expected `Always`, `IfNotPresent`, or `Never`",
        ],
    );
    assert_container(
        &json!({"name": null, "resources": {"limits": {"a/b": "1gb", "cpu": true}}}),
        "1.33",
        &[
            " Key: the field `name` is missing",
            "/resources/limits/a~1b Value: invalid quantity: expected a number with a suffix, such as `500m`, `1.5`, or `2Gi`",
            "/resources/limits/cpu Value: expected a quantity such as `500m` or `1Gi`, found true",
        ],
    );
    assert_container(
        &json!({"name": "web", "ports": [{"containerPort": 2_147_483_648_u32}, {"containerPort": 1.5}]}),
        "1.33",
        &[
            "/ports/0/containerPort Value: the integer does not fit into 32 bits",
            "/ports/1/containerPort Value: expected an integer, found a number with a fraction",
        ],
    );
}

#[test]
fn fields_of_other_versions_are_told() {
    let container = json!({"name": "web", "restartPolicy": "Always"});
    assert_container(&container, "1.28", &[]);
    let message = "/restartPolicy Key: Kubernetes 1.27 does not have this field; it is in 1.28 and later";
    assert_container(&container, "1.27", &[message]);
}

#[test]
fn suggestions_have_the_known_names() {
    let version = MinorVersion::default();
    let name = find_kind("v1", "ConfigMap", version).unwrap();
    let faults = validate(&json!({"dta": {}}), name, version);
    let known = vec!["apiVersion", "binaryData", "data", "immutable", "kind", "metadata"];
    assert_eq!(faults[0].kind, FaultKind::UnknownField { type_name: name, known });
    assert!(!validate(&Value::Null, name, version).is_empty());
}
