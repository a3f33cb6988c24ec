//! Faults in the objects around the workload: Services, Ingresses, claims, budgets.

use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::k8s::validate::Fault;
use crate::k8s::validate::FaultKind;
use crate::k8s::version::MinorVersion;
use crate::k8s::version::VersionRange;
use crate::lower::Lowering;
use crate::lower::diagnostics::and_list;
use crate::lower::diagnostics::place_of;
use crate::lower::overrides::Edit;
use crate::source::Span;
use crate::source::Spanned;
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

    pub(in crate::lower) fn external_name_missing(&mut self, name: Spanned<&str>) {
        let message = format!("the Service `{}` leads to an outside name and does not say which", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, name.span, message)
                .with_label("`externalName` is needed here")
                .with_help("add `externalName: db.example.com` below it"),
        );
    }

    pub(in crate::lower) fn service_without_ports(&mut self, name: Spanned<&str>) {
        let message = format!("the Service `{}` has no port", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, name.span, message)
                .with_label("`ports` is needed here")
                .with_help("add `ports: {http: 80}`, or `clusterIP: None` for a Service without an address"),
        );
    }

    pub(in crate::lower) fn field_of_other_type(
        &mut self,
        key: &Spanned<String>,
        kind: &str,
        types: &[&str],
    ) {
        let message = format!("a Service of the type `{kind}` does not take `{}`", key.value);
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, key.span, message)
                .with_note("Kubernetes refuses it")
                .with_help(format!("take it away, or write `type: {}`", types.join("` or `type: "))),
        );
    }

    pub(in crate::lower) fn affinity_config_alone(&mut self, key: &Spanned<String>) {
        let message = "`sessionAffinityConfig` needs `sessionAffinity: ClientIP`";
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, key.span, message)
                .with_help("write `sessionAffinity: {timeoutSeconds: …}` in its place"),
        );
    }

    pub(in crate::lower) fn headless_of_other_type(&mut self, at: Span, kind: &str) {
        let message = format!("a Service of the type `{kind}` needs an address");
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, at, message)
                .with_note("only a Service of the type `ClusterIP` may have `clusterIP: None`"),
        );
    }

    pub(in crate::lower) fn cluster_ip_stripped(&mut self, address: &Node) {
        let message =
            format!("the address `{}` does not reach any cluster", address.as_str().unwrap_or_default());
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, address.span, message)
                .with_note("Karmada takes every address but `None` away: each cluster gives its own")
                .with_help("take it away, or set it for one cluster with an override"),
        );
    }

    pub(in crate::lower) fn service_port_twice(&mut self, number: &Node, first: Span) {
        let message = format!("the port {} is used twice with one protocol", number.to_json());
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_REFUSED, number.span, message)
                .with_secondary(first, "first used here")
                .with_note("Kubernetes refuses it"),
        );
    }

    pub(in crate::lower) fn unusual_node_port(&mut self, number: Spanned<i64>) {
        let message = format!("the node port {} is outside of 30000 to 32767", number.value);
        self.diagnostics.report(
            Diagnostic::new(codes::UNUSUAL_NODE_PORT, number.span, message)
                .with_note("a cluster takes it only if its API server was started with another range"),
        );
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

    pub(in crate::lower) fn refused_by_kubernetes(&mut self, object: &Object, fault: &Fault, at: Span) {
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
        self.diagnostics.report(if path.is_empty() {
            diagnostic
        } else {
            diagnostic.with_note(format!("it stands at `{path}` of the object"))
        });
    }
}
