//! Puts Apps and plain manifests together on one control plane, as previews and renders need it.

use crate::admit::admit;
use crate::bundle::App;
use crate::bundle::Role;
use crate::compile::Request;
use crate::compile::Run;
use crate::compile::run;
use crate::compile::settle::settle;
use crate::control_plane::ControlPlane;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::discover::Quarry;
use crate::error::Error;
use crate::fleet::Inventory;
use crate::k8s::gvk::ObjectKey;
use crate::source::SourceMap;
use crate::system::System;
use crate::tree;
use crate::yaml::Node;
use std::collections::BTreeSet;
use std::path::Path;

/// Apps and manifests on one control plane.
#[derive(Debug, Clone)]
pub struct Assembly {
    /// All texts that were read.
    pub sources: SourceMap,
    /// All that is to be said about them: sorted by path and place, each once.
    pub diagnostics: Vec<Diagnostic>,
    /// The objects of the Apps in the order of a build, then the manifests in the order of their files, then what is on the
    /// control plane already.
    pub plane: ControlPlane,
    /// The clusters there are; absent where no Fleet tells.
    pub inventory: Option<Inventory>,
}

impl Assembly {
    /// Tells whether anything is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Compiles all Apps at the paths, reads all manifests there, and puts them on one control plane.
///
/// A file that an App names under `manifests` is read for that App only.
///
/// # Errors
/// A path that cannot be read.
pub fn assemble(request: &Request, system: &dyn System) -> Result<Assembly, Error> {
    let Run { sources, mut diagnostics, apps, manifests, found, inventory, .. } =
        run((request, Quarry::Manifests), system, |app| app)?;
    let of_apps = files_of_apps(&apps, &sources);
    let mut roots: Vec<&Node> = apps.iter().flat_map(|app| &app.objects).map(|object| &object.root).collect();
    for document in &manifests {
        if !of_apps.contains(sources.path(document.root.span)) {
            roots.extend(tree::objects(&document.root));
        }
    }
    let known: BTreeSet<(&str, &str, &str)> = roots.iter().map(|root| identity(root)).collect();
    let is_new = |key: &ObjectKey| {
        let namespace = key.namespace.as_deref().unwrap_or_default();
        !known.contains(&(key.gvk.kind(), namespace, &key.name))
    };
    let on_plane: Vec<&Node> = found.iter().filter(|(key, _)| is_new(key)).map(|(_, root)| root).collect();
    roots.extend(on_plane);
    let of_fleet = inventory.as_ref().and_then(|inventory| inventory.karmada);
    let plane = admit(roots, request.karmada_version.or(of_fleet), &mut diagnostics);
    let diagnostics = settle(diagnostics, &sources, request);
    Ok(Assembly { sources, diagnostics, plane, inventory })
}

/// The files that Apps name under `manifests`.
fn files_of_apps<'a>(apps: &[App], sources: &'a SourceMap) -> BTreeSet<&'a Path> {
    let own: BTreeSet<&Path> = apps.iter().map(|app| sources.path(app.at)).collect();
    let manifests = apps
        .iter()
        .flat_map(|app| &app.objects)
        .filter(|object| object.role == Role::Manifest)
        .map(|object| sources.path(object.root.span));
    manifests.filter(|path| !own.contains(path)).collect()
}

/// Kind, namespace and name.
fn identity(root: &Node) -> (&str, &str, &str) {
    let text = |path: &[&str]| tree::find(root, path).and_then(Node::as_str).unwrap_or_default();
    (text(&["kind"]), text(&["metadata", "namespace"]), text(&["metadata", "name"]))
}
