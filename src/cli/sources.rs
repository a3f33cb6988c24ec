//! The arguments that say what to compile, for all commands that do.

use crate::cli::console::Console;
use crate::compile::Compilation;
use crate::compile::Request;
use crate::compile::Rigour;
use crate::error::Error;
use clap::Args;
use std::path::PathBuf;

/// The current folder.
const HERE: &str = ".";

/// What to compile.
#[derive(Debug, Args)]
pub(super) struct Sources {
    /// Files and folders of Apps, `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The file with the Fleet, or with Karmada's Cluster objects [default: the Fleet among the paths]
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// Files and folders of objects that are on the control plane already; may be repeated
    #[arg(long, value_name = "PATH")]
    with: Vec<PathBuf>,
}

impl Sources {
    /// The request that these arguments make.
    pub(super) fn into_request(self, rigour: Rigour) -> Request {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(HERE)] } else { self.paths };
        Request { paths, fleet: self.fleet, with: self.with, rigour }
    }
}

/// Shows all diagnostics, and gives the Apps where there is no error and at least one App.
///
/// # Errors
/// There is no App at the paths.
pub(super) fn settle<T>(
    compilation: Compilation<T>,
    paths: &[PathBuf],
    console: &Console,
) -> Result<Option<Vec<T>>, Error> {
    let has_errors = compilation.has_errors();
    if compilation.apps.is_empty() && !has_errors {
        return Err(no_app(paths));
    }
    console.show(&compilation.sources, compilation.diagnostics);
    Ok((!has_errors).then_some(compilation.apps))
}

fn no_app(paths: &[PathBuf]) -> Error {
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    let place = match names.as_slice() {
        [name] if name == "`.`" => "the current folder".to_owned(),
        [name] if name == "`-`" => "standard input".to_owned(),
        names => names.join(" or "),
    };
    Error::new(format!("there is no App in {place}")).with_help(
        "an App is a YAML document with `apiVersion: pelago.dev/v1alpha1` and `kind: App`; `pelago init` writes one",
    )
}
