//! `pelago import`: makes Apps of existing objects.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::name_places;
use crate::compile::Importation;
use crate::compile::Request;
use crate::compile::import_members;
use crate::compile::import_objects;
use crate::error::Error;
use crate::import::Defaults;
use crate::import::Options;
use crate::import::Reason;
use crate::import::Secrets;
use crate::k8s::name::check_dns_subdomain;
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

/// What stands between Karmada and objects that clusters have.
const TAKE_OVER: &str =
    "Karmada leaves alone what a cluster has already: `propagation: {adopt: true}` has it take that over";

/// Make Apps of existing objects
///
/// Reads manifests, the output of `helm template`, `kubectl kustomize` or `kubectl get -o yaml`, hand-written policies
/// of Karmada, and workloads of Score, and prints Apps that build to the same objects. With `--cluster`, objects that several
/// clusters have become one, with overrides for what differs.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders of objects, `-` for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A cluster, and the file or folder of the objects that it has, `-` for standard input; may be repeated
    #[arg(long, value_name = "NAME=PATH", conflicts_with = "paths")]
    cluster: Vec<String>,
    /// The namespace of objects that name none [default: default]
    #[arg(short, long, value_name = "NAME", conflicts_with = "cluster")]
    namespace: Option<String>,
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
    let options = Options {
        defaults: if arguments.keep_defaults { Defaults::Kept } else { Defaults::Dropped },
        secrets: if arguments.with_secrets { Secrets::Copied } else { Secrets::Referred },
    };
    let clusters = read_clusters(&arguments.cluster)?;
    if clusters.is_empty() && arguments.paths.is_empty() {
        let help = "name files and folders, or `-` for standard input";
        return Err(Error::new("nothing says what to import").with_help(help));
    }
    let importation = if clusters.is_empty() {
        let paths = arguments.paths.clone();
        let request = Request { paths, namespace: arguments.namespace, ..Request::default() };
        import_objects(&request, options, system)?
    } else {
        import_members(&clusters, options, system)?
    };
    let has_errors = importation.has_errors();
    if importation.apps.is_empty() && importation.fleet.is_none() && !has_errors {
        let paths: Vec<PathBuf> = arguments.paths.into_iter().chain(clusters.into_values()).collect();
        return Err(Error::new(format!("there is no object in {}", name_places(&paths))));
    }
    let summary = summarise(&importation, clusters.len());
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

/// The path of each cluster.
fn read_clusters(written: &[String]) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut clusters = BTreeMap::new();
    for text in written {
        let parts = text.split_once('=').filter(|(_, path)| !path.is_empty());
        let (name, path) = parts.ok_or_else(|| {
            Error::new(format!("`--cluster {text}` does not say where the objects of the cluster are"))
                .with_help("write the name and the path, as in `--cluster member1=exports/member1`")
        })?;
        let fault = |reason: String| Error::new(format!("`--cluster {text}`: {reason}"));
        check_dns_subdomain(name).map_err(|error| fault(format!("invalid name of a cluster: {error}")))?;
        if path == "-" && clusters.values().any(|known: &PathBuf| known == Path::new("-")) {
            return Err(fault("standard input can be read once".to_owned()));
        }
        if clusters.insert(name.to_owned(), PathBuf::from(path)).is_some() {
            return Err(fault(format!("the cluster `{name}` is there already"))
                .with_help("put all of its objects into one folder"));
        }
    }
    Ok(clusters)
}

/// What came of how much, and what was left out.
fn summarise(importation: &Importation, clusters: usize) -> String {
    let collection = &importation.collection;
    let count = |number: usize, noun: &str| {
        if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
    };
    let mut lines = Vec::new();
    if importation.objects > 0 {
        let objects = count(importation.objects, "object");
        lines.push(format!("{} of {objects}", count(importation.apps.len(), "App")));
    }
    if clusters > 0 {
        lines.push(TAKE_OVER.to_owned());
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
