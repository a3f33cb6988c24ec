//! What a user reads when Pelago itself is at fault.

use std::io::Write;
use std::panic::PanicHookInfo;

/// Says that this is a bug, and how to report it. A text that was put together while running is left out: it may hold
/// a piece of the input.
pub fn report_bug(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let broken = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("a promise was broken");
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "error: this is a bug in Pelago {version}, not in the input\n  at {place}: {broken}\n\
         help: report it with this text, the command, and the smallest input that shows it; nothing was written\n"
    );
    let _ = anstream::stderr().write_all(text.as_bytes());
}
