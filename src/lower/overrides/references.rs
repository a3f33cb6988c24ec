//! What overrides refer to: Karmada finds the references of a template alone, so these need a selector.

use crate::bundle::Carrier;
use crate::bundle::Dependency;
use crate::bundle::Object;
use crate::k8s::pointer::Pointer;
use crate::k8s::validate::Place as FaultPlace;
use crate::karmada::dependencies::Place;
use crate::karmada::dependencies::Reference;
use crate::karmada::dependencies::find_dependencies;
use crate::lower::Lowering;
use crate::lower::dependencies::Analysis;
use crate::lower::dependencies::can_refer;
use crate::lower::dependencies::target_key;
use crate::lower::overrides::Rule;
use crate::lower::overrides::edited;
use crate::lower::overrides::result::find_culprit;
use crate::source::Span;
use serde_json::Value as Json;

impl Lowering<'_> {
    /// Adds the references that rules bring to an object, and reports those that nothing meets.
    pub(super) fn take_override_references(
        &mut self,
        (object, base): (&Object, &Json),
        rules: &[Rule<'_>],
        (objects, analysis): (&[Object], &mut Analysis),
    ) {
        if !can_refer(object.role) {
            return;
        }
        let own = find_dependencies(base).map_or_else(|_| Vec::new(), |found| found.references);
        for rule in rules {
            let result = edited(base.clone(), rule);
            let Ok(found) = find_dependencies(&result) else { continue };
            for (reference, place) in new_places(&found.references, &own) {
                let pointer = Pointer::parse(&place.pointer).unwrap_or_default();
                if let Some(at) = find_culprit((&[rule], &result), (&pointer, FaultPlace::Value)) {
                    self.take_new_reference((object, at), (reference, place), (objects, analysis));
                }
            }
        }
    }

    fn take_new_reference(
        &mut self,
        (owner, at): (&Object, Span),
        (reference, place): (&Reference, &Place),
        (objects, analysis): (&[Object], &mut Analysis),
    ) {
        let Some(target) = target_key(reference) else { return };
        let own = objects.iter().find(|object| object.key == target);
        let state = self.state_of(&target, own.is_some());
        let is_known = analysis.dependencies.iter().any(|known| known.target == target);
        let carrier = match self.carrier_of(state) {
            Carrier::PropagateDependencies if !is_known => Carrier::Selector,
            carrier @ (Carrier::PropagateDependencies
            | Carrier::Selector
            | Carrier::ExternalPolicy
            | Carrier::Cluster
            | Carrier::Nothing) => carrier,
        };
        let key = place.keys.first().cloned().filter(|_| place.keys.len() == 1);
        let is_optional = place.is_optional;
        let owner = owner.key.clone();
        let dependency = Dependency { owner, target, key, is_optional, at, state, carrier };
        self.check_override_reference(&dependency, place, objects);
        analysis.dependencies.push(dependency);
    }
}

/// The places of references that name another object, or another key of it, than those there were.
fn new_places<'a>(
    found: &'a [Reference],
    own: &'a [Reference],
) -> impl Iterator<Item = (&'a Reference, &'a Place)> {
    let places =
        found.iter().flat_map(|reference| reference.places.iter().map(move |place| (reference, place)));
    places.filter(|(reference, place)| {
        let mut same =
            own.iter().filter(|known| known.kind == reference.kind && known.target == reference.target);
        !same.any(|known| known.places.iter().any(|known| known.keys == place.keys))
    })
}
