//! One document of the input, whose it is, and what the files hold that it names.

use crate::source::FileId;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// An App of Pelago.
    App,
    /// A Fleet of Pelago.
    Fleet,
    /// A Karmada `Cluster`, or a list of them.
    Clusters,
    /// A workload of Score.
    Score,
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
    /// What the files and variables hold that it names; empty until they are read.
    pub attachments: Attachments,
    /// The texts with expressions that use values from elsewhere, each with what a message about it should say.
    pub origins: Vec<(Span, String)>,
}

/// What the files and variables hold that a document names; kept apart from the tree, so that nothing shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachments {
    /// The files by the path that the document names them with, sorted by path, never none.
    pub files: BTreeMap<String, Vec<File>>,
    /// The lines of files of variables, by the path that the document names them with.
    pub env_files: BTreeMap<(Secrecy, String), Vec<Assignment>>,
    /// The variables of the environment by name.
    pub variables: BTreeMap<String, String>,
}

/// A file as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Whether messages may show what a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secrecy {
    /// They may.
    Open,
    /// They must not.
    Confidential,
}

/// One `KEY=value` of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The key, and its place in the file.
    pub key: Spanned<String>,
    /// The value, as it is behind the `=`.
    pub value: String,
}
