//! Bytes in base64, as Kubernetes writes them.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Shape;
use crate::yaml::Node;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use serde_json::json;

/// Bytes in base64, with padding; line ends are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base64(pub String);

impl Base64 {
    /// Writes bytes as base64.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn decode_bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.0).unwrap_or_default()
    }
}

impl Shape for Base64 {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let text: String =
            decoder.text(node)?.chars().filter(|character| !matches!(character, '\n' | '\r')).collect();
        if STANDARD.decode(&text).is_ok() {
            return Ok(Self(text));
        }
        let diagnostic = Diagnostic::new(codes::INVALID_VALUE, node.span, "the value is not base64")
            .with_note("Kubernetes takes `data` as bytes in base64")
            .with_help("for plain text, use `stringData` in a Secret, and `data` in a ConfigMap");
        Err(decoder.report(diagnostic))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "contentEncoding": "base64" })
    }
}
