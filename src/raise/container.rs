//! Containers, and in which order they start.

use crate::diagnostic::Diagnostics;
use crate::k8s::quantity::Quantity;
use crate::raise::diagnostics;
use crate::raise::objects::Raising;
use crate::raise::scope::Scope;
use crate::raise::storage::Storage;
use crate::raise::storage::write_mounts;
use crate::raise::variables::write_variables;
use crate::raise::workload::Amounts;
use crate::raise::workload::Compute;
use crate::raise::workload::Container;
use crate::raise::workload::HttpGet;
use crate::raise::workload::Probe;
use crate::raise::workload::Readiness;
use crate::schema::Keyed;
use crate::source::Span;
use crate::source::Spanned;
use crate::tree;
use crate::yaml::Node;

/// Writes a container as Kubernetes has it; `start` is how far it must be for those that wait for it.
pub(super) fn write_container(
    (name, container): (Spanned<&str>, &Container),
    (ports, start): (Option<Node>, Option<Readiness>),
    (scope, raising): (&mut Scope<'_>, &mut Raising<'_, '_>),
    storage: &mut Storage,
) -> Node {
    let mut map = tree::Map::new(name.span).with("name", tree::text(name.span, name.value));
    map.set("image", write_image((name, container), scope, raising.diagnostics));
    for (key, words) in [("command", &container.command), ("args", &container.args)] {
        for word in words {
            raising.tell_unfilled(word);
        }
        map.set_some(key, write_words(words));
    }
    map.set_some("ports", ports);
    map.set_some("env", write_variables(container, scope, raising.diagnostics));
    map.set_some("volumeMounts", write_mounts((name, container), scope, raising, storage));
    if let Some(amounts) = &container.resources {
        map.set_some("resources", write_amounts(amounts, raising.diagnostics));
    }
    let liveness = probe(container.liveness_probe.as_ref(), raising.diagnostics);
    let readiness = probe(container.readiness_probe.as_ref(), raising.diagnostics);
    match start {
        Some(Readiness::Complete) => {
            for probe in [&container.liveness_probe, &container.readiness_probe].into_iter().flatten() {
                raising.diagnostics.report(diagnostics::probe_of_ending(probe.key));
            }
            return map.into_node();
        }
        Some(Readiness::Started | Readiness::Healthy) => {
            map.set("restartPolicy", tree::text(name.span, "Always"));
        }
        None => {}
    }
    if start == Some(Readiness::Healthy) {
        // Kubernetes starts the next container once the startup probe of this one has succeeded.
        map.set_some("startupProbe", readiness.clone().or_else(|| liveness.clone()));
    }
    map.set_some("livenessProbe", liveness);
    map.set_some("readinessProbe", readiness);
    map.into_node()
}

/// An image that is built is given its name later: until then, one that no registry can ever have.
fn write_image(
    (name, container): (Spanned<&str>, &Container),
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Node {
    let image = &container.image;
    if let Some(text) = &image.value.0 {
        return tree::text(image.span, text.as_str());
    }
    let stand_in = format!("registry.invalid/{}/{}", scope.name(), name.value);
    diagnostics.report(diagnostics::image_of_build(image.span, &stand_in));
    tree::text(image.span, stand_in)
}

fn write_words(words: &[Spanned<String>]) -> Option<Node> {
    let first = words.first()?;
    let words = words.iter().map(|word| tree::text(word.span, word.value.as_str()));
    Some(tree::list(first.span, words.collect()))
}

/// Kubernetes refuses a request above its limit, so the limit stands alone then.
fn write_amounts(amounts: &Amounts, diagnostics: &mut Diagnostics) -> Option<Node> {
    let fields = |compute: &Option<Compute>| {
        let compute = compute.clone();
        compute.map_or([None, None], |compute| [compute.cpu, compute.memory])
    };
    let limits = fields(&amounts.limits);
    let mut requests = fields(&amounts.requests);
    for (request, limit) in requests.iter_mut().zip(&limits) {
        let (Some(asked), Some(limit)) = (&request, limit) else { continue };
        let quantity = |node: &Node| Quantity::from_json(&node.to_json()).ok();
        if let (Some(least), Some(most)) = (quantity(asked), quantity(limit))
            && least > most
        {
            diagnostics.report(diagnostics::request_above_limit(asked.span, limit.span));
            *request = None;
        }
    }
    let mut map = tree::Map::new(amounts.at);
    for (key, [cpu, memory]) in [("requests", requests), ("limits", limits)] {
        let mut compute = tree::Map::new(amounts.at);
        compute.set_some("cpu", cpu);
        compute.set_some("memory", memory);
        map.set_some(key, compute.into_some());
    }
    map.into_some()
}

/// A probe does one thing: score-spec/spec `score-v1b1.json` says to prefer `exec` of two.
fn probe(probe: Option<&Keyed<Probe>>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let Keyed { key, value: probe } = probe?;
    let map = tree::Map::new(*key);
    if let Some(exec) = &probe.exec {
        if let Some(http_get) = &probe.http_get {
            diagnostics.report(diagnostics::second_probe(http_get.key));
        }
        let command =
            write_words(&exec.command.value).unwrap_or_else(|| tree::list(exec.command.key, Vec::new()));
        return Some(map.with("exec", tree::Map::new(*key).with("command", command).into_node()).into_node());
    }
    let Some(http_get) = &probe.http_get else {
        diagnostics.report(diagnostics::empty_probe(*key));
        return None;
    };
    Some(map.with("httpGet", write_http_get(&http_get.value, http_get.key)).into_node())
}

/// `host` is a header in Score; in Kubernetes it would be the machine that is asked.
fn write_http_get(request: &HttpGet, at: Span) -> Node {
    let mut map = tree::Map::new(at);
    map.set("path", tree::text(request.path.span, request.path.value.as_str()));
    map.set("port", tree::integer(request.port.span, i64::from(request.port.value.0)));
    map.set_some(
        "scheme",
        request.scheme.as_ref().map(|scheme| tree::text(scheme.span, scheme.value.0.as_str())),
    );
    let header = |name: &str, (value, at): (&str, Span)| {
        tree::Map::new(at).with("name", tree::text(at, name)).with("value", tree::text(at, value)).into_node()
    };
    let has_host = request.headers.iter().any(|header| header.name.value.eq_ignore_ascii_case("host"));
    let host = request.host.as_ref().filter(|_| !has_host);
    let mut headers: Vec<Node> =
        host.map(|host| header("Host", (host.value.as_str(), host.span))).into_iter().collect();
    headers.extend(
        request
            .headers
            .iter()
            .map(|each| header(&each.name.value, (each.value.value.as_str(), each.value.span))),
    );
    if !headers.is_empty() {
        map.set("httpHeaders", tree::list(at, headers));
    }
    map.into_node()
}
