//! Values, faults with their places, and limits of expressions.

use crate::expression::Evaluated;
use crate::expression::Expressions;
use crate::expression::FaultKind;
use crate::expression::Scope;
use crate::expression::find_uses;
use crate::expression::function::FILTERS;
use crate::expression::function::FUNCTIONS;
use crate::expression::function::TESTS;
use proptest::prelude::ProptestConfig;
use proptest::proptest;
use serde_json::Value as Json;
use serde_json::json;

fn scope() -> Scope {
    let mut scope = Scope::default();
    scope.define("app", &json!({ "name": "shop", "namespace": "web" }));
    scope.define("profile", &Json::Null);
    scope.define_variable("version", &json!("1.4.2"));
    scope.define_variable("count", &json!(3));
    scope.define_variable("ratio", &json!(0.5));
    scope.define_variable("on", &json!(true));
    scope.define_variable("list", &json!(["b", "a"]));
    scope.define_variable("map", &json!({ "zone": "z1", "area": { "id": 7 } }));
    scope
}

#[track_caller]
fn value(text: &str) -> Json {
    match Expressions::default().evaluate(text, &scope()) {
        Ok(Evaluated::Value(value)) => value,
        other => panic!("{other:?}"),
    }
}

/// The message and the text under the caret.
#[track_caller]
fn fault(text: &str) -> (String, String) {
    let faults = Expressions::default().evaluate(text, &scope()).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    (faults[0].message.clone(), text[faults[0].range.clone()].to_owned())
}

#[track_caller]
fn assert_fault(text: &str, message: &str, place: &str) {
    assert_eq!(fault(text), (message.to_owned(), place.to_owned()));
}

