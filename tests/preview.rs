//! What Karmada will do: `fixtures/preview` and `fixtures/render`, in the form of the cases of the command line.

use crate::cli::check_cases;

#[test]
fn previews_are_those_of_the_fixtures() {
    check_cases("fixtures/preview");
}

#[test]
fn renders_are_those_of_the_fixtures() {
    check_cases("fixtures/render");
}
