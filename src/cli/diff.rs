//! `pelago diff`: what a build would change in a folder of golden files.

use crate::cli::AT_FAULT;
use crate::cli::FINE;
use crate::cli::console::Console;
use crate::cli::console::print;
use crate::cli::sources::Sources;
use crate::cli::sources::settle;
use crate::compile::Rigour;
use crate::compile::compile;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::diff::diff;
use crate::error::Error;
use crate::system::FileTree;
use crate::system::System;
use crate::write;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// Show what a build would change in a folder of golden files
///
/// The folder is one that `pelago build --output` wrote. Exit status 0: the same, 1: something differs.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder of golden files
    golden: PathBuf,
    #[command(flatten)]
    sources: Sources,
    /// Rewrite the golden files; refused where the variable CI is set
    #[arg(long)]
    update: bool,
}

pub(super) fn run(arguments: Arguments, console: &Console, system: &dyn System) -> Result<u8, Error> {
    let Arguments { golden, sources, update } = arguments;
    if update && system.find_variable("CI").is_some_and(|value| !value.is_empty()) {
        return Err(Error::new("golden files are not rewritten where the variable `CI` is set")
            .with_help("run `pelago diff --update` on your own machine, and commit what it writes"));
    }
    let request = sources.into_request(Rigour::Build)?;
    let old = write::read_golden(&golden, system)?;
    if !old.exists && !update {
        return Err(Error::new(format!("there is no folder `{}`", golden.display()))
            .with_help("`--update` writes it, as does `pelago build --output`"));
    }
    let compilation = compile(&request, system, |app| write::write_folder(&app))?;
    let Some(apps) = settle(compilation, &request.paths, console)? else { return Ok(AT_FAULT) };
    let mut files = write::folder(apps);
    let index = files.remove(Path::new(write::INDEX));
    let changes = diff(&old.files, &files);
    print(changes.iter().flat_map(|change| paint(&change.text)))?;
    console.say(&summarize(&changes));
    if !update {
        return Ok(if changes.is_empty() { FINE } else { AT_FAULT });
    }
    files.extend(index.map(|index| (PathBuf::from(write::INDEX), index)));
    let tree = FileTree { files, own: old.own };
    system.write_tree(&golden, &tree).map_err(|error| Error::of_path("write", &golden, &error))?;
    Ok(FINE)
}

/// Colours the lines of a difference.
pub(super) fn paint(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').flat_map(|line| {
        let colour = match line.as_bytes() {
            [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => "\x1b[1m",
            [b'-', ..] => "\x1b[31m",
            [b'+', ..] => "\x1b[32m",
            [b'@', ..] => "\x1b[36m",
            _ => "",
        };
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        [colour, body, if colour.is_empty() { "" } else { "\x1b[0m" }, end]
    })
}

fn summarize(changes: &[Change]) -> String {
    let count = |kind: ChangeKind| changes.iter().filter(|change| change.kind == kind).count();
    let words =
        [(ChangeKind::Changed, "changed"), (ChangeKind::Added, "added"), (ChangeKind::Removed, "removed")];
    let counts = words.map(|(kind, word)| (count(kind), word));
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match changes.len() {
        0 => "no file differs".to_owned(),
        1 => format!("1 file differs: {}", parts.join(", ")),
        number => format!("{number} files differ: {}", parts.join(", ")),
    }
}
