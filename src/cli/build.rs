//! `pelago build`: compiles Apps to standard output or to a folder.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::Sources;
use crate::cli::sources::settle;
use crate::compile::Request;
use crate::compile::Rigour;
use crate::compile::compile;
use crate::error::Error;
use crate::system::FileTree;
use crate::system::System;
use crate::write;
use clap::Args;
use clap::ValueEnum;
use std::path::Path;
use std::path::PathBuf;

/// Compile Apps to the objects that Karmada needs
///
/// The objects go to standard output, or with --output to files: one folder an App, one file an object, and a
/// kustomization.yaml, so that `kubectl apply -k` takes the folder. Nothing is written when the input has errors.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    sources: Sources,
    /// The folder to write to, `-` for standard output [default: -]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The form of standard output
    #[arg(long, default_value = "yaml")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A stream of documents
    Yaml,
    /// A List of Kubernetes
    Json,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let request = arguments.sources.into_request(Rigour::Build)?;
    match arguments.output.filter(|output| output != Path::new("-")) {
        None => write_stream(&request, arguments.format, console, system),
        Some(_) if arguments.format == Format::Json => Err(Error::new("a folder is always written as YAML")
            .with_help("leave `--format json` or `--output` out")),
        Some(folder) => write_folder(&request, &folder, console, system),
    }
}

fn write_stream(
    request: &Request,
    format: Format,
    console: &Console,
    system: &dyn System,
) -> Result<u8, Error> {
    let format = match format {
        Format::Yaml => write::Format::Yaml,
        Format::Json => write::Format::Json,
    };
    let compilation = compile(request, system, |app| write::write_app(&app, format))?;
    let Some(parts) = settle(compilation, &request.paths, console)? else { return Ok(AT_FAULT) };
    print(write::join(&parts, format))?;
    Ok(FINE)
}

fn write_folder(
    request: &Request,
    folder: &Path,
    console: &Console,
    system: &dyn System,
) -> Result<u8, Error> {
    let own = write::read_own(folder, system)?;
    let compilation = compile(request, system, |app| write::write_folder(&app))?;
    let Some(apps) = settle(compilation, &request.paths, console)? else { return Ok(AT_FAULT) };
    let tree = FileTree { files: write::folder(apps), own };
    system.write_tree(folder, &tree).map_err(|error| Error::of_path("write", folder, &error))?;
    Ok(FINE)
}
