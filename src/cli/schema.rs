//! `pelago schema`: the published JSON Schemas.

use crate::cli::FINE;
use crate::cli::console::print;
use crate::cli::preview::JSON_SCHEMA as PREVIEW_SCHEMA;
use crate::error::Error;
use crate::fleet;
use crate::report::JSON_SCHEMA;
use crate::spec;
use clap::Args;
use clap::ValueEnum;

/// Print a JSON Schema, for editors and other programs
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Whose schema
    #[arg(default_value = "app")]
    subject: Subject,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Subject {
    /// An App
    App,
    /// A Fleet
    Fleet,
    /// What `--message-format json` prints
    Diagnostics,
    /// What `pelago preview --format json` prints
    Preview,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Error> {
    let schema = match arguments.subject {
        Subject::App => format!("{:#}\n", spec::schema()),
        Subject::Fleet => format!("{:#}\n", fleet::schema()),
        Subject::Diagnostics => JSON_SCHEMA.to_owned(),
        Subject::Preview => PREVIEW_SCHEMA.to_owned(),
    };
    print([schema.as_str()])?;
    Ok(FINE)
}
