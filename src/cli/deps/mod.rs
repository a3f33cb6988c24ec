//! `pelago deps`: who refers to what, from which line, and how it reaches the clusters.

mod json;
mod table;

use crate::bundle::Dependency;
use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::Sources;
use crate::cli::sources::settle;
use crate::compile::Rigour;
use crate::compile::compile;
use crate::error::Error;
use crate::system::System;
use clap::Args;
use clap::ValueEnum;

/// Show which objects refer to which, and how those reach the clusters
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    sources: Sources,
    /// The form of standard output
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table for each App
    Table,
    /// One JSON document
    Json,
}

/// The references of one App.
struct Graph {
    namespace: String,
    name: String,
    dependencies: Vec<Dependency>,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let request = arguments.sources.into_request(Rigour::Show)?;
    let compilation = compile(&request, system, |app| Graph {
        namespace: app.namespace,
        name: app.name,
        dependencies: app.dependencies,
    })?;
    let text = match arguments.format {
        Format::Table => table::write(&compilation.apps, &compilation.sources),
        Format::Json => json::write(&compilation.apps, &compilation.sources),
    };
    let is_fine = settle(compilation, &request.paths, console)?.is_some();
    print([text.as_str()])?;
    Ok(if is_fine { FINE } else { AT_FAULT })
}
