//! What can be written on the command line.

use crate::cli::build;
use crate::cli::check;
use crate::cli::deps;
use crate::cli::diff;
use crate::cli::explain;
use crate::cli::function;
use crate::cli::import;
use crate::cli::init;
use crate::cli::preview;
use crate::cli::render;
use crate::cli::schema;
use crate::cli::wrap;
use crate::report::Format;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

const HELP: &str = "\
Examples:
  pelago init storefront             write app.yaml, a small App to start from
  pelago build app.yaml              print the objects that Karmada needs
  pelago build apps/ -o out/         write them to files that kustomize reads
  pelago build - < app.yaml | kubectl apply -f -
  pelago check apps/                 find what is wrong, and write nothing
  pelago diff golden/ apps/          show what a build would change
  pelago preview apps/               show which cluster gets how many replicas
  pelago render --cluster member1    print what that cluster receives
  pelago import manifests/           print Apps that build to these objects
  helm template shop chart/ | pelago wrap --clusters eu-1,us-1 --namespace shop
  pelago fn < list.yaml              compile within kustomize or kpt, as a KRM function
  pelago explain E0408               read what a code means

Exit status: 0 fine, 1 the input has errors or `diff` found differences, 2 the command could not run";

/// What all commands take stands behind what one takes.
const LAST: usize = 100;

/// Compiles one short App document into a Karmada bundle
#[derive(Debug, Parser)]
#[command(name = "pelago", version, after_help = HELP, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(build::Arguments),
    Check(check::Arguments),
    Diff(diff::Arguments),
    Preview(preview::Arguments),
    Render(render::Arguments),
    Deps(deps::Arguments),
    Import(import::Arguments),
    Wrap(wrap::Arguments),
    Fn(function::Arguments),
    Schema(schema::Arguments),
    Init(init::Arguments),
    Explain(explain::Arguments),
}

/// How a command talks.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// How errors and warnings are shown
    #[arg(long, global = true, display_order = LAST, value_name = "FORMAT", default_value = "human")]
    pub(super) message_format: MessageFormat,
    /// When to use colour
    #[arg(long, global = true, display_order = LAST + 1, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// Show errors only
    #[arg(short, long, global = true, display_order = LAST + 2)]
    pub(super) quiet: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum MessageFormat {
    /// With excerpts of the input
    Human,
    /// A line each: `file:line:column: severity[code]: message`
    Short,
    /// One JSON document, see `pelago schema diagnostics`
    Json,
}

impl From<MessageFormat> for Format {
    fn from(format: MessageFormat) -> Self {
        match format {
            MessageFormat::Human => Self::Human,
            MessageFormat::Short => Self::Short,
            MessageFormat::Json => Self::Json,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
