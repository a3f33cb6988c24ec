//! What can be wrong with a YAML text.

use crate::source::Span;

/// Something wrong, and the smallest text that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where.
    pub span: Span,
    /// The other place that has to do with it: the first definition of a key.
    pub related: Option<Span>,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, span: Span) -> Self {
        Self { kind, span, related: None }
    }
}

/// Kinds of faults, each one thing that a user can understand and mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is no YAML; what the parser found, in lower case and without a full stop.
    Syntax(String),
    /// A tab where YAML wants spaces: in the indentation, or behind `-` or `?`. The span is the tabs.
    TabIndentation,
    /// `{{ … }}` without quotes, which YAML reads as maps.
    UnquotedExpression,
    /// A character that may not stand in a YAML text, or (NEL, LS, PS) that only some readers take for a line
    /// break.
    Character(char),
    /// A byte order mark at the start of a line, but not of a document.
    ByteOrderMark,
    /// Text on the line of a `---`, which `kubectl` refuses.
    TextAfterSeparator,
    /// A `%` directive, which `kubectl` refuses.
    Directive,
    /// Text that `kubectl` drops without a word: behind the end of a document, but before the next `---`.
    LostText,
    /// A key for the second time; `kubectl` takes the last value. The first is the related place.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A `<<` changes the value of a key that was written before it. The key is the related place.
    MergeOverride {
        /// The key.
        key: String,
    },
    /// The value of a `<<` is neither a map nor a list of maps.
    MergeValue,
    /// An alias without an anchor before it in the same document.
    UnknownAnchor {
        /// The name behind the `*`.
        name: String,
    },
    /// An alias within the value that it stands for.
    RecursiveAlias {
        /// The name behind the `*`.
        name: String,
    },
    /// The name of an anchor has other characters than letters, digits, `_`, and `-`.
    AnchorName,
    /// An escape in a double quoted string that `kubectl` does not know.
    Escape,
    /// The text does not fit the tag, as in `!!int x`.
    Tag {
        /// The tag in short form, as in `!!int`.
        tag: &'static str,
    },
    /// YAML can say it, JSON and hence Kubernetes cannot.
    NotRepresentable(Unrepresentable),
    /// Lists and maps within each other beyond the limit.
    TooDeep {
        /// The number of levels allowed.
        limit: usize,
    },
    /// The aliases stand for more text than the limit allows.
    TooManyAliases,
    /// The text is longer than the limit.
    TooLarge {
        /// The number of bytes allowed.
        limit: usize,
    },
}

/// What JSON has no form for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrepresentable {
    /// `.inf`, `-.inf`, or `.nan`.
    Number,
    /// A null as a key.
    NullKey,
    /// A list or a map as a key.
    CollectionKey,
    /// An integer above the signed 64 bit range as a key.
    LargeKey,
}
