//! `pelago import`: makes Apps of existing objects.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::name_places;
use crate::compile::Importation;
use crate::compile::Request;
use crate::compile::import_objects;
use crate::error::Error;
use crate::import::Defaults;
use crate::import::Options;
use crate::import::Reason;
use crate::import::Secrets;
use crate::system::FileTree;
use crate::system::System;
use crate::write;
use clap::Args;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// What a Fleet does not hold of Karmada's clusters.
const FLEET_LIMITS: &str = "the Fleet says nothing of the APIs that clusters know and the sizes of their nodes; \
    where these matter, `--fleet` takes the Cluster objects as they are";

/// Make Apps of existing objects
///
/// Reads manifests, the output of `helm template`, `kubectl kustomize` or `kubectl get -o yaml`, hand-written policies
/// of Karmada, and workloads of Score, and prints Apps that build to the same objects.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders of objects, `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The folder to write to, a file for each App, `-` for standard output [default: -]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Copy the values of Secrets, rather than only refer to them
    #[arg(long)]
    with_secrets: bool,
    /// Keep fields that say what Kubernetes does anyway
    #[arg(long)]
    keep_defaults: bool,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let request = Request { paths: arguments.paths, ..Request::default() };
    let options = Options {
        defaults: if arguments.keep_defaults { Defaults::Kept } else { Defaults::Dropped },
        secrets: if arguments.with_secrets { Secrets::Copied } else { Secrets::Referred },
    };
    let importation = import_objects(&request, options, system)?;
    let has_errors = importation.has_errors();
    if importation.apps.is_empty() && importation.fleet.is_none() && !has_errors {
        return Err(Error::new(format!("there is no object in {}", name_places(&request.paths))));
    }
    let summary = summarise(&importation);
    console.show(&importation.sources, importation.diagnostics);
    if has_errors {
        return Ok(AT_FAULT);
    }
    let (apps, fleet) = (&importation.apps, importation.fleet.as_ref());
    match arguments.output.filter(|output| output != Path::new("-")) {
        None => print(write::write_drafts(apps, fleet).iter().map(String::as_str))?,
        Some(folder) => {
            // Apps are there to be changed, so no file is ever replaced.
            let tree = FileTree { files: write::draft_files(apps, fleet), own: BTreeSet::new() };
            system.write_tree(&folder, &tree).map_err(|error| Error::of_path("write", &folder, &error))?;
        }
    }
    console.say(&summary);
    Ok(FINE)
}

/// What came of how much, and what was left out.
fn summarise(importation: &Importation) -> String {
    let collection = &importation.collection;
    let count = |number: usize, noun: &str| {
        if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
    };
    let objects = collection.objects.len() + collection.policies.len();
    let mut lines = Vec::new();
    if objects > 0 {
        lines.push(format!("{} of {}", count(importation.apps.len(), "App"), count(objects, "object")));
    }
    if importation.fleet.is_some() {
        lines.push(FLEET_LIMITS.to_owned());
    }
    let mut by_reason: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
    for ((kind, reason), number) in &collection.left_out {
        let kind = if *number == 1 { kind.clone() } else { format!("{kind} ({number})") };
        by_reason.entry(*reason).or_default().push(kind);
    }
    let left_out = by_reason.into_iter();
    lines
        .extend(left_out.map(|(reason, kinds)| format!("left out {}: {}", reason.words(), kinds.join(", "))));
    lines.join("\n")
}
