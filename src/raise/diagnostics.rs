//! What is wrong with a workload of Score, and what an App cannot say of it.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use crate::k8s::name::NameError;
use crate::raise::scope::Output;
use crate::source::Span;
use crate::source::Spanned;

pub(super) fn unknown_version(version: Spanned<&str>) -> Diagnostic {
    let message = format!("`{}` is no version of Score that can be read", version.value);
    Diagnostic::new(codes::SCORE_VERSION, version.span, message).with_replacement(
        "the only one is `score.dev/v1b1`",
        version.span,
        "score.dev/v1b1",
    )
}

fn placeholder(inner: &Spanned<&str>, message: String) -> Diagnostic {
    Diagnostic::new(codes::SCORE_PLACEHOLDER, inner.span, message)
}

pub(super) fn unknown_root(inner: &Spanned<&str>) -> Diagnostic {
    placeholder(inner, format!("the placeholder `${{{}}}` refers to nothing", inner.value))
        .with_note("a placeholder begins with `metadata.` or `resources.`")
        .with_help(format!(
            "to have the text itself, write `$${{{}}}`, or `noExpand: true` for a file",
            inner.value
        ))
}

pub(super) fn unknown_metadata(inner: &Spanned<&str>, word: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = placeholder(inner, format!("`metadata` has no `{word}`"));
    with_nearest_word(diagnostic, inner, word, known)
}

pub(super) fn unknown_resource(inner: &Spanned<&str>, name: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = placeholder(inner, format!("there is no resource `{name}`"));
    let diagnostic = with_nearest_word(diagnostic, inner, name, known);
    if diagnostic.helps.is_empty() {
        diagnostic.with_help(format!("add it to `resources`: `{name}: {{type: …}}`"))
    } else {
        diagnostic
    }
}

/// Suggests the placeholder with another word in it.
fn with_nearest_word(
    diagnostic: Diagnostic,
    inner: &Spanned<&str>,
    word: &str,
    known: &[&str],
) -> Diagnostic {
    match nearest(word, known.iter().copied()) {
        Some(near) => {
            diagnostic.with_help(format!("a similar name exists: `{}`", inner.value.replacen(word, near, 1)))
        }
        None => diagnostic,
    }
}

pub(super) fn no_output(inner: &Spanned<&str>, name: &str) -> Diagnostic {
    placeholder(inner, format!("the placeholder does not say what of the resource `{name}`"))
        .with_help(format!("name an output, as in `${{resources.{name}.host}}`"))
}

/// Reports E0213 unless a file says its content once.
pub(super) fn not_one_content(path: Span, places: &[Option<Span>]) -> Option<Diagnostic> {
    let mut written: Vec<Span> = places.iter().copied().flatten().collect();
    written.sort_unstable();
    let words = "`content`, `source`, and `binaryContent`";
    match written.as_slice() {
        [_] => None,
        [] => Some(Diagnostic::new(codes::CONFLICTING_KEYS, path, format!("the file has none of {words}"))),
        [first, second, ..] => Some(
            Diagnostic::new(codes::CONFLICTING_KEYS, *second, format!("expected only one of {words}"))
                .with_label("the second one")
                .with_secondary(*first, "the first one"),
        ),
    }
}

pub(super) fn invalid_mode(mode: &Spanned<String>, path: &str) -> Diagnostic {
    let message = format!("`{}` is no mode of the file `{path}`", mode.value);
    Diagnostic::new(codes::INVALID_VALUE, mode.span, message)
        .with_help("write three octal digits, as in `\"0644\"`")
}

pub(super) fn no_volume(source: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is not one volume", source.value);
    Diagnostic::new(codes::INVALID_VALUE, source.span, message)
        .with_help("name a resource, as in `${resources.data}`, or a claim")
}

pub(super) fn empty_probe(probe: Span) -> Diagnostic {
    Diagnostic::new(codes::CONFLICTING_KEYS, probe, "expected one of `httpGet` and `exec`")
}

pub(super) fn unknown_container(name: Spanned<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("there is no other container `{}`", name.value);
    Diagnostic::new(codes::SCORE_ORDER, name.span, message).with_nearest(name.value, known.iter().copied())
}

pub(super) fn circular_order(at: Span, containers: &[Spanned<&str>]) -> Diagnostic {
    let names = and_list(containers.iter().map(|container| container.value));
    Diagnostic::new(codes::SCORE_ORDER, at, format!("no container can start first of {names}"))
        .with_note("each is to start after another one of them")
}

pub(super) fn no_container(containers: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_KEY, containers, "the workload has no container")
        .with_help("add one: `main: {image: …}`")
}

/// A Service is called as its workload, by a stricter rule.
pub(super) fn service_name(name: Spanned<&str>, error: &NameError) -> Diagnostic {
    let message = format!("a Service cannot be called `{}`: {error}", name.value);
    Diagnostic::new(codes::INVALID_NAME, name.span, message)
}

