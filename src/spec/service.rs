//! Services.

use crate::diagnostic::Reported;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Integer;
use crate::schema::Shape;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Annotations;
use crate::spec::ClusterName;
use crate::spec::LabelChanges;
use crate::spec::LabelName;
use crate::spec::Labels;
use crate::spec::ServicePort;
use crate::spec::port::PortList;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// A Service. Takes every other field of Kubernetes' ServiceSpec: `type`, `clusterIP`, `externalTrafficPolicy`, and so on.
    Service rest "core.v1.ServiceSpec" except [] {
        /// Labels on the Service alone.
        labels "labels": LabelChanges;
        /// Annotations on the Service alone.
        annotations "annotations": Annotations, example {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"};
        /// Ports by name: a number, or a map with `port` and `targetPort`.
        ports "ports": PortList<ServicePort>, example {"http": 80};
        /// The pods it leads to. Left out: those of the workload.
        selector "selector": Option<Labels>, example {"app": "storefront"};
        /// Whether a client comes back to the same pod: `ClientIP`, or `{timeoutSeconds: …}` for the same with another time than three hours.
        session_affinity "sessionAffinity": Option<SessionAffinity>, default "None", example "ClientIP";
        /// The address of a Service of the type LoadBalancer, where MetalLB gives it.
        metal_lb "metalLB": Option<MetalLb>, example {"addressPool": "production"};
        /// How the Service reaches other clusters than those its pods run on.
        multi_cluster "multiCluster": Option<MultiCluster>, example {"types": ["CrossCluster"]};
        /// Whether it lives on the control plane already, and is only referred to here.
        external "external": Option<Spanned<bool>>, default false;
    }
}

record! {
    /// Which address MetalLB gives: annotations that its controller reads.
    MetalLb {
        /// The pool that the address is from.
        address_pool "addressPool": Option<Spanned<LabelName>>, example "production";
        /// The address, or several of them with commas between. Left out: any of the pool.
        load_balancer_ips "loadBalancerIPs": Option<Spanned<String>>, example "192.0.2.5";
    }
}

choice! {
    /// Whether a client comes back to the same pod.
    AffinityKind {
        /// Any pod.
        None "None",
        /// The same pod for the same address.
        ClientIp "ClientIP",
    }
}

/// Whether a client comes back to the same pod, and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionAffinity {
    /// The place.
    pub at: Span,
    /// Whether.
    pub kind: AffinityKind,
    /// For how many seconds after the last request.
    pub timeout_seconds: Option<Spanned<AffinitySeconds>>,
}

/// A time of at most a day: kubernetes v1.33 `pkg/apis/core/validation` `validateClientIPAffinityConfig`.
pub type AffinitySeconds = Integer<1, 86_400>;

record! {
    /// Back to the same pod for the same address, for a time.
    TimedAffinity {
        /// How long after the last request, in seconds.
        timeout_seconds "timeoutSeconds": Spanned<AffinitySeconds>, example 30;
    }
}

impl Shape for SessionAffinity {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => {
                let timed = TimedAffinity::decode(node, decoder)?;
                let timeout_seconds = Some(timed.timeout_seconds);
                Ok(Self { at: timed.at, kind: AffinityKind::ClientIp, timeout_seconds })
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => {
                let kind = AffinityKind::decode(node, decoder)?;
                Ok(Self { at: node.span, kind, timeout_seconds: None })
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [AffinityKind::schema(definitions), TimedAffinity::schema(definitions)] })
    }
}

choice! {
    /// How a Service reaches other clusters.
    ExposureType {
        /// By its own name on the other clusters.
        CrossCluster "CrossCluster",
        /// By one load balancer before all clusters.
        LoadBalancer "LoadBalancer",
    }
}

record! {
    /// How a Service reaches other clusters: a MultiClusterService of Karmada.
    MultiCluster {
        /// How; Karmada takes one.
        types "types": Vec<Spanned<ExposureType>>, default ["CrossCluster"], example ["CrossCluster"];
        /// The clusters whose pods answer. Left out: every cluster.
        provider_clusters "providerClusters": Vec<ClusterReference>, example ["member1"];
        /// The clusters where clients are. Left out: every cluster.
        consumer_clusters "consumerClusters": Vec<ClusterReference>, example ["member2"];
        /// The ports that other clusters reach, by name. Left out: all.
        ports "ports": Vec<Spanned<String>>, example ["http"];
    }
}

/// The name of a cluster: the name alone, or Karmada's `{name: …}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterReference(pub Spanned<ClusterName>);

record! {
    /// Karmada's own form of a cluster's name.
    LongClusterReference {
        /// The name of the cluster.
        name "name": Spanned<ClusterName>;
    }
}

impl Shape for ClusterReference {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => LongClusterReference::decode(node, decoder).map(|long| Self(long.name)),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(Self),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [ClusterName::schema(definitions), LongClusterReference::schema(definitions)] })
    }
}
