//! `pelago explain`: the page of a code, or the list of all codes.

use crate::cli::FINE;
use crate::cli::console::print;
use crate::diagnostic::CODES;
use crate::diagnostic::Code;
use crate::diagnostic::nearest;
use crate::error::Error;
use clap::Args;

/// Explain a code that a message has, or list all codes
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The code or the name of the warning, such as E0203 [default: list all]
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Error> {
    let text = match &arguments.code {
        Some(id) => find(id)?.page.to_owned(),
        None => list(),
    };
    let end = if text.ends_with('\n') { "" } else { "\n" };
    print([text.as_str(), end])?;
    Ok(FINE)
}

fn list() -> String {
    let width = CODES.iter().map(|code| code.id.len()).max().unwrap_or_default();
    let lines: Vec<String> =
        CODES.iter().map(|code| format!("{:<width$}  {}", code.id, title(code))).collect();
    lines.join("\n")
}

fn find(id: &str) -> Result<&'static Code, Error> {
    let found = CODES.iter().find(|code| code.id.eq_ignore_ascii_case(id));
    found.ok_or_else(|| {
        let error = Error::new(format!("there is no code `{id}`"));
        match nearest(id, CODES.iter().map(|code| code.id)) {
            Some(near) => error.with_help(format!("a similar code exists: `{near}`")),
            None => error.with_help("`pelago explain` lists all codes"),
        }
    })
}

/// The first line of a page, without the mark of a heading and the code.
fn title(code: &Code) -> &'static str {
    let line = code.page.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let line = line.trim_start_matches(['#', ' ']);
    let line = line.strip_prefix(code.id).unwrap_or(line);
    line.trim_start_matches([':', ' ']).trim_end()
}
