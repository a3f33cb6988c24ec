//! Autoscalers that would be refused, or would not scale.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::lower::Lowering;
use crate::schema::Choice;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::AutoscalingScope;
use crate::spec::Strategy;

impl Lowering<'_> {
    pub(in crate::lower) fn kind_does_not_scale(&mut self, at: Span, kind: &str) {
        let message = format!("no autoscaler can scale a {kind}");
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, at, message)
                .with_note("autoscalers change the replicas of a Deployment or a StatefulSet"),
        );
    }

    pub(in crate::lower) fn bounds_crossed(&mut self, (minimum, maximum): (Spanned<i64>, Spanned<i64>)) {
        let message = format!("the minimum {} is above the maximum {}", minimum.value, maximum.value);
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, minimum.span, message)
                .with_secondary(maximum.span, "the maximum"),
        );
    }

    pub(in crate::lower) fn scale_to_zero(&mut self, at: Span) {
        let message = "an autoscaler that measures pods cannot start from none";
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, at, message)
                .with_note(
                    "Kubernetes takes `minReplicas: 0` only with a metric of the type `Object` or `External`",
                )
                .with_replacement("write 1", at, "1".to_owned()),
        );
    }

    pub(in crate::lower) fn resource_not_measured(&mut self, name: Spanned<&str>, measured: &[&str]) {
        let message = format!("clusters do not measure the resource `{}` of pods", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, name.span, message)
                .with_note("they measure `cpu` and `memory`; other metrics are written as Kubernetes' list")
                .with_nearest(name.value, measured.iter().copied()),
        );
    }

    pub(in crate::lower) fn nothing_to_scale(&mut self, at: Span, autoscaling: Span) {
        let message = "an autoscaler leaves a workload without replicas alone";
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALER_CONFLICT, at, message)
                .with_secondary(autoscaling, "it starts once there is a replica")
                .with_help("write at least 1, or leave `replicas` out"),
        );
    }

    pub(in crate::lower) fn missing_max_replicas(&mut self, at: Span) {
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, at, "missing key `maxReplicas`")
                .with_label("`maxReplicas` is needed here")
                .with_help("add `maxReplicas:` below it"),
        );
    }

    pub(in crate::lower) fn schedule_beside_autoscaler(&mut self, at: Span) {
        let message = "`schedule` cannot stand beside an autoscaler on each cluster";
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, at, message)
                .with_note("Karmada's CronFederatedHPA changes a FederatedHPA, or a workload that nothing else scales")
                .with_help("write `scope: federated`, or take `maxReplicas` and `metrics` away"),
        );
    }

    pub(in crate::lower) fn rule_without_target(&mut self, name: Spanned<&str>, keys: &str) {
        let message = format!("the rule `{}` does not say how many replicas", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, name.span, message)
                .with_label(format!("{keys} is needed here"))
                .with_note("Karmada refuses the CronFederatedHPA"),
        );
    }

    pub(in crate::lower) fn rule_of_other_target(&mut self, at: Span, key: &str, target: &str) {
        let message = format!("{key} does nothing with {target}");
        self.diagnostics.report(Diagnostic::new(codes::AUTOSCALING_REFUSED, at, message));
    }

    pub(in crate::lower) fn federated_needs_strategy(&mut self, at: Span, strategy: Spanned<Strategy>) {
        let message = "an autoscaler over all clusters needs the strategy `Aggregated` or `DynamicWeight`";
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALING_REFUSED, at, message)
                .with_secondary(strategy.span, format!("the strategy here is `{}`", strategy.value.word()))
                .with_note(
                    "it changes the replicas of all clusters together, which must then be shared out anew",
                ),
        );
    }

    pub(in crate::lower) fn autoscaler_of_divided(&mut self, at: Span, strategy: Spanned<Strategy>) {
        let message = "each cluster scales by itself what Karmada divides";
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALER_CONFLICT, at, message)
                .with_secondary(strategy.span, format!("the strategy here is `{}`", strategy.value.word()))
                .with_note("`minReplicas` and `maxReplicas` hold for each cluster, so the division counts at the start alone")
                .with_help("write `scope: federated`, or the strategy `Duplicated`"),
        );
    }

    pub(in crate::lower) fn replicas_not_retained(&mut self, at: Span, kind: &str) {
        let message =
            format!("Karmada sets the replicas of a {kind} again after each step of the autoscaler");
        self.diagnostics.report(
            Diagnostic::new(codes::AUTOSCALER_CONFLICT, at, message)
                .with_note("Karmada leaves the replicas alone for a Deployment only, unless an interpreter was customised")
                .with_help("write `scope: federated`"),
        );
    }

    pub(in crate::lower) fn container_without_request(
        &mut self,
        container: Spanned<&str>,
        resource: Spanned<&str>,
        scope: AutoscalingScope,
    ) {
        let message = format!("the container `{}` requests no {}", container.value, resource.value);
        let code = match scope {
            AutoscalingScope::Cluster => codes::REQUEST_MISSING,
            AutoscalingScope::Federated => codes::AUTOSCALING_REFUSED,
        };
        self.diagnostics.report(
            Diagnostic::new(code, container.span, message)
                .with_secondary(resource.span, "the autoscaler needs it")
                .with_help(format!("add `resources: {{requests: {{{}: …}}}}`", resource.value)),
        );
    }
}
