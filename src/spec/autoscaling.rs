//! How the number of replicas follows the load or the time of day.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::fields::FieldType;
use crate::k8s::int_or_string::Percent;
use crate::k8s::quantity::Quantity;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Integer;
use crate::schema::KeyRule;
use crate::schema::Map;
use crate::schema::Named;
use crate::schema::Shape;
use crate::schema::check;
use crate::schema::choice;
use crate::schema::or_expression;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::LabelChanges;
use crate::spec::Schedule;
use crate::spec::TimeZone;
use crate::spec::container::one_of;
use crate::spec::workload::Replicas;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

choice! {
    /// Who scales.
    AutoscalingScope {
        /// Each cluster by itself: a HorizontalPodAutoscaler beside the workload.
        Cluster "cluster",
        /// Karmada, over all clusters: a FederatedHPA on the control plane.
        Federated "federated",
    }
}

record! {
    /// How the number of replicas follows the load. Takes `behavior` as Kubernetes' HorizontalPodAutoscalerSpec has it.
    Autoscaling rest "autoscaling.v2.HorizontalPodAutoscalerSpec" except ["scaleTargetRef"] {
        /// Who scales: each cluster by itself, or Karmada over all of them.
        scope "scope": Option<Spanned<AutoscalingScope>>, default "cluster", example "federated";
        /// The fewest replicas: of each cluster, or with `federated` of all together.
        min_replicas "minReplicas": Option<Spanned<Replicas>>, default 1, example 2;
        /// The most replicas: of each cluster, or with `federated` of all together. Left out with `schedule` alone.
        max_replicas "maxReplicas": Option<Spanned<MaxReplicas>>, example 20;
        /// What is measured: resources by name with their target, or Kubernetes' list. Left out: 80 % of the CPU that is requested.
        metrics "metrics": Option<Metrics>, default {"cpu": 80}, example {"cpu": 80, "memory": {"averageValue": "500Mi"}};
        /// Other numbers at fixed times, by name: a CronFederatedHPA on the control plane.
        schedule "schedule": Named<ScheduleRule, RuleName>, example {"morning": {"schedule": "0 8 * * 1-5", "targetMinReplicas": 10}};
        /// Labels on the autoscaler alone.
        labels "labels": LabelChanges;
        /// Annotations on the autoscaler alone.
        annotations "annotations": Annotations;
    }
}

/// A bound of at least one replica.
pub type MaxReplicas = Integer<1, { i32::MAX as i64 }>;

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Metrics {
    /// Resources of the pods, by name.
    Resources(Map<MetricTarget>),
    /// Kubernetes' own list, as written.
    List(Node),
}

impl Shape for Metrics {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if !matches!(node.value, Value::Sequence(_)) {
            return Map::decode(node, decoder).map(Self::Resources);
        }
        let kubernetes = decoder.kubernetes();
        if let Some(field) = kubernetes.find_field("autoscaling.v2.HorizontalPodAutoscalerSpec", "metrics") {
            crate::schema::check(&field.field_type, node, decoder);
        }
        Ok(Self::List(node.clone()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let map = Map::<MetricTarget>::schema(definitions);
        let list = json!({ "type": "array", "description": "Kubernetes' list of metrics.", "items": { "type": "object", "required": ["type"] } });
        json!({ "anyOf": [map, list] })
    }
}

/// The value of a metric that the number of replicas aims at.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricTarget {
    /// In percent of what the pods request.
    Utilization(Spanned<i64>),
    /// An amount for each pod.
    AverageValue(Node),
}

record! {
    /// Kubernetes' own form of a target.
    LongMetricTarget {
        /// In percent of what the pods request.
        average_utilization "averageUtilization": Option<Spanned<Utilization>>, example 80;
        /// An amount for each pod.
        average_value "averageValue": Option<Amount>, example "500Mi";
    }
}

/// A number of percent, 1 or more.
pub type Utilization = Integer<1, { i32::MAX as i64 }>;

