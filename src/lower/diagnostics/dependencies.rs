//! References that nothing meets.

use crate::bundle::Dependency;
use crate::bundle::Role;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::diagnostic::listed;
use crate::lower::Lowering;
use crate::source::Span;
use std::collections::BTreeSet;

impl Lowering<'_> {
    pub(in crate::lower) fn missing_dependency(
        &mut self,
        (dependency, owner): (&Dependency, Role),
        known: &[&str],
    ) {
        let (kind, name) = (dependency.target.gvk.kind(), dependency.target.name.as_str());
        let message = format!("the {kind} `{name}` is not defined");
        let code = if dependency.is_optional {
            codes::OPTIONAL_DEPENDENCY_MISSING
        } else {
            codes::MISSING_DEPENDENCY
        };
        let mut diagnostic =
            Diagnostic::new(code, dependency.at, message).with_nearest(name, known.iter().copied());
        let note = if dependency.is_optional {
            "the reference is optional: the pods start without it"
        } else if dependency.owner.gvk.kind() == "Ingress" {
            "without it, the controller of the Ingress has no certificate to serve"
        } else {
            "the pods would not start on any cluster"
        };
        diagnostic = diagnostic.with_note(note);
        let of_stream = |key: &str| {
            format!(
                "name the file it is in with `--with`, or say that it is there: with `--external {kind}/{name}`, \
                 or in the App around the stream `{key}: {{{name}: {{external: true}}}}`"
            )
        };
        let help = match kind {
            "ConfigMap" if owner == Role::Streamed => of_stream("configMaps"),
            "Secret" if owner == Role::Streamed => of_stream("secrets"),
            "PersistentVolumeClaim" if owner == Role::Streamed => of_stream("persistentVolumeClaims"),
            _ if owner == Role::Streamed => "name the file it is in with `--with`".to_owned(),
            "ConfigMap" => {
                format!("define it in `configMaps`, or say that it is there: `{name}: {{external: true}}`")
            }
            "Secret" => {
                format!("define it in `secrets`, or say that it is there: `{name}: {{external: true}}`")
            }
            "PersistentVolumeClaim" => format!(
                "define it in `persistentVolumeClaims`: `{name}: {{size: 10Gi}}`, or say that it is there: `{name}: {{external: true}}`"
            ),
            "ServiceAccount" => {
                "add `serviceAccount: {create: true}`, or with `create: false` say that it is there"
                    .to_owned()
            }
            _ => "add it to `manifests`, or name the folder it is in with `--with`".to_owned(),
        };
        self.diagnostics.report(diagnostic.with_help(help));
    }

    /// An object of the App that nothing sends where its owner goes.
    pub(in crate::lower) fn left_behind(&mut self, dependency: &Dependency) {
        let (kind, name) = (dependency.target.gvk.kind(), dependency.target.name.as_str());
        let message = format!("nothing sends the {kind} `{name}` to the clusters");
        let mut diagnostic = Diagnostic::new(codes::DEPENDENCY_LEFT_BEHIND, dependency.at, message);
        let choice = self.app.spec.propagation.as_ref().and_then(|propagation| propagation.dependencies);
        if let Some(choice) = choice {
            diagnostic = diagnostic.with_secondary(choice.span, "dependencies do not follow");
        }
        self.diagnostics.report(
            diagnostic
                .with_note("the pods wait for it for ever")
                .with_help("write `dependencies: Auto`, or define it in an App of its own that sends it"),
        );
    }

    pub(in crate::lower) fn missing_dependency_key(
        &mut self,
        dependency: &Dependency,
        (key, at): (&str, Span),
        known: &BTreeSet<&str>,
    ) {
        let (kind, name) = (dependency.target.gvk.kind(), dependency.target.name.as_str());
        let message = format!("the {kind} `{name}` has no key `{key}`");
        let code = if dependency.is_optional {
            codes::OPTIONAL_DEPENDENCY_MISSING
        } else {
            codes::MISSING_DEPENDENCY_KEY
        };
        let mut diagnostic = Diagnostic::new(code, at, message).with_nearest(key, known.iter().copied());
        if known.is_empty() {
            diagnostic = diagnostic.with_note("it has no keys");
        } else if diagnostic.helps.is_empty() {
            diagnostic =
                diagnostic.with_note(listed(("its only key is", "its keys are"), known.iter().copied()));
        }
        self.diagnostics.report(diagnostic);
    }
}
