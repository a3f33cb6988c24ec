//! Objects that live on the control plane already.

use crate::diagnostic::Diagnostics;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::error::Error;
use crate::k8s::gvk::ObjectKey;
use crate::parse::parse;
use crate::source::SourceMap;
use crate::system::System;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Reads all objects at the paths; an object that names no namespace stands for one of any namespace.
pub(super) fn read_found(
    paths: &[PathBuf],
    system: &dyn System,
    (sources, diagnostics): (&mut SourceMap, &mut Diagnostics),
) -> Result<BTreeMap<ObjectKey, Node>, Error> {
    let mut found = BTreeMap::new();
    for (file, _) in discover(paths, Quarry::Manifests, system, (sources, diagnostics))? {
        for document in parse(file, sources, diagnostics) {
            for object in tree::objects(&document.root) {
                if let Some(key) = tree::key_of(object) {
                    found.insert(key, object.clone());
                }
            }
        }
    }
    Ok(found)
}
