//! `pelago fn`: a KRM function for kustomize and kpt.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::Settings;
use crate::error::Error;
use crate::krm::Fate;
use crate::krm::Options;
use crate::krm::apply;
use crate::system::System;
use clap::Args;
use clap::ValueEnum;
use std::path::PathBuf;

/// Compile the Apps of a ResourceList, as a KRM function of kustomize and kpt
///
/// Reads a ResourceList from standard input, and writes it with the objects of its Apps, in the place of those of an earlier
/// run. Apps and Fleets stand among the items or as functionConfig; a ConfigMap there has the long flags of this command as
/// keys, as in `data: {profile: staging, karmadaVersion: "1.15"}`. With an error, the items stay as they are, and `results` say why.
#[derive(Debug, Args)]
#[command(override_usage = "pelago fn [OPTIONS] < LIST")]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// What becomes of Apps and Fleets [default: keep those that come from a file]
    #[arg(long, value_name = "FATE")]
    sources: Option<Sources>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sources {
    /// They stay in the list
    Keep,
    /// They are taken out
    Drop,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let sources = arguments.sources.map(|sources| match sources {
        Sources::Keep => Fate::Keep,
        Sources::Drop => Fate::Drop,
    });
    arguments.settings.check_standard_input([&PathBuf::from("-")])?;
    let options = Options { request: arguments.settings.into_request()?, sources };
    let unreadable = |reason: String| Error::new(format!("cannot read standard input: {reason}"));
    let bytes = system.read_standard_input().map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".to_owned()))?;
    let answer = apply(text, options, system)?;
    let status = if answer.has_errors() { AT_FAULT } else { FINE };
    if answer.apps == 0 && status == FINE {
        console.say("there is no App in the list");
    }
    print([answer.text.as_str()])?;
    console.show(&answer.sources, answer.diagnostics);
    Ok(status)
}
