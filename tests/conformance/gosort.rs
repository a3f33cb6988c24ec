//! `gosort.jsonl`: where Go's unstable sort leaves equal elements.

use crate::conformance::vectors;
use pelago::karmada::gosort::sort_by_less;
use serde_json::Value;

#[test]
fn unstable_order_is_that_of_go() {
    let lines = vectors::read("gosort.jsonl");
    let differences: Vec<String> =
        lines.iter().enumerate().filter_map(|(line, vector)| check(line, vector)).collect();
    vectors::report("gosort.jsonl", lines.len(), &differences);
}

fn check(line: usize, vector: &Value) -> Option<String> {
    let keys: Vec<i64> = serde_json::from_value(vector["keys"].clone()).unwrap();
    let expected: Vec<usize> = serde_json::from_value(vector["order"].clone()).unwrap();
    let mut order: Vec<usize> = (0..keys.len()).collect();
    sort_by_less(&mut order, |left, right| keys[*left] > keys[*right]);
    (order != expected).then(|| format!("line {}: {order:?}", line + 1))
}
