//! The fields of propagation policies.
//!
//! *Source*: karmada f8fdd02 `pkg/apis/policy/v1alpha1/propagation_types.go`,
//! `charts/karmada/_crds/bases/policy/policy.karmada.io_propagationpolicies.yaml`.

use crate::karmada::admit::shape::Field;
use crate::karmada::admit::shape::Record;
use crate::karmada::admit::shape::Shape;

/// A propagation policy below its root.
pub(super) const POLICY: Record = Record { fields: &[Field::required("spec", Shape::Object(&SPEC))] };

const SPEC: Record = Record {
    fields: &[
        Field::optional("activationPreference", Shape::Choice(&["Lazy"])),
        Field::optional("association", Shape::Bool),
        Field::optional("conflictResolution", Shape::Choice(&["Abort", "Overwrite"])).or_text("Abort"),
        Field::optional("dependentOverrides", Shape::List(&Shape::Text)),
        Field::pointer("failover", Shape::Object(&FAILOVER)),
        Field::always("placement", Shape::Object(&PLACEMENT)),
        Field::optional("preemption", Shape::Choice(&["Always", "Never"])).or_text("Never"),
        Field::pointer("preserveResourcesOnDeletion", Shape::Bool),
        Field::pointer("priority", Shape::Integer32).or_number(0),
        Field::optional("propagateDeps", Shape::Bool),
        Field::required("resourceSelectors", Shape::FilledList(&Shape::Object(&RESOURCE_SELECTOR))),
        Field::pointer("schedulePriority", Shape::Object(&SCHEDULE_PRIORITY)),
        Field::optional("schedulerName", Shape::Text).or_text("default-scheduler"),
        Field::pointer("suspension", Shape::Object(&SUSPENSION)),
    ],
};

/// What picks resources.
pub(super) const RESOURCE_SELECTOR: Record = Record {
    fields: &[
        Field::required("apiVersion", Shape::Text),
        Field::required("kind", Shape::Text),
        Field::pointer("labelSelector", Shape::Object(&LABEL_SELECTOR)),
        Field::optional("name", Shape::Text),
        Field::optional("namespace", Shape::Text),
    ],
};

const LABEL_SELECTOR: Record = Record {
    fields: &[
        Field::optional("matchExpressions", Shape::List(&Shape::Object(&REQUIREMENT))),
        Field::optional("matchLabels", Shape::TextMap),
    ],
};

const REQUIREMENT: Record = Record {
    fields: &[
        Field::required("key", Shape::Text),
        Field::required("operator", Shape::Text),
        Field::optional("values", Shape::List(&Shape::Text)),
    ],
};

const PLACEMENT: Record = Record {
    fields: &[
        Field::optional("clusterAffinities", Shape::List(&Shape::Object(&AFFINITY_TERM))),
        Field::pointer("clusterAffinity", Shape::Object(&CLUSTER_AFFINITY)),
        Field::optional("clusterTolerations", Shape::List(&Shape::Object(&TOLERATION))),
        Field::pointer("replicaScheduling", Shape::Object(&REPLICA_SCHEDULING)),
        Field::optional("spreadConstraints", Shape::List(&Shape::Object(&SPREAD_CONSTRAINT))),
        Field::pointer("workloadAffinity", Shape::Object(&WORKLOAD_AFFINITY)),
    ],
};

/// What picks clusters.
pub(super) const CLUSTER_AFFINITY: Record = Record { fields: &[CLUSTER_NAMES, EXCLUDE, FIELDS, LABELS] };

const CLUSTER_NAMES: Field = Field::optional("clusterNames", Shape::List(&Shape::Text));
const EXCLUDE: Field = Field::optional("exclude", Shape::List(&Shape::Text));
const FIELDS: Field = Field::pointer("fieldSelector", Shape::Object(&FIELD_SELECTOR));
const LABELS: Field = Field::pointer("labelSelector", Shape::Object(&LABEL_SELECTOR));
const AFFINITY_NAME: Field = Field::required("affinityName", Shape::ShortText);

const FIELD_SELECTOR: Record =
    Record { fields: &[Field::optional("matchExpressions", Shape::List(&Shape::Object(&REQUIREMENT)))] };

const AFFINITY_TERM: Record = Record {
    fields: &[
        AFFINITY_NAME,
        CLUSTER_NAMES,
        EXCLUDE,
        FIELDS,
        LABELS,
        Field::optional("overflowAffinities", Shape::List(&Shape::Object(&OVERFLOW_TERM))),
    ],
};

