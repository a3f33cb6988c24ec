//! What each step does, and where it differs from the standard.

use super::*;
use serde_json::json;

fn patch(document: &Value, operations: &Value) -> Result<Value, PatchError> {
    apply(document, &Vec::<Operation>::deserialize(operations).unwrap())
}

#[track_caller]
fn assert_patched(operation: &Value, expected: &Value) {
    let document = json!({"a": {"b": 1}, "list": [1, 2, 3], "null": null});
    let mut whole = document.clone();
    for (key, value) in expected.as_object().unwrap() {
        whole[key] = value.clone();
    }
    assert_eq!(patch(&document, &json!([operation])), Ok(whole), "{operation}");
}

#[track_caller]
fn assert_fault(operation: &Value, fault: PatchFault) {
    let document = json!({"a": {"b": 1}, "list": [1, 2, 3], "null": null});
    let error = patch(&document, &json!([operation])).expect_err("a fault");
    assert_eq!(error.fault, fault, "{operation}");
}

#[test]
fn add_overwrites_inserts_and_appends() {
    assert_patched(&json!({"op": "add", "path": "/a/b", "value": 2}), &json!({"a": {"b": 2}}));
    assert_patched(&json!({"op": "add", "path": "/a/c"}), &json!({"a": {"b": 1, "c": null}}));
    assert_patched(
        &json!({"op": "add", "path": "/a/x~1y~0", "value": 1}),
        &json!({"a": {"b": 1, "x/y~": 1}}),
    );
    assert_patched(&json!({"op": "add", "path": "/list/0", "value": 0}), &json!({"list": [0, 1, 2, 3]}));
    assert_patched(&json!({"op": "add", "path": "/list/3", "value": 4}), &json!({"list": [1, 2, 3, 4]}));
    assert_patched(&json!({"op": "add", "path": "/list/-", "value": 4}), &json!({"list": [1, 2, 3, 4]}));
    assert_patched(&json!({"op": "add", "path": "/list/-1", "value": 4}), &json!({"list": [1, 2, 3, 4]}));
    assert_patched(&json!({"op": "add", "path": "/list/-4", "value": 4}), &json!({"list": [4, 1, 2, 3]}));
    assert_fault(&json!({"op": "add", "path": "/list/4", "value": 4}), PatchFault::Index);
    assert_fault(&json!({"op": "add", "path": "/list/-5", "value": 4}), PatchFault::Index);
    assert_fault(&json!({"op": "add", "path": "/list/x", "value": 4}), PatchFault::Index);
    assert_fault(&json!({"op": "add", "path": "/x/y", "value": 4}), PatchFault::MissingParent);
    assert_fault(&json!({"op": "add", "path": "/null/y", "value": 4}), PatchFault::MissingParent);
    assert_fault(&json!({"op": "add", "path": "/a/b/c", "value": 4}), PatchFault::MissingParent);
}

#[test]
fn replace_and_remove_need_what_they_change() {
    assert_patched(&json!({"op": "replace", "path": "/list/-1", "value": 4}), &json!({"list": [1, 2, 4]}));
    assert_patched(&json!({"op": "replace", "path": "/null", "value": 4}), &json!({"null": 4}));
    assert_patched(&json!({"op": "remove", "path": "/a/b"}), &json!({"a": {}}));
    assert_patched(&json!({"op": "remove", "path": "/list/-3"}), &json!({"list": [2, 3]}));
    assert_fault(&json!({"op": "replace", "path": "/a/c", "value": 4}), PatchFault::MissingKey);
    assert_fault(&json!({"op": "replace", "path": "/list/3", "value": 4}), PatchFault::Index);
    assert_fault(&json!({"op": "replace", "path": "/list/-", "value": 4}), PatchFault::Index);
    assert_fault(&json!({"op": "remove", "path": "/a/c"}), PatchFault::MissingKey);
    assert_fault(&json!({"op": "remove", "path": "/list/-4"}), PatchFault::Index);
}

#[test]
fn move_copy_and_test_follow_their_paths() {
    assert_patched(&json!({"op": "move", "from": "/list/0", "path": "/list/-"}), &json!({"list": [2, 3, 1]}));
    assert_patched(&json!({"op": "copy", "from": "/a", "path": "/null"}), &json!({"null": {"b": 1}}));
    assert_patched(&json!({"op": "test", "path": "/a", "value": {"b": 1}}), &json!({}));
    assert_patched(&json!({"op": "test", "path": "/none"}), &json!({}));
    assert_fault(&json!({"op": "test", "path": "/a/b", "value": "1"}), PatchFault::TestFailed);
    assert_fault(&json!({"op": "test", "path": "/list/9", "value": null}), PatchFault::Index);
    assert_fault(&json!({"op": "copy", "from": "/none", "path": "/x"}), PatchFault::MissingKey);
    assert_fault(&json!({"op": "move", "from": "", "path": "/x"}), PatchFault::Root);
}

#[test]
fn the_text_before_the_first_slash_does_not_count() {
    assert_patched(&json!({"op": "replace", "path": "a/list", "value": 1}), &json!({"list": 1}));
    assert_fault(&json!({"op": "add", "path": "list", "value": 1}), PatchFault::MissingParent);
}

#[test]
fn empty_keys_are_the_odd_ones_of_the_original() {
    assert_patched(&json!({"op": "replace", "path": "/", "value": 1}), &json!({"": 1}));
    assert_patched(&json!({"op": "add", "path": "//a/b", "value": 7}), &json!({}));
    assert_fault(&json!({"op": "add", "path": "//none/b", "value": 7}), PatchFault::MissingParent);
    assert_fault(&json!({"op": "add", "path": "/a//b", "value": 7}), PatchFault::MissingParent);
}

#[test]
fn a_failing_step_undoes_all() {
    let document = json!({"a": 1});
    let error = patch(&document, &json!([{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/a"}]));
    let error = error.expect_err("the key is gone");
    assert_eq!((error.operation, error.to_string().as_str()), (1, "`/a` does not exist"));
}

#[test]
fn keys_keep_their_order() {
    let document = json!({"c": 1, "a": 2, "b": 3});
    let patched =
        patch(&document, &json!([{"op": "remove", "path": "/c"}, {"op": "add", "path": "/a", "value": 9}]));
    assert_eq!(patched.unwrap().to_string(), r#"{"a":9,"b":3}"#);
}
