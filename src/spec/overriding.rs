//! What differs from cluster to cluster.

use crate::diagnostic::Reported;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Erasable;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::AnnotationChanges;
use crate::spec::ClusterName;
use crate::spec::ClusterNames;
use crate::spec::ClusterSelector;
use crate::spec::ConfigKey;
use crate::spec::EnvName;
use crate::spec::EnvValue;
use crate::spec::ImageChange;
use crate::spec::LabelChanges;
use crate::spec::LabelCondition;
use crate::spec::LabelKey;
use crate::spec::Membership;
use crate::spec::ObjectName;
use crate::spec::autoscaling::Metrics;
use crate::spec::image::ImageParts;
use crate::spec::ingress::Rules;
use crate::spec::ingress::Tls;
use crate::spec::workload::Replicas;
use crate::spec::workload::claim::Size;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// What differs on some clusters.
    Override flat target: OverrideTarget {
        /// A name for people; it stands in messages.
        name "name": Option<Spanned<String>>, example "eu-registry";
        /// Writes the override once for each cluster; expressions in it can use `cluster.name`, `cluster.region`, `cluster.provider`, `cluster.zones`, `cluster.labels.x`, and `cluster.vars.x`. It is expanded before the App is checked.
        for_each "forEach": Option<ForEach>, example "cluster";
        /// Changes of containers and init containers, by name.
        containers "containers": Map<ContainerOverride>;
        /// A change of the image of every container and init container; digests are kept unless one is given. What `containers` says of one comes after it.
        images "images": Option<ImageParts>, example {"registry": "mirror.example.com"};
        /// Labels of the workload to set, and with null those to take away.
        labels "labels": LabelChanges, example {"tier": "gold", "legacy": null};
        /// Annotations of the workload to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
        /// Changes of the pod template.
        pod "pod": Option<PodOverride>;
        /// The number of replicas on each of these clusters, whatever the scheduler gave.
        replicas "replicas": Option<Spanned<Replicas>>;
        /// Changes of ConfigMaps, by name.
        config_maps "configMaps": Map<ConfigMapOverride>;
        /// Changes of Services, by name.
        services "services": Map<ServiceOverride>;
        /// Changes of Ingresses, by name.
        ingresses "ingresses": Map<IngressOverride>, example {"storefront": {"className": "alb"}};
        /// Changes of claims of storage, by name.
        persistent_volume_claims "persistentVolumeClaims": Map<ClaimOverride>, example {"storefront-data": {"storageClassName": "gp3"}};
        /// Changes of the autoscaler.
        autoscaling "autoscaling": Option<AutoscalingOverride>, example {"maxReplicas": 40};
        /// Changes of the disruption budget.
        disruption_budget "disruptionBudget": Option<DisruptionBudgetOverride>, example {"minAvailable": 2};
        /// JSON patches, for all else.
        patches "patches": Vec<Patch>;
    }
}

record! {
    /// The clusters that an override is for: all parts that are written must hold; none written means every cluster.
    OverrideTarget {
        /// Names of clusters. Left out: any.
        clusters "clusters": ClusterNames, example ["member2"];
        /// Providers: a list, or `{in: […], notIn: […]}`.
        providers "providers": Option<Membership>, example ["aws"];
        /// Regions: a list, or `{in: […], notIn: […]}`.
        regions "regions": Option<Membership>, example ["eu-west-1"];
        /// Zones: a list, or `{in: […], notIn: […]}`.
        zones "zones": Option<Membership>, example ["eu-west-1a"];
        /// Labels of the cluster, as `labels` in a placement; `labels` beside it are those of the workload.
        cluster_labels "clusterLabels": Map<LabelCondition, LabelKey>, example {"tier": "gold"};
        /// Names of clusters that are left out, whatever else says.
        exclude "exclude": Vec<Spanned<ClusterName>>, example ["member9"];
    }
}

choice! {
    /// What an override is repeated for.
    ForEach {
        /// Every cluster of the Fleet that the placement and the override pick, with `cluster` in its expressions.
        Cluster "cluster",
    }
}

impl OverrideTarget {
    /// The clusters that it picks.
    #[must_use]
    pub fn selector(&self) -> ClusterSelector {
        let target = self.clone();
        ClusterSelector {
            at: target.at,
            clusters: target.clusters,
            providers: target.providers,
            regions: target.regions,
            zones: target.zones,
            labels: target.cluster_labels,
            exclude: target.exclude,
        }
    }
}

record! {
    /// What differs in one container. Takes the other fields of Kubernetes' Container: maps merge, lists and scalars replace, null removes.
    ContainerOverride rest "core.v1.Container" except ["name", "ports", "volumeMounts"] {
        /// Another image, or other parts of it.
        image "image": Option<ImageChange>, example {"registry": "eu.registry.example.com"};
        /// Environment variables to set, and with null those to take away.
        env "env": Map<Option<EnvValue>, EnvName>, example {"LOG_LEVEL": "debug", "OLD_FLAG": null};
        /// Other arguments, or some to add and remove; null takes all away.
        args "args": Erasable<ListChange>, example {"add": ["--verbose"], "remove": ["--quiet"]};
        /// Another command, or parts to add and remove; null takes it away.
        command "command": Erasable<ListChange>;
        /// Requests and limits to set, and with null those to take away.
        resources "resources": Erasable<ResourceChanges>, example {"limits": {"memory": "512Mi"}};
    }
}

