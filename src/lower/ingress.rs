//! Ingresses.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::lower::service_rules::NETWORKING;
use crate::schema::Choice;
use crate::schema::Entry;
use crate::schema::Text;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::Ingress;
use crate::spec::PortTarget;
use crate::spec::ingress::Backend;
use crate::spec::ingress::BackendTarget;
use crate::spec::ingress::IngressAffinity;
use crate::spec::ingress::IngressPath;
use crate::spec::ingress::PathType;
use crate::spec::ingress::Rules;
use crate::spec::ingress::Tls;
use crate::spec::ingress::Token;
use crate::tree;
use crate::yaml::Node;

/// What begins every annotation of ingress-nginx.
const NGINX: &str = "nginx.ingress.kubernetes.io/";

/// An annotation of ingress-nginx: the key of the language, the name behind the prefix, and the value.
type Feature = (&'static str, &'static str, Spanned<String>);

impl Lowering<'_> {
    /// Generates the Ingresses, and for those of all clusters at once Karmada's object in their place.
    pub(super) fn lower_ingresses(&mut self) -> Vec<Object> {
        let app = self.app;
        app.spec.ingresses.0.iter().map(|(name, ingress)| self.lower_ingress(name, ingress)).collect()
    }

    fn lower_ingress(&mut self, name: Spanned<&str>, ingress: &Ingress) -> Object {
        let annotations = self.ingress_annotations(ingress);
        let multi_cluster = ingress.multi_cluster.filter(|multi| multi.value);
        let (api_version, kind) = if let Some(multi) = multi_cluster {
            self.check_kind_release((NETWORKING, "MultiClusterIngress"), multi.span);
            ("networking.karmada.io/v1alpha1", "MultiClusterIngress")
        } else {
            ("networking.k8s.io/v1", "Ingress")
        };
        let identity = Identity {
            api_version,
            kind,
            name: name.value,
            at: name.span,
            labels: &ingress.labels,
            annotations: &annotations,
        };
        let spec = self.ingress_spec(name.span, ingress);
        let object = self.start_object(&identity).with("spec", spec);
        self.finish_object(&identity, Role::Ingress, object)
    }

    fn ingress_spec(&mut self, at: Span, ingress: &Ingress) -> Node {
        let mut spec = tree::Map::new(at);
        if let Some(class) = &ingress.class_name {
            let long = ingress.rest.fields.iter().find(|(key, _)| key.value == "ingressClassName");
            if let Some((key, _)) = long {
                self.said_twice(("`className`", class.span), ("`ingressClassName`", key.span));
            }
            spec.set("ingressClassName", tree::text(class.span, class.value.as_str()));
        }
        for (key, node) in &ingress.rest.fields {
            spec.set_written(key, node.clone());
        }
        spec.set_some("defaultBackend", ingress.default_backend.as_ref().map(backend_node));
        spec.set_some("tls", tls_node(at, &ingress.tls));
        self.check_rewrite(ingress);
        self.check_redirect(ingress);
        self.check_canary(ingress);
        spec.set_some("rules", rules_node((at, default_path_type(ingress)), &ingress.rules));
        if ingress.rules.0.is_empty() && ingress.default_backend.is_none() {
            self.ingress_without_rules(at);
        }
        for rule in ingress.rules.0.iter().filter(|rule| rule.paths.is_empty()) {
            if ingress.default_backend.is_none() {
                self.host_without_paths(rule);
            }
        }
        spec.into_node()
    }

    /// ingress-nginx v1.12 `internal/ingress/annotations/redirect` `isValidURL`; what it does not take, it leaves out.
    fn check_redirect(&mut self, ingress: &Ingress) {
        let is_whole = |text: &str| ["http://", "https://"].iter().any(|start| text.starts_with(start));
        if let Some(redirect) = ingress.redirect.as_ref().filter(|redirect| !is_whole(&redirect.value)) {
            self.redirect_of_no_address(redirect);
        }
    }

    fn check_canary(&mut self, ingress: &Ingress) {
        let Some(canary) = &ingress.canary else { return };
        if let (Some(value), None) = (&canary.header_value, &canary.header) {
            self.canary_without(value.span, "`headerValue` needs `header`");
        } else if canary.weight.is_none() && canary.cookie.is_none() && canary.header.is_none() {
            self.canary_without(canary.at, "expected one of `weight`, `cookie`, and `header`");
        }
    }

    /// Each group of a path that the rewrite names must be there.
    fn check_rewrite(&mut self, ingress: &Ingress) {
        if let Some(rewrite) = &ingress.rewrite
            && !["/", "$", "http"].iter().any(|start| rewrite.value.starts_with(start))
        {
            self.rewrite_of_no_path(rewrite);
        }
        let Some((rewrite, group)) = ingress.rewrite.as_ref().zip(highest_group(ingress)) else { return };
        for path in ingress.rules.0.iter().flat_map(|rule| &rule.paths) {
            if path.path.value.matches('(').count() < group {
                self.rewrite_without_group(rewrite, group, &path.path);
            }
        }
    }

    /// The annotations as written, and those that the features of ingress-nginx become.
    fn ingress_annotations(&mut self, ingress: &Ingress) -> Annotations {
        let mut annotations = ingress.annotations.clone();
        let class = class_name(ingress);
        let mut told = None;
        for (key, name, value) in features(ingress) {
            if let Some(class) = class.filter(|class| !class.value.contains("nginx")) {
                if told.replace(key) != Some(key) {
                    self.feature_of_nginx(Spanned::new(key, value.span), class);
                }
                continue;
            }
            let full = format!("{NGINX}{name}");
            if let Some(written) = annotations.entries.get(&full) {
                self.said_twice(
                    (&format!("`{key}`"), value.span),
                    (&format!("the annotation `{full}`"), written.key),
                );
            }
            annotations.entries.insert(full, Entry { key: value.span, value: Text(value.value) });
        }
        annotations
    }
}

