//! What a tired person may type: texts of fixtures with lines lost, doubled, moved, and words changed. No such text
//! makes the compiler panic, and each place that it reports is a piece of its text.

use crate::runs::compile_files;
use crate::ui::cases;
use pelago::compile::Compilation;
use pelago::diagnostic::Help;
use pelago::report::Format;
use pelago::report::report;
use pelago::source::Span;
use proptest::prelude::any;
use proptest::prelude::proptest;
use proptest::test_runner::Config;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What people write in place of something else.
const WORDS: &[&str] = &[
    "",
    " ",
    "null",
    "~",
    "0",
    "-1",
    "99999999999999999999",
    "1e400",
    "yes",
    "[]",
    "{}",
    "[a, {b: c}]",
    "{{ a }}",
    "\"{{ app.name }}\"",
    "&a x",
    "*a",
    "!!int 3",
    "\"",
    "'",
    "|",
    "# x",
    "- x",
    "é😀",
    "\u{7f}",
    "\t",
    "a: b",
];

/// One change of a text.
type Change = (u8, usize, usize);

fn changed(text: &str, (kind, place, word): Change) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = place % lines.len();
    let word = WORDS[word % WORDS.len()];
    match kind % 6 {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[at].clone()),
        2 => lines[at] = format!("{}{}", " ".repeat(1 + word.len() % 5), lines[at]),
        3 => lines[at] = String::from(lines[at].trim_start()),
        4 => {
            let value = lines[at].rfind(": ").map_or(0, |colon| colon + 2);
            lines[at].replace_range(value.., word);
        }
        _ => {
            let cut = place % (lines[at].len() + 1);
            let cut = (0..=cut).rev().find(|cut| lines[at].is_char_boundary(*cut)).unwrap();
            lines[at].insert_str(cut, word);
        }
    }
    lines.join("\n")
}

fn assert_places(compilation: &Compilation<()>) {
    for diagnostic in &compilation.diagnostics {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        let helps = diagnostic.helps.iter().filter_map(|help| match help {
            Help::Text(_) => None,
            Help::Replace { span, .. } => Some(*span),
        });
        for span in labels.map(|label| label.span).chain(helps) {
            let Span { file, start, end } = span;
            let text = &compilation.sources.file(file).text;
            assert!(text.get(start as usize..end as usize).is_some(), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.is_empty() && !diagnostic.message.contains('\n'), "{diagnostic:?}");
    }
    let _ = report(&compilation.sources, &compilation.diagnostics, Format::Human);
}

proptest! {
    #![proptest_config(Config { cases: 128, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_text_makes_the_compiler_panic(case in any::<usize>(), changes in proptest::collection::vec(any::<Change>(), 1..4)) {
        let cases = cases();
        let (_, files) = &cases[case % cases.len()];
        let mutated: BTreeMap<PathBuf, Vec<u8>> = files
            .iter()
            .map(|(path, bytes)| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                (path.clone(), changes.iter().fold(text, |text, change| changed(&text, *change)).into_bytes())
            })
            .collect();
        assert_places(&compile_files(&mutated));
    }
}
