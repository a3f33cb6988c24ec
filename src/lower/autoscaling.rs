//! Autoscalers: on each cluster, or Karmada's own over all of them.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::lower::identity::Identity;
use crate::lower::placement::Placed;
use crate::schema::Integer;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Autoscaling;
use crate::spec::AutoscalingScope;
use crate::spec::Strategy;
use crate::spec::autoscaling::MetricTarget;
use crate::spec::autoscaling::Metrics;
use crate::spec::autoscaling::ScheduleRule;
use crate::tree;
use crate::yaml::Node;

/// The group of Karmada's own autoscalers.
const GROUP: &str = "autoscaling.karmada.io";

/// Karmada's own autoscalers: karmada f8fdd02 `pkg/apis/autoscaling/v1alpha1`.
const KARMADA: &str = "autoscaling.karmada.io/v1alpha1";

/// What the API server and Karmada measure where nothing is said.
const DEFAULT_UTILIZATION: i64 = 80;

/// What every cluster measures of its pods: kubernetes-sigs/metrics-server `pkg/storage`.
const MEASURED: &[&str] = &["cpu", "memory"];

impl Lowering<'_> {
    /// The place that asks for an autoscaler on each cluster, where one does; Karmada must leave the replicas to it.
    pub(super) fn cluster_autoscaling(&self) -> Option<Span> {
        let written = self.app.spec.autoscaling.as_deref()?;
        (scope(written) == AutoscalingScope::Cluster && written.max_replicas.is_some()).then_some(written.at)
    }

    /// Generates the autoscalers, where the App asks for any.
    pub(super) fn lower_autoscaling(&mut self, workload: Option<&Object>) -> Vec<Object> {
        let app = self.app;
        let Some(written) = app.spec.autoscaling.as_deref() else { return Vec::new() };
        let Some(workload) = workload else {
            self.needs_workload("autoscaling", written.at);
            return Vec::new();
        };
        if !matches!(workload.key.gvk.kind(), "Deployment" | "StatefulSet") {
            self.kind_does_not_scale(written.at, workload.key.gvk.kind());
            return Vec::new();
        }
        self.check_autoscaling(written);
        let scaler = written.max_replicas.map(|max| self.autoscaler(written, max.span, workload));
        let target = match scope(written) {
            AutoscalingScope::Federated => scaler.as_ref().unwrap_or(workload),
            AutoscalingScope::Cluster => workload,
        };
        let cron = (!written.schedule.0.is_empty()).then(|| self.scheduled(written, target));
        scaler.into_iter().chain(cron).collect()
    }

    /// Karmada's own autoscalers came one after the other.
    fn check_autoscaler_releases(&mut self, written: &Autoscaling) {
        if let Some(scope) = written.scope.filter(|scope| scope.value == AutoscalingScope::Federated) {
            self.check_kind_release((GROUP, "FederatedHPA"), scope.span);
        }
        if let Some((name, _)) = written.schedule.0.iter().next() {
            self.check_kind_release((GROUP, "CronFederatedHPA"), name.span);
        }
    }

    fn check_autoscaling(&mut self, written: &Autoscaling) {
        self.check_autoscaler_releases(written);
        let (minimum, maximum) = (written.min_replicas, written.max_replicas);
        if let Some(minimum) = minimum.filter(|minimum| minimum.value.get() == 0)
            && !measures_from_outside(written)
        {
            self.scale_to_zero(minimum.span);
        }
        let has_schedule = !written.schedule.0.is_empty() || !written.schedule.0.lost.is_empty();
        if maximum.is_none() && (!has_schedule || measures(written)) {
            self.missing_max_replicas(written.at);
        }
        if let (Some(_), Some((name, _)), AutoscalingScope::Cluster) =
            (maximum, written.schedule.0.iter().next(), scope(written))
        {
            self.schedule_beside_autoscaler(name.span);
        }
        let scales_bounds = scope(written) == AutoscalingScope::Federated && maximum.is_some();
        for (name, rule) in written.schedule.0.iter() {
            self.check_rule(name, rule, scales_bounds);
        }
        if scales_bounds {
            self.check_lasting_bounds(written);
        }
        if let Some(Metrics::Resources(resources)) = &written.metrics {
            for (name, _) in resources.iter().filter(|(name, _)| !MEASURED.contains(&name.value)) {
                self.resource_not_measured(name, MEASURED);
            }
        }
    }

    /// Checks the bounds that rules set against those that no rule changes.
    fn check_lasting_bounds(&mut self, written: &Autoscaling) {
        let rules: Vec<&ScheduleRule> = written.schedule.0.iter().map(|(_, rule)| rule).collect();
        let maximum =
            written.max_replicas.filter(|_| rules.iter().all(|rule| rule.target_max_replicas.is_none()));
        let minimum =
            written.min_replicas.filter(|_| rules.iter().all(|rule| rule.target_min_replicas.is_none()));
        for rule in rules {
            for (low, high) in [
                rule.target_min_replicas.zip(maximum).map(|(low, high)| numbers(low, high)),
                minimum.zip(rule.target_max_replicas).map(|(low, high)| numbers(low, high)),
            ]
            .into_iter()
            .flatten()
            {
                if low.value > high.value {
                    self.bounds_crossed((low, high));
                }
            }
        }
    }

    /// karmada f8fdd02 `pkg/webhook/cronfederatedhpa/validation.go` `validateCronFederatedHPARules`.
    fn check_rule(&mut self, name: Spanned<&str>, rule: &ScheduleRule, scales_bounds: bool) {
        let bounds =
            [rule.target_min_replicas.map(|min| min.span), rule.target_max_replicas.map(|max| max.span)];
        if scales_bounds {
            if bounds == [None, None] {
                self.rule_without_target(name, "`targetMinReplicas` or `targetMaxReplicas`");
            }
            if let Some(replicas) = rule.target_replicas {
                self.rule_of_other_target(replicas.span, "`targetReplicas`", "autoscaling by load");
            }
        } else {
            if rule.target_replicas.is_none() {
                self.rule_without_target(name, "`targetReplicas`");
            }
            for at in bounds.into_iter().flatten() {
                self.rule_of_other_target(at, "this bound", "a workload that no FederatedHPA scales");
            }
        }
        if let (Some(minimum), Some(maximum)) = (rule.target_min_replicas, rule.target_max_replicas)
            && minimum.value.get() > maximum.value.get()
        {
            self.bounds_crossed(numbers(minimum, maximum));
        }
    }

    fn autoscaler(&self, written: &Autoscaling, at: Span, workload: &Object) -> Object {
        let (api_version, kind) = match scope(written) {
            AutoscalingScope::Cluster => ("autoscaling/v2", "HorizontalPodAutoscaler"),
            AutoscalingScope::Federated => (KARMADA, "FederatedHPA"),
        };
        let mut spec = tree::Map::new(at);
        spec.set("scaleTargetRef", reference(at, workload));
        let minimum = written
            .min_replicas
            .map_or_else(|| tree::integer(at, 1), |minimum| tree::integer(minimum.span, minimum.value.get()));
        spec.set("minReplicas", minimum);
        let maximum = written.max_replicas;
        spec.set_some("maxReplicas", maximum.map(|max| tree::integer(max.span, max.value.get())));
        spec.set("metrics", metrics_node(at, written.metrics.as_ref()));
        for (key, node) in &written.rest.fields {
            spec.set_written(key, node.clone());
        }
        self.scaler_object(written, (api_version, kind), spec)
    }

    fn scheduled(&self, written: &Autoscaling, target: &Object) -> Object {
        let rules = written.schedule.0.iter().map(|(name, rule)| rule_node(name, rule)).collect();
        let mut spec = tree::Map::new(written.at);
        spec.set("scaleTargetRef", reference(written.at, target));
        spec.set("rules", tree::list(written.at, rules));
        self.scaler_object(written, (KARMADA, "CronFederatedHPA"), spec)
    }

    fn scaler_object(
        &self,
        written: &Autoscaling,
        (api_version, kind): (&'static str, &'static str),
        spec: tree::Map,
    ) -> Object {
        let identity = Identity {
            api_version,
            kind,
            name: self.name(),
            at: written.at,
            labels: &written.labels,
            annotations: &written.annotations,
        };
        let object = self.start_object(&identity).with("spec", spec.into_node());
        self.finish_object(&identity, Role::Autoscaler, object)
    }

    /// What only the placement and the finished workload tell: whether the strategy leaves room to scale, and whether the
    /// pods request what is measured.
    pub(super) fn check_scaling(&mut self, placed: &Placed, objects: &[Object]) {
        let app = self.app;
        let Some(written) = app.spec.autoscaling.as_deref() else { return };
        let Some(workload) = objects.iter().find(|object| object.role == Role::Workload) else { return };
        if written.max_replicas.is_none() {
            return;
        }
        if let Some(replicas) = tree::find(&workload.root, &["spec", "replicas"])
            && replicas.to_json() == 0
        {
            self.nothing_to_scale(replicas.span, written.at);
        }
        if let Some(strategy) = placed.strategy {
            self.check_strategy(written, Spanned::new(strategy, placed.at), workload.key.gvk.kind());
        }
        for resource in needed_requests(written) {
            for container in containers_without(&workload.root, resource.value) {
                self.container_without_request(container, resource, scope(written));
            }
        }
    }

    fn check_strategy(&mut self, written: &Autoscaling, strategy: Spanned<Strategy>, kind: &str) {
        let (is_duplicated, is_dynamic) = match strategy.value {
            Strategy::Duplicated => (true, false),
            Strategy::Aggregated | Strategy::DynamicWeight => (false, true),
            Strategy::StaticWeight | Strategy::Fixed => (false, false),
        };
        match scope(written) {
            AutoscalingScope::Cluster if !is_duplicated => self.autoscaler_of_divided(written.at, strategy),
            AutoscalingScope::Cluster if kind != "Deployment" => self.replicas_not_retained(written.at, kind),
            AutoscalingScope::Federated if !is_dynamic => {
                self.federated_needs_strategy(written.scope.map_or(written.at, |scope| scope.span), strategy);
            }
            AutoscalingScope::Cluster | AutoscalingScope::Federated => {}
        }
    }
}