/// The class that is written, either way.
fn class_name(ingress: &Ingress) -> Option<Spanned<&str>> {
    if let Some(class) = &ingress.class_name {
        return Some(Spanned::new(class.value.as_str(), class.span));
    }
    let (_, node) = ingress.rest.fields.iter().find(|(key, _)| key.value == "ingressClassName")?;
    Some(Spanned::new(node.as_str()?, node.span))
}

/// What ingress-nginx is asked for: ingress-nginx v1.12 `docs/user-guide/nginx-configuration/annotations.md`.
fn features(ingress: &Ingress) -> Vec<Feature> {
    let mut features = Vec::new();
    if let Some(affinity) = &ingress.session_affinity {
        affinity_features(affinity, &mut features);
    }
    let texts = [
        ("rewrite", "rewrite-target", &ingress.rewrite),
        ("redirect", "permanent-redirect", &ingress.redirect),
    ];
    features.extend(texts.into_iter().filter_map(|(key, name, text)| Some((key, name, text.clone()?))));
    if let Some(rewrite) = ingress.rewrite.as_ref().filter(|_| highest_group(ingress).is_some()) {
        features.push(("rewrite", "use-regex", Spanned::new("true".to_owned(), rewrite.span)));
    }
    if let Some(canary) = &ingress.canary {
        let texts = [
            ("canary-by-header", canary.header.as_ref().map(token)),
            ("canary-by-header-value", canary.header_value.clone()),
            ("canary-by-cookie", canary.cookie.as_ref().map(token)),
        ];
        features.push(("canary", "canary", Spanned::new("true".to_owned(), canary.at)));
        features.extend(texts.into_iter().filter_map(|(name, text)| Some(("canary", name, text?))));
        let weight = canary.weight.map(|weight| Spanned::new(weight.value.get().to_string(), weight.span));
        features.extend(weight.map(|weight| ("canary", "canary-weight", weight)));
    }
    features
}

fn token(written: &Spanned<Token>) -> Spanned<String> {
    Spanned::new(written.value.0.clone(), written.span)
}

/// The highest number of a group that the rewrite names: `$2` is the second pair of parentheses of the path.
fn highest_group(ingress: &Ingress) -> Option<usize> {
    let rewrite = ingress.rewrite.as_ref()?;
    let behind = rewrite.value.split('$').skip(1);
    behind.filter_map(|text| text.chars().next()?.to_digit(10)?.try_into().ok()).max()
}

