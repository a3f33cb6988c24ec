//! What an object has by the time overrides are applied, though nobody wrote it: the API server's defaults, and the maps
//! that Karmada puts its marks into.
//!
//! *Source*: kubernetes `pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go`, `pkg/apis/core/v1/defaults.go`;
//! karmada f8fdd02 `pkg/detector/claim.go`.

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

/// The object with defaults in all places that are absent.
pub(super) fn complete(object: &Json) -> Json {
    let mut object = object.clone();
    fill(&mut object, &json!({"metadata": {"labels": {}, "annotations": {}}}));
    let kind = object.get("kind").and_then(Json::as_str).unwrap_or_default().to_owned();
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}});
    let own = match kind.as_str() {
        "Deployment" => json!({
            "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate"},
        }),
        "ReplicaSet" => json!({"replicas": 1}),
        "StatefulSet" => json!({
            "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        }),
        "DaemonSet" => json!({"revisionHistoryLimit": 10, "updateStrategy": rolling}),
        "Job" => job(),
        "CronJob" => json!({
            "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1, "jobTemplate": {"spec": job()},
        }),
        "Service" => json!({
            "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
        }),
        "HorizontalPodAutoscaler" => json!({"minReplicas": 1}),
        _ => json!({}),
    };
    if let Some(spec) = object.get_mut("spec").filter(|spec| spec.is_object()) {
        fill(spec, &own);
    }
    let is_rolling = object.pointer("/spec/strategy/type") == Some(&json!("RollingUpdate"));
    if kind == "Deployment" && is_rolling {
        let bounds = json!({"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
        object.pointer_mut("/spec/strategy").into_iter().for_each(|strategy| fill(strategy, &bounds));
    }
    let template = if kind == "CronJob" { "/spec/jobTemplate/spec/template" } else { "/spec/template" };
    if let Some(template) = object.pointer_mut(template) {
        fill(template, &json!({"metadata": {"creationTimestamp": null}}));
    }
    let pod = if kind == "Pod" { "/spec".to_owned() } else { format!("{template}/spec") };
    if let Some(spec) = object.pointer_mut(&pod).and_then(Json::as_object_mut) {
        complete_pod(spec);
    }
    for port in items(object.get_mut("spec").and_then(Json::as_object_mut), "ports") {
        fill(port, &json!({"protocol": "TCP"}));
        if let Some(number) = port.get("port").cloned() {
            fill(port, &json!({ "targetPort": number }));
        }
    }
    object
}

fn job() -> Json {
    json!({
        "parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false,
    })
}

fn complete_pod(spec: &mut Map<String, Json>) {
    for list in ["containers", "initContainers"] {
        for container in items(Some(spec), list) {
            fill(
                container,
                &json!({
                    "imagePullPolicy": "IfNotPresent", "resources": {},
                    "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                }),
            );
            for port in items(container.as_object_mut(), "ports") {
                fill(port, &json!({"protocol": "TCP"}));
            }
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                let times = json!({
                    "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3,
                });
                if let Some(probe) = container.get_mut(probe) {
                    fill(probe, &times);
                    probe
                        .get_mut("httpGet")
                        .into_iter()
                        .for_each(|get| fill(get, &json!({"scheme": "HTTP"})));
                }
            }
        }
    }
    for volume in items(Some(spec), "volumes") {
        for source in ["configMap", "secret", "projected", "downwardAPI"] {
            volume.get_mut(source).into_iter().for_each(|source| fill(source, &json!({"defaultMode": 420})));
        }
    }
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        spec.entry("serviceAccount").or_insert(account);
    }
    let mut whole = Json::Object(std::mem::take(spec));
    fill(
        &mut whole,
        &json!({
            "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
            "securityContext": {}, "terminationGracePeriodSeconds": 30,
        }),
    );
    if let Json::Object(completed) = whole {
        *spec = completed;
    }
}

/// The items of a list.
fn items<'o>(
    parent: Option<&'o mut Map<String, Json>>,
    field: &str,
) -> impl Iterator<Item = &'o mut Json> + use<'o> {
    parent.and_then(|parent| parent.get_mut(field)).and_then(Json::as_array_mut).into_iter().flatten()
}

/// Adds what is absent, in maps that are there too.
fn fill(value: &mut Json, defaults: &Json) {
    let (Json::Object(fields), Json::Object(defaults)) = (value, defaults) else { return };
    for (name, default) in defaults {
        match fields.get_mut(name) {
            Some(Json::Null) | None => {
                fields.insert(name.clone(), default.clone());
            }
            Some(present) => fill(present, default),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_beside_what_is_written() {
        let object = json!({"kind": "Service", "metadata": {"name": "web"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}});
        let expected = json!({
            "kind": "Service",
            "metadata": {"name": "web", "labels": {}, "annotations": {}},
            "spec": {
                "type": "NodePort",
                "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
                "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster",
            },
        });
        assert_eq!(complete(&object), expected);
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        for object in [json!(null), json!([]), json!({"kind": "Pod", "spec": [1], "metadata": 3})] {
            assert_eq!(complete(&object), object);
        }
    }
}
