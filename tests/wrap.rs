//! A stream with policies behind it: `fixtures/wrap` has the form of `fixtures/cli`.

use crate::cli::check_cases;
use crate::codes::block;
use pelago::compile::Author;
use pelago::compile::Flags;
use pelago::compile::Wrapping;
use pelago::compile::wrap;
use pelago::diagnostic::CODES;
use pelago::system::Memory;

#[test]
fn streams_pass_through_with_their_policies() {
    check_cases("fixtures/wrap");
}

#[test]
fn the_page_of_a_stream_shows_its_code_and_how_to_mend_it() {
    let code = CODES.iter().find(|code| code.id == "E0702").unwrap();
    for (info, expected) in [("yaml wrong", &["E0702"][..]), ("yaml right", &[])] {
        let text = block(code.page, info).unwrap();
        let system = Memory { standard_input: text.as_bytes().to_vec(), ..Memory::default() };
        let flags = Flags { clusters: vec!["eu-1".to_owned()], ..Flags::default() };
        let wrapping = Wrapping { author: Author::Flags(flags), ..Wrapping::default() };
        let compilation = wrap(&wrapping, &system, |_| ()).unwrap();
        let found: Vec<&str> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
        assert_eq!(found, expected);
    }
}
