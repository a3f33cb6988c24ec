//! A KRM function: a `ResourceList` in, a `ResourceList` out, as kustomize and kpt call it.
//!
//! The list's form is that of `kustomize cmd/config/docs/api-conventions/functions-spec.md`. Apps and Fleets come from `items` and
//! from `functionConfig`; what is not ours passes through as it is written.

mod annotation;
mod config;
mod diagnostics;
mod item;
mod list;
mod merge;
mod naming;
mod origin;
mod place;
mod results;
mod written;

use crate::bundle::App;
use crate::compile::Compilation;
use crate::compile::Input;
use crate::compile::Request;
use crate::compile::compile_input;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Severity;
use crate::document::DocumentKind;
use crate::error::Error;
use crate::krm::config::read_settings;
use crate::krm::list::List;
use crate::krm::list::read_list;
use crate::krm::merge::Merge;
use crate::krm::origin::Origins;
use crate::krm::results::to_results;
use crate::krm::written::write_list;
use crate::source::SourceMap;
use crate::system::System;
use crate::tree;
use std::path::PathBuf;

/// What becomes of the Apps and Fleets among the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They stay in the list.
    Keep,
    /// They are taken out.
    Drop,
}

/// How a list is worked on; what the list's `functionConfig` says wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What Apps are compiled with; its paths are not read.
    pub request: Request,
    /// What becomes of Apps and Fleets; `None` keeps those that come from a file or are `local-config`.
    pub sources: Option<Fate>,
}

/// What comes of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The list to give back: with an error as it came, with `results`; empty where there was no list.
    pub text: String,
    /// All texts that were read.
    pub sources: SourceMap,
    /// All that is to be said about them: sorted by path and place, each once.
    pub diagnostics: Vec<Diagnostic>,
    /// How many Apps there were.
    pub apps: usize,
}

impl Answer {
    /// What is known before anything is compiled.
    fn of(input: Input) -> Self {
        let diagnostics = input.diagnostics.into_sorted(&input.sources);
        Self { text: String::new(), sources: input.sources, diagnostics, apps: 0 }
    }

    /// Tells whether anything is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Compiles the Apps of a list and puts their objects into it, in the place of those of an earlier run.
///
/// Reports E0720 to E0725, and all that `compile` does.
///
/// # Errors
/// A file that the request or the `functionConfig` names cannot be read.
pub fn apply(text: String, mut options: Options, system: &dyn System) -> Result<Answer, Error> {
    let mut input = Input::default();
    let file = input.sources.add(PathBuf::from("-"), text);
    let mut origins = Origins::new(system);
    let Ok(list) = read_list(file, &input.sources, &mut input.diagnostics) else {
        return Ok(Answer::of(input));
    };
    if input.diagnostics.has_errors() {
        return Ok(finish(Answer::of(input), (&list, &origins), (&[], None)));
    }
    read_settings(&list, &mut options, &mut input.diagnostics);
    for (origin, item) in list.sources() {
        origins.add(origin, item, &mut input);
    }
    take_surroundings(&list, &options, &mut input);
    let Compilation { sources, diagnostics, apps, .. } =
        compile_input(input, &options.request, system, |app| app)?;
    let answer = Answer { text: String::new(), sources, diagnostics, apps: apps.len() };
    Ok(finish(answer, (&list, &origins), (&apps, options.sources)))
}

/// Clusters among the items are read as a Fleet; the others are there when the Apps' objects are.
fn take_surroundings(list: &List, options: &Options, input: &mut Input) {
    let apps = list.app_names();
    for item in list.items.iter().filter(|item| !item.is_local_config()) {
        match item.kind {
            DocumentKind::Clusters => input.documents.push(item.to_document()),
            DocumentKind::Other if !list.is_stale(item, &apps, options.sources) => {
                let key = tree::key_of(&item.root);
                input.found.extend(key.map(|key| (key, item.root.clone())));
            }
            DocumentKind::App | DocumentKind::Fleet | DocumentKind::Score | DocumentKind::Other => {}
        }
    }
}

/// Puts the list together: what is new where all is well, and otherwise what there was.
fn finish(
    mut answer: Answer,
    (list, origins): (&List, &Origins<'_>),
    (apps, sources): (&[App], Option<Fate>),
) -> Answer {
    let merge = Merge::new((list, origins), apps, sources);
    if !answer.has_errors() {
        let mut diagnostics = Diagnostics::default();
        merge.check_conflicts(&mut diagnostics);
        for diagnostic in std::mem::take(&mut answer.diagnostics) {
            diagnostics.report(diagnostic);
        }
        answer.diagnostics = diagnostics.into_sorted(&answer.sources);
    }
    let items = if answer.has_errors() { list.written_items() } else { merge.written_items() };
    let results = to_results((&answer.sources, &answer.diagnostics), list, origins);
    answer.text = write_list(list, &items, results);
    answer
}
