//! Characters that travel badly.

use crate::bundle::Object;
use crate::bundle::Role;
use crate::lower::Lowering;
use crate::yaml::Node;
use crate::yaml::Value;

impl Lowering<'_> {
    /// Warns of texts that kustomize cannot carry: it fails on DEL and the C1 characters, or makes a space of them. What passes
    /// through is not written for kustomize.
    pub(super) fn check_characters(&mut self, objects: &[Object]) {
        for object in objects.iter().filter(|object| object.role != Role::Streamed) {
            self.check_node(&object.root);
        }
    }

    fn check_node(&mut self, node: &Node) {
        match &node.value {
            Value::String(scalar) => {
                let found = scalar.text.chars().find(|found| matches!(found, '\u{7f}'..='\u{9f}'));
                if let Some(character) = found {
                    self.control_character(node.span, character);
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.check_node(item)),
            Value::Mapping(mapping) => mapping.iter().for_each(|entry| self.check_node(&entry.value)),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Poisoned => {}
        }
    }
}