pub(super) fn image_of_build(image: Span, stand_in: &str) -> Diagnostic {
    Diagnostic::new(codes::SCORE_OPEN, image, "the image is built, and its name is not known yet")
        .with_note(format!("the App says `{stand_in}`, which no registry can have"))
        .with_help("write the name under which the image is pushed")
}

pub(super) fn output_within_file(output: &Output) -> Diagnostic {
    let message = format!("nothing fills in `{}` within a file", output.written);
    Diagnostic::new(codes::SCORE_OPEN, output.at, message)
        .with_note("the file keeps the placeholder: Kubernetes puts what a resource gives into variables and whole files")
        .with_help(format!(
            "write the value, or take the whole file from the Secret `{}`",
            output.secret
        ))
}

pub(super) fn unfilled(inner: &Spanned<&str>) -> Diagnostic {
    let message = format!("Score fills in no placeholder here: `${{{}}}`", inner.value);
    Diagnostic::new(codes::SCORE_OPEN, inner.span, message).with_note(
        "it does in variables, in files, in the `source` of volumes, and in `params`; the App keeps the text",
    )
}

/// Why a route is no Ingress yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Its host comes from elsewhere, or is not said.
    Host,
    /// Its path is a pattern.
    Path,
    /// Its port is not said.
    Port,
}

pub(super) fn route_open(route: Spanned<&str>, gap: Gap, rules: &str) -> Diagnostic {
    let reason = match gap {
        Gap::Host => "the host is not known yet",
        Gap::Path => "the path is a pattern",
        Gap::Port => "it does not say to which port it leads",
    };
    let message = format!("the route `{}` is no Ingress yet: {reason}", route.value);
    Diagnostic::new(codes::SCORE_OPEN, route.span, message)
        .with_help(format!("add it to the App: `ingresses: {rules}`"))
}

pub(super) fn route_without_service(name: Spanned<&str>) -> Diagnostic {
    let message = format!("the route `{}` leads nowhere: the workload has no `service.ports`", name.value);
    Diagnostic::new(codes::SCORE_LEFT_OUT, name.span, message)
}

pub(super) fn secret_needed(
    name: Spanned<&str>,
    (resource_type, secret): (&str, &str),
    keys: &[&str],
) -> Diagnostic {
    let keys = and_list(keys.iter().copied());
    let message = format!("the resource `{}` becomes the Secret `{secret}` with {keys}", name.value);
    Diagnostic::new(codes::SCORE_PROVIDED, name.span, message)
        .with_note(format!("the App only refers to it: whoever provides `{resource_type}` fills it"))
}

pub(super) fn volume_needed(name: Spanned<&str>, claim: &str) -> Diagnostic {
    let message = format!("the resource `{}` becomes the PersistentVolumeClaim `{claim}`", name.value);
    Diagnostic::new(codes::SCORE_PROVIDED, name.span, message)
        .with_note("the App only refers to it: Score does not say how large it is")
        .with_help(format!(
            "create it, or let the App do so: `persistentVolumeClaims: {{{claim}: {{size: 1Gi}}}}`"
        ))
}

pub(super) fn claim_needed(claim: &Spanned<String>) -> Diagnostic {
    let message = format!("the PersistentVolumeClaim `{}` is only referred to", claim.value);
    Diagnostic::new(codes::SCORE_PROVIDED, claim.span, message)
        .with_note("no resource of the workload has this name")
}

fn left_out(at: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(codes::SCORE_LEFT_OUT, at, message)
}

/// Reports resources, each with its type, that nothing uses; nothing for none.
pub(super) fn unused_resources(resources: &[(Spanned<&str>, &str)]) -> Option<Diagnostic> {
    let names = and_list(resources.iter().map(|(name, _)| name.value));
    let (noun, note) = match resources {
        [(_, resource_type)] => (
            "resource",
            format!(
                "the App leaves it out; whoever provides `{resource_type}` may have to make it all the same"
            ),
        ),
        _ => (
            "resources",
            "the App leaves them out; whoever provides them may have to make them all the same".to_owned(),
        ),
    };
    let (first, _) = resources.first()?;
    Some(left_out(first.span, format!("nothing in the workload uses the {noun} {names}")).with_note(note))
}

pub(super) fn unused_metadata(key: &Spanned<String>) -> Diagnostic {
    left_out(key.span, format!("an App has nowhere to put `metadata.{}`", key.value))
        .with_note("no placeholder refers to it")
}

pub(super) fn own_annotation(key: Spanned<&str>) -> Diagnostic {
    left_out(key.span, format!("the annotation `{}` is for another tool of Score", key.value))
}

pub(super) fn second_probe(http_get: Span) -> Diagnostic {
    left_out(http_get, "Kubernetes takes one of `exec` and `httpGet`, and the App has `exec`")
}

pub(super) fn probe_of_ending(probe: Span) -> Diagnostic {
    left_out(probe, "Kubernetes does not probe a container that ends before the others start")
}

pub(super) fn request_above_limit(request: Span, limit: Span) -> Diagnostic {
    left_out(request, "the request is above the limit, which Kubernetes refuses")
        .with_secondary(limit, "the limit")
        .with_note("the App has the limit, which is the request then too")
}
