//! `pelago import`: makes Apps of existing objects.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::name_places;
use crate::compile::Request;
use crate::compile::import_objects;
use crate::error::Error;
use crate::system::System;
use crate::write;
use clap::Args;
use std::path::PathBuf;

/// Make Apps of existing objects
///
/// Reads manifests, the output of `helm template`, `kubectl kustomize` or `kubectl get -o yaml`, and hand-written policies
/// of Karmada, and prints Apps that build to the same objects.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders of objects, `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let request = Request { paths: arguments.paths, ..Request::default() };
    let importation = import_objects(&request, system)?;
    let has_errors = importation.has_errors();
    if importation.apps.is_empty() && !has_errors {
        return Err(Error::new(format!("there is no object in {}", name_places(&request.paths))));
    }
    console.show(&importation.sources, importation.diagnostics);
    if has_errors {
        return Ok(AT_FAULT);
    }
    print(write::write_drafts(&importation.apps).iter().map(String::as_str))?;
    Ok(FINE)
}