fn scope(written: &Autoscaling) -> AutoscalingScope {
    written.scope.map_or(AutoscalingScope::Cluster, |scope| scope.value)
}

fn measures(written: &Autoscaling) -> bool {
    written.metrics.is_some() || written.min_replicas.is_some() || !written.rest.fields.is_empty()
}

/// Tells whether a metric does not come from the pods; without pods, only such a metric can bring one back.
fn measures_from_outside(written: &Autoscaling) -> bool {
    match &written.metrics {
        Some(Metrics::List(list)) => {
            let types =
                list.as_sequence().unwrap_or_default().iter().filter_map(|metric| tree::get(metric, "type"));
            types.filter_map(Node::as_str).any(|kind| matches!(kind, "Object" | "External"))
        }
        Some(Metrics::Resources(_)) | None => false,
    }
}

/// The resources that each container must request: those whose use is measured in percent; for Karmada's autoscaler, which
/// also asks where there is room, CPU and memory (features.md 16).
fn needed_requests(written: &Autoscaling) -> Vec<Spanned<&str>> {
    let mut needed = match &written.metrics {
        None => vec![Spanned::new("cpu", written.at)],
        Some(Metrics::Resources(resources)) => resources
            .iter()
            .filter(|(_, target)| matches!(target, MetricTarget::Utilization(_)))
            .map(|(name, _)| name)
            .filter(|name| MEASURED.contains(&name.value))
            .collect(),
        Some(Metrics::List(list)) => {
            let resources = list
                .as_sequence()
                .unwrap_or_default()
                .iter()
                .filter_map(|metric| tree::get(metric, "resource"));
            let in_percent = resources
                .filter(|resource| tree::find(resource, &["target", "averageUtilization"]).is_some());
            let names = in_percent.filter_map(|resource| tree::get(resource, "name"));
            names.filter_map(|name| Some(Spanned::new(name.as_str()?, name.span))).collect()
        }
    };
    if scope(written) == AutoscalingScope::Federated {
        for resource in MEASURED {
            if !needed.iter().any(|known| known.value == *resource) {
                needed.push(Spanned::new(*resource, written.scope.map_or(written.at, |scope| scope.span)));
            }
        }
    }
    needed
}

