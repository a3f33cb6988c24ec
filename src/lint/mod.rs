//! Finds what Kubernetes refuses and what Karmada takes and then does not do, in manifests and policies as they are
//! written by hand; each file holds one family of rules.

mod admission;
mod autoscaling;
mod changes;
mod claims;
mod clusters;
mod companions;
mod custom;
mod defaults;
mod dependencies;
mod division;
mod earlier;
mod images;
mod manifests;
mod members;
mod namespaces;
mod object;
mod order;
mod overriders;
mod overriding;
mod picks;
mod place;
mod placement;
mod reasons;
mod releases;
mod selectors;
mod unmatched;
mod weights;
mod words;
mod workloads;
mod world;

use crate::bundle;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::fleet::Inventory;
use crate::karmada::version::KarmadaVersion;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::object::collect;
use crate::lint::world::World;
use crate::schema::Kubernetes;
use crate::source::SourceMap;

/// What is checked, and what is known besides.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Documents that are neither Apps nor Fleets; what is no Kubernetes object is passed over.
    pub documents: &'a [Document],
    /// What Apps become: looked at together with the documents, but not by itself.
    pub emitted: &'a [bundle::Object],
    /// The clusters there are; without them, nothing is said about clusters.
    pub inventory: Option<&'a Inventory>,
    /// The version of Karmada, where the Fleet or the command line says it.
    pub karmada: Option<KarmadaVersion>,
    /// The fields of Kubernetes' own kinds.
    pub kubernetes: &'a Kubernetes,
    /// The texts of the documents.
    pub sources: &'a SourceMap,
}

/// Checks all documents, alone and together; returns the number of objects in them.
///
/// Reports lints, and for Kubernetes' own fields and for clusters of the Fleet the same codes as for an App: E02xx,
/// E0217, E0401, E0402, E0414, E0415, E0422, E0501, E0503, and E0504.
pub fn lint(given: &Given<'_>, diagnostics: &mut Diagnostics) -> usize {
    let objects: Vec<Object<'_>> = collect(given);
    manifests::check(&objects, given, diagnostics);
    let world = World::read(&objects, given, diagnostics);
    releases::check(&world, diagnostics);
    placement::check(&world, diagnostics);
    weights::check(&world, diagnostics);
    clusters::check(&world, diagnostics);
    selectors::check(&world, diagnostics);
    unmatched::check(&world, diagnostics);
    claims::check(&world, diagnostics);
    namespaces::check(&world, diagnostics);
    workloads::check(&world, diagnostics);
    dependencies::check(&world, diagnostics);
    companions::check(&world, diagnostics);
    custom::check(&world, diagnostics);
    members::check(&world, diagnostics);
    autoscaling::check(&world, diagnostics);
    overriders::check(&world, diagnostics);
    overriding::check(&world, diagnostics);
    objects.iter().filter(|object| object.author == Author::User).count()
}
