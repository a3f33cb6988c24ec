//! The arguments that say what to compile, for all commands that do.

use crate::cli::console::Console;
use crate::compile::Compilation;
use crate::compile::Request;
use crate::compile::Rigour;
use crate::diagnostic::LevelError;
use crate::diagnostic::Levels;
use crate::error::Error;
use crate::k8s::version::MinorVersion;
use crate::karmada::version::KarmadaVersion;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// The current folder.
const HERE: &str = ".";

/// What to compile.
#[derive(Debug, Args)]
pub(super) struct Sources {
    /// Files and folders of Apps, `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// What to compile with.
#[derive(Debug, Args)]
pub(super) struct Settings {
    /// The namespace of Apps and objects that name none [default: default]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// The file with the Fleet, or with Karmada's Cluster objects [default: the Fleet beside the Apps]
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// Files and folders of objects that are on the control plane already; may be repeated
    #[arg(long, value_name = "PATH")]
    with: Vec<PathBuf>,
    /// The profile to merge over the spec of each App that has it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A file with a map to merge over `spec` after the profile; may be repeated
    #[arg(long, value_name = "FILE")]
    values: Vec<PathBuf>,
    /// A value over all else, as in `vars.version=2`, or for one App `shop:vars.version=2`; may be repeated
    #[arg(long, value_name = "PATH=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    /// The same, with a value that is a text whatever it looks like; may be repeated
    #[arg(long, value_name = "PATH=VALUE", allow_hyphen_values = true)]
    set_string: Vec<String>,
    /// The version of Karmada to build for [default: that of the Fleet, else the newest]
    #[arg(long, value_name = "VERSION")]
    karmada_version: Option<KarmadaVersion>,
    /// The version of Kubernetes to build for [default: that of the Fleet, else 1.33]
    #[arg(long, value_name = "VERSION", value_parser = MinorVersion::parse)]
    kubernetes_version: Option<MinorVersion>,
    /// A lint that is an error, `warnings` for all of them; may be repeated
    #[arg(long, value_name = "LINT")]
    deny: Vec<String>,
    /// A lint that is not told; may be repeated
    #[arg(long, value_name = "LINT")]
    allow: Vec<String>,
}

impl Sources {
    /// The request that these arguments make.
    ///
    /// # Errors
    /// A lint that does not exist; standard input for two things.
    pub(super) fn into_request(self, rigour: Rigour) -> Result<Request, Error> {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(HERE)] } else { self.paths };
        // The same path twice is read once.
        let standard_input = paths.iter().find(|path| is_standard_input(path));
        self.settings.check_standard_input(standard_input)?;
        Ok(Request { paths, rigour, ..self.settings.into_request()? })
    }
}

impl Settings {
    /// Standard input can be read once: `others` are the paths that are read beside those of the settings.
    ///
    /// # Errors
    /// Two of them are standard input.
    pub(super) fn check_standard_input<'a>(
        &'a self,
        others: impl IntoIterator<Item = &'a PathBuf>,
    ) -> Result<(), Error> {
        let all = others.into_iter().chain(&self.fleet).chain(&self.with).chain(&self.values);
        if all.filter(|path| is_standard_input(path)).count() <= 1 {
            return Ok(());
        }
        let error = Error::new("standard input cannot be read for two things");
        Err(error.with_help("write one of them to a file, and name that"))
    }

    /// The request that these arguments make, without paths.
    ///
    /// # Errors
    /// A lint that does not exist.
    pub(super) fn into_request(self) -> Result<Request, Error> {
        let mut levels = Levels::default();
        let fault = |error: LevelError| {
            Error::new(error.to_string()).with_help("`pelago explain` lists all codes and lints")
        };
        for id in &self.allow {
            levels.allow(id).map_err(fault)?;
        }
        for id in &self.deny {
            levels.deny(id).map_err(fault)?;
        }
        Ok(Request {
            namespace: self.namespace,
            fleet: self.fleet,
            with: self.with,
            profile: self.profile,
            values: self.values,
            set: self.set,
            set_string: self.set_string,
            karmada_version: self.karmada_version,
            kubernetes_version: self.kubernetes_version,
            levels,
            ..Request::default()
        })
    }
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// Shows all diagnostics, and gives the Apps where there is no error.
///
/// # Errors
/// There is no App at the paths, and nothing else that was checked.
pub(super) fn settle<T>(
    compilation: Compilation<T>,
    paths: &[PathBuf],
    console: &Console,
) -> Result<Option<Vec<T>>, Error> {
    let has_errors = compilation.has_errors();
    if compilation.apps.is_empty() && compilation.manifests == 0 && !has_errors {
        return Err(no_app(paths));
    }
    console.show(&compilation.sources, compilation.diagnostics);
    Ok((!has_errors).then_some(compilation.apps))
}

fn no_app(paths: &[PathBuf]) -> Error {
    Error::new(format!("there is no App in {}", name_places(paths))).with_help(
        "an App is a YAML document with `apiVersion: pelago.dev/v1alpha1` and `kind: App`; `pelago init` writes one",
    )
}

/// The words for the places that were looked at.
pub(super) fn name_places(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    match names.as_slice() {
        [name] if name == "`.`" => "the current folder".to_owned(),
        [name] if name == "`-`" => "standard input".to_owned(),
        names => names.join(" or "),
    }
}
