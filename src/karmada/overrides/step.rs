//! The changes of one rule, applied in Karmada's order.

use serde_json::Value;

use crate::k8s::patch;
use crate::k8s::patch::Operation;
use crate::karmada::overrides::arguments::build_operations as build_argument_operations;
use crate::karmada::overrides::document::override_field;
use crate::karmada::overrides::fault::OverrideFault;
use crate::karmada::overrides::image::build_operations as build_image_operations;
use crate::karmada::overrides::labels::override_entries;
use crate::karmada::overrides::number::normalize;
use crate::karmada::policy::overriding::CommandArgsOverrider;
use crate::karmada::policy::overriding::OverriderOperator;
use crate::karmada::policy::overriding::Overriders;
use crate::karmada::policy::overriding::PlaintextOverrider;

/// Applies the changes of one rule: images, commands, arguments, labels, annotations, documents in fields, and last
/// any field.
///
/// # Errors
///
/// Returns the first change that Karmada cannot apply; the object is then of no use.
pub fn apply_overriders(object: &mut Value, overriders: &Overriders) -> Result<(), OverrideFault> {
    for overrider in &overriders.image_overrider {
        let operations = build_image_operations(object, overrider)?;
        patch_object(object, &operations)?;
    }
    override_arguments(object, "command", &overriders.command_overrider)?;
    override_arguments(object, "args", &overriders.args_overrider)?;
    for overrider in &overriders.labels_overrider {
        override_entries(object, "labels", overrider)?;
    }
    for overrider in &overriders.annotations_overrider {
        override_entries(object, "annotations", overrider)?;
    }
    for overrider in &overriders.field_overrider {
        override_field(object, overrider)?;
    }
    let operations: Vec<Operation> = overriders.plaintext.iter().map(plaintext_operation).collect();
    patch_object(object, &operations)
}

fn override_arguments(
    object: &mut Value,
    field: &str,
    overriders: &[CommandArgsOverrider],
) -> Result<(), OverrideFault> {
    for overrider in overriders {
        let operations = build_argument_operations(object, field, overrider)?;
        patch_object(object, &operations)?;
    }
    Ok(())
}

/// All operations of a rule are one patch: with one that fails, none counts.
fn plaintext_operation(overrider: &PlaintextOverrider) -> Operation {
    let value = normalize(overrider.value.as_ref().unwrap_or(&Value::Null));
    operation(overrider.operator, overrider.path.clone(), value)
}

/// The patch operation of an operator.
pub(super) fn operation(operator: OverriderOperator, path: String, value: Value) -> Operation {
    match operator {
        OverriderOperator::Add => Operation::Add { path, value },
        OverriderOperator::Replace => Operation::Replace { path, value },
        OverriderOperator::Remove => Operation::Remove { path },
    }
}

/// Patches the whole object, which must still be one with a kind afterwards.
pub(super) fn patch_object(object: &mut Value, operations: &[Operation]) -> Result<(), OverrideFault> {
    let patched = patch::apply(object, operations).map_err(OverrideFault::Patch)?;
    if !patched.is_object() {
        return Err(OverrideFault::FieldIsNotAnObject { path: String::new() });
    }
    if !has_kind(&patched) {
        return Err(OverrideFault::KindLost);
    }
    *object = patched;
    Ok(())
}

/// apimachinery `UnstructuredJSONScheme` wants a kind, and sees none beside an `apiVersion` of three parts.
fn has_kind(object: &Value) -> bool {
    let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default();
    !text("kind").is_empty() && text("apiVersion").matches('/').count() <= 1
}
