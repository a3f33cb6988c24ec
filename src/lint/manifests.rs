//! Kubernetes' own objects: their apiVersion, and all their fields.

use crate::diagnostic::Diagnostics;
use crate::k8s::fields::FieldType;
use crate::k8s::fields::find_kind;
use crate::k8s::kinds::Kinds;
use crate::k8s::kinds::explain_kind;
use crate::k8s::rules::find_breaches;
use crate::k8s::validate::Place;
use crate::k8s::version::MinorVersion;
use crate::lint::Given;
use crate::lint::object::Author;
use crate::lint::object::Object;
use crate::lint::place::first_key;
use crate::schema::Decoder;
use crate::schema::check as check_fields;

/// Reports `unknown-api-version`, E02xx, and E0433.
pub(super) fn check(objects: &[Object<'_>], given: &Given<'_>, diagnostics: &mut Diagnostics) {
    let kinds = Kinds::new(given.kubernetes.version);
    for object in objects.iter().filter(|object| object.author == Author::User) {
        let Some(type_name) = find_kind(object.api_version, object.kind, given.kubernetes.version) else {
            let places = (object.span("/apiVersion"), object.span("/kind"));
            let found = explain_kind(&kinds, (object.api_version, object.kind), places);
            if let Some(diagnostic) = found {
                diagnostics.report(diagnostic);
            }
            continue;
        };
        let mut decoder = Decoder::new(first_key(object.root), given.sources, given.kubernetes, diagnostics);
        let expected = FieldType::Object(type_name);
        if object.kind == "Secret" {
            decoder.confidentially(|decoder| check_fields(&expected, object.root, decoder));
        } else {
            check_fields(&expected, object.root, &mut decoder);
        }
        check_rules(object, given.kubernetes.version, diagnostics);
    }
}

/// Reports the rules of Kubernetes that an object breaks, but for what its types have brought about.
fn check_rules(object: &Object<'_>, version: MinorVersion, diagnostics: &mut Diagnostics) {
    for breach in find_breaches(&object.json, version) {
        let path = breach.path.to_string();
        let at = match breach.place {
            Place::Key => object.key(&path),
            Place::Value => object.span(&path),
        };
        let related = breach.related.as_ref().map(|(path, _)| object.span(&path.to_string()));
        if !diagnostics.has_error_at(at) {
            diagnostics.report(breach.diagnostic(at, related));
        }
    }
}
