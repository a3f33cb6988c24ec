//! What each format shows.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes;
use crate::error::Error;
use crate::report::Format;
use crate::report::JSON_SCHEMA;
use crate::report::report;
use crate::report::report_error;
use crate::source::FileId;
use crate::source::SourceMap;
use crate::source::Span;
use proptest::arbitrary::any;
use proptest::collection::vec;
use proptest::prop_assert;
use proptest::proptest;
use std::path::PathBuf;

const FORMATS: [Format; 3] = [Format::Human, Format::Short, Format::Json];

fn sources(text: &str) -> (SourceMap, FileId) {
    let mut sources = SourceMap::default();
    let file = sources.add(PathBuf::from("shop/app.yaml"), text.to_owned());
    (sources, file)
}

fn span(sources: &SourceMap, file: FileId, wanted: &str) -> Span {
    let start = u32::try_from(sources.file(file).text.find(wanted).unwrap()).unwrap();
    Span { file, start, end: start + u32::try_from(wanted.len()).unwrap() }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[track_caller]
fn check_schema(document: &str) {
    let schema: serde_json::Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    jsonschema::validate(&schema, &document).unwrap();
}

fn example(sources: &SourceMap, file: FileId) -> Vec<Diagnostic> {
    let unknown =
        Diagnostic::new(codes::UNKNOWN_KEY, span(sources, file, "replica"), "unknown key `replica`")
            .with_label("not a key of a deployment")
            .with_secondary(span(sources, file, "deployment"), "this deployment")
            .with_note("keys are Kubernetes' own")
            .with_help("look at the schema")
            .with_replacement(
                "a similar name exists: `replicas`",
                span(sources, file, "replica"),
                "replicas",
            );
    let unused =
        Diagnostic::new(codes::UNUSED_VARIABLE, span(sources, file, "é"), "variable `é` is not used");
    vec![unknown, unused]
}

const TEXT: &str = "kind: App\nspec:\n  deployment:\n    replica: 2\n  vars: {ü: 1, é: 2}\n";

#[test]
fn a_person_sees_excerpts_and_a_count() {
    let (sources, file) = sources(TEXT);
    let shown = plain(&report(&sources, &example(&sources, file), Format::Human));
    let expected = "\
error[E0201]: unknown key `replica`
 --> shop/app.yaml:4:5
  |
3 |   deployment:
  |   ---------- this deployment
4 |     replica: 2
  |     ^^^^^^^ not a key of a deployment
  |
  = note: keys are Kubernetes' own
  = help: look at the schema
help: a similar name exists: `replicas`
  |
4 |     replicas: 2
  |            +

warning[unused-variable]: variable `é` is not used
 --> shop/app.yaml:5:16
  |
5 |   vars: {ü: 1, é: 2}
  |                ^

error: 1 error, 1 warning
run `pelago explain E0201` for what it means and how to mend it
";
    assert_eq!(shown, expected);
}

#[test]
fn an_editor_sees_a_line_each() {
    let (sources, file) = sources(TEXT);
    let expected = "\
shop/app.yaml:4:5: error[E0201]: unknown key `replica`
shop/app.yaml:5:16: warning[unused-variable]: variable `é` is not used
";
    assert_eq!(report(&sources, &example(&sources, file), Format::Short), expected);
}

#[test]
fn json_keeps_its_schema() {
    let (sources, file) = sources(TEXT);
    let shown = report(&sources, &example(&sources, file), Format::Json);
    check_schema(&shown);
    check_schema(&report(&sources, &[], Format::Json));
    check_schema(&report_error(&Error::new("cannot read").with_help("look"), Format::Json));
    let document: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let start = serde_json::json!({ "line": 5, "column": 16, "offset": 61 });
    assert_eq!(document.pointer("/diagnostics/1/span/start"), Some(&start));
    assert_eq!(document.pointer("/diagnostics/0/helps/1/replacement/text"), Some(&"replicas".into()));
}

#[test]
fn nothing_found_shows_nothing() {
    let (sources, _) = sources(TEXT);
    assert_eq!(report(&sources, &[], Format::Human), "");
    assert_eq!(report(&sources, &[], Format::Short), "");
}

#[test]
fn a_failure_is_an_error_without_a_code() {
    let error = Error::new("cannot read `x`").with_help("name a folder");
    assert_eq!(plain(&report_error(&error, Format::Human)), "error: cannot read `x`\nhelp: name a folder\n");
    assert_eq!(report_error(&error, Format::Short), "error: cannot read `x` (name a folder)\n");
}

#[test]
fn places_far_apart_have_excerpts_of_their_own() {
    let text = format!("first: 1\n{}last: 2\n", "x:\n".repeat(5000));
    let (sources, file) = sources(&text);
    let diagnostic = Diagnostic::new(codes::DUPLICATE_KEY, span(&sources, file, "last"), "twice")
        .with_secondary(span(&sources, file, "first"), "first");
    let expected = "\
error[E0103]: twice
    --> shop/app.yaml:5002:1
     |
5002 | last: 2
     | ^^^^
     |
    ::: shop/app.yaml:1:1
     |
   1 | first: 1
     | ----- first

error: 1 error
run `pelago explain E0103` for what it means and how to mend it
";
    assert_eq!(plain(&report(&sources, &[diagnostic], Format::Human)), expected);
}

#[test]
fn a_very_long_line_is_shown_around_its_place() {
    let text = format!("k: [{}needle{}]\n", "é, ".repeat(100_000), ", x".repeat(100_000));
    let (sources, file) = sources(&text);
    let diagnostic = Diagnostic::new(codes::SYNTAX, span(&sources, file, "needle"), "no YAML");
    let shown = plain(&report(&sources, &[diagnostic], Format::Human));
    assert_eq!(shown.lines().nth(1), Some(" --> shop/app.yaml:1:300005"));
    assert!(shown.len() < 1000, "{shown}");
}

#[test]
fn a_sentence_repeats_no_value_and_a_replacement_of_one_is_left_out() {
    let (sources, file) = sources("spec:\n  secrets: {a: {data: {k: no64}}}\n");
    let at = span(&sources, file, "no64");
    let diagnostic = Diagnostic::new(codes::INVALID_VALUE, at, "`no64` is no base64")
        .with_label("found no64")
        .with_replacement("write `no64` as base64", at, "bm82NA==");
    for format in FORMATS {
        let shown = plain(&report(&sources, std::slice::from_ref(&diagnostic), format));
        assert!(!shown.contains("no64") && !shown.contains("bm82"), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_place_in_any_text_can_be_shown(text in "[a\u{e9}\u{1F600}\t\r\n\u{202e}\u{1b}: ]{0,40}", places in vec((any::<u8>(), any::<u8>()), 1..4)) {
        let (sources, file) = sources(&text);
        let spans: Vec<Span> = places
            .iter()
            .map(|(start, end)| Span { file, start: u32::from(start % 64), end: u32::from(end % 64) })
            .collect();
        let mut diagnostic = Diagnostic::new(codes::SYNTAX, spans[0], "m").with_label("l");
        for span in &spans {
            diagnostic = diagnostic.with_secondary(*span, "s").with_replacement("r", *span, "x\ny");
        }
        for format in FORMATS {
            prop_assert!(!report(&sources, std::slice::from_ref(&diagnostic), format).is_empty());
        }
    }

    #[test]
    fn no_value_of_a_secret_is_shown(value in "S[a-zA-Z0-9+/:#{}, \"'&*!|>-]{4,12}E", template in 0_usize..5, start in any::<u8>(), length in 0_u32..90) {
        let text = [
            "kind: App\nspec:\n  secrets:\n    a: {stringData: {k: <>}}\n",
            "kind: App\nspec:\n  secrets:\n    a:\n      stringData:\n        k: \"<>\n        m: |\n          <>\n",
            "kind: Secret\ndata:\n  k: '<>'\n",
            "spec:\n  secrets:\n    a:\n      data:\n      k: <>\n  l: <>\n",
            "kind: List\nitems: [{kind: Secret, stringData: {k: <>}}]\n",
        ][template].replace("<>", &value);
        let (sources, file) = sources(&text);
        let place = Span { file, start: u32::from(start), end: u32::from(start) + length };
        let piece = sources.text(place).to_owned();
        let diagnostic = Diagnostic::new(codes::WRONG_TYPE, place, "m")
            .with_secondary(span(&sources, file, &value), "here")
            .with_replacement("r", place, piece);
        for format in FORMATS {
            let shown = plain(&report(&sources, std::slice::from_ref(&diagnostic), format));
            prop_assert!(!shown.contains(&value) && !shown.contains(&value[..value.len() - 1]), "{}", shown);
        }
    }
}
