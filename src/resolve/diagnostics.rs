//! What can be wrong when names are bound and files are read: one function a code.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::expression::ExpressionFault;
use crate::expression::Role;
use crate::expression::Undefined;
use crate::source::Span;
use crate::source::Spanned;
use crate::yaml::Node;
use std::path::Path;

/// Longer lists of names help nobody.
const SHOWN_NAMES: usize = 12;

pub(super) fn expression_syntax(fault: ExpressionFault, span: Span) -> Diagnostic {
    with_help(Diagnostic::new(codes::EXPRESSION_SYNTAX, span, fault.message), fault.help)
}

pub(super) fn expression_in_key(span: Span) -> Diagnostic {
    Diagnostic::new(codes::EXPRESSION_SYNTAX, span, "an expression stands in a key")
        .with_note("expressions are evaluated in values only")
}

pub(super) fn undefined_name(message: String, undefined: &Undefined, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNDEFINED_NAME, span, message)
        .with_nearest(&undefined.name, undefined.known.iter().map(String::as_str));
    let known: Vec<&str> = undefined.known.iter().map(String::as_str).collect();
    if known.is_empty() || known.len() > SHOWN_NAMES {
        return diagnostic;
    }
    let names = and_list(known.iter().copied());
    let verb = if known.len() == 1 { "is" } else { "are" };
    let noun = if known.len() == 1 { "name" } else { "names" };
    match &undefined.role {
        Role::Name => diagnostic.with_note(format!("defined {noun} {verb} {names}")),
        Role::Attribute { parent } => diagnostic.with_note(format!("`{parent}` has {names}")),
        Role::Function => diagnostic.with_note(format!("the functions are {names}")),
        Role::Filter | Role::Test => diagnostic,
    }
}

pub(super) fn used_before_definition(name: &str, span: Span, definition: Span) -> Diagnostic {
    let message = format!("variable `{name}` is used before it is defined");
    Diagnostic::new(codes::UNDEFINED_NAME, span, message)
        .with_secondary(definition, "defined here")
        .with_note("variables are evaluated in the order written")
        .with_help(format!("move `{name}` up"))
}

pub(super) fn used_in_itself(name: &str, span: Span) -> Diagnostic {
    let message = format!("variable `{name}` is used in its own value");
    Diagnostic::new(codes::UNDEFINED_NAME, span, message)
        .with_note("a variable can use those that are written before it")
}

pub(super) fn app_before_metadata(span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNDEFINED_NAME, span, "name `app` is not defined here").with_note(
        "`app` takes its values from `metadata`, so `vars`, `metadata.name`, and `metadata.namespace` cannot use it",
    )
}

pub(super) fn cluster_outside_of_each(span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNDEFINED_NAME, span, "name `cluster` is not defined here")
        .with_note("`cluster` is defined in an override with `forEach: cluster` only")
}

pub(super) fn each_needs_fleet(span: Span) -> Diagnostic {
    Diagnostic::new(codes::NEEDS_FLEET, span, "`forEach: cluster` needs a Fleet")
        .with_note("the clusters and their values are written in a Fleet")
        .with_help("name the file of the Fleet with `--fleet`")
}

pub(super) fn each_without_cluster(span: Span) -> Diagnostic {
    let message = "the override is for no cluster of the placement";
    Diagnostic::new(codes::OVERRIDE_OUTSIDE_OF_PLACEMENT, span, message)
        .with_note("`forEach` takes the clusters that both the placement and the override pick")
}

pub(super) fn expression_value(fault: ExpressionFault, span: Span) -> Diagnostic {
    with_help(Diagnostic::new(codes::EXPRESSION_VALUE, span, fault.message), fault.help)
}

pub(super) fn expression_limit(fault: ExpressionFault, span: Span) -> Diagnostic {
    with_help(Diagnostic::new(codes::EXPRESSION_LIMIT, span, fault.message), fault.help)
}

pub(super) fn expression_failed(fault: ExpressionFault, span: Span) -> Diagnostic {
    with_help(Diagnostic::new(codes::EXPRESSION_FAILED, span, fault.message), fault.help)
}

pub(super) fn reserved_variable(name: &str, key: Span) -> Diagnostic {
    Diagnostic::new(
        codes::CONFLICTING_KEYS,
        key,
        format!("variable `{name}` has the name of a built-in value"),
    )
    .with_note(format!("`{name}` in an expression is always the built-in value"))
    .with_help("give the variable another name")
}