#[test]
fn one_expression_keeps_the_type() {
    assert_eq!(value("{{ count }}"), json!(3));
    assert_eq!(value("{{ ratio }}"), json!(0.5));
    assert_eq!(value("{{ on }}"), json!(true));
    assert_eq!(value("{{ list }}"), json!(["b", "a"]));
    assert_eq!(value("{{ map }}").to_string(), r#"{"zone":"z1","area":{"id":7}}"#);
    assert_eq!(value("{{ vars.map.area.id + 1 }}"), json!(8));
    assert_eq!(value("{{ [count, {'a': on}] }}"), json!([3, { "a": true }]));
    assert_eq!(value("{{ profile }}"), Json::Null);
    assert_eq!(value("{{ 6 / 2 }}"), json!(3));
    assert_eq!(value("{{ list | sort }}"), json!(["a", "b"]));
}

#[test]
fn a_longer_text_is_a_string() {
    assert_eq!(value("v{{ version }}-{{ count }}-{{ ratio }}-{{ on }}"), json!("v1.4.2-3-0.5-true"));
    assert_eq!(value("a  {{- count -}}  b"), json!("a3b"));
    assert_eq!(value("{{ count }}\n"), json!("3\n"));
    assert_eq!(value(r#"{{ "{{" }} .Values {{ "}}" }}"#), json!("{{ .Values }}"));
    assert_eq!(value("{% if x %}{# y #}{{ app.name }}"), json!("{% if x %}{# y #}shop"));
}

#[test]
fn filters_and_functions_work_on_what_is_not_defined_where_they_say_so() {
    assert_eq!(value("{{ x | default('a') }}"), json!("a"));
    assert_eq!(value("{{ profile | default('a') }}"), json!("a"));
    assert_eq!(value("{{ app.x | default(count) }}"), json!(3));
    assert_eq!(value("{{ x is defined }}"), json!(false));
    assert_eq!(value("{{ 'big' if profile == 'prod' else 'small' }}"), json!("small"));
    assert_fault(
        "{{ x | required('set x') }}",
        "cannot evaluate the expression: a required value is missing: set x",
        "required('set x')",
    );
    assert_eq!(value("{{ required(count, 'set count') }}"), json!(3));
}

#[test]
fn bytes_and_hashes() {
    assert_eq!(value("{{ 'shop:é' | b64encode }}"), json!("c2hvcDrDqQ=="));
    assert_eq!(value("{{ b64decode('c2hvcDrDqQ==') }}"), json!("shop:é"));
    assert_eq!(
        value("{{ sha256('abc') }}"),
        json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
    assert_fault(
        "{{ '*' | b64decode }}",
        "cannot evaluate the expression: the text is not base64",
        "b64decode",
    );
}

#[test]
fn names_that_are_not_defined_are_shown_alone() {
    assert_fault("a-{{ verison }}", "name `verison` is not defined", "verison");
    assert_fault("{{ verison }}", "name `verison` is not defined", "verison");
    assert_fault("{{ app.nmae }}", "`app` has no `nmae`", "nmae");
    assert_fault("é {{ app.nmae.x }}", "`app` has no `nmae`", "nmae");
    assert_fault("{{ vars.verison | upper }}", "`vars` has no `verison`", "verison");
    assert_fault("{{ map['area']['ix'] }}", "`map.area` has no `ix`", "ix");
    assert_fault("{{ [nope] }}", "name `nope` is not defined", "nope");
    assert_fault("{{ count + nope | int }}", "name `nope` is not defined", "nope");
    assert_fault("{{ x | default(nope) }}", "name `nope` is not defined", "nope");
    assert_fault("{{ nope() }}", "function `nope` is not defined", "nope");
    assert_fault("{{ version | uper }}", "filter `uper` is not defined", "uper");
    assert_fault("{{ version is strin }}", "test `strin` is not defined", "strin");
    assert_fault("{{ list[5] }}", "the expression gives a value that is not defined", "list[5]");
    assert_fault("{{ 'a' if false }}", "the expression gives a value that is not defined", "'a' if false");
}

#[test]
fn text_that_is_no_expression_is_shown() {
    assert_fault("{{ }}", "the expression is empty", "{{ }}");
    assert_fault("{{ $labels.x }}", "`$` has no meaning in an expression", "$");
    assert_fault("{{ version version }}", "invalid expression: unexpected input after expression", "version");
    assert_fault("{{ count + }}", "invalid expression: unexpected end of input, expected expression", " }}");
    assert_fault("{{ .Values.x }}", "invalid expression: unexpected `.`", ".");
    assert_fault("{{ (count }} x", "`(` is not closed", "(");
}

#[test]
fn values_that_cannot_stand_are_shown() {
    assert_fault("x {{ list }}", "the expression gives a list, which cannot stand within a text", "list");
    assert_fault("x {{ map }}", "the expression gives a map, which cannot stand within a text", "map");
    assert_fault("x {{ profile }}", "the expression gives null, which cannot stand within a text", "profile");
    assert_fault(
        "{{ 2 ** 100 }}",
        "the expression gives 1267650600228229401496703205376, which does not fit in 64 bits",
        "2 ** 100",
    );
    assert_fault("{{ 1e308 * 10 }}", "the expression gives a number that is not finite", "1e308 * 10");
    assert_fault("{{ range }}", "the expression gives a value without a form in YAML", "range");
}

#[test]
fn failures_are_shown() {
    assert_fault(
        "{{ 'a' + 1 }}",
        "cannot evaluate the expression: tried to use + operator on unsupported types string and number",
        "'a' + 1",
    );
    assert_fault("{{ 'a' | int }}", "cannot evaluate the expression: invalid float literal", "int");
}

#[test]
fn every_fault_of_a_string_is_told() {
    let faults = Expressions::default().evaluate("{{ a }} {{ (b }} {{ c }}", &scope()).unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| fault.range.start).collect();
    assert_eq!(places, [3, 11, 20]);
}

#[test]
fn limits_are_faults() {
    for text in [
        format!("{{{{ '{}' }}}}", "x".repeat(2047)),
        format!("{{{{ {}1 }}}}", "-".repeat(65)),
        format!("{{{{ {}1{} }}}}", "(".repeat(17), ")".repeat(17)),
        "{{ 'x' * 1000000000 }}".to_owned(),
        "{{ range(100000) | list | length }}".to_owned(),
    ] {
        let faults = Expressions::default().evaluate(&text, &scope()).unwrap_err();
        assert_eq!(faults[0].kind, FaultKind::Limit, "{text}");
    }
}

#[test]
fn values_cannot_grow_without_end() {
    let expressions = Expressions::default();
    let mut scope = scope();
    let mut last = json!([1]);
    let mut names = (0..).map(|step| format!("v{step}"));
    let refused = names.by_ref().take(100).find(|name| {
        scope.define_variable(name, &last);
        match expressions.evaluate(&format!("{{{{ [{name}, {name}] }}}}"), &scope) {
            Ok(Evaluated::Value(value)) => last = value,
            Ok(Evaluated::Poisoned) => {}
            Err(_) => return true,
        }
        false
    });
    assert_eq!(refused.as_deref(), Some("v14"));
}

#[test]
fn a_name_with_a_fault_is_silent() {
    let mut scope = scope();
    scope.poison("broken");
    let evaluate = |text: &str| Expressions::default().evaluate(text, &scope);
    assert_eq!(evaluate("{{ broken }}"), Ok(Evaluated::Poisoned));
    assert_eq!(evaluate("a {{ vars.broken.x }}"), Ok(Evaluated::Poisoned));
    assert_eq!(evaluate("{{ vars }}"), Ok(Evaluated::Poisoned));
}

#[test]
fn our_names_win_over_variables() {
    let mut scope = scope();
    scope.define_variable("app", &json!("mine"));
    let evaluate = |text: &str| Expressions::default().evaluate(text, &scope);
    assert_eq!(evaluate("{{ app.name }}"), Ok(Evaluated::Value(json!("shop"))));
    assert_eq!(evaluate("{{ vars.app }}"), Ok(Evaluated::Value(json!("mine"))));
    assert_eq!(scope.names(9)[..4], ["app", "profile", "vars", "version"]);
}

#[test]
fn uses_are_found_in_branches_that_are_not_taken() {
    let uses = find_uses("{{ a if b else vars.c }} {{ d | default(e.f) }}");
    assert_eq!(uses.names.into_iter().collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
    assert!(!uses.takes_all);
    assert!(find_uses("{{ vars | items }}").takes_all);
}

#[test]
fn the_deepest_allowed_expressions_fit_a_small_stack() {
    let chains = [
        format!("{}1", "-".repeat(64)),
        format!("{}1", "not ".repeat(64)),
        format!("1{}", " + 1".repeat(64)),
        format!("1{}", " ** 1".repeat(64)),
        format!("map{}", ".area".repeat(64)),
        format!("count{}", " | int".repeat(64)),
        format!("1{}", " if on else 1".repeat(32)),
        format!("{}1{}", "(".repeat(16), ")".repeat(16)),
        format!("{}1{}", "[-".repeat(16), "]".repeat(16)),
        format!("{}1{}", "(not -- ".repeat(16), ")".repeat(16)),
        format!("{}1{}", "list[1 + ".repeat(16), "]".repeat(16)),
        format!("{}1{}", "dict(a=1 if ".repeat(16), ")".repeat(16)),
    ];
    let run = move || {
        for chain in chains {
            let _ = Expressions::default().evaluate(&format!("{{{{ {chain} }}}}"), &scope());
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn many_broken_expressions_take_linear_time() {
    for piece in ["{{ ' }} {{ \" }} ", "{{ ( }} ", "{{ [ ", "{{", "{{ a } }} "] {
        let text = piece.repeat(100_000 / piece.len());
        let _ = Expressions::default().evaluate(&text, &scope());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn random_text_never_panics(text in r#"(\{\{[-+ a-f0-9.|()\[\]{}'"\\*/%~=<>!,:é$\n]{0,40}(\}\})?){1,4}"#) {
        let _ = Expressions::default().evaluate(&text, &scope());
        let _ = find_uses(&text);
    }

    #[test]
    fn random_words_never_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "version", "count", "list", "map", "app", ".", "[", "]", "(", ")", "{", "}", "|", "~", "+", "-",
                "**", "not", "if", "else", "is", "in", "and", "upper", "join", "default", "'", "\"a\"", "1", "0x", ",",
                ":", "=", "range", "dict", "sort", "}}", "{{", "-}}", "{{-", "1e9", "map(attribute=", "5_", "items",
                "slice", "batch", "indent", "format", "round", "sum", "replace", "split",
            ]),
            0..24,
        )
    ) {
        let _ = Expressions::default().evaluate(&format!("{{{{ {} }}}}", words.join(" ")), &scope());
    }
}

/// The rows of the tables in the documentation: name, expression, value.
fn documented() -> Vec<(String, String, String)> {
    let page = include_str!("../../docs/expressions.md");
    let rows = page.lines().filter(|line| line.contains("{{") && line.starts_with("| `"));
    let rows = rows.map(|row| {
        let cells = row.replace("\\|", "\u{0}");
        let cells: Vec<String> =
            cells.split('|').map(|cell| cell.trim().trim_matches('`').replace('\u{0}', "|")).collect();
        (cells[1].clone(), cells[2].clone(), cells[3].clone())
    });
    rows.collect()
}

#[test]
fn documented_examples_give_what_is_documented() {
    let rows = documented();
    let given = rows.iter().map(|(name, expression, _)| {
        let given = value(expression).to_string();
        (name.clone(), expression.clone(), given)
    });
    assert_eq!(given.collect::<Vec<_>>(), rows);
}

#[test]
fn every_name_is_documented_with_an_example_of_it() {
    let rows = documented();
    let names: Vec<&str> = rows.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(names, [FILTERS, FUNCTIONS, TESTS].concat());
    for (name, expression, _) in &rows {
        assert!(expression.contains(name.as_str()), "{name}: {expression}");
    }
}