/// ingress-nginx v1.12 `docs/user-guide/nginx-configuration/configmap.md` `strict-validate-path-type` takes patterns in no other type.
pub(super) fn default_path_type(ingress: &Ingress) -> PathType {
    match highest_group(ingress) {
        Some(_) => PathType::ImplementationSpecific,
        None => PathType::Prefix,
    }
}

fn affinity_features(affinity: &Spanned<IngressAffinity>, features: &mut Vec<Feature>) {
    let mut push = |name, text: &str| {
        features.push(("sessionAffinity", name, Spanned::new(text.to_owned(), affinity.span)));
    };
    match &affinity.value {
        IngressAffinity::ClientIp => push("upstream-hash-by", "$binary_remote_addr"),
        IngressAffinity::Header(header) => {
            let variable = header.value.0.to_lowercase().replace('-', "_");
            push("upstream-hash-by", &format!("$http_{variable}"));
        }
        IngressAffinity::Cookie(cookie) => {
            push("affinity", "cookie");
            push("affinity-mode", "persistent");
            push("session-cookie-name", &cookie.value.0);
        }
    }
}

/// Kubernetes' list of certificates, where there is any.
pub(super) fn tls_node(at: Span, tls: &Tls) -> Option<Node> {
    let entries: Vec<Node> = tls
        .0
        .iter()
        .map(|entry| {
            let mut node = tree::Map::new(entry.at);
            if !entry.hosts.is_empty() {
                let hosts = entry.hosts.iter().map(|host| tree::text(host.span, host.value.as_str()));
                node.set("hosts", tree::list(entry.at, hosts.collect()));
            }
            let secret = entry.secret.as_ref();
            node.set_some("secretName", secret.map(|name| tree::text(name.span, name.value.as_str())));
            node.into_node()
        })
        .collect();
    (!entries.is_empty()).then(|| tree::list(at, entries))
}

/// Kubernetes' list of rules, where there is any.
pub(super) fn rules_node((at, path_type): (Span, PathType), rules: &Rules) -> Option<Node> {
    let entries: Vec<Node> = rules
        .0
        .iter()
        .map(|rule| {
            let mut node = tree::Map::new(rule.at);
            let host = rule.host.as_ref();
            node.set_some("host", host.map(|host| tree::text(host.span, host.value.as_str())));
            if !rule.paths.is_empty() {
                let paths =
                    tree::list(rule.at, rule.paths.iter().map(|path| path_node(path, path_type)).collect());
                node.set("http", tree::Map::new(rule.at).with("paths", paths).into_node());
            }
            node.into_node()
        })
        .collect();
    (!entries.is_empty()).then(|| tree::list(at, entries))
}

fn path_node(path: &IngressPath, default: PathType) -> Node {
    let at = path.path.span;
    let path_type = path.path_type.as_ref().map_or_else(
        || tree::text(at, default.word()),
        |path_type| tree::text(path_type.span, path_type.value.word()),
    );
    tree::Map::new(at)
        .with("path", tree::text(at, path.path.value.as_str()))
        .with("pathType", path_type)
        .with("backend", backend_node(&path.backend))
        .into_node()
}

fn backend_node(backend: &Backend) -> Node {
    let at = backend.at;
    match &backend.target {
        BackendTarget::Service { name, port } => {
            let port = match &port.value {
                PortTarget::Number(number) => {
                    tree::Map::new(port.span).with("number", tree::integer(port.span, i64::from(number.0)))
                }
                PortTarget::Name(text) => {
                    tree::Map::new(port.span).with("name", tree::text(port.span, text.as_str()))
                }
            };
            let service = tree::Map::new(at)
                .with("name", tree::text(name.span, name.value.as_str()))
                .with("port", port.into_node());
            tree::Map::new(at).with("service", service.into_node()).into_node()
        }
        BackendTarget::Resource(resource) => {
            let mut node = tree::Map::new(at);
            let group = resource.api_group.as_ref();
            node.set_some("apiGroup", group.map(|group| tree::text(group.span, group.value.as_str())));
            node.set("kind", tree::text(resource.kind.span, resource.kind.value.as_str()));
            node.set("name", tree::text(resource.name.span, resource.name.value.as_str()));
            tree::Map::new(at).with("resource", node.into_node()).into_node()
        }
    }
}
