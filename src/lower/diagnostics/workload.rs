//! Faults in the workload, and in what a placement means for its kind.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::lower::Lowering;
use crate::lower::diagnostics::and_list;
use crate::schema::Choice;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Strategy;
use crate::spec::Workload;
use crate::spec::WorkloadKind;

impl Lowering<'_> {
    pub(in crate::lower) fn second_workload(&mut self, second: Workload<'_>, first: Workload<'_>) {
        let (key, other) = (second.kind().key(), first.kind().key());
        let message = format!("an App has one workload, and `{other}` is there already");
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, second.at(), message)
                .with_label("another workload")
                .with_secondary(first.at(), "the first one")
                .with_help(format!("write an App of its own for the `{key}`")),
        );
    }

    pub(in crate::lower) fn long_cron_job_name(&mut self, limit: usize) {
        let message =
            format!("the name of a CronJob has at most {limit} characters, found {}", self.name().len());
        self.diagnostics.report(
            Diagnostic::new(codes::INVALID_NAME, self.at(), message)
                .with_note("each Job of it gets the name with eleven characters more"),
        );
    }

    pub(in crate::lower) fn two_shapes(&mut self, (sugar, key): (&str, &str), second: Span, first: Span) {
        let message = format!("`{sugar}` and `{key}` are the same field");
        self.diagnostics.report(
            Diagnostic::new(codes::CONFLICTING_KEYS, second, message)
                .with_secondary(first, "written here already")
                .with_help("leave one of them out"),
        );
    }

    pub(in crate::lower) fn selector_of_a_job(&mut self, at: Span, kind: WorkloadKind) {
        let diagnostic = Diagnostic::new(
            codes::CONFLICTING_KEYS,
            at,
            format!("Kubernetes makes the selector of a {} itself", kind.name()),
        );
        self.diagnostics.report(match kind {
            WorkloadKind::CronJob => {
                diagnostic.with_help("leave `selector` and `manualSelector` out: only a `job` takes them")
            }
            WorkloadKind::Job
            | WorkloadKind::Deployment
            | WorkloadKind::StatefulSet
            | WorkloadKind::DaemonSet => {
                diagnostic.with_help("leave `selector` out, or add `manualSelector: true` beside it")
            }
        });
    }

    pub(in crate::lower) fn indexes_without_completions(&mut self, mode: Span) {
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, mode, "missing key `completions`")
                .with_label("an indexed Job needs `completions`")
                .with_help("add `completions:` beside it"),
        );
    }

    pub(in crate::lower) fn several_headless_services(&mut self, at: Span, services: &[Spanned<&str>]) {
        let mut diagnostic = Diagnostic::new(codes::MISSING_KEY, at, "missing key `serviceName`")
            .with_label("`serviceName` is needed here");
        for service in services {
            diagnostic = diagnostic.with_secondary(service.span, "a headless Service");
        }
        let names = and_list(services.iter().map(|service| service.value));
        self.diagnostics.report(
            diagnostic
                .with_note("without it, the only headless Service of the App names the pods")
                .with_help(format!("add `serviceName:` with one of {names}")),
        );
    }

    pub(in crate::lower) fn service_is_not_headless(&mut self, name: Spanned<&str>) {
        let message = format!("the Service `{}` is not headless, so the pods get no DNS names", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_GOVERNING_SERVICE, name.span, message)
                .with_help("add `clusterIP: None` to the Service, or name another one"),
        );
    }

    pub(in crate::lower) fn missing_governing_service(&mut self, name: Spanned<&str>, known: &[&str]) {
        let message = format!("the Service `{}` is not defined", name.value);
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_GOVERNING_SERVICE, name.span, message)
                .with_nearest(name.value, known.iter().copied())
                .with_note("without it, the pods get no DNS names")
                .with_help(format!("define it: `services: {{{}: {{clusterIP: None}}}}`", name.value)),
        );
    }

    pub(in crate::lower) fn claim_without_size(&mut self, name: &Spanned<String>) {
        self.diagnostics.report(
            Diagnostic::new(codes::MISSING_KEY, name.span, "missing key `size`")
                .with_label("`size` is needed here")
                .with_help("add `size: 10Gi` below it"),
        );
    }

    pub(in crate::lower) fn fixed_without_replicas(&mut self, at: Span, workload: Workload<'_>) {
        let name = workload.kind().name();
        let message = format!("a {name} has no replicas that Fixed could divide");
        self.diagnostics.report(
            Diagnostic::new(codes::STRATEGY_CONFLICT, at, message)
                .with_secondary(workload.at(), "the workload")
                .with_help("leave `strategy` and `replicas` out, and pick the clusters with `clusters`"),
        );
    }

    pub(in crate::lower) fn runs_in_every_cluster(
        &mut self,
        (at, strategy): (Span, Strategy),
        workload: Workload<'_>,
    ) {
        let name = workload.kind().name();
        let message = format!("the {name} runs in every selected cluster, whatever {} says", strategy.word());
        let note = match workload.kind() {
            WorkloadKind::CronJob => {
                "Karmada knows no replicas of a CronJob: each cluster gets the whole schedule"
            }
            WorkloadKind::DaemonSet
            | WorkloadKind::Deployment
            | WorkloadKind::StatefulSet
            | WorkloadKind::Job => {
                "Karmada knows no replicas of a DaemonSet: each cluster gets the whole object"
            }
        };
        self.diagnostics.report(
            Diagnostic::new(codes::RUNS_IN_EVERY_CLUSTER, at, message)
                .with_secondary(workload.at(), "the workload")
                .with_note(note)
                .with_help("leave `strategy` out, and pick the clusters that it shall run in"),
        );
    }

    pub(in crate::lower) fn divided_stateful_set(
        &mut self,
        (at, strategy): (Span, Strategy),
        workload: Workload<'_>,
    ) {
        let message =
            format!("{} divides a StatefulSet, and each cluster counts its pods from 0", strategy.word());
        self.diagnostics.report(
            Diagnostic::new(codes::DIVIDED_STATEFUL_SET, at, message)
                .with_secondary(workload.at(), "the workload")
                .with_note("pods of different clusters have one name, and each its own storage")
                .with_help("leave `strategy` out, or write an App with `ordinals.start` for each cluster"),
        );
    }

    pub(in crate::lower) fn divided_indexed_job(&mut self, (at, strategy): (Span, Strategy), mode: Span) {
        let message =
            format!("{} divides an indexed Job, and each cluster counts its indexes from 0", strategy.word());
        self.diagnostics.report(
            Diagnostic::new(codes::DIVIDED_INDEXED_JOB, at, message)
                .with_secondary(mode, "the indexes")
                .with_note("the first indexes run several times, and the last ones never")
                .with_help("leave `strategy` out, and pick one cluster"),
        );
    }

    pub(in crate::lower) fn fixed_total_above_completions(
        &mut self,
        completions: Spanned<i64>,
        total: i64,
        at: Span,
    ) {
        let message =
            format!("the Job needs {} completions, and the clusters get {total} pods", completions.value);
        self.diagnostics.report(
            Diagnostic::new(codes::REPLICAS_DO_NOT_FIT, completions.span, message)
                .with_secondary(at, format!("the replicas written here are {total} in all"))
                .with_note("Karmada counts no more replicas of a Job than its completions"),
        );
    }
}
