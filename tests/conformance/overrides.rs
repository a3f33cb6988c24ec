//! `overrides.jsonl`: what override policies make of a resource.

use crate::conformance::vectors;
use pelago::karmada::admission::read_policy;
use pelago::karmada::cluster::Cluster;
use pelago::karmada::overrides::AppliedRule;
use pelago::karmada::overrides::apply_overrides;
use pelago::karmada::policy::OverridePolicy;
use pelago::karmada::policy::OverridePolicyKind;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn resources_are_overridden_as_by_karmada() {
    vectors::check_all("overrides.jsonl", check);
}

/// Compares one vector of the op `override`; the difference, if there is one.
pub(crate) fn check(vector: &Value) -> Option<String> {
    let input = &vector["in"];
    let cluster: Cluster = serde_json::from_value(input["cluster"].clone()).unwrap();
    let policies: Vec<OverridePolicy> = ["policies", "clusterPolicies"]
        .iter()
        .filter_map(|field| input[field].as_array())
        .flatten()
        .map(|policy| read_policy(policy).unwrap())
        .collect();
    let answer = match apply_overrides(&input["object"], &cluster, &policies) {
        Ok(overridden) => json!({
            "ok": true,
            "object": overridden.object,
            "applied": {
                "clusterOverridePolicies": names(&overridden.applied, OverridePolicyKind::ClusterOverridePolicy),
                "overridePolicies": names(&overridden.applied, OverridePolicyKind::OverridePolicy),
            },
        }),
        Err(failure) => match failure.fault.class() {
            Some(class) => json!({"ok": false, "kind": "error", "class": class}),
            None => json!({"ok": false, "kind": "panic"}),
        },
    };
    let mut expected = vector["out"].clone();
    expected.as_object_mut().unwrap().shift_remove("text");
    (answer != expected).then(|| format!("{}: {answer}\n  {expected}", vector["name"]))
}

/// The names of the policies of a kind, sorted; one whose rules apply twice is named once.
fn names(applied: &[AppliedRule<'_>], kind: OverridePolicyKind) -> BTreeSet<String> {
    let of_kind = applied.iter().filter(|rule| rule.policy.kind == kind);
    of_kind.map(|rule| rule.policy.metadata.name.clone()).collect()
}
