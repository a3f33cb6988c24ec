//! `pelago init`: a first App.

use crate::cli::FINE;
use crate::cli::console::Console;
use crate::error::Error;
use crate::k8s::name::check_dns_1035_label;
use crate::system::FileTree;
use crate::system::System;
use clap::Args;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// Where the App is written.
const FILE: &str = "app.yaml";

/// The App, with `NAME` for its name.
const APP: &str = include_str!("init.yaml");

/// Write app.yaml, a small App to start from
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The name of the App
    #[arg(default_value = "web")]
    name: String,
}

pub(super) fn run(arguments: &Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let name = &arguments.name;
    if check_dns_1035_label(name).is_err() {
        return Err(Error::new(format!("`{name}` cannot be the name of an App"))
            .with_help("use up to 63 lower-case letters, digits and `-`, and start with a letter"));
    }
    let of_file = |action: &'static str| move |error| Error::of_path(action, Path::new(FILE), &error);
    if system.find_kind(Path::new(FILE)).map_err(of_file("read"))?.is_some() {
        return Err(Error::new(format!("`{FILE}` exists already"))
            .with_help("run `pelago init` in another folder, or move the file away"));
    }
    let files = BTreeMap::from([(PathBuf::from(FILE), APP.replace("NAME", name))]);
    let tree = FileTree { files, own: BTreeSet::new() };
    system.write_tree(Path::new("."), &tree).map_err(of_file("write"))?;
    console.say(&format!("wrote {FILE}; look at it, then run `pelago build {FILE}`"));
    Ok(FINE)
}
