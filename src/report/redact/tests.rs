//! What is hidden and what is not.

use crate::report::redact::Masked;
use proptest::prelude::prop;
use proptest::prop_assert;
use proptest::proptest;
use proptest::sample::Index;

#[track_caller]
fn check(text: &str, expected: &str) {
    let masked = Masked::new(text);
    assert_eq!(masked.text(), expected);
    assert_eq!(masked.text().len(), text.len());
}

#[test]
fn a_text_without_secrets_stays() {
    let text = "spec:\n  configMaps: {a: {data: {K: v}}}\n  env: {P: {secret: db, key: password}}\n";
    check(text, text);
    check("", "");
}

#[test]
fn structure_of_a_secret_stays() {
    check(
        "spec:\n  secrets:\n    tls:\n      type: kubernetes.io/tls\n      files: {tls.crt: certs/tls.crt}\n      \
         labels:\n        team: web\n    db: {external: true}\n    own:\n      immutable: true\n      \
         stringData:\n        user: admin # root\n  services: {web: {}}\n",
        "spec:\n  secrets:\n    tls:\n      type: kubernetes.io/tls\n      files: {tls.crt: certs/tls.crt}\n      \
         labels:\n        team: web\n    db: {external: true}\n    own:\n      immutable: true\n      \
         stringData:\n        user: ************\n  services: {web: {}}\n",
    );
}

#[test]
fn a_block_scalar_is_hidden_with_lines_that_look_like_keys() {
    check(
        "secrets:\n  a:\n    stringData:\n      k: |\n        user: x\n\n        pass\n      l: >-\n        y\n",
        "secrets:\n  a:\n    stringData:\n      k: |\n        *******\n\n        ****\n      l: >-\n        *\n",
    );
}

#[test]
fn quoted_texts_are_hidden_over_lines_of_any_indentation() {
    check(
        "secrets:\n  a:\n    data:\n      k: \"one\n two: x\n\" # c\n      l: 'it''s'\nspec: {}\n",
        "secrets:\n  a:\n    data:\n      k: ****\n ******\n* ***\n      l: *******\nspec: {}\n",
    );
}

#[test]
fn plain_texts_go_on_with_deeper_lines() {
    check(
        "secrets:\n  a:\n    stringData:\n      k: one\n        two: x\n      l:\n        - p: q\n          r\n",
        "secrets:\n  a:\n    stringData:\n      k: ***\n        ******\n      l:\n        - p: *\n          *\n",
    );
}

#[test]
fn flow_style_keeps_its_keys() {
    check(
        "spec: {secrets: {a: {stringData: {k: v w, \"l\": [x, 'y']}}}}\nkind: App\n",
        "spec: {secrets: {a: {stringData: {k: ***, \"l\": [*, ***]}}}}\nkind: App\n",
    );
    check(
        "{\"secrets\":{\"a\":{\"data\":{\"k\":\"v\"\n,\"l\":\"w\"}}}}\n",
        "{\"secrets\":{\"a\":{\"data\":{\"k\":***\n,\"l\":***}}}}\n",
    );
}

#[test]
fn data_is_hidden_in_a_document_that_speaks_of_a_secret() {
    check(
        "kind: ConfigMap\ndata: {k: v}\n---\ndata:\n  k: dg==\nkind: Secret\ntype: Opaque\n---\ndata: {k: v}\n",
        "kind: ConfigMap\ndata: {k: v}\n---\ndata:\n  k: ****\nkind: Secret\ntype: Opaque\n---\ndata: {k: v}\n",
    );
    check(
        "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"k\": \"v\"\n  },\n  \"metadata\": {}\n}\n",
        "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"k\": ***\n  },\n  \"metadata\": {}\n}\n",
    );
    check("kind: !!str &a\n  Secret\ndata: x\n", "kind: !!str &a\n  Secret\ndata: *\n");
    check(
        "patches:\n- value: x\n  target: {kind: Secret}\n",
        "patches:\n- value: *\n  target: {kind: Secret}\n",
    );
}

#[test]
fn misspelt_words_hide_too() {
    check("spec:\n  secret:\n    a: {data: {k: v}}\n", "spec:\n  secret:\n    a: {data: {k: *}}\n");
    check("x:\n  stringdata: {k: v}\n", "x:\n  stringdata: {k: *}\n");
    check("kind: Secrte\ndata: {k: v}\n", "kind: Secrte\ndata: {k: *}\n");
    check("\"\\u0073\\u0065crets\": v\n", "\"\\u0073\\u0065crets\"***\n");
    check("? secrets\n: a: {data: v}\n", "? secrets\n: a: {data: *}\n");
}

