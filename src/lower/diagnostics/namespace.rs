//! Faults in the Namespace that an App asks for.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::karmada::version::NAMESPACE_SKIP_SINCE;
use crate::lower::Lowering;
use crate::source::Span;

impl Lowering<'_> {
    pub(in crate::lower) fn namespace_is_everywhere(&mut self, at: Span) {
        let message = "the namespace `default` is on every cluster already";
        let diagnostic = Diagnostic::new(codes::NAMESPACE_NOT_SENT, at, message)
            .with_note("Kubernetes makes it, and Karmada never sends it");
        self.diagnostics.report(match &self.app.metadata.namespace {
            Some(written) => diagnostic
                .with_secondary(written.span, "the namespace")
                .with_help("leave `namespace` out of `propagation`"),
            None => diagnostic.with_help("write the namespace of the App under `metadata.namespace`"),
        });
    }

    pub(in crate::lower) fn namespace_goes_everywhere(&mut self, at: Span) {
        let message = format!("Karmada {} copies every Namespace to every cluster", self.world.karmada);
        self.diagnostics.report(
            Diagnostic::new(codes::NEWER_FIELD, at, message)
                .with_note(format!("it can be kept off clusters from Karmada {NAMESPACE_SKIP_SINCE} on"))
                .with_help("leave `namespace` out, and apply the Namespace by hand"),
        );
    }
}
