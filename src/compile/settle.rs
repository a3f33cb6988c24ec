//! What of all findings is told, and how severely.

use crate::compile::Request;
use crate::compile::Rigour;
use crate::diagnostic::Allowances;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::source::SourceMap;

/// Sorts all that is to be said, with what comments and the command line make of lints. A comment that allows nothing is told by a
/// check in which all else is as written: errors, profiles and settings may keep a lint away.
pub(super) fn settle(diagnostics: Diagnostics, sources: &SourceMap, request: &Request) -> Vec<Diagnostic> {
    let has_errors = diagnostics.has_errors();
    let mut allowances = Allowances::read(sources);
    let mut told = allowances.apply(diagnostics.into_sorted(sources), sources);
    let has_layers = request.profile.is_some()
        || [&request.set, &request.set_string].iter().any(|list| !list.is_empty())
        || !request.values.is_empty();
    if request.rigour == Rigour::Check && !has_errors && !has_layers {
        let mut unused = Diagnostics::default();
        allowances.report_unused(&mut unused);
        for diagnostic in told {
            unused.report(diagnostic);
        }
        told = unused.into_sorted(sources);
    }
    request.levels.apply(told)
}
