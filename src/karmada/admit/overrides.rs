//! The fields of override policies.
//!
//! *Source*: karmada f8fdd02 `pkg/apis/policy/v1alpha1/override_types.go`,
//! `charts/karmada/_crds/bases/policy/policy.karmada.io_overridepolicies.yaml`.

use crate::karmada::admit::propagation::CLUSTER_AFFINITY;
use crate::karmada::admit::propagation::RESOURCE_SELECTOR;
use crate::karmada::admit::shape::Field;
use crate::karmada::admit::shape::Record;
use crate::karmada::admit::shape::Shape;

/// An override policy below its root.
pub(super) const POLICY: Record = Record { fields: &[Field::required("spec", Shape::Object(&SPEC))] };

const ANY_OPERATOR: Shape = Shape::Choice(&["add", "remove", "replace"]);
const TARGET: Field = Field::pointer("targetCluster", Shape::Object(&CLUSTER_AFFINITY));

const SPEC: Record = Record {
    fields: &[
        Field::optional("overrideRules", Shape::List(&Shape::Object(&RULE))),
        Field::always("overriders", Shape::Object(&OVERRIDERS)),
        Field::optional("resourceSelectors", Shape::List(&Shape::Object(&RESOURCE_SELECTOR))),
        TARGET,
    ],
};

const RULE: Record = Record { fields: &[Field::required("overriders", Shape::Object(&OVERRIDERS)), TARGET] };

const OVERRIDERS: Record = Record {
    fields: &[
        Field::optional("annotationsOverrider", Shape::List(&Shape::Object(&TEXTS))),
        Field::optional("argsOverrider", Shape::List(&Shape::Object(&ARGUMENTS))),
        Field::optional("commandOverrider", Shape::List(&Shape::Object(&ARGUMENTS))),
        Field::optional("fieldOverrider", Shape::List(&Shape::Object(&FIELD))),
        Field::optional("imageOverrider", Shape::List(&Shape::Object(&IMAGE))),
        Field::optional("labelsOverrider", Shape::List(&Shape::Object(&TEXTS))),
        Field::optional("plaintext", Shape::List(&Shape::Object(&PLAINTEXT))),
    ],
};

const TEXTS: Record =
    Record { fields: &[Field::required("operator", ANY_OPERATOR), Field::required("value", Shape::TextMap)] };

const ARGUMENTS: Record = Record {
    fields: &[
        Field::required("containerName", Shape::Text),
        Field::required("operator", Shape::Choice(&["add", "remove"])),
        Field::optional("value", Shape::List(&Shape::Text)),
    ],
};

const FIELD: Record = Record {
    fields: &[
        Field::required("fieldPath", Shape::Text),
        Field::optional("json", Shape::List(&Shape::Object(&OPERATION))),
        Field::optional("yaml", Shape::List(&Shape::Object(&OPERATION))),
    ],
};

const OPERATION: Record = Record {
    fields: &[
        Field::required("operator", ANY_OPERATOR),
        Field::required("subPath", Shape::Text),
        Field::always("value", Shape::Json),
    ],
};

const IMAGE: Record = Record {
    fields: &[
        Field::required("component", Shape::Choice(&["Registry", "Repository", "Tag"])),
        Field::required("operator", ANY_OPERATOR),
        Field::pointer("predicate", Shape::Object(&PREDICATE)),
        Field::optional("value", Shape::Text),
    ],
};

const PREDICATE: Record = Record { fields: &[Field::required("path", Shape::Text)] };

const PLAINTEXT: Record = Record {
    fields: &[
        Field::required("operator", ANY_OPERATOR),
        Field::required("path", Shape::Text),
        Field::always("value", Shape::Json),
    ],
};
