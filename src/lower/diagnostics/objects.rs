//! Faults in the objects themselves.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::diagnostic::listed;
use crate::k8s::gvk::GroupVersionKind;
use crate::lower::Lowering;
use crate::lower::competing::Competition;
use crate::lower::diagnostics::count;
use crate::lower::diagnostics::place_of;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ServicePort;
use crate::spec::port::PortNumber;
use crate::tree;
use crate::yaml::Node;

impl Lowering<'_> {
    pub(in crate::lower) fn duplicate_object(&mut self, object: &Object, first: &Object) {
        let (at, first_at) = (place_of(object), place_of(first));
        let message = format!("the {} `{}` is defined twice", object.key.gvk.kind(), object.key.name);
        let mut diagnostic = Diagnostic::new(codes::DUPLICATE_OBJECT, at, message);
        if at != first_at {
            diagnostic = diagnostic.with_secondary(first_at, "first defined here");
        }
        if object.role == Role::Streamed && first.role != Role::Streamed {
            diagnostic = diagnostic.with_help("leave it out of the App: the stream has it");
        }
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn nothing_to_select_by(&mut self, at: Span) {
        let message = "the pods have no label `app`, by which they would be selected";
        self.diagnostics.report(
            Diagnostic::new(codes::SELECTOR_MISMATCH, at, message)
                .with_label("taken away here")
                .with_help("write a `selector` of labels that the pods have"),
        );
    }

    pub(in crate::lower) fn no_containers(&mut self, at: Span) {
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, at, "the workload has no container")
                .with_label("`containers` is needed here")
                .with_help("add `containers: {web: {image: …}}` below it"),
        );
    }

    pub(in crate::lower) fn unknown_port_name(&mut self, name: Spanned<&str>, known: &[&str]) {
        let message = format!("no container has a port named `{}`", name.value);
        let mut diagnostic = Diagnostic::new(codes::UNKNOWN_PORT_NAME, name.span, message)
            .with_nearest(name.value, known.iter().copied());
        diagnostic = match known {
            [] => diagnostic.with_help(format!("add `ports: {{{}: …}}` to the container", name.value)),
            known => diagnostic
                .with_note(listed(("the only named port is", "the named ports are"), known.iter().copied())),
        };
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn nothing_to_send(&mut self, at: Span) {
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, at, "the App has nothing to send to a cluster")
                .with_label("no object comes out of this")
                .with_help("add a `deployment`, `services`, `configMaps`, `secrets`, or `manifests`"),
        );
    }

    pub(in crate::lower) fn duplicate_port(&mut self, port: Spanned<PortNumber>, first: Span) {
        let message = format!("the port {} is opened twice", port.value.0);
        self.diagnostics.report(
            Diagnostic::new(codes::DUPLICATE_PORT, port.span, message)
                .with_secondary(first, "first opened here")
                .with_note("all containers of a pod share its ports"),
        );
    }

    pub(in crate::lower) fn unknown_claim_template(&mut self, name: &Spanned<String>, known: &[String]) {
        let message = format!("the workload has no claim template named `{}`", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::UNKNOWN_VOLUME, name.span, message)
                .with_nearest(&name.value, known.iter().map(String::as_str))
                .with_help(format!(
                    "define it in the `volumeClaimTemplates` of a `statefulSet`: `{}: {{size: 10Gi}}`",
                    name.value
                )),
        );
    }

    pub(in crate::lower) fn unknown_volume(&mut self, name: Spanned<&str>, known: &[&str]) {
        let message = format!("the pod has no volume named `{}`", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::UNKNOWN_VOLUME, name.span, message)
                .with_nearest(name.value, known.iter().copied())
                .with_help(
                    "define it in `pod.volumes`, or mount its source directly, as in `{emptyDir: {}}`",
                ),
        );
    }

    pub(in crate::lower) fn other_volume(&mut self, name: Spanned<&str>) {
        let message = format!("the pod has another volume named `{}`", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::DUPLICATE_NAME, name.span, message)
                .with_help("give this one another name, or leave `volume` out"),
        );
    }

    pub(in crate::lower) fn unnamed_port(&mut self, at: Span) {
        let message = "each port of a Service with several ports needs a name";
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, at, message)
                .with_help("write the ports as a map: `{http: 80, metrics: 9090}`"),
        );
    }

    pub(in crate::lower) fn service_port_without_target(
        &mut self,
        name: Option<&Spanned<String>>,
        port: &ServicePort,
        known: &[String],
    ) {
        let number = port.number.value.0;
        let message = match name {
            Some(name) => format!("the service port `{}` leads to no container port", name.value),
            None => format!("the service port {number} leads to no container port"),
        };
        let mut diagnostic =
            Diagnostic::new(codes::SERVICE_PORT_WITHOUT_TARGET, port.number.span, message).with_note(
                "without `targetPort`, a service port leads to the container port of the same name, else of the same number",
            );
        diagnostic = if known.is_empty() {
            diagnostic.with_help("add `ports` to the container")
        } else {
            diagnostic
                .with_note(format!("the container ports are {}", known.join(", ")))
                .with_help(format!("write `{{port: {number}, targetPort: …}}`"))
        };
        self.diagnostics.report(diagnostic);
    }

    pub(in crate::lower) fn service_without_pods(&mut self, at: Span) {
        let message = "the Service selects no pods, since the App has no workload";
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_WITHOUT_PODS, at, message)
                .with_note("it has an address, and no request arrives anywhere")
                .with_help("add the `selector` of the pods, or `selector: {}` where somebody else writes its endpoints"),
        );
    }

    pub(in crate::lower) fn port_of_other_protocol(
        &mut self,
        (name, open): (&str, &str),
        protocol: Spanned<&str>,
    ) {
        let message = format!("the container port `{name}` is open for {open}, not for {}", protocol.value);
        self.diagnostics.report(
            Diagnostic::new(codes::SERVICE_PORT_WITHOUT_TARGET, protocol.span, message)
                .with_note("a name leads to a container port of the same protocol; there is none, so no request arrives")
                .with_help(format!("open it for {} too, or add `protocol: {open}` to the service port", protocol.value)),
        );
    }

    pub(in crate::lower) fn invalid_api_version(&mut self, api_version: Spanned<&str>) {
        let message = format!("invalid apiVersion `{}`", api_version.value);
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_VALUE, api_version.span, message)
                .with_help("write the version, as in `v1`, or group and version, as in `apps/v1`"),
        );
    }

    pub(in crate::lower) fn generated_name(&mut self, kind: &str, at: Span) {
        let message =
            format!("the API server makes up the name of the {kind}, so that no policy can select it");
        self.diagnostics.report(
            Diagnostic::new(codes::GENERATED_NAME, at, message)
                .with_note("it would stay on the control plane, where nothing runs it")
                .with_help("give it a `name` in the place of `generateName`"),
        );
    }

    pub(in crate::lower) fn namespace_not_said(&mut self, name: Spanned<&str>) {
        let message = format!("nothing says which namespace the {} comes to", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::NAMESPACE_NOT_SAID, name.span, message)
                .with_note("a policy selects objects of its own namespace alone, so it must be the right one")
                .with_help("say it with `--namespace NAME`, or as `metadata.namespace` of the App"),
        );
    }

    pub(in crate::lower) fn competing_policy(&mut self, competition: &Competition<'_>) {
        let Competition { policy, at, object, others, own, winner } = competition;
        let title = |object: &Object| format!("the {} `{}`", object.key.gvk.kind(), object.key.name);
        let others = match others {
            0 => String::new(),
            others => format!(" and {}", count(*others, "other object")),
        };
        let message = format!("{} selects {}{others} too", title(policy), title(object));
        self.diagnostics.report(
            Diagnostic::new(codes::COMPETING_POLICY, *at, message)
                .with_secondary(place_of(object), format!("the policy `{own}` is written for this"))
                .with_note("Karmada leaves an object to the policy that takes it first")
                .with_note(format!("of those that are there at once, `{winner}` takes {}", title(object)))
                .with_help("take the policy out, or keep it and take the objects out that it selects"),
        );
    }

    pub(in crate::lower) fn unknown_scope(&mut self, gvk: &GroupVersionKind, at: Span) {
        let message = format!("nothing says whether a {} lives in a namespace", gvk.kind());
        let note = format!("it is taken to live in the namespace `{}`", self.namespace());
        self.diagnostics.report(
            Diagnostic::new(codes::UNKNOWN_SCOPE, at, message)
                .with_note(note)
                .with_note("a policy in a namespace selects nothing that belongs to the whole cluster")
                .with_help("name the file of its CustomResourceDefinition with `--with`, or write `metadata.namespace`: null where it has none"),
        );
    }

    pub(in crate::lower) fn missing_object_field(&mut self, (root, role): (&Node, Role), path: &[&str]) {
        let at = root
            .as_mapping()
            .and_then(|mapping| mapping.iter().next())
            .map_or(root.span, |entry| entry.key.span);
        let at = tree::get(root, "kind").map_or(at, |kind| kind.span);
        let message = format!("the object has no `{}`", path.join("."));
        let whole = "is a Kubernetes object with `apiVersion`, `kind`, and `metadata.name`";
        let subject = if role == Role::Streamed { "each document" } else { "each entry of `manifests`" };
        let diagnostic = Diagnostic::new(codes::MISSING_KEY, at, message);
        self.diagnostics.report(diagnostic.with_note(format!("{subject} {whole}")));
    }
}
