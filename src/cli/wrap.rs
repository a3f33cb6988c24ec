//! `pelago wrap`: adds to a stream of objects the policies that send them to clusters.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::pass_on;
use crate::cli::sources::Settings;
use crate::compile::Author;
use crate::compile::External;
use crate::compile::Flags;
use crate::compile::Wrapping;
use crate::compile::wrap;
use crate::error::Error;
use crate::system::System;
use crate::write::write_behind;
use clap::Args;
use std::path::PathBuf;

const HELP: &str = "\
Examples:
  helm template shop chart/ -n shop | pelago wrap --clusters eu-1,us-1 -n shop
  kustomize build | pelago wrap --app app.yaml | kubectl apply -f -
  helm install shop chart/ -n shop --post-renderer pelago \\
    --post-renderer-args wrap --post-renderer-args=--app=app.yaml

With Helm 4, `pelago` is a plugin, and the argument `wrap` is left out: see docs/integrations.md";

/// Add policies to a stream of objects, as Helm's post-renderer or behind kustomize
///
/// Reads objects from standard input, and writes them as they are, to the byte, with the policies that send them to clusters
/// behind them. Where they go is said by an App, or by the flags that stand for one. Nothing is written when anything is wrong.
///
/// Hooks and tests of Helm get policies of their own, which are hooks too and come first. Karmada's own objects stay where they are.
#[derive(Debug, Args)]
#[command(override_usage = "pelago wrap [OPTIONS] < OBJECTS", after_help = HELP)]
pub(super) struct Arguments {
    /// The file with the App that says where the objects go, and what differs from cluster to cluster
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "clusters", "placement", "strategy", "external"])]
    app: Option<PathBuf>,
    /// The clusters that the objects go to, with commas between them
    #[arg(long, value_name = "CLUSTERS", value_delimiter = ',')]
    clusters: Vec<String>,
    /// The placement of the Fleet that says where the objects go
    #[arg(long, value_name = "NAME")]
    placement: Option<String>,
    /// How replicas are shared out; those that need weights or numbers are said in an App [default: Duplicated]
    #[arg(long, value_name = "STRATEGY", value_parser = ["Duplicated", "Aggregated", "DynamicWeight"])]
    strategy: Option<String>,
    /// The name of the policies [default: the label app.kubernetes.io/instance, else the name of the first workload]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A ConfigMap, Secret or claim that is on the control plane already, as in `Secret/web-login`; may be repeated
    #[arg(long, value_name = "KIND/NAME")]
    external: Vec<External>,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let Arguments { app, clusters, placement, strategy, name, external, settings } = arguments;
    settings.check_standard_input(std::iter::once(&PathBuf::from("-")).chain(&app))?;
    let author = match app {
        Some(path) => Author::App(path),
        None if clusters.is_empty() && placement.is_none() => {
            let help = "write `--clusters eu-1,us-1`, `--placement NAME --fleet FILE`, or `--app FILE`";
            return Err(Error::new("nothing says where the objects go").with_help(help));
        }
        None => Author::Flags(Flags { name, clusters, placement, strategy, external }),
    };
    let wrapping = Wrapping { author, request: settings.into_request()? };
    let compilation = wrap(&wrapping, system, |app| app)?;
    let has_errors = compilation.has_errors();
    console.show(&compilation.sources, compilation.diagnostics);
    if has_errors {
        return Ok(AT_FAULT);
    }
    let stream = compilation.sources.files().next().map_or("", |(_, file)| &file.text);
    let behind: String = compilation.apps.iter().map(|app| write_behind(stream, app)).collect();
    if behind.is_empty() {
        console.say("there is no object to send in standard input");
    }
    pass_on([stream, &behind])?;
    Ok(FINE)
}
