//! What names a kind and an object: `GroupVersionKind`, `ObjectKey`, and the scope of built-in kinds.

use std::fmt;

/// A group and a version, written `apps/v1`, or `v1` for the core group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersion {
    group: String,
    version: String,
}

/// A kind with its group and version. Sorted by group, version and kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionKind {
    group_version: GroupVersion,
    kind: String,
}

/// One object in a cluster. Sorted by kind, namespace (none first) and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// The kind.
    pub gvk: GroupVersionKind,
    /// The namespace; `None` for a cluster-scoped object or one without a namespace written.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// Whether objects of a kind live in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Each object is in a namespace.
    Namespaced,
    /// Objects belong to the whole cluster.
    Cluster,
}

/// Why a text names no group and version, or no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GvkError {
    /// The apiVersion is empty, or its group or version is.
    EmptyApiVersion,
    /// The apiVersion has more than one slash.
    ManySlashes,
    /// The kind is empty.
    EmptyKind,
}

impl GroupVersion {
    /// Reads an `apiVersion` (`apimachinery pkg/runtime/schema ParseGroupVersion`, but an empty part is an error).
    ///
    /// # Errors
    ///
    /// See [`GvkError`].
    pub fn parse(api_version: &str) -> Result<Self, GvkError> {
        let (group, version) = match api_version.split_once('/') {
            Some(("", _)) => return Err(GvkError::EmptyApiVersion),
            Some((_, version)) if version.contains('/') => return Err(GvkError::ManySlashes),
            Some((group, version)) => (group, version),
            None => ("", api_version),
        };
        if version.is_empty() {
            return Err(GvkError::EmptyApiVersion);
        }
        Ok(Self { group: group.to_owned(), version: version.to_owned() })
    }
}

impl GroupVersionKind {
    /// Names a kind by its `apiVersion` and `kind`, as objects do.
    ///
    /// # Errors
    ///
    /// See [`GvkError`].
    pub fn parse(api_version: &str, kind: &str) -> Result<Self, GvkError> {
        let group_version = GroupVersion::parse(api_version)?;
        if kind.is_empty() {
            return Err(GvkError::EmptyKind);
        }
        Ok(Self { group_version, kind: kind.to_owned() })
    }

    /// The group; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group_version.group
    }

    /// The version alone, such as `v1`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.group_version.version
    }

    /// The kind, such as `Deployment`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Group and version the way an object's `apiVersion` has them.
    #[must_use]
    pub fn api_version(&self) -> String {
        self.group_version.to_string()
    }

    /// The scope, if the kind is one of Kubernetes' own or of Karmada's; the version does not matter.
    #[must_use]
    pub fn find_scope(&self) -> Option<Scope> {
        let has = |kinds: &[(&str, &[&str])]| {
            kinds.iter().any(|(group, kinds)| *group == self.group() && kinds.contains(&self.kind()))
        };
        if has(CLUSTER_KINDS) {
            Some(Scope::Cluster)
        } else {
            has(NAMESPACED_KINDS).then_some(Scope::Namespaced)
        }
    }
}