#[test]
fn slips_of_the_indentation_do_not_open_a_secret() {
    check(
        "spec:\n  secrets:\n    a:\n      stringData:\n  password: v\n\tx: w\nk: v\n  services: {a: {}}\n",
        "spec:\n  secrets:\n    a:\n      stringData:\n  password: *\n\t****\nk: *\n  services: {a: {}}\n",
    );
    check(
        "secrets:\n  a:\n    data:\n      password:v\n      b c\n",
        "secrets:\n  a:\n    data:\n      **********\n      ***\n",
    );
    check("secrets:\n  a: {data: {k: 'v\nspec: w\n", "secrets:\n  a: {data: {k: **\n*******\n");
}

#[test]
fn what_a_value_is_made_of_is_hidden() {
    check(
        "x: &a {k: v}\nspec:\n  secrets: {s: {data: *a}}\n",
        "x: ** {k: *}\nspec:\n  secrets: {s: {data: **}}\n",
    );
    check(
        "vars: {p: v}\nsecrets: {s: {stringData: {k: \"{{ p }}\"}}}\n",
        "vars: {p: *}\nsecrets: {s: {stringData: {k: *********}}}\n",
    );
}

#[test]
fn a_variable_that_a_value_comes_from_stays() {
    check(
        "secrets: {s: {stringData: {k: {env: DB_PASSWORD}, l: {env: s3cret}, env: LETTERS}}}\n",
        "secrets: {s: {stringData: {k: {env: DB_PASSWORD}, l: {env: ******}, env: *******}}}\n",
    );
    check(
        "secrets:\n  s:\n    data:\n      k:\n        env: DB_PASSWORD\n        x: LETTERS\n",
        "secrets:\n  s:\n    data:\n      k:\n        env: DB_PASSWORD\n        x: *******\n",
    );
}

#[test]
fn hidden_pieces_are_found_by_place() {
    let masked = Masked::new("secrets: {a: {data: {k: one, l: two}}}\n");
    let found: Vec<_> = masked.find_hidden(&(27..33)).collect();
    assert_eq!(found, [24..27, 32..35]);
}

/// A document with each `<>` replaced by the value.
const DOCUMENTS: &[&str] = &[
    "spec:\n  secrets:\n    a: {stringData: {k: \"<>\"}}\n  placement: {}\n",
    "spec:\n  secrets:\n    a:\n      stringData:\n        k: <>\n        l: '<>'\n        m: |\n          <>\n",
    "spec:\n  secrets:\n    a:\n      stringData: <>\n",
    "spec:\n  secrets:\n    - name: a\n      stringData:\n        k: <>\n",
    "apiVersion: v1\nkind: Secret\ndata:\n  k: <>\n  <>\n",
    "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  stringData: {k: [<>, {x: <>}]}\n",
    "{\"kind\":\"Secret\",\"stringData\":{\"k\":\"<>\"}}",
    "secrets:\n  a: [<>\n  b: \"<>\n",
];

proptest! {
    #[test]
    fn no_value_stays(document in prop::sample::select(DOCUMENTS), value in "S[!-~]{0,3}[ -~]{0,8}[0-9]{4}E") {
        let text = document.replace("<>", &value);
        let masked = Masked::new(&text);
        prop_assert!(!masked.text().contains(&value), "{}", masked.text());
        prop_assert!(masked.text().len() == text.len());
    }

    #[test]
    fn any_text_keeps_its_length_and_lines(text in "(secrets|stringData|kind: Secret|data|[-:{}\"'\\[\\]|>#&*! \n\té,a?\\\\]){0,60}") {
        let masked = Masked::new(&text);
        prop_assert!(masked.text().len() == text.len());
        prop_assert!(masked.text().lines().count() == text.lines().count());
    }

    #[test]
    fn a_cut_document_shows_no_value(document in prop::sample::select(DOCUMENTS), cut in proptest::arbitrary::any::<Index>()) {
        let text = document.replace("<>", "hunter2");
        let cut = cut.index(text.len());
        let masked = Masked::new(&format!("{}\n{}", &text[..cut], &text[cut..]));
        let is_started = text[..cut].contains("secrets:") || text[..cut].contains("stringData");
        prop_assert!(!is_started || !masked.text().contains("hunter2"), "{}", masked.text());
    }
}

#[test]
fn long_blanks_take_no_longer_than_other_text() {
    let blanks = " ".repeat(1 << 20);
    check(&format!("kind:{blanks}x\n"), &format!("kind:{blanks}x\n"));
    check(&format!("secrets:{blanks}x\n"), &format!("secrets:{blanks}*\n"));
}

#[test]
fn settings_hide_what_a_secret_may_be_made_of() {
    let text = "deployment.replicas=3\nvars.password=a=b,deployment.paused=true\nsecrets.x.data.k=v";
    let masked = Masked::of_settings(text);
    assert_eq!(
        masked.text(),
        "deployment.replicas=3\nvars.password=**************************\nsecrets.x.data.k=*"
    );
}
