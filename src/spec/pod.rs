//! The pod template, beside its containers.

use crate::diagnostic::Reported;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Integer;
use crate::schema::Shape;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::LabelChanges;
use crate::spec::ObjectName;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// The pod template: labels, annotations, and every field of Kubernetes' PodSpec but the containers.
    Pod rest "core.v1.PodSpec" except ["containers", "initContainers"] recovering lost {
        /// Labels on the pods. Each has `app: NAME` unless `app` is null.
        labels "labels": LabelChanges, example {"tier": "front"};
        /// Annotations on the pods.
        annotations "annotations": Annotations, example {"prometheus.io/scrape": "true"};
        /// How long the pods stay on a node that is not ready or not reachable, in seconds: two of Kubernetes' `tolerations`. Left out: each cluster's own, 300 as a rule.
        toleration_seconds "tolerationSeconds": Option<Spanned<Integer<0, { i64::MAX }>>>, example 60;
        /// Secrets that pull the images, by name.
        image_pull_secrets "imagePullSecrets": Vec<LocalReference>, example ["registry-login"];
    }
}

/// The name of an object in the same namespace: the name alone, or Kubernetes' `{name: …}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalReference(pub Spanned<ObjectName>);

record! {
    /// Kubernetes' own form of a reference by name.
    LongReference {
        /// The name of the object.
        name "name": Spanned<ObjectName>;
    }
}

impl Shape for LocalReference {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => LongReference::decode(node, decoder).map(|long| Self(long.name)),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(Self),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [ObjectName::schema(definitions), LongReference::schema(definitions)] })
    }
}