const OVERFLOW_TERM: Record = Record { fields: &[AFFINITY_NAME, CLUSTER_NAMES, EXCLUDE, FIELDS, LABELS] };

const TOLERATION: Record = Record {
    fields: &[
        Field::optional("effect", Shape::Text),
        Field::optional("key", Shape::Text),
        Field::optional("operator", Shape::Text),
        Field::pointer("tolerationSeconds", Shape::Integer64),
        Field::optional("value", Shape::Text),
    ],
};

const REPLICA_SCHEDULING: Record = Record {
    fields: &[
        Field::optional("replicaDivisionPreference", Shape::Choice(&["Aggregated", "Weighted"])),
        Field::optional("replicaSchedulingType", Shape::Choice(&["Duplicated", "Divided"]))
            .or_text("Divided"),
        Field::pointer("weightPreference", Shape::Object(&WEIGHT_PREFERENCE)),
    ],
};

const WEIGHT_PREFERENCE: Record = Record {
    fields: &[
        Field::optional("dynamicWeight", Shape::Choice(&["AvailableReplicas"])),
        Field::optional("staticWeightList", Shape::List(&Shape::Object(&STATIC_WEIGHT))),
    ],
};

const STATIC_WEIGHT: Record = Record {
    fields: &[
        Field::required("targetCluster", Shape::Object(&CLUSTER_AFFINITY)),
        Field::required("weight", Shape::Weight),
    ],
};

const SPREAD_CONSTRAINT: Record = Record {
    fields: &[
        Field::optional("maxGroups", Shape::Integer64),
        Field::optional("minGroups", Shape::Integer64),
        Field::optional("spreadByField", Shape::Choice(&["cluster", "region", "zone", "provider"])),
        Field::optional("spreadByLabel", Shape::Text),
    ],
};

const WORKLOAD_AFFINITY: Record = Record {
    fields: &[
        Field::pointer("affinity", Shape::Object(&WORKLOAD_GROUP)),
        Field::pointer("antiAffinity", Shape::Object(&WORKLOAD_GROUP)),
    ],
};

const WORKLOAD_GROUP: Record = Record { fields: &[Field::required("groupByLabelKey", Shape::Text)] };

const FAILOVER: Record = Record {
    fields: &[
        Field::pointer("application", Shape::Object(&APPLICATION_FAILOVER)),
        Field::pointer("cluster", Shape::Object(&CLUSTER_FAILOVER)),
    ],
};

const APPLICATION_FAILOVER: Record = Record {
    fields: &[
        Field::required("decisionConditions", Shape::Object(&DECISION_CONDITIONS)),
        Field::pointer("gracePeriodSeconds", Shape::Integer32),
        Field::optional("purgeMode", Shape::Choice(&["Directly", "Gracefully", "Never"]))
            .or_text("Gracefully"),
        Field::pointer("statePreservation", Shape::Object(&STATE_PRESERVATION)),
    ],
};

const DECISION_CONDITIONS: Record =
    Record { fields: &[Field::pointer("tolerationSeconds", Shape::Integer32).or_number(300)] };

const CLUSTER_FAILOVER: Record = Record {
    fields: &[
        Field::optional("purgeMode", Shape::Choice(&["Directly", "Gracefully"])).or_text("Gracefully"),
        Field::pointer("statePreservation", Shape::Object(&STATE_PRESERVATION)),
    ],
};

const STATE_PRESERVATION: Record =
    Record { fields: &[Field::required("rules", Shape::List(&Shape::Object(&STATE_RULE)))] };

const STATE_RULE: Record = Record {
    fields: &[Field::required("aliasLabelName", Shape::Text), Field::required("jsonPath", Shape::Text)],
};

const SCHEDULE_PRIORITY: Record = Record {
    fields: &[
        Field::required("priorityClassName", Shape::Text),
        Field::required("priorityClassSource", Shape::Choice(&["KubePriorityClass"])),
    ],
};

const SUSPENSION: Record = Record {
    fields: &[
        Field::pointer("dispatching", Shape::Bool),
        Field::pointer("dispatchingOnClusters", Shape::Object(&SUSPENDED_CLUSTERS)),
    ],
};

const SUSPENDED_CLUSTERS: Record =
    Record { fields: &[Field::optional("clusterNames", Shape::List(&Shape::Text))] };
