//! The published schemas and the decoder give one verdict on every document of the fixtures and pages.

use crate::codes::block;
use crate::ui::cases;
use pelago::diagnostic::CODES;
use pelago::diagnostic::Diagnostics;
use pelago::document::DocumentKind;
use pelago::expression::Expressions;
use pelago::fleet;
use pelago::fleet::Fleet;
use pelago::k8s::version::MinorVersion;
use pelago::parse::parse;
use pelago::resolve::Inputs;
use pelago::resolve::Layers;
use pelago::resolve::resolve;
use pelago::schema::Kubernetes;
use pelago::schema::Validator;
use pelago::source::SourceMap;
use pelago::spec;
use pelago::validate::validate;
use std::path::PathBuf;

/// What a JSON Schema of reasonable size cannot say: the forms of quantities, images and percentages, which keys exclude
/// each other, and that names in a list differ.
const BEYOND_SCHEMA: &[&str] = &["E0206", "E0207", "E0209", "E0213", "E0214", "E0218"];

/// Cases whose one fault is beyond the schema, although its code is not: the size of a claim is a quantity.
const BEYOND_SCHEMA_CASES: &[&str] = &["claim_of_no_size"];

/// The texts to judge, with a name each.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (case, files) in cases() {
        for (path, bytes) in files {
            if path.components().count() == 1
                && let Ok(text) = String::from_utf8(bytes)
            {
                texts.push((case.join(path).display().to_string(), text));
            }
        }
    }
    for code in CODES {
        for info in ["yaml wrong", "yaml right"] {
            texts.extend(block(code.page, info).map(|text| (format!("{} {info}", code.id), text.to_owned())));
        }
    }
    texts
}

#[test]
fn schema_and_decoder_agree() {
    let app_schema = Validator::new(&spec::schema()).unwrap();
    let fleet_schema = Validator::new(&fleet::schema()).unwrap();
    let kubernetes = Kubernetes::preloaded(MinorVersion::default());
    let expressions = Expressions::default();
    let layers = Layers::default();
    let mut faults = Vec::new();
    let mut judged = 0;
    for (name, text) in texts() {
        let mut sources = SourceMap::default();
        let file = sources.add(PathBuf::from("app.yaml"), text);
        let mut unread = Diagnostics::default();
        for document in parse(file, &sources, &mut unread) {
            if unread.has_errors() {
                continue;
            }
            let written = document.root.to_json();
            let inputs = Inputs {
                expressions: &expressions,
                sources: &sources,
                layers: &layers,
                inventory: None,
                kubernetes: &kubernetes,
            };
            let mut diagnostics = Diagnostics::default();
            let (validator, is_accepted) = match document.kind {
                DocumentKind::App => {
                    let mut resolution = Diagnostics::default();
                    let document = resolve(document, inputs, &mut resolution);
                    if resolution.has_errors() {
                        continue;
                    }
                    let app = validate::<spec::App>(&document, &kubernetes, &sources, &mut diagnostics);
                    (&app_schema, app.is_ok() && !diagnostics.has_errors())
                }
                DocumentKind::Fleet => {
                    let fleet = validate::<Fleet>(&document, &kubernetes, &sources, &mut diagnostics);
                    (&fleet_schema, fleet.is_ok() && !diagnostics.has_errors())
                }
                DocumentKind::Clusters | DocumentKind::Score | DocumentKind::Other => continue,
            };
            judged += 1;
            let refusals = validator.check(&written);
            let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
            let has_expression = written.to_string().contains("{{");
            let is_said = !BEYOND_SCHEMA_CASES.iter().any(|case| name.contains(case));
            let is_expected =
                is_said && !has_expression && codes.iter().any(|code| !BEYOND_SCHEMA.contains(code));
            if is_accepted && !refusals.is_empty() {
                faults.push(format!("{name}: the schema refuses what compiles: {refusals:?}"));
            } else if is_expected && refusals.is_empty() {
                let told: Vec<&str> =
                    diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
                faults.push(format!("{name}: the schema accepts {codes:?} {told:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(judged > 100, "{judged}");
}
