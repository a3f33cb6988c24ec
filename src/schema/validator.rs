//! The published schemas, applied to what the user wrote; the only place that names the validator.

use serde_json::Value as Json;

/// A schema that is ready to be applied.
pub struct Validator(jsonschema::Validator);

/// A place that a schema refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, as a JSON pointer into the document.
    pub pointer: String,
    /// The keyword of the schema that refuses it, such as `required`.
    pub keyword: String,
}

impl Validator {
    /// Makes a schema ready.
    ///
    /// # Errors
    /// The text is no schema; the reason, in words.
    pub fn new(schema: &Json) -> Result<Self, String> {
        jsonschema::draft7::new(schema).map(Self).map_err(|error| error.to_string())
    }

    /// All places that the schema refuses, in the order of the schema.
    #[must_use]
    pub fn check(&self, document: &Json) -> Vec<Mismatch> {
        let errors = self.0.iter_errors(document);
        errors
            .map(|error| Mismatch {
                pointer: error.instance_path().to_string(),
                keyword: error.kind().keyword().to_owned(),
            })
            .collect()
    }
}