record! {
    /// Requests and limits to set, and with null those to take away.
    ResourceChanges {
        /// What is set aside for the container.
        requests "requests": Map<Option<Node>>;
        /// What the container may use at most.
        limits "limits": Map<Option<Node>>;
    }
}

/// A change of a list of texts.
#[derive(Debug, Clone, PartialEq)]
pub enum ListChange {
    /// Another list altogether.
    Whole(Spanned<Vec<Spanned<String>>>),
    /// Entries to remove wherever they stand, and to add at the end.
    Parts(ListParts),
}

record! {
    /// Entries of a list to remove and to add.
    ListParts {
        /// Entries to add at the end.
        add "add": Vec<Spanned<String>>, example ["--verbose"];
        /// Entries to remove, wherever they stand.
        remove "remove": Vec<Spanned<String>>, example ["--quiet"];
    }
}

impl Shape for ListChange {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => ListParts::decode(node, decoder).map(Self::Parts),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Spanned::decode(node, decoder).map(Self::Whole),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [
            { "type": "array", "items": { "type": "string" } },
            ListParts::schema(definitions),
        ] })
    }
}

record! {
    /// What differs in the pod template. Takes the other fields of Kubernetes' PodSpec: maps merge, lists and scalars replace, null removes.
    PodOverride rest "core.v1.PodSpec" except ["containers", "initContainers", "volumes"] {
        /// Labels of the pods to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations of the pods to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
        /// Labels that a node must have, and with null those to take away.
        node_selector "nodeSelector": Erasable<LabelChanges>;
    }
}

record! {
    /// What differs in a ConfigMap.
    ConfigMapOverride {
        /// Texts to set, and with null those to take away. A map changes the JSON or YAML document that the text is: maps merge, lists and scalars replace, null removes.
        data "data": Map<Option<TextChange>, ConfigKey>, example {"FORMAT": "text", "app.yaml": {"log": {"level": "debug"}}};
        /// Labels to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
    }
}

/// A change of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextChange {
    /// Another text.
    Whole(Text),
    /// What is merged over the document that the text is.
    Merge(Node),
}

impl Shape for TextChange {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Mapping(_) => Ok(Self::Merge(node.clone())),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Poisoned => Text::decode(node, decoder).map(Self::Whole),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [
            Text::schema(definitions),
            { "type": "object", "description": "Merged over the document." },
        ] })
    }
}

record! {
    /// What differs in a Service. Takes the fields of Kubernetes' ServiceSpec but its ports.
    ServiceOverride rest "core.v1.ServiceSpec" except ["ports"] {
        /// Labels to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
    }
}

record! {
    /// What differs in an Ingress. Takes the fields of Kubernetes' IngressSpec; rules and certificates replace those there are.
    IngressOverride rest "networking.v1.IngressSpec" except [] {
        /// Another class; Kubernetes' `ingressClassName`.
        class_name "className": Option<Spanned<ObjectName>>, example "alb";
        /// Other hosts by the Secret with their certificate, or Kubernetes' list.
        tls "tls": Option<Tls>;
        /// Other backends by host and path, or Kubernetes' list.
        rules "rules": Option<Rules>;
        /// Labels to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
    }
}

record! {
    /// What differs in a claim of storage. Takes the fields of Kubernetes' PersistentVolumeClaimSpec.
    ClaimOverride rest "core.v1.PersistentVolumeClaimSpec" except [] {
        /// Another amount of storage.
        size "size": Option<Size>, example "20Gi";
        /// Labels to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
    }
}

record! {
    /// What differs in the autoscaler. Takes `minReplicas`, `maxReplicas`, and `behavior` as Kubernetes' HorizontalPodAutoscalerSpec has them.
    AutoscalingOverride rest "autoscaling.v2.HorizontalPodAutoscalerSpec" except ["scaleTargetRef"] {
        /// Other metrics: resources by name with their target, or Kubernetes' list.
        metrics "metrics": Option<Metrics>, example {"cpu": 60};
        /// Labels to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
    }
}

record! {
    /// What differs in the disruption budget. Takes the fields of Kubernetes' PodDisruptionBudgetSpec but its selector.
    DisruptionBudgetOverride rest "policy.v1.PodDisruptionBudgetSpec" except ["selector"] {
        /// Labels to set, and with null those to take away.
        labels "labels": LabelChanges;
        /// Annotations to set, and with null those to take away.
        annotations "annotations": AnnotationChanges;
    }
}

choice! {
    /// What a patch does.
    PatchOperation {
        /// Sets a field, or inserts into a list.
        Add "add",
        /// Takes a field or an entry away.
        Remove "remove",
        /// Sets a field that is there.
        Replace "replace",
    }
}

record! {
    /// One operation of a JSON patch.
    Patch {
        /// What it does.
        op "op": Spanned<PatchOperation>, example "replace";
        /// Where: a JSON pointer from the top of the object.
        path "path": Spanned<String>, example "/spec/minReadySeconds";
        /// The value to set; remove takes none.
        value "value": Option<Node>, example 10;
        /// The object to patch. Left out: the workload.
        target "target": Option<PatchTarget>;
    }
}

record! {
    /// The object to patch: the one of this kind, or the one of this kind and name.
    PatchTarget {
        /// Its kind.
        kind "kind": Spanned<String>, example "Deployment";
        /// Its name. Left out: the only one of its kind.
        name "name": Option<Spanned<String>>;
    }
}
