//! What the user makes of lints: some are denied, some allowed.

use crate::diagnostic::CODES;
use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::diagnostic::codes;
use crate::diagnostic::nearest;
use std::collections::BTreeSet;
use std::fmt;

/// The lints that are told only when the user denies them.
pub const QUIET: &[Code] = &[
    codes::SELECTOR_WITHOUT_OBJECT,
    codes::OBJECT_WITHOUT_POLICY,
    codes::DIVISION_TIE,
    codes::DUPLICATED_BY_DEFAULT,
    codes::GROUPS_TRIED_IN_ORDER,
];

/// The word that stands for every warning.
const ALL_WARNINGS: &str = "warnings";

/// Which lints are errors, and which are not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    denied: BTreeSet<&'static str>,
    allowed: BTreeSet<&'static str>,
    denies_warnings: bool,
}

/// Why a code has no level to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LevelError {
    /// There is no such code.
    Unknown {
        /// The code, as written.
        id: String,
        /// The one that it most likely stands for.
        near: Option<&'static str>,
    },
    /// An error of the language is one for everybody.
    NotALint(&'static str),
}

impl Levels {
    /// Makes a lint an error; `warnings` stands for all that would be warnings. An error stays one.
    ///
    /// # Errors
    /// [`LevelError::Unknown`].
    pub fn deny(&mut self, id: &str) -> Result<(), LevelError> {
        if id == ALL_WARNINGS {
            self.denies_warnings = true;
        } else {
            let code = find(id)?;
            self.denied.insert(code.id);
            self.allowed.remove(code.id);
        }
        Ok(())
    }

    /// Passes over a lint.
    ///
    /// # Errors
    /// See [`LevelError`].
    pub fn allow(&mut self, id: &str) -> Result<(), LevelError> {
        let code = find(id)?;
        if !is_lint(code) {
            return Err(LevelError::NotALint(code.id));
        }
        self.allowed.insert(code.id);
        self.denied.remove(code.id);
        Ok(())
    }

    /// Sets the severities, and takes out what is not to be told.
    #[must_use]
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut told: Vec<Diagnostic> =
            diagnostics.into_iter().filter(|diagnostic| self.tells(diagnostic.code)).collect();
        for diagnostic in &mut told {
            if self.denies_warnings || self.denied.contains(diagnostic.code.id) {
                diagnostic.severity = Severity::Error;
            }
        }
        told
    }

    fn tells(&self, code: Code) -> bool {
        let is_quiet = QUIET.iter().any(|quiet| quiet.id == code.id);
        !self.allowed.contains(code.id) && (!is_quiet || self.denied.contains(code.id))
    }
}

fn find(id: &str) -> Result<Code, LevelError> {
    let found = CODES.iter().find(|code| code.id == id).copied();
    found.ok_or_else(|| LevelError::Unknown {
        id: id.to_owned(),
        near: nearest(id, CODES.iter().map(|code| code.id)),
    })
}

/// Whether a code is a lint, which a user may set the level of.
pub(super) fn is_lint(code: Code) -> bool {
    !code.id.starts_with('E')
}

impl fmt::Display for LevelError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { id, near: Some(near) } => {
                write!(formatter, "there is no lint `{id}`; a similar name exists: `{near}`")
            }
            Self::Unknown { id, near: None } => write!(formatter, "there is no lint `{id}`"),
            Self::NotALint(id) => write!(formatter, "`{id}` is an error, which cannot be allowed"),
        }
    }
}

impl std::error::Error for LevelError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::source::Span;
    use std::path::PathBuf;

    fn of(code: Code) -> Diagnostic {
        let file = SourceMap::default().add(PathBuf::from("a.yaml"), String::new());
        Diagnostic::new(code, Span { file, start: 0, end: 0 }, "told")
    }

    #[track_caller]
    fn assert_told(levels: &Levels, expected: &[(&str, Severity)]) {
        let all = vec![of(codes::UNKNOWN_KEY), of(codes::DIGEST_LOST), of(codes::DIVISION_TIE)];
        let told = levels.apply(all);
        let told: Vec<_> = told.iter().map(|diagnostic| (diagnostic.code.id, diagnostic.severity)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn quiet_lints_are_told_when_denied_only() {
        let mut levels = Levels::default();
        assert_told(&levels, &[("E0201", Severity::Error), ("digest-lost", Severity::Warning)]);
        levels.deny("division-tie").unwrap();
        levels.allow("digest-lost").unwrap();
        assert_told(&levels, &[("E0201", Severity::Error), ("division-tie", Severity::Error)]);
    }

    #[test]
    fn all_warnings_are_denied_by_one_word() {
        let mut levels = Levels::default();
        levels.deny("warnings").unwrap();
        assert_told(&levels, &[("E0201", Severity::Error), ("digest-lost", Severity::Error)]);
    }

    #[test]
    fn errors_and_unknown_names_are_refused() {
        let mut levels = Levels::default();
        assert_eq!(levels.allow("E0201"), Err(LevelError::NotALint("E0201")));
        let error = levels.deny("digest-lots").unwrap_err();
        assert_eq!(error.to_string(), "there is no lint `digest-lots`; a similar name exists: `digest-lost`");
    }
}
