//! `claims.jsonl`: which policy claims a resource.

use crate::conformance::vectors;
use pelago::karmada::admission::read_policy;
use pelago::karmada::policy::PropagationPolicy;
use pelago::karmada::policy::PropagationPolicyKind;
use pelago::karmada::selector::find_claim;
use serde_json::Value;
use serde_json::json;

#[test]
fn the_policy_that_claims_is_that_of_karmada() {
    vectors::check_all("claims.jsonl", check);
}

fn check(vector: &Value) -> Option<String> {
    let input = &vector["in"];
    let policies: Vec<PropagationPolicy> = ["policies", "clusterPolicies"]
        .iter()
        .filter_map(|field| input[field].as_array())
        .flatten()
        .map(|policy| read_policy(policy).unwrap())
        .collect();
    let claim = find_claim(&input["object"], &policies).map(describe);
    let answer = json!({"ok": true, "claim": claim});
    (answer != vector["out"]).then(|| format!("{}: {answer} {}", vector["name"], vector["out"]))
}

fn describe(policy: &PropagationPolicy) -> Value {
    let kind = match policy.kind {
        PropagationPolicyKind::PropagationPolicy => "PropagationPolicy",
        PropagationPolicyKind::ClusterPropagationPolicy => "ClusterPropagationPolicy",
    };
    let mut described = json!({"kind": kind, "name": policy.metadata.name});
    if let Some(namespace) = &policy.metadata.namespace {
        described["namespace"] = json!(namespace);
    }
    described
}