pub(super) fn unused_variable(name: &str, key: Span) -> Diagnostic {
    Diagnostic::new(codes::UNUSED_VARIABLE, key, format!("variable `{name}` is not used"))
        .with_note("no expression of this App names it")
}

/// A variable from outside that nothing uses is likely a misspelt one that is used.
pub(super) fn unused_value<'a>(name: &str, key: Span, used: impl Iterator<Item = &'a str>) -> Diagnostic {
    Diagnostic::new(codes::UNUSED_VARIABLE, key, format!("variable `{name}` is not used"))
        .with_note("no expression of any App names it")
        .with_nearest(name, used)
}

pub(super) fn invalid_setting(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(codes::INVALID_SETTING, span, message)
        .with_note("a setting is a path below `spec` and a value, as in `vars.version=2`")
        .with_help("write `\\,` and `\\.` for a comma in a value and a dot in a key, and `{a,b}` for a list")
}

pub(super) fn profiles_in_values(span: Span) -> Diagnostic {
    Diagnostic::new(codes::INVALID_SETTING, span, "`profiles` cannot be set from outside of the App")
        .with_note("the profile is put over `spec` before values files and `--set` are")
}

pub(super) fn index_into(span: Span, kind: &str) -> Diagnostic {
    Diagnostic::new(codes::INVALID_SETTING, span, format!("an index leads into a list, found {kind}"))
}

pub(super) fn index_out_of_range(index: Spanned<usize>, count: usize) -> Diagnostic {
    let plural = if count == 1 { "y" } else { "ies" };
    let message = format!("the list has {count} entr{plural}, so that there is no index {}", index.value);
    Diagnostic::new(codes::INVALID_SETTING, index.span, message)
        .with_note("indexes count from 0; the one behind the last adds an entry")
}

pub(super) fn no_such_file(pattern: &str, span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNREADABLE_FILE, span, format!("no file matches `{pattern}`"))
        .with_note("paths start at the folder of the App's file; hidden files do not match")
}

pub(super) fn is_folder(pattern: &str, span: Span) -> Diagnostic {
    Diagnostic::new(codes::UNREADABLE_FILE, span, format!("`{pattern}` is a folder"))
        .with_help(format!("name its files, as in `{}/*`", pattern.trim_end_matches('/')))
}

pub(super) fn unreadable_file(path: &Path, reason: &str, span: Span) -> Diagnostic {
    let message = format!("cannot read `{}`: {reason}", path.display());
    Diagnostic::new(codes::UNREADABLE_FILE, span, message)
}

pub(super) fn not_text(path: &Path, offset: usize, span: Span) -> Diagnostic {
    let message = format!("`{}` is not UTF-8 text", path.display());
    Diagnostic::new(codes::NOT_TEXT, span, message)
        .with_note(format!("byte {offset}, from 0, is the first that is not"))
}

pub(super) fn outside_of_root(pattern: &str, reason: &str, (owner, span): (&str, Span)) -> Diagnostic {
    Diagnostic::new(codes::OUTSIDE_OF_ROOT, span, format!("`{pattern}` leads out of the {owner}'s folder"))
        .with_label(reason)
        .with_help(format!("copy the file into the folder of the {owner}"))
}

pub(super) fn invalid_env_line(reason: String, help: Option<String>, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::INVALID_ENV_LINE, span, reason)
        .with_note("each line of a file of variables is `KEY=value`, a comment, or blank");
    with_help(diagnostic, help)
}

pub(super) fn missing_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::MISSING_VARIABLE,
        span,
        format!("the environment has no variable `{name}`, or it is no text"),
    )
    .with_help(format!("set `{name}` before the build, as a CI system does for its secrets"))
}

pub(super) fn empty_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::MISSING_VARIABLE,
        span,
        format!("the variable `{name}` of the environment is empty"),
    )
    .with_help("to have an empty value, write `\"\"` in its place")
}

pub(super) fn not_an_object(node: &Node) -> Diagnostic {
    let message = format!("expected a Kubernetes object, found {}", node.kind_name());
    Diagnostic::new(codes::WRONG_TYPE, node.span, message)
}

pub(super) fn pelago_in_manifests(kind: &str, place: Span, named: Span) -> Diagnostic {
    let article = if kind == "App" { "an" } else { "a" };
    let message = format!("a manifest cannot be {article} {kind} of Pelago");
    Diagnostic::new(codes::UNKNOWN_KIND, place, message)
        .with_secondary(named, "named as a manifest here")
        .with_note("manifests are Kubernetes objects that travel with the App")
}

fn with_help(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}
