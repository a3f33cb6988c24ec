//! The filters, tests, and functions that an expression can use: pure ones only, and one table for each kind.

use crate::expression::value::Weight;
use crate::expression::value::to_json;
use crate::expression::value::to_text;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::Environment;
use minijinja::Error;
use minijinja::ErrorKind;
use minijinja::Value;
use minijinja::value::Rest;
use sha2::Digest;
use sha2::Sha256;
use std::fmt::Write;

/// What the value of `tojson` may weigh.
const TEXT_LIMIT: usize = 1 << 20;

/// The filters; what escapes for HTML or prints for debugging is left out.
///
/// All but those that [`install`] adds come from minijinja 3.1 `src/defaults.rs` `build_builtin_filters`.
pub(super) const FILTERS: &[&str] = &[
    "abs",
    "attr",
    "b64decode",
    "b64encode",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "required",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sha256",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
    "zip",
];

/// The tests, from minijinja 3.1 `src/defaults.rs` `build_builtin_tests`.
pub(super) const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

/// The functions.
pub(super) const FUNCTIONS: &[&str] = &["b64decode", "b64encode", "dict", "range", "required", "sha256"];

/// Adds what minijinja does not have, and takes away what the tables do not name.
pub(super) fn install(environment: &mut Environment<'static>) {
    for filter in ["e", "escape", "pprint", "safe"] {
        environment.remove_filter(filter);
    }
    for test in ["escaped", "safe"] {
        environment.remove_test(test);
    }
    for function in ["debug", "namespace"] {
        environment.remove_global(function);
    }
    environment.add_filter("d", default);
    environment.add_filter("default", default);
    environment.add_filter("required", required);
    environment.add_function("required", required);
    environment.add_filter("b64encode", b64encode);
    environment.add_function("b64encode", b64encode);
    environment.add_filter("b64decode", b64decode);
    environment.add_function("b64decode", b64decode);
    environment.add_filter("tojson", tojson);
    environment.add_filter("sha256", sha256);
    environment.add_function("sha256", sha256);
}

/// Takes another value for one that is not defined or null, and with `true` behind it for an empty one too.
///
/// Null counts as in Helm, because `profile` is null where none is chosen.
fn default(value: &Value, others: Rest<Value>) -> Result<Value, Error> {
    let mut others = others.0.into_iter();
    let other = others.next().unwrap_or_else(|| Value::from(""));
    let counts_empty = others.next().is_some_and(|flag| flag.is_true());
    if others.next().is_some() {
        return Err(Error::from(ErrorKind::TooManyArguments));
    }
    let is_missing = value.is_undefined() || value.is_none() || counts_empty && !value.is_true();
    Ok(if is_missing { other } else { value.clone() })
}

/// Fails with a message where a value is not defined, null, or an empty text.
fn required(value: &Value, message: &str) -> Result<Value, Error> {
    let is_missing = value.is_undefined() || value.is_none() || value.as_str() == Some("");
    if is_missing {
        Err(failure(format!("a required value is missing: {message}")))
    } else {
        Ok(value.clone())
    }
}

fn b64encode(value: &Value) -> Result<String, Error> {
    text(value).map(|text| STANDARD.encode(text))
}

fn b64decode(value: &Value) -> Result<String, Error> {
    let bytes = STANDARD.decode(text(value)?).map_err(|_| failure("the text is not base64"))?;
    String::from_utf8(bytes).map_err(|_| failure("the bytes behind the base64 are not UTF-8 text"))
}

/// Hashes to 64 hexadecimal digits in lower case.
fn sha256(value: &Value) -> Result<String, Error> {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(text(value)?) {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Ok(digits)
}

/// Writes a value as JSON on one line, for config that is text.
fn tojson(value: &Value) -> Result<String, Error> {
    let mut weight = Weight::new(TEXT_LIMIT);
    let json = to_json(value, 0, &mut weight).map_err(|_| failure("the value has no form in JSON"))?;
    Ok(json.to_string())
}

fn text(value: &Value) -> Result<String, Error> {
    to_text(value).map_err(|_| failure("the value is neither a string nor a number nor a boolean"))
}

fn failure(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}
