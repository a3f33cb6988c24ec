//! The workload: the fields of its spec stand beside those of its pods.

use crate::import::draft::fields::Fields;
use crate::import::draft::fields::are_unique;
use crate::import::draft::labels::Inherited;
use crate::import::draft::labels::default_selector;
use crate::import::draft::pod::Template;
use crate::import::form::Form;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::WorkloadKind;
use crate::tree;
use crate::yaml::Node;

/// What a workload is written with.
pub(super) struct Surroundings<'a> {
    /// The name of the App.
    pub(super) app: &'a str,
    pub(super) form: Form,
    pub(super) inherited: &'a Inherited,
    /// Whether `serviceAccount` of the App says which account the pods run as.
    pub(super) has_account: bool,
    /// The only headless Service of the App.
    pub(super) headless: Option<&'a str>,
}

/// Writes a workload as the value of its key.
pub(super) fn write_workload(root: &Node, kind: WorkloadKind, surroundings: &Surroundings<'_>) -> Node {
    let at = root.span;
    let mut spec = Fields::of(tree::get(root, "spec"), at);
    let mut workload = tree::Map::new(at);
    if kind == WorkloadKind::CronJob {
        let mut job = spec.take("jobTemplate").map(|job| Fields::of(Some(&job), job.span));
        spec.put_rest(&mut workload);
        let metadata = job.as_mut().and_then(|job| job.take("metadata"));
        let metadata = metadata.map(|metadata| tree::Map::new(at).with("metadata", metadata).into_node());
        workload.set_some("jobTemplate", metadata);
        let inner = job.and_then(|mut job| job.take("spec"));
        spec = Fields::of(inner.as_ref(), at);
    }
    let template = spec.take("template");
    let claims = spec.take("volumeClaimTemplates");
    let selector = spec.take("selector");
    if surroundings.headless.is_some()
        && spec.get("serviceName").and_then(Node::as_str) == surroundings.headless
    {
        spec.take("serviceName");
    }
    spec.put_rest(&mut workload);
    let template = template.unwrap_or_else(|| tree::Map::new(at).into_node());
    let selector = selector.filter(|selector| !kind.has_selector() || !is_default(selector, &template));
    workload.set_some("selector", selector);
    surroundings.inherited.put_own(root, &mut workload);
    workload.set_some("volumeClaimTemplates", claims.as_ref().map(short_claims));
    let pods = Template {
        app: surroundings.app,
        kind,
        form: surroundings.form,
        claims: claims.as_ref().map(claim_names).unwrap_or_default(),
        has_account: surroundings.has_account,
    };
    pods.write(&template, &mut workload);
    workload.into_node()
}

/// Tells whether a selector is the one that is written where there is none.
fn is_default(selector: &Node, template: &Node) -> bool {
    let Some((key, value)) = default_selector(template) else { return false };
    let labels = tree::get(selector, "matchLabels").and_then(Node::as_mapping);
    let is_only = selector.as_mapping().is_some_and(|fields| fields.len() == 1)
        && labels.is_some_and(|labels| labels.len() == 1);
    is_only && labels.and_then(|labels| labels.get(key)).and_then(Node::as_str) == Some(value)
}

fn claim_names(list: &Node) -> Vec<String> {
    let claims = list.as_sequence().unwrap_or_default().iter();
    claims.filter_map(|claim| Some(tree::find(claim, &["metadata", "name"])?.as_str()?.to_owned())).collect()
}

/// `{data: {size: 10Gi}}`, where each claim has a name of its own.
fn short_claims(list: &Node) -> Node {
    let names = claim_names(list);
    let claims = list.as_sequence().unwrap_or_default();
    if names.len() != claims.len() || !are_unique(names.iter().map(String::as_str)) {
        return list.clone();
    }
    let mut map = tree::Map::new(list.span);
    for (name, claim) in names.into_iter().zip(claims) {
        let mut metadata = Fields::of(tree::get(claim, "metadata"), claim.span);
        let (labels, annotations) = (metadata.take("labels"), metadata.take("annotations"));
        let mut short = short_claim(tree::get(claim, "spec"), claim.span);
        short.set_some("labels", labels);
        short.set_some("annotations", annotations);
        let at = metadata.get("name").map_or(claim.span, |name| name.span);
        map.set_written(&Spanned::new(name, at), short.into_node());
    }
    map.into_node()
}

/// The spec of a claim of storage, with its size in short.
pub(super) fn short_claim(spec: Option<&Node>, at: Span) -> tree::Map {
    let mut fields = Fields::of(spec, at);
    let mut short = tree::Map::new(fields.span());
    let requested =
        fields.get("resources").and_then(|resources| tree::find(resources, &["requests", "storage"]));
    let is_plain = |node: Option<&Node>| node.and_then(Node::as_mapping).is_some_and(|map| map.len() == 1);
    let is_short = is_plain(fields.get("resources"))
        && is_plain(fields.get("resources").and_then(|resources| tree::get(resources, "requests")));
    let size = requested.filter(|_| is_short).cloned();
    if size.is_some() {
        fields.take("resources");
    }
    let modes = fields.get("accessModes").and_then(Node::as_sequence).unwrap_or_default();
    if let [mode] = modes
        && mode.as_str() == Some("ReadWriteOnce")
    {
        fields.take("accessModes");
    }
    short.set_some("size", size);
    fields.put_rest(&mut short);
    short
}