/// Cluster-scoped kinds by group, of Kubernetes 1.25 to 1.37 and of Karmada f8fdd02 `charts/karmada/_crds`.
const CLUSTER_KINDS: &[(&str, &[&str])] = &[
    ("", &["ComponentStatus", "Namespace", "Node", "PersistentVolume"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    ("authentication.k8s.io", &["SelfSubjectReview", "TokenReview"]),
    ("authorization.k8s.io", &["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"]),
    ("certificates.k8s.io", &["CertificateSigningRequest", "ClusterTrustBundle"]),
    ("flowcontrol.apiserver.k8s.io", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("apps.karmada.io", &["WorkloadRebalancer"]),
    ("cluster.karmada.io", &["Cluster"]),
    ("config.karmada.io", &["ResourceInterpreterCustomization", "ResourceInterpreterWebhookConfiguration"]),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    ("networking.k8s.io", &["ClusterCIDR", "IPAddress", "IngressClass", "ServiceCIDR"]),
    ("node.k8s.io", &["RuntimeClass"]),
    ("policy.karmada.io", &["ClusterOverridePolicy", "ClusterPropagationPolicy", "ClusterTaintPolicy"]),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    ("remedy.karmada.io", &["Remedy"]),
    (
        "resource.k8s.io",
        &["DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourcePoolStatusRequest", "ResourceSlice"],
    ),
    ("scheduling.k8s.io", &["PriorityClass"]),
    ("search.karmada.io", &["ResourceRegistry"]),
    (
        "storage.k8s.io",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
];

/// Namespaced kinds by group, of Kubernetes 1.25 to 1.37 and of Karmada.
const NAMESPACED_KINDS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "Binding",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
    ),
    ("apps", &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    ("authentication.k8s.io", &["TokenRequest"]),
    ("authorization.k8s.io", &["LocalSubjectAccessReview"]),
    ("autoscaling.karmada.io", &["CronFederatedHPA", "FederatedHPA"]),
    ("autoscaling", &["HorizontalPodAutoscaler", "Scale"]),
    ("batch", &["CronJob", "Job"]),
    ("certificates.k8s.io", &["PodCertificateRequest"]),
    ("coordination.k8s.io", &["Lease", "LeaseCandidate"]),
    ("discovery.k8s.io", &["EndpointSlice"]),
    ("events.k8s.io", &["Event"]),
    ("lifecycle.k8s.io", &["Eviction", "EvictionRequest"]),
    ("networking.k8s.io", &["Ingress", "NetworkPolicy"]),
    ("networking.karmada.io", &["MultiClusterIngress", "MultiClusterService"]),
    ("policy", &["Eviction", "PodDisruptionBudget"]),
    ("policy.karmada.io", &["FederatedResourceQuota", "OverridePolicy", "PropagationPolicy"]),
    ("rbac.authorization.k8s.io", &["Role", "RoleBinding"]),
    (
        "resource.k8s.io",
        &[
            "PodScheduling",
            "PodSchedulingContext",
            "ResourceClaim",
            "ResourceClaimParameters",
            "ResourceClaimTemplate",
            "ResourceClassParameters",
        ],
    ),
    ("scheduling.k8s.io", &["CompositePodGroup", "PodGroup", "Workload"]),
    ("storage.k8s.io", &["CSIStorageCapacity"]),
];

impl fmt::Display for GroupVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.group.is_empty() {
            write!(formatter, "{}/", self.group)?;
        }
        formatter.write_str(&self.version)
    }
}

impl fmt::Display for GroupVersionKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.group_version, self.kind)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.gvk)?;
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        formatter.write_str(&self.name)
    }
}

impl fmt::Display for GvkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::EmptyApiVersion => "expected an apiVersion such as `apps/v1` or `v1`",
            Self::ManySlashes => "an apiVersion has at most one `/`",
            Self::EmptyKind => "the kind is empty",
        })
    }
}

impl std::error::Error for GvkError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn gvk(api_version: &str, kind: &str) -> GroupVersionKind {
        GroupVersionKind::parse(api_version, kind).unwrap()
    }

    #[test]
    fn api_versions_have_a_group_or_none() {
        assert_eq!((gvk("apps/v1", "Deployment").group(), gvk("v1", "Pod").group()), ("apps", ""));
        assert_eq!(gvk("apps/v1", "Deployment").to_string(), "apps/v1 Deployment");
        for (text, error) in [
            ("", GvkError::EmptyApiVersion),
            ("/", GvkError::EmptyApiVersion),
            ("/v1", GvkError::EmptyApiVersion),
            ("apps/", GvkError::EmptyApiVersion),
            ("a/b/c", GvkError::ManySlashes),
        ] {
            assert_eq!(GroupVersion::parse(text), Err(error), "{text}");
        }
        assert_eq!(GroupVersionKind::parse("v1", ""), Err(GvkError::EmptyKind));
    }

    #[test]
    fn scope_is_known_for_built_in_kinds_only() {
        assert_eq!(gvk("apps/v1", "Deployment").find_scope(), Some(Scope::Namespaced));
        assert_eq!(gvk("v1", "Namespace").find_scope(), Some(Scope::Cluster));
        let policy = |kind| gvk("policy.karmada.io/v1alpha1", kind).find_scope();
        assert_eq!(policy("ClusterOverridePolicy"), Some(Scope::Cluster));
        assert_eq!(policy("OverridePolicy"), Some(Scope::Namespaced));
        assert_eq!(gvk("example.com/v1", "Deployment").find_scope(), None);
    }

    #[test]
    fn objects_are_shown_with_their_namespace() {
        let key = ObjectKey {
            gvk: gvk("apps/v1", "Deployment"),
            namespace: Some("shop".to_owned()),
            name: "web".to_owned(),
        };
        assert_eq!(key.to_string(), "apps/v1 Deployment shop/web");
        assert!(ObjectKey { namespace: None, ..key.clone() } < key);
    }
}
