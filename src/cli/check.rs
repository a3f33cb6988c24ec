//! `pelago check`: finds what is wrong, and writes nothing.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::sources::Sources;
use crate::cli::sources::settle;
use crate::compile::Rigour;
use crate::compile::compile;
use crate::error::Error;
use crate::system::System;
use clap::Args;

/// Find what is wrong with Apps, and write nothing
///
/// Checks all that `build` checks, and the published schema too.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    sources: Sources,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let request = arguments.sources.into_request(Rigour::Check);
    let compilation = compile(&request, system, |_| ())?;
    let Some(apps) = settle(compilation, &request.paths, console)? else { return Ok(AT_FAULT) };
    match apps.len() {
        1 => console.say("1 App is fine"),
        number => console.say(&format!("{number} Apps are fine")),
    }
    Ok(FINE)
}
