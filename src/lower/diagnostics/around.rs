//! Faults in the objects around the workload: Services, Ingresses, claims, budgets.

use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::k8s::rules::Breach;
use crate::k8s::validate::Fault;
use crate::k8s::validate::FaultKind;
use crate::k8s::validate::Place;
use crate::k8s::version::MinorVersion;
use crate::k8s::version::VersionRange;
use crate::lower::Lowering;
use crate::lower::diagnostics::and_list;
use crate::lower::diagnostics::place_of;
use crate::lower::kubernetes::place_of as find_place;
use crate::lower::overrides::Edit;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ingress::IngressRule;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    /// Two keys that say the same thing, each with its words and its place.
    pub(in crate::lower) fn said_twice(&mut self, (key, at): (&str, Span), (other, first): (&str, Span)) {
        let message = format!("{key} stands beside {other}");
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, at, message)
                .with_secondary(first, "the other one")
                .with_help("keep one of the two"),
        );
    }

    pub(in crate::lower) fn needs_workload(&mut self, key: &str, at: Span) {
        if self.app.spec.has_lost_workload() {
            return;
        }
        let message = format!("`{key}` needs a workload");
        self.diagnostics.report(
            Diagnostic::new(codes::NEEDS_WORKLOAD, at, message)
                .with_note("this App has none")
                .with_help("add a workload, such as `deployment`, or take the key away"),
        );
    }

    pub(in crate::lower) fn unsized_claim(&mut self, name: Spanned<&str>) {
        let message = format!("the claim `{}` does not say how much storage it needs", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, name.span, message)
                .with_label("`size` is needed here")
                .with_help("add `size: 10Gi` below it"),
        );
    }

    pub(in crate::lower) fn budget_without_bound(&mut self, at: Span) {
        let message = "expected one of `minAvailable` and `maxUnavailable`";
        self.diagnostics.report(Diagnostic::new(codes::CONFLICTING_KEYS, at, message));
    }

    pub(in crate::lower) fn pods_not_counted(&mut self, (key, at): (&str, Span), kind: &str) {
        let message = format!("the pods of a {kind} cannot be counted for `{key}`");
        let message = if key == "minAvailable" { message + " in percent" } else { message };
        self.diagnostics.report(
            Diagnostic::new(codes::RULE_OF_KUBERNETES, at, message)
                .with_note(format!("Kubernetes does not know how many pods of a {kind} there should be, and lets none be evicted"))
                .with_help("write `minAvailable` with a number"),
        );
    }

    pub(in crate::lower) fn ingress_without_rules(&mut self, at: Span) {
        let message = "the Ingress leads nowhere";
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, at, message)
                .with_label("`rules` or `defaultBackend` is needed here")
                .with_help("add `rules: {shop.example.com: {/: storefront:http}}` below it"),
        );
    }

    pub(in crate::lower) fn feature_of_nginx(&mut self, key: Spanned<&str>, class: Spanned<&str>) {
        let message = format!("`{}` does nothing on an Ingress of the class `{}`", key.value, class.value);
        self.diagnostics.report(
            Diagnostic::new(codes::NEEDS_NGINX, key.span, message)
                .with_secondary(class.span, "the class")
                .with_note("it becomes annotations of ingress-nginx, which other controllers do not read")
                .with_help("write the annotations of that controller in `annotations`"),
        );
    }

    pub(in crate::lower) fn host_without_paths(&mut self, rule: &IngressRule) {
        let host = rule.host.as_ref().map_or("*", |host| &host.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, rule.at, format!("the host `{host}` leads nowhere"))
                .with_label("a path is needed here")
                .with_help("add `/: storefront:http` below it, or a `defaultBackend` to the Ingress"),
        );
    }

    pub(in crate::lower) fn redirect_of_no_address(&mut self, redirect: &Spanned<String>) {
        let message =
            format!("expected an address like `https://shop.example.com`, found `{}`", redirect.value);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_VALUE, redirect.span, message)
                .with_note("ingress-nginx leaves out what begins with neither `http://` nor `https://`"),
        );
    }

    pub(in crate::lower) fn canary_without(&mut self, at: Span, message: &str) {
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, at, message)
                .with_note("without it, this Ingress gets no requests by it"),
        );
    }

    pub(in crate::lower) fn rewrite_of_no_path(&mut self, rewrite: &Spanned<String>) {
        let message = format!("invalid rewrite `{}`: a path begins with `/`", rewrite.value);
        let path = format!("/{}", rewrite.value);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_VALUE, rewrite.span, message).with_replacement(
                format!("write `{path}`"),
                rewrite.span,
                path,
            ),
        );
    }

    pub(in crate::lower) fn rewrite_without_group(
        &mut self,
        rewrite: &Spanned<String>,
        group: usize,
        path: &Spanned<String>,
    ) {
        let message = format!("the path `{}` has no group for the `${group}` of the rewrite", path.value);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_VALUE, path.span, message)
                .with_secondary(rewrite.span, "the rewrite")
                .with_note("`$1` is what the first pair of parentheses in the path stands for")
                .with_help("write the path as a pattern, such as `/shop(/|$)(.*)` for `/$2`"),
        );
    }

    pub(in crate::lower) fn unknown_backend(&mut self, name: Spanned<&str>, known: &[&str]) {
        let message = format!("the Service `{}` is not defined", name.value);
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_BACKEND, name.span, message)
            .with_nearest(name.value, known.iter().copied());
        if diagnostic.helps.is_empty() && !known.is_empty() {
            diagnostic =
                diagnostic.with_note(format!("the Services are {}", and_list(known.iter().copied())));
        }
        self.diagnostics.report(diagnostic.with_help(format!(
            "define it in `services`, or say that it is there: `{}: {{external: true}}`",
            name.value
        )));
    }

    pub(in crate::lower) fn unknown_backend_port(&mut self, service: &str, wanted: &Node, ports: &[Node]) {
        let text = |node: &Node| node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned);
        let message = format!("the Service `{service}` has no port `{}`", text(wanted));
        let fields = if wanted.as_str().is_some() { ["name", "port"] } else { ["port", "name"] };
        let known: Vec<String> = fields
            .iter()
            .flat_map(|field| ports.iter().filter_map(|port| tree::get(port, field)).map(text))
            .collect();
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_BACKEND, wanted.span, message)
            .with_nearest(&text(wanted), known.iter().map(String::as_str));
        if diagnostic.helps.is_empty() && !known.is_empty() {
            diagnostic =
                diagnostic.with_note(format!("its ports are {}", and_list(known.iter().map(String::as_str))));
        }
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn needs_load_balancer(&mut self, at: Span) {
        let message = "`metalLB` needs a Service of the type `LoadBalancer`";
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, at, message)
                .with_note("MetalLB gives addresses to no other Service")
                .with_help("add `type: LoadBalancer` beside it"),
        );
    }

    pub(in crate::lower) fn invalid_address(&mut self, address: &str, at: Span) {
        let message = format!("expected an IP address, found `{address}`");
        self.diagnostics.report(Diagnostic::new(codes::INVALID_VALUE, at, message));
    }

    pub(in crate::lower) fn cluster_ip_stripped(&mut self, address: &Node) {
        let text = address.as_str().unwrap_or_default();
        let message = format!("the address `{text}` does not reach any cluster");
        let diagnostic = Diagnostic::new(codes::SERVICE_REFUSED, address.span, message)
            .with_note("Karmada takes every address but `None` away: each cluster gives its own");
        self.diagnostics.report(if text.eq_ignore_ascii_case("none") {
            diagnostic.with_replacement("write `None`", address.span, "None".to_owned())
        } else {
            diagnostic.with_help("take it away, or set it for one cluster with an override")
        });
    }

    pub(in crate::lower) fn second_exposure_type(&mut self, at: Span, first: Span) {
        let message = "a Service reaches other clusters in one way";
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, at, message)
                .with_secondary(first, "the first way")
                .with_note("Karmada refuses a MultiClusterService with more than one type"),
        );
    }

    pub(in crate::lower) fn unknown_exposed_port(&mut self, name: &Spanned<String>, known: &[&str]) {
        let message = format!("the Service has no port named `{}`", name.value);
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_PORT_NAME, name.span, message)
            .with_nearest(&name.value, known.iter().copied());
        if diagnostic.helps.is_empty() {
            diagnostic =
                diagnostic.with_note(format!("the named ports are {}", and_list(known.iter().copied())));
        }
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn nothing_to_override(&mut self, key: &str, at: Span) {
        let message = format!("the App has no `{key}` to override");
        self.diagnostics.report(
            Diagnostic::new(codes::UNKNOWN_CONTAINER, at, message)
                .with_help(format!("add `{key}` to the App itself, so that the override can change it")),
        );
    }

    pub(in crate::lower) fn override_on_control_plane(&mut self, object: &Object, edits: &[Edit]) {
        let Some(edit) = edits.first() else { return };
        let message = format!("no cluster gets the {} `{}`", object.key.gvk.kind(), object.key.name);
        self.diagnostics.report(
            Diagnostic::new(codes::OVERRIDE_WITHOUT_EFFECT, edit.at, message)
                .with_note("it stays on Karmada's control plane, where there is one for all clusters"),
        );
    }

    pub(in crate::lower) fn kind_of_other_version(
        &mut self,
        object: &Object,
        (version, versions): (MinorVersion, &[VersionRange]),
    ) {
        let (kind, api_version) = (object.key.gvk.kind(), object.key.gvk.api_version());
        let message = format!("Kubernetes {version} has no {kind} of `{api_version}`");
        let at = tree::get(&object.root, "apiVersion").map_or_else(|| place_of(object), |node| node.span);
        let ranges: Vec<String> = versions.iter().map(VersionRange::to_string).collect();
        self.diagnostics.report(
            Diagnostic::new(codes::REFUSED_BY_KUBERNETES, at, message)
                .with_note(format!("it is in {}", ranges.join(", "))),
        );
    }

    pub(in crate::lower) fn rule_broken(&mut self, breach: &Breach, root: &Node) {
        let at = find_place(root, (&breach.path, breach.place));
        let related = breach.related.as_ref().map(|(path, _)| find_place(root, (path, Place::Value)));
        // A value of another type is told already, and breaks the rule because of it.
        if !self.diagnostics.has_error_at(at) {
            self.diagnostics.report(breach.diagnostic(at, related));
        }
    }

    pub(in crate::lower) fn refused_by_kubernetes(&mut self, object: &Object, fault: &Fault) {
        let at = find_place(&object.root, (&fault.path, fault.place));
        self.diagnostics.report(refused_object(object, fault, at));
    }
}

/// What the note says of a fault that overrides bring.
pub(in crate::lower) const NOT_WITHOUT_OVERRIDE: &str =
    "the override makes it so; Karmada sends the object as it is, and the cluster refuses it";

/// A field that Kubernetes does not take.
pub(in crate::lower) fn refused_object(object: &Object, fault: &Fault, at: Span) -> Diagnostic {
    let holder = format!("the {} `{}`", object.key.gvk.kind(), object.key.name);
    let diagnostic = match (&fault.kind, fault.path.tokens().last()) {
        (FaultKind::UnknownField { known, .. }, Some(key)) => {
            let message = format!("{holder} has the unknown field `{key}`");
            Diagnostic::new(codes::REFUSED_BY_KUBERNETES, at, message)
                .with_nearest(key, known.iter().copied())
        }
        (kind, _) => {
            let message = format!("Kubernetes refuses {holder}: {kind}");
            Diagnostic::new(codes::REFUSED_BY_KUBERNETES, at, message)
        }
    };
    let path = fault.path.to_string();
    if path.is_empty() {
        diagnostic
    } else {
        diagnostic.with_note(format!("it stands at `{path}` of the object"))
    }
}
