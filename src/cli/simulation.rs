//! The arguments that say what Karmada is to be imitated with, for all commands that do; and the imitation.

use crate::cli::console::Console;
use crate::cli::sources::Sources;
use crate::compile::Assembly;
use crate::compile::Rigour;
use crate::compile::assemble;
use crate::control_plane::ControlPlane;
use crate::diagnostic::nearest;
use crate::error::Error;
use crate::fleet::Inventory;
use crate::forecast::Preview;
use crate::forecast::read_bindings;
use crate::k8s::gvk::ObjectKey;
use crate::k8s::version::MinorVersion;
use crate::karmada::division::Direction;
use crate::karmada::schedule::binding::Binding;
use crate::preview::Options;
use crate::preview::preview;
use crate::source::SourceMap;
use crate::system::System;
use crate::yaml::Limits;
use crate::yaml::read;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// What Karmada is to be imitated with.
#[derive(Debug, Args)]
pub(super) struct Simulation {
    #[command(flatten)]
    sources: Sources,
    /// Where objects are already: an earlier `pelago preview --format json`, or resource bindings of Karmada; `-` for
    /// standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The uid of objects, by which Karmada breaks ties [default: both ways are shown]
    #[arg(long, value_name = "UID", value_parser = NonEmptyStringValueParser::new())]
    uid: Option<String>,
}

/// What came of it.
pub(super) struct Simulated {
    pub(super) sources: SourceMap,
    pub(super) plane: ControlPlane,
    pub(super) inventory: Inventory,
    pub(super) preview: Preview,
    /// The version of Kubernetes on the clusters.
    pub(super) kubernetes: MinorVersion,
}

impl Simulation {
    /// Reads everything, shows what is to be said about it, and works out where things go; nothing where the input has
    /// errors.
    pub(super) fn run(self, console: &Console, system: &dyn System) -> Result<Option<Simulated>, Error> {
        let request = self.sources.into_request(Rigour::Build)?;
        let earlier = match &self.from {
            Some(path) => read_earlier(path, self.uid.as_deref(), system)?,
            None => BTreeMap::new(),
        };
        let assembly = assemble(&request, system)?;
        let has_errors = assembly.has_errors();
        let Assembly { sources, diagnostics, plane, inventory } = assembly;
        let is_empty = plane.templates.is_empty() && !has_errors;
        console.show(&sources, diagnostics);
        if has_errors {
            return Ok(None);
        }
        if is_empty {
            return Err(nothing_there(&request.paths));
        }
        let Some(inventory) = inventory else { return Err(no_fleet()) };
        if self.from.is_some() && !plane.templates.iter().any(|template| earlier.contains_key(&template.key))
        {
            console.say(
                "what `--from` names has none of these objects, so all are scheduled for the first time",
            );
        }
        let version = request.karmada_version.or(inventory.karmada).unwrap_or_default();
        let options = Options { version, uid: self.uid, earlier, ..Options::default() };
        let preview = preview(&plane, &inventory, &options);
        let kubernetes = request.kubernetes_version.or(inventory.kubernetes).unwrap_or_default();
        Ok(Some(Simulated { sources, plane, inventory, preview, kubernetes }))
    }
}

/// Refuses a cluster that the Fleet does not have.
pub(super) fn check_cluster(name: &str, inventory: &Inventory) -> Result<(), Error> {
    if inventory.clusters.contains_key(name) {
        return Ok(());
    }
    let error = Error::new(format!("the Fleet has no cluster `{name}`"));
    Err(match nearest(name, inventory.names()) {
        Some(near) => error.with_help(format!("a similar name exists: `{near}`")),
        None => error.with_help("the clusters are those of the Fleet: see `--fleet`"),
    })
}

fn nothing_there(paths: &[PathBuf]) -> Error {
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    Error::new(format!("there is neither an App nor a Kubernetes object in {}", names.join(" or ")))
}

fn no_fleet() -> Error {
    Error::new("without a Fleet there are no clusters to send anything to")
        .with_help("name one with `--fleet`: a Fleet, or what `kubectl get clusters -o yaml` prints on the control plane")
}

fn read_earlier(
    path: &Path,
    uid: Option<&str>,
    system: &dyn System,
) -> Result<BTreeMap<ObjectKey, Binding>, Error> {
    let bytes = if path == Path::new("-") { system.read_standard_input() } else { system.read(path) };
    let bytes = bytes.map_err(|error| Error::of_path("read", path, &error))?;
    let text = String::from_utf8_lossy(&bytes);
    let file = SourceMap::default().add(path.to_path_buf(), String::new());
    let stream = read(&text, file, Limits::default());
    let fault = |reason: &str| Error::new(format!("cannot take over `{}`: {reason}", path.display()));
    if !stream.faults.is_empty() {
        return Err(fault("it is neither YAML nor JSON"));
    }
    if stream.documents.is_empty() {
        return Err(fault("it is empty"));
    }
    let direction = Direction::of_uid(uid.unwrap_or_default());
    let mut earlier = BTreeMap::new();
    for document in &stream.documents {
        let bindings = read_bindings(&document.root.to_json(), direction);
        earlier.extend(bindings.map_err(|reason| fault(&reason))?);
    }
    Ok(earlier)
}
