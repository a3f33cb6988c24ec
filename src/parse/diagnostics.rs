//! What is wrong with a text, told to its author.

use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Fault;
use crate::yaml::FaultKind;
use crate::yaml::Unrepresentable;

/// What most people mean who write a `*`: a schedule, or a pattern.
const QUOTE_THE_STAR: &str = "write quotes around a text that begins with `*`, as in `\"*/5 * * * *\"`";

/// Tells one fault of the reader.
#[must_use]
pub fn explain_fault(fault: &Fault) -> Diagnostic {
    let length = (fault.span.end - fault.span.start) as usize;
    let at = |code: Code, message: String| Diagnostic::new(code, fault.span, message);
    match &fault.kind {
        FaultKind::Syntax(detail) if detail.contains("anchor or alias") => {
            at(codes::SYNTAX, format!("invalid YAML: {detail}")).with_help(QUOTE_THE_STAR)
        }
        FaultKind::Syntax(detail) => at(codes::SYNTAX, format!("invalid YAML: {detail}")),
        FaultKind::TabIndentation => at(codes::TAB_INDENTATION, "a tab is used for indentation".to_owned())
            .with_note("YAML takes spaces alone")
            .with_replacement("write two spaces for each tab", fault.span, "  ".repeat(length.max(1))),
        FaultKind::UnquotedExpression => at(codes::SYNTAX, "an expression needs quotes".to_owned())
            .with_note("YAML reads `{` as the start of a map")
            .with_help("write it as `\"{{ … }}\"`"),
        FaultKind::DuplicateKey { key } => {
            let diagnostic = at(codes::DUPLICATE_KEY, format!("the key `{key}` is written twice"));
            with_first(diagnostic, fault, "first written here")
                .with_note("Kubernetes' tools take the last one without a word")
        }
        FaultKind::MergeOverride { key } => {
            let diagnostic =
                at(codes::LOST_TEXT, format!("the merge `<<` replaces the key `{key}` above it"));
            with_first(diagnostic, fault, "its value is lost")
                .with_help("write `<<` as the first key of the map")
        }
        FaultKind::LostText => {
            at(codes::LOST_TEXT, "Kubernetes' tools drop this text without a word".to_owned())
                .with_help("begin a document with `---`, or mend the indentation")
        }
        FaultKind::UnknownAnchor { name } => {
            at(codes::UNKNOWN_ANCHOR, format!("there is no anchor `&{name}` before this alias"))
                .with_help(QUOTE_THE_STAR)
        }
        FaultKind::RecursiveAlias { name } => at(
            codes::UNKNOWN_ANCHOR,
            format!("the alias `*{name}` stands within the value that it stands for"),
        ),
        FaultKind::TooDeep { limit } => {
            at(codes::TOO_LARGE, format!("maps and lists stand within each other more than {limit} deep"))
        }
        FaultKind::TooManyAliases => {
            at(codes::TOO_LARGE, "the aliases stand for more text than any document needs".to_owned())
        }
        FaultKind::TooLarge { limit } => {
            at(codes::TOO_LARGE, format!("the file has more than {} MiB", limit / (1024 * 1024)))
        }
        FaultKind::Character(_)
        | FaultKind::ByteOrderMark
        | FaultKind::TextAfterSeparator
        | FaultKind::Directive
        | FaultKind::MergeValue
        | FaultKind::AnchorName
        | FaultKind::Escape
        | FaultKind::Tag { .. }
        | FaultKind::NotRepresentable(_) => {
            let (code, message) = refused(&fault.kind);
            at(code, message)
        }
    }
}

/// What Kubernetes' readers refuse too.
fn refused(kind: &FaultKind) -> (Code, String) {
    match kind {
        FaultKind::Character(character) => {
            let number = u32::from(*character);
            (codes::SYNTAX, format!("the character U+{number:04X} cannot stand in YAML as it is"))
        }
        FaultKind::ByteOrderMark => (codes::SYNTAX, "a byte order mark stands within the text".to_owned()),
        FaultKind::TextAfterSeparator => (codes::SYNTAX, "text stands on the line of `---`".to_owned()),
        FaultKind::Directive => (codes::SYNTAX, "kubectl refuses `%` directives".to_owned()),
        FaultKind::MergeValue => (codes::SYNTAX, "`<<` takes a map, or a list of maps".to_owned()),
        FaultKind::AnchorName => {
            (codes::SYNTAX, "the name of an anchor takes letters, digits, `_` and `-`".to_owned())
        }
        FaultKind::Escape => (codes::SYNTAX, "an unknown escape in a quoted string".to_owned()),
        FaultKind::Tag { tag } => {
            (codes::NOT_REPRESENTABLE, format!("the text does not fit the tag `{tag}`"))
        }
        FaultKind::NotRepresentable(reason) => {
            let what = match reason {
                Unrepresentable::Number => "infinity and not-a-number",
                Unrepresentable::NullKey => "null as a key",
                Unrepresentable::CollectionKey => "a list or a map as a key",
                Unrepresentable::LargeKey => "an integer beyond 64 bits as a key",
            };
            (codes::NOT_REPRESENTABLE, format!("JSON, and hence Kubernetes, has no form for {what}"))
        }
        FaultKind::Syntax(_)
        | FaultKind::TabIndentation
        | FaultKind::UnquotedExpression
        | FaultKind::DuplicateKey { .. }
        | FaultKind::MergeOverride { .. }
        | FaultKind::LostText
        | FaultKind::UnknownAnchor { .. }
        | FaultKind::RecursiveAlias { .. }
        | FaultKind::TooDeep { .. }
        | FaultKind::TooManyAliases
        | FaultKind::TooLarge { .. } => unreachable!("told by `explain_fault`"),
    }
}

fn with_first(diagnostic: Diagnostic, fault: &Fault, label: &str) -> Diagnostic {
    match fault.related {
        Some(first) => diagnostic.with_secondary(first, label),
        None => diagnostic,
    }
}

/// A message repeats no text that may be the value of a Secret; the excerpt shows it where it is none.
fn ambiguous(span: Span, note: &str, text: &str) -> Diagnostic {
    Diagnostic::new(codes::AMBIGUOUS_SCALAR, span, "kubectl and kustomize read this text differently")
        .with_note(note)
        .with_replacement("write quotes if the text is meant", span, format!("\"{text}\""))
}

pub(super) fn ambiguous_boolean(span: Span, text: &str) -> Diagnostic {
    ambiguous(span, "kubectl and Pelago read a boolean, kustomize reads the text", text)
        .with_help("write `true` or `false` if the boolean is meant")
}

pub(super) fn ambiguous_date(span: Span, text: &str) -> Diagnostic {
    ambiguous(span, "kubectl and Pelago read the text, kustomize reads a date and writes it anew", text)
}

pub(super) fn ambiguous_key(key: &Spanned<String>, text: &str) -> Diagnostic {
    let message = format!("kubectl and kustomize read the key `{text}` differently");
    let note = format!("kubectl and Pelago read the key `{}`, kustomize reads `{text}`", key.value);
    Diagnostic { message, ..ambiguous(key.span, &note, text) }
}
