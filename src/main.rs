//! The `pelago` command.

use std::panic;
use std::process::ExitCode;

use pelago::cli;
use pelago::system::Disk;

fn main() -> ExitCode {
    panic::set_hook(Box::new(cli::report_bug));
    let status = panic::catch_unwind(|| cli::run(std::env::args_os(), &Disk));
    ExitCode::from(status.unwrap_or(cli::TROUBLE))
}
