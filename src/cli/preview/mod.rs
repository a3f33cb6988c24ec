//! `pelago preview`: which cluster gets how many replicas of what, and why each other one gets none.

mod explain;
mod json;
mod lines;
mod table;

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::simulation::Simulation;
use crate::cli::simulation::check_cluster;
use crate::error::Error;
use crate::system::System;
use clap::Args;
use clap::ValueEnum;

/// The JSON Schema of `--format json`.
pub(super) const JSON_SCHEMA: &str = include_str!("../../../schemas/preview.v1.json");

/// Show which cluster gets how many replicas, and why each other one gets none
///
/// Reads Apps, plain manifests and Karmada's policies, in any mixture, and works out offline what Karmada does with
/// them. What the Fleet does not say is named, and only what depends on it is left open.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    /// The form of standard output
    #[arg(long, default_value = "table")]
    format: Format,
    /// Show what becomes of every object on this cluster alone
    #[arg(long, value_name = "CLUSTER")]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table for each object
    Table,
    /// One JSON document, see `pelago schema preview`
    Json,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let Arguments { simulation, format, explain } = arguments;
    let Some(mut simulated) = simulation.run(console, system)? else { return Ok(AT_FAULT) };
    if let Some(name) = &explain {
        check_cluster(name, &simulated.inventory)?;
    }
    let text = match (format, &explain) {
        (Format::Table, None) => table::write(&simulated.preview),
        (Format::Table, Some(name)) => explain::write(&simulated.preview, &simulated.inventory, name),
        (Format::Json, cluster) => {
            if let Some(name) = cluster {
                for object in &mut simulated.preview.objects {
                    object.clusters.retain(|row| row.cluster == *name);
                }
            }
            json::write(&simulated.preview)
        }
    };
    print([text.as_str()])?;
    let has_failed = simulated.preview.objects.iter().any(|object| object.result.failure.is_some());
    Ok(if has_failed { AT_FAULT } else { FINE })
}
