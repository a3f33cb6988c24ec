//! The versions that a bundle is for, as the Fleet writes them.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::k8s::version::MinorVersion;
use crate::karmada::version::KarmadaVersion;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Shape;
use crate::schema::Text;
use crate::yaml::Node;
use serde_json::Value as Json;
use serde_json::json;

impl Shape for KarmadaVersion {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Text(text) = Text::decode(node, decoder)?;
        text.parse().map_err(|error| invalid(node, format!("{error}, found `{text}`"), decoder))
    }

    fn schema(_: &mut Definitions) -> Json {
        version_schema()
    }
}

impl Shape for MinorVersion {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Text(text) = Text::decode(node, decoder)?;
        Self::parse(&text).map_err(|error| invalid(node, error.to_string(), decoder))
    }

    fn schema(_: &mut Definitions) -> Json {
        version_schema()
    }
}

fn invalid(node: &Node, message: String, decoder: &mut Decoder<'_>) -> Reported {
    decoder.report(Diagnostic::new(codes::INVALID_VALUE, node.span, message))
}

/// A number is taken as it is written: `1.10` is not `1.1`.
fn version_schema() -> Json {
    json!({ "type": ["string", "number"], "pattern": "^v?1\\.[0-9]" })
}
