//! The two streams: data goes to standard output, talk to standard error.

use crate::cli::arguments::Color;
use crate::cli::arguments::Common;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::report::Format;
use crate::report::report;
use crate::report::report_error;
use crate::source::SourceMap;
use anstream::ColorChoice;
use std::io;
use std::io::Write;

/// How this run talks.
#[derive(Debug)]
pub(super) struct Console {
    format: Format,
    is_quiet: bool,
}

impl Console {
    /// Settles colour for both streams.
    pub(super) fn new(common: &Common) -> Self {
        let choice = match common.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
        Self { format: common.message_format.into(), is_quiet: common.quiet }
    }

    /// Says something to a person; nothing where only errors or a program's document are asked for.
    pub(super) fn say(&self, sentence: &str) {
        if !self.is_quiet && self.format != Format::Json {
            write_talk(&format!("{sentence}\n"));
        }
    }

    /// Shows what is to be said about the input.
    pub(super) fn show(&self, sources: &SourceMap, mut diagnostics: Vec<Diagnostic>) {
        if self.is_quiet {
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        }
        write_talk(&report(sources, &diagnostics, self.format));
    }

    /// Says why the command could not run.
    pub(super) fn fail(&self, error: &Error) {
        write_talk(&report_error(error, self.format));
    }
}

/// Writes data, piece by piece. Colour is taken away where nobody sees it. A reader that stops is no fault.
pub(super) fn print<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    write_pieces(io::BufWriter::new(anstream::stdout().lock()), pieces)
}

/// Writes data that is not ours to the byte, piece by piece. A reader that stops is no fault.
pub(super) fn pass_on<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    write_pieces(io::stdout().lock(), pieces)
}

fn write_pieces<'a>(mut out: impl Write, pieces: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    let written = pieces.into_iter().try_for_each(|piece| out.write_all(piece.as_bytes()));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("cannot write to standard output: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Nothing can be said about a stream that is closed.
fn write_talk(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
