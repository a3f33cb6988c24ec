//! One document of the input, and whose it is.

use crate::source::FileId;
use crate::source::Span;
use crate::yaml::Node;

/// Whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// An App of Pelago.
    App,
    /// A Fleet of Pelago.
    Fleet,
    /// A Karmada `Cluster`, or a list of them.
    Clusters,
    /// Another Kubernetes object.
    Other,
}

/// One document of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Whose it is.
    pub kind: DocumentKind,
    /// The text it stands in.
    pub file: FileId,
    /// Its place in the text.
    pub span: Span,
    /// What it says.
    pub root: Node,
}
