//! The command line: arguments in, exit status out. What a command does is in the file of its name.

mod arguments;
mod bug;
mod build;
mod check;
mod console;
mod deps;
mod diff;
mod explain;
mod function;
mod import;
mod init;
mod preview;
mod render;
mod schema;
mod simulation;
mod sources;
mod status;
mod wrap;

pub use bug::report_bug;
pub use status::AT_FAULT;
pub use status::FINE;
pub use status::TROUBLE;

use crate::cli::arguments::Arguments;
use crate::cli::arguments::Command;
use crate::cli::console::Console;
use crate::error::Error;
use crate::system::System;
use clap::Parser;
use std::ffi::OsString;

/// Does what the arguments ask for, the name of the program first. Returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>, system: &dyn System) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(answer) => {
            // Whoever closes the pipe has seen enough.
            let _ = answer.print();
            return if answer.use_stderr() { TROUBLE } else { FINE };
        }
    };
    let console = Console::new(&arguments.common);
    match dispatch(arguments.command, &console, system) {
        Ok(status) => status,
        Err(error) => {
            console.fail(&error);
            TROUBLE
        }
    }
}

fn dispatch(command: Command, console: &Console, system: &dyn System) -> Result<u8, Error> {
    match command {
        Command::Build(arguments) => build::run(arguments, console, system),
        Command::Check(arguments) => check::run(arguments, console, system),
        Command::Diff(arguments) => diff::run(arguments, console, system),
        Command::Deps(arguments) => deps::run(arguments, console, system),
        Command::Preview(arguments) => preview::run(arguments, console, system),
        Command::Render(arguments) => render::run(arguments, console, system),
        Command::Import(arguments) => import::run(arguments, console, system),
        Command::Fn(arguments) => function::run(arguments, console, system),
        Command::Wrap(arguments) => wrap::run(arguments, console, system),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Init(arguments) => init::run(&arguments, console, system),
        Command::Explain(arguments) => explain::run(&arguments),
    }
}
