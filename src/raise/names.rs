//! Names that nobody else has.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number to try next behind a name that is taken.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    /// Starts with names that are taken.
    pub(super) fn taken<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self { taken: names.map(str::to_owned).collect(), numbers: BTreeMap::new() }
    }

    /// Takes a name, with a number behind it where somebody has it.
    pub(super) fn take(&mut self, name: &str, separator: char) -> String {
        let mut free = name.to_owned();
        while !self.taken.insert(free.clone()) {
            let number = self.numbers.entry(name.to_owned()).or_insert(2);
            free = format!("{name}{separator}{number}");
            *number += 1;
        }
        free
    }
}
