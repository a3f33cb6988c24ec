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

/// Find what is wrong with Apps, manifests and policies, and write nothing
///
/// Checks all that `build` checks, and the published schema too; and plain Kubernetes objects and Karmada policies
/// that are written by hand.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    sources: Sources,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let request = arguments.sources.into_request(Rigour::Check)?;
    let compilation = compile(&request, system, |_| ())?;
    let manifests = compilation.manifests;
    let Some(apps) = settle(compilation, &request.paths, console)? else { return Ok(AT_FAULT) };
    let verb = if apps.len() + manifests == 1 { "is" } else { "are" };
    let parts = [count(apps.len(), "App"), count(manifests, "manifest")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    console.say(&format!("{} {verb} fine", parts.join(" and ")));
    Ok(FINE)
}

/// A number of things, where there is any.
fn count(number: usize, noun: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{number} {noun}s")),
    }
}
