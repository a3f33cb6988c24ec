//! How many pods may be missing while nodes are drained.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::int_or_string::Percent;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Integer;
use crate::schema::Shape;
use crate::schema::record;
use crate::spec::Annotations;
use crate::spec::LabelChanges;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// A PodDisruptionBudget for the workload's pods, on each cluster. Takes every other field of Kubernetes' PodDisruptionBudgetSpec.
    DisruptionBudget rest "policy.v1.PodDisruptionBudgetSpec" except [] {
        /// How many pods must stay, as a number or a percentage; this or `maxUnavailable`.
        min_available "minAvailable": Option<PodCount>, example 1;
        /// How many pods may be missing, as a number or a percentage; this or `minAvailable`.
        max_unavailable "maxUnavailable": Option<PodCount>, example "25%";
        /// Labels on the budget alone.
        labels "labels": LabelChanges;
        /// Annotations on the budget alone.
        annotations "annotations": Annotations;
    }
}

/// A number of pods, or a percentage of them; as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct PodCount(pub Node);

impl Shape for PodCount {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar)
                if Percent::parse(&scalar.text).is_ok_and(|percent| percent.number() <= 100) => {}
            Value::String(scalar) => {
                let message = match Percent::parse(&scalar.text) {
                    Ok(percent) => format!("expected at most 100%, found {percent}"),
                    Err(_) => format!(
                        "expected a number or a percentage like `25%`, found the string `\"{}\"`",
                        scalar.text
                    ),
                };
                let mut diagnostic = Diagnostic::new(codes::INVALID_PERCENTAGE, node.span, message);
                if scalar.text.parse::<u32>().is_ok() {
                    let number = scalar.text.clone();
                    diagnostic =
                        diagnostic.with_replacement("write the number without quotes", node.span, number);
                }
                return Err(decoder.report(diagnostic));
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => {
                Integer::<0, { i32::MAX as i64 }>::decode(node, decoder)?;
            }
        }
        Ok(Self(node.clone()))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+%$|\\{\\{" })
    }
}