/// The names of the containers that request none of a resource; a limit counts as a request.
fn containers_without<'a>(root: &'a Node, resource: &str) -> Vec<Spanned<&'a str>> {
    let containers =
        tree::find(root, &["spec", "template", "spec", "containers"]).and_then(Node::as_sequence);
    let lacking = containers.unwrap_or_default().iter().filter(|container| {
        ["requests", "limits"]
            .iter()
            .all(|section| tree::find(container, &["resources", section, resource]).is_none())
    });
    lacking
        .filter_map(|container| tree::get(container, "name"))
        .filter_map(|name| Some(Spanned::new(name.as_str()?, name.span)))
        .collect()
}

fn reference(at: Span, target: &Object) -> Node {
    let gvk = &target.key.gvk;
    tree::Map::new(at)
        .with("apiVersion", tree::text(at, gvk.api_version()))
        .with("kind", tree::text(at, gvk.kind()))
        .with("name", tree::text(at, target.key.name.as_str()))
        .into_node()
}

/// Kubernetes' list of metrics.
pub(super) fn metrics_node(at: Span, metrics: Option<&Metrics>) -> Node {
    let default = MetricTarget::Utilization(Spanned::new(DEFAULT_UTILIZATION, at));
    match metrics {
        Some(Metrics::List(list)) => list.clone(),
        Some(Metrics::Resources(resources)) if !resources.is_empty() => {
            tree::list(at, resources.iter().map(|(name, target)| metric_node(name, target)).collect())
        }
        Some(Metrics::Resources(_)) | None => {
            tree::list(at, vec![metric_node(Spanned::new("cpu", at), &default)])
        }
    }
}

