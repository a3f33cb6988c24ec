//! Faults of the environment or the call: they stop the run. Faults of the input are diagnostics.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a run could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// What to do; nothing where the message says it.
    pub help: Option<String>,
}

impl Error {
    /// An error that says what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// An error of the disk: what could not be done with a path, and why.
    #[must_use]
    pub fn of_path(action: &str, path: &Path, error: &io::Error) -> Self {
        let reason = if error.kind() == io::ErrorKind::NotFound {
            "there is no such file or folder".to_owned()
        } else {
            error.to_string()
        };
        Self::new(format!("cannot {action} `{}`: {reason}", path.display()))
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