/// A quantity, checked, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount(pub Node);

impl Shape for Amount {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        check(&FieldType::Quantity, node, decoder);
        Ok(Self(node.clone()))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "number"] })
    }
}

impl Shape for MetricTarget {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                let long = LongMetricTarget::decode(node, decoder)?;
                let utilization = long.average_utilization;
                let value = long.average_value;
                let places: [Option<Span>; 2] =
                    [utilization.map(|written| written.span), value.as_ref().map(|value| value.0.span)];
                one_of(long.at, &places, "`averageUtilization` and `averageValue`", decoder)?;
                let utilization = utilization
                    .map(|written| Self::Utilization(Spanned::new(written.value.get(), written.span)));
                utilization
                    .or(value.map(|value| Self::AverageValue(value.0)))
                    .ok_or_else(|| decoder.reported_before())
            }
            Value::String(scalar) => {
                if let Ok(percent) = Percent::parse(&scalar.text) {
                    let number = i64::from(percent.number());
                    return Ok(Self::Utilization(Spanned::new(number, node.span)));
                }
                if Quantity::from_json(&node.to_json()).is_ok() {
                    return Ok(Self::AverageValue(node.clone()));
                }
                let message = format!(
                    "expected a percentage like `80%` or an amount like `500Mi`, found `{}`",
                    scalar.text
                );
                Err(decoder.report(Diagnostic::new(codes::INVALID_PERCENTAGE, node.span, message)))
            }
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Sequence(_) | Value::Poisoned => {
                let percent: Spanned<Utilization> = Spanned::decode(node, decoder)?;
                Ok(Self::Utilization(Spanned::new(percent.value.get(), percent.span)))
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [
            or_expression(&json!({ "type": "integer", "minimum": 1, "description": "Percent of what the pods request." })),
            { "type": "string", "description": "A percentage of what the pods request, or an amount for each pod." },
            LongMetricTarget::schema(definitions),
        ] })
    }
}

/// Keys that are names of scheduled rules: karmada f8fdd02 `autoscaling.karmada.io_cronfederatedhpas.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleName;

impl KeyRule for RuleName {
    fn check(key: &str) -> Result<(), (crate::diagnostic::Code, String, Option<String>)> {
        if (1..=32).contains(&key.len()) {
            return Ok(());
        }
        Err((
            codes::INVALID_NAME,
            format!("invalid name `{key}`: a rule's name has 1 to 32 characters"),
            None,
        ))
    }

    fn schema() -> Option<Json> {
        Some(json!({ "minLength": 1, "maxLength": 32 }))
    }
}

/// A number of past runs to keep.
pub type HistoryLimit<const MIN: i64> = Integer<MIN, 32>;

record! {
    /// Other numbers from a point in time on.
    ScheduleRule {
        /// When, as a CronJob says it.
        schedule "schedule": Spanned<Schedule>, example "0 8 * * 1-5";
        /// The number of replicas from then on; without autoscaling by load.
        target_replicas "targetReplicas": Option<Spanned<Replicas>>, example 10;
        /// The `minReplicas` from then on; with `scope: federated`.
        target_min_replicas "targetMinReplicas": Option<Spanned<Replicas>>, example 10;
        /// The `maxReplicas` from then on; with `scope: federated`.
        target_max_replicas "targetMaxReplicas": Option<Spanned<MaxReplicas>>, example 40;
        /// Whether the rule rests.
        suspend "suspend": Option<Spanned<bool>>, default false;
        /// The time zone of the schedule. Left out: that of Karmada's controller.
        time_zone "timeZone": Option<Spanned<TimeZone>>, example "Europe/Berlin";
        /// How many runs that worked are remembered.
        successful_history_limit "successfulHistoryLimit": Option<Spanned<HistoryLimit<1>>>, default 3;
        /// How many runs that failed are remembered.
        failed_history_limit "failedHistoryLimit": Option<Spanned<HistoryLimit<0>>>, default 3;
    }
}