fn metric_node(name: Spanned<&str>, target: &MetricTarget) -> Node {
    let target = match target {
        MetricTarget::Utilization(percent) => tree::Map::new(percent.span)
            .with("type", tree::text(percent.span, "Utilization"))
            .with("averageUtilization", tree::integer(percent.span, percent.value)),
        MetricTarget::AverageValue(amount) => tree::Map::new(amount.span)
            .with("type", tree::text(amount.span, "AverageValue"))
            .with("averageValue", amount.clone()),
    };
    let resource = tree::Map::new(name.span)
        .with("name", tree::text(name.span, name.value))
        .with("target", target.into_node());
    tree::Map::new(name.span)
        .with("type", tree::text(name.span, "Resource"))
        .with("resource", resource.into_node())
        .into_node()
}

fn rule_node(name: Spanned<&str>, rule: &ScheduleRule) -> Node {
    let mut node = tree::Map::new(name.span);
    node.set("name", tree::text(name.span, name.value));
    node.set("schedule", tree::text(rule.schedule.span, rule.schedule.value.0.as_str()));
    let zone = rule.time_zone.as_ref();
    node.set_some("timeZone", zone.map(|zone| tree::text(zone.span, zone.value.0.as_str())));
    node.set_some("suspend", rule.suspend.map(|suspend| tree::boolean(suspend.span, suspend.value)));
    let numbers = [
        ("targetReplicas", rule.target_replicas.map(|number| (number.span, number.value.get()))),
        ("targetMinReplicas", rule.target_min_replicas.map(|number| (number.span, number.value.get()))),
        ("targetMaxReplicas", rule.target_max_replicas.map(|number| (number.span, number.value.get()))),
        (
            "successfulHistoryLimit",
            rule.successful_history_limit.map(|number| (number.span, number.value.get())),
        ),
        ("failedHistoryLimit", rule.failed_history_limit.map(|number| (number.span, number.value.get()))),
    ];
    for (key, number) in numbers {
        node.set_some(key, number.map(|(span, number)| tree::integer(span, number)));
    }
    node.into_node()
}

fn numbers<const A: i64, const B: i64, const C: i64, const D: i64>(
    minimum: Spanned<Integer<A, B>>,
    maximum: Spanned<Integer<C, D>>,
) -> (Spanned<i64>, Spanned<i64>) {
    (Spanned::new(minimum.value.get(), minimum.span), Spanned::new(maximum.value.get(), maximum.span))
}
