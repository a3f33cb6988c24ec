//! Laws under random input: reading never panics, spans are right, and what is written is read back.

use std::path::PathBuf;

use proptest::prelude::BoxedStrategy;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prelude::prop;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::prop_oneof;
use proptest::proptest;
use serde_json::Value as Json;

use crate::source::SourceMap;
use crate::source::Span;
use crate::yaml::Layout;
use crate::yaml::Limits;
use crate::yaml::Node;
use crate::yaml::Stream;
use crate::yaml::Value;
use crate::yaml::locate;
use crate::yaml::read;
use crate::yaml::write;
use crate::yaml::write_compact;
use crate::yaml::write_stream;

const PIECES: &[&str] = &[
    "a",
    "b: ",
    "1",
    "0",
    "_",
    ".",
    "-",
    "- ",
    "+",
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n- ",
    "\t",
    "#",
    " #",
    "'",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&x ",
    "*x",
    "!",
    "!!str ",
    "!!int ",
    "|\n",
    ">-\n",
    "|2",
    "%",
    "@",
    "`",
    "? ",
    "~",
    "<<: ",
    "<<",
    "yes",
    "null",
    ".inf",
    "---",
    "\n---\n",
    "...",
    "\n...\n",
    "é",
    "😀",
    "\u{feff}",
    "\u{a0}",
    "\u{85}",
    "\u{2028}",
    "\u{7f}",
    "\0",
    "\r\n",
    "\r",
    "2020-01-01",
    "0x1",
    "1_0",
    "1e3",
    "{{ x }}",
    "\\u00e9",
    "=",
    "\u{200b}",
    "\u{ffff}",
    "x\ny\n",
];

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat()),
        prop::collection::vec(prop::sample::select(PIECES), 0..4).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
    .boxed()
}

fn tree() -> BoxedStrategy<Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        (-1e6..1e6_f64)
            .prop_filter("floats without a fraction become integers", |float| float.fract() != 0.0)
            .prop_map(Json::from),
        text().prop_map(Json::String),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::vec((text(), inner), 0..6)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
    .boxed()
}

fn read_text(text: &str) -> Stream {
    let mut sources = SourceMap::default();
    let file = sources.add(PathBuf::from("a.yaml"), String::new());
    read(text, file, Limits::default())
}

fn is_within(text: &str, span: Span) -> bool {
    text.get(span.start as usize..span.end as usize).is_some()
}

/// Tells whether every span of a tree, and that of every piece of its strings, is a piece of the text.
fn has_true_spans(text: &str, node: &Node) -> bool {
    let are_inner_true = match &node.value {
        Value::Sequence(items) => items.iter().all(|item| has_true_spans(text, item)),
        Value::Mapping(mapping) => {
            mapping.iter().all(|entry| is_within(text, entry.key.span) && has_true_spans(text, &entry.value))
        }
        Value::String(scalar) => (0..scalar.text.len()).all(|at| {
            let span = locate(text, node.span, scalar, at..at + 1);
            node.span.covers(span) && is_within(text, span)
        }),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Poisoned => true,
    };
    is_within(text, node.span) && are_inner_true
}

proptest! {
    #[test]
    fn every_text_is_read_and_every_span_is_a_piece_of_it(text in text()) {
        let stream = read_text(&text);
        for fault in &stream.faults {
            prop_assert!(is_within(&text, fault.span), "{:?}", fault);
            prop_assert!(fault.related.is_none_or(|related| is_within(&text, related)), "{:?}", fault);
        }
        for document in &stream.documents {
            prop_assert!(has_true_spans(&text, &document.root), "{:?}", document);
        }
    }

    #[test]
    fn what_is_written_is_read_back(tree in tree()) {
        let written = write(&tree);
        let stream = read_text(&written);
        prop_assert_eq!(&stream.faults, &[], "{}", written);
        let documents: Vec<_> = stream.documents.iter().map(|document| document.root.to_json()).collect();
        let expected = if tree.is_null() { Vec::new() } else { vec![tree] };
        prop_assert_eq!(documents, expected, "{}", written);
    }

    #[test]
    fn what_is_written_in_short_is_read_back(tree in tree(), width in 0..120_usize, height in 0..4_usize) {
        let layout = Layout { width, height, open: &["a"] };
        let written = write_compact(&tree, layout);
        let stream = read_text(&written);
        prop_assert_eq!(&stream.faults, &[], "{}", written);
        let documents: Vec<_> = stream.documents.iter().map(|document| document.root.to_json()).collect();
        let expected = if tree.is_null() { Vec::new() } else { vec![tree.clone()] };
        prop_assert_eq!(documents, expected, "{}", written);
    }

    #[test]
    fn the_other_reader_agrees_on_what_is_short(text in text(), key in text()) {
        let value = serde_json::json!({ "k": [{ key: text }] });
        let layout = Layout { width: 10_000, height: 9, open: &[] };
        let back: Result<Json, _> = serde_yaml::from_str(&write_compact(&value, layout));
        prop_assert_eq!(back.ok(), Some(value));
    }

    #[test]
    fn a_stream_is_read_back_as_many_documents(trees in prop::collection::vec(tree(), 0..4)) {
        let written = write_stream(&trees);
        let stream = read_text(&written);
        prop_assert_eq!(&stream.faults, &[], "{}", written);
        let documents: Vec<_> = stream.documents.iter().map(|document| document.root.to_json()).collect();
        let expected: Vec<_> = trees.into_iter().filter(|tree| !tree.is_null()).collect();
        prop_assert_eq!(documents, expected, "{}", written);
    }

    #[test]
    fn the_other_reader_agrees(text in text()) {
        let value = serde_json::json!({ "k": [text] });
        let back: Result<Json, _> = serde_yaml::from_str(&write(&value));
        prop_assert_eq!(back.ok(), Some(value));
    }
}
