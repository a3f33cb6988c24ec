//! Where a key of the language belongs that was written a level too high or too low.

use crate::schema::Kubernetes;
use crate::source::Span;

/// How far below a map a key is looked for.
const DEPTH: usize = 3;

/// More places than this are no help.
const SHOWN: usize = 4;

/// An open map around the place that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    /// The key that the map belongs to.
    pub(super) key: Span,
    /// Looks for a key in the map's shape and below it.
    pub(super) find: fn(&mut Homes<'_>, &str, usize),
}

/// The search for the maps that have a key.
pub struct Homes<'a> {
    key: &'a str,
    kubernetes: &'a Kubernetes,
    found: Vec<(usize, String)>,
}

impl Homes<'_> {
    /// Takes note of a map at this path that has the key among its own, or among those of its Kubernetes type.
    pub fn visit(&mut self, (path, depth): (&str, usize), own: &[&str], rest: Option<(&str, &[&str])>) {
        let is_of_kubernetes = || {
            rest.is_some_and(|(kubernetes, except)| {
                !except.contains(&self.key) && self.kubernetes.find_field(kubernetes, self.key).is_some()
            })
        };
        if own.contains(&self.key) || is_of_kubernetes() {
            self.found.push((depth, path.to_owned()));
        }
    }

    /// Goes on in the value of a field, unless that is too far away.
    pub fn descend(&mut self, (path, depth): (&str, usize), field: &str, find: fn(&mut Self, &str, usize)) {
        // What belongs to both kinds of containers belongs to `containers` more often.
        if depth < DEPTH && field != "initContainers" {
            find(self, &joined(path, field), depth + 1);
        }
    }
}

/// The nearest maps that have the key, from the innermost of the open ones: each as the path from there. Empty where
/// there is none, or too many to help.
pub(super) fn find_homes(key: &str, levels: &[(String, Level)], kubernetes: &Kubernetes) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (place, (name, level)) in levels.iter().rev().enumerate() {
        let mut homes = Homes { key, kubernetes, found: Vec::new() };
        (level.find)(&mut homes, "", 0);
        for (depth, path) in homes.found {
            found.push((depth, if place == 0 && depth > 0 { path } else { joined(name, &path) }));
        }
    }
    let nearest = found.iter().map(|(depth, _)| *depth).min();
    let mut paths: Vec<String> = Vec::new();
    for (_, path) in found.into_iter().filter(|(depth, _)| Some(*depth) == nearest) {
        if !paths.contains(&path) && !path.is_empty() {
            paths.push(path);
        }
    }
    if paths.len() > SHOWN { Vec::new() } else { paths }
}

fn joined(path: &str, below: &str) -> String {
    let separator = if path.is_empty() || below.is_empty() { "" } else { "." };
    format!("{path}{separator}{below}")
}
