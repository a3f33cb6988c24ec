//! One container: kubernetes v1.33 `pkg/apis/core/validation` `validateContainerCommon`.

use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_twice;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::environment;
use crate::k8s::rules::probe;
use crate::k8s::rules::resources;
use crate::k8s::rules::security;
use crate::k8s::rules::volume;
use crate::k8s::version::MinorVersion;

/// What a container is part of.
pub(super) struct Around<'a> {
    /// The spec of the pod.
    pub(super) pod: Cursor<'a>,
    /// The names of all containers of the pod.
    pub(super) containers: Vec<&'a str>,
    pub(super) version: MinorVersion,
}

/// Checks a container.
pub(super) fn check(container: &Cursor<'_>, around: &Around<'_>, found: &mut Vec<Breach>) {
    let ports = container.get("ports");
    refuse_twice(ports.as_ref(), "name", |name| format!("the container has two ports `{name}`"), found);
    if around.pod.is_true("hostNetwork") {
        ports.iter().flat_map(Cursor::items).for_each(|port| check_host_port(&port, found));
    }
    environment::check(container, (&around.containers, around.version), found);
    resources::check(container, found);
    probe::check(container, found);
    volume::check_mounts(container, found);
    let context = around.pod.get("securityContext");
    security::check_container(container, context.as_ref(), found);
}

/// On the network of the node, a port is the port of the node.
fn check_host_port(port: &Cursor<'_>, found: &mut Vec<Breach>) {
    let (Some(own), Some(host)) = (port.get("containerPort"), port.get("hostPort")) else { return };
    if own.value != host.value {
        found.push(
            Breach::value(
                &host,
                format!("with `hostNetwork`, the port {} of the node is no other one", own.value),
            )
            .related(&own, "the port of the container")
            .help("leave `hostPort` out"),
        );
    }
}
