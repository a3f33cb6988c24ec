//! The Fleet of a run: the one that is named, else the one among the paths.

use crate::compile::Request;
use crate::compile::diagnostics;
use crate::diagnostic::Diagnostics;
use crate::discover::Quarry;
use crate::discover::discover;
use crate::document::Document;
use crate::document::DocumentKind;
use crate::error::Error;
use crate::fleet::Fleet;
use crate::fleet::Inventory;
use crate::fleet::link_placements;
use crate::fleet::read_clusters;
use crate::k8s::version::MinorVersion;
use crate::parse::parse;
use crate::schema::Kubernetes;
use crate::source::SourceMap;
use crate::source::Span;
use crate::system::System;
use crate::validate::validate;

/// Reads the clusters there are; nothing where no Fleet tells.
pub(super) fn read_inventory(
    (request, others): (&Request, &[Document]),
    system: &dyn System,
    (sources, diagnostics): (&mut SourceMap, &mut Diagnostics),
) -> Result<Option<Inventory>, Error> {
    let kubernetes = Kubernetes::new(MinorVersion::default());
    let Some(path) = &request.fleet else {
        return Ok(join(others, (sources, &kubernetes), diagnostics));
    };
    let mut documents = Vec::new();
    let paths = [path.clone()];
    for (file, _) in discover(&paths, Quarry::Manifests, system, (sources, diagnostics))? {
        documents.extend(parse(file, sources, diagnostics));
    }
    let inventory = join(&documents, (sources, &kubernetes), diagnostics);
    if inventory.is_none() && !diagnostics.has_errors() {
        let message = format!("`{}` holds neither a Fleet nor Karmada clusters", path.display());
        return Err(Error::new(message));
    }
    Ok(inventory)
}

fn join(
    documents: &[Document],
    (sources, kubernetes): (&SourceMap, &Kubernetes),
    diagnostics: &mut Diagnostics,
) -> Option<Inventory> {
    let mut inventory = Inventory::default();
    let mut first_fleet: Option<Span> = None;
    let mut is_known = false;
    for document in documents {
        match document.kind {
            DocumentKind::Fleet => {
                is_known = true;
                let mut document = document.clone();
                link_placements(&mut document.root, diagnostics);
                let fleet: Result<Fleet, _> = validate(&document, kubernetes, sources, diagnostics);
                let Ok(fleet) = fleet else { continue };
                let name = fleet.metadata.name.span;
                if let Some(first) = first_fleet {
                    diagnostics.report(diagnostics::second_fleet(name, first));
                } else {
                    first_fleet = Some(name);
                    inventory.extend(fleet);
                }
            }
            DocumentKind::Clusters => {
                is_known = true;
                for fault in read_clusters(&document.root, &mut inventory) {
                    diagnostics.report(diagnostics::cluster_fault(&fault));
                }
            }
            DocumentKind::App | DocumentKind::Score | DocumentKind::Other => {}
        }
    }
    inventory.check_placements(diagnostics);
    is_known.then_some(inventory)
}
