//! `pelago render`: the objects exactly as clusters receive them.

mod provenance;

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::diff::paint;
use crate::cli::simulation::Simulated;
use crate::cli::simulation::Simulation;
use crate::cli::simulation::check_cluster;
use crate::diagnostic::Diagnostics;
use crate::diff::diff;
use crate::error::Error;
use crate::forecast::ClusterObjects;
use crate::forecast::short;
use crate::render::Provenance;
use crate::render::Wanted;
use crate::render::render;
use crate::system::FileTree;
use crate::system::System;
use crate::write;
use crate::yaml::write_stream;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// Print the objects exactly as a cluster receives them
///
/// Replicas are set, override policies applied in Karmada's order, and dependencies included. The labels and annotations
/// that Karmada itself adds are left out, as they hold random identifiers.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    /// The cluster; may be left out with --output, which then writes all
    #[arg(long, value_name = "CLUSTER")]
    cluster: Option<String>,
    /// Show how the objects differ from those of another cluster
    #[arg(long, value_name = "CLUSTER", requires = "cluster", conflicts_with_all = ["output", "provenance"])]
    against: Option<String>,
    /// Show what changed each field: policy, rule, and line of the input
    #[arg(long, requires = "cluster", conflicts_with = "output")]
    provenance: bool,
    /// The folder to write to, with one folder a cluster
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let Arguments { simulation, cluster, against, provenance, output } = arguments;
    if cluster.is_none() && output.is_none() {
        return Err(Error::new("it is not said which cluster to render")
            .with_help("name it with `--cluster`, or write all of them with `--output DIR`"));
    }
    let Some(simulated) = simulation.run(console, system)? else { return Ok(AT_FAULT) };
    let mut names: Vec<String> = cluster.into_iter().chain(against).collect();
    for name in &names {
        check_cluster(name, &simulated.inventory)?;
    }
    let is_compared = names.len() > 1;
    if names.is_empty() {
        names.clone_from(&simulated.preview.clusters);
    }
    let traced = if provenance { Provenance::Traced } else { Provenance::Omitted };
    let Some(clusters) = rendered(&simulated, (&names, traced), console) else { return Ok(AT_FAULT) };
    match (output, clusters.as_slice()) {
        (Some(folder), clusters) => write_folders(&folder, clusters, system)?,
        (None, [own, other]) if is_compared => {
            let changes = diff(&write::cluster_files(other), &write::cluster_files(own));
            print(changes.iter().flat_map(|change| paint(&change.text)))?;
        }
        (None, clusters) if provenance => {
            print([provenance::write(clusters, &simulated.sources).as_str()])?;
        }
        (None, clusters) => {
            let objects = clusters.iter().flat_map(|cluster| &cluster.objects);
            print([write_stream(objects.map(|object| &*object.object)).as_str()])?;
        }
    }
    Ok(FINE)
}

/// Renders, and says what is to be said; nothing where there are errors.
fn rendered(
    simulated: &Simulated,
    (names, provenance): (&[String], Provenance),
    console: &Console,
) -> Option<Vec<ClusterObjects>> {
    let mut diagnostics = Diagnostics::default();
    let wanted = Wanted { clusters: names, provenance, kubernetes: simulated.kubernetes };
    let world = (&simulated.plane, &simulated.inventory);
    let clusters = render(world, &simulated.preview, wanted, &mut diagnostics);
    let has_errors = diagnostics.has_errors();
    console.show(&simulated.sources, diagnostics.into_sorted(&simulated.sources));
    if has_errors {
        return None;
    }
    for object in simulated.preview.objects.iter().filter(|object| object.depends_on_uid()) {
        console.say(&format!(
            "a tie of {} goes by its uid; rendered as if smaller names won, --uid settles it",
            short(&object.key)
        ));
    }
    for cluster in &clusters {
        for object in cluster.objects.iter().filter(|object| object.is_suspended) {
            console.say(&format!(
                "{} is held back from `{}` for now, as its policy suspends it",
                short(&object.key),
                cluster.cluster
            ));
        }
    }
    Some(clusters)
}

fn write_folders(folder: &Path, clusters: &[ClusterObjects], system: &dyn System) -> Result<(), Error> {
    let own = write::read_own(folder, system)?;
    let tree = FileTree { files: write::cluster_folders(clusters), own };
    system.write_tree(folder, &tree).map_err(|error| Error::of_path("write", folder, &error))
}
